//! What a tape says of claims: for the terminal, as one JSON document, as Parquet.

mod document;
mod files;
mod terminal;
mod words;

pub use document::study_json;
pub use files::{STUDY_FILES, check_study_target, write_study};
pub use terminal::study;
