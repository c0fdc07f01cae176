//! FRED's download of one series: known in the next session, a day without a value being empty or a point.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::Source;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let date = match csv.header().find("observation_date") {
        Some(date) => date,
        None => csv.column("date")?,
    };
    let value = csv.other_than(date)?;
    let name = match &source.options.symbol {
        Some(given) => given.to_uppercase(),
        None => csv.header().name(value).to_uppercase(),
    };
    let series = sink.series(&name, Known::NextSession)?;
    while csv.next()? {
        let day = csv.date(date)?;
        if let Some(value) = csv.maybe_number(value)? {
            csv.place(sink.value(series, day, value))?;
        }
    }
    Ok(csv.rows())
}
