//! Where the bytes of a file come from, and how many were taken.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    Ranged(Fetched),
}

/// Bytes that are far away: each request for them costs far more than the bytes it brings.
pub trait Ranged: Debug + Send + Sync {
    /// Size of the file.
    fn size(&self) -> u64;

    /// The bytes of each range, all of which lie inside the file, in the order asked for and complete.
    ///
    /// # Errors
    /// Whatever keeps the bytes away; it is shown to the user.
    fn fetch(&self, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>>;
}

/// What was fetched of a distant file and not yet handed out for good.
#[derive(Debug)]
struct Fetched {
    from: Arc<dyn Ranged>,
    /// The end of the file, which holds the footer; kept, because small files lie in it as a whole.
    tail: (u64, Bytes),
    /// Pieces by their start. Each is asked for once and then let go.
    pieces: Mutex<BTreeMap<u64, Bytes>>,
}

/// Of a distant file this much of its end is fetched at once: the footer of some fifty row groups, or all of a series.
const TAIL_BYTES: u64 = 32 * 1024;
/// The length of the footer and the mark behind it.
const TRAILER_BYTES: u64 = 8;

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

    /// A distant file, its footer fetched: one request, or two where the footer is a long one.
    pub(crate) fn ranged(from: Arc<dyn Ranged>) -> io::Result<Self> {
        let len = from.size();
        let mut tail = fetch_tail(from.as_ref(), len, TAIL_BYTES)?;
        let mut taken = tail.1.len() as u64;
        let footer = footer_bytes(&tail.1).filter(|&footer| footer > taken && footer <= len);
        if let Some(footer) = footer {
            tail = fetch_tail(from.as_ref(), len, footer)?;
            taken += tail.1.len() as u64;
        }
        let pieces = Mutex::default();
        Ok(Self {
            len,
            place: Place::Ranged(Fetched { from, tail, pieces }),
            taken: AtomicU64::new(taken),
        })
    }

    /// Fetches ranges that will be asked for, all in one go. A file at hand needs none of it.
    pub(crate) fn expect(&self, ranges: &[Range<u64>]) -> io::Result<()> {
        let Place::Ranged(fetched) = &self.place else {
            return Ok(());
        };
        let wanted: Vec<Range<u64>> = ranges
            .iter()
            .filter(|range| range.end <= self.len && range.start < range.end)
            .filter(|range| range.start < fetched.tail.0)
            .cloned()
            .collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let brought = fetched.from.fetch(&wanted)?;
        let bytes: u64 = brought.iter().map(|piece| piece.len() as u64).sum();
        self.taken.fetch_add(bytes, Ordering::Relaxed);
        let starts = wanted.into_iter().map(|range| range.start);
        fetched.pieces().extend(starts.zip(brought));
        Ok(())
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Bytes handed out so far; of a distant file, fetched so far.
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
        let count = || self.taken.fetch_add(len as u64, Ordering::Relaxed);
        match &self.place {
            Place::Memory(bytes) => {
                count();
                let start = start as usize;
                Ok(bytes.slice(start..start + len))
            }
            Place::Ranged(fetched) => {
                if let Some(bytes) = fetched.at_hand(start, len) {
                    return Ok(bytes);
                }
                count();
                let range = start..start + len as u64;
                let mut brought = fetched.from.fetch(std::slice::from_ref(&range))?;
                brought
                    .pop()
                    .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
            }
            Place::File(file) => {
                count();
                let mut buffer = std::mem::take(spare);
                buffer.resize(len, 0);
                read_exact_at(file, &mut buffer, start)?;
                Ok(buffer.freeze())
            }
        }
    }
}

impl Fetched {
    fn at_hand(&self, start: u64, len: usize) -> Option<Bytes> {
        let (from, tail) = &self.tail;
        if let Some(skip) = start.checked_sub(*from) {
            let skip = skip as usize;
            return (skip + len <= tail.len()).then(|| tail.slice(skip..skip + len));
        }
        let mut pieces = self.pieces();
        let fits = pieces.get(&start).is_some_and(|piece| piece.len() == len);
        fits.then(|| pieces.remove(&start)).flatten()
    }

    /// A thread that panicked while it held the lock left the pieces whole: take them anyway.
    fn pieces(&self) -> MutexGuard<'_, BTreeMap<u64, Bytes>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fetch_tail(from: &dyn Ranged, len: u64, wanted: u64) -> io::Result<(u64, Bytes)> {
    let start = len.saturating_sub(wanted);
    if start == len {
        return Ok((start, Bytes::new()));
    }
    let mut brought = from.fetch(std::slice::from_ref(&(start..len)))?;
    let bytes = brought.pop().unwrap_or_default();
    if bytes.len() as u64 == len - start {
        Ok((start, bytes))
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

/// The footer's length with its trailer, as the last bytes of a Parquet file say it.
fn footer_bytes(tail: &Bytes) -> Option<u64> {
    let trailer = tail.len().checked_sub(TRAILER_BYTES as usize)?;
    let length: [u8; 4] = tail.get(trailer..trailer + 4)?.try_into().ok()?;
    (tail.ends_with(b"PAR1")).then(|| u64::from(u32::from_le_bytes(length)) + TRAILER_BYTES)
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
