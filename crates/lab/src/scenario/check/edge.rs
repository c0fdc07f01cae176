//! What each edge asks of its own parameters.

use market::Interval;
use strategies::{Edge, GapMomentum};

use super::super::Scenario;
use super::{Bound, Problem, above_zero, one_or_more, problem, two_or_more, zero_or_more};

/// The bounds of an edge's numbers.
pub(super) fn bounds(edge: &Edge) -> Vec<Bound> {
    match edge {
        Edge::MeanReversion(edge) => vec![
            one_or_more("entry.declines", edge.declines, 250.0),
            zero_or_more("entry.min_decline", edge.min_decline, 1.0),
        ],
        Edge::IronCondor(edge) => vec![
            above_zero("entry.max_iv_rank", Some(edge.max_iv_rank), 100.0),
            above_zero("entry.iv_tenor_days", Some(edge.iv_tenor_days), 365.0),
            two_or_more("entry.rank_sessions", edge.rank_sessions, 5_000.0),
        ],
        // Its numbers are in its rules, which are held to the language.
        Edge::Rules(_) => Vec::new(),
        Edge::GapMomentum(edge) => vec![
            zero_or_more("entry.min_gap", edge.min_gap, 1.0),
            one_or_more(
                "entry.opening_range_minutes",
                edge.opening_range_minutes,
                SHORTEST_SESSION,
            ),
            one_or_more(
                "entry.relative_volume_sessions",
                edge.relative_volume_sessions,
                250.0,
            ),
            zero_or_more("entry.min_relative_volume", edge.min_relative_volume, 100.0),
            one_or_more(
                "entry.entry_window_minutes",
                edge.entry_window_minutes,
                SHORTEST_SESSION,
            ),
        ],
    }
}

/// Minutes of a half day: a range or a window that is longer would mean something else on it.
const SHORTEST_SESSION: f64 = 210.0;

/// What an edge asks of the rest of the plan.
pub(super) fn check(s: &Scenario) -> Result<(), Problem> {
    match &s.entry.edge {
        Edge::MeanReversion(_) | Edge::Rules(_) => Ok(()),
        Edge::GapMomentum(edge) => gap_momentum(s, edge),
        Edge::IronCondor(_) => iron_condor(s),
    }
}

fn iron_condor(s: &Scenario) -> Result<(), Problem> {
    if s.structure.is_none() {
        return Err(problem(
            "structure",
            "`strategy` is \"iron-condor\", but there is no [structure]: nothing says which options to sell",
            "add [structure] with kind = \"iron-condor\", delta = 0.16, wing_width_usd = 5",
        ));
    }
    Ok(())
}

fn gap_momentum(s: &Scenario, edge: &GapMomentum) -> Result<(), Problem> {
    let interval = s.instrument.interval;
    let Interval::Minutes(minutes) = interval else {
        return Err(problem(
            "instrument.interval",
            "`strategy` is \"gap-momentum\", but `instrument.interval` is \"1d\": a daily bar has no opening range",
            "choose bars within the session: interval = \"5m\"",
        ));
    };
    let (range, window) = (edge.opening_range_minutes, edge.entry_window_minutes);
    if !range.is_multiple_of(u32::from(minutes)) {
        return Err(problem(
            "entry.opening_range_minutes",
            format!("`entry.opening_range_minutes` is {range}, which {interval} bars do not fill"),
            &format!("choose a multiple of {minutes}, or finer bars"),
        ));
    }
    // The first bar after the range must end inside the window, so that the fill can start there.
    let first = range + u32::from(minutes);
    if window <= first {
        let message = format!(
            "`entry.entry_window_minutes` is {window}, but the first {interval} bar after the {range}-minute range ends {first} minutes after the open: no entry could fill within the window"
        );
        return Err(problem(
            "entry.entry_window_minutes",
            message,
            &format!("choose more than {first}, or a shorter range"),
        ));
    }
    Ok(())
}
