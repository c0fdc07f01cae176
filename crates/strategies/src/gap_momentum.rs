//! Gap momentum: a session that opens well away from the last close, on volume, and goes on; in with its move, out the same day.

use indicators::Mask;
use market::{Bars, Interval, Session, Side, Time};
use serde::{Deserialize, Serialize};

use crate::checklist::{Checklist, Criterion};
use crate::clock::Clock;
use crate::mean_reversion::percent;
use crate::session::{Run, after_open};

/// The triggers of the gap-momentum edge, which needs a clock within the session.
///
/// For a long: the session opened above the previous close by more than `min_gap`; volume since the open above
/// `min_relative_volume` times its mean over the same elapsed time of the last `relative_volume_sessions` sessions; a bar
/// that starts after the opening range is over closes above it; and the fill comes within the entry window. The fill
/// must *start before* the window's end: with 45 minutes an open at 10:15 is too late, so the last bar that decides ends at
/// 10:10 (on 5-minute bars), and an order that found no bar by 10:15 expires. The short mirror trades gaps and breaks down.
/// [`Clock::gap`], [`Clock::relative_volume`] and [`Clock::opening_range`] say what each is made of.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GapMomentum {
    /// Gap that must be exceeded, a fraction: 0.008 is 0.8 %.
    pub min_gap: f64,
    /// Length of the opening range, minutes; a multiple of the plan's interval.
    pub opening_range_minutes: u32,
    /// Sessions whose volume the session's is compared with.
    pub relative_volume_sessions: u32,
    /// Relative volume that must be exceeded; 1 is the mean.
    pub min_relative_volume: f64,
    /// Minutes from the open within which the entry must fill.
    pub entry_window_minutes: u32,
}

impl Default for GapMomentum {
    fn default() -> Self {
        Self {
            min_gap: 0.008,
            opening_range_minutes: 15,
            relative_volume_sessions: 20,
            min_relative_volume: 1.0,
            entry_window_minutes: 45,
        }
    }
}

impl GapMomentum {
    /// How many triggers there are.
    pub const TRIGGERS: usize = 4;

    /// The triggers on every bar of the clock.
    pub fn triggers(&self, clock: &Clock<'_>, side: Side) -> Vec<Criterion> {
        vec![
            self.gap(clock, side),
            self.volume(clock),
            self.breakout(clock, side),
            self.in_window(clock),
        ]
    }

    /// Which of the triggers `min_gap` decides.
    pub(crate) const THRESHOLD: usize = 0;

    /// That one alone.
    pub(crate) fn gap(&self, clock: &Clock<'_>, side: Side) -> Criterion {
        let (gap, least) = (clock.gap(), self.min_gap);
        let (name, held) = match side {
            Side::Buy => (
                format!("gap above {}", percent(least)),
                Mask::of(gap.values(), |gap| gap > least),
            ),
            Side::Sell => (
                format!("gap below {}", percent(-least)),
                Mask::of(gap.values(), |gap| gap < -least),
            ),
        };
        Criterion {
            name,
            held,
            unknown: Mask::of(gap.values(), f64::is_nan),
        }
    }

    fn volume(&self, clock: &Clock<'_>) -> Criterion {
        let (sessions, least) = (self.relative_volume_sessions, self.min_relative_volume);
        let relative = clock.relative_volume(sessions);
        Criterion {
            name: format!("volume above {least} × its {sessions}-session mean"),
            held: Mask::of(relative.values(), |relative| relative > least),
            unknown: Mask::of(relative.values(), f64::is_nan),
        }
    }

    /// A close beyond the opening range of a bar that is not in it.
    fn breakout(&self, clock: &Clock<'_>, side: Side) -> Criterion {
        let minutes = self.opening_range_minutes;
        let (high, low) = clock.opening_range(minutes);
        let (since, close) = (clock.minutes_since_open(), clock.bars.close());
        let over = |i: usize| since.values()[i] > f64::from(minutes);
        let (word, held) = match side {
            Side::Buy => (
                "above",
                Mask::from_fn(clock.len(), |i| over(i) && close[i] > high.values()[i]),
            ),
            Side::Sell => (
                "below",
                Mask::from_fn(clock.len(), |i| over(i) && close[i] < low.values()[i]),
            ),
        };
        Criterion {
            name: format!("close {word} the {minutes}-minute range"),
            held,
            unknown: Mask::of(high.values(), f64::is_nan),
        }
    }

    fn in_window(&self, clock: &Clock<'_>) -> Criterion {
        let minutes = self.entry_window_minutes;
        let since = clock.minutes_since_open();
        Criterion {
            name: format!("fill within {minutes} minutes"),
            held: Mask::of(since.values(), |since| since < f64::from(minutes)),
            unknown: Mask::filled(clock.len(), false),
        }
    }

    /// The instant before which an entry of `session` must fill.
    pub fn deadline(&self, session: &Session) -> Time {
        after_open(session, self.entry_window_minutes)
    }

    /// The bars on which the log says that a session could not be judged for want of bars, one a session at most.
    ///
    /// It is the first bar after the opening range at which something is known to be missing: a bar between the open and
    /// the end of the window, the range, the volume of other sessions, or a price the gap is made of. A session whose gap
    /// is known and too small was judged without, and one that gave a setup before was judged as well.
    pub fn skips(&self, clock: &Clock<'_>, checklist: &Checklist) -> Mask {
        let mut skips = Mask::filled(clock.len(), false);
        for run in clock.runs() {
            if let Some(row) = self.skip_of(&run, clock.bars, checklist) {
                skips.set(row, true);
            }
        }
        skips
    }

    fn skip_of(&self, run: &Run, bars: &Bars, checklist: &Checklist) -> Option<usize> {
        // As `triggers` lists them.
        let [gap, volume, breakout, ..] = checklist.criteria() else {
            return None;
        };
        let range_over = after_open(&run.session, self.opening_range_minutes);
        let window_over = self.deadline(&run.session);
        let deciding = self.deciding_bars(bars.interval);
        for (nth, row) in run.rows.clone().enumerate() {
            let end = bars.end()[row];
            if end <= range_over {
                continue;
            }
            let no_gap = !gap.held.get(row) && !gap.unknown.get(row);
            if no_gap || checklist.setups().get(row) {
                return None;
            }
            if end >= window_over {
                // Behind the window only a bar that is missing inside it counts.
                return (nth < deciding).then_some(row);
            }
            if [gap, volume, breakout].iter().any(|c| c.unknown.get(row)) {
                return Some(row);
            }
        }
        None
    }

    /// How many bars end inside the window.
    fn deciding_bars(&self, interval: Interval) -> usize {
        match interval {
            Interval::Minutes(minutes) => {
                (self.entry_window_minutes.saturating_sub(1) / u32::from(minutes.max(1))) as usize
            }
            Interval::Day => 0,
        }
    }
}
