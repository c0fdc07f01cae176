//! A tape: where it is, what it holds, and what was wanted of it.

use std::fs;
use std::path::Path;

use market::{Date, Fields, Interval, Snapshot};

use crate::embedded;
use crate::error::TapeError;
use crate::manifest;
use crate::read;
use crate::store::Store;

/// A tape, open for reading and, in a folder, for merging.
#[derive(Clone, Debug)]
pub struct Tape {
    pub(crate) store: Store,
}

/// Bars to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct BarWant {
    /// The symbol, as the tape names it.
    pub symbol: String,
    /// The bar interval.
    pub interval: Interval,
    /// The columns; the others stay empty.
    pub fields: Fields,
    /// The first exchange date; `None` for the tape's first bar.
    pub from: Option<Date>,
    /// The last exchange date; `None` for the tape's last bar.
    pub to: Option<Date>,
}

impl BarWant {
    /// Daily bars from the tape's first to the exchange date `to`; `None` for its last.
    pub fn daily(symbol: &str, fields: Fields, to: Option<Date>) -> Self {
        Self {
            symbol: symbol.to_owned(),
            interval: Interval::Day,
            fields,
            from: None,
            to,
        }
    }
}

/// What a run needs of a tape; nothing else is read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Want {
    /// Bars. A symbol the tape lacks is an error.
    pub bars: Vec<BarWant>,
    /// Series by name, whole. A series the tape lacks is an error.
    pub series: Vec<String>,
    /// Symbols whose dividends are wanted; those without a record are absent from the snapshot.
    pub dividends: Vec<String>,
    /// Symbols whose splits are wanted; those without a record are absent from the snapshot.
    pub splits: Vec<String>,
    /// Kinds of events, whole. A kind the tape lacks is an error.
    pub events: Vec<String>,
}

/// What reading took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadStats {
    /// Files opened.
    pub files: u64,
    /// Row groups in those files.
    pub groups: u64,
    /// Row groups decoded, at least in part: the others were ruled out by their statistics.
    pub groups_read: u64,
    /// Columns of row groups decoded.
    pub chunks: u64,
    /// Bytes read, footers among them; of a remote tape, bytes that came over the line.
    pub bytes: u64,
    /// Requests a remote tape answered; 0 for the others.
    pub requests: u64,
}

impl Tape {
    /// The tape in an existing folder.
    ///
    /// # Errors
    /// [`TapeError::NoTape`] if there is no such folder, [`TapeError::Io`] if it cannot be looked at,
    /// [`TapeError::RemoteWrite`] for a URL, which [`open_remote`](Tape::open_remote) opens for reading.
    pub fn open(path: impl AsRef<Path>) -> Result<Tape, TapeError> {
        let path = path.as_ref();
        refuse_url(path)?;
        let name = path.display().to_string();
        match fs::metadata(path) {
            Ok(facts) if facts.is_dir() => Ok(Tape {
                store: Store::Folder(path.to_owned()),
            }),
            Ok(_) => Err(TapeError::NoTape { path: name }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                Err(TapeError::NoTape { path: name })
            }
            Err(e) => Err(TapeError::io(name, "open")(e)),
        }
    }

    /// The tape in a folder that need not exist yet; it is made when something is written.
    ///
    /// # Errors
    /// [`TapeError::NotAFolder`], and as [`open`](Tape::open) for a path that is there.
    pub fn open_or_new(path: impl AsRef<Path>) -> Result<Tape, TapeError> {
        let path = path.as_ref();
        match Tape::open(path) {
            Err(TapeError::NoTape { .. }) if !path.exists() => Ok(Tape {
                store: Store::Folder(path.to_owned()),
            }),
            Err(TapeError::NoTape { path }) => Err(TapeError::NotAFolder { path }),
            other => other,
        }
    }

    /// The tape at a URL: `s3://bucket/prefix`, `gs://…`, `az://…`, `http://…` or `https://…`. It is listed now, and
    /// read by ranges: only what is wanted comes over the line. `variables` are the environment's, see
    /// [`remote::Remote::open`].
    ///
    /// # Errors
    /// [`TapeError::Remote`].
    pub fn open_remote(
        url: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Tape, TapeError> {
        Ok(Tape {
            store: Store::remote(url, variables)?,
        })
    }

    /// True if a place is named by a URL, not by a path.
    pub fn is_url(place: &str) -> bool {
        remote::is_url(place)
    }

    /// Writes `manifest.json` into the tape's folder: the paths and sizes of its files, without which a web server's
    /// tape cannot be read. Returns how many it lists.
    ///
    /// # Errors
    /// [`TapeError::ReadOnly`], [`TapeError::RemoteWrite`], [`TapeError::Io`], [`TapeError::Table`].
    pub fn write_manifest(&self) -> Result<usize, TapeError> {
        manifest::write(self)
    }

    /// The simulated tape compiled into the program.
    pub fn embedded() -> Tape {
        Tape {
            store: Store::Embedded(embedded::FILES),
        }
    }

    /// What errors and reports call it: its folder, or `embedded`.
    pub fn name(&self) -> String {
        self.store.name()
    }

    /// Reads and validates what is wanted, row groups in parallel on up to `threads` threads.
    ///
    /// # Errors
    /// [`TapeError::Absent`] with what there is instead, [`TapeError::Bar`] and [`TapeError::Record`] for rows that no
    /// replay may use, [`TapeError::Table`] for damaged files and other columns than a tape's.
    pub fn read(&self, want: &Want, threads: usize) -> Result<Snapshot, TapeError> {
        self.read_counted(want, threads)
            .map(|(snapshot, _)| snapshot)
    }

    /// As [`read`](Tape::read), and tells what it took.
    ///
    /// # Errors
    /// As [`read`](Tape::read).
    pub fn read_counted(
        &self,
        want: &Want,
        threads: usize,
    ) -> Result<(Snapshot, ReadStats), TapeError> {
        let before = self.store.traffic().unwrap_or_default();
        let (snapshot, mut stats) = read::snapshot(self, want, threads)?;
        if let Some(after) = self.store.traffic() {
            stats.bytes = after.bytes - before.bytes;
            stats.requests = after.requests - before.requests;
        }
        Ok((snapshot, stats))
    }
}

/// Refuses a URL where something is to be written: as a path it would make a folder named `s3:`.
pub(crate) fn refuse_url(path: &Path) -> Result<(), TapeError> {
    match path.to_str().filter(|text| remote::is_url(text)) {
        None => Ok(()),
        Some(url) => Err(TapeError::RemoteWrite {
            url: url.to_owned(),
        }),
    }
}
