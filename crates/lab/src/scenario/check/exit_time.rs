//! What an exit by time of day asks of the rest of the plan.

use market::{Interval, TimeOfDay};
use strategies::Edge;

use super::super::Scenario;
use super::{Problem, problem};

/// Minutes after midnight: 09:30 and 16:00.
const OPEN: u32 = 570;
const CLOSE: u32 = 960;

pub(super) fn check(s: &Scenario) -> Result<(), Problem> {
    let Some(time) = s.exit.time else {
        return Ok(());
    };
    if s.instrument.interval == Interval::Day {
        return Err(problem(
            "exit.time",
            format!(
                "`exit.time` is \"{time}\", but `instrument.interval` is \"1d\": daily bars know no time of day"
            ),
            "choose bars within the session, or remove `exit.time`",
        ));
    }
    inside_session(s, time)?;
    // No trade outlives its session, so what counts sessions never comes about.
    let idle = [
        ("exit.max_sessions", s.exit.max_sessions),
        ("exit.time_stop_sessions", s.exit.time_stop_sessions),
    ];
    match idle.into_iter().find(|(_, sessions)| sessions.is_some()) {
        Some((path, _)) => Err(problem(
            path,
            format!(
                "`{path}` has no effect with `exit.time`: no trade outlives its entry's session"
            ),
            "remove one of them",
        )),
        None => Ok(()),
    }
}

fn inside_session(s: &Scenario, time: TimeOfDay) -> Result<(), Problem> {
    let minutes = u32::from(time.minutes());
    if minutes <= OPEN || minutes > CLOSE {
        return Err(problem(
            "exit.time",
            format!(
                "`exit.time` is \"{time}\"; the session is open from 09:30 to 16:00 in New York"
            ),
            "choose a time after 09:30, at the latest 16:00: time = \"15:30\"",
        ));
    }
    match &s.entry.edge {
        Edge::GapMomentum(edge) if minutes < OPEN + edge.entry_window_minutes => Err(problem(
            "exit.time",
            format!(
                "`exit.time` is \"{time}\", but entries may fill until {} minutes after the open",
                edge.entry_window_minutes
            ),
            "leave after the entry window is over",
        )),
        Edge::GapMomentum(_) | Edge::MeanReversion(_) | Edge::IronCondor(_) | Edge::Rules(_) => {
            Ok(())
        }
    }
}
