//! Bars of any vendor as a stream, whatever the file is written in.

use market::Time;
use table::Reader;

use crate::error::TapeError;
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

/// Called with each bar.
pub(crate) type Each<'a> = dyn FnMut(Row<'_>) -> Result<(), Refusal> + 'a;

/// Which columns a file of bars has, besides its prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) time: String,
    /// False where nobody counted what was traded.
    pub(crate) volume: bool,
    /// True if a column tells the symbol.
    pub(crate) symbol: bool,
}

impl Shape {
    /// Of a file whose columns were claimed to be those of bars.
    pub(crate) fn of(header: &Header) -> Option<Shape> {
        let time = TIMES.iter().find_map(|name| header.find(name))?;
        Some(Shape {
            time: header.name(time).to_owned(),
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
            Ok(Header::new(reader.columns().iter().map(|(name, _)| name)))
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
    each: &mut Each<'_>,
) -> Result<u64, TapeError> {
    let mut stamps = Stamps::new(zone);
    match source.medium()? {
        Medium::Parquet => groups::each_row(&parquet(source)?, shape, &mut stamps, each),
        Medium::Csv | Medium::Zip => each_line(source.csv()?, shape, &mut stamps, each),
    }
}

fn each_line(
    mut csv: Csv<'_>,
    shape: &Shape,
    stamps: &mut Stamps,
    each: &mut Each<'_>,
) -> Result<u64, TapeError> {
    let time = csv.column(&shape.time)?;
    let prices = super::columns(&csv, ["open", "high", "low", "close"])?;
    let volume = csv.header().find("volume");
    let symbol = csv.header().find("symbol");
    csv.key(time);
    while csv.next()? {
        let stamp = stamp(&csv, time, stamps)?;
        let [open, high, low, close] = csv.numbers(&prices)?;
        let volume = volume.map_or(Ok(0.0), |column| csv.number(column))?;
        let row = Row {
            symbol: symbol.map(|column| csv.text(column)).transpose()?,
            stamp,
            bar: [open, high, low, close, volume],
        };
        csv.place(each(row))?;
    }
    Ok(csv.rows())
}

/// A cell as a moment.
fn stamp(csv: &Csv<'_>, column: Column, stamps: &mut Stamps) -> Result<Time, TapeError> {
    let read = stamps.read(csv.text(column)?);
    read.map_err(|fault| csv.unlike(column, &fault.to_string()))
}

pub(crate) fn parquet(source: &Source<'_>) -> Result<Reader, TapeError> {
    Ok(match source.held {
        Some(bytes) => Reader::from_bytes(&source.name(), bytes.to_vec().into())?,
        None => Reader::open(source.path)?,
    })
}
