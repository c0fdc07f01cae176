//! What a session tells as it goes: its open, the close before it, its range, its hours and its volume.
//!
//! Each function gives one value for every instant of a [`Clock`], known at that instant (the bar's end) and
//! unknown (NaN) where what it needs is not there: a missing bar is never bridged. Prices are dollars of the instant's
//! own share basis, volumes its shares.
//!
//! *Official* figures are those of the instrument's daily bar, where the snapshot has one that was not made of finer
//! bars: one venue's first print is not the opening auction. On a daily clock all of them mean the natural thing: a session
//! is its one bar.

mod opening_range;
mod prices;
mod volume;

#[cfg(test)]
mod tests;

use std::ops::Range;

use indicators::{Column, SplitBasis};
use market::{Bars, Interval, Session};

use crate::clock::Clock;

pub(crate) use opening_range::after_open;
pub use prices::SessionField;

/// The bars of one session.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    ordinal: u32,
    pub(crate) session: Session,
    pub(crate) rows: Range<usize>,
}

impl Run {
    /// True if no bar is missing from the session's open to the end of its bar at `row`: the j-th bar starts j
    /// intervals after the open. Bars do not overlap, so one that is late tells of every gap before it.
    fn is_complete_to(&self, row: usize, bars: &Bars) -> bool {
        let Interval::Minutes(minutes) = bars.interval else {
            return true;
        };
        let nth = (row - self.rows.start) as i64;
        bars.start()[row] == self.session.open.plus_minutes(nth * i64::from(minutes))
    }

    /// True if no bar of the session is missing.
    fn is_whole(&self, bars: &Bars) -> bool {
        let last = self.rows.end - 1;
        self.is_complete_to(last, bars) && bars.end()[last] == self.session.close
    }
}

impl<'a> Clock<'a> {
    /// Minutes from the session's open to the bar's end.
    pub fn minutes_since_open(&self) -> Column {
        self.by_row(|run, row| minutes_between(run.session.open, self.bars.end()[row]))
    }

    /// Minutes from the bar's end to the session's close, which on a half day comes at 13:00.
    pub fn minutes_to_close(&self) -> Column {
        self.by_row(|run, row| minutes_between(self.bars.end()[row], run.session.close))
    }

    /// The sessions that have bars, in order.
    pub(crate) fn runs(&self) -> Vec<Run> {
        let (mut runs, mut first) = (Vec::new(), 0);
        for rows in self.bars.session().chunk_by(|a, b| a == b) {
            let (ordinal, after) = (rows[0], first + rows.len());
            // Bars are placed by this very table, so each has its session.
            if let Some(&session) = self.snapshot.sessions.get(ordinal as usize) {
                let rows = first..after;
                runs.push(Run {
                    ordinal,
                    session,
                    rows,
                });
            }
            first = after;
        }
        runs
    }

    /// A column from a value for each row of each session.
    fn by_row(&self, mut value: impl FnMut(&Run, usize) -> f64) -> Column {
        let mut values = vec![f64::NAN; self.len()];
        for run in self.runs() {
            for row in run.rows.clone() {
                values[row] = value(&run, row);
            }
        }
        Column::new(values)
    }

    /// A column that stands still within each session; `value` gets the session's place among `runs`.
    fn by_session(&self, value: impl Fn(&[Run], usize) -> f64) -> Column {
        let (runs, mut values) = (self.runs(), vec![f64::NAN; self.len()]);
        for (n, run) in runs.iter().enumerate() {
            values[run.rows.clone()].fill(value(&runs, n));
        }
        Column::new(values)
    }

    /// The instrument's official daily bars with their share basis; on a daily clock its own.
    fn days(&self) -> Option<Days<'a>> {
        let snapshot = self.snapshot;
        let bars = match self.bars.interval {
            Interval::Day => self.bars,
            Interval::Minutes(_) => snapshot.official_days(&self.bars.symbol)?,
        };
        let splits = snapshot.splits_of(&bars.symbol);
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, splits);
        Some(Days { bars, basis })
    }
}

/// Daily bars by session.
struct Days<'a> {
    bars: &'a Bars,
    basis: SplitBasis,
}

impl Days<'_> {
    fn row(&self, ordinal: u32) -> Option<usize> {
        self.bars.session().binary_search(&ordinal).ok()
    }

    /// A price of the session, on the constant share basis; `None` if it or its column is not there.
    fn constant(&self, ordinal: u32, column: &[f64]) -> Option<f64> {
        let row = self.row(ordinal)?;
        Some(column.get(row)? * self.basis.factor(row))
    }
}

fn minutes_between(from: market::Time, to: market::Time) -> f64 {
    (to.micros() - from.micros()) as f64 / 60e6
}
