//! Is the best of all trials better than doing nothing, or than holding, once all were tried?

mod tally;

use std::ops::Range;

use crate::lanes::{LANES, Lanes, dots};
use crate::resample::StationaryBootstrap;
use crate::returns::SparseReturns;
pub use tally::{Choices, SpaPValues, SpaTally};

/// What a trial must beat.
#[derive(Clone, Copy, Debug)]
pub enum Benchmark<'a> {
    /// A return of 0 every session.
    Cash,
    /// A return for every session, as of holding the instrument.
    Returns(&'a [f64]),
}

/// Why the test cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SpaError {
    /// Too short for `ln ln n`, or for a block.
    #[error("{found} sessions; the test needs at least 3")]
    Short {
        /// Sessions of the trials.
        found: usize,
    },
    /// Windows differ.
    #[error(
        "{found} sessions where the first trial has {expected}; trials and benchmark must cover one window"
    )]
    Sessions {
        /// Sessions found.
        found: usize,
        /// Sessions of the first trial.
        expected: usize,
    },
    /// A benchmark with a return that is none.
    #[error("the benchmark's return of session {session} is {found}; expected a finite fraction")]
    NotFinite {
        /// The session.
        session: usize,
        /// The return found.
        found: f64,
    },
    /// No mean block of that length.
    #[error("a mean block of {found} sessions; expected 1 or more")]
    Block {
        /// Length found.
        found: f64,
    },
    /// Nothing differs from the benchmark.
    #[error("no trial differs from the benchmark by a varying amount; there is nothing to test")]
    NothingMoved,
}

/// A trial over the benchmark.
#[derive(Clone, Copy, Debug)]
struct Excess {
    /// Place among the trials.
    trial: usize,
    /// Mean a session.
    mean: f64,
    /// `ω`: √n × standard deviation of the resampled mean.
    omega: f64,
    /// The mean counts as it is under the consistent choice: it is not hopeless.
    hopeful: bool,
}

/// Hansen's test for superior predictive ability and White's reality check.
///
/// Both ask how often the best of *all* trials would look as good as it does if no trial were better than the
/// benchmark, by resampling sessions (stationary bootstrap) and taking the best each time.
/// - Hansen (2005), *A Test for Superior Predictive Ability*: `T = max(0, max √n d̄ ÷ ω)`, against `max(0, max √n (d̄* −
///   g(d̄)) ÷ ω)`, with `g` the mean itself (*upper*), the mean unless below `−ω √(2 ln ln n ÷ n)` (*consistent*), or
///   the mean if above 0 (*lower*). ω² is the exact variance of the bootstrap's mean: `γ₀ + 2 Σ κᵢ γᵢ`, `κᵢ = (1 − i/n)
///   (1 − p)ⁱ + (i/n)(1 − p)ⁿ⁻ⁱ`, p being 1 ÷ mean block.
/// - *Plain*: the same without dividing by ω, so that the trial with the greatest mean is the best, whatever its risk. Its
///   upper choice is White (2000), *A Reality Check for Data Snooping*: `max √n d̄` against `max √n (d̄* − d̄)`. Python's
///   `arch` (to version 8) calls this one SPA.
///
/// A trial that never differs from the benchmark by a varying amount has no ω and takes no part.
#[derive(Clone, Debug)]
pub struct SpaTest<'a> {
    trials: &'a [SparseReturns<'a>],
    benchmark: Option<&'a [f64]>,
    bootstrap: StationaryBootstrap,
    excesses: Vec<Excess>,
    observed: Observed,
}

#[derive(Clone, Copy, Debug)]
struct Observed {
    best: usize,
    studentised: f64,
    plain: f64,
}

