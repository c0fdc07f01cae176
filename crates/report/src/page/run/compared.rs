//! Several runs side by side: regime by regime, figures and equity.

use std::collections::BTreeMap;

use lab::record::{Record, RegimeDocument, RegimeRecord};
use market::Date;

use super::figures::COMPARED;
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
