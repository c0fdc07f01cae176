//! The figures, a column a regime.

use lab::record::{Document, RegimeDocument};

use crate::page::html::Html;
use crate::page::tables::{Cell, begin};
use crate::words::{NONE, number, or_dash, percent, signed_dollars, whole_percent};

type Of = fn(&RegimeDocument) -> Cell;

/// A label, what it says; a label without anything begins a group.
const ROWS: [(&str, Option<Of>); 36] = [
    ("The account", None),
    (
        "window",
        Some(|r| Cell::number(format!("{}\nto {}", r.from, r.to))),
    ),
    (
        "sessions",
        Some(|r| Cell::number(r.figures.sessions.to_string())),
    ),
    (
        "net return",
        Some(|r| Cell::change(r.figures.account.net_return)),
    ),
    (
        "net profit",
        Some(|r| Cell::dollars(r.figures.end_equity_usd - r.figures.start_equity_usd)),
    ),
    (
        "the instrument itself",
        Some(|r| Cell::change(r.figures.account.instrument_return)),
    ),
    (
        "max drawdown",
        Some(|r| Cell::number(or_dash(r.figures.account.max_drawdown, percent))),
    ),
    ("  from, to", Some(|r| Cell::number(fall_dates(r)))),
    ("  duration", Some(|r| Cell::number(fall_duration(r)))),
    (
        "  at bar closes",
        Some(|r| Cell::number(percent(r.figures.account.max_drawdown_bar))),
    ),
    (
        "exposure",
        Some(|r| Cell::number(or_dash(r.figures.account.exposure, whole_percent))),
    ),
    (
        "volatility, a year",
        Some(|r| Cell::number(or_dash(r.figures.account.volatility, percent))),
    ),
    ("Sharpe", Some(|r| ratio(r, r.figures.account.sharpe))),
    ("Sortino", Some(|r| ratio(r, r.figures.account.sortino))),
    (
        "annualised return",
        Some(|r| Cell::change(r.figures.account.annualised_return)),
    ),
    (
        "Calmar",
        Some(|r| Cell::number(or_dash(r.figures.account.calmar, |n| number(n, 2)))),
    ),
    (
        "skewness",
        Some(|r| Cell::number(or_dash(r.figures.account.skewness, |n| number(n, 2)))),
    ),
    (
        "excess kurtosis",
        Some(|r| Cell::number(or_dash(r.figures.account.excess_kurtosis, |n| number(n, 2)))),
    ),
    (
        "value at risk, 5% a session",
        Some(|r| Cell::number(or_dash(r.figures.account.value_at_risk_5pct, percent))),
    ),
    (
        "  mean beyond it",
        Some(|r| {
            Cell::number(or_dash(
                r.figures.account.conditional_value_at_risk_5pct,
                percent,
            ))
        }),
    ),
    ("The trades", None),
    (
        "trades",
        Some(|r| Cell::number(r.figures.trades.trades.to_string())),
    ),
    ("win rate (95%)", Some(|r| Cell::number(win_rate(r)))),
    (
        "expectancy",
        Some(|r| or_none(r.figures.trades.expectancy_usd)),
    ),
    (
        "  in R",
        Some(|r| {
            Cell::number(or_dash(r.figures.trades.expectancy_r, |n| {
                format!("{} R", number(n, 2))
            }))
        }),
    ),
    (
        "  trades with an R",
        Some(|r| Cell::number(r.figures.trades.trades_with_r.to_string())),
    ),
    (
        "profit factor",
        Some(|r| Cell::number(or_dash(r.figures.trades.profit_factor, |n| number(n, 2)))),
    ),
    (
        "average gain",
        Some(|r| or_none(r.figures.trades.average_gain_usd)),
    ),
    (
        "average loss",
        Some(|r| or_none(r.figures.trades.average_loss_usd)),
    ),
    (
        "longest losing run",
        Some(|r| Cell::number(r.figures.trades.longest_losing_run.to_string())),
    ),
    (
        "held, average",
        Some(|r| {
            Cell::number(or_dash(r.figures.trades.average_holding_sessions, |n| {
                format!("{} sessions", number(n, 1))
            }))
        }),
    ),
    (
        "held, median",
        Some(|r| {
            Cell::number(or_dash(r.figures.trades.median_holding_sessions, |n| {
                format!("{n} sessions")
            }))
        }),
    ),
    ("The setups", None),
    (
        "setups",
        Some(|r| Cell::number(r.funnel.setups.to_string())),
    ),
    (
        "entered",
        Some(|r| Cell::number(r.funnel.entered.to_string())),
    ),
    (
        "ambiguous trades",
        Some(|r| Cell::number(r.band.ambiguous_trades.to_string())),
    ),
];

