//! Vendors' own files onto a tape.
//!
//! Everything is read and judged before anything is written: a failed import leaves the tape as it was.

mod format;
mod grid;
mod name;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::merge::{Merge, MergeReport};
use crate::tape::Tape;

pub use format::Format;

/// How to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// The symbol or series name, where the file's own name is not to be trusted. Takes a single file.
    pub symbol: Option<String>,
    /// How many changed values the report lists.
    pub changes_listed: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            symbol: None,
            changes_listed: 20,
        }
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// Files taken, in the order they were read.
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

/// What one file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What it was recognised as.
    pub format: Format,
    /// Its rows.
    pub rows: u64,
    /// What is odd about its bars without keeping them off a tape, as a line to be shown.
    pub warning: Option<String>,
    /// Its columns, bound for a tape.
    pub contents: Contents,
}

/// Reads one CSV file that is in memory already; its name tells the symbol, unless `symbol` does.
///
/// # Errors
/// [`TapeError::Input`] with line and column, [`TapeError::NotTapeData`] for a header of no known format,
/// [`TapeError::Unnamed`], [`TapeError::Interrupted`] once `stop` is set.
pub fn parse_csv(
    file: &Path,
    bytes: &[u8],
    symbol: Option<&str>,
    stop: &AtomicBool,
) -> Result<Parsed, TapeError> {
    format::parse(file, bytes, symbol, stop)
}

impl Tape {
    /// Imports files, and every file below folders, in the order of their paths. In a folder, what is no tape data is
    /// left and named in the report; given by itself it is an error. `progress` is called after each file; `stop` is
    /// honoured between rows.
    ///
    /// # Errors
    /// As [`parse_csv`] and [`Tape::merge`]; the tape is then as it was.
    pub fn import(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<ImportReport, TapeError> {
        let sources = sources(paths, options)?;
        let total = sources.len();
        let mut merge = Merge::begin(self, options.changes_listed)?;
        let mut report = ImportReport::default();
        for (at, source) in sources.iter().enumerate() {
            let path = source.path.display().to_string();
            match source.parse(options, stop) {
                Ok(parsed) => {
                    merge.add(&parsed.contents, parsed.format.as_str())?;
                    report.warnings.extend(parsed.warning);
                    report.files.push(ImportedFile {
                        path,
                        format: parsed.format,
                        rows: parsed.rows,
                    });
                }
                Err(error) => report.skipped.push(SkippedFile {
                    reason: source.forgive(error)?,
                    path,
                }),
            }
            progress(Progress {
                done: at + 1,
                total,
            });
        }
        if report.files.is_empty() {
            return Err(TapeError::Nothing {
                path: paths
                    .first()
                    .map_or_else(String::new, |p| p.display().to_string()),
                reason: format!(
                    "{} files looked at, none of them tape data",
                    report.skipped.len()
                ),
            });
        }
        if stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        report.merge = merge.commit()?;
        Ok(report)
    }
}

/// A file to be looked at.
struct Source {
    path: PathBuf,
    /// Given by itself, not found in a folder.
    explicit: bool,
}

impl Source {
    fn parse(&self, options: &ImportOptions, stop: &AtomicBool) -> Result<Parsed, TapeError> {
        if stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        let csv = self
            .path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
        if !csv && !self.explicit {
            return Err(TapeError::NotTapeData {
                file: self.path.display().to_string(),
                reason: "only .csv files are read".to_owned(),
            });
        }
        let name = self.path.display().to_string();
        let facts = fs::metadata(&self.path).map_err(TapeError::io(&name, "read"))?;
        // Opening a pipe waits for a writer who may never come.
        if !facts.is_file() {
            let odd = std::io::Error::other("not a regular file");
            return Err(TapeError::io(name, "read")(odd));
        }
        let bytes = fs::read(&self.path).map_err(TapeError::io(name, "read"))?;
        parse_csv(&self.path, &bytes, options.symbol.as_deref(), stop)
    }

    /// Why a file of a folder may be left; any other error stands.
    fn forgive(&self, error: TapeError) -> Result<String, TapeError> {
        match error {
            TapeError::NotTapeData { reason, .. } if !self.explicit => Ok(reason),
            TapeError::Unnamed { .. } if !self.explicit => Ok(
                "its name does not tell the symbol; import it by itself with --symbol".to_owned(),
            ),
            other => Err(other),
        }
    }
}

fn sources(paths: &[PathBuf], options: &ImportOptions) -> Result<Vec<Source>, TapeError> {
    let mut sources = Vec::new();
    for path in paths {
        let name = || path.display().to_string();
        let facts = fs::metadata(path).map_err(TapeError::io(name(), "read"))?;
        if facts.is_dir() {
            let mut found = Vec::new();
            walk(path, &mut found)?;
            found.sort();
            let inside = found.into_iter().map(|path| Source {
                path,
                explicit: false,
            });
            sources.extend(inside);
        } else {
            sources.push(Source {
                path: path.clone(),
                explicit: true,
            });
        }
    }
    let single = sources.len() == 1 && sources.iter().all(|s| s.explicit);
    match (&options.symbol, single) {
        (Some(symbol), false) => Err(TapeError::Nothing {
            path: paths
                .first()
                .map_or_else(String::new, |p| p.display().to_string()),
            reason: format!("--symbol {symbol} goes with exactly one file"),
        }),
        _ => Ok(sources),
    }
}

/// Files below a folder. Links are not followed into folders, so that none can lead around in a circle.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), TapeError> {
    let name = folder.display().to_string();
    let entries = fs::read_dir(folder).map_err(TapeError::io(&name, "read"))?;
    for entry in entries {
        let entry = entry.map_err(TapeError::io(&name, "read"))?;
        let kind = entry.file_type().map_err(TapeError::io(&name, "read"))?;
        if kind.is_dir() {
            walk(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}
