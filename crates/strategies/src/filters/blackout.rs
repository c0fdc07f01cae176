//! Times of day and weekdays on which a plan does not enter.

use std::fmt;
use std::str::FromStr;

use indicators::Mask;
use market::TimeOfDay;
use serde::{Deserialize, Serialize};

use crate::checklist::Criterion;
use crate::clock::Clock;

/// A part of the day in New York, from its first minute up to and without its last. Written `11:30-13:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours {
    /// The first instant that belongs to it.
    pub from: TimeOfDay,
    /// The first one that does not.
    pub to: TimeOfDay,
}

/// The text was no part of a day.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{found}` is no part of a day; expected two times in New York, the earlier one first, like 11:30-13:00"
)]
pub struct NotHours {
    found: String,
}

impl FromStr for Hours {
    type Err = NotHours;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (from, to) = text.split_once('-')?;
            let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
            (from < to).then_some(Self { from, to })
        };
        read().ok_or_else(|| NotHours {
            found: text.chars().take(40).collect(),
        })
    }
}

impl TryFrom<String> for Hours {
    type Error = NotHours;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> String {
        hours.to_string()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

/// A day of the trading week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum TradingDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
}

impl TradingDay {
    /// The word scenarios use.
    pub const fn as_str(self) -> &'static str {
        match self {
            TradingDay::Monday => "monday",
            TradingDay::Tuesday => "tuesday",
            TradingDay::Wednesday => "wednesday",
            TradingDay::Thursday => "thursday",
            TradingDay::Friday => "friday",
        }
    }

    /// 1 for Monday to 5 for Friday.
    const fn number(self) -> u32 {
        self as u32 + 1
    }
}

/// Holds where a bar ends in none of the `hours`. An order given at a bar's end fills then: one decided at 11:30 would fill
/// inside 11:30-13:00, one decided at 13:00 does not.
pub(super) fn outside_hours(hours: &[Hours], clock: &Clock<'_>) -> Criterion {
    let inside = |minute: f64| {
        let within = |span: &Hours| {
            (f64::from(span.from.minutes())..f64::from(span.to.minutes())).contains(&minute)
        };
        hours.iter().any(within)
    };
    let time = clock.time_of_day();
    let spans: Vec<String> = hours.iter().map(Hours::to_string).collect();
    Criterion {
        name: format!("outside {}", spans.join(", ")),
        held: Mask::of(&time, |minute| !minute.is_nan() && !inside(minute)),
        unknown: Mask::of(&time, f64::is_nan),
    }
}

/// Holds on the other days of the week. The day is that of the decision.
pub(super) fn on_other_days(days: &[TradingDay], clock: &Clock<'_>) -> Criterion {
    let numbers: Vec<u32> = days.iter().map(|day| day.number()).collect();
    let forbidden = clock.by_date(|session| {
        let forbidden = numbers.contains(&session.weekday());
        f64::from(u8::from(forbidden))
    });
    let words: Vec<&str> = days.iter().map(|day| day.as_str()).collect();
    Criterion {
        name: format!("not on {}", words.join(", ")),
        held: Mask::of(&forbidden, |forbidden| forbidden == 0.0),
        unknown: Mask::of(&forbidden, f64::is_nan),
    }
}
