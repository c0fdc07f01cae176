//! The range of a session's first minutes.

use indicators::Column;
use market::{Interval, Session, Time};

use crate::clock::Clock;

use super::Run;

impl Clock<'_> {
    /// High and low of the bars inside the session's first `minutes`, from the end of the last of them on; a bar that
    /// ends with the range is itself inside.
    ///
    /// Unknown before the range is over, and for the whole session if one of its bars is missing. `minutes` must be a
    /// multiple of the clock's interval and fit into the session; else (and on a daily clock) there is no range.
    pub fn opening_range(&self, minutes: u32) -> (Column, Column) {
        let (mut high, mut low) = (vec![f64::NAN; self.len()], vec![f64::NAN; self.len()]);
        for run in self.runs() {
            let Some(bars) = self.opening_bars(&run, minutes) else {
                continue;
            };
            // The last of them ends with the range.
            let known = run.rows.start + bars - 1..run.rows.end;
            let range = run.rows.start..run.rows.start + bars;
            if let (Some(highs), Some(lows)) = (
                self.bars.high().get(range.clone()),
                self.bars.low().get(range),
            ) {
                high[known.clone()].fill(highs.iter().copied().fold(f64::NEG_INFINITY, f64::max));
                low[known].fill(lows.iter().copied().fold(f64::INFINITY, f64::min));
            }
        }
        (Column::new(high), Column::new(low))
    }

    /// How many bars fill the range, if all of them are there.
    fn opening_bars(&self, run: &Run, minutes: u32) -> Option<usize> {
        let Interval::Minutes(interval) = self.bars.interval else {
            return None;
        };
        let interval = u32::from(interval);
        let fits = minutes > 0
            && minutes.is_multiple_of(interval)
            && after_open(&run.session, minutes) <= run.session.close;
        let bars = (minutes / interval) as usize;
        let last = run.rows.start + bars.checked_sub(1)?;
        let there = fits && run.rows.contains(&last) && run.is_complete_to(last, self.bars);
        there.then_some(bars)
    }
}

/// The instant `minutes` after the session's open.
pub(crate) fn after_open(session: &Session, minutes: u32) -> Time {
    session.open.plus_minutes(i64::from(minutes))
}
