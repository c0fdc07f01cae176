//! Paths into files, folders walked.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::TapeError;
use crate::import::ImportOptions;

/// A file to be looked at.
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Given by itself, not found in a folder.
    pub(crate) explicit: bool,
}

impl Found {
    /// Why a file of a folder is not even opened; `None` if it is.
    pub(crate) fn passed_over(&self) -> Option<&'static str> {
        if self.explicit {
            return None;
        }
        if is_hidden(&self.path) {
            return Some("hidden files are not read");
        }
        let ending = self.path.extension();
        let read = |word: &&str| ending.is_some_and(|e| e.eq_ignore_ascii_case(word));
        if !["csv", "zip", "parquet"].iter().any(read) {
            return Some("only .csv, .zip and .parquet files are read");
        }
        match fs::metadata(&self.path) {
            Ok(facts) if !facts.is_file() => Some("not a regular file"),
            Ok(facts) if facts.len() == 0 => Some("the file is empty"),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Some("a link that leads nowhere"),
            // What cannot be looked at for another reason is an error when it is read.
            Ok(_) | Err(_) => None,
        }
    }

    /// Why a file of a folder may be left; any other error stands.
    pub(crate) fn forgive(&self, error: TapeError) -> Result<String, TapeError> {
        match error {
            TapeError::NotTapeData { reason, .. } if !self.explicit => Ok(reason),
            TapeError::Unnamed { .. } if !self.explicit => Ok(
                "its name does not tell the symbol; import it by itself with --symbol".to_owned(),
            ),
            other => Err(other),
        }
    }
}

/// The files given and those below folders given, each folder's sorted by path.
pub(crate) fn found(paths: &[PathBuf], options: &ImportOptions) -> Result<Vec<Found>, TapeError> {
    let mut all = Vec::new();
    for path in paths {
        let name = || path.display().to_string();
        let facts = fs::metadata(path).map_err(TapeError::io(name(), "read"))?;
        if facts.is_dir() {
            let mut below = Vec::new();
            walk(path, &mut below)?;
            below.sort();
            let inside = below.into_iter().map(|path| Found {
                path,
                explicit: false,
            });
            all.extend(inside);
        } else {
            all.push(Found {
                path: path.clone(),
                explicit: true,
            });
        }
    }
    let single = all.len() == 1 && all.iter().all(|s| s.explicit);
    match (&options.symbol, single) {
        (Some(symbol), false) => Err(TapeError::Nothing {
            path: paths
                .first()
                .map_or_else(String::new, |p| p.display().to_string()),
            reason: format!("--symbol {symbol} goes with exactly one file"),
        }),
        _ => Ok(all),
    }
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name();
    name.is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

/// Files below a folder, and hidden folders, which are not looked into. Links are not followed into folders, so that none can lead around in a circle.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), TapeError> {
    let name = folder.display().to_string();
    let entries = fs::read_dir(folder).map_err(TapeError::io(&name, "read"))?;
    for entry in entries {
        let entry = entry.map_err(TapeError::io(&name, "read"))?;
        let kind = entry.file_type().map_err(TapeError::io(&name, "read"))?;
        if kind.is_dir() && !is_hidden(&entry.path()) {
            walk(&entry.path(), found)?;
        } else {
            found.push(entry.path());
        }
    }
    Ok(())
}
