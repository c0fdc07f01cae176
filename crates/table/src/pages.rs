//! Pages that hold what they say they hold.
//!
//! The decoders of the parquet crate make room for as many values as a page's header names before they look at the
//! bytes: a damaged dictionary of nothing could ask for the whole memory. So a page is held against its own bytes and
//! the footer first.

use std::sync::Arc;

use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use crate::source::Chunk;

/// The pages of one column in one row group, each looked at before it is handed on.
pub(crate) struct SoundPages {
    inner: SerializedPageReader<Chunk>,
    /// Values of the whole column in this row group, by the footer.
    values: i64,
}

impl SoundPages {
    pub(crate) fn open(chunk: Arc<Chunk>, meta: &ColumnChunkMetaData) -> Result<Self> {
        Ok(Self {
            // The number of rows serves page indices only, and none are read.
            inner: SerializedPageReader::new(chunk, meta, 0, None)?,
            values: meta.num_values(),
        })
    }

    fn judge(&self, page: Page) -> Result<Page> {
        let (kind, named, most) = match &page {
            // A plain value takes at least a byte: the shortest, an empty text, takes the four of its length.
            Page::DictionaryPage {
                buf, num_values, ..
            } => ("dictionary", *num_values, buf.len() as u64),
            Page::DataPage { num_values, .. } | Page::DataPageV2 { num_values, .. } => {
                ("page", *num_values, self.values.unsigned_abs())
            }
        };
        if u64::from(named) <= most {
            return Ok(page);
        }
        Err(ParquetError::General(format!(
            "a {kind} names {named} values and can hold {most} at most"
        )))
    }
}

impl Iterator for SoundPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for SoundPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        page.map(|page| self.judge(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.inner.at_record_boundary()
    }
}
