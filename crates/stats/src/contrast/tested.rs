//! What the draws say.

use crate::quantile::quantile;
use crate::resample::Interval;

use super::blocks::{Blocks, Draw};
use super::sample::{Effect, Undefined};

/// An effect with its 95 % interval and how often chance does as much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tested {
    /// The effect.
    pub effect: f64,
    /// Its 95 % interval, bootstrap-t (Hall 1988): ends are the effect less the 97.5 % and the 2.5 % quantile of the draws'
    /// studentised changes, times the sample's standard error; of a ratio on its logarithm.
    pub interval: Interval,
    /// Share of draws, centred on no effect, at or above the sample's studentised effect; the sample counts as one of them.
    pub p_above: f64,
    /// Share at or below it.
    pub p_below: f64,
}

impl Tested {
    /// From draws of `blocks`, in any order.
    ///
    /// # Errors
    /// [`Undefined::NoVariation`] if more draws than a tail holds (2.5 %) have no effect.
    pub fn of(blocks: &Blocks, draws: &[Option<Draw>]) -> Result<Self, Undefined> {
        let mut changes: Vec<f64> = draws
            .iter()
            .flatten()
            .map(|draw| draw.studentised)
            .collect();
        let missing = draws.len() - changes.len();
        if changes.is_empty() || missing as f64 > 0.025 * draws.len() as f64 {
            return Err(Undefined::NoVariation);
        }
        changes.sort_by(f64::total_cmp);
        let error = blocks.standard_error();
        let end = |share| {
            let change = quantile(&changes, share).ok_or(Undefined::NoVariation)?;
            Ok(blocks.scaled() - change * error)
        };
        let (low, high) = (end(0.975)?, end(0.025)?);
        let effect = blocks.effect();
        let natural = |scaled: f64| match effect {
            Effect::Ratio => libm::exp(scaled),
            Effect::Difference | Effect::Mean { .. } => scaled,
        };
        let none = match effect {
            Effect::Ratio => 0.0,
            other => other.none(),
        };
        let distance = (blocks.scaled() - none) / error;
        let above = changes.len() - changes.partition_point(|&change| change < distance);
        let below = changes.partition_point(|&change| change <= distance);
        let share = |count: usize| (count + 1) as f64 / (changes.len() + 1) as f64;
        Ok(Self {
            effect: natural(blocks.scaled()),
            interval: Interval {
                low: natural(low),
                high: natural(high),
            },
            p_above: share(above),
            p_below: share(below),
        })
    }
}
