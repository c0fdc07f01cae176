//! Tables into files.

use std::collections::BTreeMap;
use std::io;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression as Codec, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type as SchemaType};

use crate::atomic::{AtomicFile, StagedFile};
use crate::column::Column;
use crate::error::TableError;

/// How pages are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    #[default]
    None,
    /// Snappy.
    Snappy,
    /// LZ4, raw blocks.
    Lz4,
    /// Zstandard at its lightest level.
    Zstd,
}

/// How values are laid out before compression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One after the other.
    #[default]
    Plain,
    /// Numbers cut into byte planes, which compress better.
    ByteStreams,
    /// A dictionary of distinct values and short indices into it.
    Dictionary,
}

/// How a table is laid out in its file. The default is what measurement favoured for tapes (docs/tape.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Rows in a group: the unit of pruning and of parallel reading.
    pub rows_per_group: usize,
    /// How pages are compressed.
    pub compression: Compression,
    /// How numbers and times are laid out. Text always gets a dictionary.
    pub layout: Layout,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rows_per_group: 131_072,
            compression: Compression::None,
            layout: Layout::Plain,
        }
    }
}

/// Named columns of one length, with facts about them.
#[derive(Clone, Debug, Default)]
pub struct Table<'a> {
    columns: Vec<(String, Column<'a>)>,
    facts: BTreeMap<String, String>,
}

impl<'a> Table<'a> {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column to the right.
    #[must_use]
    pub fn column(mut self, name: &str, values: Column<'a>) -> Self {
        self.columns.push((name.to_owned(), values));
        self
    }

    /// Adds a fact about the table, kept in the file's key-value metadata.
    #[must_use]
    pub fn fact(mut self, key: &str, value: &str) -> Self {
        self.facts.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, c)| c.len())
    }

    /// The whole file in memory.
    ///
    /// # Errors
    /// [`TableError::Length`], [`TableError::Shape`] for a name given twice.
    pub fn to_bytes(&self, options: &Options) -> Result<Vec<u8>, TableError> {
        let mut writer = Writer::new("table in memory", Vec::new(), self, options)?;
        writer.write(self)?;
        writer.finish()
    }

    /// Writes the file whole and renames it into place, so that nobody ever sees half of it.
    ///
    /// # Errors
    /// [`TableError::Io`], [`TableError::Length`], [`TableError::Shape`] for a name given twice.
    pub fn write_atomic(&self, path: &Path, options: &Options) -> Result<(), TableError> {
        self.stage(path, options)?.commit()
    }

    /// Writes the file whole beside its place; [`StagedFile::commit`] puts it there.
    ///
    /// # Errors
    /// As [`write_atomic`](Table::write_atomic).
    pub fn stage(&self, path: &Path, options: &Options) -> Result<StagedFile, TableError> {
        let name = path.display().to_string();
        let mut writer = Writer::new(&name, AtomicFile::create(path)?, self, options)?;
        writer.write(self)?;
        writer.finish()?.stage()
    }

    fn check_lengths(&self, name: &str) -> Result<(), TableError> {
        let expected = self.rows();
        match self.columns.iter().find(|(_, c)| c.len() != expected) {
            None => Ok(()),
            Some((column, values)) => Err(TableError::Length {
                name: name.to_owned(),
                column: column.clone(),
                found: values.len(),
                expected,
            }),
        }
    }

    fn schema(&self, name: &str) -> Result<SchemaType, TableError> {
        let names = || self.columns.iter().map(|(n, _)| n.as_str());
        if let Some((at, twice)) = names()
            .enumerate()
            .find(|&(at, n)| names().take(at).any(|m| m == n))
        {
            return Err(TableError::Shape {
                name: name.to_owned(),
                found: format!("`{twice}` again as column {at}"),
                expected: "each name once".to_owned(),
            });
        }
        let fields: Result<Vec<_>, _> = self
            .columns
            .iter()
            .map(|(name, column)| column.schema(name).map(Arc::new))
            .collect();
        fields
            .and_then(|fields| {
                SchemaType::group_type_builder("table")
                    .with_fields(fields)
                    .build()
            })
            .map_err(encode(name))
    }
}

