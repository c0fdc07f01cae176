//! Trend: the fast exponential average against the slow one.

use indicators::{Atr, Column, Ema, Indicator as _};

use crate::flip::{self, Flip};
use crate::profile::TrendProfile;
use crate::reading::TrendReading;
use crate::rows::Rows;
use crate::state::State;

/// The layer's columns, dollars on the constant basis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trend {
    pub(crate) state: Vec<Option<State>>,
    pub(crate) converging: Vec<Option<bool>>,
    /// Sessions in a row that the averages have been separated.
    separated: Vec<u32>,
    fast: Column,
    slow: Column,
    pub(crate) atr: Column,
    /// (fast − slow) ÷ ATR.
    pub(crate) separation_atr: Column,
}

impl Trend {
    pub(crate) fn new(profile: &TrendProfile, rows: &Rows) -> Self {
        let average = |n| Ema { n }.of(&rows.close);
        let fast = average(profile.fast_sessions);
        let slow = average(profile.slow_sessions);
        let atr = Atr {
            n: profile.atr_sessions,
        }
        .compute(rows.prices());
        let gap = fast.zip_with(&slow, |fast, slow| fast - slow);
        // Without any range there is nothing to measure by: 0 ÷ 0 and x ÷ 0 are no values.
        let separation_atr = gap.zip_with(&atr, |gap, atr| gap / atr);
        let state = (0..rows.len())
            .map(|i| State::of_sign(gap.get(i)?))
            .collect();
        let (converging, separated) = converging(profile, rows.len(), &gap, &atr);
        Self {
            state,
            converging,
            separated,
            fast,
            slow,
            atr,
            separation_atr,
        }
    }

    pub(crate) fn reading(&self, profile: &TrendProfile, rows: &Rows, i: usize) -> TrendReading {
        let usd = |column: &Column| column.get(i).map(|v| rows.own_usd(i, v));
        TrendReading {
            state: self.state.get(i).copied().flatten(),
            fast_usd: usd(&self.fast),
            slow_usd: usd(&self.slow),
            atr_usd: usd(&self.atr),
            separation_atr: self.separation_atr.get(i),
            separated_sessions: self.separated.get(i).copied().unwrap_or(0),
            converging: self.converging.get(i).copied().flatten(),
            flip: self.flip(profile, rows, i),
        }
    }

    /// The next close p at which the averages meet: each becomes `e + w (p − e)` with `w = 2 ÷ (n + 1)`, so
    /// `p = (slow (1 − w_slow) − fast (1 − w_fast)) ÷ (w_fast − w_slow)`.
    fn flip(&self, profile: &TrendProfile, rows: &Rows, i: usize) -> Option<Flip> {
        let state = self.state.get(i).copied().flatten()?;
        let (fast, slow, close) = (self.fast.get(i)?, self.slow.get(i)?, rows.close_at(i)?);
        let weight = |n: usize| 2.0 / (n as f64 + 1.0);
        let (quick, lazy) = (weight(profile.fast_sessions), weight(profile.slow_sessions));
        let meet = (slow * (1.0 - lazy) - fast * (1.0 - quick)) / (quick - lazy);
        let at_next = |p: f64| {
            let (fast, slow) = (fast + quick * (p - fast), slow + lazy * (p - slow));
            State::of_sign(fast - slow)
        };
        let found = flip::nearest(state, close, flip::near(close), &[meet], at_next)?;
        Some(found.priced(close, |p| rows.own_usd(i, p)))
    }
}

/// Whether the averages converge after a separation, and the length of the separation that is on.
///
/// A run of `separation_sessions` or more with |fast − slow| above `separation_atr` ATR is going on, or its last
/// session is at most `converging_sessions` back; and the distance is below that of `converging_sessions` ago. An
/// older separation no longer counts: "converging after" is a thing of days.
fn converging(
    profile: &TrendProfile,
    len: usize,
    gap: &Column,
    atr: &Column,
) -> (Vec<Option<bool>>, Vec<u32>) {
    let back = profile.converging_sessions;
    let mut separated = Vec::with_capacity(len);
    let mut flags = Vec::with_capacity(len);
    let mut run = 0_u32;
    // The last row that ended or continued a run long enough.
    let mut long: Option<usize> = None;
    for i in 0..len {
        let measured = gap.get(i).zip(atr.get(i));
        let apart = measured.is_some_and(|(gap, atr)| gap.abs() > profile.separation_atr * atr);
        run = if apart { run + 1 } else { 0 };
        if run as usize >= profile.separation_sessions {
            long = Some(i);
        }
        separated.push(run);
        let before = i.checked_sub(back).and_then(|before| gap.get(before));
        flags.push(measured.zip(before).map(|((gap, _), before)| {
            long.is_some_and(|long| i - long <= back) && gap.abs() < before.abs()
        }));
    }
    (flags, separated)
}
