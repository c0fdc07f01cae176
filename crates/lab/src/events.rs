//! The events that a plan looks at: which kinds the tape must have, and where their record ends.

use language::Mentioned;
use market::Snapshot;
use strategies::calendar::{Dated, EARNINGS};
use strategies::rules::Reads;
use tape::Tape;

use crate::coverage::ordinals;
use crate::error::{Error, did_you_mean};
use crate::regimes::Regime;
use crate::scenario::Scenario;

/// The kinds that filters, overlays and rules name, each once; earnings seasons are no tape's.
///
/// # Errors
/// [`Error::Fit`] for the first kind that the tape lacks, with those it has.
pub(crate) fn wanted(
    scenario: &Scenario,
    reads: &Reads,
    tape: &Tape,
) -> Result<Vec<String>, Error> {
    let mut named: Vec<(String, &String)> = Vec::new();
    for (name, filter) in &scenario.filters {
        let kinds = filter.events.iter().flatten();
        named.extend(kinds.map(|kind| (format!("`filters.{name}`"), kind)));
    }
    for (name, overlay) in &scenario.overlays {
        let kinds = overlay.events.iter().flatten();
        named.extend(kinds.map(|kind| (format!("`overlays.{name}`"), kind)));
    }
    let of_rules = reads.events.iter();
    named.extend(of_rules.map(|kind| (A_RULE.to_owned(), kind)));
    named.retain(|(_, kind)| *kind != EARNINGS);
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let has = tape.event_kinds()?;
    let mut wanted: Vec<String> = Vec::new();
    for (who, kind) in named {
        if !has.contains(kind) {
            let (message, help) = absent(&who, kind, tape, &has);
            let place =
                scenario
                    .mentions
                    .absent(Mentioned::Event, kind, message.clone(), help.clone());
            return Err(match place.filter(|_| who == A_RULE) {
                Some(placed) => placed.into(),
                None => Error::fit(message, help),
            });
        }
        if !wanted.contains(kind) {
            wanted.push(kind.clone());
        }
    }
    Ok(wanted)
}

const A_RULE: &str = "a rule";

/// What a tape lacks is unknown, never no event: it is refused, with what there is (message and help).
fn absent(who: &str, kind: &str, tape: &Tape, has: &[String]) -> (String, String) {
    let held = if has.is_empty() {
        "no events of any kind".to_owned()
    } else {
        format!("these kinds: {}", has.join(", "))
    };
    let known = has.iter().map(String::as_str).chain([EARNINGS]);
    // The tape calls them by the bureau's own letters: nonfarm payrolls.
    let near = match kind {
        "payrolls" | "jobs" | "employment" => Some("nfp"),
        _ => did_you_mean(kind, known),
    };
    let near = near.map(|near| format!("did you mean \"{near}\"? "));
    (
        format!(
            "{who} looks at events of the kind {kind}; the tape {} has {held}",
            tape.name()
        ),
        format!(
            "{}`stormproof tape import` takes event calendars; \"{EARNINGS}\" needs no tape",
            near.unwrap_or_default()
        ),
    )
}

/// A warning for each filter and overlay whose events are not on record in all of the windows, with the dates between
/// which they are.
pub(crate) fn beyond_the_record(
    scenario: &Scenario,
    regimes: &[Regime],
    snapshot: &Snapshot,
) -> Vec<String> {
    const FORBIDS: &str = "the filter is unknown and forbids entries";
    const CAUTIOUS: &str = "the overlay is unknown: it makes entries smaller and rarer as it would around them, and never larger";
    let filters = scenario.filters.iter();
    let filters = filters
        .filter_map(|(name, filter)| Some(("filter", name, filter.events.as_ref()?, FORBIDS)));
    let overlays = scenario.overlays.iter();
    let overlays = overlays
        .filter_map(|(name, overlay)| Some(("overlay", name, overlay.events.as_ref()?, CAUTIOUS)));
    let mut warnings = Vec::new();
    for (what, name, kinds, so) in filters.chain(overlays) {
        for kind in kinds {
            let where_to = where_unknown(kind, regimes, snapshot);
            warnings.extend(where_to.map(|known| format!("{what} {name}: {known}; there {so}")));
        }
    }
    warnings
}

/// Which sessions of the windows the record of a kind says nothing about.
fn where_unknown(kind: &str, regimes: &[Regime], snapshot: &Snapshot) -> Option<String> {
    let dated = Dated::of(kind, snapshot)?;
    let wanted = || regimes.iter().flat_map(|regime| ordinals(regime, snapshot));
    let unknown = |&session: &usize| !dated.records(session as u32);
    let (missing, of) = (wanted().filter(unknown).count(), wanted().count());
    let record = match dated.span() {
        Some((first, last)) => {
            format!("the {kind} events of the tape are on record from {first} to {last}")
        }
        None => format!("the tape has no scheduled event of the kind {kind}"),
    };
    (missing > 0)
        .then(|| format!("{record}, and {missing} of {of} sessions of the windows lie outside"))
}
