//! Cboe's index history, dates with the month first: a series of the close, known at the close.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::Source;
use crate::import::stamp::parse_us_date;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let date = csv.column("date")?;
    // Indices without a range have one column, named like the index.
    let value = match csv.header().find("close") {
        Some(close) => close,
        None => csv.other_than(date)?,
    };
    let series = sink.series(&source.symbol()?, Known::Close)?;
    csv.key(date);
    while csv.next()? {
        let day = parse_us_date(csv.text(date)?)
            .ok_or_else(|| csv.unlike(date, "a date like 03/23/2020, the month first"))?;
        let day = csv.known(date, day)?;
        let value = csv.number(value)?;
        csv.place(sink.value(series, day, value))?;
    }
    Ok(csv.rows())
}
