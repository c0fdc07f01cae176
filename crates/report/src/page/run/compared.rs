//! Several runs side by side: regime by regime, figures and equity.

use std::collections::BTreeMap;

use lab::compare::differing;
use lab::record::{Record, RegimeDocument, RegimeRecord};
use market::Date;
use serde_json::Value;

use super::figures::COMPARED;
use super::plan::shown;
use crate::error::ReportError;
use crate::page::chart::{Chart, Frame, Line, Lines, Role, Unit, figure, rounded};
use crate::page::html::Html;
use crate::page::tables::{Cell, table};
use crate::words::NONE;

/// What the runs say of each regime, in the order in which regimes first occur.
pub(super) fn compared(records: &[Record], names: &[String]) -> Result<Html, ReportError> {
    let mut html = Html::default();
    super::soft(
        &mut html,
        "Whether a difference is more than luck, `stormproof compare` says.",
    );
    let mut verdicts: Vec<(String, Vec<Cell>)> = Vec::new();
    for (record, name) in records.iter().zip(names) {
        let verdict = &record.document.verdict;
        let cells = vec![
            Cell::word(verdict.verdict.as_str()),
            Cell::word(verdict.meaning.clone()),
        ];
        verdicts.push((name.clone(), cells));
    }
    table(
        &mut html,
        "Verdicts",
        &["run", "verdict", "meaning"],
        &verdicts,
    );
    settings(&mut html, records, names);
    let mut regimes: Vec<&str> = Vec::new();
    for regime in records.iter().flat_map(|record| &record.document.regimes) {
        if !regimes.contains(&regime.name.as_str()) {
            regimes.push(&regime.name);
        }
    }
    for (n, regime) in regimes.iter().enumerate() {
        one(&mut html, n, regime, records, names)?;
    }
    Ok(html)
}

/// The settings in which the runs differ.
fn settings(html: &mut Html, records: &[Record], names: &[String]) {
    let rows = differences(records);
    html.element("h3", &[], "Settings that differ");
    if rows.is_empty() {
        html.element("p", &[], "None: the plans are the same.");
        return;
    }
    let mut head = vec!["setting"];
    head.extend(names.iter().map(String::as_str));
    let rows: Vec<(String, Vec<Cell>)> = rows
        .into_iter()
        .map(|(key, values)| {
            let cells = values
                .iter()
                .map(|value| Cell::word(value.as_ref().map_or_else(|| NONE.to_owned(), shown)));
            (key, cells.collect())
        })
        .collect();
    table(html, "Settings that differ", &head, &rows);
}

/// Every key of which some run has another value than the first, and each run's value.
fn differences(records: &[Record]) -> BTreeMap<String, Vec<Option<Value>>> {
    let mut rows = BTreeMap::new();
    let Some((first, others)) = records.split_first() else {
        return rows;
    };
    for (n, other) in others.iter().enumerate() {
        for changed in differing(&first.document.scenario, &other.document.scenario) {
            // Where nothing else is said, a run has what the first has.
            let values = rows
                .entry(changed.key)
                .or_insert_with(|| vec![changed.a; records.len()]);
            if let Some(value) = values.get_mut(n + 1) {
                *value = changed.b;
            }
        }
    }
    rows
}

fn one(
    html: &mut Html,
    n: usize,
    regime: &str,
    records: &[Record],
    names: &[String],
) -> Result<(), ReportError> {
    let of = |record| find(record, regime);
    let found: Vec<Option<(&RegimeDocument, &RegimeRecord)>> = records.iter().map(of).collect();
    html.element("h3", &[], regime);
    let mut head = vec![""];
    head.extend(names.iter().map(String::as_str));
    let rows: Vec<(String, Vec<Cell>)> = COMPARED
        .iter()
        .map(|(label, cell)| {
            let cells = found.iter().map(|found| match found {
                Some((told, _)) => Cell {
                    class: number_class(cell(told).class),
                    ..cell(told)
                },
                None => Cell::number(NONE),
            });
            (label.trim_start().to_owned(), cells.collect())
        })
        .collect();
    table(html, &format!("Runs in {regime}"), &head, &rows);
    let dates = shared_dates(&found);
    let mut lines = Vec::new();
    for (n, (found, name)) in found.iter().zip(names).enumerate() {
        let Some((_, rows)) = found else { continue };
        let closes = rows
            .equity
            .iter()
            .map(|point| (point.date, point.equity_usd));
        let closes: BTreeMap<Date, f64> = closes.collect();
        let values = dates
            .iter()
            .map(|date| closes.get(date).and_then(|usd| rounded(*usd, 2)));
        lines.push(Line {
            name: name.clone(),
            role: Role::nth(n),
            values: values.collect(),
        });
    }
    let chart = Lines {
        x: dates.iter().map(ToString::to_string).collect(),
        lines,
        unit: Unit::Usd,
    };
    let title = format!("Equity in {regime}");
    let frame = Frame {
        id: &format!("compared-{}", n + 1),
        title: &title,
        told: "At session closes; each run with its own start equity.",
        height: "middle",
    };
    figure(html, &frame, &Chart::Lines(chart))
}

/// Words among numbers stand with the numbers.
fn number_class(class: &'static str) -> &'static str {
    if class == "word" { "" } else { class }
}

fn find<'a>(record: &'a Record, regime: &str) -> Option<(&'a RegimeDocument, &'a RegimeRecord)> {
    record.each().find(|(told, _)| told.name == regime)
}

/// Every date that some run has.
fn shared_dates(found: &[Option<(&RegimeDocument, &RegimeRecord)>]) -> Vec<Date> {
    let all = found
        .iter()
        .flatten()
        .flat_map(|(_, rows)| rows.equity.iter().map(|point| point.date));
    let mut dates: Vec<Date> = all.collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}
