//! Where the bytes of a file come from, and how many were taken.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::buf::{Buf, Reader as BufReader};
use bytes::{Bytes, BytesMut};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

use crate::error::TableError;

/// A file or bytes in memory, readable from many threads at once.
#[derive(Debug)]
pub(crate) struct Source {
    place: Place,
    len: u64,
    taken: AtomicU64,
}

#[derive(Debug)]
enum Place {
    File(File),
    Memory(Bytes),
}

impl Source {
    pub(crate) fn open(path: &Path) -> Result<Self, TableError> {
        let name = path.display().to_string();
        // Looked at before it is opened: opening a pipe waits for a writer who may never come.
        let facts = std::fs::metadata(path).map_err(TableError::io(&name, "open"))?;
        if facts.is_dir() {
            let source = io::Error::from(io::ErrorKind::IsADirectory);
            return Err(TableError::io(&name, "read")(source));
        }
        if !facts.is_file() {
            let source = io::Error::other("not a regular file");
            return Err(TableError::io(&name, "read")(source));
        }
        let file = File::open(path).map_err(TableError::io(&name, "open"))?;
        Ok(Self {
            len: facts.len(),
            place: Place::File(file),
            taken: AtomicU64::new(0),
        })
    }

    pub(crate) fn memory(bytes: Bytes) -> Self {
        Self {
            len: bytes.len() as u64,
            place: Place::Memory(bytes),
            taken: AtomicU64::new(0),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes handed out so far.
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// The bytes at `start`. A length that the file does not have is refused before memory is asked for: lengths come
    /// from the file itself.
    ///
    /// `spare` is memory to use again: fresh memory costs more, page by page, than the decoding does.
    pub(crate) fn bytes(&self, start: u64, len: usize, spare: &mut BytesMut) -> io::Result<Bytes> {
        let end = start.checked_add(len as u64).filter(|&end| end <= self.len);
        if end.is_none() {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!(
                    "{len} bytes at {start} are named, the file has {}",
                    self.len
                ),
            ));
        }
        self.taken.fetch_add(len as u64, Ordering::Relaxed);
        match &self.place {
            Place::Memory(bytes) => {
                let start = start as usize;
                Ok(bytes.slice(start..start + len))
            }
            Place::File(file) => {
                let mut buffer = std::mem::take(spare);
                buffer.resize(len, 0);
                read_exact_at(file, &mut buffer, start)?;
                Ok(buffer.freeze())
            }
        }
    }
}

/// Positioned reads share no cursor, so threads need no lock.
#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, start)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut start: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                buffer = &mut buffer[n..];
                start += n as u64;
            }
        }
    }
    Ok(())
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.len
    }
}

/// For the footer only: column data are taken through [`Chunk`].
impl ChunkReader for Source {
    type T = BufReader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let rest = self.len.saturating_sub(start);
        Ok(self.get_bytes(start, rest as usize)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.bytes(start, length, &mut BytesMut::new())
            .map_err(|e| ParquetError::External(Box::new(e)))
    }
}

/// The bytes of one column in one row group, taken in one read, addressed by their place in the file.
pub(crate) struct Chunk {
    pub(crate) start: u64,
    pub(crate) bytes: Bytes,
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Chunk {
    type T = BufReader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let length = Length::len(self).saturating_sub(start);
        Ok(self.get_bytes(start, length as usize)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let from = start.checked_sub(self.start).map(|from| from as usize);
        let within = from.and_then(|from| Some(from..from.checked_add(length)?));
        match within {
            Some(range) if range.end <= self.bytes.len() => Ok(self.bytes.slice(range)),
            _ => Err(ParquetError::EOF(format!(
                "{length} bytes at {start} lie outside the column"
            ))),
        }
    }
}
