//! Whether what a sweep found may be luck.

mod answer;
mod luck;
mod out_of_sample;
mod sample;

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use stats::overfit::{
    Benchmark, Cscv, Overfitting, SharpeSample, deflated_sharpe, effective_trials,
    minimum_track_record, plateau, probabilistic_sharpe, trials_spread,
};
use stats::resample::automatic_block_length;
use stats::{SESSIONS_A_YEAR, SparseReturns};

use super::combination::{Bench, Trial, Worker};
use super::figures::Figure;
use super::setup::Setup;
use super::space::Point;
use crate::error::Error;
use crate::threads::{chosen, on_threads};

pub use answer::{CrossValidation, Neighbours, OutOfSample, PValues, Trust};
use luck::{Beyond, Family};
use out_of_sample::out_of_sample;
use sample::sample;

/// Trials of which overfitting is judged, at most.
pub const SAMPLE: usize = 2000;
/// Blocks of the cross-validation: 16 as published, fewer on windows too short for them.
const BLOCKS: usize = 16;
/// A neighbour keeps the best's objective if it has this share of it.
const KEEPS: f64 = 0.5;
/// Trades below which a Sharpe ratio is given, and nothing is concluded from it alone.
const LEAST_TRADES: usize = 5;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The combination that was ranked first, by its index.
    pub best: u64,
    /// The figure it was ranked by.
    pub objective: &'static Figure,
    /// Combinations of this sweep that were replayed, by their index, ascending: all of them, or a sample of them.
    pub replayed: &'a [u64],
    /// How many were replayed.
    pub replayed_count: u64,
    /// Sharpe ratios a session of all trials ever made of this plan, those of this sweep among them.
    pub ever: &'a [f64],
    /// How many trials were ever made, those without a ratio among them.
    pub ever_count: u64,
    /// Seed of the sample and of all resampling.
    pub seed: u64,
}

/// Judges what a sweep found.
///
/// # Errors
/// A window without bars, a best that is no plan, and [`Error::Interrupted`].
pub fn judge(
    setup: &Setup,
    question: &Question<'_>,
    threads: usize,
    stop: &AtomicBool,
) -> Result<Trust, Error> {
    on_threads(chosen(threads), || judge_here(setup, question, stop))
}

fn judge_here(setup: &Setup, question: &Question<'_>, stop: &AtomicBool) -> Result<Trust, Error> {
    let manifest = &setup.manifest;
    let bench = setup.bench(&manifest.windows)?;
    let searched = manifest.searched;
    let replay = |worker: &mut Worker, points: &Vec<Point>| {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Ok(bench.trial(points, searched, worker).ok())
    };
    let trials: Result<Vec<Option<Trial>>, Error> = sample(setup, question)
        .par_iter()
        .map_init(Worker::default, replay)
        .collect();
    let trials = trials?;
    let best = trials.first().and_then(Option::as_ref).ok_or_else(|| {
        Error::fit(
            format!("combination {} makes no plan", question.best),
            "this is a defect: a combination that was ranked makes one",
        )
    })?;
    let returns: Vec<SparseReturns<'static>> = trials
        .iter()
        .filter_map(|trial| trial.as_ref()?.returns.clone())
        .collect();
    let mut trust = Trust::blank(question, returns.len());
    trust.count(&returns, question);
    trust.ratio(best, question);
    let holding = setup.holding(&manifest.windows[..searched]);
    if let Some(own) = &best.returns {
        let block = automatic_block_length(own).map_or(1.0, |length| length.stationary_sessions);
        let family = Family {
            trials: &returns,
            beyond: Beyond::the_sample(returns.len(), trust.effective_by_eigenvalues, question),
            block_sessions: block,
            seed: question.seed,
        };
        trust.against_cash = family.luck(Benchmark::Cash, stop)?;
        if let Some(holding) = holding {
            trust.against_holding = family.luck(Benchmark::Returns(&holding), stop)?;
        }
    }
    trust.overfitting = cross_validation(&returns, stop)?;
    trust.plateau = neighbours(&bench, setup, question, best);
    trust.out_of_sample = out_of_sample(&trials, best, searched, manifest.windows.len());
    trust.conclude();
    Ok(trust)
}

