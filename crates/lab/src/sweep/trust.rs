//! Whether what a sweep found may be luck.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use serde::Serialize;
use stats::overfit::{
    Benchmark, Cscv, Overfitting, SharpeSample, SpaTally, SpaTest, deflated_sharpe,
    effective_trials, minimum_track_record, plateau, probabilistic_sharpe, trials_spread,
};
use stats::resample::{
    Interval, PathIntervals, ResampledPaths, TradeIntervals, automatic_block_length,
    trade_intervals,
};
use stats::{Dice, Purpose, SESSIONS_A_YEAR, SparseReturns};

use super::combination::{Bench, Trial, Worker};
use super::figures::Figure;
use super::setup::Setup;
use super::space::Point;
use crate::error::Error;
use crate::threads::{chosen, on_threads};

/// Trials of which overfitting is judged, at most.
pub const SAMPLE: usize = 2000;
/// Resamples of the tests over all trials.
const SPA_RESAMPLES: u64 = 1000;
/// Resamples of intervals.
const INTERVAL_RESAMPLES: u64 = 2000;
/// Blocks of the cross-validation: 16 as published, fewer on windows too short for them.
const BLOCKS: usize = 16;
/// A neighbour keeps the best's objective if it has this share of it.
const KEEPS: f64 = 0.5;
/// The level of intervals.
const LEVEL: f64 = 0.95;
/// Below this a finding is no longer put down to luck.
const SIGNIFICANT: f64 = 0.05;

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

/// The answer.
#[derive(Clone, Debug, Serialize)]
pub struct Trust {
    /// Trials ever made of this plan on this tape, this sweep's among them.
    pub trials_ever: u64,
    /// Trials of this sweep.
    pub trials: u64,
    /// Of how many of them overfitting was judged: a seeded sample, the best always in it.
    pub sampled: usize,
    /// How many independent trials those are worth by their average correlation, scaled to all.
    pub effective_by_correlation: Option<f64>,
    /// The same by the eigenvalues of their correlations.
    pub effective_by_eigenvalues: Option<f64>,
    /// Mean correlation between trials.
    pub average_correlation: Option<f64>,
    /// Annual Sharpe ratio of the best over all searched windows as one.
    pub sharpe: Option<f64>,
    /// Probability that its true ratio is above 0, had it been the only trial.
    pub probabilistic_sharpe: Option<f64>,
    /// Probability that it is above what the best of all trials ever made shows by luck.
    pub deflated_sharpe: Option<f64>,
    /// The same with the effective number of trials.
    pub deflated_sharpe_effective: Option<f64>,
    /// Sessions after which it would be beyond doubt (95 %), had it been the only trial.
    pub minimum_track_record_sessions: Option<f64>,
    /// Against doing nothing.
    pub against_cash: Option<PValues>,
    /// Against holding the instrument.
    pub against_holding: Option<PValues>,
    /// Cross-validation: is choosing better than drawing lots?
    pub overfitting: Option<CrossValidation>,
    /// How the neighbours of the best do.
    pub plateau: Option<Neighbours>,
    /// Intervals of its figures.
    pub intervals: Option<Intervals>,
    /// The probability that this is luck, by the test over all trials; the worst there is, if more than one is due.
    pub luck: Option<f64>,
    /// True if luck is an unlikely explanation.
    pub found: bool,
    /// All of it in a sentence.
    pub sentence: String,
}

/// How often the best of so many trials without an edge looks as good as this one.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PValues {
    /// Hansen's, only trials better than the benchmark recentred: a bound from below.
    pub lower: f64,
    /// Hansen's, hopeless trials left out.
    pub consistent: f64,
    /// Hansen's, all trials: a bound from above.
    pub upper: f64,
    /// White's reality check.
    pub white: f64,
}

/// What cross-validation says.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CrossValidation {
    /// Blocks the sessions were cut into.
    pub blocks: usize,
    /// Share of splits in which the best of one half is no better than the median of the other.
    pub probability: f64,
    /// Mean of the logits of its rank.
    pub mean_logit: f64,
    /// Share of splits in which it lost money in the other half.
    pub loss_probability: f64,
    /// Slope of its ratio out of sample on that in sample.
    pub degradation_slope: Option<f64>,
    /// Its mean annual Sharpe ratio where it was chosen.
    pub mean_in_sample_sharpe: Option<f64>,
    /// And in the other half.
    pub mean_out_of_sample_sharpe: Option<f64>,
}

