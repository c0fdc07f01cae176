//! Sorted text as runs of equal values, without a string for every row.
//!
//! A column sorted by symbol is a few numbers on the disk: Parquet keeps the symbols once, in a dictionary, and
//! says how often each follows. The decoders of the parquet crate would make a value of every row again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::BytesMut;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use crate::error::TableError;
use crate::kind::Kind;
use crate::pages::SoundPages;
use crate::read::{Reader, guarded};
use crate::scan::Dest;
use crate::source::Chunk;

/// Neighbouring rows of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRun {
    /// The text.
    pub text: String,
    /// How many rows have it, at least one.
    pub rows: usize,
}

impl Reader {
    /// The text column of one row group as runs: equal neighbours are one run, so no two neighbouring runs are equal.
    ///
    /// # Errors
    /// As [`read`](Reader::read) into [`Dest::Text`].
    pub fn text_runs(&self, group: usize, column: &str) -> Result<Vec<TextRun>, TableError> {
        let (at, kind) = self.find(column)?;
        if kind == Kind::Text
            && let Some(group) = self.meta.row_groups().get(group)
            && let Some(meta) = group.columns().get(at).filter(|meta| promised(meta))
        {
            let found = guarded(|| self.short_way(meta, group.num_rows() as usize));
            // Whatever is wrong with the pages, the long way meets it too, and knows what to say.
            if let Ok(Ok(Some(runs))) = found {
                self.chunks.fetch_add(1, Ordering::Relaxed);
                return Ok(runs);
            }
        }
        let mut texts = Vec::new();
        self.read(&[group], &mut [(column, Dest::Text(&mut texts))], 1)?;
        let mut runs = Vec::new();
        for text in texts {
            push(&mut runs, &text, 1);
        }
        Ok(runs)
    }

    fn short_way(
        &self,
        meta: &ColumnChunkMetaData,
        rows: usize,
    ) -> Result<Option<Vec<TextRun>>, ParquetError> {
        let (start, len) = meta.byte_range();
        let bytes = self
            .source
            .bytes(start, len as usize, &mut BytesMut::new())?;
        let chunk = Arc::new(Chunk { start, bytes });
        runs(&mut SoundPages::open(chunk, meta)?, rows)
    }
}

/// True if the footer promises a dictionary and a value in every row.
fn promised(meta: &ColumnChunkMetaData) -> bool {
    let descr = meta.column_descr();
    descr.max_def_level() == 0
        && descr.max_rep_level() == 0
        && meta.dictionary_page_offset().is_some()
}

/// `None` if a page breaks the promise or the pages do not hold exactly the rows.
fn runs(pages: &mut dyn PageReader, rows: usize) -> Result<Option<Vec<TextRun>>, ParquetError> {
    let Some(Page::DictionaryPage {
        buf,
        num_values,
        encoding: Encoding::PLAIN | Encoding::PLAIN_DICTIONARY,
        ..
    }) = pages.get_next_page()?
    else {
        return Ok(None);
    };
    let Some(words) = dictionary(&buf, num_values as usize) else {
        return Ok(None);
    };
    let (mut found, mut rest) = (Vec::new(), rows);
    while rest > 0 {
        let Some(Page::DataPage {
            buf,
            num_values,
            encoding: Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY,
            ..
        }) = pages.get_next_page()?
        else {
            return Ok(None);
        };
        let in_page = num_values as usize;
        if in_page == 0 || in_page > rest {
            return Ok(None);
        }
        let mut take = |word: u64, rows: usize| {
            let word = words.get(usize::try_from(word).ok()?)?;
            push(&mut found, word, rows);
            Some(())
        };
        if hybrid(&buf, in_page, &mut take).is_none() {
            return Ok(None);
        }
        rest -= in_page;
    }
    Ok(Some(found))
}

fn push(runs: &mut Vec<TextRun>, text: &str, rows: usize) {
    match runs.last_mut() {
        Some(last) if last.text == text => last.rows += rows,
        _ => runs.push(TextRun {
            text: text.to_owned(),
            rows,
        }),
    }
}

