//! thinkorswim's account statement: many tables below each other, each with a title and a header of its own.

use super::{Cells, Parts, Reading, Taken};
use crate::cell::action;
use crate::clock;
use crate::error::JournalError;
use crate::execution::Effect;
use crate::format::Format;
use crate::sheet::{Row, same};

/// Executions are in `Account Trade History`, what they cost in `Cash Balance`, joined by the second at which both happened.
pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let names = Format::Thinkorswim.header();
    let Some(at) = rows.iter().position(|row| row.names(names)) else {
        return Err(JournalError::whole(
            "has no section Account Trade History; expected an account statement of thinkorswim",
            "export the whole account statement (Monitor, Account Statement, Export to file)",
        ));
    };
    let header = &rows[at];
    let mut taken = Taken::default();
    // The next section begins with its title, a row of one cell.
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    for row in rows[at + 1..].iter().take_while(|row| filled(row) > 1) {
        let cells = Cells { header, row };
        let shares = ["STOCK", "ETF", "ETN"];
        let kind = cells.text("Type");
        let is_shares = shares
            .iter()
            .any(|word| same(cells.text("Spread"), word) || same(kind, word));
        if !is_shares || !cells.text("Exp").is_empty() {
            taken.left_out.not_shares += 1;
        } else if taken.wanted(cells.text("Symbol"), reading) {
            push(&mut taken, cells, reading)?;
        }
    }
    add_fees(&mut taken, rows, reading)?;
    Ok(taken)
}

fn push(taken: &mut Taken, cells: Cells<'_>, reading: &Reading<'_>) -> Result<(), JournalError> {
    let (side, _) = action(cells.text("Side"))
        .ok_or_else(|| cells.wrong("Side", "BUY or SELL", "export the statement again"))?;
    let effect = match cells.text("Pos Effect").to_ascii_uppercase().as_str() {
        "TO OPEN" => Effect::Open,
        "TO CLOSE" => Effect::Close,
        _ => Effect::Unsaid,
    };
    let stamp = cells.stamp("Exec Time", None, reading)?;
    let parts = Parts {
        side,
        effect,
        quantity: cells.shares("Qty")?,
        price: cells.price("Price")?,
        fees_usd: 0.0,
        id: None,
    };
    taken.push(cells.row.line, stamp, parts, reading)
}

/// The cash table's fees of the same second; without that table fees are 0, and the log says so.
fn add_fees(taken: &mut Taken, rows: &[Row], reading: &Reading<'_>) -> Result<(), JournalError> {
    let names = ["DATE", "TIME", "TYPE", "DESCRIPTION", "AMOUNT"];
    let Some(at) = rows.iter().position(|row| row.names(&names)) else {
        taken.notes.push(
            "the statement has no section Cash Balance: commissions and fees are taken to be 0"
                .to_owned(),
        );
        return Ok(());
    };
    let header = &rows[at];
    let below = rows[at + 1..].iter().take_while(|row| row.cells.len() > 5);
    let mut charged = vec![false; taken.executions.len()];
    for row in below {
        let cells = Cells { header, row };
        let of_symbol = cells
            .text("DESCRIPTION")
            .split_whitespace()
            .any(|word| same(word, reading.symbol));
        if !same(cells.text("TYPE"), "TRD") || !of_symbol {
            continue;
        }
        let text = format!("{} {}", cells.text("DATE"), cells.text("TIME"));
        let Some(stamp) = clock::stamp(&text, reading.time_format) else {
            continue;
        };
        let mut paid = cells.paid("Misc Fees")?;
        if let Some(column) = cells.first_of(&["Commissions & Fees", "Commissions"]) {
            paid += cells.paid(column)?;
        }
        let found = taken.executions.iter().enumerate();
        let found = found
            .filter(|(i, e)| !charged[*i] && e.local == stamp.local)
            .map(|(i, _)| i)
            .next();
        if let Some(i) = found {
            taken.executions[i].fees_usd = paid;
            charged[i] = true;
        }
    }
    Ok(())
}
