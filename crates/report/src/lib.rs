//! What a run says, for people and for programs: a terminal table, one JSON document, Parquet files.
//!
//! Nothing here computes a figure or makes a judgement: that is `stats` and `lab`. A figure that is not
//! defined is a dash on screen, absent in JSON, null in Parquet; never 0 or NaN.

pub mod document;
pub mod error;
mod frames;
mod place;
mod results;
mod rows;
mod target;
mod terminal;
mod words;

pub use document::{SCHEMA, json};
pub use error::ReportError;
pub use results::{FILES, write_results};
pub use target::check_target;
pub use terminal::table;
pub use words::simulated_banner;