/// Lengths of four bytes, little end first, each before its text.
fn dictionary(mut bytes: &[u8], count: usize) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    for _ in 0..count {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        let (word, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        words.push(std::str::from_utf8(word).ok()?);
        bytes = rest;
    }
    Some(words)
}

/// Parquet's hybrid of runs and packed bits: the width of an index, then stretches. A stretch begins with a varint; its
/// lowest bit tells a run (length, then one index in whole bytes) from packed groups of eight indices.
/// (Parquet format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid".)
fn hybrid(
    bytes: &[u8],
    count: usize,
    take: &mut impl FnMut(u64, usize) -> Option<()>,
) -> Option<()> {
    let (&width, mut bytes) = bytes.split_first()?;
    if width > 32 {
        return None;
    }
    let width = usize::from(width);
    let mut rest = count;
    while rest > 0 {
        let (header, after) = varint(bytes)?;
        let length = usize::try_from(header >> 1).ok()?;
        if header & 1 == 0 {
            let (value, after) = after.split_at_checked(width.div_ceil(8))?;
            let rows = length.min(rest);
            if rows == 0 {
                return None;
            }
            take(little_end(value), rows)?;
            rest -= rows;
            bytes = after;
        } else {
            let (packed, after) = after.split_at_checked(length.checked_mul(width)?)?;
            let rows = length.checked_mul(8)?.min(rest);
            if rows == 0 {
                return None;
            }
            for row in 0..rows {
                take(packed_at(packed, row * width, width), 1)?;
            }
            rest -= rows;
            bytes = after;
        }
    }
    Some(())
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (i, &byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(i + 1..)?));
        }
    }
    None
}

fn little_end(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().rev();
    digits.fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// `width` bits at bit `at`, lowest bit first.
fn packed_at(bytes: &[u8], at: usize, width: usize) -> u64 {
    let window = bytes.get(at / 8..(at + width).div_ceil(8)).unwrap_or(&[]);
    (little_end(window) >> (at % 8)) & ((1 << width) - 1)
}

#[cfg(test)]
mod tests {
    use super::hybrid;

    fn decoded(bytes: &[u8], count: usize) -> Option<Vec<(u64, usize)>> {
        let mut found = Vec::new();
        hybrid(bytes, count, &mut |word, rows| {
            found.push((word, rows));
            Some(())
        })?;
        Some(found)
    }

    #[test]
    fn runs_and_packed_groups_by_hand() {
        // The format's own example: 0 … 7 in three bits each, header 1 << 1 | 1 = 3.
        let packed = [3, 3, 0b1000_1000, 0b1100_0110, 0b1111_1010];
        let eight: Vec<(u64, usize)> = (0..8).map(|i| (i, 1)).collect();
        assert_eq!(decoded(&packed, 8), Some(eight));
        // Width 2; a run of 300 (header 600 = 0xd8 0x04) of index 2, then five of a packed eight: 1 1 1 1 0.
        let mixed = [2, 0xd8, 0x04, 2, 3, 0b0101_0101, 0b0000_0000];
        let ones = [(2, 300), (1, 1), (1, 1), (1, 1), (1, 1), (0, 1)];
        assert_eq!(decoded(&mixed, 305), Some(ones.to_vec()));
        // A dictionary of one word needs no bits at all.
        assert_eq!(decoded(&[0, 10], 5), Some(vec![(0, 5)]));
    }

    #[test]
    fn what_ends_early_or_claims_too_much_is_no_run() {
        for bytes in [
            &[][..],
            &[2],
            &[2, 0xd8],
            &[2, 4],
            &[33, 4, 0],
            &[2, 0, 0],
            &[2, 1],
            &[2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(decoded(bytes, 5), None, "{bytes:?}");
        }
        // Fewer rows than the page claims.
        assert_eq!(decoded(&[2, 4, 1], 3), None);
    }
}
