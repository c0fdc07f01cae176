//! One column of one row group into a slice.

use std::sync::Arc;

use bytes::BytesMut;
use parquet::basic::Compression;
use parquet::column::page::PageReader;
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FloatType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use parquet::schema::types::ColumnDescPtr;

use crate::error::TableError;
use crate::kind::Kind;
use crate::pages::SoundPages;
use crate::plain;
use crate::read::{Reader, guarded};
use crate::source::Chunk;

/// Rows decoded at a time: the scratch column stays in the first-level caches.
const BATCH: usize = 2048;

/// The greatest integer below which every integer is a floating point number too.
const EXACT: i64 = 1 << 53;

/// The rows of one group in a destination.
pub(crate) enum Slot<'a> {
    Number(&'a mut [f64]),
    MaybeNumber(&'a mut [Option<f64>]),
    Integer(&'a mut [i64]),
    MaybeInteger(&'a mut [Option<i64>]),
    TimeMicros(&'a mut [i64]),
    DateDays(&'a mut [i32]),
    MaybeDateDays(&'a mut [Option<i32>]),
    Text(&'a mut [String]),
    MaybeText(&'a mut [Option<String>]),
    Flag(&'a mut [bool]),
    Equal(&'a str, &'a mut [bool]),
}

/// What went wrong inside a chunk; the place is added on the way out.
enum Fault {
    Damaged(String),
    Null {
        row: usize,
    },
    Inexact {
        row: usize,
        found: String,
        expected: &'static str,
    },
}

impl From<ParquetError> for Fault {
    fn from(e: ParquetError) -> Self {
        Fault::Damaged(e.to_string())
    }
}

pub(crate) fn decode(
    reader: &Reader,
    group: usize,
    column: usize,
    first_row: u64,
    slot: Slot<'_>,
    spare: &mut BytesMut,
) -> Result<(), TableError> {
    let (column_name, kind) = &reader.columns()[column];
    let codec = reader.meta.row_group(group).column(column).compression();
    if !built_in(codec) {
        let codec = codec.to_string();
        let word = codec.split('(').next().unwrap_or_default().to_lowercase();
        return Err(TableError::Codec {
            name: reader.name.clone(),
            column: column_name.clone(),
            codec: word,
        });
    }
    let fault = match guarded(|| decode_chunk(reader, group, column, *kind, slot, spare)) {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(fault)) => fault,
        Err(panic) => Fault::Damaged(panic),
    };
    let (name, column) = (reader.name.clone(), column_name.clone());
    Err(match fault {
        Fault::Damaged(detail) => TableError::Damaged {
            name,
            column,
            group,
            detail,
        },
        Fault::Null { row } => TableError::Null {
            name,
            column,
            group,
            row: first_row + row as u64,
        },
        Fault::Inexact {
            row,
            found,
            expected,
        } => TableError::Inexact {
            name,
            column,
            row: first_row + row as u64,
            found,
            expected,
        },
    })
}

/// The compressions of the `parquet` features in the manifest.
fn built_in(codec: Compression) -> bool {
    matches!(
        codec,
        Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::ZSTD(_)
            | Compression::LZ4
            | Compression::LZ4_RAW
    )
}

fn decode_chunk(
    reader: &Reader,
    group: usize,
    column: usize,
    kind: Kind,
    slot: Slot<'_>,
    spare: &mut BytesMut,
) -> Result<(), Fault> {
    let meta = reader.meta.row_group(group).column(column);
    let (start, len) = meta.byte_range();
    let bytes = reader
        .source
        .bytes(start, len as usize, spare)
        .map_err(|e| Fault::Damaged(e.to_string()))?;
    let chunk = Arc::new(Chunk {
        start,
        bytes: bytes.clone(),
    });
    fill(chunk, meta, kind, slot)?;
    // The decoders are gone, so a file's bytes are ours alone again; those of a file in memory never are.
    if let Ok(buffer) = bytes.try_into_mut() {
        *spare = buffer;
    }
    Ok(())
}

fn fill(
    chunk: Arc<Chunk>,
    meta: &ColumnChunkMetaData,
    kind: Kind,
    mut slot: Slot<'_>,
) -> Result<(), Fault> {
    if plain::promised(meta) {
        let mut pages = Pages::open(Arc::clone(&chunk), meta)?.stream;
        let done = match (&mut slot, kind) {
            (Slot::Number(out), Kind::Double) => plain::fill(&mut *pages, out, f64::from_le_bytes)?,
            (Slot::Integer(out), Kind::Int64) | (Slot::TimeMicros(out), Kind::TimeMicros) => {
                plain::fill(&mut *pages, out, i64::from_le_bytes)?
            }
            (Slot::DateDays(out), Kind::Date) => plain::fill(&mut *pages, out, i32::from_le_bytes)?,
            _ => false,
        };
        if done {
            return Ok(());
        }
    }
    let pages = Pages::open(chunk, meta)?;
    match slot {
        Slot::Number(out) => numbers(pages, kind, out),
        Slot::MaybeNumber(out) => maybe_numbers(pages, kind, out),
        Slot::Integer(out) => integers(pages, kind, out),
        Slot::MaybeInteger(out) => maybe_integers(pages, kind, out),
        Slot::TimeMicros(out) => times(pages, kind, out),
        Slot::DateDays(out) => pages.every::<Int32Type, _>(out, |&days| Ok(days)),
        Slot::MaybeDateDays(out) => pages.some::<Int32Type, _>(out, |&days| Ok(days)),
        Slot::Flag(out) => pages.every::<BoolType, _>(out, |&flag| Ok(flag)),
        Slot::Text(out) => pages.every::<ByteArrayType, _>(out, |b| utf8(b).map(str::to_owned)),
        Slot::Equal(text, out) => {
            pages.every::<ByteArrayType, _>(out, |b| Ok(b.data() == text.as_bytes()))
        }
        Slot::MaybeText(out) => pages.some::<ByteArrayType, _>(out, |b| utf8(b).map(str::to_owned)),
    }
}

fn numbers(pages: Pages, kind: Kind, out: &mut [f64]) -> Result<(), Fault> {
    match kind {
        Kind::Double => pages.every::<DoubleType, _>(out, |&v| Ok(v)),
        Kind::Float => pages.every::<FloatType, _>(out, |&v| Ok(f64::from(v))),
        Kind::Int32 => pages.every::<Int32Type, _>(out, |&v| Ok(f64::from(v))),
        Kind::UInt32 => pages.every::<Int32Type, _>(out, |&v| Ok(f64::from(v.cast_unsigned()))),
        Kind::UInt64 => pages.every::<Int64Type, _>(out, |&v| unsigned(v).and_then(exact)),
        _ => pages.every::<Int64Type, _>(out, |&v| exact(v)),
    }
}

fn maybe_numbers(pages: Pages, kind: Kind, out: &mut [Option<f64>]) -> Result<(), Fault> {
    match kind {
        Kind::Double => pages.some::<DoubleType, _>(out, |&v| Ok(v)),
        Kind::Float => pages.some::<FloatType, _>(out, |&v| Ok(f64::from(v))),
        Kind::Int32 => pages.some::<Int32Type, _>(out, |&v| Ok(f64::from(v))),
        Kind::UInt32 => pages.some::<Int32Type, _>(out, |&v| Ok(f64::from(v.cast_unsigned()))),
        Kind::UInt64 => pages.some::<Int64Type, _>(out, |&v| unsigned(v).and_then(exact)),
        _ => pages.some::<Int64Type, _>(out, |&v| exact(v)),
    }
}

fn integers(pages: Pages, kind: Kind, out: &mut [i64]) -> Result<(), Fault> {
    match kind {
        Kind::Int32 => pages.every::<Int32Type, _>(out, |&v| Ok(i64::from(v))),
        Kind::UInt32 => pages.every::<Int32Type, _>(out, |&v| Ok(i64::from(v.cast_unsigned()))),
        Kind::UInt64 => pages.every::<Int64Type, _>(out, |&v| unsigned(v)),
        _ => pages.every::<Int64Type, _>(out, |&v| Ok(v)),
    }
}

fn maybe_integers(pages: Pages, kind: Kind, out: &mut [Option<i64>]) -> Result<(), Fault> {
    match kind {
        Kind::Int32 => pages.some::<Int32Type, _>(out, |&v| Ok(i64::from(v))),
        Kind::UInt32 => pages.some::<Int32Type, _>(out, |&v| Ok(i64::from(v.cast_unsigned()))),
        Kind::UInt64 => pages.some::<Int64Type, _>(out, |&v| unsigned(v)),
        _ => pages.some::<Int64Type, _>(out, |&v| Ok(v)),
    }
}

fn times(pages: Pages, kind: Kind, out: &mut [i64]) -> Result<(), Fault> {
    match kind {
        Kind::TimeMillis | Kind::LocalMillis => pages.every::<Int64Type, _>(out, |&v| {
            v.checked_mul(1000).ok_or_else(|| Misfit {
                found: format!("{v} ms"),
                expected: "a time within 292,000 years of 1970",
            })
        }),
        Kind::TimeNanos | Kind::LocalNanos => pages.every::<Int64Type, _>(out, |&v| {
            if v % 1000 == 0 {
                Ok(v / 1000)
            } else {
                Err(Misfit {
                    found: format!("{v} ns"),
                    expected: "a time on a whole microsecond",
                })
            }
        }),
        _ => pages.every::<Int64Type, _>(out, |&v| Ok(v)),
    }
}

/// A value that does not fit where it is to go.
struct Misfit {
    found: String,
    expected: &'static str,
}

fn unsigned(bits: i64) -> Result<i64, Misfit> {
    if bits >= 0 {
        return Ok(bits);
    }
    Err(Misfit {
        found: bits.cast_unsigned().to_string(),
        expected: "an integer below 2^63",
    })
}

fn exact(value: i64) -> Result<f64, Misfit> {
    if (-EXACT..=EXACT).contains(&value) {
        return Ok(value as f64);
    }
    Err(Misfit {
        found: value.to_string(),
        expected: "an integer of at most 2^53, the greatest that floating point keeps exactly",
    })
}

fn utf8(bytes: &ByteArray) -> Result<&str, Misfit> {
    std::str::from_utf8(bytes.data()).map_err(|_| Misfit {
        found: format!("the bytes {:02x?}", &bytes.data()[..bytes.len().min(16)]),
        expected: "UTF-8 text",
    })
}

/// The pages of one column in one row group.
struct Pages {
    descr: ColumnDescPtr,
    stream: Box<dyn PageReader>,
    nullable: bool,
}

impl Pages {
    fn open(chunk: Arc<Chunk>, meta: &ColumnChunkMetaData) -> Result<Self, Fault> {
        Ok(Self {
            descr: meta.column_descr_ptr(),
            stream: Box::new(SoundPages::open(chunk, meta)?),
            nullable: meta.column_descr().max_def_level() > 0,
        })
    }

    /// Fills `out`, every row of which must have a value.
    fn every<T: DataType, U>(
        self,
        out: &mut [U],
        convert: impl Fn(&T::T) -> Result<U, Misfit>,
    ) -> Result<(), Fault> {
        self.batches::<T>(out.len(), |done, values, present| {
            if values.len() < present.len() {
                let row = present.iter().position(|&p| p == 0).unwrap_or(0);
                return Err(Fault::Null { row: done + row });
            }
            for (i, (cell, value)) in out[done..].iter_mut().zip(values).enumerate() {
                *cell = convert(value).map_err(|m| m.at(done + i))?;
            }
            Ok(())
        })
    }

    /// Fills `out`, rows without a value becoming `None`.
    fn some<T: DataType, U>(
        self,
        out: &mut [Option<U>],
        convert: impl Fn(&T::T) -> Result<U, Misfit>,
    ) -> Result<(), Fault> {
        let nullable = self.nullable;
        self.batches::<T>(out.len(), |done, values, present| {
            let mut values = values.iter();
            let rows = if nullable {
                present.len()
            } else {
                values.len()
            };
            for (i, cell) in out[done..].iter_mut().take(rows).enumerate() {
                let has = !nullable || present[i] > 0;
                let value = has.then(|| values.next()).flatten();
                *cell = value
                    .map(|v| convert(v).map_err(|m| m.at(done + i)))
                    .transpose()?;
            }
            Ok(())
        })
    }

    /// Calls `take` with the rows done, the values and the levels (0 where there is no value; empty if the column
    /// cannot lack any) of batch after batch, and demands exactly `rows` rows.
    fn batches<T: DataType>(
        self,
        rows: usize,
        mut take: impl FnMut(usize, &[T::T], &[i16]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut reader = ColumnReaderImpl::<T>::new(self.descr, self.stream);
        let (mut values, mut present) = (Vec::with_capacity(BATCH), Vec::new());
        let mut done = 0;
        while done < rows {
            values.clear();
            present.clear();
            let levels = self.nullable.then_some(&mut present);
            let wanted = BATCH.min(rows - done);
            let (got, _, _) = reader.read_records(wanted, levels, None, &mut values)?;
            if got == 0 {
                return Err(Fault::Damaged(format!(
                    "it has {done} values where the footer names {rows}"
                )));
            }
            take(done, &values, &present)?;
            done += got;
        }
        Ok(())
    }
}

impl Misfit {
    fn at(self, row: usize) -> Fault {
        Fault::Inexact {
            row,
            found: self.found,
            expected: self.expected,
        }
    }
}
