//! Dated events: decisions, releases, reconstitutions.

use crate::time::{Date, Time};

/// Something that happens on a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The New York date.
    pub date: Date,
    /// Minutes after midnight, New York; `None` where nobody says when.
    pub time_et_minutes: Option<u32>,
    /// What happens: `CPI for 2020-02`.
    pub label: String,
    /// True if the date stood in a calendar before: only such an event may be stood aside for. An emergency meeting is
    /// known when it is announced, and by nobody before.
    pub scheduled: bool,
    /// What the date rests on, where it is not the issuer's own list: `rule: first session of the month`.
    pub basis: Option<String>,
}

impl Event {
    /// The instant it happens; `None` where the hour is not known.
    pub fn at(&self) -> Option<Time> {
        let minutes = self.time_et_minutes?;
        Time::from_exchange(self.date, minutes / 60, minutes % 60)
    }
}
