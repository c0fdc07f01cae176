//! Volume so far, and against other sessions.

use indicators::Column;
use market::{Bars, Interval};

use crate::clock::Clock;

use super::Run;

impl Clock<'_> {
    /// Shares traded in the session's bars so far, this one included; of the bars there are.
    pub fn session_volume(&self) -> Column {
        self.so_far(self.bars.volume(), |sum, more| sum + more)
    }

    /// Volume since the open ÷ its mean over the same elapsed time of the last `sessions` sessions: 1.2 is a fifth more than
    /// usual. All volumes are on one share basis.
    ///
    /// Unknown today from the first missing bar on. Of the `sessions` sessions right before by the calendar, those count that
    /// have every bar from their open to this elapsed time and a bar that ends there: one with a missing bar, a half
    /// day that is over by then, or one the tape lacks does not. Fewer than half of them left, or no volume at all in
    /// those, and there is no mean. On a daily clock whole sessions are compared, half days too.
    pub fn relative_volume(&self, sessions: u32) -> Column {
        let runs = self.runs();
        let shares = self.basis.shares(self.bars.volume());
        let mut values = vec![f64::NAN; self.len()];
        if shares.len() < self.len() {
            return Column::new(values);
        }
        let so_far: Vec<Vec<f64>> = runs
            .iter()
            .map(|run| so_far_if_complete(run, self.bars, &shares))
            .collect();
        for (n, run) in runs.iter().enumerate() {
            let oldest = run.ordinal.saturating_sub(sessions);
            let first = runs[..n].partition_point(|before| before.ordinal < oldest);
            for (nth, &volume) in so_far[n].iter().enumerate() {
                let row = run.rows.start + nth;
                let others = (first..n).filter_map(|other| {
                    let same = self.same_elapsed(run, &runs[other], nth);
                    so_far[other].get(nth).copied().filter(|_| same)
                });
                values[row] = volume / mean_of_enough(others, sessions);
            }
        }
        Column::new(values)
    }

    /// True if the `nth` bars of two sessions end after the same time; of days always.
    fn same_elapsed(&self, one: &Run, other: &Run, nth: usize) -> bool {
        let elapsed = |run: &Run| {
            let end = self.bars.end().get(run.rows.start + nth);
            end.map(|end| end.micros() - run.session.open.micros())
        };
        self.bars.interval == Interval::Day || elapsed(one) == elapsed(other)
    }
}

/// The running sum of a session's volume, as far as no bar is missing.
fn so_far_if_complete(run: &Run, bars: &Bars, shares: &[f64]) -> Vec<f64> {
    let complete = run.rows.clone();
    let mut sum = 0.0;
    let running = complete.map_while(|row| {
        sum += shares[row];
        run.is_complete_to(row, bars).then_some(sum)
    });
    running.collect()
}

/// The mean, NaN unless at least half of `wanted` values are there and their sum is above 0.
fn mean_of_enough(values: impl Iterator<Item = f64>, wanted: u32) -> f64 {
    let (mut count, mut sum) = (0_u32, 0.0);
    for value in values {
        count += 1;
        sum += value;
    }
    if count == 0 || 2 * u64::from(count) < u64::from(wanted) || sum <= 0.0 {
        return f64::NAN;
    }
    sum / f64::from(count)
}
