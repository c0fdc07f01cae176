//! Zip archives of strangers: opened with care, read as streams, never larger than they may be.

use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::TapeError;
use crate::import::source::Source;

/// Bytes an entry may unpack to. A year of one share's minutes is 5 MB; an archive that claims more than this is a slip
/// or a trap.
const MOST_BYTES: u64 = 1 << 30;

/// Entries an archive may have.
const MOST_ENTRIES: usize = 4096;

/// Bytes that can be read from anywhere.
trait Bytes: Read + Seek {}

impl<T: Read + Seek> Bytes for T {}

/// An open archive.
pub(crate) struct Archive<'a> {
    file: String,
    zip: ZipArchive<Box<dyn Bytes + 'a>>,
}

impl fmt::Debug for Archive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl<'a> Archive<'a> {
    /// Opens an archive and reads its table of contents.
    ///
    /// # Errors
    /// [`TapeError::Io`], [`TapeError::Archive`].
    pub(crate) fn open(source: &Source<'a>) -> Result<Self, TapeError> {
        if let Some(bytes) = source.held {
            return Self::of(source.name(), Box::new(Cursor::new(bytes)));
        }
        let file = File::open(source.path);
        let file = file.map_err(TapeError::io(source.name(), "read"))?;
        Self::of(source.name(), Box::new(file))
    }

    fn of(file: String, bytes: Box<dyn Bytes + 'a>) -> Result<Self, TapeError> {
        let zip = ZipArchive::new(bytes).map_err(|e| damaged(&file, &e))?;
        if zip.len() > MOST_ENTRIES {
            let found = format!("{} entries", zip.len());
            return Err(archive(&file, found, "at most 4096 entries"));
        }
        Ok(Archive { file, zip })
    }

    /// The names of the entries that are files, with their places, sorted by name.
    pub(crate) fn names(&self) -> Vec<(usize, String)> {
        let mut names: Vec<(usize, String)> = (0..self.zip.len())
            .filter_map(|at| Some((at, self.zip.name_for_index(at)?.ok()?.into_owned())))
            .filter(|(_, name)| !name.ends_with('/'))
            .collect();
        names.sort_by(|(_, a), (_, b)| a.cmp(b));
        names
    }

    /// An entry as a stream. What is wrong in its midst comes as an [`io::Error`] that says so.
    ///
    /// # Errors
    /// [`TapeError::Archive`] for one that is encrypted, packed by another method than deflate, or too large.
    pub(crate) fn entry(&mut self, at: usize) -> Result<impl Read + '_, TapeError> {
        let file = self.file.clone();
        let entry = self.zip.by_index(at).map_err(|e| damaged(&file, &e))?;
        if entry.size() > MOST_BYTES {
            let found = format!("an entry of {} bytes", entry.size());
            return Err(archive(&file, found, "entries of at most 1 GiB"));
        }
        Ok(Bounded {
            inner: entry,
            left: MOST_BYTES,
        })
    }
}

/// Reads up to a bound, and beyond it fails: a header may lie about what comes.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(got as u64)
            .ok_or_else(|| io::Error::other("the entry unpacks to more than 1 GiB"))?;
        Ok(got)
    }
}

fn damaged(file: &str, error: &ZipError) -> TapeError {
    archive(
        file,
        error.to_string(),
        "a whole zip archive, not encrypted, packed by deflate or not at all",
    )
}

fn archive(file: &str, found: String, expected: &'static str) -> TapeError {
    TapeError::Archive {
        file: file.to_owned(),
        found,
        expected,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write as _;

    use zip::write::SimpleFileOptions;

    use super::*;

    /// The bytes of an archive with these entries.
    pub(crate) fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            let how =
                SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            writer.start_file(*name, how).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: &[u8]) -> Result<Archive<'_>, TapeError> {
        Archive::of("made-up.zip".to_owned(), Box::new(Cursor::new(bytes)))
    }

    #[test]
    fn entries_come_by_name_and_whole() {
        let bytes = packed(&[("b.csv", b"2"), ("a.csv", b"one")]);
        let mut archive = open(&bytes).unwrap();
        assert_eq!(
            archive.names(),
            [(1, "a.csv".to_owned()), (0, "b.csv".to_owned())]
        );
        let mut text = String::new();
        archive.entry(1).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "one");
    }

    #[test]
    fn an_archive_cut_anywhere_is_an_error_and_no_panic() {
        let rows = b"20200102 00:00,1,1,1,1,1\n".repeat(400);
        let whole = packed(&[("iwm.csv", &rows)]);
        for cut in 0..whole.len() {
            let error = open(&whole[..cut]).unwrap_err();
            assert!(matches!(error, TapeError::Archive { .. }), "{cut}: {error}");
        }
    }

    #[test]
    fn bytes_changed_in_the_midst_are_told_by_the_checksum() {
        let rows: Vec<u8> = (0..4000u32)
            .flat_map(|n| n.to_string().into_bytes())
            .collect();
        let mut bytes = packed(&[("iwm.csv", &rows)]);
        bytes[2000] ^= 0x10;
        let mut archive = open(&bytes).unwrap();
        let read = archive.entry(0).unwrap().read_to_end(&mut Vec::new());
        assert!(read.is_err());
    }

    #[test]
    fn no_more_is_unpacked_than_is_allowed() {
        let mut bounded = Bounded {
            inner: io::repeat(0),
            left: 10_000,
        };
        let error = io::copy(&mut bounded, &mut io::sink()).unwrap_err();
        assert!(error.to_string().contains("1 GiB"), "{error}");
    }
}
