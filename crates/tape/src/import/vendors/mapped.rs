//! Any file, with columns the caller named: bars, or dated values.

use market::Known;

use crate::error::TapeError;
use crate::import::sink::Sink;
use crate::import::source::{Medium, Source};
use crate::import::stamp::Stamps;
use crate::import::survey::Stamped;
use crate::import::vendors::bars::{self, Documented};

pub(crate) fn read(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    let Some(map) = &source.options.columns else {
        return Err(TapeError::Columns {
            found: "no map".to_owned(),
            expected: "one like time=Timestamp,open=O,high=H,low=L,close=C".to_owned(),
        });
    };
    if map.has("value") {
        return values(source, sink);
    }
    let (zone, stamped) = (None, Stamped::Start);
    bars::read(source, sink, Documented { zone, stamped })
}

/// Series, known in the next session: when they were published nobody said, and this cannot look ahead.
fn values(source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
    if source.medium()? != Medium::Csv {
        return Err(TapeError::NotTapeData {
            file: source.name(),
            reason: "dated values are read from CSV files".to_owned(),
        });
    }
    let mut csv = source.csv()?;
    let time = csv.header().find("date").or(csv.header().find("time"));
    let time = time.map_or_else(|| csv.column("date"), Ok)?;
    let value = csv.column("value")?;
    let symbol = csv.header().find("symbol");
    let own = if symbol.is_some() {
        String::new()
    } else {
        source.symbol()?
    };
    let options = source.options;
    let mut stamps = Stamps::new(options.zone).written(options.time_format.as_ref());
    csv.key(time);
    while csv.next()? {
        let read = stamps.date(csv.text(time)?);
        let day = read.map_err(|fault| csv.unlike(time, &fault.to_string()))?;
        let day = csv.known(time, day)?;
        let Some(value) = csv.maybe_number(value)? else {
            continue;
        };
        let name = match symbol {
            Some(column) => csv.text(column)?.to_uppercase(),
            None => own.clone(),
        };
        let series = sink.series(&name, Known::NextSession)?;
        csv.place(sink.value(series, day, value))?;
    }
    if let Some(zone) = options.zone {
        sink.zone(zone.name());
    }
    Ok(csv.rows())
}
