//! Parquet files of others, a row group at a time, as a stream of bars.

use market::Time;
use table::{Dest, Kind, Reader, TableError};

use crate::error::TapeError;
use crate::import::header::Header;
use crate::import::sink::Refusal;
use crate::import::stamp::{StampFault, Stamps};
use crate::import::vendors::stream::{Each, Row, Shape};
use crate::import::vendors::yahoo::as_first_printed;
use crate::records::date_of;

const PRICES: [&str; 4] = ["open", "high", "low", "close"];
const DAY_MICROS: i64 = 86_400_000_000;

/// The times of a row group, as the file keeps them.
enum Times {
    /// Instants, in microseconds.
    Instants(Vec<i64>),
    /// What a clock showed, in microseconds, the zone being told elsewhere.
    Local(Vec<i64>),
    /// Dates.
    Days(Vec<i32>),
    /// Counts of the units the caller named.
    Counts(Vec<i64>),
    /// Stamps as text.
    Texts(Vec<String>),
}

impl Times {
    fn new(kind: Option<Kind>, stamps: &Stamps) -> Times {
        match kind {
            Some(Kind::Int64 | Kind::Int32 | Kind::UInt32 | Kind::UInt64) if stamps.counted() => {
                Times::Counts(Vec::new())
            }
            Some(Kind::Date) => Times::Days(Vec::new()),
            Some(Kind::Text) => Times::Texts(Vec::new()),
            Some(Kind::LocalMillis | Kind::LocalMicros | Kind::LocalNanos) => {
                Times::Local(Vec::new())
            }
            _ => Times::Instants(Vec::new()),
        }
    }

    fn dest(&mut self) -> Dest<'_> {
        match self {
            Times::Instants(times) => Dest::TimeMicros(times),
            Times::Local(times) => Dest::LocalMicros(times),
            Times::Days(days) => Dest::DateDays(days),
            Times::Counts(counts) => Dest::Integer(counts),
            Times::Texts(texts) => Dest::Text(texts),
        }
    }

    /// The moment of a row; a date is the midnight of New York at which it begins.
    fn at(&self, row: usize, stamps: &mut Stamps) -> Result<Time, StampFault> {
        match self {
            Times::Instants(times) => times.get(row).map(|&t| Time(t)).ok_or(StampFault::Form),
            Times::Local(times) => {
                let time = times.get(row).ok_or(StampFault::Form)?;
                let day = i32::try_from(time.div_euclid(DAY_MICROS));
                let date = day.ok().and_then(date_of).ok_or(StampFault::Form)?;
                stamps.local(date, time.rem_euclid(DAY_MICROS))
            }
            Times::Days(days) => {
                let date = days.get(row).and_then(|&d| date_of(d));
                let midnight = date.and_then(|d| Time::from_exchange(d, 0, 0));
                midnight.ok_or(StampFault::Form)
            }
            Times::Counts(counts) => stamps.count(counts.get(row).copied()),
            Times::Texts(texts) => stamps.read(texts.get(row).map_or("", String::as_str)),
        }
    }

    /// A row's time as an error shows it.
    fn told(&self, row: usize) -> String {
        let text = match self {
            Times::Instants(times) => times.get(row).map(|&t| Time(t).to_string()),
            Times::Local(times) => times.get(row).map(|&t| {
                let utc = chrono::DateTime::from_timestamp_micros(t);
                utc.map_or_else(|| t.to_string(), |t| t.naive_utc().to_string())
            }),
            Times::Days(days) => days.get(row).map(|d| format!("day {d} since 1970")),
            Times::Counts(counts) => counts.get(row).map(i64::to_string),
            Times::Texts(texts) => texts.get(row).map(|t| crate::import::rows::shown(t)),
        };
        text.unwrap_or_default()
    }
}

/// The columns of one row group.
struct Group {
    times: Times,
    prices: [Vec<f64>; 4],
    volume: Vec<f64>,
    symbols: Vec<String>,
}

