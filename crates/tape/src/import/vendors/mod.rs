//! One file a vendor, or a family of files: `fn read(source, sink)` gives the number of rows.

pub(crate) mod alphavantage;
pub(crate) mod bars;
pub(crate) mod breadth;
pub(crate) mod calendar;
pub(crate) mod cboe;
pub(crate) mod daily;
pub(crate) mod dated;
pub(crate) mod dividends;
pub(crate) mod eodhd;
pub(crate) mod fred;
mod groups;
pub(crate) mod index;
pub(crate) mod lean;
pub(crate) mod mapped;
pub(crate) mod market_breadth;
pub(crate) mod options;
pub(crate) mod panel;
mod prices;
pub(crate) mod stream;
mod surveys;
pub(crate) mod yahoo;
pub(crate) mod yahoo_chain;

use crate::error::TapeError;
use crate::import::header::Column;
use crate::import::rows::Csv;

/// The columns of a bar, open to volume.
pub(crate) const OHLCV: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// The columns of these names.
pub(crate) fn columns<const N: usize>(
    csv: &Csv<'_>,
    names: [&str; N],
) -> Result<[Column; N], TapeError> {
    let mut found = [Column(0); N];
    for (column, name) in found.iter_mut().zip(names) {
        *column = csv.column(name)?;
    }
    Ok(found)
}

/// A dividend of the row; `None` where it is zero.
pub(crate) fn paid(csv: &Csv<'_>, column: Column) -> Result<Option<f64>, TapeError> {
    let usd = csv.number(column)?;
    if usd < 0.0 {
        return Err(csv.wrong(Some(column), &usd.to_string(), "an amount of 0 or more"));
    }
    Ok((usd > 0.0).then_some(usd))
}
