//! The short way: columns whose values lie in the file as they lie in memory, every row with one.
//!
//! Tapes are written so. One copy takes them from the page to their place; the decoders of the parquet crate would
//! take three.

use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

/// True if the footer promises plain values without levels.
pub(crate) fn promised(meta: &ColumnChunkMetaData) -> bool {
    let descr = meta.column_descr();
    descr.max_def_level() == 0
        && descr.max_rep_level() == 0
        && meta.dictionary_page_offset().is_none()
        && meta
            .encodings()
            .all(|e| matches!(e, Encoding::PLAIN | Encoding::RLE))
}

/// Fills `out` from plain pages. `false` if a page breaks the promise, or the pages do not hold exactly the rows: then
/// the long way is to be gone, which also knows what to say.
pub(crate) fn fill<T, const N: usize>(
    pages: &mut dyn PageReader,
    out: &mut [T],
    value: impl Fn([u8; N]) -> T,
) -> Result<bool, ParquetError> {
    let mut rest = out;
    while !rest.is_empty() {
        let (buf, rows) = match pages.get_next_page()? {
            Some(Page::DataPage {
                buf,
                num_values,
                encoding: Encoding::PLAIN,
                ..
            }) => (buf, num_values as usize),
            Some(Page::DataPage { .. } | Page::DataPageV2 { .. } | Page::DictionaryPage { .. })
            | None => return Ok(false),
        };
        let (values, _) = buf.as_chunks::<N>();
        if rows == 0 || rows > rest.len() || rows > values.len() {
            return Ok(false);
        }
        let (head, tail) = rest.split_at_mut(rows);
        for (cell, bytes) in head.iter_mut().zip(values) {
            *cell = value(*bytes);
        }
        rest = tail;
    }
    Ok(true)
}
