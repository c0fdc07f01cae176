//! A log held against a plan: for the terminal and for programs.

mod document;
mod terminal;
mod words;

pub use document::diagnosis_json;
pub use terminal::diagnosis;
