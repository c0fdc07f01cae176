//! Trading sessions in order, and the way from a date or an instant to one of them.

use crate::calendar;
use crate::session::Session;
use crate::time::{Date, Time};

/// Every NYSE session of a span of years, in order.
///
/// A session's *ordinal* is its place in the table; it counts sessions by the calendar, not by what
/// a tape happens to hold, so "the third session" means the same on a tape with holes.
#[derive(Clone, Debug, Default)]
pub struct SessionTable {
    sessions: Vec<Session>,
}

impl SessionTable {
    /// The sessions from the first day of `first`'s year to the last day of the year after `last`'s.
    ///
    /// Whole years, and one to spare, so that a truncated tape gets the same ordinals as the whole
    /// one and a time stop can name sessions that are still to come.
    pub fn covering(first: Date, last: Date) -> Self {
        Self {
            sessions: calendar::sessions_of_years(first, last),
        }
    }

    /// How many sessions the table holds.
    pub fn len(&self) -> usize {
        self.sessions.len()
    }

    /// True when the table holds no session.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// The session with this ordinal.
    pub fn get(&self, ordinal: usize) -> Option<&Session> {
        self.sessions.get(ordinal)
    }

    /// All sessions in order.
    pub fn as_slice(&self) -> &[Session] {
        &self.sessions
    }

    /// The ordinal of the session on `date`, if there is one.
    pub fn on(&self, date: Date) -> Option<usize> {
        self.sessions.binary_search_by_key(&date, |s| s.date).ok()
    }

    /// The ordinal of the first session on or after `date`.
    pub fn on_or_after(&self, date: Date) -> usize {
        self.sessions.partition_point(|s| s.date < date)
    }

    /// The ordinal of the session in whose regular hours a bar starting at `start` lies.
    pub fn containing(&self, start: Time) -> Option<usize> {
        let after = self.sessions.partition_point(|s| s.open <= start);
        let ordinal = after.checked_sub(1)?;
        (start < self.sessions[ordinal].close).then_some(ordinal)
    }
}
