//! Whether the rows of a regime come to what its document says: what was mixed or edited shows here.

use std::path::Path;

use lab::record::{RegimeDocument, RegimeRecord};

use super::error::RecordError;

/// Sums in another order differ by the rounding of their terms.
const ROUNDING: f64 = 1e-9;

/// Holds dates, the account's end, its return and the trades' sum against the document.
pub(super) fn holds(
    folder: &Path,
    said: &RegimeDocument,
    rows: &RegimeRecord,
) -> Result<(), RecordError> {
    let wrong = |figure: &'static str, said_is: String, found: String| {
        Err(RecordError::Disagrees {
            folder: folder.to_owned(),
            regime: said.name.clone(),
            figure,
            said: said_is,
            found,
        })
    };
    let same_dates = rows.equity.iter().map(|point| point.date);
    if !same_dates.eq(rows.sessions.iter().map(|session| session.date)) {
        let count = |n: usize| format!("{n} sessions");
        return wrong(
            "the sessions",
            count(rows.equity.len()),
            count(rows.sessions.len()),
        );
    }
    let inside = |date| said.from <= date && date <= said.to;
    let ascends = rows
        .equity
        .windows(2)
        .all(|pair| pair[0].date < pair[1].date);
    if let Some(point) = rows
        .equity
        .iter()
        .find(|point| !inside(point.date) || !ascends)
    {
        let window = format!("{} to {}", said.from, said.to);
        return wrong(
            "the window",
            window,
            format!("{} in it, or out of order", point.date),
        );
    }
    let figures = &said.figures;
    let start_usd = figures.start_equity_usd;
    let end_usd = rows
        .equity
        .last()
        .map_or(start_usd, |point| point.equity_usd);
    let sum_usd: f64 = rows.trades.iter().map(|trade| trade.pnl_usd).sum();
    let mut held = vec![
        ("end_equity_usd", figures.end_equity_usd, end_usd),
        ("net_pnl_usd", figures.trades.net_pnl_usd, sum_usd),
    ];
    if let Some(net_return) = figures.account.net_return {
        held.push(("net_return", net_return * start_usd, end_usd - start_usd));
    }
    for (figure, stated, found) in held {
        if (stated - found).abs() > ROUNDING * (start_usd.abs() + stated.abs() + sum_usd.abs()) {
            return wrong(figure, stated.to_string(), found.to_string());
        }
    }
    Ok(())
}
