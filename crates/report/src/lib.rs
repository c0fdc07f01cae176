//! What a run says, for people and for programs: a terminal table, one JSON document, Parquet files.
//!
//! Nothing here computes a figure or makes a judgement: that is `stats` and `lab`. A figure that is not
//! defined is a dash on screen, absent in JSON, null in Parquet; never 0 or NaN.

mod chains;
mod checkup;
mod compare;
mod conditions;
mod diagnose;
pub mod document;
pub mod error;
mod file;
mod frames;
mod montecarlo;
mod options;
mod page;
mod paint;
mod place;
mod plan;
mod recorded;
mod results;
mod review;
mod rows;
mod rule_words;
mod signals;
mod spark;
mod study;
pub mod sweep;
mod target;
mod terminal;
mod walk_forward;
mod words;

pub use chains::{
    option_chain, option_chain_json, option_values, option_values_json, options_fit,
    options_fit_json, options_fit_toml, volatility, volatility_json,
};
pub use checkup::{checkup, checkup_json};
pub use compare::{comparison, comparison_json};
pub use diagnose::{diagnosis, diagnosis_json};
pub use document::{SCHEMA, json};
pub use error::ReportError;
pub use file::write_text;
pub use montecarlo::{monte_carlo, monte_carlo_json};
pub use page::{
    PageError, check_page_outside, check_page_target, page_of_folders, reviews_page, run_page,
    sweep_page, walk_forward_page, write_page,
};
pub use paint::{paint, paint_words};
pub use plan::{plan_html, plan_json, plan_markdown, plan_text};
pub use recorded::{RecordError, document as read_document, read_results};
pub use results::{FILES, write_results};
pub use review::{
    Begun, Reviewed, begin_reviews, check_reviews_target, read_reviews, reviews, reviews_json,
    write_review,
};
pub use rule_words::{rule_grammar, rule_words, rule_words_json};
pub use signals::{
    check_signal_target, debrief, debrief_json, history_json, scoreboard, scoreboard_json, signal,
    signal_history, signal_json, write_signal_history,
};
pub use study::{STUDY_FILES, check_study_target, study, study_json, write_study};
pub use target::check_target;
pub use terminal::table;
pub use walk_forward::{
    WALK_FORWARD_FILES, check_walk_forward_target, combined, combined_json, walk_forward,
    walk_forward_json, write_walk_forward,
};
pub use words::{model_banner, simulated_banner};
