//! Schwab's transaction history: dates without times of day, the newest first.

use super::{Cells, Parts, Reading, Taken, under};
use crate::cell::{action, is_undone};
use crate::error::{JournalError, shown};
use crate::execution::{Effect, Execution};
use crate::format::Format;
use crate::sheet::{Row, same};
use market::Side;

pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let mut taken = Taken::default();
    let mut undoing = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for cells in under(rows, Format::Schwab.header(), Format::Schwab)? {
        if cells.text("Date").to_ascii_lowercase().contains("total") {
            taken.left_out.totals += 1;
            continue;
        }
        let word = cells.text("Action");
        if is_undone(word) {
            taken.left_out.undone += 1;
            undoing.extend(undone(cells, word, reading)?);
            continue;
        }
        let Some(found) = action(word) else {
            taken.left_out.no_trades += 1;
            // Dividends and interest have neither; shares reinvested or moved have both.
            let moved = !cells.text("Quantity").is_empty() && !cells.text("Price").is_empty();
            if moved && same(cells.text("Symbol"), reading.symbol) {
                unknown.push(format!("{} (line {})", shown(word), cells.row.line));
            }
            continue;
        };
        if !taken.wanted(cells.text("Symbol"), reading) {
            continue;
        }
        push(&mut taken, cells, found, reading)?;
    }
    if !unknown.is_empty() {
        unknown.truncate(12);
        taken.notes.push(format!(
            "actions that are no known word for buying or selling, left out though they have shares and a price: {}",
            unknown.join(", ")
        ));
    }
    for (line, side, quantity, price) in undoing {
        let same = |e: &Execution| e.side == side && e.quantity == quantity && e.price == price;
        let Some(at) = taken.executions.iter().position(same) else {
            return Err(JournalError::at(
                line,
                "cancels a trade that the log does not have with this quantity and price",
                "take the row out, or export a span that holds the trade too",
            ));
        };
        taken.executions.remove(at);
        taken.left_out.undone += 1;
    }
    Ok(taken)
}

/// Line, side, shares and price of the trade that `Cancel Buy` or `Cancel Sell` undoes.
fn undone(
    cells: Cells<'_>,
    word: &str,
    reading: &Reading<'_>,
) -> Result<Option<(u64, Side, f64, f64)>, JournalError> {
    let rest = word.to_ascii_lowercase();
    let trade = rest.strip_prefix("cancel ").and_then(action);
    let Some((side, _)) = trade.filter(|_| same(cells.text("Symbol"), reading.symbol)) else {
        return Ok(None);
    };
    let (quantity, price) = (cells.shares("Quantity")?.abs(), cells.price("Price")?);
    Ok(Some((cells.row.line, side, quantity, price)))
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
