//! Files into columns: the footer, and what can be told from it.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::{Bytes, BytesMut};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::statistics::Statistics;

use crate::error::TableError;
use crate::kind::Kind;
use crate::source::{Ranged, Source};

/// A footer may claim any number of rows, and memory is asked for by that number. Real writers stay far below this.
const MOST_ROWS_PER_GROUP: i64 = 1 << 26;

/// What has been taken from a file so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Bytes read, the footer's among them.
    pub bytes: u64,
    /// Columns of row groups decoded.
    pub chunks: u64,
}

/// An open Parquet file: its footer read, its columns ready to be decoded.
#[derive(Debug)]
pub struct Reader {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) meta: ParquetMetaData,
    pub(crate) chunks: AtomicU64,
    columns: Vec<(String, Kind)>,
    facts: BTreeMap<String, String>,
}

impl Reader {
    /// Opens a file and reads its footer.
    ///
    /// # Errors
    /// [`TableError::Io`], [`TableError::NotParquet`].
    pub fn open(path: &Path) -> Result<Self, TableError> {
        Self::new(path.display().to_string(), Source::open(path)?)
    }

    /// Opens a file held in memory; `name` is what errors call it.
    ///
    /// # Errors
    /// [`TableError::NotParquet`].
    pub fn from_bytes(name: &str, bytes: Bytes) -> Result<Self, TableError> {
        Self::new(name.to_owned(), Source::memory(bytes))
    }

    /// Opens a distant file and fetches its footer; `name` is what errors call it.
    ///
    /// # Errors
    /// [`TableError::Io`], [`TableError::NotParquet`].
    pub fn from_ranged(name: &str, from: Arc<dyn Ranged>) -> Result<Self, TableError> {
        let source = Source::ranged(from).map_err(TableError::io(name, "read"))?;
        Self::new(name.to_owned(), source)
    }

