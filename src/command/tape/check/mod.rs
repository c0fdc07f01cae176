//! `stormproof tape check`.

mod document;
mod words;

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};
use tape::Tape;
use tape::check::{CheckOptions, CheckReport, RepairReport, Severity};

use self::document::{put, repaired_json, report_json};
pub(super) use self::words::wrap;
use self::words::{listing, summary};
use super::opening;
use crate::args::CheckArgs;
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, plain, signal};

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
    something_to_check(&tape, args)?;
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
        head(&tape, against) + &done.text(args, &tape)
    };
    out::print(&text)?;
    match done.last().count(Severity::Error) {
        0 => Ok(()),
        errors => Err(Failure::Gate(format!(
            "{errors} defects at error level: a run that would use them is refused"
        ))),
    }
}

/// Refuses dates outside everything the tape holds, and a tape that holds nothing: a check of nothing finds nothing.
fn something_to_check(tape: &Tape, args: &CheckArgs) -> Result<(), Failure> {
    // What cannot be listed is what the check itself will say more about.
    let Ok(entries) = tape.catalog() else {
        return Ok(());
    };
    let wanted = |name: &Option<String>| {
        args.symbols.is_empty() || name.as_ref().is_none_or(|name| args.symbols.contains(name))
    };
    let spans = entries.iter().filter(|entry| wanted(&entry.name));
    let spans: Vec<_> = spans
        .filter_map(|entry| Some((entry.first?, entry.last?)))
        .collect();
    if entries.is_empty() {
        return Err(Failure::input(
            format!("there is nothing on the tape {}", tape.name()),
            "name a tape with --tape; `stormproof tape import` makes one",
        ));
    }
    let outside = |(first, last): &(_, _)| {
        args.from.is_some_and(|from| from > *last) || args.to.is_some_and(|to| to < *first)
    };
    if !spans.is_empty() && spans.iter().all(outside) {
        let first = spans.iter().map(|span| span.0).min();
        let last = spans.iter().map(|span| span.1).max();
        let held = first.zip(last).map_or(String::new(), |(first, last)| {
            format!(": it holds {first} to {last}")
        });
        return Err(Failure::input(
            format!("the dates asked for lie outside the tape{held}"),
            "choose --from and --to inside it",
        ));
    }
    if let (Some(from), Some(to)) = (args.from, args.to)
        && from > to
    {
        return Err(Failure::input(
            format!("--from {from} is after --to {to}"),
            "swap them",
        ));
    }
    Ok(())
}

/// What to know of the tapes before the report: whether one is unfinished, and of which prices were made.
fn head(tape: &Tape, against: Option<&Tape>) -> String {
    let mut text = opening(tape);
    if let Some(other) = against {
        let said = opening(other);
        if !said.is_empty() {
            let _ = writeln!(text, "compared with {}:", plain::message(&other.name()));
            text += &said;
        }
    }
    text
}

/// The name and the origin, as `tape list` has them.
fn whence(tape: &Tape) -> Value {
    let mut value = json!({ "tape": tape.name() });
    let read = || tape.catalog().ok()?.into_iter().next();
    let origin = tape
        .simulated()
        .or_else(|| read().map(|entry| entry.origin));
    let origin = origin.and_then(|origin| serde_json::to_value(origin).ok());
    if let (Value::Object(all), Some(Value::Object(origin))) = (&mut value, origin) {
        all.extend(origin);
    }
    put(
        &mut value,
        [("unfinished", tape.unfinished().map(Value::String))],
    );
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
