//! `stormproof tape check`.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tape::Tape;
use tape::check::{
    CheckOptions, CheckReport, Defect, ItemSummary, Kind, Repair, RepairReport, Repaired, Severity,
    Subject,
};

use crate::args::{CheckArgs, Level};
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, plain, signal};

/// Places shown of each kind in each item without `--all`.
const PLACES: usize = 3;

/// The width text keeps to.
const COLUMNS: usize = 80;

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Failure::input(
            format!("--from {from} is after --to {to}"),
            "give the earlier date as --from",
        ));
    }
    let stop = signal::watch();
    let tape = crate::place::tape(args.tape.as_deref())?;
    let other = |place: &PathBuf| crate::place::tape(Some(place));
    let against = args.against.as_ref().map(other).transpose()?;
    let mut options = CheckOptions {
        symbols: args.symbols.clone(),
        from: args.from,
        to: args.to,
        ..CheckOptions::default()
    };
    if args.all {
        options.kept = usize::MAX;
    }
    let progress = Progress::start("checking", args.quiet);
    let mut step = |at: tape::Progress| progress.at(at.done, at.total);
    let against = against.as_ref();
    let done = match &args.repair {
        None => Done::Checked(tape.check(&options, against, &mut step, stop)?),
        Some(to) => {
            let repair = tape.repair(to, &options, against, &mut step, stop)?;
            let again = Tape::open(to)?.check(&options, against, &mut step, stop)?;
            Done::Mended(repair, again, to.display().to_string())
        }
    };
    drop(progress);
    let text = if args.json {
        format!("{:#}\n", done.json(&tape, against))
    } else {
        banner(&tape, against) + &done.text(args, &tape)
    };
    out::print(&text)?;
    match done.last().count(Severity::Error) {
        0 => Ok(()),
        errors => Err(Failure::Gate(format!(
            "{errors} defects at error level: a run that would use them is refused"
        ))),
    }
}

/// The file that tells where a tape's prices come from: a simulated one if there is any.
fn telling(tape: &Tape) -> Option<tape::Entry> {
    // A file that cannot be read is a finding of the check; the embedded tape can always be read.
    let entries = tape.catalog().ok()?;
    let simulated = |e: &&tape::Entry| report::simulated_banner(&e.origin).is_some();
    entries.iter().find(simulated).or(entries.first()).cloned()
}

/// Says of which of the tapes prices were made.
fn banner(tape: &Tape, against: Option<&Tape>) -> String {
    let made = |tape: &Tape| report::simulated_banner(&telling(tape)?.origin);
    let mut text = made(tape).map_or_else(String::new, |banner| banner + "\n");
    if let Some((other, banner)) = against.and_then(|other| Some((other, made(other)?))) {
        let _ = writeln!(text, "compared with {}:", plain::message(&other.name()));
        let _ = writeln!(text, "{banner}");
    }
    text
}

/// The name and the origin, as `tape list` has them.
fn whence(tape: &Tape) -> Value {
    let mut value = json!({ "tape": tape.name() });
    let origin = telling(tape).and_then(|entry| serde_json::to_value(entry.origin).ok());
    if let (Value::Object(all), Some(Value::Object(origin))) = (&mut value, origin) {
        all.extend(origin);
    }
    value
}

enum Done {
    Checked(CheckReport),
    /// What was found and mended, what a check of the new tape finds, and where that is.
    Mended(RepairReport, CheckReport, String),
}

impl Done {
    /// The report of the tape that is there in the end.
    fn last(&self) -> &CheckReport {
        match self {
            Done::Checked(report) | Done::Mended(_, report, _) => report,
        }
    }

    fn text(&self, args: &CheckArgs, tape: &Tape) -> String {
        match self {
            Done::Checked(report) => summary(&tape.name(), report) + &listing(report, args),
            Done::Mended(repair, again, to) => {
                let mut text = summary(&tape.name(), &repair.found);
                let _ = writeln!(
                    text,
                    "\nmended {} of them, {} left; every change is in repairs.csv\n",
                    repair.repaired.len(),
                    repair.left
                );
                text + &summary(to, again) + &listing(again, args)
            }
        }
    }

