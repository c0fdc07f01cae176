//! LEAN's archives of bars and its factor files. Times are New York's, prices hundredths of a cent, both as traded.

use std::ffi::OsStr;
use std::io::Read;

use chrono_tz::America::New_York;
use market::{Date, Interval, Time};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::days::Days;
use crate::import::header::Column;
use crate::import::lean::{FactorFault, FactorRow, PRICE_SCALE, actions};
use crate::import::rows::{Csv, shown};
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::{Stamps, clock_micros, parse_compact_date};
use crate::import::zipped::Archive;

/// The names errors give the columns of files that have none.
const BAR: [&str; 6] = ["time", "open", "high", "low", "close", "volume"];
const FACTOR: [&str; 4] = ["date", "price_factor", "split_factor", "reference_price"];

/// True for a first line like `20000526,0.7589968,0.5,1`.
pub(crate) fn is_factor_line(cells: &[String]) -> bool {
    let [date, factors @ ..] = cells else {
        return false;
    };
    let numbers = factors.iter().all(|cell| cell.parse::<f64>().is_ok());
    factors.len() == 3 && numbers && parse_compact_date(date).is_some()
}

/// A factor file: dividends and splits.
pub(crate) fn factors(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let symbol = source.symbol()?;
    let mut csv = source.csv_headless(&FACTOR)?;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    while csv.next()? {
        let [price, split, reference_usd] = csv.numbers(&[Column(1), Column(2), Column(3)])?;
        rows.push(FactorRow {
            date: compact_date(&csv, csv.text(Column(0))?)?,
            price,
            split,
            reference_usd,
        });
        lines.push(csv.about_line());
    }
    let wrong = |(at, fault): (usize, FactorFault)| TapeError::Input {
        file: source.name(),
        line: lines.get(at).copied().unwrap_or(0),
        column: None,
        found: rows.get(at).map_or_else(String::new, |row| {
            format!("{} with factors {} and {}", row.date, row.price, row.split)
        }),
        expected: fault.to_string(),
    };
    let (dividends, splits) = actions(&rows).map_err(wrong)?;
    sink.shares(&symbol, Basis::Raw, &splits)?;
    let slot = sink.dividends(&symbol)?;
    for dividend in &dividends {
        csv.place(sink.value(slot, dividend.ex_date, dividend.amount_usd))?;
    }
    let slot = sink.splits(&symbol)?;
    for split in &splits {
        csv.place(sink.value(slot, split.ex_date, split.ratio))?;
    }
    Ok(csv.rows())
}

fn compact_date(csv: &Csv<'_>, text: &str) -> Result<Date, TapeError> {
    let day = parse_compact_date(text);
    let day = day.ok_or_else(|| csv.unlike(Column(0), "a date like 20200323"))?;
    // The last line of a factor file lies ahead of every calendar.
    Ok(day)
}

/// An archive of bars: of sessions and hours one file, of minutes one file a session.
pub(crate) fn bars(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut archive = Archive::open(source)?;
    let left = |reason: String| TapeError::NotTapeData {
        file: source.name(),
        reason,
    };
    if source.path.file_stem().is_some_and(is_of_quotes) {
        return Err(left(format!("its name says quotes; {ONLY_TRADES}")));
    }
    let all = archive.names().len();
    let mut entries = archive.names();
    entries.retain(|(_, name)| name.to_lowercase().ends_with(".csv"));
    let Some((_, first)) = entries.first().cloned() else {
        return Err(left("there is no .csv in the archive".to_owned()));
    };
    let others = all - entries.len();
    if others > 0 {
        sink.note(format!(
            "{others} entries of the archive that are no .csv were passed over"
        ));
    }
    let tables = entries.len();
    entries.retain(|(_, name)| !is_other(name));
    if entries.is_empty() {
        let found = shown(&first);
        return Err(left(format!("it holds {found}; {ONLY_TRADES}")));
    }
    if entries.len() < tables {
        let passed = tables - entries.len();
        sink.note(format!(
            "{passed} entries of the archive passed over: {ONLY_TRADES}"
        ));
    }
    let mut rows = 0;
    for (at, name) in entries {
        let file = format!("{}/{name}", source.name());
        let bytes: Box<dyn Read + '_> = Box::new(archive.entry(at)?);
        let csv = Csv::headless(&file, bytes, &BAR, source.stop);
        rows += match minute_file(&name) {
            Some((date, symbol)) => minutes(csv, date, &given(source, symbol), sink)?,
            None => dated(csv, &entry_symbol(source, &name)?, sink)?,
        };
    }
    sink.zone("America/New_York");
    Ok(rows)
}

fn given(source: &Source<'_>, symbol: String) -> String {
    let given = source.options.symbol.as_ref();
    given.map_or(symbol, |given| given.to_uppercase())
}

/// The symbol of `iwm.csv`, the archive's own name being anything.
fn entry_symbol(source: &Source<'_>, name: &str) -> Result<String, TapeError> {
    let stem = name.rsplit('/').next().and_then(|n| n.split('.').next());
    match stem.filter(|stem| !stem.is_empty()) {
        Some(stem) => Ok(given(source, stem.to_uppercase())),
        None => source.symbol(),
    }
}

