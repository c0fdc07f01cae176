//! tastytrade's transaction history: times with their offset from UTC, the newest first.

use super::{Cells, Parts, Reading, Taken, under};
use crate::cell::action;
use crate::error::JournalError;
use crate::format::Format;
use crate::sheet::{Row, same};

pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let mut taken = Taken::default();
    for cells in under(rows, Format::Tastytrade.header(), Format::Tastytrade)? {
        if !same(cells.text("Type"), "Trade") {
            taken.left_out.no_trades += 1;
        } else if !same(cells.text("Instrument Type"), "Equity") {
            taken.left_out.not_shares += 1;
        } else if taken.wanted(cells.text("Symbol"), reading) {
            push(&mut taken, cells, reading)?;
        }
    }
    Ok(taken)
}

fn push(taken: &mut Taken, cells: Cells<'_>, reading: &Reading<'_>) -> Result<(), JournalError> {
    let (side, effect) = action(cells.text("Action")).ok_or_else(|| {
        cells.wrong(
            "Action",
            "BUY_TO_OPEN, SELL_TO_CLOSE, SELL_TO_OPEN or BUY_TO_CLOSE",
            "export the history again",
        )
    })?;
    let quantity = cells.shares("Quantity")?;
    // The cash of the trade is what was paid; the average price is rounded.
    let price = match cells.number("Value")?.filter(|value| *value != 0.0) {
        Some(value) => value.abs() / quantity.abs(),
        None => cells.price("Average Price")?,
    };
    if !market::bars::PRICES_USD.contains(&price) {
        return Err(cells.wrong(
            "Value",
            "the cash of a trade: price times shares",
            "export the history again",
        ));
    }
    let parts = Parts {
        side,
        effect,
        quantity,
        price,
        fees_usd: cells.paid("Commissions")? + cells.paid("Fees")?,
        id: None,
    };
    let stamp = cells.stamp("Date", None, reading)?;
    taken.push(cells.row.line, stamp, parts, reading)
}
