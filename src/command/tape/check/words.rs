//! A check's report as text.

use std::fmt::Write as _;

use tape::check::{CheckReport, Defect, ItemSummary, Kind, Repair, Severity, Subject};

use crate::args::{CheckArgs, Level};
use crate::plain;

/// Places shown of each kind in each item without `--all`.
const PLACES: usize = 3;

/// The width text keeps to.
const COLUMNS: usize = 80;

pub(super) fn summary(name: &str, report: &CheckReport) -> String {
    let mut text = format!("tape: {}\n", plain::message(name));
    let counts = |item: &ItemSummary| Severity::ALL.map(|s| item.count(s));
    let (clean, marked): (Vec<&ItemSummary>, Vec<&ItemSummary>) =
        report.items.iter().partition(|i| counts(i) == [0, 0, 0]);
    let _ = writeln!(
        text,
        "{} items, {} without a finding",
        report.items.len(),
        clean.len()
    );
    if marked.is_empty() {
        return text;
    }
    let mut line = |name: &str, cells: [String; 4]| {
        let [rows, errors, warnings, notes] = cells;
        let name: String = plain::message(name).chars().take(36).collect();
        let _ = writeln!(
            text,
            "{name:<36} {rows:>10} {errors:>9} {warnings:>9} {notes:>9}"
        );
    };
    line(
        "",
        ["rows", "errors", "warnings", "notes"].map(str::to_owned),
    );
    for item in marked {
        let [errors, warnings, notes] = counts(item);
        let cells = [item.rows, errors, warnings, notes].map(|n| n.to_string());
        line(&item.subject.to_string(), cells);
    }
    let [errors, warnings, notes] = Severity::ALL.map(|s| report.count(s));
    let rows = report.items.iter().map(|i| i.rows).sum();
    let cells = [rows, errors, warnings, notes].map(|n: u64| n.to_string());
    line("all", cells);
    text
}

fn least(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

pub(super) fn listing(report: &CheckReport, args: &CheckArgs) -> String {
    let least = least(args.severity);
    let wanted: Vec<&Defect> = report
        .defects
        .iter()
        .filter(|d| d.severity <= least)
        .collect();
    let mut text = String::new();
    // In the report's order the defects of one kind in one item lie together.
    for group in wanted.chunk_by(|a, b| group_of(a) == group_of(b)) {
        if args.all {
            for defect in group {
                text.push('\n');
                one(defect, &mut text);
            }
        } else {
            text.push('\n');
            together(group, &mut text);
        }
    }
    if report.left_out > 0 {
        let _ = writeln!(
            text,
            "\n{} more are counted and not held; --all lists every one",
            report.left_out
        );
    } else if !args.all && text.contains("\n    and ") {
        text.push_str("\n--all lists every one\n");
    }
    let count = |s: &Severity| report.count(*s);
    let quieter: u64 = Severity::ALL
        .iter()
        .filter(|s| **s > least)
        .map(count)
        .sum();
    if quieter > 0 {
        let _ = writeln!(
            text,
            "\n{quieter} less severe are not listed; --severity note does"
        );
    }
    text
}

fn group_of(defect: &Defect) -> (Severity, Kind, &Subject) {
    (defect.severity, defect.kind, &defect.subject)
}

/// The defects of one kind in one item: how many, and the first places.
fn together(group: &[&Defect], text: &mut String) {
    let [first, _, ..] = group else {
        if let [only] = group {
            one(only, text);
        }
        return;
    };
    let head = format!(
        "{}: {}: {}: {}, first {}",
        first.severity,
        first.kind,
        first.subject,
        group.len(),
        first.when
    );
    wrap(&plain::message(&head), 0, text);
    for defect in group.iter().take(PLACES) {
        let words = format!("{}{}: {}", defect.when, cell(defect), why(defect));
        wrap(&plain::message(&words), 4, text);
    }
    if let Some(more) = group.len().checked_sub(PLACES).filter(|&more| more > 0) {
        let _ = writeln!(text, "    and {more} more");
    }
}

/// The column to blame and what it holds.
fn cell(defect: &Defect) -> String {
    match (defect.field, defect.found) {
        (Some(field), Some(found)) => format!(", {field} {found}"),
        (Some(field), None) => format!(", {field}"),
        (None, _) => String::new(),
    }
}

/// The evidence, and what would mend it.
fn why(defect: &Defect) -> String {
    let repair = match (defect.repair, defect.firm) {
        (Repair::None, _) => String::new(),
        (repair, true) => format!("; repair: {repair}"),
        (repair, false) => format!("; perhaps: {repair}"),
    };
    format!("{}{repair}", defect.evidence)
}

/// One defect on as many lines as it takes.
fn one(defect: &Defect, text: &mut String) {
    let head = format!(
        "{}: {}: {}, {}{}",
        defect.severity,
        defect.kind,
        defect.subject,
        defect.when,
        cell(defect)
    );
    wrap(&plain::message(&head), 0, text);
    wrap(&plain::message(&why(defect)), 4, text);
}

/// Words into lines of the width, each behind `indent` blanks. A word longer than a line stays whole: it is a path.
pub(in crate::command::tape) fn wrap(words: &str, indent: usize, text: &mut String) {
    let mut used = 0;
    for word in words.split_whitespace() {
        let long = word.chars().count();
        if used > 0 && used + 1 + long > COLUMNS {
            text.push('\n');
            used = 0;
        }
        if used == 0 {
            text.extend(std::iter::repeat_n(' ', indent));
            used = indent;
        } else {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += long;
    }
    text.push('\n');
}
