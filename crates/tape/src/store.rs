//! Where the bytes of a tape live.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use remote::{Remote, Traffic};
use table::{Ranged, Reader};

use crate::error::TapeError;

/// A place that holds files under slash-separated relative paths.
///
/// Closed and matched without a wildcard: another sort of place becomes a variant, and the compiler names what it has
/// to answer.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    /// A folder.
    Folder(PathBuf),
    /// Files compiled into the program, sorted by path.
    Embedded(&'static [(&'static str, &'static [u8])]),
    /// Objects behind a URL, listed once.
    Remote(Listed),
}

/// A remote place and the sizes of its objects by path.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    remote: Remote,
    files: Arc<BTreeMap<String, u64>>,
}

/// A remote file is copied in pieces of this size, so that memory stays flat.
const PIECE_BYTES: u64 = 16 << 20;

impl Listed {
    fn distant(&self, path: &str) -> Distant {
        Distant {
            remote: self.remote.clone(),
            path: path.to_owned(),
            size: self.files.get(path).copied().unwrap_or_default(),
        }
    }

    fn copy(&self, path: &str, to: &Path) -> io::Result<()> {
        let distant = self.distant(path);
        let mut file = fs::File::create(to)?;
        let mut start = 0;
        while start < distant.size {
            let end = distant.size.min(start + PIECE_BYTES);
            for piece in distant.fetch(std::slice::from_ref(&(start..end)))? {
                file.write_all(&piece)?;
            }
            start = end;
        }
        Ok(())
    }
}

/// One object of a remote place, as `table` reads it.
#[derive(Debug)]
struct Distant {
    remote: Remote,
    path: String,
    size: u64,
}

impl Ranged for Distant {
    fn size(&self) -> u64 {
        self.size
    }

    fn fetch(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        let fetched = self.remote.ranges(&self.path, self.size, ranges);
        // The table names the place already.
        fetched.map_err(|error| io::Error::other(error.problem))
    }
}

/// A file or folder inside a folder of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Child {
    pub(crate) name: String,
    pub(crate) is_folder: bool,
}

impl Store {
    /// The folder it is, if it is one.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Store::Folder(root) => Some(root),
            Store::Embedded(_) | Store::Remote(_) => None,
        }
    }

    /// What errors and reports call the tape.
    pub(crate) fn name(&self) -> String {
        match self {
            Store::Folder(root) => root.display().to_string(),
            Store::Embedded(_) => "embedded".to_owned(),
            Store::Remote(listed) => listed.remote.url().to_owned(),
        }
    }

    /// What errors and reports call a file of it.
    pub(crate) fn place(&self, path: &str) -> String {
        match self {
            Store::Folder(root) => root.join(path).display().to_string(),
            Store::Embedded(_) => format!("embedded:{path}"),
            Store::Remote(listed) => listed.remote.url_of(path),
        }
    }

    /// The children of a folder, sorted by name; none if the folder is absent. Hidden files are left out.
    pub(crate) fn children(&self, folder: &str) -> Result<Vec<Child>, TapeError> {
        let mut children = match self {
            Store::Folder(root) => children_on_disk(&root.join(folder))?,
            Store::Embedded(files) => inside(folder, files.iter().map(|(path, _)| *path)),
            Store::Remote(listed) => inside(folder, listed.files.keys().map(String::as_str)),
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
            Store::Remote(listed) => {
                let distant = listed.distant(path);
                Reader::from_ranged(&self.place(path), Arc::new(distant))?
            }
        })
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        match self {
            Store::Folder(root) => root.join(path).exists(),
            Store::Embedded(_) => self.embedded(path).is_some(),
            Store::Remote(listed) => listed.files.contains_key(path),
        }
    }

    /// Lists a remote place.
    pub(crate) fn remote(
        url: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Store, TapeError> {
        let remote = Remote::open(url, variables)?;
        let files = remote.list()?.into_iter().map(|o| (o.path, o.bytes));
        Ok(Store::Remote(Listed {
            files: Arc::new(files.collect()),
            remote,
        }))
    }

    /// What went over the line so far; nothing does where there is none.
    pub(crate) fn traffic(&self) -> Option<Traffic> {
        match self {
            Store::Folder(_) | Store::Embedded(_) => None,
            Store::Remote(listed) => Some(listed.remote.traffic()),
        }
    }

    /// Copies a file to a place on disk whose folder is there.
    pub(crate) fn copy(&self, path: &str, to: &Path) -> Result<(), TapeError> {
        let copied = match self {
            Store::Folder(root) => fs::copy(root.join(path), to).map(drop),
            Store::Embedded(_) => fs::write(to, self.embedded(path).unwrap_or_default()),
            Store::Remote(listed) => listed.copy(path, to),
        };
        copied.map_err(TapeError::io(self.place(path), "copy"))
    }

    fn embedded(&self, path: &str) -> Option<&'static [u8]> {
        match self {
            Store::Folder(_) | Store::Remote(_) => None,
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

/// The children of a folder among sorted paths; hidden ones are left out.
fn inside<'a>(folder: &str, paths: impl Iterator<Item = &'a str>) -> Vec<Child> {
    let prefix = format!("{folder}/");
    paths
        .filter_map(|path| path.strip_prefix(&*prefix))
        .filter(|rest| !rest.starts_with('.'))
        .map(|rest| match rest.split_once('/') {
            Some((name, _)) => child(name, true),
            None => child(rest, false),
        })
        .collect()
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
            let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if link {
                no_loop(folder, &entry.path())?;
            }
            children.push(child(&name, entry.path().is_dir()));
        }
    }
    Ok(children)
}

/// Refuses a link that leads to itself or to a folder it lies in: what is behind it has no end. Passed over, it would
/// hide that files are missing.
fn no_loop(folder: &Path, link: &Path) -> Result<(), TapeError> {
    let refused = TapeError::io(link.display().to_string(), "follow");
    let above =
        fs::canonicalize(folder).map_err(TapeError::io(folder.display().to_string(), "read"))?;
    match fs::canonicalize(link) {
        Ok(behind) if above.starts_with(&behind) => {
            let problem = "the link leads back to a folder it lies in; remove it";
            Err(refused(io::Error::other(problem)))
        }
        Ok(_) => Ok(()),
        // Leads nowhere: whoever opens it says so.
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(refused(e)),
    }
}
