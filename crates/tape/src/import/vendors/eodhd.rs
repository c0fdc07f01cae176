//! EODHD's daily history: prices as traded, beside an adjusted close that is not needed.

use market::Interval;

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::{OHLCV, columns};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    sink.shares(&symbol, Basis::Raw, &[])?;
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let prices = columns(&csv, OHLCV)?;
    let bars = sink.bars(&symbol, Interval::Day)?;
    while csv.next()? {
        let day = csv.date(date)?;
        let bar = csv.numbers(&prices)?;
        csv.place(sink.daily_bar(bars, day, bar))?;
    }
    Ok(csv.rows())
}
