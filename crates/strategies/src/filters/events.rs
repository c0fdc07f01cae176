//! Sessions around dated events.

use indicators::Mask;

use crate::calendar::{Dated, Near};
use crate::checklist::Criterion;
use crate::clock::Clock;

/// The sessions from so many before an event of some kinds to so many after it.
///
/// Sessions are whole: one with an event at 14:00 is near it from its open on, and one that lies both before an event
/// and after another counts as before. A decision is placed by its own session, whenever its order fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventWindow<'a> {
    /// Kinds of events, as the tape calls them.
    pub events: &'a [String],
    /// Sessions before the event that belong to it.
    pub sessions_before: u32,
    /// Sessions after it.
    pub sessions_after: u32,
}

/// Where a window lies on a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases {
    /// Before an event of any of the kinds, or in one.
    pub before: Mask,
    /// After one, and not before another.
    pub after: Mask,
    /// Neither as far as is known, and of one of the kinds it is not known.
    pub unknown: Mask,
}

impl EventWindow<'_> {
    /// The window on every instant of the clock.
    pub fn phases(&self, clock: &Clock<'_>) -> Phases {
        let (n, none) = (clock.len(), || Mask::filled(clock.len(), false));
        let (mut before, mut after, mut unknown) = (none(), none(), none());
        for kind in self.events {
            let dated = Dated::of(kind, clock.snapshot).unwrap_or_default();
            let near = clock.by_instant(|session, now| {
                dated.near(session, now, self.sessions_before, self.sessions_after)
            });
            let is = |wanted: Near| Mask::from_fn(n, |row| near[row] == wanted);
            before = before.or(&is(Near::Before));
            after = after.or(&is(Near::After));
            unknown = unknown.or(&is(Near::Unknown));
        }
        Phases {
            after: after.and(&before.not()),
            unknown: unknown.and(&before.or(&after).not()),
            before,
        }
    }

    /// As a line of the checklist, which holds away from the events.
    pub(super) fn criterion(&self, clock: &Clock<'_>) -> Criterion {
        let phases = self.phases(clock);
        let near = phases.before.or(&phases.after);
        Criterion {
            name: format!(
                "clear of {} ({} before, {} after)",
                self.events.join(", "),
                self.sessions_before,
                self.sessions_after
            ),
            held: near.or(&phases.unknown).not(),
            unknown: phases.unknown,
        }
    }
}