/// Date and symbol of `20200102_iwm_minute_trade.csv`.
fn minute_file(name: &str) -> Option<(Date, String)> {
    let name = name.rsplit('/').next()?;
    let mut parts = name.split('_');
    let date = parse_compact_date(parts.next()?)?;
    let symbol = parts.next()?.to_uppercase();
    (parts.next() == Some("minute") && parts.next() == Some("trade.csv")).then_some((date, symbol))
}

const ONLY_TRADES: &str =
    "of LEAN's archives only those of trades by the minute, the hour and the session are read";

/// True for `20200102_iwm_minute_quote.csv` and whatever else of one date is no file of minutes.
fn is_other(name: &str) -> bool {
    let part = name.rsplit('/').next().and_then(|n| n.split('_').next());
    part.is_some_and(|date| parse_compact_date(date).is_some()) && minute_file(name).is_none()
}

/// True for `20200102_quote` and `iwm_quote`: what is in it may be called `iwm.csv`, as bars are.
fn is_of_quotes(stem: &OsStr) -> bool {
    let stem = stem.to_string_lossy().to_lowercase();
    stem.ends_with("_quote") || stem.ends_with("_quotes")
}

/// Open to close in dollars, and shares.
fn prices(csv: &Csv<'_>) -> Result<[f64; 5], TapeError> {
    let columns = [Column(1), Column(2), Column(3), Column(4), Column(5)];
    let [open, high, low, close, volume] = csv.numbers(&columns)?;
    let usd = |price: f64| price / PRICE_SCALE;
    Ok([usd(open), usd(high), usd(low), usd(close), volume])
}

/// `20200102 00:00,…`: sessions if every row is a midnight, else hours. The first row tells.
fn dated(mut csv: Csv<'_>, symbol: &str, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    sink.shares(symbol, Basis::Raw, &[])?;
    let mut stamps = Stamps::new(Some(New_York));
    let mut days = Days::default();
    let mut interval = None;
    let mut apart = 0u64;
    csv.key(Column(0));
    while csv.next()? {
        let text = csv.text(Column(0))?;
        let (date, clock) = text
            .split_once(' ')
            .ok_or_else(|| csv.unlike(Column(0), "a time like 20200323 00:00"))?;
        let date = csv.known(Column(0), compact_date(&csv, date)?)?;
        let clock = clock_micros(clock)
            .ok_or_else(|| csv.unlike(Column(0), "a time like 20200323 00:00"))?;
        let bar = prices(&csv)?;
        let told = if clock == 0 {
            Interval::Day
        } else {
            Interval::Minutes(60)
        };
        if *interval.get_or_insert(told) != told {
            let expected = "a file of sessions (all at 00:00) or of hours, not of both";
            return Err(csv.unlike(Column(0), expected));
        }
        if told == Interval::Day {
            let slot = sink.bars(symbol, told)?;
            csv.place(sink.daily_bar(slot, date, bar))?;
            continue;
        }
        let start = stamps.local(date, clock);
        let start = start.map_err(|fault| csv.unlike(Column(0), &fault.to_string()))?;
        apart += u64::from(!place(&csv, symbol, start, 60, bar, &mut days, sink)?);
    }
    note(symbol, apart, sink);
    Ok(csv.rows())
}

/// A bar within the session or apart from it; false if apart.
fn place(
    csv: &Csv<'_>,
    symbol: &str,
    start: Time,
    minutes: u16,
    bar: [f64; 5],
    days: &mut Days,
    sink: &mut Sink<'_>,
) -> Result<bool, TapeError> {
    let day = days.of(start);
    let session = day.and_then(|d| d.session).ok_or_else(|| {
        csv.wrong(
            Some(Column(0)),
            &start.to_string(),
            "a time on a day with a session",
        )
    })?;
    let end = start.plus_minutes(i64::from(minutes));
    let within = session.0 <= start && end <= session.1;
    let interval = Interval::Minutes(minutes);
    let slot = if within {
        sink.bars(symbol, interval)?
    } else {
        sink.extended(symbol, interval)?
    };
    csv.place(sink.bar(slot, start, bar))?;
    Ok(within)
}

/// Milliseconds after midnight, of one session.
fn minutes(
    mut csv: Csv<'_>,
    date: Date,
    symbol: &str,
    sink: &mut Sink<'_>,
) -> Result<u64, TapeError> {
    sink.shares(symbol, Basis::Raw, &[])?;
    let mut stamps = Stamps::new(Some(New_York));
    let mut days = Days::default();
    let mut apart = 0u64;
    let date = csv.known(Column(0), date)?;
    csv.key(Column(0));
    while csv.next()? {
        let clock = csv.text(Column(0))?.parse::<u32>().ok();
        let clock = clock.filter(|ms| ms % 60_000 == 0 && *ms < 86_400_000);
        let clock = clock.ok_or_else(|| {
            csv.unlike(Column(0), "whole minutes after midnight, in milliseconds")
        })?;
        let start = stamps.local(date, i64::from(clock) * 1000);
        let start = start.map_err(|fault| csv.unlike(Column(0), &fault.to_string()))?;
        let bar = prices(&csv)?;
        apart += u64::from(!place(&csv, symbol, start, 1, bar, &mut days, sink)?);
    }
    note(symbol, apart, sink);
    Ok(csv.rows())
}

fn note(symbol: &str, apart: u64, sink: &mut Sink<'_>) {
    if apart > 0 {
        sink.note(format!(
            "{symbol}: {apart} bars outside the regular session or across its open or close, kept apart as extended"
        ));
    }
}
