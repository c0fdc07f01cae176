//! Walking forward as a page: what came of choosing anew, the account, the folds and their choices.

use std::collections::BTreeMap;

use lab::walk_forward::{Figured, WalkForward};
use lab::{Regime, TapeFacts};
use market::Date;
use serde::Deserialize;
use serde_json::Value;
use stats::{EquityPath, underwater};

use super::chart::{Chart, Equity, Frame, Line, Lines, Role, Unit, figure, rounded};
use super::html::Html;
use super::shell::Shell;
use super::sweep::marks;
use super::tables::{Cell, table};
use crate::error::ReportError;
use crate::walk_forward::{conclusion, walk_forward_json};
use crate::words::{NONE, banner, number, or_dash, percent, whole_percent};

/// What `walk-forward.json` says, as far as a page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    plan: String,
    symbol: String,
    interval: String,
    tape: TapeFacts,
    history: Regime,
    sessions: usize,
    vary: Vec<String>,
    axes: Vec<String>,
    sampler: String,
    constraints: Vec<String>,
    objective: String,
    require: Vec<String>,
    purge_sessions: usize,
    embargo_sessions: usize,
    combinations: usize,
    method: String,
    start_equity_usd: f64,
    folds: Vec<Fold>,
    out_of_sample: Figured,
    #[serde(default)]
    as_written: Option<Figured>,
    #[serde(default)]
    efficiency: Option<f64>,
    in_top_half: usize,
    ranked: usize,
    changes: BTreeMap<String, usize>,
    warnings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Fold {
    train_from: Date,
    train_to: Date,
    test_from: Date,
    test_to: Date,
    #[serde(default)]
    chosen: Option<Choice>,
    end_equity_usd: f64,
}

#[derive(Debug, Deserialize)]
struct Choice {
    parameters: BTreeMap<String, Value>,
    in_sample: Window,
    out_of_sample: Window,
    #[serde(default)]
    beaten: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Window {
    #[serde(default)]
    objective: Option<f64>,
    #[serde(default)]
    net_return: Option<f64>,
    #[serde(default)]
    trades: Option<u64>,
}

/// Equity out of sample, dollars at session closes.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) dates: Vec<Date>,
    pub(super) closes: Vec<f64>,
}

/// The page of walking forward that was just done.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn walk_forward_page(said: &WalkForward, warnings: &[String]) -> Result<String, ReportError> {
    let told = serde_json::from_str(&walk_forward_json(said, warnings)?)?;
    let account = Account {
        dates: said.stitched.dates.clone(),
        closes: said.stitched.closes.clone(),
    };
    of(&told, &account)
}

/// The page of a document and its account.
pub(super) fn of(told: &Told, account: &Account) -> Result<String, ReportError> {
    let mut page = Shell::new(
        "Stormproof: walking forward",
        &told.plan,
        &facts(told),
        &banner(&told.tape).map(|b| marks(&b)).unwrap_or_default(),
    );
    page.bare_section("verdict", "Verdict", &verdict(told));
    page.section(
        "account",
        "Account",
        "Out of sample",
        &equity(told, account)?,
    );
    page.section("folds", "Folds", "The folds", &folds(told));
    page.section("choices", "Choices", "What was chosen", &choices(told)?);
    if !told.warnings.is_empty() {
        page.section(
            "warnings",
            "Warnings",
            "What to read this with",
            &super::warnings(&told.warnings),
        );
    }
    Ok(page.finish())
}

fn facts(told: &Told) -> Vec<String> {
    let extra = |word: &str, all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| format!("; {word} {one}")).collect();
        all.concat()
    };
    vec![
        format!(
            "{} bars of {}, {} to {} ({} sessions), {} folds, a {} training window, each choice by {}",
            told.interval,
            told.symbol,
            told.history.from,
            told.history.to,
            number(told.sessions as f64, 0),
            told.folds.len(),
            told.method,
            told.objective
        ),
        format!(
            "{} combinations in every window: {} by {}{}{}; purge {}, embargo {} sessions",
            number(told.combinations as f64, 0),
            told.vary.join(", "),
            told.sampler,
            extra("where", &told.constraints),
            extra("require", &told.require),
            told.purge_sessions,
            told.embargo_sessions
        ),
        format!(
            "Tape: {}, fingerprint {}",
            told.tape.name, told.tape.fingerprint
        ),
    ]
}

