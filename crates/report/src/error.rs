//! Why results could not be shown or written.

use std::io;
use std::path::{Path, PathBuf};

use table::TableError;

/// A failure to write results. Whatever stood under the wanted name is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder holds something that is not ours to replace.
    #[error("{} holds {found}; expected a new folder, an empty one, or earlier results", folder.display())]
    NotOurs {
        /// The folder.
        folder: PathBuf,
        /// What is in it that no run of ours wrote.
        found: String,
    },
    /// The name cannot be a folder of results.
    #[error("{} cannot become a folder of results: {reason}", folder.display())]
    NoFolder {
        /// What was named.
        folder: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A file stands there already.
    #[error("{} exists already; expected a new name", .0.display())]
    Taken(PathBuf),
    /// Something that is no file stands there.
    #[error("{} is not a regular file", .0.display())]
    NoFile(PathBuf),
    /// A file stands there that is not ours to replace.
    #[error("{} is a file of something else; expected a new name, or an earlier result of the same command", .0.display())]
    OtherFile(PathBuf),
    /// The operating system refused.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A Parquet file could not be written.
    #[error(transparent)]
    Table(#[from] table::TableError),
    /// The document could not be put into JSON: a defect of ours.
    #[error("cannot put the run into JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Stopped on request before anything was put in place.
    #[error("interrupted")]
    Interrupted,
}

impl ReportError {
    /// What to do about it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::NotOurs { .. } => {
                Some("name another folder; only what stormproof wrote is ever removed")
            }
            Self::NoFolder { .. } => Some("name a folder, new or of what stormproof wrote before"),
            Self::Taken(_) => Some("name another file, or replace that one with --force"),
            Self::OtherFile(_) => {
                Some("name another file; only what stormproof wrote is ever replaced")
            }
            Self::NoFile(_) => Some("name a file, new or to be replaced"),
            Self::Table(
                TableError::NotParquet { .. }
                | TableError::Damaged { .. }
                | TableError::NoSuchColumn { .. }
                | TableError::WrongType { .. }
                | TableError::Io {
                    doing: "open" | "read",
                    ..
                },
            ) => Some("check the path; what cannot be read was damaged, or is no file of ours"),
            Self::Io { .. } | Self::Table(_) => Some(
                "make room or choose a folder that can be written to; nothing was changed there",
            ),
            Self::Json(_) | Self::Interrupted => None,
        }
    }

    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}
