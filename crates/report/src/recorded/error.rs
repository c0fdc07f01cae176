//! Why a folder of results could not be read.

use std::io;
use std::path::PathBuf;

use lab::record::SCHEMA;
use table::TableError;

/// A folder of results that cannot be read. Nothing was changed in it.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There is no document in it, or no folder.
    #[error("{} holds no run.json; expected a folder that `stormproof run --out` wrote", folder.display())]
    NoResults {
        /// The folder.
        folder: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// It is no document of ours, or was edited.
    #[error("{} cannot be read: {reason}; expected the document of a run", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Written by a version whose document means something else.
    #[error("{} was written by stormproof {by} in schema {found}; this one reads schema {SCHEMA}", path.display())]
    OtherVersion {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The version that wrote it.
        by: String,
    },
    /// The schema is ours and the keys are not: an older version's, or edited.
    #[error("{} (stormproof {by}) lacks what this version reads, or was edited: {reason}", path.display())]
    OtherKeys {
        /// The file.
        path: PathBuf,
        /// The version that wrote it.
        by: String,
        /// What is wrong.
        reason: String,
    },
    /// A file of rows is not there, as in results of versions that did not write it.
    #[error("{} is missing; results of this version have it", .0.display())]
    Missing(PathBuf),
    /// A file of rows cannot be read.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A cell that no run writes.
    #[error("{}: row {row}, column {column}: found `{found}`, expected {expected}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What is there.
        found: String,
        /// What could be.
        expected: &'static str,
    },
    /// A file says that it is of another run than the document.
    #[error("{} is of another run: its {fact} is `{found}`, and run.json says `{said}`", path.display())]
    OtherRun {
        /// The file.
        path: PathBuf,
        /// What differs.
        fact: &'static str,
        /// In the file.
        found: String,
        /// In the document.
        said: String,
    },
    /// A figure of the document is not what its rows come to.
    #[error("{}: run.json says {figure} of {regime} is {said}, and the rows come to {found}: files of two runs, or edited ones", folder.display())]
    Disagrees {
        /// The folder.
        folder: PathBuf,
        /// The regime.
        regime: String,
        /// The figure.
        figure: &'static str,
        /// By the document.
        said: String,
        /// By the rows.
        found: String,
    },
    /// The rows and the document are not of one run.
    #[error("{}: run.json counts {said} rows of {file} in {regime}, and there are {rows}: files of two runs, or edited ones", folder.display())]
    Mixed {
        /// The folder.
        folder: PathBuf,
        /// The regime.
        regime: String,
        /// The file.
        file: &'static str,
        /// By the document.
        said: usize,
        /// In the file.
        rows: usize,
    },
}

impl RecordError {
    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NoResults { .. } => "write one: stormproof run PLAN --out results",
            Self::Unreadable { .. } => "check the path and its permissions",
            _ => "run the plan again with this version: stormproof run PLAN --out results",
        }
    }
}
