//! Parquet and vendor files to and from validated columns.

pub mod contents;

pub use contents::Contents;
