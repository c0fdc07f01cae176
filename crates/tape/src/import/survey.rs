//! A first look over the bars of one symbol, before any of them is taken.

use std::collections::BTreeMap;

use market::{Date, Interval, Time};

use crate::import::days::Days;

/// What a vendor's stamp of a bar tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamped {
    /// When the bar starts.
    Start,
    /// When it ends.
    End,
}

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What there is to know of a file's bars as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    stamped: Stamped,
    days: Days,
    last: Option<Time>,
    spacings: BTreeMap<i64, u64>,
    /// Bars of days with a session that do not lie in it. One on a holiday is a mistake, not trading at another hour.
    outside: u64,
    /// All stamps are midnights: of Greenwich, of New York.
    midnights: (bool, bool),
    /// All stamps are opens of sessions, as a tape stamps its own daily bars.
    opens: bool,
    lasts: BTreeMap<Date, (Time, f64)>,
    /// Stamp and close of every bar, while all of them can be of whole sessions; kept only where there are daily bars to
    /// hold them against, for a file may have thousands of symbols.
    whole: Option<Vec<(Time, f64)>>,
    /// Of each day with a session, whether there are bars in its first and in its last hour.
    ends: BTreeMap<Date, [bool; 2]>,
}

impl Survey {
    pub(crate) fn new(stamped: Stamped) -> Self {
        Self {
            stamped,
            days: Days::default(),
            last: None,
            spacings: BTreeMap::new(),
            outside: 0,
            midnights: (true, true),
            opens: true,
            lasts: BTreeMap::new(),
            whole: None,
            ends: BTreeMap::new(),
        }
    }

    /// Keeps the closes of bars of whole sessions.
    pub(crate) fn with_closes(self, keeps: bool) -> Self {
        Self {
            whole: keeps.then(Vec::new),
            ..self
        }
    }

    /// Looks at a bar. A time no calendar knows is left to the second look, which names its line.
    pub(crate) fn see(&mut self, stamp: Time, close: f64) {
        let before = self.last.replace(stamp);
        let Some(day) = self.days.of(stamp) else {
            return;
        };
        self.midnights.0 &= stamp.micros() % DAY == 0;
        self.midnights.1 &= Time::from_exchange(day.date, 0, 0) == Some(stamp);
        self.opens &= day.session.is_some_and(|(open, _)| open == stamp);
        if self.midnights == (false, false) && !self.opens {
            self.whole = None;
        } else if let Some(whole) = &mut self.whole {
            whole.push((stamp, close));
        }
        if let Some(before) = before {
            let spacing = stamp.micros().abs_diff(before.micros());
            // A stamp twice is no distance; it is for the order to refuse.
            if spacing > 0 {
                *self.spacings.entry(spacing as i64).or_default() += 1;
            }
        }
        // A stamp at the end of a bar belongs to the moment before.
        let within = match self.stamped {
            Stamped::Start => stamp,
            Stamped::End => Time(stamp.micros().saturating_sub(1)),
        };
        if let Some((open, close)) = day.session {
            let ends = self.ends.entry(day.date).or_default();
            let inside = day.trades_at(within);
            ends[0] |= inside && within < open.plus_minutes(60);
            ends[1] |= inside && close.plus_minutes(-60) <= within;
        }
        if day.trades_at(within) {
            let last = self.lasts.entry(day.date).or_insert((stamp, close));
            if last.0 <= stamp {
                *last = (stamp, close);
            }
        } else if day.session.is_some() {
            self.outside += 1;
        }
    }

    /// True if every bar is stamped with a midnight: bars of whole sessions. The clock is Greenwich's if it can be.
    pub(crate) fn daily(&self) -> Option<Midnight> {
        match self.midnights {
            _ if self.last.is_none() => None,
            (true, _) => Some(Midnight::Greenwich),
            (_, true) => Some(Midnight::NewYork),
            _ => None,
        }
    }

    /// As [`daily`](Survey::daily) where the bars are said to be of whole sessions: opens of sessions will do then.
    pub(crate) fn said_daily(&self) -> Option<Midnight> {
        let opens = self.opens && self.last.is_some();
        self.daily().or(opens.then_some(Midnight::NewYork))
    }

    /// The commonest distance between a bar and the next, if it is an interval; among equals the least.
    pub(crate) fn interval(&self) -> Result<Interval, NoInterval> {
        let commonest = self
            .spacings
            .iter()
            .rev()
            .max_by_key(|&(_, count)| count)
            .map(|(&spacing, _)| spacing)
            .ok_or(NoInterval::OneBar)?;
        let minutes = commonest / MINUTE;
        let interval = u16::try_from(minutes)
            .ok()
            .filter(|m| (1..=60).contains(m) && 60 % m == 0);
        match interval {
            Some(minutes) if commonest % MINUTE == 0 => Ok(Interval::Minutes(minutes)),
            _ => Err(NoInterval::Odd {
                seconds: commonest / 1_000_000,
            }),
        }
    }