/// How the combinations one step away from the best do.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Neighbours {
    /// How many there are.
    pub neighbours: usize,
    /// Share of them that keep half of the best objective.
    pub score: f64,
    /// Mean of neighbour ÷ best.
    pub mean_ratio: Option<f64>,
    /// Least of neighbour ÷ best.
    pub least_ratio: Option<f64>,
}

/// 95 % intervals of the best's figures: of sessions by the stationary bootstrap, of trades by drawing trades.
#[derive(Clone, Copy, Debug, Serialize)]
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
    let combination = |index: u64| setup.space.combination(index);
    let sample = sample(question);
    let replay = |worker: &mut Worker, index: &u64| {
        if stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        let trial = bench.trial(&combination(*index), searched, worker).ok();
        Ok((*index, trial))
    };
    let trials: Result<Vec<(u64, Option<Trial>)>, Error> =
        sample.par_iter().map_init(Worker::default, replay).collect();
    let trials = trials?;
    let best = trials.iter().find(|(index, _)| *index == question.best);
    let best = best.and_then(|(_, trial)| trial.as_ref()).ok_or_else(|| {
        Error::fit(
            format!("combination {} makes no plan", question.best),
            "this is a defect: a combination that was ranked makes one",
        )
    })?;
    let returns: Vec<SparseReturns<'static>> = trials
        .iter()
        .filter_map(|(_, trial)| trial.as_ref()?.returns.clone())
        .collect();
    let mut trust = Trust::blank(question, returns.len());
    trust.count(&returns, question);
    trust.ratio(best, question);
    let holding = setup.holding(&manifest.windows[..searched]);
    if let Some(own) = &best.returns {
        let block = automatic_block_length(own).map_or(1.0, |length| length.stationary_sessions);
        let beyond = trust.beyond_sample(&returns, question);
        trust.against_cash = spa(&returns, Benchmark::Cash, block, question.seed, beyond, stop)?;
        if let Some(holding) = holding {
            let held = Benchmark::Returns(&holding);
            trust.against_holding = spa(&returns, held, block, question.seed, beyond, stop)?;
        }
        trust.intervals = Some(intervals(own, best, block, question.seed));
    }
    trust.overfitting = cross_validation(&returns, stop)?;
    trust.plateau = neighbours(&bench, setup, question, best);
    trust.conclude();
    Ok(trust)
}

/// Some of the trials, the best among them: all where they are few.
fn sample(question: &Question<'_>) -> Vec<u64> {
    let mut sample = question.replayed.to_vec();
    if sample.len() > SAMPLE {
        // Fisher and Yates, as far as needed.
        let mut dice = Dice::new(question.seed, Purpose::Sample, 0);
        for at in 0..SAMPLE {
            let other = at + dice.below(sample.len() - at);
            sample.swap(at, other);
        }
        sample.truncate(SAMPLE);
    }
    if !sample.contains(&question.best) {
        sample.pop();
        sample.push(question.best);
    }
    sample.sort_unstable();
    sample.dedup();
    sample
}

