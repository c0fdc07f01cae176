//! Yahoo's daily history.

use market::{Interval, Known};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::{OHLCV, columns, paid};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    if !is_traded(source)? {
        return index(source, &symbol, sink);
    }
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let prices = columns(&csv, OHLCV)?;
    let dividend = csv.header().find("dividends");
    sink.shares(&symbol, Basis::Applied, &[])?;
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    while csv.next()? {
        let day = csv.date(date)?;
        let [open, high, low, close, volume] = csv.numbers(&prices)?;
        let [open, high, low, close] = [open, high, low, close].map(as_first_printed);
        let usd = dividend.map(|column| paid(&csv, column)).transpose()?;
        csv.place(sink.daily_bar(bars, day, [open, high, low, close, volume]))?;
        if let Some(usd) = usd.flatten() {
            csv.place(sink.value(dividends, day, usd))?;
        }
    }
    Ok(csv.rows())
}

/// Whether anything was ever traded: the first row of a fund tells, an index has to be looked at to its end.
fn is_traded(source: &Source<'_>) -> Result<bool, TapeError> {
    let mut csv = source.csv()?;
    let volume = csv.column("volume")?;
    while csv.next()? {
        if csv.number(volume)? != 0.0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn index(source: &Source<'_>, name: &str, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let (date, close) = (csv.column("date")?, csv.column("close")?);
    let series = sink.series(name, Known::Close)?;
    while csv.next()? {
        let day = csv.date(date)?;
        let value = as_first_printed(csv.number(close)?);
        csv.place(sink.value(series, day, value))?;
    }
    Ok(csv.rows())
}

/// Yahoo keeps prices in 32 bits and prints them with 64: 65.095 comes out as 65.09500122070312. A number that is
/// exactly a 32-bit one is read as the shortest decimal that gives those 32 bits; any other stays as it is.
fn as_first_printed(value: f64) -> f64 {
    let narrow = value as f32;
    if f64::from(narrow) != value {
        return value;
    }
    narrow.to_string().parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_32_bits_are_read_as_they_were_first_printed() {
        assert_eq!(as_first_printed(65.095_001_220_703_12), 65.095);
        assert_eq!(as_first_printed(67.410_003_662_109_38), 67.41);
        // No 32-bit number, so Yahoo did not make it so.
        assert_eq!(as_first_printed(65.095), 65.095);
        assert_eq!(as_first_printed(63.5), 63.5);
    }
}
