//! How often the best of all trials ever made looks as good as the one that was chosen, if none has an edge.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use stats::SparseReturns;
use stats::normal_cdf;
use stats::overfit::{Benchmark, SpaTally, SpaTest};

use super::{PValues, Question};
use crate::error::Error;

/// Resamples of the tests over all trials.
const RESAMPLES: u64 = 1000;
/// Resamples that a thread takes at a time.
const PIECE: u64 = 40;

/// Trials that are judged together, the chosen one first.
pub(super) struct Family<'a> {
    pub(super) trials: &'a [SparseReturns<'a>],
    pub(super) beyond: Beyond,
    pub(super) block_sessions: f64,
    pub(super) seed: u64,
}

/// Trials that were made, but are not in the sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Beyond {
    /// How many times as many independent trials this sweep made as its sample holds.
    sweep: f64,
    /// How many times as many trials were ever made as this sweep made.
    ever: f64,
    /// How many trials were made before this sweep.
    earlier: f64,
}

impl Beyond {
    /// Beyond a sample of `sampled` trials, worth `worth` independent ones.
    pub(super) fn the_sample(sampled: usize, worth: Option<f64>, question: &Question<'_>) -> Self {
        let (sampled, all) = (sampled as f64, question.replayed_count as f64);
        let ever = question.ever_count as f64;
        let sweep = worth.filter(|_| all > sampled).map_or(1.0, |worth| {
            // N² ÷ Σρ² with the mean ρ² of the sample: what it would be of all.
            let share = ((sampled / worth - 1.0) / (sampled - 1.0)).clamp(0.0, 1.0);
            all / (1.0 + (all - 1.0) * share) / worth
        });
        Self {
            sweep: sweep.max(1.0),
            ever: (ever / all).max(1.0),
            earlier: (ever - all).max(0.0),
        }
    }

    /// `p` of the sample, for all trials ever made. How earlier ones go together with these is not known; they are bounded in
    /// two ways (Boole's inequality), and the lesser is taken. Either they are so many more sweeps like this one: `p` ×
    /// their number. Or each of them counts alone: `p` + their number × the chance `alone` that one trial does as well.
    /// The first would never leave a small sweep after a large one anything to find, as no number of resamples shows a p
    /// of 0.
    fn all(&self, p: f64, alone: Option<f64>) -> f64 {
        let p = p * self.sweep;
        let singly = alone.map_or(f64::INFINITY, |alone| p + self.earlier * alone);
        (p * self.ever).min(singly).min(1.0)
    }
}

impl Family<'_> {
    /// The p-values of the chosen trial over `benchmark`; `None` where it does not vary.
    pub(super) fn luck(
        &self,
        benchmark: Benchmark<'_>,
        stop: &AtomicBool,
    ) -> Result<Option<PValues>, Error> {
        let test = SpaTest::new(self.trials, benchmark, self.block_sessions, self.seed).ok();
        // Of the combination that was ranked first; another may be better by this test.
        let Some(test) = test.and_then(|test| test.of_trial(0)) else {
            return Ok(None);
        };
        let tally = (0..RESAMPLES / PIECE)
            .into_par_iter()
            .map(|n| {
                if stop.load(Ordering::Relaxed) {
                    return Err(Error::Interrupted);
                }
                Ok(test.simulate(n * PIECE..(n + 1) * PIECE))
            })
            .try_reduce(SpaTally::default, |a, b| Ok(a.and(b)))?;
        let p = tally.p_values();
        let alone = normal_cdf(-test.statistic());
        let studentised = |p| self.beyond.all(p, Some(alone));
        Ok(Some(PValues {
            lower: studentised(p.studentised.lower),
            consistent: studentised(p.studentised.consistent),
            upper: studentised(p.studentised.upper),
            // Means are not divided by their errors: what one trial does alone says nothing of another.
            white: self.beyond.all(p.white(), None),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beyond(sampled: usize, worth: f64, replayed_count: u64, ever_count: u64) -> Beyond {
        let question = Question {
            best: 0,
            objective: crate::sweep::Figure::named("sharpe").unwrap(),
            replayed: &[],
            replayed_count,
            ever: &[],
            ever_count,
            seed: 1,
        };
        Beyond::the_sample(sampled, Some(worth), &question)
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
    }

    #[test]
    fn a_first_sweep_judged_whole_keeps_its_p() {
        near(beyond(50, 3.0, 50, 50).all(0.03, Some(0.001)), 0.03);
    }

    #[test]
    fn independent_trials_beyond_the_sample_count_fully_and_equal_ones_not_at_all() {
        // 2,000 of 8,000, worth 2,000: no correlation, four times as many. Worth 1: all alike.
        near(beyond(2000, 2000.0, 8000, 8000).all(0.01, None), 0.04);
        near(beyond(2000, 1.0, 8000, 8000).all(0.01, None), 0.01);
    }

    #[test]
    fn earlier_trials_count_by_the_lesser_of_two_bounds() {
        // 10 now, 990 before: p × 100, or p + 990 × Φ(−t).
        let beyond = beyond(10, 2.0, 10, 1000);
        near(beyond.all(0.001, Some(1e-6)), 0.001 + 990e-6);
        near(beyond.all(0.001, Some(0.001)), 0.1);
        near(beyond.all(0.001, None), 0.1);
        near(beyond.all(0.5, Some(0.1)), 1.0);
    }
}
