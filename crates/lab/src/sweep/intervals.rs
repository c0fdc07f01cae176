//! How sure the figures of what was found are, each combination taken as if it had been the only one.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stats::SESSIONS_A_YEAR;
use stats::resample::{
    Interval, PathIntervals, ResampledPaths, TradeIntervals, automatic_block_length,
    trade_intervals,
};

use super::combination::{Trial, Worker};
use super::setup::Setup;
use crate::error::Error;
use crate::threads::{chosen, on_threads};

/// Resamples of each.
const RESAMPLES: u64 = 2000;
/// Their level.
const LEVEL: f64 = 0.95;

/// 95 % intervals of a combination's figures over the searched windows as one: of sessions by the stationary bootstrap, of trades by drawing trades.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Intervals {
    /// Mean block of the bootstrap, sessions.
    pub block_sessions: f64,
    /// Annual Sharpe ratio.
    pub sharpe: Option<[f64; 2]>,
    /// Annual Sortino ratio.
    pub sortino: Option<[f64; 2]>,
    /// Net return.
    pub net_return: Option<[f64; 2]>,
    /// Annualised return.
    pub annualised_return: Option<[f64; 2]>,
    /// Maximum drawdown.
    pub max_drawdown: Option<[f64; 2]>,
    /// Expectancy, dollars.
    pub expectancy_usd: Option<[f64; 2]>,
    /// Expectancy, R.
    pub expectancy_r: Option<[f64; 2]>,
    /// Win rate.
    pub win_rate: Option<[f64; 2]>,
    /// Profit factor.
    pub profit_factor: Option<[f64; 2]>,
}

/// Intervals of the figures of `combinations`, by their index; `None` after a ruin.
///
/// # Errors
/// A window without bars, and [`Error::Interrupted`].
pub fn intervals(
    setup: &Setup,
    combinations: &[u64],
    seed: u64,
    threads: usize,
    stop: &AtomicBool,
) -> Result<Vec<Option<Intervals>>, Error> {
    let bench = setup.bench(&setup.manifest.windows)?;
    let one = |worker: &mut Worker, &index: &u64| {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let points = setup.space.combination(index);
        let trial = bench.trial(&points, setup.manifest.searched, worker);
        Ok(trial.ok().and_then(|trial| of(&trial, seed)))
    };
    on_threads(chosen(threads), || {
        let each = combinations.par_iter().map_init(Worker::default, one);
        each.collect()
    })
}

fn of(trial: &Trial, seed: u64) -> Option<Intervals> {
    let own = trial.returns.as_ref()?;
    let block = automatic_block_length(own).map_or(1.0, |length| length.stationary_sessions);
    let ends = |interval: Option<Interval>| interval.map(|i| [i.low, i.high]);
    let paths = ResampledPaths::new(own, block, seed)
        .map(|paths| PathIntervals::of(&paths.draws(0..RESAMPLES), LEVEL))
        .unwrap_or_default();
    let long = own.sessions() >= SESSIONS_A_YEAR;
    let trades: TradeIntervals = trade_intervals(&trial.trades, RESAMPLES, seed, LEVEL);
    Some(Intervals {
        block_sessions: block,
        sharpe: ends(paths.sharpe),
        sortino: ends(paths.sortino),
        net_return: ends(paths.net_return),
        annualised_return: ends(paths.annualised_return.filter(|_| long)),
        max_drawdown: ends(paths.max_drawdown),
        expectancy_usd: ends(trades.expectancy_usd),
        expectancy_r: ends(trades.expectancy_r),
        win_rate: ends(trades.win_rate),
        profit_factor: ends(trades.profit_factor),
    })
}
