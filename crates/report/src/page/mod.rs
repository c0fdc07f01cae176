//! Results as one HTML page that needs nothing outside itself.
//!
//! Every figure in it was reckoned by `lab` and `stats`; the page's scripts draw, sort and filter. What is said in words and in tables
//! is there without them. docs/report.md describes it for its readers.

mod chart;
mod error;
mod file;
mod folder;
mod html;
mod policy;
mod review;
mod run;
mod shell;
mod surface;
mod sweep;
mod tables;
mod walk_forward;

use html::Html;

pub use error::PageError;
pub use file::{check_page_outside, check_page_target, write_page};
pub use folder::page_of_folders;
pub use review::reviews_page;
pub use run::run_page;
pub use sweep::sweep_page;
pub use walk_forward::walk_forward_page;

/// Warnings, a line each.
fn warnings(all: &[String]) -> Html {
    let mut html = Html::default();
    html.open("ul", &[("class", "warnings")]);
    for warning in all {
        html.element("li", &[], warning);
    }
    html.close("ul");
    html
}
