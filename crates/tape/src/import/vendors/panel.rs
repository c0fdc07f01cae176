//! Closes of a universe, a row a date and a column a symbol; and who belonged to it, a row a stretch.

use std::collections::BTreeSet;

use market::Date;

use crate::closes::Close;
use crate::constituents::ClosePrices;
use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::rows::Csv;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::columns;
use crate::ledger::WidePanel;
use crate::members::MemberSpan;
use crate::merge::{CELLS, Grid, Merge};
use crate::rows::Row;

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

/// The file's name without its ending, in small letters.
fn stem(source: &Source<'_>) -> String {
    let stem = source.path.file_stem().unwrap_or_default();
    stem.to_string_lossy().to_lowercase()
}

/// The universe that was given, else what the file's name leaves: `smallcap_adjclose_panel.csv` is of smallcap.
fn universe(source: &Source<'_>) -> Result<String, TapeError> {
    if let Some(given) = &source.options.symbol {
        return Ok(given.clone());
    }
    let stem = stem(source);
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

/// Dates become symbols on the way: the grid keeps what does not fit into memory.
pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let universe = universe(source)?;
    // Of the file's own name: a folder may be called anything.
    let adjusted = stem(source).contains("adj");
    let prices = if adjusted {
        ClosePrices::Adjusted
    } else {
        ClosePrices::Raw
    };
    let mut csv = source.csv()?;
    let mut grid = Grid::new(symbols(&csv)?, CELLS);
    let spool = sink.merge().map(Merge::spool);
    let mut row = Vec::new();
    let (mut last, mut absent) = (None, 0);
    while csv.next()? {
        let date = csv.date(Column(0))?;
        if last.is_some_and(|last| date <= last) {
            let expected = "dates in ascending order, each once";
            return Err(csv.wrong(Some(Column(0)), &date.to_string(), expected));
        }
        last = Some(date);
        absent += closes(&csv, date, &mut row)?;
        grid.push(date, &row, spool)?;
    }
    grid.end(spool)?;
    sink.note(format!(
        "closes of {} symbols of {universe}, {} by the file's name; {absent} cells are empty",
        grid.symbols().count(),
        prices.as_str()
    ));
    sink.panel(WidePanel {
        universe,
        prices,
        grid,
    });
    Ok(csv.rows())
}

/// The columns but for the first, each another symbol.
fn symbols(csv: &Csv<'_>) -> Result<Vec<String>, TapeError> {
    let names = csv.header().names().iter().skip(1);
    let names: Vec<String> = names.map(|name| name.to_uppercase()).collect();
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !seen.insert(*name)) {
        None => Ok(names),
        Some(twice) => {
            let found = format!("the column {twice} a second time");
            Err(csv.wrong(None, &found, "each symbol once, whatever its case"))
        }
    }
}

/// The closes of a date, NaN where a cell is empty, and how many are.
fn closes(csv: &Csv<'_>, date: Date, row: &mut Vec<f64>) -> Result<u64, TapeError> {
    row.clear();
    let mut absent = 0;
    // The calendar is slow to ask: once a date will do.
    let mut known = false;
    for column in (1..csv.header().len()).map(Column) {
        let Some(close) = csv.maybe_number(column)? else {
            absent += 1;
            row.push(f64::NAN);
            continue;
        };
        if !(known && close.is_finite() && close > 0.0) {
            let fault = Close { date, close }.fault();
            if let Some((found, expected)) = fault {
                return Err(csv.wrong(Some(column), &found, expected));
            }
            known = true;
        }
        row.push(close);
    }
    Ok(absent)
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
