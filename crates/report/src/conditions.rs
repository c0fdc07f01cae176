//! Rows of the terminal table: trades by what the market was like.

use std::collections::BTreeSet;

use lab::RegimeRun;

use crate::rows::{Row, heading, row};
use crate::words::{or_dash, signed_dollars};

/// Trades by what the market was like at their decisions: the composite, each layer, rotation and events.
pub(crate) fn rows(regimes: &[RegimeRun]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (condition, words) in [
        ("composite", "composite at decision"),
        ("trend", "trend"),
        ("momentum", "momentum"),
        ("breadth", "breadth"),
        ("relative-strength", "relative strength"),
        ("rotation", "rotation"),
        ("event", "decided near event"),
    ] {
        let of = |r: &'_ RegimeRun| {
            let by = r.conditions.iter().find(|by| by.condition == condition);
            by.map_or(&[][..], |by| by.rows.as_slice()).to_vec()
        };
        let states: BTreeSet<String> = regimes
            .iter()
            .flat_map(|r| of(r).into_iter().map(|row| row.state))
            .collect();
        if states.is_empty() {
            continue;
        }
        rows.push(heading(words, regimes));
        rows.extend(states.into_iter().map(|state| {
            row(format!("  {state}"), regimes, |r| {
                let found = of(r).into_iter().find(|row| row.state == state);
                or_dash(found, |row| {
                    format!("{}: {}", row.trades, signed_dollars(row.net_pnl_usd))
                })
            })
        }));
    }
    rows
}
