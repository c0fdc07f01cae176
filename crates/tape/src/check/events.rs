//! Dated events: order, duplicates, and days on which nobody could trade on them.

use market::calendar;

use super::defect::{Finder, When};
use super::keyed::in_order;
use super::kind::Kind;
use crate::error::TapeError;
use crate::events;
use crate::layout::{Item, Sort};
use crate::rows::Row as _;
use crate::store::Store;

/// Looks through the events of a kind; gives the rows.
pub(crate) fn events(store: &Store, kind: &str, finder: &mut Finder) -> Result<usize, TapeError> {
    let path = Item::other(Sort::Events, kind).path();
    if !store.has(&path) {
        return Ok(0);
    }
    let all = events::rows(&store.open(&path)?)?;
    in_order(&all, |event| When::Day(event.date), finder);
    for (row, event) in all.iter().enumerate() {
        let when = When::Day(event.date);
        if let Some((found, expected)) = event.fault() {
            let text = format!("{}: {found}, expected {expected}", event.label);
            finder.add(Kind::BadPrice, when, text).at_row(row);
        }
        // Payrolls come out on Good Friday, too: true, and still no session to trade them in.
        if let Some(closure) = calendar::why_closed(event.date) {
            let text = format!("{}: no session on that day: {closure}", event.label);
            finder.add(Kind::ClosedDay, when, text).at_row(row);
        }
    }
    Ok(all.len())
}