/// The table.
pub(super) fn figures(document: &Document) -> Html {
    let mut html = Html::default();
    begin(&mut html, "wide figures", "Figures of every regime");
    html.markup("<table>\n<thead><tr><td></td>");
    for regime in &document.regimes {
        html.open("th", &[("scope", "col")])
            .text(&regime.name)
            .markup("</th>");
    }
    html.markup("</tr></thead>\n<tbody>\n");
    for (label, of) in ROWS {
        let Some(of) = of else {
            html.markup("<tr class=\"head\">")
                .open("th", &[("scope", "rowgroup")]);
            html.text(label).markup("</th>");
            for _ in &document.regimes {
                Cell::default().write(&mut html);
            }
            html.markup("</tr>\n");
            continue;
        };
        let class = if label.starts_with(' ') { "part" } else { "" };
        html.markup("<tr>")
            .open("th", &[("scope", "row"), ("class", class)]);
        html.text(label.trim_start()).markup("</th>");
        for regime in &document.regimes {
            let mut cell = of(regime);
            if cell.text.contains('\n') {
                cell.class = "lines";
            }
            cell.write(&mut html);
        }
        html.markup("</tr>\n");
    }
    html.markup("</tbody>\n</table>\n</div>\n");
    if document
        .regimes
        .iter()
        .any(|r| r.figures.short_sample && r.figures.account.sharpe.is_some())
    {
        super::soft(
            &mut html,
            "* short sample: under 252 sessions, a ratio says little, and annual figures are withheld.",
        );
    }
    html
}

fn or_none(dollars: Option<f64>) -> Cell {
    dollars.map_or_else(|| Cell::number(NONE), Cell::dollars)
}

fn ratio(regime: &RegimeDocument, ratio: Option<f64>) -> Cell {
    let mark = if regime.figures.short_sample {
        " *"
    } else {
        ""
    };
    Cell::number(or_dash(ratio, |n| number(n, 2) + mark))
}

fn win_rate(regime: &RegimeDocument) -> String {
    let trades = &regime.figures.trades;
    let told = trades.win_rate.zip(trades.win_rate_95.as_ref());
    or_dash(told, |(rate, interval)| {
        format!(
            "{} ({}–{})",
            whole_percent(rate),
            number(interval.low * 100.0, 0),
            whole_percent(interval.high)
        )
    })
}

fn fall_dates(regime: &RegimeDocument) -> String {
    let fall = regime.figures.account.deepest_drawdown.as_ref();
    or_dash(fall, |fall| {
        let peak = fall
            .peak_date
            .map_or("the start".to_owned(), |date| date.to_string());
        format!(
            "{peak}\nto {}",
            or_dash(fall.trough_date, |date| date.to_string())
        )
    })
}

fn fall_duration(regime: &RegimeDocument) -> String {
    let fall = regime.figures.account.deepest_drawdown.as_ref();
    or_dash(fall, |fall| {
        let ending = if fall.recovery_date.is_some() {
            "recovered"
        } else {
            "not recovered"
        };
        format!("{} sessions,\n{ending}", fall.duration_sessions)
    })
}

/// The figures that runs are compared by, a label and a cell each.
pub(super) const COMPARED: [(&str, Of); 9] = [
    ("standing", |r| Cell::word(r.standing.as_str())),
    ("net return", |r| Cell::change(r.figures.account.net_return)),
    ("net profit", |r| {
        Cell::dollars(r.figures.end_equity_usd - r.figures.start_equity_usd)
    }),
    ("max drawdown", |r| {
        Cell::number(or_dash(r.figures.account.max_drawdown, percent))
    }),
    ("Sharpe", |r| ratio(r, r.figures.account.sharpe)),
    ("trades", |r| {
        Cell::number(r.figures.trades.trades.to_string())
    }),
    ("win rate (95%)", |r| Cell::number(win_rate(r))),
    ("expectancy", |r| {
        Cell::number(or_dash(r.figures.trades.expectancy_usd, signed_dollars))
    }),
    ("  in R", |r| {
        Cell::number(or_dash(r.figures.trades.expectancy_r, |n| {
            format!("{} R", number(n, 2))
        }))
    }),
];
