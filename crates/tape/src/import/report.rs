//! What an import did.

use crate::import::Format;
use crate::merge::MergeReport;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Files taken, in the order in which they were given.
    pub files: Vec<ImportedFile>,
    /// Files of the folders given that were left, and why.
    pub skipped: Vec<SkippedFile>,
    /// Lines to be shown: suspect prints, one line a file.
    pub warnings: Vec<String>,
    /// What became of their rows.
    pub merge: MergeReport,
}

/// A file that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedFile {
    /// Its path.
    pub path: String,
    /// What it was recognised as.
    pub format: Format,
    /// Its rows.
    pub rows: u64,
    /// The zone its stamps are in, where it has stamps.
    pub zone: Option<String>,
    /// What else there is to say about it.
    pub notes: Vec<String>,
}

/// A file that was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedFile {
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub done: usize,
    /// Files in all.
    pub total: usize,
}
