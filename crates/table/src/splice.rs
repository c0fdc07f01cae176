//! Files joined without being decoded.

use std::io::Write;

use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;

use crate::error::TableError;
use crate::read::{Reader, guarded};
use crate::write::{Writer, describe, encode};

impl<W: Write + Send> Writer<W> {
    /// Appends the row groups of another file as they are, byte for byte. Its columns must be those this file began with;
    /// how they are compressed and laid out stays as it was there.
    ///
    /// # Errors
    /// [`TableError::Shape`], [`TableError::Damaged`] where the other file ends too soon, [`TableError::Encode`] (a full
    /// disk for one).
    pub fn append(&mut self, from: &Reader) -> Result<(), TableError> {
        (0..from.groups()).try_for_each(|group| self.append_group(from, group))
    }

    /// The same for one row group.
    ///
    /// # Errors
    /// As [`append`](Writer::append), and [`TableError::NoSuchGroup`].
    pub fn append_group(&mut self, from: &Reader, group: usize) -> Result<(), TableError> {
        let found = from.meta.file_metadata().schema();
        if found != &self.schema {
            return Err(TableError::Shape {
                name: from.name.clone(),
                found: describe(found),
                expected: describe(&self.schema),
            });
        }
        if group >= from.groups() {
            return Err(from.no_such_group(group));
        }
        // The other file may be damaged in ways that its reader asserts against.
        let copied = guarded(|| self.copy(from, group)).map_err(ParquetError::General);
        copied.flatten().map_err(encode(&self.name))
    }

    fn copy(&mut self, from: &Reader, group: usize) -> Result<(), ParquetError> {
        let meta = from.meta.row_group(group);
        let mut to = self.inner.next_row_group()?;
        for column in meta.columns() {
            let chunk = ColumnCloseResult {
                bytes_written: column.compressed_size().cast_unsigned(),
                rows_written: meta.num_rows().cast_unsigned(),
                metadata: column.clone(),
                bloom_filter: None,
                column_index: None,
                offset_index: None,
            };
            to.append_column(&from.source, chunk)?;
        }
        to.close().map(drop)
    }
}
