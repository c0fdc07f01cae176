//! Any other log, by the user's map of its columns.

use market::Side;

use super::{Cells, Parts, Reading, Taken};
use crate::cell::{action, is_undone};
use crate::error::JournalError;
use crate::execution::Effect;
use crate::map::{ColumnMap, HOW};
use crate::sheet::Row;

pub(super) fn take(rows: &[Row], reading: &Reading<'_>) -> Result<Taken, JournalError> {
    let map = reading
        .map
        .ok_or_else(|| JournalError::whole("--log-format map needs --map", HOW))?;
    let header = header(rows, map)?;
    let mut taken = Taken::default();
    for row in rows
        .iter()
        .filter(|row| row.line > header.line && row.cells != header.cells)
    {
        let cells = Cells { header, row };
        let text = |column: &Option<String>| column.as_deref().map_or("", |name| cells.text(name));
        let first = row.cell(0).to_ascii_lowercase();
        if first.contains("total") && cells.text(&map.price).is_empty() {
            taken.left_out.totals += 1;
        } else if is_undone(text(&map.status)) || is_undone(text(&map.side)) {
            taken.left_out.undone += 1;
        } else if map.symbol.is_none() || taken.wanted(text(&map.symbol), reading) {
            push(&mut taken, cells, map, reading)?;
        }
    }
    Ok(taken)
}

fn header<'a>(rows: &'a [Row], map: &ColumnMap) -> Result<&'a Row, JournalError> {
    let columns = map.columns();
    if let Some(found) = rows.iter().find(|row| row.names(&columns)) {
        super::once(found, &columns)?;
        return Ok(found);
    }
    let nearest = rows.iter().rev().max_by_key(|row| {
        columns
            .iter()
            .filter(|name| row.place(name).is_some())
            .count()
    });
    let missing: Vec<&str> = columns
        .iter()
        .copied()
        .filter(|name| nearest.is_none_or(|row| row.place(name).is_none()))
        .collect();
    let has: Vec<String> = nearest.map_or_else(Vec::new, |row| {
        row.cells
            .iter()
            .take(24)
            .map(|cell| crate::error::shown(cell))
            .collect()
    });
    Err(JournalError {
        line: nearest.map(|row| row.line),
        column: None,
        message: format!(
            "--map names {}, which the header lacks; it has {}",
            missing.join(", "),
            has.join(", ")
        ),
        help: HOW.to_owned(),
    })
}

fn push(
    taken: &mut Taken,
    cells: Cells<'_>,
    map: &ColumnMap,
    reading: &Reading<'_>,
) -> Result<(), JournalError> {
    let quantity = cells.shares(&map.quantity)?;
    let (side, effect) = match &map.side {
        Some(column) => action(cells.text(column)).ok_or_else(|| {
            cells.wrong(
                column,
                "a word for buying or selling: Buy, Sell, B, S, BTO, STC, Sell Short, Buy to Cover",
                "map another column as side, or leave side out if sold quantities are negative",
            )
        })?,
        None if quantity > 0.0 => (Side::Buy, Effect::Unsaid),
        None => (Side::Sell, Effect::Unsaid),
    };
    let stamp = cells.stamp(&map.time, map.clock.as_deref(), reading)?;
    let mut fees_usd = 0.0;
    for column in &map.fees {
        // Written as a cost by some and as negative cash by others; rebates are too rare to tell.
        fees_usd += cells.number(column)?.unwrap_or(0.0).abs();
    }
    let parts = Parts {
        side,
        effect,
        quantity,
        price: cells.price(&map.price)?,
        fees_usd,
        id: map
            .id
            .as_deref()
            .map(|column| cells.text(column).to_owned()),
    };
    taken.push(cells.row.line, stamp, parts, reading)
}
