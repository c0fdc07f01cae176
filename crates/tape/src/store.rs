//! Where the bytes of a tape live.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use table::Reader;

use crate::error::TapeError;

/// A place that holds files under slash-separated relative paths.
///
/// Closed and matched without a wildcard: a place that is neither a folder nor the program itself (an object store)
/// becomes a variant, and the compiler names what it has to answer.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// A folder.
    Folder(PathBuf),
    /// Files compiled into the program, sorted by path.
    Embedded(&'static [(&'static str, &'static [u8])]),
}

/// A file or folder inside a folder of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Child {
    pub(crate) name: String,
    pub(crate) is_folder: bool,
}

impl Store {
    /// What errors and reports call the tape.
    pub(crate) fn name(&self) -> String {
        match self {
            Store::Folder(root) => root.display().to_string(),
            Store::Embedded(_) => "embedded".to_owned(),
        }
    }

    /// What errors and reports call a file of it.
    pub(crate) fn place(&self, path: &str) -> String {
        match self {
            Store::Folder(root) => root.join(path).display().to_string(),
            Store::Embedded(_) => format!("embedded:{path}"),
        }
    }

    /// The children of a folder, sorted by name; none if the folder is absent. Hidden files are left out.
    pub(crate) fn children(&self, folder: &str) -> Result<Vec<Child>, TapeError> {
        let mut children = match self {
            Store::Folder(root) => children_on_disk(&root.join(folder))?,
            Store::Embedded(files) => {
                let prefix = format!("{folder}/");
                let inside = files
                    .iter()
                    .filter_map(|(path, _)| path.strip_prefix(&*prefix));
                inside
                    .map(|rest| match rest.split_once('/') {
                        Some((name, _)) => child(name, true),
                        None => child(rest, false),
                    })
                    .collect()
            }
        };
        children.sort();
        children.dedup();
        Ok(children)
    }

    /// Every Parquet file below a folder, sorted by path.
    pub(crate) fn parquet_below(&self, folder: &str) -> Result<Vec<String>, TapeError> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for child in self.children(&folder)? {
                let path = format!("{folder}/{}", child.name);
                if child.is_folder {
                    folders.push(path);
                } else if is_parquet(&child.name) {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    pub(crate) fn open(&self, path: &str) -> Result<Reader, TapeError> {
        Ok(match self {
            Store::Folder(root) => Reader::open(&root.join(path))?,
            Store::Embedded(_) => {
                let bytes = self.embedded(path).unwrap_or_default();
                Reader::from_bytes(&self.place(path), Bytes::from_static(bytes))?
            }
        })
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        match self {
            Store::Folder(root) => root.join(path).exists(),
            Store::Embedded(_) => self.embedded(path).is_some(),
        }
    }

    /// Copies a file to a place on disk whose folder is there.
    pub(crate) fn copy(&self, path: &str, to: &Path) -> Result<(), TapeError> {
        let copied = match self {
            Store::Folder(root) => fs::copy(root.join(path), to).map(drop),
            Store::Embedded(_) => fs::write(to, self.embedded(path).unwrap_or_default()),
        };
        copied.map_err(TapeError::io(self.place(path), "copy"))
    }

    fn embedded(&self, path: &str) -> Option<&'static [u8]> {
        match self {
            Store::Folder(_) => None,
            Store::Embedded(files) => files
                .iter()
                .find(|(name, _)| *name == path)
                .map(|(_, bytes)| *bytes),
        }
    }
}

pub(crate) fn is_parquet(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("parquet"))
}

fn child(name: &str, is_folder: bool) -> Child {
    Child {
        name: name.to_owned(),
        is_folder,
    }
}

fn children_on_disk(folder: &Path) -> Result<Vec<Child>, TapeError> {
    let place = || folder.display().to_string();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(TapeError::io(place(), "read")(e)),
    };
    let mut children = Vec::new();
    for entry in entries {
        let entry = entry.map_err(TapeError::io(place(), "read"))?;
        // Names that are no text cannot be part of a tape's layout.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // Half-written files begin with a dot.
        if !name.starts_with('.') {
            children.push(child(&name, entry.path().is_dir()));
        }
    }
    Ok(children)
}
