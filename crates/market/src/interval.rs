//! Bar intervals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The length of a bar: whole minutes up to an hour, or a whole session.
///
/// Written `1m`, `5m`, `1h`, `1d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Interval {
    /// Bars of this many minutes, 1 to 60, a divisor of 60.
    Minutes(u16),
    /// One bar a session.
    Day,
}

/// The text was not an interval.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{found}` is not a bar interval; expected 1m, 2m, 3m, 4m, 5m, 6m, 10m, 12m, 15m, 20m, 30m, 1h or 1d"
)]
pub struct NotAnInterval {
    found: String,
}

impl Interval {
    /// True if whole bars of this interval fill a bar of `coarser`; every interval fills a session, whose last
    /// bar ends at the close.
    pub const fn divides(self, coarser: Interval) -> bool {
        match (self, coarser) {
            (Interval::Minutes(fine), Interval::Minutes(coarse)) => {
                fine > 0 && coarse >= fine && coarse % fine == 0
            }
            (Interval::Minutes(_) | Interval::Day, Interval::Day) => true,
            (Interval::Day, Interval::Minutes(_)) => false,
        }
    }
}

impl FromStr for Interval {
    type Err = NotAnInterval;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1d" => return Ok(Interval::Day),
            "1h" => return Ok(Interval::Minutes(60)),
            _ => {}
        }
        text.strip_suffix('m')
            .and_then(|digits| digits.parse::<u16>().ok())
            .filter(|minutes| (1..=60).contains(minutes) && 60 % minutes == 0)
            .map(Interval::Minutes)
            .ok_or_else(|| NotAnInterval {
                found: text.to_owned(),
            })
    }
}

impl TryFrom<String> for Interval {
    type Error = NotAnInterval;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> String {
        interval.to_string()
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Interval::Day => f.write_str("1d"),
            Interval::Minutes(60) => f.write_str("1h"),
            Interval::Minutes(minutes) => write!(f, "{minutes}m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_read_back_what_they_print() {
        for text in ["1m", "5m", "15m", "30m", "1h", "1d"] {
            assert_eq!(text.parse::<Interval>().unwrap().to_string(), text);
        }
        assert_eq!("60m".parse::<Interval>().unwrap().to_string(), "1h");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "0m", "7m", "61m", "2h", "d", "1D", "-5m", "5"] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }
}
