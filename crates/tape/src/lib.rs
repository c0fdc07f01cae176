//! Parquet and vendor files to and from validated columns.

pub mod contents;
pub mod synth;

pub use contents::Contents;
