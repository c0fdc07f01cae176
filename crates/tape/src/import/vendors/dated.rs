//! One value a date (`rates/*.csv`), published after the close: known in the next session.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::Source;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let series = sink.series(&source.symbol()?, Known::NextSession)?;
    let (date, value) = (csv.column("date")?, csv.column("value")?);
    while csv.next()? {
        let day = csv.date(date)?;
        let value = csv.number(value)?;
        csv.place(sink.value(series, day, value))?;
    }
    Ok(csv.rows())
}
