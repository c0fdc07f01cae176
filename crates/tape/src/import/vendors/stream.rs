//! Bars of any vendor as a stream, whatever the file is written in.

use market::Time;
use table::Reader;

use crate::error::TapeError;
use crate::facts::Facts;
use crate::import::header::{Column, Header};
use crate::import::rows::Csv;
use crate::import::sink::Refusal;
use crate::import::source::{Medium, Source};
use crate::import::stamp::Stamps;
use crate::import::vendors::groups;

/// Names under which vendors keep the time of a bar.
pub(crate) const TIMES: [&str; 6] = ["timestamp", "time", "datetime", "date", "start", "ts"];

/// A bar as the file has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// `None` in a file of one symbol.
    pub(crate) symbol: Option<&'a str>,
    pub(crate) stamp: Time,
    /// Open, high, low, close in dollars, volume in shares (0 in a file without).
    pub(crate) bar: [f64; 5],
}

/// How much of a bar is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// All of it.
    Bar,
    /// Time, symbol and close; the other numbers are 0.
    Close,
}

/// Called with each bar.
pub(crate) type Each<'a> = dyn FnMut(Row<'_>) -> Result<(), Refusal> + 'a;

/// Which columns a file of bars has, besides its prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// What the column of times is called.
    pub(crate) time: &'static str,
    /// The column with the time of day, where `time` has the date alone.
    pub(crate) clock: Option<&'static str>,
    /// False where nobody counted what was traded.
    pub(crate) volume: bool,
    /// True if a column tells the symbol.
    pub(crate) symbol: bool,
}

impl Shape {
    /// Of a file whose columns were claimed to be those of bars.
    pub(crate) fn of(header: &Header) -> Option<Shape> {
        let found = |name: &&&str| header.find(name).is_some();
        let both = header.find("date").is_some() && header.find("time").is_some();
        Some(Shape {
            time: if both {
                "date"
            } else {
                TIMES.iter().find(found)?
            },
            clock: both.then_some("time"),
            volume: header.find("volume").is_some(),
            symbol: header.find("symbol").is_some(),
        })
    }
}

/// The columns of a file, whatever it is written in.
pub(crate) fn header(source: &Source<'_>) -> Result<Header, TapeError> {
    match source.medium()? {
        Medium::Parquet => {
            let reader = parquet(source)?;
            let header = Header::new(reader.columns().iter().map(|(name, _)| name));
            match &source.options.columns {
                Some(map) => map.rename(&source.name(), &header),
                None => Ok(header),
            }
        }
        Medium::Csv | Medium::Zip => Ok(source.csv()?.header().clone()),
    }
}

/// Calls `each` with every bar in the order of the file, and gives their number. `zone` is that of stamps that name none.
///
/// # Errors
/// [`TapeError::Input`] with the line, [`TapeError::Cell`] and [`TapeError::Table`] with the row.
pub(crate) fn each_bar(
    source: &Source<'_>,
    shape: &Shape,
    zone: Option<chrono_tz::Tz>,
    need: Need,
    each: &mut Each<'_>,
) -> Result<u64, TapeError> {
    let dates = source.options.columns.is_some() && shape.clock.is_none();
    let stamps = Stamps::new(zone).with_dates(dates);
    let mut stamps = stamps.written(source.options.time_format.as_ref());
    match source.medium()? {
        Medium::Parquet => {
            let names = header(source)?;
            groups::each_row(&parquet(source)?, &names, shape, &mut stamps, each)
        }
        Medium::Csv | Medium::Zip => each_line(source.csv()?, shape, &mut stamps, need, each),
    }
}

fn each_line(
    mut csv: Csv<'_>,
    shape: &Shape,
    stamps: &mut Stamps,
    need: Need,
    each: &mut Each<'_>,
) -> Result<u64, TapeError> {
    let time = csv.column(shape.time)?;
    let clock = shape.clock.map(|name| csv.column(name)).transpose()?;
    let prices = super::columns(&csv, ["open", "high", "low", "close"])?;
    let volume = csv.header().find("volume");
    let symbol = csv.header().find("symbol");
    csv.key(time);
    while csv.next()? {
        let stamp = stamp(&csv, time, clock, stamps)?;
        let bar = match need {
            Need::Close => [0.0, 0.0, 0.0, csv.number(prices[3])?, 0.0],
            Need::Bar => {
                let [open, high, low, close] = csv.numbers(&prices)?;
                let volume = volume.map_or(Ok(0.0), |column| csv.number(column))?;
                [open, high, low, close, volume]
            }
        };
        let row = Row {
            symbol: symbol.map(|column| csv.text(column)).transpose()?,
            stamp,
            bar,
        };
        csv.place(each(row))?;
    }
    Ok(csv.rows())
}

/// A cell as a moment.
fn stamp(
    csv: &Csv<'_>,
    column: Column,
    clock: Option<Column>,
    stamps: &mut Stamps,
) -> Result<Time, TapeError> {
    let read = match clock {
        None => stamps.read(csv.text(column)?),
        Some(clock) => stamps.read(&format!("{} {}", csv.text(column)?, csv.text(clock)?)),
    };
    read.map_err(|fault| csv.unlike(column, &fault.to_string()))
}

/// What the file says of itself; nothing, where it is no Parquet file.
///
/// # Errors
/// [`TapeError::Fact`] for an origin or a share basis there is not.
pub(crate) fn facts(source: &Source<'_>) -> Result<Facts, TapeError> {
    match source.medium()? {
        Medium::Parquet => Facts::of(&parquet(source)?),
        Medium::Csv | Medium::Zip => Ok(Facts::default()),
    }
}

pub(crate) fn parquet(source: &Source<'_>) -> Result<Reader, TapeError> {
    Ok(match source.held {
        Some(bytes) => Reader::from_bytes(&source.name(), bytes.to_vec().into())?,
        None => Reader::open(source.path)?,
    })
}