/// Writes one file piece by piece; every piece begins a new row group.
pub struct Writer<W: Write + Send> {
    pub(crate) inner: SerializedFileWriter<W>,
    pub(crate) schema: SchemaType,
    pub(crate) name: String,
    rows_per_group: usize,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file with the columns and facts of `shape`, whose rows are not written by this.
    ///
    /// # Errors
    /// [`TableError::Shape`] for a column name given twice, [`TableError::Encode`].
    pub fn new(
        name: &str,
        sink: W,
        shape: &Table<'_>,
        options: &Options,
    ) -> Result<Self, TableError> {
        let schema = shape.schema(name)?;
        let properties = properties(shape, options);
        let inner = SerializedFileWriter::new(sink, Arc::new(schema.clone()), Arc::new(properties))
            .map_err(encode(name))?;
        Ok(Self {
            inner,
            schema,
            name: name.to_owned(),
            rows_per_group: options.rows_per_group.max(1),
        })
    }

    /// Appends the rows of `piece`, whose columns must be those the file began with.
    ///
    /// # Errors
    /// [`TableError::Shape`], [`TableError::Length`], [`TableError::Encode`] (a full disk for one).
    pub fn write(&mut self, piece: &Table<'_>) -> Result<(), TableError> {
        piece.check_lengths(&self.name)?;
        let found = piece.schema(&self.name)?;
        if found != self.schema {
            return Err(TableError::Shape {
                name: self.name.clone(),
                found: describe(&found),
                expected: describe(&self.schema),
            });
        }
        let rows = piece.rows();
        for from in (0..rows).step_by(self.rows_per_group) {
            let to = rows.min(from + self.rows_per_group);
            self.group(piece, from..to).map_err(encode(&self.name))?;
        }
        Ok(())
    }

    fn group(&mut self, piece: &Table<'_>, rows: Range<usize>) -> Result<(), ParquetError> {
        let mut group = self.inner.next_row_group()?;
        for (_, column) in &piece.columns {
            if let Some(mut to) = group.next_column()? {
                column.write(rows.clone(), &mut to)?;
                to.close()?;
            }
        }
        group.close().map(drop)
    }

    /// Writes the footer and gives back what was written to.
    ///
    /// # Errors
    /// [`TableError::Encode`].
    pub fn finish(self) -> Result<W, TableError> {
        self.inner.into_inner().map_err(encode(&self.name))
    }
}

pub(crate) fn encode(name: &str) -> impl FnOnce(ParquetError) -> TableError {
    let name = name.to_owned();
    move |e| match e {
        // What the system said, a full disk for one, comes wrapped.
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(source) => TableError::Io {
                name,
                doing: "write",
                source: *source,
            },
            Err(other) => TableError::Encode {
                name,
                detail: other.to_string(),
            },
        },
        other => TableError::Encode {
            name,
            detail: other.to_string(),
        },
    }
}

pub(crate) fn describe(schema: &SchemaType) -> String {
    let names: Vec<_> = schema
        .get_fields()
        .iter()
        .map(|f| format!("{} ({})", f.name(), f.get_physical_type()))
        .collect();
    names.join(", ")
}

fn properties(shape: &Table<'_>, options: &Options) -> WriterProperties {
    let compression = match options.compression {
        Compression::None => Codec::UNCOMPRESSED,
        Compression::Snappy => Codec::SNAPPY,
        Compression::Lz4 => Codec::LZ4_RAW,
        Compression::Zstd => Codec::ZSTD(ZstdLevel::default()),
    };
    let facts: Vec<KeyValue> = shape
        .facts
        .iter()
        .map(|(k, v)| KeyValue::new(k.clone(), v.clone()))
        .collect();
    let mut builder = WriterProperties::builder()
        // No version, no date: the same table gives the same bytes from every build.
        .set_created_by("stormproof".to_owned())
        .set_compression(compression)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(None)
        .set_dictionary_enabled(false)
        .set_key_value_metadata((!facts.is_empty()).then_some(facts));
    for (name, column) in &shape.columns {
        let path = ColumnPath::from(name.as_str());
        builder = if column.is_text() || options.layout == Layout::Dictionary {
            builder.set_column_dictionary_enabled(path, true)
        } else if options.layout == Layout::ByteStreams && column.is_number() {
            builder.set_column_encoding(path, Encoding::BYTE_STREAM_SPLIT)
        } else {
            builder.set_column_encoding(path, Encoding::PLAIN)
        };
    }
    builder.build()
}
