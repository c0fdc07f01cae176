//! A sweep as a page: what was found and whether it is luck, the best, the objective over its parameters.

use lab::sweep::{Better, Figure, Gated, Intervals, Manifest, Trust};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::PageError;
use super::html::Html;
use super::shell::Shell;
use super::surface::surface;
use super::tables::{Cell, table};
use crate::sweep::{Ranking, Results, Summary, trust_told};
use crate::words::{NONE, banner, number, or_dash, percent, whole_percent};

/// What `sweep.json` says, as far as a page shows it.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    sweep: Manifest,
    replayed: u64,
    ruled_out: u64,
    refused: u64,
    objectives: Vec<String>,
    require: Vec<String>,
    met: u64,
    best: Vec<Best>,
    #[serde(default)]
    alone: Option<String>,
    warnings: Vec<String>,
    #[serde(default)]
    trust: Option<Trust>,
}

#[derive(Debug, Deserialize)]
struct Best {
    combination: u64,
    parameters: Vec<String>,
    scores: Vec<f64>,
    windows: Vec<Map<String, Value>>,
    #[serde(default)]
    gate: Option<Gated>,
    #[serde(default)]
    intervals: Option<Intervals>,
}

/// The page of a sweep that was just judged.
///
/// # Errors
/// A damaged file of results.
pub fn sweep_page(summary: &Summary, results: &Results) -> Result<String, PageError> {
    of_told(&serde_json::from_str(&summary.json()?)?, results)
}

/// The page of what is said of a sweep, and of its results.
///
/// # Errors
/// A figure that this version does not know, a damaged file of results.
pub(super) fn of_told(told: &Told, results: &Results) -> Result<String, PageError> {
    let ranking = Ranking::new(&told.objectives, &told.require, told.best.len())?;
    let mut page = Shell::new(
        "Stormproof: a sweep",
        &told.sweep.plan.name,
        &facts(told),
        &banner(&told.sweep.tape)
            .map(|b| marks(&b))
            .unwrap_or_default(),
    );
    page.bare_section("verdict", "Verdict", &verdict(told));
    page.section("best", "The best", "The best, best first", &best(told));
    page.section("luck", "Luck", "Is the first of them luck?", &luck(told));
    page.section(
        "surface",
        "Parameters",
        "The objective over its parameters",
        &surface(told.replayed, results, &ranking)?,
    );
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

/// One mark a banner: each begins with its word in capitals.
pub(super) fn marks(banner: &str) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for line in banner.lines() {
        match marks.last_mut() {
            Some(last) if !line.starts_with("MODEL") => {
                last.push(' ');
                last.push_str(line);
            }
            _ => marks.push(line.to_owned()),
        }
    }
    marks
}

fn facts(told: &Told) -> Vec<String> {
    let sweep = &told.sweep;
    let count = |n: u64| number(n as f64, 0);
    let searched: Vec<String> = sweep
        .windows
        .iter()
        .take(sweep.searched)
        .map(|window| format!("{} {} to {}", window.name, window.from, window.to))
        .collect();
    let left_out = [
        (told.ruled_out, "ruled out by --where"),
        (told.refused, "no plan"),
    ];
    let left_out = left_out.iter().filter(|(n, _)| *n > 0);
    let left_out: Vec<String> = left_out
        .map(|(n, why)| format!(", {} {why}", count(*n)))
        .collect();
    let left_out = left_out.concat();
    vec![
        format!(
            "{} bars of {}. Searched: {}",
            sweep.plan.interval,
            sweep.plan.symbol,
            searched.join("; ")
        ),
        format!(
            "{} combinations of {}: {}; {} replayed{left_out}",
            count(sweep.combinations),
            sweep.sampler,
            sweep.vary.join(", "),
            count(told.replayed)
        ),
        format!(
            "Tape: {}, fingerprint {}. Stormproof {}",
            sweep.tape.name, sweep.tape.fingerprint, sweep.stormproof
        ),
    ]
}

fn verdict(told: &Told) -> Html {
    let mut html = Html::default();
    let (class, words, sentence) = match (&told.trust, told.best.is_empty()) {
        (_, true) => (
            "verdict open",
            "Nothing met what was asked",
            "No combination met what was required and has the objective: a ratio needs trades in every searched window.",
        ),
        (Some(trust), _) if trust.found => (
            "verdict good",
            "Found, with reservations",
            trust.sentence.as_str(),
        ),
        (Some(trust), _) => (
            "verdict bad",
            "Nothing that luck does not explain",
            trust.sentence.as_str(),
        ),
        (None, _) => (
            "verdict open",
            "Not judged",
            "Whether the best is luck was not asked of this file: the sweep's own command says it.",
        ),
    };
    html.open("div", &[("class", class)]);
    html.element("h2", &[], words).element("p", &[], sentence);
    html.close("div");
    html
}

