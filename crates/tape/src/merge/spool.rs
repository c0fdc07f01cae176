//! Rows that do not fit into memory, kept in a nameless file until they are merged.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::TapeError;
use crate::sheet::Sheet;

/// A file without a name: it is gone when the merge ends, however it ends.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    file: Option<File>,
    len: u64,
    bytes: Vec<u8>,
}

/// Rows in the spool, ascending.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    at: u64,
    rows: usize,
    columns: usize,
    /// The key of the first row.
    pub(crate) first: i64,
}

impl Spool {
    /// A spool beside `root`, or in the nearest folder above it that exists: on the disk the tape will be on.
    pub(crate) fn beside(root: &Path) -> Self {
        let there = |f: &&Path| !f.as_os_str().is_empty() && f.is_dir();
        let folder = root.ancestors().find(there).unwrap_or(Path::new("."));
        Self {
            folder: folder.to_owned(),
            file: None,
            len: 0,
            bytes: Vec::new(),
        }
    }

    /// Keeps rows that ascend.
    pub(crate) fn keep(&mut self, rows: &Sheet) -> Result<Segment, TapeError> {
        let segment = Segment {
            at: self.len,
            rows: rows.keys.len(),
            columns: rows.columns.len(),
            first: rows.keys.first().copied().unwrap_or(i64::MIN),
        };
        self.bytes.clear();
        for key in &rows.keys {
            self.bytes.extend_from_slice(&key.to_le_bytes());
        }
        for value in rows.columns.iter().flatten() {
            self.bytes.extend_from_slice(&value.to_le_bytes());
        }
        self.append()?;
        Ok(segment)
    }

    /// Keeps numbers, and gives the place of the first: each takes 8 bytes.
    pub(crate) fn keep_numbers(
        &mut self,
        numbers: impl Iterator<Item = f64>,
    ) -> Result<u64, TapeError> {
        let at = self.len;
        self.bytes.clear();
        for number in numbers {
            self.bytes.extend_from_slice(&number.to_le_bytes());
        }
        self.append()?;
        Ok(at)
    }

    /// Bytes kept so far.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> u64 {
        self.len
    }

    fn append(&mut self) -> Result<(), TapeError> {
        let written = self.write();
        written.map_err(TapeError::io(self.name(), "write to"))?;
        self.len += self.bytes.len() as u64;
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile_in(&self.folder)?),
        };
        file.seek(SeekFrom::Start(self.len))?;
        file.write_all(&self.bytes)
    }

    /// Hands kept rows back.
    pub(crate) fn give(&mut self, segment: Segment) -> Result<Sheet, TapeError> {
        let words = self.read(segment.at, segment.rows * (1 + segment.columns))?;
        let mut columns = words.chunks(segment.rows.max(1));
        let keys = columns.next().unwrap_or_default();
        Ok(Sheet {
            keys: keys.iter().map(|w| i64::from_le_bytes(*w)).collect(),
            columns: columns
                .map(|c| c.iter().map(|w| f64::from_le_bytes(*w)).collect())
                .collect(),
        })
    }

    /// Hands `count` kept numbers back, the first from the place `at`.
    pub(crate) fn give_numbers(
        &mut self,
        at: u64,
        count: usize,
        out: &mut Vec<f64>,
    ) -> Result<(), TapeError> {
        let words = self.read(at, count)?;
        out.clear();
        out.extend(words.iter().map(|w| f64::from_le_bytes(*w)));
        Ok(())
    }

    fn read(&mut self, at: u64, words: usize) -> Result<&[[u8; 8]], TapeError> {
        self.bytes.resize(words * 8, 0);
        let name = self.name();
        let read = match &mut self.file {
            Some(file) => file
                .seek(SeekFrom::Start(at))
                .and_then(|_| file.read_exact(&mut self.bytes)),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        };
        read.map_err(TapeError::io(name, "read from"))?;
        Ok(self.bytes.as_chunks::<8>().0)
    }

    fn name(&self) -> String {
        format!("a temporary file in {}", self.folder.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_went_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::beside(&folder.path().join("not/yet"));
        let sheet = |from: i64| Sheet {
            keys: (from..from + 3).collect(),
            columns: vec![vec![0.1, -0.0, 1e300], vec![1.0, 2.0, 3.0]],
        };
        let kept: Vec<Segment> = [5, -9]
            .iter()
            .map(|&k| spool.keep(&sheet(k)).unwrap())
            .collect();
        assert_eq!(spool.give(kept[1]).unwrap(), sheet(-9));
        assert_eq!(spool.give(kept[0]).unwrap(), sheet(5));
        assert_eq!((kept[1].first, spool.bytes()), (-9, 2 * 9 * 8));
        #[cfg(unix)]
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            0,
            "it has no name"
        );
    }
}
