//! Schwab's transaction history: dates without times of day, the newest first.

use super::{Cells, Parts, Reading, Taken, under};
use crate::cell::{action, is_undone};
use crate::error::JournalError;
use crate::execution::Effect;
use crate::format::Format;
use crate::sheet::Row;
use market::Side;

pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let mut taken = Taken::default();
    for cells in under(rows, Format::Schwab.header(), Format::Schwab)? {
        if cells.text("Date").to_ascii_lowercase().contains("total") {
            taken.left_out.totals += 1;
            continue;
        }
        let word = cells.text("Action");
        if is_undone(word) {
            taken.left_out.undone += 1;
            continue;
        }
        let Some(found) = action(word) else {
            taken.left_out.no_trades += 1;
            continue;
        };
        if !taken.wanted(cells.text("Symbol"), reading) {
            continue;
        }
        push(&mut taken, cells, found, reading)?;
    }
    if taken.left_out.undone > 0 {
        taken.notes.push("rows that undo a trade (Cancel Buy, Cancel Sell) are left out: take the trade they undo out of the file too".to_owned());
    }
    Ok(taken)
}

fn push(
    taken: &mut Taken,
    cells: Cells<'_>,
    (side, effect): (Side, Effect),
    reading: &Reading<'_>,
) -> Result<(), JournalError> {
    // "01/05/2022 as of 01/04/2022" was traded on the second date and booked on the first.
    let text = cells.text("Date");
    let traded = text.rsplit(" as of ").next().unwrap_or(text);
    let stamp = crate::clock::stamp(traded, reading.time_format).ok_or_else(|| {
        cells.wrong(
            "Date",
            "a date like 01/05/2022",
            "correct the cell, or name --time-format",
        )
    })?;
    // A plain Sell closes: what is sold short is called Sell Short.
    let effect = match (side, effect) {
        (Side::Sell, Effect::Unsaid) => Effect::Close,
        (_, other) => other,
    };
    let fees = cells
        .first_of(&["Fees & Comm", "Fees & Commissions"])
        .unwrap_or("Fees & Comm");
    let parts = Parts {
        side,
        effect,
        quantity: cells.shares("Quantity")?,
        price: cells.price("Price")?,
        fees_usd: cells.number(fees)?.unwrap_or(0.0).abs(),
        id: None,
    };
    taken.push(cells.row.line, stamp, parts, reading)
}