    fn new(name: String, source: Source) -> Result<Self, TableError> {
        let damaged = |detail: String| TableError::NotParquet {
            name: name.clone(),
            detail,
        };
        if source.len() == 0 {
            return Err(damaged("the file is empty".to_owned()));
        }
        if encrypted(&source) {
            return Err(TableError::Encrypted { name });
        }
        let meta = guarded(|| ParquetMetaDataReader::new().parse_and_finish(&source))
            .and_then(|parsed| parsed.map_err(|e| e.to_string()))
            .map_err(damaged)?;
        check(&meta).map_err(damaged)?;
        let columns: Vec<(String, Kind)> = meta
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|c| (c.path().string(), Kind::of(c)))
            .collect();
        let mut names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let mut pairs = names.iter().zip(names.iter().skip(1));
        if let Some((twice, _)) = pairs.find(|(a, b)| a == b) {
            return Err(TableError::Shape {
                found: format!("two named `{twice}`"),
                expected: "each name once; write the file again without the other".to_owned(),
                name,
            });
        }
        let facts = meta
            .file_metadata()
            .key_value_metadata()
            .into_iter()
            .flatten()
            .filter_map(|kv| Some((kv.key.clone(), kv.value.clone()?)))
            .collect();
        Ok(Self {
            name,
            source,
            meta,
            chunks: AtomicU64::new(0),
            columns,
            facts,
        })
    }

    /// The path, or the name given with bytes in memory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Size of the file.
    pub fn bytes(&self) -> u64 {
        self.source.len()
    }

    /// What has been read so far.
    pub fn counts(&self) -> Counts {
        Counts {
            bytes: self.source.taken(),
            chunks: self.chunks.load(Ordering::Relaxed),
        }
    }

    /// Rows in the file.
    pub fn rows(&self) -> u64 {
        (0..self.groups()).map(|g| self.group_rows(g) as u64).sum()
    }

    /// Number of row groups.
    pub fn groups(&self) -> usize {
        self.meta.num_row_groups()
    }

    /// Rows in a group; 0 for a group that is not there.
    pub fn group_rows(&self, group: usize) -> usize {
        let group = self.meta.row_groups().get(group);
        group.map_or(0, |g| g.num_rows() as usize)
    }

    /// Names and kinds of the columns, in file order. Members of nested columns are named by their path.
    pub fn columns(&self) -> &[(String, Kind)] {
        &self.columns
    }

    /// True if there is a column of that name.
    pub fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|(name, _)| name == column)
    }

    /// A fact of the key-value metadata.
    pub fn fact(&self, key: &str) -> Option<&str> {
        self.facts.get(key).map(String::as_str)
    }

    /// All facts, sorted by key.
    pub fn facts(&self) -> &BTreeMap<String, String> {
        &self.facts
    }

    /// Least and greatest instant of a column in a row group, in microseconds and rounded outward, or `None` if the
    /// footer does not tell.
    pub fn time_bounds_micros(&self, group: usize, column: &str) -> Option<(i64, i64)> {
        let (kind, chunk) = self.chunk(group, column)?;
        let Some(Statistics::Int64(s)) = chunk.statistics() else {
            return None;
        };
        let (low, high) = (*s.min_opt()?, *s.max_opt()?);
        match kind {
            Kind::TimeMicros => Some((low, high)),
            Kind::TimeMillis => Some((low.checked_mul(1000)?, high.checked_mul(1000)?)),
            Kind::TimeNanos => Some((low.div_euclid(1000), high.div_euclid(1000) + 1)),
            _ => None,
        }
    }

    /// Least and greatest of a column of 64-bit integers in a row group, or `None` if the footer does not tell.
    pub fn integer_bounds(&self, group: usize, column: &str) -> Option<(i64, i64)> {
        let (Kind::Int64, chunk) = self.chunk(group, column)? else {
            return None;
        };
        match chunk.statistics()? {
            Statistics::Int64(s) => Some((*s.min_opt()?, *s.max_opt()?)),
            _ => None,
        }
    }

    /// First and last date of a column in a row group, days since 1970-01-01, or `None` if the footer does not tell.
    pub fn date_bounds_days(&self, group: usize, column: &str) -> Option<(i32, i32)> {
        let (Kind::Date, chunk) = self.chunk(group, column)? else {
            return None;
        };
        match chunk.statistics()? {
            Statistics::Int32(s) => Some((*s.min_opt()?, *s.max_opt()?)),
            _ => None,
        }
    }

    /// First and last text of a column in a row group by byte order, or `None` if the footer does not tell them whole.
    pub fn text_bounds(&self, group: usize, column: &str) -> Option<(&str, &str)> {
        let (Kind::Text, chunk) = self.chunk(group, column)? else {
            return None;
        };
        let s = chunk.statistics()?;
        // A bound that was cut short is no text of the group.
        let whole = matches!(s, Statistics::ByteArray(_))
            && !s.is_min_max_deprecated()
            && s.min_is_exact()
            && s.max_is_exact();
        let text = |bytes: Option<_>| std::str::from_utf8(bytes?).ok();
        whole.then(|| text(s.min_bytes_opt()).zip(text(s.max_bytes_opt())))?
    }

    /// True unless the footer proves that no row of the group has `text` in the column.
    pub fn may_hold_text(&self, group: usize, column: &str, text: &str) -> bool {
        let Some((Kind::Text, chunk)) = self.chunk(group, column) else {
            return true;
        };
        match chunk.statistics() {
            // The old statistics compared bytes as signed numbers: useless for text.
            Some(s @ Statistics::ByteArray(_)) if !s.is_min_max_deprecated() => {
                let text = text.as_bytes();
                s.min_bytes_opt().is_none_or(|low| low <= text)
                    && s.max_bytes_opt().is_none_or(|high| text <= high)
            }
            _ => true,
        }
    }

    fn chunk(&self, group: usize, column: &str) -> Option<(Kind, &ColumnChunkMetaData)> {
        let at = self.columns.iter().position(|(name, _)| name == column)?;
        let chunk = self.meta.row_groups().get(group)?.columns().get(at)?;
        Some((self.columns[at].1, chunk))
    }

    pub(crate) fn no_such_group(&self, group: usize) -> TableError {
        TableError::NoSuchGroup {
            name: self.name.clone(),
            group,
            found: self.groups(),
        }
    }

    /// The place and kind of a column.
    pub(crate) fn find(&self, column: &str) -> Result<(usize, Kind), TableError> {
        match self.columns.iter().position(|(name, _)| name == column) {
            Some(at) => Ok((at, self.columns[at].1)),
            None => Err(TableError::NoSuchColumn {
                name: self.name.clone(),
                column: column.to_owned(),
                has: self.columns.iter().map(|(name, _)| name.clone()).collect(),
            }),
        }
    }
}

/// Encrypted footers end in a mark of their own.
fn encrypted(source: &Source) -> bool {
    let tail = source.len().checked_sub(4);
    let tail = tail.and_then(|at| source.bytes(at, 4, &mut BytesMut::new()).ok());
    tail.is_some_and(|tail| *tail == *b"PARE")
}

/// Runs a decoder of the parquet crate on bytes that may be anything.
///
/// That crate asserts here and there on what a file says (a dictionary index without a dictionary, a negative offset,
/// a level beyond its width). This is the one place that turns such a panic into an error; nothing of ours is touched
/// by the unwinding, since each call owns what it fills.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(decode)).map_err(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        format!("the decoder gave up: {}", text.unwrap_or("no reason given"))
    })
}

/// What the rest of this room takes for granted about a footer.
fn check(meta: &ParquetMetaData) -> Result<(), String> {
    let width = meta.file_metadata().schema_descr().num_columns();
    for (g, group) in meta.row_groups().iter().enumerate() {
        let rows = group.num_rows();
        if !(0..=MOST_ROWS_PER_GROUP).contains(&rows) {
            return Err(format!(
                "row group {g} claims {rows} rows; at most {MOST_ROWS_PER_GROUP} are taken"
            ));
        }
        if group.columns().len() != width {
            let found = group.columns().len();
            return Err(format!(
                "row group {g} has {found} columns, the schema {width}"
            ));
        }
        for column in group.columns() {
            let start = column
                .dictionary_page_offset()
                .unwrap_or(column.data_page_offset());
            if start < 0 || column.compressed_size() < 0 {
                return Err(format!(
                    "row group {g} places column {} before the file",
                    column.column_path()
                ));
            }
        }
    }
    Ok(())
}
