//! The verdict in words, and a card a regime: standing, three figures, why.

use lab::record::{Document, Record, RegimeDocument, RegimeRecord};
use lab::{Regime, Standing, Verdict};

use super::At;
use crate::page::html::Html;
use crate::page::tables::{sign, spark};
use crate::words::{or_dash, percent, signed_percent};

/// The verdict and the cards.
pub(super) fn overview(record: &Record, at: &At<'_>) -> Html {
    let mut html = Html::default();
    let document = &record.document;
    if let Some(name) = at.name {
        html.element("h2", &[("class", "run")], name);
        for fact in super::facts(document) {
            super::soft(&mut html, &fact);
        }
    }
    let class = match document.verdict.verdict {
        Verdict::PaperTrade | Verdict::PaperTradeStrong => "verdict good",
        Verdict::Restructure | Verdict::Rework => "verdict bad",
        Verdict::Inconclusive => "verdict open",
    };
    html.open("div", &[("class", class)]);
    html.element("p", &[("class", "soft")], "Verdict");
    html.element("h2", &[], words(document.verdict.verdict));
    html.element("p", &[], &sentence(document));
    html.close("div");
    html.markup("<ul class=\"cards\">\n");
    for (n, (told, rows)) in record.each().enumerate() {
        card(
            &mut html,
            told,
            rows,
            &at.regime(n),
            super::symbol(document),
        );
    }
    html.markup("</ul>\n");
    html
}

const fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Restructure => "Restructure",
        Verdict::Rework => "Rework",
        Verdict::PaperTrade => "Paper-trade",
        Verdict::PaperTradeStrong => "Paper-trade, strong",
        Verdict::Inconclusive => "Inconclusive",
    }
}

/// What it means, and of how many regimes.
fn sentence(document: &Document) -> String {
    let gates = document
        .regimes
        .iter()
        .any(|regime| regime.name != Regime::HISTORY);
    let meaning = if gates {
        document.verdict.meaning.as_str()
    } else {
        "plans are found in history: it gates none, name regimes for a verdict"
    };
    let verdict = &document.verdict;
    let counts = [
        (verdict.regimes_holding, "held"),
        (verdict.regimes_failing, "failed"),
        (verdict.regimes_inconclusive, "inconclusive"),
    ];
    let counted: Vec<String> = counts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    let plural = if document.regimes.len() == 1 { "" } else { "s" };
    format!(
        "{}. Of {} regime{plural}: {}.",
        capital(meaning),
        document.regimes.len(),
        counted.join(", ")
    )
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn card(html: &mut Html, told: &RegimeDocument, rows: &RegimeRecord, id: &str, symbol: &str) {
    html.markup("<li class=\"card\">").open("h3", &[]);
    html.element("a", &[("href", &format!("#{id}"))], &told.name);
    standing(html, told.standing);
    html.close("h3");
    let storm = if told.storm.is_empty() {
        String::new()
    } else {
        format!(": {}", told.storm)
    };
    super::soft(html, &format!("{} to {}{storm}", told.from, told.to));
    let equity: Vec<f64> = rows.equity.iter().map(|point| point.equity_usd).collect();
    spark(html, &format!("Equity in {}", told.name), &[&equity]);
    let figures = &told.figures;
    html.markup("<dl class=\"numbers\">");
    for (label, change) in [
        ("net return", figures.account.net_return),
        (symbol, figures.account.instrument_return),
    ] {
        number(
            html,
            label,
            &or_dash(change, signed_percent),
            change.map_or("", sign),
        );
    }
    number(
        html,
        "max drawdown",
        &or_dash(figures.account.max_drawdown, percent),
        "",
    );
    number(html, "trades", &figures.trades.trades.to_string(), "");
    html.markup("</dl>\n<ul>\n");
    for reason in &told.reasons {
        html.element("li", &[], reason);
    }
    html.markup("</ul></li>\n");
}

fn number(html: &mut Html, label: &str, text: &str, class: &'static str) {
    html.markup("<div>").element("dt", &[], label);
    html.element("dd", &[("class", class)], text)
        .markup("</div>");
}

/// A badge: a word and a sign as well as a colour.
pub(super) fn standing(html: &mut Html, standing: Standing) {
    let (class, sign) = match standing {
        Standing::Holds => ("standing holds", "✓ "),
        Standing::Fails => ("standing fails", "✕ "),
        Standing::Inconclusive => ("standing inconclusive", "? "),
    };
    html.open("span", &[("class", class)])
        .text(sign)
        .text(standing.as_str())
        .markup("</span>");
}
