//! Shares of members above their averages, in percent: three series, known at the close.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::vendors::columns;

const NAMES: [(&str, &str); 3] = [
    ("pct_above_20dma", "breadth20"),
    ("pct_above_50dma", "breadth50"),
    ("pct_above_200dma", "breadth200"),
];

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    let shares = columns(&csv, NAMES.map(|(column, _)| column))?;
    let mut series = Vec::new();
    for (_, name) in NAMES {
        series.push(sink.series(name, Known::Close)?);
    }
    while csv.next()? {
        let day = csv.date(date)?;
        for (&column, &slot) in shares.iter().zip(&series) {
            let percent = csv.number(column)?;
            if !(0.0..=100.0).contains(&percent) {
                let found = percent.to_string();
                return Err(csv.wrong(Some(column), &found, "a percentage from 0 to 100"));
            }
            csv.place(sink.value(slot, day, percent))?;
        }
    }
    Ok(csv.rows())
}
