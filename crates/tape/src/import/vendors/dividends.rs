//! Ex-dates and amounts (`calendar/*_dividends.csv`), in today's shares.

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::sink::Sink;
use crate::import::source::Source;

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let mut csv = source.csv()?;
    let symbol = source.symbol()?;
    sink.shares(&symbol, Basis::Applied, &[])?;
    let dividends = sink.dividends(&symbol)?;
    let (date, amount) = (csv.column("ex_date")?, csv.column("amount_usd")?);
    while csv.next()? {
        let day = csv.date(date)?;
        let usd = csv.number(amount)?;
        csv.place(sink.value(dividends, day, usd))?;
    }
    Ok(csv.rows())
}
