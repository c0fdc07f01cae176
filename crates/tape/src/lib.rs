//! Parquet and vendor files to and from validated columns.
//!
//! A [`Tape`] is a folder (or the program itself) of Hive-partitioned Parquet files; [`Tape::read`] takes from it only
//! the files, row groups and columns a [`Want`] names and hands out a validated [`market::Snapshot`].
//! [`Contents`] is the one form that enters a tape.

mod catalog;
pub mod check;
pub mod closes;
pub mod constituents;
pub mod contents;
mod embedded;
mod error;
mod events;
mod facts;
mod import;
mod layout;
mod ledger;
mod manifest;
mod members;
mod merge;
mod quotes;
mod read;
mod records;
mod resample;
mod rows;
mod sheet;
mod state;
mod store;
pub mod synth;
mod tape;

pub use catalog::Entry;
pub use closes::{Close, Panel};
pub use constituents::{ClosePrices, Closes, ClosesBuffer, Universe};
pub use contents::Contents;
pub use error::TapeError;
pub use facts::Basis;
pub use import::{
    ColumnMap, Format, ImportOptions, ImportReport, ImportedFile, Parsed, Progress, SkippedFile,
    TimeFormat, instant, interval, parse_csv, zone,
};
pub use layout::Sort;
pub use members::MemberSpan;
pub use merge::{Disagreement, FieldGap, Merge, MergeReport, MergedItem};
pub use quotes::Chain;
pub use resample::{Resample, ResampleReport};
pub use sheet::Change;
pub use tape::{BarWant, ReadStats, Tape, Want};
