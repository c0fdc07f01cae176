//! Daily bars with `adj_close` and `dividend` (`daily/*.csv`): prices as traded, dividends among them.

use market::Interval;

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::{OHLCV, columns, paid};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let prices = columns(&csv, OHLCV)?;
    let dividend = csv.column("dividend")?;
    sink.shares(&symbol, Basis::Applied, &[])?;
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    while csv.next()? {
        let day = csv.date(date)?;
        let bar = csv.numbers(&prices)?;
        let usd = paid(&csv, dividend)?;
        csv.place(sink.daily_bar(bars, day, bar))?;
        if let Some(usd) = usd {
            csv.place(sink.value(dividends, day, usd))?;
        }
    }
    Ok(csv.rows())
}