/// The columns wanted, under the names the file has for them.
struct Wanted {
    time: String,
    prices: [String; 4],
    volume: Option<String>,
    symbol: Option<String>,
    /// Prices of 32 bits, read as the decimals they were before.
    narrow: [bool; 4],
}

/// Calls `each` with every bar, and gives their number.
///
/// # Errors
/// [`TapeError::Table`] for columns of other types, for nulls and damage; [`TapeError::Cell`] for a row that is refused.
pub(crate) fn each_row(
    reader: &Reader,
    names: &Header,
    shape: &Shape,
    stamps: &mut Stamps,
    each: &mut Each<'_>,
) -> Result<u64, TapeError> {
    let kind = |name: &str| {
        let column = names.find(name)?;
        reader.columns().get(column.0).map(|(_, kind)| *kind)
    };
    let spelled = |name: &str| names.find(name).map(|c| names.name(c).to_owned());
    let wanted = Wanted {
        time: spelled(shape.time).unwrap_or_else(|| shape.time.to_owned()),
        prices: PRICES.map(|name| spelled(name).unwrap_or_else(|| name.to_owned())),
        volume: spelled("volume"),
        symbol: spelled("symbol"),
        narrow: PRICES.map(|name| kind(name) == Some(Kind::Float)),
    };
    let mut group = Group {
        times: Times::new(kind(shape.time), stamps),
        prices: <[Vec<f64>; 4]>::default(),
        volume: Vec::new(),
        symbols: Vec::new(),
    };
    let mut first = 0;
    for at in 0..reader.groups() {
        group.read(reader, at, &wanted)?;
        let rows = reader.group_rows(at);
        for place in 0..rows {
            let taken = group
                .row(place, &wanted, stamps)
                .and_then(|row| each(row).map_err(Box::new));
            taken.map_err(|refusal| cell(reader, at, first + place as u64, &wanted, *refusal))?;
        }
        first += rows as u64;
    }
    Ok(first)
}

impl Group {
    fn read(&mut self, reader: &Reader, at: usize, wanted: &Wanted) -> Result<(), TableError> {
        let mut columns = vec![(wanted.time.as_str(), self.times.dest())];
        for (name, values) in wanted.prices.iter().zip(&mut self.prices) {
            columns.push((name, Dest::Number(values)));
        }
        if let Some(volume) = &wanted.volume {
            columns.push((volume, Dest::Number(&mut self.volume)));
        }
        if let Some(symbol) = &wanted.symbol {
            columns.push((symbol, Dest::Text(&mut self.symbols)));
        }
        reader.read(&[at], &mut columns, 1)
    }

    fn row(
        &self,
        place: usize,
        wanted: &Wanted,
        stamps: &mut Stamps,
    ) -> Result<Row<'_>, Box<Refusal>> {
        let stamp = self.times.at(place, stamps).map_err(|fault| {
            Box::new(Refusal::Row {
                field: None,
                found: self.times.told(place),
                expected: fault.to_string(),
            })
        })?;
        let mut bar = [0.0; 5];
        for ((value, column), narrow) in bar.iter_mut().zip(&self.prices).zip(wanted.narrow) {
            let price = column.get(place).copied().unwrap_or(f64::NAN);
            *value = if narrow {
                as_first_printed(price)
            } else {
                price
            };
        }
        bar[4] = self.volume.get(place).copied().unwrap_or(0.0);
        Ok(Row {
            symbol: self.symbols.get(place).map(String::as_str),
            stamp,
            bar,
        })
    }
}

/// A refusal with its place.
fn cell(reader: &Reader, group: usize, row: u64, wanted: &Wanted, refusal: Refusal) -> TapeError {
    match refusal {
        Refusal::Tape(error) => error,
        Refusal::Row {
            field,
            found,
            expected,
        } => TapeError::Cell {
            file: reader.name().to_owned(),
            group,
            row,
            column: field.map_or_else(|| wanted.time.clone(), str::to_owned),
            found,
            expected,
        },
    }
}
