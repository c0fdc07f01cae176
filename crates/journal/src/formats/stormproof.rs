//! Trades that Stormproof wrote, as CSV with the columns of `trades.parquet`.

use market::Side;

use super::{Cells, Reading, Taken, under};
use crate::cell::action;
use crate::error::JournalError;
use crate::format::Format;
use crate::round_trip::RoundTrip;
use crate::sheet::Row;

pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let mut taken = Taken::default();
    for cells in under(rows, Format::Stormproof.header(), Format::Stormproof)? {
        if taken.wanted(cells.text("symbol"), reading) {
            let trip = trip(&mut taken, cells, reading)?;
            taken.trips.push(trip);
        }
    }
    Ok(taken)
}

fn trip(
    taken: &mut Taken,
    cells: Cells<'_>,
    reading: &Reading<'_>,
) -> Result<RoundTrip, JournalError> {
    let line = cells.row.line;
    let (side, _) = action(cells.text("side")).ok_or_else(|| {
        cells.wrong(
            "side",
            "long or short",
            "keep the column as Stormproof writes it",
        )
    })?;
    let quantity = cells.shares("quantity")?;
    if quantity < 0.0 {
        return Err(cells.wrong(
            "quantity",
            "shares above 0; `side` says which way",
            "keep the column as Stormproof writes it",
        ));
    }
    let (entry_price, exit_price) = (cells.price("entry_price")?, cells.price("exit_price")?);
    let entry = cells.stamp("entry_time", None, reading)?;
    let exit = cells.stamp("exit_time", None, reading)?;
    let (entry_time, exit_time) = (
        taken.place(line, entry, reading)?,
        taken.place(line, exit, reading)?,
    );
    if exit_time < entry_time {
        return Err(cells.wrong(
            "exit_time",
            "a time not before the entry's",
            "correct the times",
        ));
    }
    let gross_usd = side.sign() * (exit_price - entry_price) * quantity;
    let fees_usd = cells.number("commission")?.unwrap_or(0.0);
    let dividends = cells.number("dividends")?;
    let financing = cells.number("financing")?;
    let other_usd = match (dividends, financing) {
        (None, None) => None,
        (dividends, financing) => Some(dividends.unwrap_or(0.0) - financing.unwrap_or(0.0)),
    };
    Ok(RoundTrip {
        number: 0,
        line,
        side: if side == Side::Buy {
            Side::Buy
        } else {
            Side::Sell
        },
        quantity,
        entry_time,
        entry_price,
        exit_time,
        exit_price,
        exact: entry.exact && exit.exact,
        entries: 1,
        exits: 1,
        gross_usd,
        fees_usd,
        other_usd,
        pnl_usd: gross_usd - fees_usd + other_usd.unwrap_or(0.0),
    })
}
