//! An index nobody trades (`vol/*.csv`): its close becomes a series, known at the close.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::Source;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let series = sink.series(&source.symbol()?, Known::Close)?;
    let (date, close) = (csv.column("date")?, csv.column("close")?);
    while csv.next()? {
        let day = csv.date(date)?;
        let value = csv.number(close)?;
        csv.place(sink.value(series, day, value))?;
    }
    Ok(csv.rows())
}
