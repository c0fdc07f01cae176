//! A file on its way in: bytes that can be read from the beginning as often as a format needs.

use std::fs::{self, File};
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use crate::error::TapeError;
use crate::import::ImportOptions;
use crate::import::name::of_file;
use crate::import::rows::Csv;

/// What a file's first bytes say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Medium {
    Csv,
    Zip,
    Parquet,
}

/// One file and what was said about it.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a Path,
    /// The bytes, where they are in memory already.
    pub(crate) held: Option<&'a [u8]>,
    pub(crate) options: &'a ImportOptions,
    pub(crate) stop: &'a AtomicBool,
}

impl<'a> Source<'a> {
    /// What errors call it.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The symbol that was given, else the one its name tells.
    ///
    /// # Errors
    /// [`TapeError::Unnamed`].
    pub(crate) fn symbol(&self) -> Result<String, TapeError> {
        of_file(self.path, self.options.symbol.as_deref())
    }

    /// All bytes, from the first.
    ///
    /// # Errors
    /// [`TapeError::Io`].
    pub(crate) fn open(&self) -> Result<Box<dyn Read + 'a>, TapeError> {
        if let Some(bytes) = self.held {
            return Ok(Box::new(bytes));
        }
        let name = self.name();
        let facts = fs::metadata(self.path).map_err(TapeError::io(&name, "read"))?;
        // Opening a pipe waits for a writer who may never come.
        if !facts.is_file() {
            let odd = io::Error::other("not a regular file");
            return Err(TapeError::io(name, "read")(odd));
        }
        let file = File::open(self.path).map_err(TapeError::io(name, "read"))?;
        Ok(Box::new(file))
    }

    /// As CSV, without a byte-order mark.
    ///
    /// # Errors
    /// As [`Csv::open`] and [`open`](Source::open).
    pub(crate) fn csv(&self) -> Result<Csv<'a>, TapeError> {
        let mut csv = Csv::open(&self.name(), self.unmarked()?, self.stop)?.of(*self);
        if let Some(map) = &self.options.columns {
            let called = map.rename(&self.name(), csv.header())?;
            csv.rename(called);
        }
        Ok(csv)
    }

    /// As CSV without a header, whose columns are these.
    ///
    /// # Errors
    /// As [`open`](Source::open).
    pub(crate) fn csv_headless(&self, names: &[&str]) -> Result<Csv<'a>, TapeError> {
        let bytes = self.unmarked()?;
        Ok(Csv::headless(&self.name(), bytes, names, self.stop).of(*self))
    }

    /// All bytes but for a byte-order mark.
    pub(crate) fn unmarked(&self) -> Result<Box<dyn Read + 'a>, TapeError> {
        let mut bytes = self.open()?;
        let mut first = Vec::new();
        let head = bytes.by_ref().take(3).read_to_end(&mut first);
        head.map_err(TapeError::io(self.name(), "read"))?;
        if first == b"\xef\xbb\xbf" {
            first.clear();
        }
        Ok(Box::new(Cursor::new(first).chain(bytes)))
    }

    /// What its first bytes say, else its name.
    ///
    /// # Errors
    /// As [`open`](Source::open).
    pub(crate) fn medium(&self) -> Result<Medium, TapeError> {
        let called = |word: &str| {
            let end = self.path.extension();
            end.is_some_and(|e| e.eq_ignore_ascii_case(word))
        };
        let mut first = Vec::new();
        let head = self.open()?.take(4).read_to_end(&mut first);
        head.map_err(TapeError::io(self.name(), "read"))?;
        Ok(match first.as_slice() {
            b"PK\x03\x04" | b"PK\x05\x06" => Medium::Zip,
            b"PAR1" | b"PARE" => Medium::Parquet,
            // Cut off before its mark, it is still what its name says.
            _ if called("zip") => Medium::Zip,
            _ if called("parquet") => Medium::Parquet,
            _ => Medium::Csv,
        })
    }
}