fn verdict(told: &Told) -> Html {
    let mut html = Html::default();
    let (class, words) = standing(&told.out_of_sample, told.as_written.as_ref());
    html.open("div", &[("class", class)]);
    html.element("h2", &[], &words);
    let falls = |said: &Figured| or_dash(said.max_drawdown, percent);
    if let Some(written) = &told.as_written {
        html.element(
            "p",
            &[],
            &format!(
                "Its largest drawdown was {}; that of the plan as written, over the same sessions, {}.",
                falls(&told.out_of_sample),
                falls(written)
            ),
        );
    }
    html.element(
        "p",
        &[],
        &conclusion(told.efficiency, (told.in_top_half, told.ranked)),
    );
    html.close("div");
    html
}

/// The verdict's colour and words. Money made is no merit of choosing anew where the plan as written made as much, or fell less.
fn standing(anew: &Figured, written: Option<&Figured>) -> (&'static str, String) {
    let made = |net: f64| {
        let verb = if net > 0.0 { "made" } else { "lost" };
        format!("{verb} {}", percent(net.abs()))
    };
    let Some(net) = anew.net_return else {
        return (
            "verdict open",
            "Nothing can be said of the account".to_owned(),
        );
    };
    let alone = format!("Choosing anew {} out of sample", made(net));
    let Some((written, other)) = written.and_then(|w| Some((w, w.net_return?))) else {
        let class = if net > 0.0 {
            "verdict good"
        } else {
            "verdict bad"
        };
        return (class, alone);
    };
    let (better, fell_more) = (net > other, anew.max_drawdown > written.max_drawdown);
    let class = match (net > 0.0, better) {
        (true, true) if !fell_more => "verdict good",
        (true, true) => "verdict open",
        (true, false) if !fell_more => "verdict open",
        _ => "verdict bad",
    };
    let held = if better { "better" } else { "no better" };
    let words = format!(
        "{alone}, {held} than the plan as written, which {}",
        made(other)
    );
    (class, words)
}

type Of = fn(&Figured) -> Cell;

fn equity(told: &Told, account: &Account) -> Result<Html, ReportError> {
    let mut html = Html::default();
    let rows: [(&str, Of); 5] = [
        ("net return", |f| Cell::change(f.net_return)),
        ("max drawdown", |f| {
            Cell::number(or_dash(f.max_drawdown, percent))
        }),
        ("Sharpe", |f| {
            Cell::number(or_dash(f.sharpe, |x| number(x, 2)))
        }),
        ("chance it is above 0", |f| {
            Cell::number(or_dash(f.sharpe_above_0, whole_percent))
        }),
        ("trades", |f| Cell::number(f.trades.to_string())),
    ];
    let rows: Vec<(String, Vec<Cell>)> = rows
        .iter()
        .map(|(label, of)| {
            let written = told
                .as_written
                .as_ref()
                .map_or_else(|| Cell::number(NONE), of);
            ((*label).to_owned(), vec![of(&told.out_of_sample), written])
        })
        .collect();
    table(
        &mut html,
        "Out of sample",
        &["", "chosen anew", "as written"],
        &rows,
    );
    let path = EquityPath {
        start_equity: told.start_equity_usd,
        closes: &account.closes,
    };
    let line = |values: Vec<Option<f64>>| {
        vec![Line {
            name: "chosen anew".to_owned(),
            role: Role::Plan,
            values,
        }]
    };
    let below = underwater(&path)
        .iter()
        .map(|fall| rounded(-fall * 100.0, 3))
        .collect();
    let chart = Equity {
        dates: account.dates.iter().map(ToString::to_string).collect(),
        lines: line(
            account
                .closes
                .iter()
                .map(|close| rounded(*close, 2))
                .collect(),
        ),
        underwater: line(below),
    };
    let frame = Frame {
        id: "stitched",
        title: "All test windows as one account",
        told: "Equity at session closes, and below it what was lost from the peak. Every session here was unknown when its parameters were chosen.",
        height: "tall",
    };
    figure(&mut html, &frame, &Chart::Equity(chart))?;
    Ok(html)
}

fn folds(told: &Told) -> Html {
    let mut html = Html::default();
    let rows: Vec<(String, Vec<Cell>)> = told
        .folds
        .iter()
        .enumerate()
        .map(|(n, fold)| {
            let chosen = fold.chosen.as_ref();
            let objective = |window: Option<&Window>| {
                Cell::number(or_dash(window.and_then(|w| w.objective), |x| number(x, 2)))
            };
            let (trained, tested) = (
                chosen.map(|c| &c.in_sample),
                chosen.map(|c| &c.out_of_sample),
            );
            let cells = vec![
                Cell::word(format!("{} to {}", fold.train_from, fold.train_to)),
                Cell::word(format!("{} to {}", fold.test_from, fold.test_to)),
                objective(trained),
                objective(tested),
                Cell::change(trained.and_then(|w| w.net_return)),
                Cell::change(tested.and_then(|w| w.net_return)),
                Cell::number(or_dash(tested.and_then(|w| w.trades), |n| n.to_string())),
                Cell::number(or_dash(chosen.and_then(|c| c.beaten), whole_percent)),
                Cell::number(format!("${}", number(fold.end_equity_usd, 0))),
            ];
            ((n + 1).to_string(), cells)
        })
        .collect();
    let (inside, outside) = (
        format!("{} in", told.objective),
        format!("{} out", told.objective),
    );
    let head = [
        "fold",
        "trained on",
        "tested on",
        &inside,
        &outside,
        "return in",
        "return out",
        "trades out",
        "beat",
        "equity",
    ];
    table(&mut html, "The folds", &head, &rows);
    html.element("p", &[("class", "soft")], "In: in training. Out: on the test that followed. Beat: the share of the other combinations that the choice was better than on the test; chance alone gives half.");
    html
}

