//! Instants and dates.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, TimeZone, Utc};
use chrono_tz::America::New_York;
use serde::{Deserialize, Serialize};

/// A calendar date, without a zone. Trading dates are New York dates.
pub type Date = chrono::NaiveDate;

/// An instant: microseconds since 1970-01-01T00:00:00Z.
///
/// Displays as exchange time (`2020-03-02 16:00`), the only form people see.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// Before every other instant.
    pub const MIN: Time = Time(i64::MIN);
    /// After every other instant.
    pub const MAX: Time = Time(i64::MAX);

    /// Microseconds since the Unix epoch, UTC.
    #[inline]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant `minutes` later.
    #[inline]
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Time {
        Time(self.0 + minutes * 60_000_000)
    }

    /// The instant at which a New York clock shows `date` and `hour:minute`.
    ///
    /// Exchange hours never fall into the two hours a year that daylight saving repeats or skips;
    /// for those the earlier reading is taken, or the instant after the gap.
    pub fn from_exchange(date: Date, hour: u32, minute: u32) -> Option<Time> {
        let local = date.and_hms_opt(hour, minute, 0)?;
        let zoned = New_York
            .from_local_datetime(&local)
            .earliest()
            .or_else(|| {
                New_York
                    .from_local_datetime(&(local + chrono::TimeDelta::hours(1)))
                    .earliest()
            })?;
        Some(Time(zoned.timestamp_micros()))
    }

    /// What a New York wall clock shows at this instant; `None` outside the years chrono knows.
    pub fn exchange(self) -> Option<NaiveDateTime> {
        let utc: DateTime<Utc> = DateTime::from_timestamp_micros(self.0)?;
        Some(utc.with_timezone(&New_York).naive_local())
    }

    /// The New York date of this instant; `None` outside the years chrono knows.
    pub fn exchange_date(self) -> Option<Date> {
        self.exchange().map(|t| t.date())
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.exchange() {
            Some(t) => write!(f, "{}", t.format("%Y-%m-%d %H:%M")),
            None => write!(f, "{} µs", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchange_time_follows_daylight_saving() {
        let winter = Time::from_exchange(Date::from_ymd_opt(2020, 3, 6).unwrap(), 9, 30).unwrap();
        let summer = Time::from_exchange(Date::from_ymd_opt(2020, 3, 9).unwrap(), 9, 30).unwrap();
        // 2020-03-06 14:30Z and 2020-03-09 13:30Z: three days less one hour apart.
        assert_eq!(winter.micros(), 1_583_505_000_000_000);
        assert_eq!(
            summer.micros() - winter.micros(),
            (3 * 24 - 1) * 3_600_000_000
        );
        assert_eq!(summer.to_string(), "2020-03-09 09:30");
    }

    #[test]
    fn absurd_instants_display_without_a_panic() {
        assert_eq!(Time::MAX.exchange(), None);
        assert!(Time::MIN.to_string().ends_with("µs"));
    }
}
