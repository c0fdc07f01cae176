//! Advancing and declining issues of the exchanges, and the weights of a fund's sectors: dated numbers, a series a column.

use market::Known;

use crate::error::TapeError;
use crate::import::header::{Column, Header};
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::columns;

const ISSUES: [(&str, &str); 8] = [
    ("nyse_advancing_stocks", "nyse_advancing"),
    ("nyse_declining_stocks", "nyse_declining"),
    ("nyse_advancing_volume", "nyse_advancing_volume"),
    ("nyse_declining_volume", "nyse_declining_volume"),
    ("nasdaq_advancing_stocks", "nasdaq_advancing"),
    ("nasdaq_declining_stocks", "nasdaq_declining"),
    ("nasdaq_advancing_volume", "nasdaq_advancing_volume"),
    ("nasdaq_declining_volume", "nasdaq_declining_volume"),
];

pub(crate) fn claims_issues(header: &Header) -> bool {
    let mut columns = vec!["date"];
    columns.extend(ISSUES.map(|(column, _)| column));
    header.is(&columns, &[])
}

pub(crate) fn claims_weights(header: &Header) -> bool {
    header.is(&["sector", "as_of", "weight_pct"], &["n_holdings"])
}

/// An empty cell is no value of its date, and neither is one below 0.
pub(crate) fn issues(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let found = columns(&csv, ISSUES.map(|(column, _)| column))?;
    let mut series = Vec::new();
    for (_, name) in ISSUES {
        series.push(sink.series(name, Known::Close)?);
    }
    let (mut absent, mut negatives, mut negative) = (0, 0, None);
    while csv.next()? {
        let day = csv.date(date)?;
        for (&column, &slot) in found.iter().zip(&series) {
            let Some(value) = csv.maybe_number(column)? else {
                absent += 1;
                continue;
            };
            // No number of shares or issues is negative, and a sum that took it in would be wrong without a trace.
            if value < 0.0 {
                negative.get_or_insert_with(|| (csv.line(), day, value));
                negatives += 1;
                continue;
            }
            csv.place(sink.value(slot, day, value))?;
        }
    }
    if absent > 0 {
        sink.note(format!("{absent} cells are empty: no value on those dates"));
    }
    if let Some((line, day, value)) = negative {
        sink.note(format!(
            "{negatives} cells are below 0 and left out, the first in line {line} ({day}): {value}"
        ));
    }
    Ok(csv.rows())
}

/// `IWM_sector_weights_2026-05-05.csv` becomes `IWM_weight_industrials` and so on, in percent, one value each. Published
/// after the close of its date, so known in the next session.
pub(crate) fn weights(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let fund = fund(source)?;
    let mut csv = source.csv()?;
    let [sector, as_of, weight]: [Column; 3] = columns(&csv, ["sector", "as_of", "weight_pct"])?;
    while csv.next()? {
        let name: String = csv.text(sector)?.to_lowercase();
        let name: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let day = csv.date(as_of)?;
        let percent = csv.number(weight)?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(csv.wrong(
                Some(weight),
                &percent.to_string(),
                "a percentage from 0 to 100",
            ));
        }
        let slot = sink.series(&format!("{fund}_weight_{name}"), Known::NextSession)?;
        csv.place(sink.value(slot, day, percent))?;
    }
    Ok(csv.rows())
}

fn fund(source: &Source<'_>) -> Result<String, TapeError> {
    if let Some(given) = &source.options.symbol {
        return Ok(given.to_uppercase());
    }
    let stem = source
        .path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy();
    match stem.split_once("_sector") {
        Some((fund, _)) if !fund.is_empty() && !fund.contains('_') => Ok(fund.to_uppercase()),
        _ => Err(TapeError::Unnamed {
            file: source.name(),
        }),
    }
}