fn choices(told: &Told) -> Result<Html, ReportError> {
    let mut html = Html::default();
    let mut head: Vec<&str> = vec!["fold"];
    head.extend(told.axes.iter().map(String::as_str));
    let chosen = |fold: &Fold, axis: &String| {
        fold.chosen
            .as_ref()
            .and_then(|c| c.parameters.get(axis).cloned())
    };
    let mut rows: Vec<(String, Vec<Cell>)> = told
        .folds
        .iter()
        .enumerate()
        .map(|(n, fold)| {
            let cells = told
                .axes
                .iter()
                .map(|axis| Cell::number(or_dash(chosen(fold, axis), |value| shown(&value))));
            ((n + 1).to_string(), cells.collect())
        })
        .collect();
    let changes = told
        .axes
        .iter()
        .map(|axis| Cell::number(format!("{}×", told.changes.get(axis).copied().unwrap_or(0))));
    rows.push(("changed".to_owned(), changes.collect()));
    html.markup("<div class=\"pair\">\n");
    for (n, axis) in told.axes.iter().enumerate() {
        let values: Vec<Option<f64>> = told
            .folds
            .iter()
            .map(|fold| chosen(fold, axis).and_then(|value| value.as_f64()))
            .collect();
        // A parameter of words is in the table.
        if values.iter().all(Option::is_none) {
            continue;
        }
        let chart = Lines {
            x: told
                .folds
                .iter()
                .map(|fold| fold.test_from.to_string())
                .collect(),
            lines: vec![Line {
                name: axis.clone(),
                role: Role::Plan,
                values,
            }],
            unit: Unit::Number,
        };
        let frame = Frame {
            id: &format!("choice-{n}"),
            title: axis,
            told: "Chosen, by the first session tested.",
            height: "low",
        };
        figure(&mut html, &frame, &Chart::Lines(chart))?;
    }
    html.markup("</div>\n<details>");
    html.element("summary", &[], "Every choice, fold by fold");
    table(&mut html, "What was chosen", &head, &rows);
    html.close("details");
    Ok(html)
}

/// A parameter's value, a drawn one with as many digits as anyone wants.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => match other.as_f64() {
            Some(x) if other.to_string().len() > 9 => format!("{x:.5}"),
            _ => other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figured(net_return: f64, max_drawdown: f64) -> Figured {
        serde_json::from_value(serde_json::json!({
            "net_return": net_return, "max_drawdown": max_drawdown, "sharpe": 0.3, "sharpe_above_0": 0.9, "trades": 95
        }))
        .unwrap()
    }

    #[test]
    fn the_verdict_is_held_against_the_plan_as_written() {
        let said = |anew, written: Option<&Figured>| standing(&anew, written);
        // 6.00 % with a fall of 5.74 %, where the plan made 9.49 % with 2.32 %: choosing cost money and nerves.
        let (class, words) = said(figured(0.06, 0.0574), Some(&figured(0.0949, 0.0232)));
        assert_eq!(class, "verdict bad");
        assert_eq!(
            words,
            "Choosing anew made 6.00% out of sample, no better than the plan as written, which made 9.49%"
        );
        let written = figured(0.04, 0.05);
        assert_eq!(said(figured(0.06, 0.05), Some(&written)).0, "verdict good");
        // More of one and less of the other.
        assert_eq!(said(figured(0.06, 0.06), Some(&written)).0, "verdict open");
        assert_eq!(said(figured(0.03, 0.02), Some(&written)).0, "verdict open");
        let (class, words) = said(figured(-0.01, 0.02), Some(&figured(-0.03, 0.05)));
        assert_eq!(class, "verdict bad");
        assert!(words.ends_with("better than the plan as written, which lost 3.00%"));
        assert_eq!(said(figured(0.06, 0.05), None).0, "verdict good");
        assert_eq!(said(figured(-0.06, 0.05), None).0, "verdict bad");
    }
}
