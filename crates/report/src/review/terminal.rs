//! The page on the terminal, at most 80 columns wide.

use std::fmt::Write as _;

use lab::review::{Review, timeline};
use market::Origin;

use super::Reviewed;
use super::sections;
use super::strip::strip;
use crate::words::{model_banner, number, simulated_banner, wrap};

pub(super) const WIDTH: usize = 80;

/// The timeline, if there is more than one review, and the last review asked for, with its state once more at the end.
pub fn reviews(reviewed: &Reviewed<'_>) -> String {
    let Some(last) = reviewed.reviews().last() else {
        return String::new();
    };
    let review = &last.review;
    let mut text = headline(review);
    let rows = timeline(reviewed.shelf.by(review.as_of));
    if rows.len() > 1 {
        let _ = writeln!(text, "\nthe edge over {} reviews", rows.len());
        text.push_str(&strip(&rows));
    }
    text.push_str(&sections::all(review));
    text.push_str(&closing(reviewed, review));
    text
}

fn headline(review: &Review) -> String {
    let title = format!("{}: review as of {}", review.plan, review.as_of);
    let data = format!(
        "history {} to {} ({} sessions), baseline to {}",
        review.baseline.from,
        review.as_of,
        number(review.data.sessions as f64, 0),
        review.baseline.to
    );
    let mut text = wrap("", &title, WIDTH) + "\n" + &wrap("", &data, WIDTH) + "\n";
    for banner in banners(review) {
        text.push_str(&banner);
        text.push('\n');
    }
    text
}

pub(crate) fn banners(review: &Review) -> Vec<String> {
    let origin = match (review.simulated, review.seed) {
        (false, _) => Origin::Real,
        (true, seed) => Origin::Simulated {
            seed: seed.unwrap_or_default(),
        },
    };
    let mut all: Vec<String> = simulated_banner(&origin).into_iter().collect();
    if review.model {
        all.push(model_banner(review.quoted).to_owned());
    }
    all
}

fn closing(reviewed: &Reviewed<'_>, review: &Review) -> String {
    let mut text = String::new();
    let notes = reviewed.shelf.notes().iter().chain(reviewed.warnings);
    let warnings: Vec<&String> = review.warnings.iter().chain(notes).collect();
    if !warnings.is_empty() {
        text.push('\n');
    }
    for warning in warnings {
        text.push_str(&wrap("warning: ", warning, WIDTH));
        text.push('\n');
    }
    let (written, asked) = (reviewed.written.len(), reviewed.asked.len());
    let kept = format!(
        "{written} of {asked} {} written to {}, {} there already",
        if asked == 1 { "review" } else { "reviews" },
        reviewed.folder,
        asked - written
    );
    text.push('\n');
    text.push_str(&wrap("", &kept, WIDTH));
    text.push('\n');
    let _ = writeln!(text, "edge: {}", review.edge.state.as_str());
    // A long page is read from its end: the marks must be there too.
    match (review.simulated, review.model) {
        (true, true) => {
            text.push_str("SIMULATED prices, MODEL options: no evidence about the plan.\n");
        }
        (true, false) => text.push_str("SIMULATED prices: no evidence about the plan.\n"),
        (false, true) => {
            text.push_str("MODEL option prices, some at least: they were never quoted.\n");
        }
        (false, false) => {}
    }
    text
}
