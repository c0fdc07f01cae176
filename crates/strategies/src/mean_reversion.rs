//! Mean reversion: several lower closes in a row, far enough down together; buy the next open.

use indicators::{Indicator as _, Mask, Prices, Roc, falling, rising};
use market::Side;
use serde::{Deserialize, Serialize};

use crate::checklist::Criterion;
use crate::clock::Clock;

/// The triggers of the mean-reversion edge.
///
/// For a long: `declines` consecutive lower closes, and close ÷ close `declines` bars ago − 1 below
/// −`min_decline`. Closes are raw (dividends are left in), on one share basis. The short mirror fades
/// rises.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MeanReversion {
    /// Consecutive lower closes, 1 or more.
    pub declines: u32,
    /// Cumulative decline that must be exceeded, a fraction: 0.025 is 2.5 %.
    pub min_decline: f64,
}

impl Default for MeanReversion {
    fn default() -> Self {
        Self {
            declines: 3,
            min_decline: 0.025,
        }
    }
}

impl MeanReversion {
    /// How many triggers there are.
    pub const TRIGGERS: usize = 2;

    /// Bars before the first one on which the triggers can be judged.
    pub const fn warm_up(&self) -> usize {
        self.declines as usize
    }

    /// Which of the triggers `min_decline` decides.
    pub(crate) const THRESHOLD: usize = 1;

    /// The triggers on every bar of the clock.
    pub fn triggers(&self, clock: &Clock<'_>, side: Side) -> Vec<Criterion> {
        let closes = clock.basis.prices(clock.bars.close());
        let n = self.declines as usize;
        let change = Roc { n }.compute(Prices::single(&closes));
        let beyond = self.min_decline;
        let (run, far, run_name, far_name) = match side {
            Side::Buy => (
                falling(&closes, n),
                Mask::of(change.values(), |c| c < -beyond),
                "lower",
                "decline",
            ),
            Side::Sell => (
                rising(&closes, n),
                Mask::of(change.values(), |c| c > beyond),
                "higher",
                "rise",
            ),
        };
        let unknown = Mask::of(change.values(), f64::is_nan);
        vec![
            Criterion {
                name: format!("{n} {run_name} closes"),
                held: run,
                unknown: unknown.clone(),
            },
            Criterion {
                name: format!("{far_name} beyond {}", percent(beyond)),
                held: far,
                unknown,
            },
        ]
    }
}

/// A fraction as a percentage without needless digits.
pub(crate) fn percent(fraction: f64) -> String {
    let text = format!("{:.4}", fraction * 100.0);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
