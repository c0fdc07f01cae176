//! `stormproof tape breadth`.

use std::fmt::Write as _;

use lab::{Agreement, Breadth, BreadthOptions, Figure, UniverseBreadth};
use serde_json::{Map, Value, json};
use tape::{Tape, Want};

use super::merged::merged;
use crate::args::{BreadthArgs, Format};
use crate::door::Failure;
use crate::{out, plain, signal};

/// Changed values shown by --write; all are counted.
const LISTED: usize = 20;

pub(super) fn breadth(args: &BreadthArgs) -> Result<(), Failure> {
    let tape = crate::place::tape(args.tape.as_deref())?;
    let wanted = Breadth {
        averages: args.ma.clone(),
        extremes: Some(args.extremes).filter(|n| *n > 0),
        min_members: args.min_members,
    };
    let options = BreadthOptions {
        threads: args.threads.map_or(0, usize::from),
        stop: signal::watch(),
    };
    let (found, name) = match (&args.universe, args.from_bars.as_slice()) {
        (Some(universe), _) => (
            lab::universe_breadth(&tape, universe, &wanted, options)?,
            universe.clone(),
        ),
        (None, symbols) => {
            let symbols = chosen(&tape, symbols)?;
            (
                lab::bars_breadth(&tape, &symbols, &wanted, options)?,
                "bars".to_owned(),
            )
        }
    };
    let against = against(&tape, &found, &args.against)?;
    match args.format {
        Format::Json => out::print(&format!(
            "{:#}\n",
            document(&tape, &found, &against, args.last)
        ))?,
        Format::Table => out::print(&shown(&tape, &found, &against, args.last))?,
    }
    if args.write {
        let report = found.store(&tape, &name, LISTED)?;
        if args.format == Format::Table {
            out::print(&format!("\n{}", merged(&report)))?;
        }
    }
    Ok(())
}

/// The symbols named, or with `all` every symbol that has daily bars in a file of its own.
fn chosen(tape: &Tape, symbols: &[String]) -> Result<Vec<String>, Failure> {
    if symbols != ["all"] {
        return Ok(symbols.to_vec());
    }
    let daily = tape.catalog()?.into_iter().filter(|entry| {
        let interval = entry.interval.map(|i| i.to_string());
        entry.sort == tape::Sort::Bars && interval.as_deref() == Some("1d")
    });
    Ok(daily.filter_map(|entry| entry.name).collect())
}

struct Compared {
    figure: String,
    series: String,
    agreement: Option<Agreement>,
}

/// `above50=breadth50` holds one against the other; `breadth50` alone means the average of that length.
fn against(
    tape: &Tape,
    found: &UniverseBreadth,
    wanted: &[String],
) -> Result<Vec<Compared>, Failure> {
    let named = found.named();
    let mut all = Vec::new();
    for text in wanted {
        let (figure, series) = text.split_once('=').map_or_else(
            || {
                let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
                let length = text.get(letters.len()..).unwrap_or("");
                (format!("above{length}"), text.clone())
            },
            |(figure, series)| (figure.to_owned(), series.to_owned()),
        );
        let Some((_, mine)) = named.iter().find(|(name, _)| *name == figure) else {
            let has: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Failure::input(
                format!("--against {text}: there is no figure {figure}"),
                format!("write FIGURE=SERIES with one of {}", has.join(", ")),
            ));
        };
        let want = Want {
            series: vec![series.clone()],
            ..Want::default()
        };
        let theirs = tape.read(&want, 1)?;
        let agreement = theirs
            .series_of(&series)
            .and_then(|theirs| lab::agreement(&found.sessions, mine, theirs));
        all.push(Compared {
            figure,
            series,
            agreement,
        });
    }
    Ok(all)
}

/// What a reader must know before the numbers.
fn notes(found: &UniverseBreadth) -> Vec<String> {
    let mut notes = Vec::new();
    if !found.point_in_time {
        notes.push(
            "every symbol counts on every date it has a close: members that are gone are missing, which makes breadth read high"
                .to_owned(),
        );
    }
    if !found.without_closes.is_empty() {
        let n = found.without_closes.len();
        let names = found
            .without_closes
            .iter()
            .take(5)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        notes.push(format!(
            "{n} members have no closes and count nowhere: {names}{}",
            if n > 5 { ", …" } else { "" }
        ));
    }
    let lengths = found.breadth.averages.iter().zip(&found.figures.above);
    for (n, figure) in lengths.filter(|(_, figure)| figure.value.first_valid().is_none()) {
        let most = figure.members.iter().max().copied().unwrap_or(0);
        notes.push(format!(
            "above{n} has no value: at most {most} members have {n} closes on one session, {} are demanded (--min-members)",
            found.breadth.min_members
        ));
    }
    notes
}

