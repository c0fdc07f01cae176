//! Why a folder could not become a page.

use std::path::PathBuf;

use crate::error::ReportError;
use crate::recorded::RecordError;
use crate::sweep::{RankingError, SweepError};

/// A failure to make a page. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// What was named is no folder of results.
    #[error("{}: {found}; expected a folder of results", path.display())]
    NotResults {
        /// What was named.
        path: PathBuf,
        /// What is there instead.
        found: String,
    },
    /// A document of another version of the program.
    #[error("{} is of form {found}; this version reads form {expected}", path.display())]
    Version {
        /// The document.
        path: PathBuf,
        /// Its form.
        found: String,
        /// Ours.
        expected: u32,
    },
    /// A document that cannot be read.
    #[error("{} cannot be read: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Results of different kinds.
    #[error("{} is {found}; several folders make one page only where all are of runs", path.display())]
    Mixed {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        found: &'static str,
    },
    /// Something else stands where the page should go.
    #[error("{} exists and is no report of ours; expected a new name, or an earlier report", .0.display())]
    NotOurs(PathBuf),
    /// `-` where a file is meant: standard output holds something else.
    #[error(
        "-: a report beside the command's own output needs a file; standard output has the table"
    )]
    Dash,
    /// A link stands where the page should go.
    #[error("{} is a link; expected a new name, or an earlier report", .0.display())]
    Link(PathBuf),
    /// The page would lie among results.
    #[error("{} lies in {}, a folder of results", path.display(), folder.display())]
    Inside {
        /// Where the page should go.
        path: PathBuf,
        /// The folder.
        folder: PathBuf,
    },
    /// No results were named.
    #[error("no results to make a page of")]
    Nothing,
    /// Results of a run.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// Results of a sweep.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// The rest.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl PageError {
    /// What to do about it.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotResults { .. } => {
                "name the folder that `run`, `sweep` or `walk-forward` wrote with --out"
            }
            Self::Version { .. } => {
                "run the command that wrote it again: results of other versions are not guessed at"
            }
            Self::Damaged { .. } => "run the command that wrote it again",
            Self::Mixed { .. } => "make a page of each: stormproof report FOLDER --out FILE.html",
            Self::NotOurs(_) => "name another file; only what stormproof wrote is ever replaced",
            Self::Dash => {
                "name a file; `stormproof report FOLDER --out -` prints the page of results that were kept with --out"
            }
            Self::Link(_) => "name the file that it leads to, or another",
            Self::Inside { .. } => {
                "write it beside the folder: results that hold a foreign file are not replaced by a later run"
            }
            Self::Nothing => "name the folder of a run: stormproof report results",
            Self::Record(error) => error.help(),
            Self::Sweep(error) => return error.help(),
            Self::Report(error) => return error.help().map(str::to_owned),
        };
        Some(help.to_owned())
    }
}

impl From<table::TableError> for PageError {
    fn from(error: table::TableError) -> Self {
        Self::Report(error.into())
    }
}

impl From<serde_json::Error> for PageError {
    fn from(error: serde_json::Error) -> Self {
        Self::Report(error.into())
    }
}

impl From<RankingError> for PageError {
    fn from(error: RankingError) -> Self {
        match error {
            RankingError::Name(error) => Self::Sweep(error),
            RankingError::Condition(error) => Self::Sweep(SweepError::Name {
                message: error.message,
                help: error.help.unwrap_or_default(),
            }),
        }
    }
}
