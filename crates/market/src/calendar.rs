//! The NYSE calendar by rule: which days trade, and until when.
//!
//! Knows the years 1990 to 2100. Hours are the *scheduled* ones: sessions that opened late or were
//! broken off (snow on 1996-01-08, the circuit breaker of 1997-10-27, the memorial of 2002-09-11)
//! keep 09:30 and 16:00, because nobody could plan by the hours they turned out to have.
//!
//! Rules: NYSE Rule 7.2 and its historical closings list. What is announced later (a funeral, a
//! storm) cannot be known here and enters the list below by hand.

use std::fmt;
use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveTime, Weekday};

use crate::session::Session;
use crate::time::{Date, Time};

/// The years whose holidays and closings are known.
pub const YEARS: RangeInclusive<i32> = 1990..=2100;

/// Why there is no session on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closure {
    /// Saturday or Sunday.
    Weekend,
    /// A holiday of every year, or the weekday that stands in for it.
    Holiday(&'static str),
    /// A closing of this one day.
    Special(&'static str),
    /// A year outside [`YEARS`].
    UnknownYear,
}

impl fmt::Display for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Closure::Weekend => f.write_str("weekend"),
            Closure::Holiday(name) | Closure::Special(name) => f.write_str(name),
            Closure::UnknownYear => write!(
                f,
                "outside the years the calendar knows, {} to {}",
                YEARS.start(),
                YEARS.end()
            ),
        }
    }
}

/// Closings that follow no rule: year, month, day, reason.
const SPECIAL: [(i32, u32, u32, &str); 11] = [
    (1994, 4, 27, "funeral of President Nixon"),
    (2001, 9, 11, "attacks of September 11"),
    (2001, 9, 12, "attacks of September 11"),
    (2001, 9, 13, "attacks of September 11"),
    (2001, 9, 14, "attacks of September 11"),
    (2004, 6, 11, "day of mourning for President Reagan"),
    (2007, 1, 2, "day of mourning for President Ford"),
    (2012, 10, 29, "Hurricane Sandy"),
    (2012, 10, 30, "Hurricane Sandy"),
    (2018, 12, 5, "day of mourning for President Bush"),
    (2025, 1, 9, "day of mourning for President Carter"),
];

/// The minutes after midnight at which sessions open and close, New York.
const OPEN_MINUTE: i64 = 9 * 60 + 30;
const FULL_CLOSE_MINUTE: i64 = 16 * 60;

/// Every session from the first day of `first`'s year to the last day of the year after `last`'s,
/// within [`YEARS`]: nothing outside them, so that a nonsense date costs nothing.
pub fn sessions_of_years(first: Date, last: Date) -> Vec<Session> {
    let from = first.year().max(*YEARS.start());
    let to = last.year().saturating_add(1).min(*YEARS.end());
    let years = to.saturating_sub(from).max(-1) + 1;
    let mut sessions = Vec::with_capacity(years as usize * 253);
    for year in from..=to {
        let _ = push_year(year, &mut sessions);
    }
    sessions
}

/// True on a day with trading, full or half.
pub fn is_session(date: Date) -> bool {
    why_closed(date).is_none()
}

/// The scheduled close of the session on `date`, New York time; `None` without a session.
pub fn close_time(date: Date) -> Option<NaiveTime> {
    is_session(date)
        .then(|| close_minute(date) as u32 * 60)
        .and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0))
}

/// True if the session on `date` is scheduled to close before 16:00.
pub fn half_day(date: Date) -> bool {
    is_session(date) && close_minute(date) < FULL_CLOSE_MINUTE
}

/// Why there is no session on `date`; `None` if there is one.
pub fn why_closed(date: Date) -> Option<Closure> {
    if !YEARS.contains(&date.year()) {
        return Some(Closure::UnknownYear);
    }
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        return Some(Closure::Weekend);
    }
    holiday(date).map(Closure::Holiday).or_else(|| {
        let key = (date.year(), date.month(), date.day());
        SPECIAL
            .iter()
            .find(|&&(year, month, day, _)| (year, month, day) == key)
            .map(|&(.., reason)| Closure::Special(reason))
    })
}

/// The yearly holiday kept on this weekday.
///
/// A holiday on a Sunday is kept on the Monday, one on a Saturday on the Friday; but a New Year's
/// Day on a Saturday is not kept at all, since the Friday closes the books of the year.
fn holiday(date: Date) -> Option<&'static str> {
    use Weekday::{Fri, Mon, Thu};
    let (year, day, weekday) = (date.year(), date.day(), date.weekday());
    let kept = |fixed: u32| {
        day == fixed || (weekday == Mon && day == fixed + 1) || (weekday == Fri && day + 1 == fixed)
    };
    let third_monday = weekday == Mon && (15..=21).contains(&day);
    match date.month() {
        1 if day == 1 || (weekday == Mon && day == 2) => Some("New Year's Day"),
        1 if third_monday && year >= 1998 => Some("Martin Luther King Jr. Day"),
        2 if third_monday => Some("Washington's Birthday"),
        3 | 4 if weekday == Fri && is_good_friday(date) => Some("Good Friday"),
        5 if weekday == Mon && day >= 25 => Some("Memorial Day"),
        6 if year >= 2022 && kept(19) => Some("Juneteenth"),
        7 if kept(4) => Some("Independence Day"),
        9 if weekday == Mon && day <= 7 => Some("Labor Day"),
        11 if weekday == Thu && (22..=28).contains(&day) => Some("Thanksgiving Day"),
        12 if kept(25) => Some("Christmas Day"),
        _ => None,
    }
}

