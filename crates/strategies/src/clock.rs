//! The plan's decision clock, and what can be known on it.

use indicators::{Column, SplitBasis};
use market::{Bars, Snapshot, Time};

/// The bars whose ends are the instants at which a plan decides, and the rest of the snapshot around them.
///
/// Columns of an edge or a filter have one value for each of these instants, a causal function of
/// what was known by then.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// The instrument's bars.
    pub bars: &'a Bars,
    /// All that was read.
    pub snapshot: &'a Snapshot,
    /// The instrument's share basis.
    pub basis: &'a SplitBasis,
}

impl Clock<'_> {
    /// How many instants there are.
    pub fn len(&self) -> usize {
        self.bars.len()
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }

    /// For each instant, the close of the session `sessions` before its own.
    pub fn closes_before(&self, sessions: u32) -> Vec<Time> {
        let table = &self.snapshot.sessions;
        let close = |ordinal: u32| table.get(ordinal as usize).map(|session| session.close);
        let before = |&own: &u32| {
            own.checked_sub(sessions)
                .and_then(close)
                .unwrap_or(Time::MIN)
        };
        self.bars.session().iter().map(before).collect()
    }

    /// For each instant, the low and the high of the last complete session: its own, if this bar ends it.
    pub fn prior_session_range(&self) -> (Column, Column) {
        let (bars, table) = (self.bars, &self.snapshot.sessions);
        let (mut lows, mut highs) = (
            Vec::with_capacity(self.len()),
            Vec::with_capacity(self.len()),
        );
        let (mut complete, mut running) =
            ((f64::NAN, f64::NAN), (f64::INFINITY, f64::NEG_INFINITY));
        for i in 0..self.len() {
            if i > 0 && bars.session()[i] != bars.session()[i - 1] {
                complete = running;
                running = (f64::INFINITY, f64::NEG_INFINITY);
            }
            running = (running.0.min(bars.low()[i]), running.1.max(bars.high()[i]));
            let own = table
                .get(bars.session()[i] as usize)
                .is_some_and(|s| bars.end()[i] == s.close);
            let (low, high) = if own { running } else { complete };
            lows.push(low);
            highs.push(high);
        }
        (Column::new(lows), Column::new(highs))
    }
}