    /// True if the file has bars from outside the regular session.
    pub(crate) fn extended(&self) -> bool {
        self.outside > 0
    }

    /// Sessions that have bars in their first and in their last hour, and all of them.
    pub(crate) fn whole_sessions(&self) -> (usize, usize) {
        let whole = self.ends.values().filter(|ends| ends[0] && ends[1]);
        (whole.count(), self.ends.len())
    }

    /// The closes of bars of whole sessions by their dates, ascending; none where they were not kept.
    pub(crate) fn closes(&self, midnight: Midnight) -> Vec<(Date, f64)> {
        let whole = self.whole.iter().flatten();
        let dated = whole.filter_map(|&(stamp, close)| Some((midnight.date(stamp)?, close)));
        let dated: BTreeMap<Date, f64> = dated.collect();
        dated.into_iter().collect()
    }

    /// The last price of each regular session.
    pub(crate) fn lasts(&self) -> Vec<(Date, f64)> {
        let lasts = self.lasts.iter();
        lasts.map(|(&date, &(_, close))| (date, close)).collect()
    }
}

/// Whose midnight bars of whole sessions are stamped with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Midnight {
    Greenwich,
    NewYork,
}

impl Midnight {
    /// The session of a bar with this stamp.
    pub(crate) fn date(self, stamp: Time) -> Option<Date> {
        match self {
            Midnight::NewYork => stamp.exchange_date(),
            Midnight::Greenwich => {
                chrono::DateTime::from_timestamp_micros(stamp.micros()).map(|t| t.date_naive())
            }
        }
    }
}

/// Why bars have no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoInterval {
    /// There is one bar, and so no distance.
    #[error("one bar, which tells no interval")]
    OneBar,
    /// The commonest distance is none.
    #[error("bars mostly {seconds} seconds apart")]
    Odd {
        /// The distance.
        seconds: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(date: &str, hour: u32, minute: u32) -> Time {
        Time::from_exchange(date.parse().unwrap(), hour, minute).unwrap()
    }

    fn seen(stamped: Stamped, stamps: &[(u32, u32)]) -> Survey {
        let mut survey = Survey::new(stamped);
        for (n, &(hour, minute)) in stamps.iter().enumerate() {
            survey.see(at("2021-03-10", hour, minute), n as f64);
        }
        survey
    }

    #[test]
    fn the_commonest_distance_is_the_interval_whatever_is_missing() {
        let some = seen(
            Stamped::Start,
            &[(9, 30), (9, 35), (9, 45), (9, 50), (15, 55)],
        );
        assert_eq!(some.interval(), Ok(Interval::Minutes(5)));
        let newest_first = seen(Stamped::Start, &[(10, 30), (10, 15), (10, 0)]);
        assert_eq!(newest_first.interval(), Ok(Interval::Minutes(15)));
        assert_eq!(
            seen(Stamped::Start, &[(9, 30)]).interval(),
            Err(NoInterval::OneBar)
        );
        let odd = seen(Stamped::Start, &[(9, 30), (9, 37)]).interval();
        assert_eq!(odd, Err(NoInterval::Odd { seconds: 420 }));
    }

    #[test]
    fn stamps_at_the_end_belong_to_the_moment_before() {
        let stamps = [(9, 30), (9, 45), (16, 0)];
        // As starts: 09:30 and 09:45 are regular, 16:00 is not. As ends: 09:45 and 16:00 are, 09:30 is not.
        let starts = seen(Stamped::Start, &stamps);
        let ends = seen(Stamped::End, &stamps);
        let date = "2021-03-10".parse().unwrap();
        assert_eq!(starts.lasts(), [(date, 1.0)]);
        assert_eq!(ends.lasts(), [(date, 2.0)]);
        assert!(starts.extended() && ends.extended());
        assert!(!seen(Stamped::End, &stamps[1..]).extended());
        assert!(!seen(Stamped::Start, &stamps[..2]).extended());
    }

    #[test]
    fn midnights_are_bars_of_whole_sessions() {
        let mut utc = Survey::new(Stamped::Start);
        let mut york = Survey::new(Stamped::Start);
        for day in 0..3 {
            utc.see(Time(1_615_334_400_000_000 + day * DAY), 1.0);
            york.see(at(&format!("2021-03-{}", 10 + day), 0, 0), 1.0);
        }
        assert_eq!(utc.daily(), Some(Midnight::Greenwich));
        assert_eq!(york.daily(), Some(Midnight::NewYork));
        assert_eq!(seen(Stamped::Start, &[(0, 0), (9, 30)]).daily(), None);
        assert_eq!(Survey::new(Stamped::Start).daily(), None);
    }
}
