//! The table of all trades: sorted, filtered, and each row a way to its place on the chart.

use std::collections::BTreeSet;

use lab::record::Record;
use market::{Side, Time, Trade};

use super::At;
use crate::page::html::Html;
use crate::page::tables::{Cell, begin, sign};
use crate::words::{NONE, number, or_dash, signed_dollars};

/// A header, and whether its column is text.
const HEAD: [(&str, bool); 15] = [
    ("trade", false),
    ("regime", true),
    ("side", true),
    ("quantity", false),
    ("entered", true),
    ("at", false),
    ("left", true),
    ("at", false),
    ("exit", true),
    ("sessions", false),
    ("net", false),
    ("R", false),
    ("MAE", false),
    ("MFE", false),
    ("notes", true),
];

/// The filters and the table.
pub(super) fn trades(record: &Record, at: &At<'_>) -> Html {
    let mut html = Html::default();
    let all = || {
        record
            .each()
            .flat_map(|(about, rows)| rows.trades.iter().map(move |trade| (about, trade)))
    };
    if all().next().is_none() {
        html.element("p", &[], "None was made.");
        return html;
    }
    let id = at.id("trade-table");
    let regimes: Vec<&str> = record
        .document
        .regimes
        .iter()
        .map(|regime| regime.name.as_str())
        .collect();
    let reasons: BTreeSet<&str> = all().map(|(_, trade)| trade.exit_reason.as_str()).collect();
    super::soft(
        &mut html,
        "A row leads to its place on the chart. Prices include slippage; the rest is net, dollars; MAE and MFE are dollars a share.",
    );
    filters(&mut html, &id, &regimes, &reasons);
    begin(&mut html, "wide trades", "Trades");
    html.open("table", &[("class", "sortable"), ("id", &id)])
        .markup("<thead><tr>");
    for (word, text) in HEAD {
        let class = if text { "word" } else { "" };
        html.open("th", &[("scope", "col"), ("class", class)])
            .text(word)
            .markup("</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    let premiums = super::has_structure(&record.document);
    for (n, (about, rows)) in record.each().enumerate() {
        for trade in &rows.trades {
            row(
                &mut html,
                trade,
                &about.name,
                &format!("{}-price", at.regime(n)),
                premiums,
            );
        }
    }
    html.markup("</tbody>\n</table>\n</div>\n");
    html
}

fn filters(html: &mut Html, table: &str, regimes: &[&str], reasons: &BTreeSet<&str>) {
    html.open(
        "form",
        &[("class", "controls"), ("data-table", table), ("hidden", "")],
    );
    html.markup("<label>Find<input type=\"search\" name=\"text\" autocomplete=\"off\"></label>\n");
    choice(
        html,
        "Regime",
        "regime",
        regimes.iter().map(|name| (*name, *name)),
    );
    choice(
        html,
        "Exit",
        "reason",
        reasons.iter().map(|word| (*word, *word)),
    );
    let results = [("won", "winners"), ("lost", "not won")];
    choice(html, "Result", "outcome", results.into_iter());
    html.markup("<button type=\"reset\">Clear</button>\n<output aria-live=\"polite\"></output>\n")
        .close("form");
}

/// A label and its values, each with its word; the first is for all of them.
fn choice<'a>(
    html: &mut Html,
    label: &str,
    name: &str,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) {
    html.open("label", &[])
        .text(label)
        .open("select", &[("name", name)]);
    html.element("option", &[("value", "")], "all");
    for (value, word) in values {
        html.element("option", &[("value", value)], word);
    }
    html.markup("</select></label>\n");
}

fn row(html: &mut Html, trade: &Trade, regime: &str, chart: &str, premiums: bool) {
    let outcome = if trade.pnl_usd > 0.0 { "won" } else { "lost" };
    let reason = trade.exit_reason.as_str();
    html.open(
        "tr",
        &[
            ("data-regime", regime),
            ("data-reason", reason),
            ("data-outcome", outcome),
        ],
    );
    let id = trade.trade_id.to_string();
    html.open("td", &[("data-v", &id)]);
    html.open(
        "a",
        &[
            ("href", &format!("#{chart}")),
            ("data-chart", chart),
            ("data-trade", &id),
        ],
    );
    html.text(&id).markup("</a></td>");
    let price = |usd: f64| Cell::number(number(usd, 2)).by(Some(usd));
    let cells = [
        Cell::word(regime),
        Cell::word(side(trade.side)),
        Cell::number(number(trade.quantity as f64, 0)).by(Some(trade.quantity as f64)),
        Cell::word(moment(trade.entry_time)),
        price(trade.entry_price),
        Cell::word(moment(trade.exit_time)),
        price(trade.exit_price),
        Cell::word(reason),
        Cell::number(trade.sessions_held.to_string()).by(Some(f64::from(trade.sessions_held))),
        Cell {
            class: sign(trade.pnl_usd),
            ..Cell::number(signed_dollars(trade.pnl_usd))
        }
        .by(Some(trade.pnl_usd)),
        Cell::number(or_dash(trade.r_multiple, |r| number(r, 2))).by(trade.r_multiple),
        price(trade.mae_usd),
        price(trade.mfe_usd),
        Cell::word(notes(trade, premiums)),
    ];
    for cell in &cells {
        cell.write(html);
    }
    html.markup("</tr>\n");
}

fn notes(trade: &Trade, premiums: bool) -> String {
    let all = [
        (trade.ambiguous, "ambiguous"),
        (trade.protected, "protected"),
        (premiums, "premium"),
    ];
    let notes: Vec<&str> = all
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, note)| *note)
        .collect();
    notes.join(", ")
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "long",
        Side::Sell => "short",
    }
}

/// A date, with the hour where it is inside the session.
pub(super) fn moment(time: Time) -> String {
    let Some(told) = time.exchange() else {
        return NONE.to_owned();
    };
    told.format("%Y-%m-%d %H:%M").to_string()
}

/// A trade in a sentence.
pub(super) fn told(trade: &Trade, premiums: bool) -> String {
    let what = if premiums { "structures" } else { "shares" };
    let multiple = trade
        .r_multiple
        .map(|r| format!(", {} R", number(r, 2)))
        .unwrap_or_default();
    format!(
        "Trade {}: {} {} {what}, in {} at {}, out {} at {} by {}: {}{multiple}",
        trade.trade_id,
        side(trade.side),
        number(trade.quantity as f64, 0),
        moment(trade.entry_time),
        number(trade.entry_price, 2),
        moment(trade.exit_time),
        number(trade.exit_price, 2),
        trade.exit_reason.as_str(),
        signed_dollars(trade.pnl_usd)
    )
}
