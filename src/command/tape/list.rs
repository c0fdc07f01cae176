//! `stormproof tape list`.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tape::{Entry, Tape};

use crate::args::{Format, ListArgs};
use crate::door::Failure;
use crate::out;

pub(super) fn list(args: &ListArgs) -> Result<(), Failure> {
    let tape = crate::place::tape(args.tape.as_deref())?;
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
