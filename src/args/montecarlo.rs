//! The arguments of `montecarlo`.

use clap::Args as ClapArgs;

use super::{PlanArgs, RunningArgs};

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof montecarlo mean-reversion
  stormproof montecarlo my-plan.toml --tape mine --resamples 50000 --ruin 0.1
  stormproof montecarlo my-plan.toml --tape mine --from 2010-01-04 --to 2017-12-29 --seed 7
  stormproof montecarlo my-plan.toml --tape mine --format json | jq '.pooled.drawn'

Ruin is an equity of (1 − RUIN) × start or less: at some trade's close where trades are drawn, at
some session's close elsewhere.";

/// `montecarlo`.
#[derive(Debug, ClapArgs)]
pub(crate) struct MonteCarloArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Draws of trades, of their order and of days.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) resamples: u64,
    /// Draws that are replays of their own: entries at random, prices with noise.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) replays: u64,
    /// Seed of all draws.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Share of start equity whose loss is called ruin.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    pub(crate) ruin: f64,
    /// Standard deviation of the noise on each price, in ATR of its bar's own interval.
    #[arg(long, value_name = "ATR", default_value_t = 0.1)]
    pub(crate) noise_atr: f64,
    /// Mean block of days [default: chosen from the days themselves].
    #[arg(long, value_name = "SESSIONS")]
    pub(crate) block: Option<f64>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}