    fn json(&self, tape: &Tape, against: Option<&Tape>) -> Value {
        let mut document = whence(tape);
        let other = against.map(whence);
        put(
            &mut document,
            [("schema", Some(json!(1))), ("against", other)],
        );
        let parts = match self {
            Done::Checked(report) => report_json(report),
            Done::Mended(repair, again, to) => {
                let mut parts = report_json(&repair.found);
                let mut new = report_json(again);
                new.insert("tape".to_owned(), json!(to));
                let repaired: Vec<Value> = repair.repaired.iter().map(repaired_json).collect();
                parts.insert("repaired".to_owned(), json!(repaired));
                parts.insert("left".to_owned(), json!(repair.left));
                parts.insert("new".to_owned(), Value::Object(new));
                parts
            }
        };
        if let Value::Object(all) = &mut document {
            all.extend(parts);
        }
        document
    }
}

fn summary(name: &str, report: &CheckReport) -> String {
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

fn listing(report: &CheckReport, args: &CheckArgs) -> String {
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
pub(super) fn wrap(words: &str, indent: usize, text: &mut String) {
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

fn report_json(report: &CheckReport) -> Map<String, Value> {
    let items: Vec<Value> = report.items.iter().map(item_json).collect();
    let defects: Vec<Value> = report.defects.iter().map(defect_json).collect();
    let mut map = Map::new();
    for severity in Severity::ALL {
        let count = report.count(severity);
        map.insert(format!("{}s", severity.as_str()), json!(count));
    }
    map.insert("items".to_owned(), json!(items));
    map.insert("defects".to_owned(), json!(defects));
    map.insert("left_out".to_owned(), json!(report.left_out));
    map
}

fn item_json(item: &ItemSummary) -> Value {
    let mut value = json!({
        "item": item.subject.to_string(),
        "sort": item.subject.sort,
        "name": item.subject.name,
        "rows": item.rows,
        "errors": item.errors,
        "warnings": item.warnings,
        "notes": item.notes,
    });
    let interval = item.subject.interval.map(|i| i.to_string());
    put(&mut value, [("interval", interval.map(Value::String))]);
    value
}

/// As docs/check.md has it: what is not known is absent.
fn defect_json(defect: &Defect) -> Value {
    let mut value = json!({
        "kind": defect.kind.as_str(),
        "severity": defect.severity.as_str(),
        "item": defect.subject.to_string(),
        "sort": defect.subject.sort,
        "name": defect.subject.name,
        "when": defect.when.to_string(),
        "firm": defect.firm,
        "evidence": defect.evidence,
    });
    let (repair, to) = match defect.repair {
        Repair::None => ("none", None),
        Repair::Value(to) => ("value", Some(to)),
        Repair::Drop => ("drop", None),
        Repair::Swap => ("swap", None),
        Repair::Move => ("move", None),
    };
    let interval = defect.subject.interval.map(|i| i.to_string());
    put(
        &mut value,
        [
            ("interval", interval.map(Value::String)),
            ("field", defect.field.map(|f| json!(f))),
            ("found", defect.found.map(|f| json!(f))),
            ("repair", Some(json!(repair))),
            ("suggested", to.map(|to| json!(to))),
        ],
    );
    value
}

fn repaired_json(repaired: &Repaired) -> Value {
    let mut value = defect_json(&repaired.defect);
    put(
        &mut value,
        [
            ("old", repaired.old.map(|v| json!(v))),
            ("new", repaired.new.map(|v| json!(v))),
        ],
    );
    value
}

fn put<const N: usize>(value: &mut Value, more: [(&str, Option<Value>); N]) {
    if let Value::Object(all) = value {
        let given = more.into_iter().filter_map(|(key, v)| Some((key, v?)));
        all.extend(given.map(|(key, v)| (key.to_owned(), v)));
    }
}
