//! The exchange's days, for rows that mostly share theirs with the row before.

use chrono::NaiveTime;
use market::{Date, Time, calendar};

/// A New York day and its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) date: Date,
    /// Open and close of the regular session; `None` on a day without one.
    pub(crate) session: Option<(Time, Time)>,
}

impl Day {
    /// True for a moment within the regular session, its open included and its close not.
    pub(crate) fn trades_at(&self, time: Time) -> bool {
        self.session
            .is_some_and(|(open, close)| open <= time && time < close)
    }
}

/// Finds days, and remembers the last one found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Days {
    last: Option<(std::ops::Range<Time>, Day)>,
}

impl Days {
    /// The New York day of a moment; `None` outside the years of the calendar.
    pub(crate) fn of(&mut self, time: Time) -> Option<Day> {
        if let Some((span, day)) = &self.last
            && span.contains(&time)
        {
            return Some(*day);
        }
        let date = time.exchange_date()?;
        let midnight = |date: Date| Time::from_exchange(date, 0, 0);
        let span = midnight(date)?..midnight(date.succ_opt()?)?;
        let session = calendar::close_time(date).and_then(|close| {
            let minutes = close.signed_duration_since(NaiveTime::MIN).num_minutes();
            let minutes = u32::try_from(minutes).ok()?;
            let close = Time::from_exchange(date, minutes / 60, minutes % 60)?;
            Some((Time::from_exchange(date, 9, 30)?, close))
        });
        let day = Day { date, session };
        self.last = Some((span, day));
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str, hour: u32, minute: u32) -> Time {
        Time::from_exchange(date.parse().unwrap(), hour, minute).unwrap()
    }

    #[test]
    fn sessions_end_early_on_half_days_and_are_absent_on_holidays() {
        let mut days = Days::default();
        // The day after Thanksgiving closes at 13:00; both days ask twice, the second time from memory.
        for (date, minute, trades) in [
            ("2021-11-24", (15, 59), true),
            ("2021-11-24", (16, 0), false),
            ("2021-11-24", (9, 29), false),
            ("2021-11-24", (9, 30), true),
            ("2021-11-25", (12, 0), false),
            ("2021-11-26", (12, 59), true),
            ("2021-11-26", (13, 0), false),
            ("2021-11-27", (12, 0), false),
        ] {
            let time = at(date, minute.0, minute.1);
            let day = days.of(time).unwrap();
            assert_eq!(day.date.to_string(), date);
            assert_eq!(day.trades_at(time), trades, "{date} {minute:?}");
        }
        assert_eq!(days.of(Time::MAX), None);
    }

    #[test]
    fn an_evening_belongs_to_its_new_york_day() {
        // 19:00 in New York is midnight in Greenwich in winter.
        let evening = at("2025-01-31", 19, 0);
        assert_eq!(evening.micros() % 86_400_000_000, 0);
        let day = Days::default().of(evening).unwrap();
        assert_eq!(day.date.to_string(), "2025-01-31");
    }
}
