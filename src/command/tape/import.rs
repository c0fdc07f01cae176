//! `stormproof tape import`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tape::{
    ColumnMap, FieldGap, Format, ImportOptions, ImportReport, ImportedFile, MergedItem, Tape,
    TimeFormat,
};

use super::check::wrap;
use super::merged::{hang, merged};
use crate::args::ImportArgs;
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, signal};

/// Changed values shown by an import; all are counted.
const LISTED: usize = 20;

pub(super) fn import(args: &ImportArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        format: args.format.as_deref().map(Format::named).transpose()?,
        zone: args.zone.as_deref().map(tape::zone).transpose()?,
        columns: args.columns.as_deref().map(ColumnMap::parse).transpose()?,
        interval: args.interval.as_deref().map(tape::interval).transpose()?,
        time_format: args
            .time_format
            .as_deref()
            .map(TimeFormat::parse)
            .transpose()?,
        as_of: args.as_of.as_deref().map(tape::instant).transpose()?,
        changes_listed: LISTED,
    };
    let progress = Progress::start("importing", args.quiet || args.json);
    let mut step = |at: tape::Progress| progress.at(at.done, at.total);
    let report = tape.import(&args.paths, &options, &mut step, stop)?;
    drop(progress);
    if args.json {
        return out::print(&format!("{:#}\n", document(&tape, &report)));
    }
    out::print(&imported(&report))
}

fn imported(report: &ImportReport) -> String {
    let mut text = String::new();
    for file in &report.files {
        let head = format!(
            "{}: {} rows, {}",
            file.path,
            file.rows,
            file.format.as_str()
        );
        hang(&head, &mut text);
        if let Some(zone) = &file.zone {
            let _ = writeln!(text, "  times in {zone}");
        }
        for note in &file.notes {
            wrap(note, 2, &mut text);
        }
    }
    for warning in &report.warnings {
        hang(&format!("warning: {warning}"), &mut text);
    }
    for left in &report.skipped {
        hang(&format!("{}: left, {}", left.path, left.reason), &mut text);
    }
    text + "\n" + &merged(&report.merge)
}

/// As docs/tape.md has it: what is not known is absent.
fn document(tape: &Tape, report: &ImportReport) -> Value {
    let left = report.skipped.iter();
    let changes = report.merge.changes.iter();
    json!({
        "schema": 1,
        "stormproof": env!("CARGO_PKG_VERSION"),
        "tape": tape.name(),
        "files": report.files.iter().map(file).collect::<Vec<Value>>(),
        "left": left
            .map(|left| json!({ "path": left.path, "reason": left.reason }))
            .collect::<Vec<Value>>(),
        "warnings": report.warnings,
        "items": report.merge.items.iter().map(item).collect::<Vec<Value>>(),
        "changes": changes
            .map(|change| json!({
                "item": change.item,
                "at": change.at,
                "field": change.field,
                "old": change.old,
                "new": change.new,
                "file": change.file,
            }))
            .collect::<Vec<Value>>(),
        "changes_unlisted": report.merge.changes_unlisted,
    })
}

fn file(file: &ImportedFile) -> Value {
    let mut value = json!({
        "path": file.path,
        "format": file.format.as_str(),
        "rows": file.rows,
        "notes": file.notes,
    });
    if let (Value::Object(all), Some(zone)) = (&mut value, &file.zone) {
        all.insert("zone".to_owned(), Value::String(zone.clone()));
    }
    value
}

fn item(item: &MergedItem) -> Value {
    let pairs = item.disagreements.iter();
    let mut value = json!({
        "item": item.item,
        "rows_added": item.rows_added,
        "rows_equal": item.rows_equal,
        "rows_changed": item.rows_changed,
        "written": item.written,
        "disagreements": pairs
            .map(|pair| json!({
                "kept": pair.kept,
                "other": pair.other,
                "rows_shared": pair.rows_shared,
                "rows": pair.rows,
                "fields": pair.fields.iter().map(gap).collect::<Vec<Value>>(),
                "first": {
                    "at": pair.at,
                    "field": pair.field,
                    "kept": pair.kept_value,
                    "other": pair.other_value,
                },
            }))
            .collect::<Vec<Value>>(),
    });
    if let (Value::Object(all), Some(day)) = (&mut value, item.day) {
        all.insert("day".to_owned(), Value::String(day.to_string()));
    }
    value
}

fn gap(gap: &FieldGap) -> Value {
    json!({ "field": gap.field, "rows": gap.rows, "largest": gap.largest })
}
