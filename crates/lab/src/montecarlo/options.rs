//! What a Monte Carlo is asked for.

use std::sync::atomic::AtomicBool;

use crate::error::Error;
use crate::montecarlo::result::Settings;

/// More draws than this would not change a quantile, only take memory (32 bytes each).
const MOST_DRAWS: u64 = 10_000_000;

/// How to draw.
pub struct MonteCarloOptions<'a> {
    /// Draws of trades, orders and days.
    pub resamples: u64,
    /// Draws that are replays of their own: random entries and price noise.
    pub replays: u64,
    /// Seed of all draws.
    pub seed: u64,
    /// The share of start equity whose loss is ruin, above 0, 1 at most.
    pub ruin: f64,
    /// Standard deviation of the noise on prices, in ATR of their own bars.
    pub noise_atr: f64,
    /// Mean block of days, sessions; `None` to have it chosen from the days themselves.
    pub block_sessions: Option<f64>,
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next draw.
    pub stop: &'a AtomicBool,
    /// Told how many draws are done, of how many; from any thread.
    pub progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl MonteCarloOptions<'_> {
    /// What of it decides the result.
    pub(super) fn settings(&self) -> Settings {
        Settings {
            resamples: self.resamples,
            replays: self.replays,
            seed: self.seed,
            ruin: self.ruin,
            noise_atr: self.noise_atr,
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        for (name, draws) in [("resamples", self.resamples), ("replays", self.replays)] {
            if !(1..=MOST_DRAWS).contains(&draws) {
                return Err(Error::fit(
                    format!("{name}: {draws}; expected 1 to {MOST_DRAWS}"),
                    "10000 resamples and 1000 replays are usual",
                ));
            }
        }
        if !(self.ruin > 0.0 && self.ruin <= 1.0) {
            return Err(Error::fit(
                format!(
                    "ruin: {}; expected a share of start equity above 0, 1 at most",
                    self.ruin
                ),
                "0.2 calls the loss of a fifth ruin",
            ));
        }
        if !(0.0..=1.0).contains(&self.noise_atr) {
            return Err(Error::fit(
                format!("noise: {} ATR; expected 0 to 1", self.noise_atr),
                "0.1 moves each price by about a tenth of a usual bar's range",
            ));
        }
        match self.block_sessions {
            Some(block) if !(1.0..=1e6).contains(&block) => Err(Error::fit(
                format!("block: {block} sessions; expected 1 or more"),
                "leave it out to have it chosen from the days themselves",
            )),
            _ => Ok(()),
        }
    }
}
