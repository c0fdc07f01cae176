//! A rule that names what the tape lacks: said at its place in the file, with what was probably meant.

use std::collections::BTreeSet;

use language::Mentioned;
use tape::{Sort, Tape, TapeError};

use crate::error::{Error, did_you_mean};
use crate::scenario::Scenario;

/// The error of a tape that lacks something, at the rule that names it; any other as it is.
pub(crate) fn explain(error: TapeError, scenario: &Scenario, tape: &Tape) -> Error {
    if !matches!(error, TapeError::Absent { .. }) {
        return error.into();
    }
    // Only now is it worth a look at everything the tape holds.
    let Ok(entries) = tape.catalog() else {
        return error.into();
    };
    let names = |sort: Sort| -> BTreeSet<&str> {
        let of_sort = entries.iter().filter(|entry| entry.sort == sort);
        of_sort.filter_map(|entry| entry.name.as_deref()).collect()
    };
    let (symbols, series) = (names(Sort::Bars), names(Sort::Series));
    // A file of many symbols names none: what is in it cannot be told from here.
    let all_named = entries
        .iter()
        .all(|e| e.sort != Sort::Bars || e.name.is_some());
    for (what, name) in scenario.mentions.names() {
        let (noun, held) = match what {
            Mentioned::Symbol if !all_named => continue,
            // Asked for before anything is read (events.rs).
            Mentioned::Event => continue,
            Mentioned::Symbol => ("symbol", &symbols),
            Mentioned::Series => ("series", &series),
        };
        if held.contains(name) {
            continue;
        }
        let message = format!("the tape {} has no {noun} {name}", tape.name());
        let help = help(what, name, &symbols, &series, held);
        if let Some(placed) = scenario.mentions.absent(what, name, message, help) {
            return placed.into();
        }
    }
    error.into()
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
