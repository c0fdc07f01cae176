//! Daily bars, `date,open,high,low,close,volume` and perhaps more: with `adj_close` and `dividend` (`daily/*.csv`) prices
//! are as traded in today's shares. Without them nobody says what they are.

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
    let dividend = csv.header().find("dividend");
    if csv.header().find("adj_close").is_some() {
        sink.shares(&symbol, Basis::Applied, &[])?;
    } else {
        sink.shares(&symbol, Basis::Raw, &[])?;
        sink.note(format!(
            "{symbol}: nothing in it says whether dividends or splits were taken out of its prices; taken as they are"
        ));
    }
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    while csv.next()? {
        let day = csv.date(date)?;
        let bar = csv.numbers(&prices)?;
        let usd = match dividend {
            Some(dividend) => paid(&csv, dividend)?,
            None => None,
        };
        csv.place(sink.daily_bar(bars, day, bar))?;
        if let Some(usd) = usd {
            csv.place(sink.value(dividends, day, usd))?;
        }
    }
    Ok(csv.rows())
}
