//! `stormproof tape list`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tape::{Entry, Sort, Tape};

use crate::args::{Format, ListArgs};
use crate::door::Failure;
use crate::out;

pub(super) fn list(args: &ListArgs) -> Result<(), Failure> {
    let tape = crate::place::tape(args.tape.as_deref())?;
    let entries = tape.catalog()?;
    match args.format {
        Format::Json => {
            let mut document = json!({
                "schema": 1,
                "tape": tape.name(),
                "entries": entries.iter().map(entry_json).collect::<Vec<Value>>(),
            });
            if let (Value::Object(all), Some(words)) = (&mut document, tape.unfinished()) {
                all.insert("unfinished".to_owned(), Value::String(words));
            }
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
    for line in banner.into_iter().chain(super::unfinished(tape)) {
        text.push_str(&line);
        text.push('\n');
    }
    if entries.is_empty() {
        return text + "it holds nothing; `stormproof tape import` adds to it\n";
    }
    let rows = rows(entries);
    let name = rows.iter().map(|row| row.name.chars().count());
    let wide = name.filter(|n| *n <= WIDEST).max().unwrap_or(0).max(14);
    let _ = writeln!(
        text,
        "\n{:<10} {:<wide$} {:<4} {:<10} {:<10} {:>8} {:>10}",
        "", "", "", "first", "last", "rows", "bytes"
    );
    for row in rows {
        // A name that leaves no room has a line of its own.
        let mut name = row.name;
        if name.chars().count() > wide {
            let _ = writeln!(text, "{:<10} {name}", row.sort);
            name.clear();
        }
        let line = format!(
            "{:<10} {name:<wide$} {:<4} {:<10} {:<10} {:>8} {:>10}",
            row.sort, row.interval, row.first, row.last, row.rows, row.bytes
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Letters of a name beside its figures, so that a line has 80 at most.
const WIDEST: usize = 22;

/// A line of the listing.
struct Row {
    sort: &'static str,
    name: String,
    interval: String,
    first: String,
    last: String,
    rows: u64,
    bytes: u64,
}

/// A file a line, but all days of one underlying's quotes in one.
fn rows(entries: &[Entry]) -> Vec<Row> {
    let together =
        |a: &Entry, b: &Entry| a.sort == Sort::Quotes && b.sort == a.sort && a.name == b.name;
    let lines = entries.chunk_by(together).filter_map(|files| {
        let first = files.first()?;
        let name = first.name.as_deref().unwrap_or("many symbols");
        Some(Row {
            sort: first.sort.as_str(),
            name: match files.len() {
                1 => name.to_owned(),
                days => format!("{name}, {days} days"),
            },
            interval: first.interval.map_or(String::new(), |i| i.to_string()),
            first: files
                .iter()
                .filter_map(|f| f.first)
                .min()
                .map_or(String::new(), |d| d.to_string()),
            last: files
                .iter()
                .filter_map(|f| f.last)
                .max()
                .map_or(String::new(), |d| d.to_string()),
            rows: files.iter().map(|f| f.rows).sum(),
            bytes: files.iter().map(|f| f.bytes).sum(),
        })
    });
    lines.collect()
}