/// True if `date` is two days before Easter Sunday (Gregorian computus, the anonymous algorithm of
/// Nature, 1876).
fn is_good_friday(date: Date) -> bool {
    let year = date.year();
    let golden = year % 19;
    let (century, rest) = (year / 100, year % 100);
    let correction = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let easter = epact + weekday - 7 * late + 114;
    Date::from_ymd_opt(year, (easter / 31) as u32, (easter % 31) as u32 + 1)
        .is_some_and(|sunday| (sunday - date).num_days() == 2)
}

/// Minutes after midnight, New York, at which a session on `date` closes.
///
/// - The day after Thanksgiving: 13:00 since 1993, 14:00 in 1992, full before.
/// - Christmas Eve, Monday to Thursday: 13:00 since 1993, 14:00 from 1990 to 1992.
/// - Around Independence Day, since 1995: July 3 if it is a Monday, Tuesday or Thursday. With the
///   holiday on a Thursday, the Friday after it up to 2012, the Wednesday before it since 2013.
/// - 1997-12-26 and 2003-12-26, by announcement: 13:00.
///
/// 1999-12-31 was a full session: it is a half day in some published lists, not in the exchange's.
fn close_minute(date: Date) -> i64 {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    const ONE: i64 = 13 * 60;
    const TWO: i64 = 14 * 60;
    let (year, weekday) = (date.year(), date.weekday());
    match (date.month(), date.day()) {
        (7, 3) if year >= 1995 && matches!(weekday, Mon | Tue | Thu) => ONE,
        (7, 3) if year >= 2013 && weekday == Wed => ONE,
        (7, 5) if (1995..=2012).contains(&year) && weekday == Fri => ONE,
        (11, 23..=29) if weekday == Fri && year >= 1993 => ONE,
        (11, 23..=29) if weekday == Fri && year == 1992 => TWO,
        // A Friday the 24th is the holiday itself; no session asks.
        (12, 24) if year >= 1993 => ONE,
        (12, 24) => TWO,
        (12, 26) if year == 1997 || year == 2003 => ONE,
        _ => FULL_CLOSE_MINUTE,
    }
}

/// Appends the sessions of one year; `None` (and nothing appended) if chrono has no such days.
fn push_year(year: i32, sessions: &mut Vec<Session>) -> Option<()> {
    let new_year = Date::from_ymd_opt(year, 1, 1)?;
    let shifts = Shifts::of(year)?;
    let midnight = |date: Date| Time((date - Date::default()).num_days() * 86_400_000_000);
    for date in new_year.iter_days().take_while(|d| d.year() == year) {
        if is_session(date) {
            let start = midnight(date).plus_minutes(-shifts.on(date));
            sessions.push(Session {
                date,
                open: start.plus_minutes(OPEN_MINUTE),
                close: start.plus_minutes(close_minute(date)),
            });
        }
    }
    Some(())
}

/// Minutes by which New York clocks differ from UTC through a year.
///
/// Found by bisection, some twenty zone look-ups a year: two for every session would be most of the
/// cost of starting the program.
struct Shifts {
    spring: Date,
    autumn: Date,
    winter_minutes: i64,
    summer_minutes: i64,
}

impl Shifts {
    fn of(year: i32) -> Option<Shifts> {
        let [winter, summer, end] =
            [(1, 1), (7, 1), (12, 31)].map(|(month, day)| Date::from_ymd_opt(year, month, day));
        let (winter, summer, end) = (winter?, summer?, end?);
        Some(Shifts {
            spring: first_change(winter, summer)?,
            autumn: first_change(summer, end)?,
            winter_minutes: shift_minutes(winter)?,
            summer_minutes: shift_minutes(summer)?,
        })
    }

    fn on(&self, date: Date) -> i64 {
        if (self.spring..self.autumn).contains(&date) {
            self.summer_minutes
        } else {
            self.winter_minutes
        }
    }
}

/// New York's offset at noon of `date`, in minutes, west negative.
fn shift_minutes(date: Date) -> Option<i64> {
    let utc = date.and_hms_opt(12, 0, 0)?.and_utc().timestamp_micros();
    let noon = Time::from_exchange(date, 12, 0)?;
    Some((utc - noon.micros()) / 60_000_000)
}

/// The first day whose offset is no longer that of `from`; `to` if there is no change. At most one
/// change lies between.
fn first_change(from: Date, to: Date) -> Option<Date> {
    let before = shift_minutes(from)?;
    let (mut same, mut other) = (from, to);
    while (other - same).num_days() > 1 {
        let middle = same + chrono::TimeDelta::days((other - same).num_days() / 2);
        if shift_minutes(middle)? == before {
            same = middle;
        } else {
            other = middle;
        }
    }
    Some(other)
}

#[cfg(test)]
mod tests;
