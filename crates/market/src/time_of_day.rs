//! A time of day on the exchange's clock.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::{Date, Time};

/// A time of day in New York, to the minute. Written `15:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay {
    minutes: u16,
}

/// The text was not a time of day.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{found}` is not a time of day; expected hours and minutes in New York from 00:00 to 23:59, like 15:30"
)]
pub struct NotATimeOfDay {
    found: String,
}

impl TimeOfDay {
    /// `hour:minute`; `None` for what no clock shows.
    pub const fn new(hour: u16, minute: u16) -> Option<Self> {
        if hour > 23 || minute > 59 {
            return None;
        }
        Some(Self {
            minutes: 60 * hour + minute,
        })
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }

    /// The instant at which a New York clock shows this time on `date`; `None` beyond the years chrono knows.
    pub fn on(self, date: Date) -> Option<Time> {
        let (hour, minute) = (self.minutes / 60, self.minutes % 60);
        Time::from_exchange(date, u32::from(hour), u32::from(minute))
    }
}

impl FromStr for TimeOfDay {
    type Err = NotATimeOfDay;

    /// Reads `15:30` or `9:30`: a colon, two digits after it, one or two before it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            let all = part.bytes().all(|byte| byte.is_ascii_digit());
            (all && lengths.contains(&part.len())).then(|| part.parse().ok())?
        };
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(digits(hour, 1..=2)?, digits(minute, 2..=2)?))
            .ok_or_else(|| NotATimeOfDay {
                found: text.chars().take(40).collect(),
            })
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = NotATimeOfDay;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_back_what_they_print_and_nothing_else_is_one() {
        for text in ["00:00", "09:30", "15:30", "23:59"] {
            assert_eq!(text.parse::<TimeOfDay>().unwrap().to_string(), text);
        }
        assert_eq!("9:30".parse(), Ok(TimeOfDay { minutes: 570 }));
        for text in [
            "", "15", "15:3", "15:300", "24:00", "12:60", "-1:30", "+1:30", "1530", "15:30:00",
            "3:30 pm", "015:30",
        ] {
            assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
        }
    }

    #[test]
    fn half_past_three_is_an_hour_later_by_utc_in_winter() {
        let time: TimeOfDay = "15:30".parse().unwrap();
        let on = |m, d| time.on(Date::from_ymd_opt(2020, m, d).unwrap()).unwrap();
        let days = (on(11, 2).micros() - on(10, 30).micros()) / 3_600_000_000;
        assert_eq!(days, 3 * 24 + 1);
        assert_eq!(on(7, 1).to_string(), "2020-07-01 15:30");
    }
}