fn shown(tape: &Tape, found: &UniverseBreadth, against: &[Compared], last: usize) -> String {
    let mut text = String::new();
    if let Some(banner) = report::simulated_banner(&found.origin) {
        let _ = writeln!(text, "{banner}");
    }
    let _ = writeln!(
        text,
        "tape: {}\n{} symbols, {} {} closes, {} sessions",
        tape.name(),
        found.symbols,
        found.closes,
        found.prices.as_str(),
        found.sessions.len()
    );
    for note in notes(found) {
        let _ = writeln!(text, "note: {}", plain::message(&note));
    }
    let named = found.named();
    let mut head = format!("\n{:<10} {:>7}", "date", "members");
    for (name, _) in &named {
        let _ = write!(head, " {name:>9}");
    }
    let _ = writeln!(text, "{head}");
    for row in found.sessions.len().saturating_sub(last)..found.sessions.len() {
        let members = found
            .figures
            .advancing
            .members
            .get(row)
            .copied()
            .unwrap_or(0);
        let mut line = format!("{:<10} {members:>7}", found.sessions[row].to_string());
        for (name, figure) in &named {
            let digits = usize::from(name.starts_with("above")) * 2;
            let value = figure
                .value
                .get(row)
                .map_or("-".to_owned(), |v| format!("{v:.digits$}"));
            let _ = write!(line, " {value:>9}");
        }
        let _ = writeln!(text, "{line}");
    }
    for compared in against {
        let _ = writeln!(text, "{}", compared.line());
    }
    text
}

impl Compared {
    fn line(&self) -> String {
        let (figure, series) = (&self.figure, &self.series);
        let Some(found) = &self.agreement else {
            return format!("{figure} against {series}: no session in common");
        };
        let correlation = found
            .correlation
            .map_or("not defined".to_owned(), |c| format!("{c:.4}"));
        format!(
            "{figure} against {series}: correlation {correlation}, bias {:+.2}, mean difference {:.2}, over {} sessions from {} to {}",
            found.bias, found.mean_difference, found.sessions, found.first, found.last
        )
    }
}

/// As the table, with the members each value rests on; what is not known is absent.
fn document(tape: &Tape, found: &UniverseBreadth, against: &[Compared], last: usize) -> Value {
    let named = found.named();
    let cell = |figure: &Figure, row: usize| {
        let mut cell = Map::new();
        cell.extend(
            figure
                .value
                .get(row)
                .map(|v| ("value".to_owned(), json!(v))),
        );
        cell.extend(
            figure
                .members
                .get(row)
                .map(|m| ("members".to_owned(), json!(m))),
        );
        Value::Object(cell)
    };
    let rows = found.sessions.len().saturating_sub(last)..found.sessions.len();
    let row = |row: usize| {
        let mut all: Map<String, Value> = named
            .iter()
            .map(|(name, figure)| (name.clone(), cell(figure, row)))
            .collect();
        all.insert("date".to_owned(), json!(found.sessions[row].to_string()));
        Value::Object(all)
    };
    let compared = |c: &Compared| {
        let mut all = Map::new();
        all.insert("figure".to_owned(), json!(c.figure));
        all.insert("series".to_owned(), json!(c.series));
        if let Some(found) = &c.agreement {
            all.insert("sessions".to_owned(), json!(found.sessions));
            all.insert("first".to_owned(), json!(found.first.to_string()));
            all.insert("last".to_owned(), json!(found.last.to_string()));
            all.extend(
                found
                    .correlation
                    .map(|r| ("correlation".to_owned(), json!(r))),
            );
            all.insert("bias".to_owned(), json!(found.bias));
            all.insert("mean_difference".to_owned(), json!(found.mean_difference));
        }
        Value::Object(all)
    };
    json!({
        "schema": 1,
        "tape": tape.name(),
        "origin": found.origin,
        "symbols": found.symbols,
        "closes": found.closes,
        "prices": found.prices.as_str(),
        "point_in_time": found.point_in_time,
        "sessions": found.sessions.len(),
        "notes": notes(found),
        "rows": rows.map(row).collect::<Vec<Value>>(),
        "against": against.iter().map(compared).collect::<Vec<Value>>(),
    })
}
