//! Closes of a universe, a row a date and a column a symbol; and who belonged to it, a row a stretch.

use std::collections::BTreeMap;

use crate::closes::{Close, KnownDates, Panel};
use crate::constituents::ClosePrices;
use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::columns;
use crate::members::MemberSpan;

/// Parts of a file's name that say what its closes are, not whose.
const NOT_A_UNIVERSE: [&str; 9] = [
    "adjclose",
    "adj",
    "close",
    "closes",
    "panel",
    "prices",
    "members",
    "membership",
    "constituents",
];

/// A date and at least two symbols, which have no small letter. All of open, high, low and close are the columns of one
/// symbol, whatever their case.
pub(crate) fn claims(header: &Header) -> bool {
    let Some((date, symbols)) = header.names().split_first() else {
        return false;
    };
    let symbol = |name: &String| {
        name.len() <= 16
            && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '^')
            && !name.contains(|c: char| c.is_lowercase() || c.is_whitespace() || c == '_')
    };
    let prices = ["open", "high", "low", "close"];
    date.eq_ignore_ascii_case("date")
        && symbols.len() >= 2
        && symbols.iter().all(symbol)
        && !prices.iter().all(|price| header.find(price).is_some())
}

pub(crate) fn claims_members(header: &Header) -> bool {
    header.is(&["symbol", "from", "to"], &[])
}

/// The universe that was given, else what the file's name leaves: `smallcap_adjclose_panel.csv` is of smallcap.
fn universe(source: &Source<'_>) -> Result<String, TapeError> {
    if let Some(given) = &source.options.symbol {
        return Ok(given.clone());
    }
    let stem = source
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let mut parts = stem
        .split('_')
        .filter(|part| !part.is_empty() && !NOT_A_UNIVERSE.contains(part));
    match (parts.next(), parts.next()) {
        (Some(universe), None) => Ok(universe.to_owned()),
        _ => Err(TapeError::Unnamed {
            file: source.name(),
        }),
    }
}

/// Rows become columns here, so the numbers of the file are in memory once: 16 bytes a close.
pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let universe = universe(source)?;
    let adjusted = source.name().to_lowercase().contains("adj");
    let prices = if adjusted {
        ClosePrices::Adjusted
    } else {
        ClosePrices::Raw
    };
    let mut csv = source.csv()?;
    let names: Vec<String> = csv
        .header()
        .names()
        .iter()
        .skip(1)
        .map(|n| n.to_uppercase())
        .collect();
    let mut seen = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        if seen.insert(name, at).is_some() {
            let expected = "each symbol once, whatever its case";
            return Err(csv.wrong(None, &format!("the column {name} a second time"), expected));
        }
    }
    let mut closes: Vec<Vec<Close>> = vec![Vec::new(); names.len()];
    let (mut last, mut absent) = (None, 0_u64);
    let mut dates = KnownDates::default();
    while csv.next()? {
        let date = csv.date(Column(0))?;
        if last.is_some_and(|last| date <= last) {
            let expected = "dates in ascending order, each once";
            return Err(csv.wrong(Some(Column(0)), &date.to_string(), expected));
        }
        last = Some(date);
        for (at, closes) in closes.iter_mut().enumerate() {
            let column = Column(at + 1);
            let Some(close) = csv.maybe_number(column)? else {
                absent += 1;
                continue;
            };
            let close = Close { date, close };
            if let Some((found, expected)) = dates.fault(&close) {
                return Err(csv.wrong(Some(column), &found, expected));
            }
            closes.push(close);
        }
    }
    let rows = csv.rows();
    let held = names
        .into_iter()
        .zip(closes)
        .filter(|(_, closes)| !closes.is_empty());
    let symbols: Vec<(String, Vec<Close>)> = held.collect();
    sink.note(format!(
        "closes of {} symbols of {universe}, {} by the file's name; {absent} cells are empty",
        symbols.len(),
        prices.as_str()
    ));
    sink.panel(Panel {
        universe,
        prices,
        symbols,
    });
    Ok(rows)
}

pub(crate) fn members(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let universe = universe(source)?;
    let mut csv = source.csv()?;
    let [symbol, from, to] = columns(&csv, ["symbol", "from", "to"])?;
    while csv.next()? {
        let name = csv.text(symbol)?.to_uppercase();
        if name.is_empty() {
            return Err(csv.unlike(symbol, "a symbol"));
        }
        let end = if csv.cell(to).is_empty() {
            None
        } else {
            Some(csv.date(to)?)
        };
        let span = MemberSpan {
            symbol: name,
            from: csv.date(from)?,
            to: end,
        };
        csv.place(sink.member(&universe, span))?;
    }
    Ok(csv.rows())
}
