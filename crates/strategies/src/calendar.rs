//! The calendar on a plan's clock: hours and weekdays, and how far a session lies from dated events.

use chrono::{Datelike as _, Days};
use market::{Date, Event, Session, SessionTable, Snapshot, Time};

use crate::clock::Clock;

/// The kind of events that no tape need hold: earnings seasons follow a rule of the calendar.
pub const EARNINGS: &str = "earnings";

/// Months in which an earnings season begins.
const SEASONS: [u32; 4] = [1, 4, 7, 10];

/// Days of an earnings season: five weeks.
const SEASON_DAYS: u64 = 35;

/// The events of a kind by the sessions they belong to.
///
/// An event on a day without a session belongs to the next session. The calendar of scheduled events is published
/// beforehand, so the next one is known. One that nobody had announced counts from the moment it happened, and if its hour
/// is not on record from the next session on. An earnings season is one event of many sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dated {
    /// First and last session of each event that was announced, in order.
    announced: Vec<(u32, u32)>,
    /// From each instant on, the last session of the latest event that had come by then.
    come: Vec<(Time, u32)>,
    /// The first and the last session of which the record says whether there is an event.
    on_record: Option<(u32, u32)>,
    /// The dates of the first and the last event that was announced.
    span: Option<(Date, Date)>,
}

/// Where a session lies by the events of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// At most so many sessions before an event, or in one.
    Before,
    /// At most so many sessions after one.
    After,
    /// Neither.
    Clear,
    /// Nobody can tell: the record of events does not reach this session.
    Unknown,
}

impl Dated {
    /// The events of `kind`; `None` if nobody has a record of any.
    pub fn of(kind: &str, snapshot: &Snapshot) -> Option<Self> {
        if kind == EARNINGS {
            return Some(Self::earnings(&snapshot.sessions));
        }
        let events = snapshot.events_of(kind)?;
        Some(Self::from_events(events, &snapshot.sessions))
    }

    fn from_events(events: &[Event], table: &SessionTable) -> Self {
        let mut dated = Self::default();
        let first = table.get(0).map_or(Date::MAX, |session| session.date);
        // What lies before the calendar's first session has no place in it, but it is on record.
        let (earlier, within): (Vec<&Event>, Vec<&Event>) =
            events.iter().partition(|event| event.date < first);
        let mut from = earlier.iter().any(|event| event.scheduled).then_some(0);
        let mut to = None;
        for event in within {
            let ordinal = table.on_or_after(event.date);
            let session = table.get(ordinal);
            let place = session.map_or(u32::MAX, |_| ordinal as u32);
            if event.scheduled {
                from = from.or(Some(place)).min(Some(place));
                to = to.max(Some(place));
                dated.announced.push((place, place));
            }
            if let Some(session) = session {
                dated.come.push((come_at(event, session), place));
            }
        }
        dated.on_record = from.zip(to);
        let scheduled = || events.iter().filter(|e| e.scheduled).map(|e| e.date);
        dated.span = scheduled().min().zip(scheduled().max());
        dated.in_order()
    }

    /// The earnings seasons by the spec's rule: from the second full week of January, April, July and October, five weeks.
    /// A full week lies in the month from its Monday to its Sunday.
    fn earnings(table: &SessionTable) -> Self {
        let mut dated = Self {
            on_record: Some((0, u32::MAX)),
            ..Self::default()
        };
        let (Some(first), Some(last)) = (table.get(0), table.as_slice().last()) else {
            return dated;
        };
        for year in first.date.year()..=last.date.year() {
            for (begins, ends) in SEASONS.iter().filter_map(|&month| season(year, month)) {
                let (from, after) = (table.on_or_after(begins), table.on_or_after(ends));
                if let Some(session) = table.get(from).filter(|_| after > from) {
                    let last = (after - 1) as u32;
                    dated.announced.push((from as u32, last));
                    dated.come.push((session.open, last));
                }
            }
        }
        dated.in_order()
    }