impl<'a> SpaTest<'a> {
    /// Prepares the test; costs trials × sessions.
    ///
    /// # Errors
    /// Fewer than three sessions; windows of different length; a benchmark with a return that is not finite; a mean
    /// block below 1; no trial that differs from the benchmark.
    pub fn new(
        trials: &'a [SparseReturns<'a>],
        benchmark: Benchmark<'a>,
        mean_block_sessions: f64,
        seed: u64,
    ) -> Result<Self, SpaError> {
        let sessions = trials.first().map_or(0, SparseReturns::sessions);
        if sessions < 3 {
            return Err(SpaError::Short { found: sessions });
        }
        let benchmark = checked(trials, benchmark, sessions)?;
        let bootstrap = StationaryBootstrap::new(sessions, mean_block_sessions, seed).ok_or(
            SpaError::Block {
                found: mean_block_sessions,
            },
        )?;
        let decay = powers(mean_block_sessions, sessions);
        let mut dense = Vec::new();
        let mut excesses = Vec::new();
        for (trial, returns) in trials.iter().enumerate() {
            returns.fill(&mut dense);
            if let Some(benchmark) = benchmark {
                dense.iter_mut().zip(benchmark).for_each(|(r, b)| *r -= b);
            }
            excesses.extend(excess(trial, &mut dense, &decay));
        }
        let root = (sessions as f64).sqrt();
        let best = excesses
            .iter()
            .copied()
            .reduce(|a, b| {
                if b.mean / b.omega > a.mean / a.omega {
                    b
                } else {
                    a
                }
            })
            .ok_or(SpaError::NothingMoved)?;
        let plain = excesses
            .iter()
            .map(|e| e.mean)
            .fold(f64::NEG_INFINITY, f64::max);
        let observed = Observed {
            best: best.trial,
            studentised: (root * best.mean / best.omega).max(0.0),
            plain: (root * plain).max(0.0),
        };
        Ok(Self {
            trials,
            benchmark,
            bootstrap,
            excesses,
            observed,
        })
    }

    /// Asks how often the best of all trials does as well as `trial` did, not as the best did: the p-value of the one that was
    /// chosen, by whatever figure, adjusted for all that were tried beside it. It is never below that of the best.
    /// Westfall and Young (1993), *Resampling-Based Multiple Testing*, the first step of max T. `None` if the trial takes
    /// no part.
    #[must_use]
    pub fn of_trial(self, trial: usize) -> Option<Self> {
        let root = (self.bootstrap.sessions() as f64).sqrt();
        let excess = self.excesses.iter().find(|e| e.trial == trial)?;
        let observed = Observed {
            studentised: (root * excess.mean / excess.omega).max(0.0),
            plain: (root * excess.mean).max(0.0),
            ..self.observed
        };
        Some(Self { observed, ..self })
    }

    /// `max(0, √n d̄ ÷ ω)` of the best, or of the trial that is asked of: near a standard normal where one trial alone has no
    /// edge.
    pub fn statistic(&self) -> f64 {
        self.observed.studentised
    }

    /// Place of the trial with the greatest `√n d̄ ÷ ω`.
    pub fn best(&self) -> usize {
        self.observed.best
    }

    /// Trials that take part.
    pub fn trials(&self) -> usize {
        self.excesses.len()
    }

    /// Draws the resamples of a range and counts. Split the range as you like and add the tallies; ranges that are
    /// multiples of eight cost least.
    pub fn simulate(&self, resamples: Range<u64>) -> SpaTally {
        let mut tally = SpaTally::default();
        let mut weights: Vec<Lanes> = vec![[0.0; LANES]; self.bootstrap.sessions()];
        let mut first = resamples.start;
        while first < resamples.end {
            let drawn = (resamples.end - first).min(LANES as u64) as usize;
            for lane in 0..drawn {
                let counts = self.bootstrap.counts(first + lane as u64);
                for (weights, count) in weights.iter_mut().zip(counts) {
                    weights[lane] = f64::from(count);
                }
            }
            let best = self.best_of(&weights);
            best[..drawn]
                .iter()
                .for_each(|best| self.count(best, &mut tally));
            first += drawn as u64;
        }
        tally
    }

    /// The four statistics of each lane.
    fn best_of(&self, weights: &[Lanes]) -> [Best; LANES] {
        let n = self.bootstrap.sessions() as f64;
        let root = n.sqrt();
        let held = self.benchmark.map_or([0.0; LANES], |benchmark| {
            let mut sums = [0.0; LANES];
            for (fraction, weights) in benchmark.iter().zip(weights) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight * fraction;
                }
            }
            sums
        });
        let mut best = [Best::default(); LANES];
        for excess in &self.excesses {
            let sums = dots(self.trials[excess.trial].moved(), weights);
            let scale = root / excess.omega;
            let centre = Choices {
                lower: excess.mean.max(0.0),
                consistent: if excess.hopeful { excess.mean } else { 0.0 },
                upper: excess.mean,
            };
            for ((best, sum), held) in best.iter_mut().zip(sums).zip(held) {
                let mean = (sum - held) / n;
                let over = |best: f64, centre: f64| best.max(root * (mean - centre));
                best.plain = best.plain.with(centre, over);
                let scaled = |best: f64, centre: f64| best.max(scale * (mean - centre));
                best.studentised = best.studentised.with(centre, scaled);
            }
        }
        best
    }

    fn count(&self, best: &Best, tally: &mut SpaTally) {
        let reached =
            |observed: f64| move |count: u64, best: f64| count + u64::from(best >= observed);
        tally.resamples += 1;
        tally.studentised = tally
            .studentised
            .with(best.studentised, reached(self.observed.studentised));
        tally.plain = tally.plain.with(best.plain, reached(self.observed.plain));
    }
}

