//! Why results of a sweep could not be written, read or joined.

use std::path::PathBuf;

use crate::error::ReportError;

/// A failure with the results of a sweep. What was done stays.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The results are of another sweep.
    #[error("{} is of another sweep: {difference}", path.display())]
    Another {
        /// The file.
        path: PathBuf,
        /// What differs.
        difference: String,
    },
    /// Some other process is writing there.
    #[error("another sweep is writing to {}", .0.display())]
    Busy(PathBuf),
    /// No results of a sweep.
    #[error("{} holds no results of a sweep: {why}", path.display())]
    NoResults {
        /// The file.
        path: PathBuf,
        /// What is missing.
        why: String,
    },
    /// Results are there already.
    #[error("{} exists already; expected a new folder", .0.display())]
    Taken(PathBuf),
    /// A sweep that has not come to its end.
    #[error("{} is of a sweep that is not finished: {blocks} blocks are done", path.display())]
    Unfinished {
        /// The folder.
        path: PathBuf,
        /// Blocks.
        blocks: usize,
    },
    /// Shards that do not make a whole.
    #[error("{0}")]
    Shards(String),
    /// Nothing was done.
    #[error("there is nothing to join")]
    Nothing,
    /// A figure or a parameter that the results do not have.
    #[error("{message}")]
    Name {
        /// What was asked for.
        message: String,
        /// What there is.
        help: String,
    },
    /// The rest.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl SweepError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Another { .. } => {
                "name another folder with --out, or remove that one; results of different plans or tapes are never mixed"
            }
            Self::Busy(_) => "wait for it, or name another folder with --out",
            Self::NoResults { .. } => {
                "name a results.parquet that `stormproof sweep` wrote, or its folder"
            }
            Self::Taken(_) => "name another folder: --out whole",
            Self::Unfinished { .. } => "run the sweep's own command again: it goes on from there",
            Self::Shards(_) => "give every shard once: stormproof sweep merge a b c --out whole",
            Self::Nothing => "name the folders of the shards",
            Self::Name { help, .. } => return Some(help.clone()),
            Self::Report(error) => return error.help().map(str::to_owned),
        };
        Some(help.to_owned())
    }
}

impl From<table::TableError> for SweepError {
    fn from(error: table::TableError) -> Self {
        Self::Report(error.into())
    }
}

impl From<serde_json::Error> for SweepError {
    fn from(error: serde_json::Error) -> Self {
        Self::Report(error.into())
    }
}
