//! Alpha Vantage's daily history, newest first: prices as traded, dividends and splits among them.

use market::{Interval, Split};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::adjust::{Factors, LeftOut};
use crate::import::header::Column;
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::daily::closes;
use crate::import::vendors::prices::judge_daily;
use crate::import::vendors::{OHLCV, columns, paid};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    sink.shares(&symbol, Basis::Raw, &splits(source)?)?;
    let mut csv = source.csv()?;
    let date = csv.column("timestamp")?;
    let prices = columns(&csv, OHLCV)?;
    let dividend = csv.header().find("dividend_amount");
    let coefficient = csv.header().find("split_coefficient");
    let bars = sink.bars(&symbol, Interval::Day)?;
    let dividends = sink.dividends(&symbol)?;
    let splits = sink.splits(&symbol)?;
    // Its free history has the header of many others, who may have taken dividends out.
    let factors = if csv.header().find("adjusted_close").is_none() && sink.has_daily(&symbol) {
        judge_daily(source, sink, &symbol, || closes(source, "timestamp"))?
    } else {
        Factors::default()
    };
    let mut left_out = LeftOut::default();
    while csv.next()? {
        let day = csv.date(date)?;
        if left_out.takes(&factors, day) {
            continue;
        }
        let bar = csv.numbers(&prices)?;
        let usd = dividend.map(|column| paid(&csv, column)).transpose()?;
        let ratio = coefficient.map(|column| ratio(&csv, column)).transpose()?;
        csv.place(sink.daily_bar(bars, day, factors.undo(day, bar)))?;
        if let Some(usd) = usd.flatten() {
            csv.place(sink.value(dividends, day, usd))?;
        }
        if let Some(ratio) = ratio.flatten() {
            csv.place(sink.value(splits, day, ratio))?;
        }
    }
    for note in left_out.notes(&factors, &symbol) {
        sink.note(note);
    }
    Ok(csv.rows())
}

/// The splits of a whole file, which its oldest rows need and its newest tell.
fn splits(source: &Source<'_>) -> Result<Vec<Split>, TapeError> {
    let mut csv = source.csv()?;
    let date = csv.column("timestamp")?;
    let mut splits = Vec::new();
    let Some(column) = csv.header().find("split_coefficient") else {
        return Ok(splits);
    };
    while csv.next()? {
        if let Some(ratio) = ratio(&csv, column)? {
            let ex_date = csv.date(date)?;
            splits.push(Split { ex_date, ratio });
        }
    }
    Ok(splits)
}

/// New shares for an old one; `None` on days without a split, which have 1.
fn ratio(csv: &Csv<'_>, column: Column) -> Result<Option<f64>, TapeError> {
    let ratio = csv.number(column)?;
    if ratio <= 0.0 {
        return Err(csv.wrong(
            Some(column),
            &ratio.to_string(),
            "a split coefficient above 0",
        ));
    }
    Ok((ratio != 1.0).then_some(ratio))
}
