//! What a person should know of the events that a plan looks at: where their record ends.

use market::Snapshot;
use strategies::calendar::Dated;

use crate::coverage::ordinals;
use crate::regimes::Regime;
use crate::scenario::Scenario;

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