fn best(told: &Told) -> Html {
    let mut html = Html::default();
    if told.best.is_empty() {
        html.element("p", &[], "None.");
        return html;
    }
    let objective = told.objectives.first().map_or("objective", String::as_str);
    let mut say = format!("Ranked by {}", told.objectives.join(" and "));
    if !told.require.is_empty() {
        say = format!(
            "{say}; {} met {}",
            number(told.met as f64, 0),
            told.require.join(" and ")
        );
    }
    say.push_str(". Of several searched windows the worst is ranked, and shown.");
    html.element("p", &[("class", "soft")], &say);
    let gated = told.best.iter().any(|one| one.gate.is_some());
    let mut head = vec![
        "",
        objective,
        "net return",
        "max drawdown",
        "trades",
        "win rate",
        "R",
    ];
    if gated {
        head.push("gate");
    }
    head.extend(["Sharpe, 95%", "parameters"]);
    let rows: Vec<(String, Vec<Cell>)> = told
        .best
        .iter()
        .enumerate()
        .map(|(n, one)| {
            (
                (n + 1).to_string(),
                row(one, objective, told.sweep.searched, gated),
            )
        })
        .collect();
    table(&mut html, "The best combinations", &head, &rows);
    if let (Some(alone), Some(first)) = (&told.alone, told.best.first()) {
        let sets: Vec<String> = first
            .parameters
            .iter()
            .map(|p| format!("--set {p}"))
            .collect();
        html.element(
            "p",
            &[("class", "soft")],
            &format!("The first alone (combination {}):", first.combination),
        );
        html.element("pre", &[], &format!("{alone} {}", sets.join(" ")));
    }
    html
}

fn row(one: &Best, objective: &str, searched: usize, gated: bool) -> Vec<Cell> {
    let worst = worst(one, objective, searched);
    let of = |name: &str| {
        worst
            .and_then(|window| window.get(name))
            .and_then(Value::as_f64)
    };
    let score = Figure::named(objective)
        .filter(|figure| figure.better == Better::Lower)
        .map_or(one.scores.first().copied(), |_| {
            one.scores.first().map(|score| -score)
        });
    let mut cells = vec![
        Cell::number(or_dash(score, |x| number(x, 3))),
        Cell::change(of("net_return")),
        Cell::number(or_dash(of("max_drawdown"), percent)),
        Cell::number(or_dash(of("trades"), |x| number(x, 0))),
        Cell::number(or_dash(of("win_rate"), whole_percent)),
        Cell::number(or_dash(of("expectancy_r"), |x| number(x, 2))),
    ];
    if gated {
        cells.push(Cell::word(
            one.gate.as_ref().map_or(NONE, |gate| gate.verdict.as_str()),
        ));
    }
    let sharpe = one.intervals.and_then(|intervals| intervals.sharpe);
    cells.push(Cell::number(or_dash(sharpe, |[low, high]| {
        format!("{} to {}", number(low, 2), number(high, 2))
    })));
    cells.push(Cell::word(one.parameters.join("  ")));
    cells
}

/// The searched window that is worst by the objective.
fn worst<'a>(one: &'a Best, objective: &str, searched: usize) -> Option<&'a Map<String, Value>> {
    let figure = Figure::named(objective)?;
    let score = |window: &&Map<String, Value>| {
        let value = window.get(objective).and_then(Value::as_f64);
        figure
            .worst(std::iter::once(value))
            .unwrap_or(f64::NEG_INFINITY)
    };
    one.windows
        .iter()
        .take(searched)
        .min_by(|a, b| score(a).total_cmp(&score(b)))
}

fn luck(told: &Told) -> Html {
    let mut html = Html::default();
    let Some(trust) = &told.trust else {
        html.element("p", &[], "Not asked. Run the sweep's own command again: it judges what is there without replaying it.");
        return html;
    };
    html.element("p", &[], &trust.sentence);
    let intervals = told.best.first().and_then(|first| first.intervals.as_ref());
    let rows: Vec<(String, Vec<Cell>)> = trust_told(trust, intervals)
        .into_iter()
        .map(|(label, text)| {
            (
                label.to_owned(),
                vec![Cell {
                    class: "word told",
                    ..Cell::word(text)
                }],
            )
        })
        .collect();
    table(&mut html, "What is known of luck", &["", "said"], &rows);
    if let Some(gate) = told.best.first().and_then(|first| first.gate.as_ref()) {
        html.element("h3", &[], "The first in the regimes");
        let rows: Vec<(String, Vec<Cell>)> = gate
            .regimes
            .iter()
            .map(|regime| {
                let cells = vec![
                    Cell::word(regime.standing.as_str()),
                    Cell::change(regime.net_return),
                    Cell::number(or_dash(regime.max_drawdown, percent)),
                    Cell::number(regime.trades.to_string()),
                ];
                (regime.name.clone(), cells)
            })
            .collect();
        table(
            &mut html,
            "The first in the regimes",
            &["regime", "standing", "net return", "max drawdown", "trades"],
            &rows,
        );
    }
    html
}
