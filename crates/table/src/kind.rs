//! What a column of a file holds.

use std::fmt;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;

/// What a column of a file holds: the physical type and its meaning, closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 64-bit floating point.
    Double,
    /// 32-bit floating point.
    Float,
    /// Signed integers of up to 32 bits.
    Int32,
    /// Unsigned integers of up to 32 bits.
    UInt32,
    /// Signed 64-bit integers.
    Int64,
    /// Unsigned 64-bit integers.
    UInt64,
    /// Truth values.
    Bool,
    /// UTF-8 text.
    Text,
    /// Instants, milliseconds UTC.
    TimeMillis,
    /// Instants, microseconds UTC.
    TimeMicros,
    /// Instants, nanoseconds UTC.
    TimeNanos,
    /// Dates and times of day in milliseconds that name no zone.
    LocalMillis,
    /// Dates and times of day in microseconds that name no zone.
    LocalMicros,
    /// Dates and times of day in nanoseconds that name no zone.
    LocalNanos,
    /// Calendar dates, days since 1970-01-01.
    Date,
    /// Lists, maps or structures.
    Nested,
    /// Anything else: decimals, intervals, 96-bit times, fixed-length bytes.
    Other,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Double => "64-bit floating point",
            Kind::Float => "32-bit floating point",
            Kind::Int32 => "32-bit integers",
            Kind::UInt32 => "unsigned 32-bit integers",
            Kind::Int64 => "64-bit integers",
            Kind::UInt64 => "unsigned 64-bit integers",
            Kind::Bool => "truth values",
            Kind::Text => "text",
            Kind::TimeMillis => "UTC timestamps in milliseconds",
            Kind::TimeMicros => "UTC timestamps in microseconds",
            Kind::TimeNanos => "UTC timestamps in nanoseconds",
            Kind::LocalMillis => "timestamps in milliseconds without a zone",
            Kind::LocalMicros => "timestamps in microseconds without a zone",
            Kind::LocalNanos => "timestamps in nanoseconds without a zone",
            Kind::Date => "dates",
            Kind::Nested => "nested values",
            Kind::Other => "values of a type that no tape uses",
        })
    }
}

impl Kind {
    pub(crate) fn of(column: &ColumnDescriptor) -> Kind {
        if column.max_rep_level() > 0 || column.path().parts().len() != 1 {
            return Kind::Nested;
        }
        match column.logical_type_ref() {
            Some(logical) => Self::of_logical(column.physical_type(), logical),
            None => Self::of_converted(column.physical_type(), column.converted_type()),
        }
    }

    fn of_logical(physical: Type, logical: &LogicalType) -> Kind {
        match (physical, logical) {
            (Type::INT64, LogicalType::Timestamp(t)) => match (t.unit, t.is_adjusted_to_u_t_c) {
                (TimeUnit::MILLIS, true) => Kind::TimeMillis,
                (TimeUnit::MICROS, true) => Kind::TimeMicros,
                (TimeUnit::NANOS, true) => Kind::TimeNanos,
                (TimeUnit::MILLIS, false) => Kind::LocalMillis,
                (TimeUnit::MICROS, false) => Kind::LocalMicros,
                (TimeUnit::NANOS, false) => Kind::LocalNanos,
            },
            (Type::INT32, LogicalType::Date) => Kind::Date,
            (Type::INT32, LogicalType::Integer(i)) if i.is_signed => Kind::Int32,
            (Type::INT32, LogicalType::Integer(_)) => Kind::UInt32,
            (Type::INT64, LogicalType::Integer(i)) if i.is_signed => Kind::Int64,
            (Type::INT64, LogicalType::Integer(_)) => Kind::UInt64,
            (Type::BYTE_ARRAY, LogicalType::String | LogicalType::Enum) => Kind::Text,
            _ => Kind::Other,
        }
    }

    /// Files from before the logical types, Spark's among them.
    fn of_converted(physical: Type, converted: ConvertedType) -> Kind {
        use ConvertedType as C;
        match (physical, converted) {
            (Type::DOUBLE, C::NONE) => Kind::Double,
            (Type::FLOAT, C::NONE) => Kind::Float,
            (Type::BOOLEAN, C::NONE) => Kind::Bool,
            (Type::INT32, C::NONE | C::INT_8 | C::INT_16 | C::INT_32) => Kind::Int32,
            (Type::INT32, C::UINT_8 | C::UINT_16 | C::UINT_32) => Kind::UInt32,
            (Type::INT32, C::DATE) => Kind::Date,
            (Type::INT64, C::NONE | C::INT_64) => Kind::Int64,
            (Type::INT64, C::UINT_64) => Kind::UInt64,
            (Type::INT64, C::TIMESTAMP_MILLIS) => Kind::TimeMillis,
            (Type::INT64, C::TIMESTAMP_MICROS) => Kind::TimeMicros,
            // Some writers leave text unmarked; what is not UTF-8 is refused when it is read.
            (Type::BYTE_ARRAY, C::NONE | C::UTF8 | C::ENUM) => Kind::Text,
            _ => Kind::Other,
        }
    }
}