/// Best of one resample, from 0 as Hansen has it: no trial better than the benchmark is no evidence at all.
#[derive(Clone, Copy, Debug, Default)]
struct Best {
    studentised: Choices<f64>,
    plain: Choices<f64>,
}

fn checked<'a>(
    trials: &[SparseReturns<'_>],
    benchmark: Benchmark<'a>,
    expected: usize,
) -> Result<Option<&'a [f64]>, SpaError> {
    let one_window = |found: usize| {
        if found == expected {
            Ok(())
        } else {
            Err(SpaError::Sessions { found, expected })
        }
    };
    trials
        .iter()
        .try_for_each(|trial| one_window(trial.sessions()))?;
    let Benchmark::Returns(returns) = benchmark else {
        return Ok(None);
    };
    one_window(returns.len())?;
    match returns.iter().position(|r| !r.is_finite()) {
        Some(session) => Err(SpaError::NotFinite {
            session,
            found: returns[session],
        }),
        None => Ok(Some(returns)),
    }
}

/// The mean and ω of a trial over the benchmark; `None` if ω is no more than rounding.
fn excess(trial: usize, dense: &mut [f64], decay: &[f64]) -> Option<Excess> {
    let n = dense.len() as f64;
    let mean = dense.iter().sum::<f64>() / n;
    for r in dense.iter_mut() {
        *r -= mean;
    }
    let variance = bootstrap_variance(dense, decay);
    if variance.is_nan() || variance <= 1e-28 {
        return None;
    }
    let omega = variance.sqrt();
    let floor = -omega * (2.0 * libm::log(libm::log(n)) / n).sqrt();
    Some(Excess {
        trial,
        mean,
        omega,
        hopeful: mean >= floor,
    })
}

/// n × variance of the stationary bootstrap's mean of `centred` (of mean 0), in one pass.
///
/// The sum over all pairs a < b of `x_a x_b κ(b − a)` is taken by keeping, as b advances, the sums over a of the
/// parts of κ: `ρ^(b−a)` and `(b − a) ρ^(b−a)` decay by ρ a step; `ρ^(n−b+a)` is a product of two powers that are never
/// above 1. All lags, without their square. `decay` is of [`powers`].
fn bootstrap_variance(centred: &[f64], decay: &[f64]) -> f64 {
    let n = centred.len() as f64;
    let goes_on = decay[1];
    let (mut near, mut near_by_lag) = (0.0, 0.0);
    let (mut far, mut far_by_place) = (0.0, 0.0);
    let (mut squares, mut pairs) = (0.0, 0.0);
    // ρ^b going up, ρ^(n − b) coming down.
    let powers = decay.iter().zip(decay.iter().rev());
    for ((place, &x), (rise, fall)) in (0_u32..).zip(centred).zip(powers) {
        let b = f64::from(place);
        pairs += x * (near - near_by_lag / n);
        pairs += x * fall * (b * far - far_by_place) / n;
        squares += x * x;
        // From b to b + 1: every lag grows by one.
        near_by_lag = goes_on * (near_by_lag + near + x);
        near = goes_on * (near + x);
        far += x * rise;
        far_by_place += x * b * rise;
    }
    (squares + 2.0 * pairs) / n
}

/// ρ⁰ to ρⁿ, ρ being the chance that a block goes on.
fn powers(mean_block_sessions: f64, sessions: usize) -> Vec<f64> {
    let goes_on = 1.0 - 1.0 / mean_block_sessions;
    (0..=sessions as u32)
        .map(|power| libm::pow(goes_on, f64::from(power)))
        .collect()
}

#[cfg(test)]
mod tests;
