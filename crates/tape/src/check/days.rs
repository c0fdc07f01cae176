//! The bars of a session put together: what a daily bar of it would be.

use std::collections::BTreeMap;

use market::{Interval, SessionTable};

use super::frame::Frame;
use super::hours::Grid;
use super::rows::{CLOSE, HIGH, LOW, OPEN, VOLUME};

/// A session seen through finer bars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Day {
    pub(crate) open: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) close: f64,
    pub(crate) volume: f64,
    /// True if the session's first and last bar are there and hardly any between: extremes can be relied on.
    pub(crate) full: bool,
    /// True if the first bar starts at the open.
    pub(crate) from_open: bool,
    /// True if the last bar ends at the close.
    pub(crate) to_close: bool,
}

/// The sessions of one item of finer bars, by the instant they open.
#[derive(Debug)]
pub(crate) struct Days {
    pub(crate) interval: Interval,
    pub(crate) by_open: BTreeMap<i64, Day>,
}

/// A session with this share of its bars shows its extremes.
const ENOUGH: f64 = 0.95;

/// Puts the good rows of a frame together, session by session.
pub(crate) fn together(
    frame: &Frame,
    sessions: &SessionTable,
    interval: Interval,
    grid: Grid,
) -> Days {
    let [open, high, low, close, volume] = &frame.rows.columns;
    let mut by_open = BTreeMap::new();
    for (session, rows) in frame.by_session() {
        let (Some(hours), Some((first, of))) = (
            sessions.get(session as usize),
            grid.starts(sessions, session),
        ) else {
            continue;
        };
        let starts = &frame.rows.start[rows.clone()];
        let step = match interval {
            Interval::Minutes(minutes) => i64::from(minutes) * 60_000_000,
            Interval::Day => continue,
        };
        let last_start = first + step * (of.max(1) as i64 - 1);
        let from_open = starts.first() == Some(&hours.open.micros());
        let to_close = starts.last() == Some(&last_start);
        let (a, b) = (rows.start, rows.end - 1);
        let most = |column: &[f64]| column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = |column: &[f64]| column.iter().copied().fold(f64::INFINITY, f64::min);
        let day = Day {
            open: open[a],
            high: most(&high[rows.clone()]),
            low: least(&low[rows.clone()]),
            close: close[b],
            volume: volume[rows.clone()].iter().sum(),
            full: from_open && to_close && rows.len() as f64 >= ENOUGH * of as f64,
            from_open,
            to_close,
        };
        by_open.insert(hours.open.micros(), day);
    }
    Days { interval, by_open }
}

impl Day {
    pub(crate) fn price(&self, field: usize) -> f64 {
        match field {
            OPEN => self.open,
            HIGH => self.high,
            LOW => self.low,
            CLOSE => self.close,
            VOLUME => self.volume,
            _ => f64::NAN,
        }
    }
}
