//! Columns on their way into a file.

use std::borrow::Cow;
use std::ops::Range;

use bytes::Bytes;
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedColumnWriter;
use parquet::schema::types::Type as SchemaType;

/// One column of values, owned or borrowed.
#[derive(Clone, Debug)]
pub struct Column<'a>(Values<'a>);

#[derive(Clone, Debug)]
enum Values<'a> {
    Number(Cow<'a, [f64]>),
    MaybeNumber(Cow<'a, [Option<f64>]>),
    NumberOrNan(Cow<'a, [f64]>),
    Integer(Cow<'a, [i64]>),
    MaybeInteger(Cow<'a, [Option<i64>]>),
    Count32(Cow<'a, [u32]>),
    Count64(Cow<'a, [u64]>),
    Flag(Cow<'a, [bool]>),
    Text(Vec<ByteArray>),
    MaybeText(Vec<Option<ByteArray>>),
    TimeMicros(Cow<'a, [i64]>),
    DateDays(Cow<'a, [i32]>),
    MaybeDateDays(Cow<'a, [Option<i32>]>),
}

impl<'a> Column<'a> {
    /// 64-bit floating point, every row with a value.
    pub fn number(values: impl Into<Cow<'a, [f64]>>) -> Self {
        Self(Values::Number(values.into()))
    }

    /// 64-bit floating point; rows without a value are null.
    pub fn maybe_number(values: impl Into<Cow<'a, [Option<f64>]>>) -> Self {
        Self(Values::MaybeNumber(values.into()))
    }

    /// 64-bit floating point; NaN stands for rows without a value, which are null in the file.
    pub fn number_or_nan(values: impl Into<Cow<'a, [f64]>>) -> Self {
        Self(Values::NumberOrNan(values.into()))
    }

    /// Signed 64-bit integers.
    pub fn integer(values: impl Into<Cow<'a, [i64]>>) -> Self {
        Self(Values::Integer(values.into()))
    }

    /// Signed 64-bit integers; rows without a value are null.
    pub fn maybe_integer(values: impl Into<Cow<'a, [Option<i64>]>>) -> Self {
        Self(Values::MaybeInteger(values.into()))
    }

    /// Unsigned 32-bit integers.
    pub fn count32(values: impl Into<Cow<'a, [u32]>>) -> Self {
        Self(Values::Count32(values.into()))
    }

    /// Unsigned 64-bit integers.
    pub fn count64(values: impl Into<Cow<'a, [u64]>>) -> Self {
        Self(Values::Count64(values.into()))
    }

    /// Truth values.
    pub fn flag(values: impl Into<Cow<'a, [bool]>>) -> Self {
        Self(Values::Flag(values.into()))
    }

    /// UTF-8 text, every row with a value.
    pub fn text<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Self {
        Self(Values::Text(
            values.into_iter().map(|s| byte_array(s.as_ref())).collect(),
        ))
    }

    /// UTF-8 text, each for so many rows, which share its bytes.
    pub fn text_runs<S: AsRef<str>>(runs: impl IntoIterator<Item = (S, usize)>) -> Self {
        let cells = |(text, rows): (S, usize)| std::iter::repeat_n(byte_array(text.as_ref()), rows);
        Self(Values::Text(runs.into_iter().flat_map(cells).collect()))
    }

    /// UTF-8 text; rows without a value are null.
    pub fn maybe_text<S: AsRef<str>>(values: impl IntoIterator<Item = Option<S>>) -> Self {
        let cell = |s: Option<S>| s.map(|s| byte_array(s.as_ref()));
        Self(Values::MaybeText(values.into_iter().map(cell).collect()))
    }

    /// Instants: microseconds since 1970-01-01T00:00:00Z.
    pub fn time_micros(values: impl Into<Cow<'a, [i64]>>) -> Self {
        Self(Values::TimeMicros(values.into()))
    }

    /// Dates: days since 1970-01-01.
    pub fn date_days(values: impl Into<Cow<'a, [i32]>>) -> Self {
        Self(Values::DateDays(values.into()))
    }

    /// Dates; rows without one are null.
    pub fn maybe_date_days(values: impl Into<Cow<'a, [Option<i32>]>>) -> Self {
        Self(Values::MaybeDateDays(values.into()))
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match &self.0 {
            Values::Number(v) | Values::NumberOrNan(v) => v.len(),
            Values::MaybeNumber(v) => v.len(),
            Values::Integer(v) | Values::TimeMicros(v) => v.len(),
            Values::MaybeInteger(v) => v.len(),
            Values::Count32(v) => v.len(),
            Values::Count64(v) => v.len(),
            Values::Flag(v) => v.len(),
            Values::Text(v) => v.len(),
            Values::MaybeText(v) => v.len(),
            Values::DateDays(v) => v.len(),
            Values::MaybeDateDays(v) => v.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text repeats itself, numbers hardly do: only text is worth a dictionary.
    pub(crate) fn is_text(&self) -> bool {
        matches!(self.0, Values::Text(_) | Values::MaybeText(_))
    }

    /// Byte planes are defined for numbers and times, not for truth values.
    pub(crate) fn is_number(&self) -> bool {
        !self.is_text() && !matches!(self.0, Values::Flag(_))
    }

    pub(crate) fn schema(&self, name: &str) -> Result<SchemaType, ParquetError> {
        let utc_micros = LogicalType::timestamp(true, TimeUnit::MICROS);
        let (physical, logical, nullable) = match &self.0 {
            Values::Number(_) => (Physical::DOUBLE, None, false),
            Values::MaybeNumber(_) | Values::NumberOrNan(_) => (Physical::DOUBLE, None, true),
            Values::Integer(_) => (Physical::INT64, None, false),
            Values::MaybeInteger(_) => (Physical::INT64, None, true),
            Values::Count32(_) => (
                Physical::INT32,
                Some(LogicalType::integer(32, false)),
                false,
            ),
            Values::Count64(_) => (
                Physical::INT64,
                Some(LogicalType::integer(64, false)),
                false,
            ),
            Values::Flag(_) => (Physical::BOOLEAN, None, false),
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), false),
            Values::MaybeText(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String), true),
            Values::TimeMicros(_) => (Physical::INT64, Some(utc_micros), false),
            Values::DateDays(_) => (Physical::INT32, Some(LogicalType::Date), false),
            Values::MaybeDateDays(_) => (Physical::INT32, Some(LogicalType::Date), true),
        };
        let repetition = if nullable {
            Repetition::OPTIONAL
        } else {
            Repetition::REQUIRED
        };
        SchemaType::primitive_type_builder(name, physical)
            .with_logical_type(logical)
            .with_repetition(repetition)
            .build()
    }

    pub(crate) fn write(
        &self,
        rows: Range<usize>,
        to: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        match &self.0 {
            Values::Number(v) => batch::<DoubleType>(to, &v[rows]),
            Values::MaybeNumber(v) => sparse::<DoubleType>(to, &v[rows]),
            Values::NumberOrNan(v) => known(to, &v[rows]),
            Values::Integer(v) | Values::TimeMicros(v) => batch::<Int64Type>(to, &v[rows]),
            Values::MaybeInteger(v) => sparse::<Int64Type>(to, &v[rows]),
            Values::DateDays(v) => batch::<Int32Type>(to, &v[rows]),
            Values::MaybeDateDays(v) => sparse::<Int32Type>(to, &v[rows]),
            Values::Flag(v) => batch::<BoolType>(to, &v[rows]),
            Values::Text(v) => batch::<ByteArrayType>(to, &v[rows]),
            Values::MaybeText(v) => sparse::<ByteArrayType>(to, &v[rows]),
            // Parquet stores unsigned integers in the bits of signed ones.
            Values::Count32(v) => {
                let bits: Vec<i32> = v[rows].iter().map(|&n| n.cast_signed()).collect();
                batch::<Int32Type>(to, &bits)
            }
            Values::Count64(v) => {
                let bits: Vec<i64> = v[rows].iter().map(|&n| n.cast_signed()).collect();
                batch::<Int64Type>(to, &bits)
            }
        }
    }
}

fn byte_array(text: &str) -> ByteArray {
    ByteArray::from(Bytes::copy_from_slice(text.as_bytes()))
}

fn batch<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    values: &[T::T],
) -> Result<(), ParquetError> {
    to.typed::<T>().write_batch(values, None, None).map(drop)
}

fn known(to: &mut SerializedColumnWriter<'_>, cells: &[f64]) -> Result<(), ParquetError> {
    let present: Vec<i16> = cells.iter().map(|x| i16::from(!x.is_nan())).collect();
    let values: Vec<f64> = cells.iter().copied().filter(|x| !x.is_nan()).collect();
    to.typed::<DoubleType>()
        .write_batch(&values, Some(&present), None)
        .map(drop)
}

fn sparse<T: DataType>(
    to: &mut SerializedColumnWriter<'_>,
    cells: &[Option<T::T>],
) -> Result<(), ParquetError> {
    let values: Vec<T::T> = cells.iter().flatten().cloned().collect();
    let present: Vec<i16> = cells.iter().map(|c| i16::from(c.is_some())).collect();
    to.typed::<T>()
        .write_batch(&values, Some(&present), None)
        .map(drop)
}
