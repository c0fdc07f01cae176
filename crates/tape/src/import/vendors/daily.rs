//! Daily bars, `date,open,high,low,close,volume` and perhaps more: with `adj_close` and `dividend` (`daily/*.csv`) prices
//! are as traded in today's shares. Without them nobody says what they are, and the daily bars there are already tell.

use market::{Date, Interval};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::adjust::{Factors, LeftOut};
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::prices::judge_daily;
use crate::import::vendors::{OHLCV, columns, paid};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let prices = columns(&csv, OHLCV)?;
    let dividend = csv.header().find("dividend");
    let factors = if csv.header().find("adj_close").is_some() {
        sink.shares(&symbol, Basis::Applied, &[])?;
        Factors::default()
    } else {
        sink.shares(&symbol, Basis::Raw, &[])?;
        judge_daily(source, sink, &symbol, || closes(source, "date"))?
    };
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    let mut left_out = LeftOut::default();
    while csv.next()? {
        let day = csv.date(date)?;
        if left_out.takes(&factors, day) {
            continue;
        }
        let bar = csv.numbers(&prices)?;
        let usd = match dividend {
            Some(dividend) => paid(&csv, dividend)?,
            None => None,
        };
        csv.place(sink.daily_bar(bars, day, factors.undo(day, bar)))?;
        if let Some(usd) = usd {
            csv.place(sink.value(dividends, day, usd))?;
        }
    }
    for note in left_out.notes(&factors, &symbol) {
        sink.note(note);
    }
    Ok(csv.rows())
}

/// The closes of a file of one symbol, in its order.
pub(crate) fn closes(source: &Source<'_>, date: &str) -> Result<Vec<(Date, f64)>, TapeError> {
    let mut csv = source.csv()?;
    let (date, close) = (csv.column(date)?, csv.column("close")?);
    let mut closes = Vec::new();
    while csv.next()? {
        closes.push((csv.date(date)?, csv.number(close)?));
    }
    Ok(closes)
}
