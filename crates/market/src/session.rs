//! A trading session.

use chrono::Datelike as _;

use crate::time::{Date, Time};

/// One NYSE session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// The New York date.
    pub date: Date,
    /// 09:30 New York.
    pub open: Time,
    /// 16:00 New York, 13:00 on half days.
    pub close: Time,
}

impl Session {
    /// Minutes after midnight, New York, at which it opens: 570.
    pub fn opens_at_minute(&self) -> i64 {
        let midnight = Time::from_exchange(self.date, 0, 0);
        midnight.map_or(0, |midnight| {
            (self.open.micros() - midnight.micros()) / 60_000_000
        })
    }

    /// 1 for Monday to 5 for Friday.
    pub fn weekday(&self) -> u32 {
        self.date.weekday().number_from_monday()
    }

    /// 1 for January to 12.
    pub fn month(&self) -> u32 {
        self.date.month()
    }

    /// True if it closes before 16:00, six and a half hours after its open.
    pub fn is_half_day(&self) -> bool {
        self.close < self.open.plus_minutes(390)
    }
}
