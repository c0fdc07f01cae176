//! A rule that names what the tape lacks: said at its place in the file, with what was probably meant.

use std::collections::BTreeSet;

use language::Mentioned;
use tape::{Entry, Sort, Tape, TapeError};

use crate::error::{Error, InputError, did_you_mean};
use crate::scenario::{Mentions, Scenario};

/// The error of a tape that lacks something, at the rule that names it; any other as it is.
pub(crate) fn explain(error: TapeError, scenario: &Scenario, tape: &Tape) -> Error {
    if !matches!(error, TapeError::Absent { .. }) {
        return error.into();
    }
    // Only now is it worth a look at everything the tape holds.
    let Ok(entries) = tape.catalog() else {
        return error.into();
    };
    let (symbols, series) = (names(&entries, Sort::Bars), names(&entries, Sort::Series));
    if let Some(error) = of_options(scenario, tape, &series) {
        return error;
    }
    match not_held(&scenario.mentions, tape, &entries, &symbols, &series) {
        Some(placed) => placed.into(),
        None => error.into(),
    }
}

/// The first symbol or series that a file names and the tape has nothing of, at its place.
pub(crate) fn first_absent(mentions: &Mentions, tape: &Tape) -> Result<(), Error> {
    let entries = tape.catalog()?;
    let (symbols, series) = (names(&entries, Sort::Bars), names(&entries, Sort::Series));
    match not_held(mentions, tape, &entries, &symbols, &series) {
        Some(placed) => Err(placed.into()),
        None => Ok(()),
    }
}

fn names(entries: &[Entry], sort: Sort) -> BTreeSet<&str> {
    let of_sort = entries.iter().filter(|entry| entry.sort == sort);
    of_sort.filter_map(|entry| entry.name.as_deref()).collect()
}

fn not_held(
    mentions: &Mentions,
    tape: &Tape,
    entries: &[Entry],
    symbols: &BTreeSet<&str>,
    series: &BTreeSet<&str>,
) -> Option<InputError> {
    // A file of many symbols names none: what is in it cannot be told from here.
    let all_named = entries
        .iter()
        .all(|e| e.sort != Sort::Bars || e.name.is_some());
    for (what, name) in mentions.names() {
        let (noun, held) = match what {
            Mentioned::Symbol if !all_named => continue,
            // Asked for before anything is read (events.rs).
            Mentioned::Event => continue,
            Mentioned::Symbol => ("symbol", symbols),
            Mentioned::Series => ("series", series),
        };
        if held.contains(name) {
            continue;
        }
        let message = format!("the tape {} has no {noun} {name}", tape.name());
        let help = help(what, name, symbols, series, held);
        if let Some(placed) = mentions.absent(what, name, message, help) {
            return Some(placed);
        }
    }
    None
}

/// Of a tape that lacks events and series too, what matters more: without the series no option has a price.
pub(crate) fn options_first(error: Error, scenario: &Scenario, tape: &Tape) -> Error {
    let Ok(entries) = tape.catalog() else {
        return error;
    };
    let series = entries.iter().filter(|entry| entry.sort == Sort::Series);
    let held = series.filter_map(|entry| entry.name.as_deref()).collect();
    of_options(scenario, tape, &held).unwrap_or(error)
}

/// The error of a tape that lacks a series that option prices or the IV rank are made from: all that it lacks, at once.
fn of_options(scenario: &Scenario, tape: &Tape, held: &BTreeSet<&str>) -> Option<Error> {
    let mut lacks: Vec<String> = Vec::new();
    for name in crate::needs::of_options(scenario) {
        if !held.contains(name.as_str()) && !lacks.contains(&name) {
            lacks.push(name);
        }
    }
    (!lacks.is_empty()).then(|| {
        Error::fit(
            format!(
                "the tape {} has no series {}: the plan's option prices and IV rank are made from {}",
                tape.name(),
                lacks.join(", "),
                if lacks.len() == 1 { "it" } else { "them" }
            ),
            "import Cboe's files of the volatility indices and FRED's of the rate with `stormproof tape import` (docs/vendors.md), or name others: options.index, options.rate, entry.iv_index; options.term = false and entry.iv_tenor_days = 30 do without VIX, VIX9D and VIX3M",
        )
    })
}

fn help(
    what: Mentioned,
    name: &str,
    symbols: &BTreeSet<&str>,
    series: &BTreeSet<&str>,
    held: &BTreeSet<&str>,
) -> String {
    if what == Mentioned::Series && symbols.contains(name) {
        return format!("{name} is a symbol: write {name}.close or {name}.change");
    }
    if what == Mentioned::Symbol && series.contains(name) {
        return format!("{name} is a series: write {name} alone");
    }
    match did_you_mean(name, held.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None if held.is_empty() => {
            "import it; `stormproof tape list` shows what there is".to_owned()
        }
        None => {
            let all: Vec<&str> = held.iter().copied().collect();
            format!("it has {}", all.join(", "))
        }
    }
}