    fn in_order(mut self) -> Self {
        self.announced.sort_unstable();
        self.come.sort_unstable();
        let mut latest = 0;
        for (_, session) in &mut self.come {
            latest = latest.max(*session);
            *session = latest;
        }
        self
    }

    /// Sessions from `session` until the next announced event, 0 in one; `None` if none is known.
    pub fn until(&self, session: u32) -> Option<u32> {
        let at = self.announced.partition_point(|(_, last)| *last < session);
        let (first, _) = self.announced.get(at)?;
        (*first != u32::MAX).then(|| first.saturating_sub(session))
    }

    /// Sessions from the latest event that had come by `now` to `session`, 0 in one; `None` if none had.
    pub fn since(&self, session: u32, now: Time) -> Option<u32> {
        let before = self.come.partition_point(|(at, _)| *at <= now);
        let (_, last) = self.come.get(before.checked_sub(1)?)?;
        Some(session.saturating_sub(*last))
    }

    /// Where an instant of `session` lies. An event's own session is *before*, and so is one between two events that are
    /// both near: what is still to come weighs more.
    pub fn near(&self, session: u32, now: Time, before: u32, after: u32) -> Near {
        let since = self.since(session, now);
        let ahead = self.until(session).is_some_and(|until| until <= before);
        if ahead || since == Some(0) {
            Near::Before
        } else if since.is_some_and(|since| since <= after) {
            Near::After
        } else if self.records(session) {
            Near::Clear
        } else {
            Near::Unknown
        }
    }

    /// True if the record says whether there is an event in `session`.
    pub fn records(&self, session: u32) -> bool {
        let (from, to) = self.on_record.unwrap_or((u32::MAX, 0));
        (from..=to).contains(&session)
    }

    /// The dates of the first and the last scheduled event on record; `None` if there is none, or a rule gives them all.
    pub const fn span(&self) -> Option<(Date, Date)> {
        self.span
    }
}

/// The first day of an earnings season and the first one after it.
fn season(year: i32, month: u32) -> Option<(Date, Date)> {
    let first = Date::from_ymd_opt(year, month, 1)?;
    let to_monday = (7 - u64::from(first.weekday().num_days_from_monday())) % 7;
    let begins = first.checked_add_days(Days::new(to_monday + 7))?;
    Some((begins, begins.checked_add_days(Days::new(SEASON_DAYS))?))
}

/// From when on an event is counted as past or present.
fn come_at(event: &Event, session: &Session) -> Time {
    if event.scheduled {
        return session.open;
    }
    event.at().unwrap_or(session.close.plus_minutes(1))
}

impl Clock<'_> {
    /// A figure of each row's session, computed once a session.
    pub(crate) fn by_date(&self, figure: impl Fn(&Session) -> f64) -> Vec<f64> {
        let mut last = (u32::MAX, f64::NAN);
        let of_row = |&ordinal: &u32| {
            if last.0 != ordinal {
                let session = self.snapshot.sessions.get(ordinal as usize);
                last = (ordinal, session.map_or(f64::NAN, &figure));
            }
            last.1
        };
        self.bars.session().iter().map(of_row).collect()
    }

    /// Minutes after midnight, New York, at each bar's end.
    pub(crate) fn time_of_day(&self) -> Vec<f64> {
        // New York never changes its clocks while the exchange is open: the open's time and what has passed.
        let opens = self.by_date(|session| session.opens_at_minute() as f64);
        let since = self.minutes_since_open();
        let pairs = opens.iter().zip(since.values());
        pairs.map(|(open, since)| open + since).collect()
    }

    /// A figure of each row's session and instant.
    pub(crate) fn by_instant<T>(&self, figure: impl Fn(u32, Time) -> T) -> Vec<T> {
        let rows = self.bars.session().iter().zip(self.bars.end());
        rows.map(|(&session, &end)| figure(session, end)).collect()
    }
}

#[cfg(test)]
mod tests;