impl Trust {
    fn blank(question: &Question<'_>, sampled: usize) -> Self {
        Self {
            trials_ever: question.ever_count,
            trials: question.replayed_count,
            sampled,
            effective_by_correlation: None,
            effective_by_eigenvalues: None,
            average_correlation: None,
            sharpe: None,
            probabilistic_sharpe: None,
            deflated_sharpe: None,
            deflated_sharpe_effective: None,
            minimum_track_record_sessions: None,
            against_cash: None,
            against_holding: None,
            overfitting: None,
            plateau: None,
            intervals: None,
            luck: None,
            found: false,
            sentence: String::new(),
        }
    }

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
        self.probabilistic_sharpe = probabilistic_sharpe(&sample, 0.0);
        self.minimum_track_record_sessions = minimum_track_record(&sample, 0.0, 0.95);
        let Some(spread) = trials_spread(question.ever) else {
            return;
        };
        let deflated = |trials: f64| deflated_sharpe(&sample, trials, spread.variance);
        self.deflated_sharpe = deflated((question.ever_count as f64).max(1.0));
        self.deflated_sharpe_effective = self.effective_by_eigenvalues.and_then(deflated);
    }

    /// How many more independent trials there were than those of the sample: tests on the sample are held to it.
    fn beyond_sample(&self, returns: &[SparseReturns<'_>], question: &Question<'_>) -> f64 {
        let (sampled, all) = (returns.len() as f64, question.replayed_count as f64);
        let Some(worth) = self.effective_by_eigenvalues.filter(|_| all > sampled) else {
            return 1.0;
        };
        // N² ÷ Σρ² with the mean ρ² of the sample: what it would be of all.
        let share = ((sampled / worth - 1.0) / (sampled - 1.0)).clamp(0.0, 1.0);
        let of_all = all / (1.0 + (all - 1.0) * share);
        (of_all / worth).max(1.0)
    }

    fn conclude(&mut self) {
        self.luck = self.against_cash.map(|p| p.consistent);
        self.found = self.luck.is_some_and(|luck| luck < SIGNIFICANT);
        self.sentence = match self.luck {
            None => "Nothing was found: the best combination does not move, or moves without varying.".to_owned(),
            Some(luck) if self.found => format!(
                "Found, with reservations: had none of the {} combinations any edge, the best of them would look this good in {} of 100 tries.",
                grouped(self.trials),
                percent(luck)
            ),
            Some(luck) => format!(
                "Nothing was found: had none of the {} combinations any edge, the best of them would look this good in {} of 100 tries.",
                grouped(self.trials),
                percent(luck)
            ),
        };
        if let Some(cross) = self.overfitting.filter(|_| self.luck.is_some()) {
            let told = format!(
                " What was best in one half of the sessions was no better than the median in the other half in {} of 100 splits.",
                percent(cross.probability)
            );
            self.sentence.push_str(&told);
        }
    }
}

/// A share in hundredths, never rounded to nothing.
fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if hundredths < 1.0 {
        "less than 1".to_owned()
    } else {
        format!("{hundredths:.0}")
    }
}

fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn spa(
    returns: &[SparseReturns<'_>],
    benchmark: Benchmark<'_>,
    block: f64,
    seed: u64,
    beyond: f64,
    stop: &AtomicBool,
) -> Result<Option<PValues>, Error> {
    let Ok(test) = SpaTest::new(returns, benchmark, block, seed) else {
        return Ok(None);
    };
    let piece = 40;
    let tally = (0..SPA_RESAMPLES / piece)
        .into_par_iter()
        .map(|n| {
            if stop.load(Ordering::Relaxed) {
                return Err(Error::Interrupted);
            }
            Ok(test.simulate(n * piece..(n + 1) * piece))
        })
        .try_reduce(SpaTally::default, |a, b| Ok(a.and(b)))?;
    let p = tally.p_values();
    let all = |p: f64| (p * beyond).min(1.0);
    Ok(Some(PValues {
        lower: all(p.studentised.lower),
        consistent: all(p.studentised.consistent),
        upper: all(p.studentised.upper),
        white: all(p.white()),
    }))
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
    if returns.iter().try_for_each(|trial| cscv.push(trial)).is_err() {
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

fn intervals(own: &SparseReturns<'_>, best: &Trial, block: f64, seed: u64) -> Intervals {
    let ends = |interval: Option<Interval>| interval.map(|i| [i.low, i.high]);
    let paths = ResampledPaths::new(own, block, seed)
        .map(|paths| PathIntervals::of(&paths.draws(0..INTERVAL_RESAMPLES), LEVEL))
        .unwrap_or_default();
    let long = own.sessions() >= SESSIONS_A_YEAR;
    let trades: TradeIntervals = trade_intervals(&best.trades, INTERVAL_RESAMPLES, seed, LEVEL);
    Intervals {
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
    }
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