impl Trust {
    /// How many trials there were, and how many they are worth.
    fn count(&mut self, returns: &[SparseReturns<'_>], question: &Question<'_>) {
        let Some(effective) = effective_trials(returns) else {
            return;
        };
        let scale = (question.ever_count as f64 / effective.trials as f64).max(1.0);
        let ever = question.ever_count as f64;
        let scaled = |of_sample: f64| (of_sample * scale).clamp(1.0, ever.max(1.0));
        self.average_correlation = Some(effective.average_correlation);
        self.effective_by_correlation = Some(scaled(effective.by_average_correlation));
        // Neighbours bring nothing new: this number does not grow with the fineness of a grid.
        self.effective_by_eigenvalues = Some(effective.by_eigenvalues.min(ever).max(1.0));
    }

    /// The best's ratio, and what of it is left once the trials are counted.
    fn ratio(&mut self, best: &Trial, question: &Question<'_>) {
        let Some(moments) = best.returns.as_ref().and_then(SparseReturns::moments) else {
            return;
        };
        let sample = SharpeSample::from(moments);
        self.sharpe = Some(sample.sharpe * (SESSIONS_A_YEAR as f64).sqrt());
        // One trade that won is no sample, however many sessions lay still around it.
        if best.trades.len() < LEAST_TRADES {
            return;
        }
        self.probabilistic_sharpe = probabilistic_sharpe(&sample, 0.0);
        self.minimum_track_record_sessions = minimum_track_record(&sample, 0.0, 0.95);
        let Some(spread) = trials_spread(question.ever) else {
            return;
        };
        let ever = (question.ever_count as f64).max(1.0);
        self.deflated_sharpe = deflated_sharpe(&sample, ever, spread.variance);
        self.deflated_sharpe_effective = self
            .effective_by_eigenvalues
            .and_then(|trials| deflated_sharpe(&sample, trials, spread.variance));
    }
}

fn cross_validation(
    returns: &[SparseReturns<'_>],
    stop: &AtomicBool,
) -> Result<Option<CrossValidation>, Error> {
    let sessions = returns.first().map_or(0, SparseReturns::sessions);
    // Blocks of ten sessions at least.
    let blocks = (sessions / 10 / 2 * 2).min(BLOCKS);
    let Ok(mut cscv) = Cscv::new(sessions, blocks) else {
        return Ok(None);
    };
    if returns
        .iter()
        .try_for_each(|trial| cscv.push(trial))
        .is_err()
    {
        return Ok(None);
    }
    let pairs = cscv.pairs();
    let pieces: Vec<usize> = (0..pairs).step_by(64).collect();
    let splits: Result<Vec<_>, Error> = pieces
        .into_par_iter()
        .map(|first| {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            Ok(cscv.splits(first..(first + 64).min(pairs)))
        })
        .collect();
    let splits = splits?.concat();
    let year = (SESSIONS_A_YEAR as f64).sqrt();
    Ok(Overfitting::of(&splits).map(|found| CrossValidation {
        blocks,
        probability: found.probability,
        mean_logit: found.mean_logit,
        loss_probability: found.loss_probability,
        degradation_slope: found.degradation_slope,
        mean_in_sample_sharpe: found.mean_in_sample.map(|ratio| ratio * year),
        mean_out_of_sample_sharpe: found.mean_out_of_sample.map(|ratio| ratio * year),
    }))
}

/// How the neighbours of the best do by the objective, over the searched windows: by the worst of them.
fn neighbours(
    bench: &Bench<'_>,
    setup: &Setup,
    question: &Question<'_>,
    best: &Trial,
) -> Option<Neighbours> {
    let axes = setup.space.axes();
    let searched = setup.manifest.searched;
    let rank = axes.rank(&setup.space.combination(question.best))?;
    let mut worker = Worker::default();
    let values: Vec<Option<f64>> = axes
        .neighbours(rank)
        .into_iter()
        .map(|rank| {
            let mut points = vec![Point::Step(0); axes.len()];
            axes.of_rank(rank, &mut points);
            let trial = bench.trial(&points, searched, &mut worker).ok()?;
            question.objective.score(&trial.row, searched)
        })
        .collect();
    let own = question.objective.score(&best.row, searched)?;
    let found = plateau(own, &values, KEEPS)?;
    Some(Neighbours {
        neighbours: found.neighbours,
        score: found.score,
        mean_ratio: found.mean_ratio,
        least_ratio: found.least_ratio,
    })
}
