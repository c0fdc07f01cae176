//! `stormproof tape …`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tape::{Entry, Merge, MergeReport, Tape};
use tape::{ImportOptions, ImportReport};

use crate::args::{Format, ImportArgs, ListArgs, SynthArgs, TapeCommand};
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, signal};

/// Changed values shown by an import; all are counted.
const LISTED: usize = 20;

/// Does what the arguments say.
pub(crate) fn run(command: &TapeCommand) -> Result<(), Failure> {
    match command {
        TapeCommand::Import(args) => import(args),
        TapeCommand::List(args) => list(args),
        TapeCommand::Synth(args) => synth(args),
    }
}

fn import(args: &ImportArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        changes_listed: LISTED,
    };
    let progress = Progress::start("importing", args.quiet);
    let mut step = |at: tape::Progress| progress.at(at.done, at.total);
    let report = tape.import(&args.paths, &options, &mut step, stop)?;
    drop(progress);
    out::print(&imported(&report))
}

fn imported(report: &ImportReport) -> String {
    let mut text = String::new();
    for file in &report.files {
        let _ = writeln!(
            text,
            "{}: {} rows, {}",
            file.path,
            file.rows,
            file.format.as_str()
        );
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    for left in &report.skipped {
        let _ = writeln!(text, "{}: left, {}", left.path, left.reason);
    }
    text + "\n" + &merged(&report.merge)
}

fn synth(args: &SynthArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let mut merge = Merge::begin(&tape, 0)?;
    merge.add(&tape::synth::synthesise(args.seed), "synth")?;
    if stop.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let report = merge.commit()?;
    out::print(&merged(&report))
}

/// An item a line: what became of its rows.
fn merged(report: &MergeReport) -> String {
    let mut text = String::new();
    for change in &report.changes {
        let _ = writeln!(
            text,
            "changed: {} {} {}: {} is now {}",
            change.item, change.at, change.field, change.old, change.new
        );
    }
    if report.changes_unlisted > 0 {
        let _ = writeln!(text, "changed: {} more values", report.changes_unlisted);
    }
    for item in &report.items {
        let untouched = if item.written {
            ""
        } else {
            " (file as it was)"
        };
        let _ = writeln!(
            text,
            "{}: {} added, {} equal, {} changed{untouched}",
            item.item, item.rows_added, item.rows_equal, item.rows_changed
        );
    }
    text
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let tape = match &args.tape {
        Some(folder) => Tape::open(folder)?,
        None => Tape::embedded(),
    };
    let entries = tape.catalog()?;
    match args.format {
        Format::Json => {
            let document = json!({
                "schema": 1,
                "tape": tape.name(),
                "entries": entries.iter().map(entry_json).collect::<Vec<Value>>(),
            });
            out::print(&format!("{document:#}\n"))
        }
        Format::Table => out::print(&listing(&tape, &entries)),
    }
}

/// As docs/run-json.md has it: what is not known is absent.
fn entry_json(entry: &Entry) -> Value {
    let mut value = json!({
        "kind": entry.sort.as_str(),
        "rows": entry.rows,
        "bytes": entry.bytes,
        "path": entry.path,
        "source": entry.source,
    });
    let origin = serde_json::to_value(&entry.origin).unwrap_or_default();
    if let (Value::Object(all), Value::Object(origin)) = (&mut value, origin) {
        all.extend(origin);
        let optional = [
            ("name", entry.name.clone()),
            ("interval", entry.interval.map(|i| i.to_string())),
            ("first", entry.first.map(|d| d.to_string())),
            ("last", entry.last.map(|d| d.to_string())),
        ];
        all.extend(
            optional
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?)))),
        );
    }
    value
}

fn listing(tape: &Tape, entries: &[Entry]) -> String {
    let mut text = format!("tape: {}\n", tape.name());
    let banner = entries
        .iter()
        .find_map(|e| report::simulated_banner(&e.origin));
    if let Some(banner) = banner {
        text.push_str(&banner);
        text.push('\n');
    }
    if entries.is_empty() {
        return text + "it holds nothing; `stormproof tape import` adds to it\n";
    }
    let _ = writeln!(
        text,
        "\n{:<10} {:<14} {:<4} {:<10} {:<10} {:>8} {:>10}",
        "", "", "", "first", "last", "rows", "bytes"
    );
    for entry in entries {
        let date = |date: Option<_>| date.map_or(String::new(), |d: _| ToString::to_string(&d));
        let line = format!(
            "{:<10} {:<14} {:<4} {:<10} {:<10} {:>8} {:>10}",
            entry.sort.as_str(),
            entry.name.as_deref().unwrap_or("many symbols"),
            entry.interval.map_or(String::new(), |i| i.to_string()),
            entry.first.map_or(String::new(), |d| d.to_string()),
            date(entry.last),
            entry.rows,
            entry.bytes
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
