//! Quarters as people write them.

use std::fmt;
use std::str::FromStr;

use market::{Date, SessionTable};

use crate::error::Error;

/// A quarter of a year: `2022Q3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    year: i32,
    quarter: u32,
}

impl Quarter {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        if self.quarter == 4 {
            Self {
                year: self.year + 1,
                quarter: 1,
            }
        } else {
            Self {
                quarter: self.quarter + 1,
                ..self
            }
        }
    }

    /// From this one to `last`, both included; empty if that comes before.
    pub fn through(self, last: Self) -> Vec<Self> {
        let next = |one: &Self| Some(one.next());
        std::iter::successors(Some(self), next)
            .take_while(|one| *one <= last)
            .collect()
    }

    /// Its last session by the exchange's calendar.
    pub fn last_session(self) -> Option<Date> {
        let first = Date::from_ymd_opt(self.year, 3 * self.quarter - 2, 1)?;
        let next = self.next();
        let after = Date::from_ymd_opt(next.year, 3 * next.quarter - 2, 1)?;
        let sessions = SessionTable::covering(first, after);
        let before = sessions.on_or_after(after).checked_sub(1)?;
        sessions.get(before).map(|session| session.date)
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Q{}", self.year, self.quarter)
    }
}

impl FromStr for Quarter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::fit(
                format!("`{text}` is no quarter; expected one like 2022Q3"),
                "write the year, Q and 1 to 4",
            )
        };
        let (year, quarter) = text.split_once(['Q', 'q']).ok_or_else(wrong)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || quarter.len() != 1 || !digits(year) || !digits(quarter) {
            return Err(wrong());
        }
        let (year, quarter) = (
            year.parse().map_err(|_| wrong())?,
            quarter.parse().map_err(|_| wrong())?,
        );
        // The exchange's calendar is known for these years.
        if !(1950..=2100).contains(&year) || !(1..=4).contains(&quarter) {
            return Err(wrong());
        }
        Ok(Self { year, quarter })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarter(text: &str) -> Quarter {
        text.parse().unwrap()
    }

    #[test]
    fn quarters_end_on_their_last_session() {
        let last = |text: &str| quarter(text).last_session().unwrap().to_string();
        // Good Friday 2018 was 30 March, New Year's Eve 2022 a Saturday.
        assert_eq!(last("2018Q1"), "2018-03-29");
        assert_eq!(last("2022q4"), "2022-12-30");
        assert_eq!(last("2022Q3"), "2022-09-30");
    }

    #[test]
    fn they_follow_each_other() {
        let all = quarter("2018Q1").through(quarter("2026Q1"));
        assert_eq!((all.len(), all[4].to_string()), (33, "2019Q1".to_owned()));
        assert!(quarter("2019Q1").through(quarter("2018Q4")).is_empty());
    }

    #[test]
    fn what_is_none_is_said() {
        for text in [
            "2022",
            "2022Q5",
            "2022Q0",
            "22Q1",
            "2022-Q1",
            "2022Q1x",
            "",
            "９０２２Q1",
            "0000Q1",
            "-202Q1",
        ] {
            let error = text.parse::<Quarter>().unwrap_err().to_string();
            assert!(error.contains("is no quarter"), "{text}: {error}");
        }
    }
}
