//! What types cannot say of sessions around events.

use super::{Problem, problem};

/// Events of a kind come every six weeks, most of them every month: farther away they mean nothing.
const MOST_SESSIONS: u32 = 20;

/// The first problem of the kinds and the sessions before and after them.
pub(super) fn check(
    path: &str,
    events: &[String],
    [before, after]: [Option<u32>; 2],
) -> Result<(), Problem> {
    let at = format!("{path}.events");
    if events.is_empty() {
        return Err(problem(
            &at,
            format!("`{at}` is empty"),
            "name a kind of event: event = \"fomc\"",
        ));
    }
    if let Some(kind) = events.iter().find(|kind| !is_kind(kind)) {
        return Err(problem(
            &at,
            format!("`{at}` has \"{kind}\"; expected a kind of event like fomc"),
            "small letters, digits and hyphens, as `stormproof tape list` shows them",
        ));
    }
    for (key, sessions) in [("sessions_before", before), ("sessions_after", after)] {
        if sessions.is_some_and(|sessions| sessions > MOST_SESSIONS) {
            let at = format!("{path}.{key}");
            let found = sessions.unwrap_or_default();
            let message = format!("`{at}` is {found}; it must be at most {MOST_SESSIONS}");
            let help = "between two events of a kind there is hardly more than a month";
            return Err(problem(&at, message, help));
        }
    }
    Ok(())
}

/// Kinds name folders of the tape, so nothing but what they are made of may pass.
fn is_kind(kind: &str) -> bool {
    let of_kind = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    kind.starts_with(|c: char| c.is_ascii_lowercase())
        && kind.len() <= 40
        && kind.chars().all(of_kind)
}
