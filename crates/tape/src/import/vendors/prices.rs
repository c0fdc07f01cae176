//! What a file's prices are, told by the daily bars and by what the tape holds of the same item.

use std::collections::{BTreeMap, BTreeSet};

use market::{Date, Interval, Time};

use crate::error::TapeError;
use crate::import::adjust::{Factors, Verdict, Yardstick};
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::layout::Item;

/// What the vendor multiplied the prices of an item by, told by the daily bars, and a line about it. `lasts` are the
/// file's last prices of each session.
///
/// # Errors
/// [`TapeError::NotTapeData`] for prices that are none of the symbol's, and for prices that would lie beside others of
/// another basis in one item.
pub(crate) fn judge(
    source: &Source<'_>,
    sink: &Sink<'_>,
    item: &Item,
    lasts: Vec<(Date, f64)>,
) -> Result<(Factors, String), TapeError> {
    let symbol = item.name.as_str();
    let none = |verdict: &str| Ok((Factors::default(), verdict.to_owned()));
    let Some(&(first, _)) = lasts.first() else {
        return none("");
    };
    let in_shares = lasts
        .into_iter()
        .map(|(date, last)| (date, sink.in_tape_shares(symbol, date, last)));
    let lasts: Vec<(Date, f64)> = in_shares.collect();
    let Some(reference) = sink.reference(symbol)? else {
        beside(source, sink, item, &lasts, None)?;
        return none("no daily bars to hold its prices against: taken as they are");
    };
    let dates = reference.daily.start.iter().map(|t| t.exchange_date());
    let closes = dates
        .zip(reference.daily.close)
        .filter_map(|(d, c)| Some((d?, c)));
    let yardstick = Yardstick {
        closes: closes.collect(),
        dividends: reference.dividends,
    };
    let verdict = yardstick.judge(&lasts);
    let judged = (verdict != Verdict::Unknown).then_some(&yardstick);
    beside(source, sink, item, &lasts, judged)?;
    let daily = item.interval == Some(Interval::Day);
    match verdict {
        Verdict::Raw if daily && yardstick.equals(&lasts) => {
            none("the closes of the daily bars there are already, which tell no more of dividends")
        }
        Verdict::Raw if yardstick.dividends.is_empty() => none(
            "prices on the basis of the daily closes; no dividends are on record that would tell whether both lack them",
        ),
        Verdict::Raw => none("prices as traded, by the daily closes"),
        Verdict::Unknown => none(
            "fewer than three sessions in common with the daily bars, too few to tell what was taken out of its prices: taken as they are",
        ),
        Verdict::Adjusted(factors) => {
            let note = adjusted(&factors, first);
            Ok((factors, note))
        }
        Verdict::Neither { sessions, ratio } => Err(TapeError::NotTapeData {
            file: source.name(),
            reason: format!(
                "its prices are not those of {symbol} on the tape, nor these less dividends: last price ÷ daily close is {ratio:.4} in the middle of {sessions} sessions{}",
                if daily { remedy(&yardstick) } else { "" }
            ),
        }),
    }
}

/// What to do with daily bars that fit no others of their symbol.
fn remedy(yardstick: &Yardstick) -> &'static str {
    if yardstick.dividends.is_empty() {
        "; if dividends were taken out of one of the two, import those first (ex_date,amount_usd or a LEAN factor file), and if the tape is wrong, import into a new one"
    } else {
        "; import prices as traded, or if it is the tape that is wrong, import into a new one"
    }
}

/// What is said of daily bars of symbols that there is nothing to hold against; `None` if there are none.
pub(crate) fn unsaid<'a>(mut symbols: impl Iterator<Item = &'a str>) -> Option<String> {
    let first = symbols.next()?;
    let more = match symbols.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "{first}{more}: nothing in it says whether dividends or splits were taken out of its prices; taken as they are"
    ))
}

/// What was taken out of the daily closes of a file that does not say, with a line about it in the report.
///
/// # Errors
/// As [`judge`].
pub(crate) fn judge_daily(
    source: &Source<'_>,
    sink: &mut Sink<'_>,
    symbol: &str,
    closes: impl FnOnce() -> Result<Vec<(Date, f64)>, TapeError>,
) -> Result<Factors, TapeError> {
    if !sink.has_daily(symbol) {
        if let Some(note) = unsaid(std::iter::once(symbol)) {
            sink.note(note);
        }
        return Ok(Factors::default());
    }
    let mut closes = closes()?;
    closes.sort_by_key(|&(date, _)| date);
    let item = Item::bars(symbol, Interval::Day);
    let (factors, told) = judge(source, sink, &item, closes)?;
    if !told.is_empty() {
        sink.note(format!("{symbol}: {told}"));
    }
    Ok(factors)
}

fn adjusted(factors: &Factors, first: Date) -> String {
    let through = factors.through();
    let recorded = through.map(|date| format!("up to the ex-date {date}"));
    let later = factors
        .later()
        .map(|part| format!("a later one of {:.3} % that no record has", part * 100.0));
    let which: Vec<String> = recorded.into_iter().chain(later).collect();
    format!(
        "prices had dividends taken out, {}: divided by {:.6} at the earliest, to prices as traded",
        which.join(" and "),
        factors.at(first)
    )
}

/// Refuses to put bars beside others of the item that are on another basis and would stay: of a file taken before there
/// were daily bars to tell, or by daily bars that told less.
fn beside(
    source: &Source<'_>,
    sink: &Sink<'_>,
    item: &Item,
    lasts: &[(Date, f64)],
    yardstick: Option<&Yardstick>,
) -> Result<(), TapeError> {
    if item.interval == Some(Interval::Day) {
        // The daily bars themselves are what all is held against.
        return Ok(());
    }
    let held = held(sink, item)?;
    let ours: BTreeSet<Date> = lasts.iter().map(|&(date, _)| date).collect();
    let stay: Vec<(Date, f64)> = held
        .iter()
        .copied()
        .filter(|(date, _)| !ours.contains(date))
        .collect();
    if stay.is_empty() {
        return Ok(());
    }
    let verdict = match yardstick {
        Some(yardstick) => yardstick.judge(&stay),
        // Nothing but the bars themselves: those of both must agree.
        None => Yardstick {
            closes: held,
            dividends: Vec::new(),
        }
        .judge(lasts),
    };
    if matches!(verdict, Verdict::Raw | Verdict::Unknown) {
        return Ok(());
    }
    Err(TapeError::NotTapeData {
        file: source.name(),
        reason: format!(
            "the tape has bars of {} for {} other sessions whose prices are on another basis (dividends taken out of one of the two); with daily bars and dividends on the tape import their own file again first, or use a new tape",
            item.name,
            stay.len()
        ),
    })
}

/// The last price of each session the tape has of an item.
fn held(sink: &Sink<'_>, item: &Item) -> Result<Vec<(Date, f64)>, TapeError> {
    let Some(merge) = sink.merge() else {
        return Ok(Vec::new());
    };
    let mut lasts = BTreeMap::new();
    merge.each_of_tape(item, &mut |start, close| {
        if let Some(date) = Time(start).exchange_date() {
            lasts.insert(date, close);
        }
    })?;
    Ok(lasts.into_iter().collect())
}
