//! What became of the setups, how trades ended, and in which markets they were decided.

use lab::record::{FunnelDocument, RegimeDocument};

use crate::page::html::Html;
use crate::page::tables::{Cell, begin, meter, sign, table};
use crate::words::{number, or_dash, signed_dollars, whole_percent};

/// Exits by reason, with what they made.
pub(super) fn exits(html: &mut Html, about: &RegimeDocument) {
    html.markup("<div class=\"panel\">")
        .element("h3", &[], "Exits by reason");
    if about.exits.is_empty() {
        super::soft(html, "No trade, no exit.");
        html.markup("</div>\n");
        return;
    }
    let most = about
        .exits
        .values()
        .fold(0.0_f64, |most, exit| most.max(exit.pnl_usd.abs()));
    begin(html, "wide", "Exits by reason");
    html.markup("<table>\n<thead><tr><th scope=\"col\">exit</th><th scope=\"col\">trades</th><th scope=\"col\">net</th><td></td></tr></thead>\n<tbody>\n");
    for (reason, exit) in &about.exits {
        html.markup("<tr>")
            .open("th", &[("scope", "row")])
            .text(reason)
            .markup("</th>");
        Cell::number(exit.trades.to_string()).write(html);
        Cell::dollars(exit.pnl_usd).write(html);
        meter(html, share(exit.pnl_usd, most), true, sign(exit.pnl_usd));
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
    if let Some(protected) = about.protected.filter(|protected| protected.trades > 0) {
        super::soft(
            html,
            &format!(
                "Protection acted on {} trades: {}.",
                protected.trades,
                signed_dollars(protected.pnl_usd)
            ),
        );
    }
    html.markup("</div>\n");
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// From setups over vetoes to trades, and what held at the setups.
pub(super) fn setups(html: &mut Html, about: &RegimeDocument) {
    let funnel = &about.funnel;
    html.markup("<div class=\"panel\">")
        .element("h3", &[], "From setups to trades");
    begin(html, "wide", "From setups to trades");
    html.markup("<table>\n<tbody>\n");
    for (label, count, class) in steps(funnel, about.figures.trades.trades) {
        html.markup("<tr>")
            .open("th", &[("scope", "row")])
            .text(&label)
            .markup("</th>");
        Cell::number(number(count as f64, 0)).write(html);
        meter(
            html,
            share(count as f64, funnel.setups as f64),
            false,
            class,
        );
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
    if funnel.vetoed_unknown > 0 {
        super::soft(
            html,
            &format!(
                "{} of the vetoes for want of data: the filter was unknown.",
                funnel.vetoed_unknown
            ),
        );
    }
    if funnel.setups > 0 && !funnel.held.is_empty() {
        let held = funnel.held.iter().map(|one| {
            let part = whole_percent(share(one.setups as f64, funnel.setups as f64));
            format!(
                "{} at {} of {} ({part})",
                one.criterion, one.setups, funnel.setups
            )
        });
        super::soft(
            html,
            &format!("Held: {}.", held.collect::<Vec<_>>().join("; ")),
        );
    }
    html.markup("</div>\n");
}

/// A label, a count, a colour.
fn steps(funnel: &FunnelDocument, trades: usize) -> Vec<(String, usize, &'static str)> {
    let mut steps = vec![("setups".to_owned(), funnel.setups, "soft")];
    steps.extend(
        funnel
            .vetoed
            .iter()
            .map(|(filter, count)| (format!("vetoed by {filter}"), *count, "loss")),
    );
    steps.extend(
        funnel
            .rejected
            .iter()
            .map(|(why, count)| (format!("rejected: {why}"), *count, "loss")),
    );
    let quiet = [
        ("while busy", funnel.busy),
        ("cooling down", funnel.cooling_down),
    ];
    steps.extend(
        quiet
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(label, n)| ((*label).to_owned(), *n, "soft")),
    );
    steps.push(("entered".to_owned(), funnel.entered, ""));
    steps.push(("trades closed".to_owned(), trades, ""));
    if let Some(overlays) = &funnel.overlays {
        let told = [
            ("scaled by", &overlays.scaled),
            ("tightened by", &overlays.tightened),
            ("widened by", &overlays.widened),
        ];
        for (word, counts) in told {
            steps.extend(
                counts
                    .iter()
                    .map(|(name, count)| (format!("{word} {name}"), *count, "soft")),
            );
        }
    }
    steps
}

/// Trades by what the market was like when they were decided.
pub(super) fn conditions(html: &mut Html, about: &RegimeDocument) {
    if about
        .conditions
        .iter()
        .all(|condition| condition.rows.is_empty())
    {
        return;
    }
    html.element("h3", &[], "Trades by the market at their decision");
    let rows: Vec<(String, Vec<Cell>)> = about
        .conditions
        .iter()
        .flat_map(|by| by.rows.iter().map(move |row| (by, row)))
        .map(|(by, row)| {
            let cells = vec![
                Cell::word(row.state.clone()),
                Cell::number(row.trades.to_string()),
                Cell::number(row.wins.to_string()),
                Cell::dollars(row.net_pnl_usd),
                Cell::number(or_dash(row.expectancy_r, |r| number(r, 2))),
            ];
            (by.condition.clone(), cells)
        })
        .collect();
    table(
        html,
        "Trades by the market",
        &["condition", "state", "trades", "won", "net", "mean R"],
        &rows,
    );
    super::soft(
        html,
        "A trade lies in one row of a condition; by events it may lie in several. With so few a row, differences say little.",
    );
}
