//! Is the Sharpe ratio more than chance, and more than the best of so many tries?

use super::expected_max::expected_max_normal;
use crate::normal::{normal_cdf, normal_quantile};
use crate::returns::Moments;
use crate::{defined, mean};

/// A Sharpe ratio and what its error depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharpeSample {
    /// Sharpe ratio *a period*, not annual.
    pub sharpe: f64,
    /// Periods it was measured on.
    pub periods: usize,
    /// `m₃ ÷ m₂^1.5`.
    pub skew: f64,
    /// `m₄ ÷ m₂²`: *plain* kurtosis, 3 for the normal distribution. Excess kurtosis would make every plan look safer.
    pub kurtosis: f64,
}

impl From<Moments> for SharpeSample {
    fn from(moments: Moments) -> Self {
        Self {
            sharpe: moments.sharpe(),
            periods: moments.sessions,
            skew: moments.skew,
            kurtosis: moments.kurtosis,
        }
    }
}

impl SharpeSample {
    /// `1 − γ₃ SR + (γ₄ − 1)/4 SR²`, the variance of the ratio × (n − 1). Not below 0 for any sample, since
    /// γ₄ ≥ γ₃² + 1.
    fn variance(&self) -> Option<f64> {
        let shape =
            1.0 - self.skew * self.sharpe + (self.kurtosis - 1.0) / 4.0 * self.sharpe * self.sharpe;
        defined(shape).filter(|&shape| shape > 0.0)
    }
}

/// Probability that the true Sharpe ratio is above `benchmark` (both a period):
/// `Φ((SR − SR*) √(n − 1) ÷ √(1 − γ₃ SR + (γ₄ − 1)/4 SR²))` (Bailey and López de Prado 2012, *The Sharpe Ratio
/// Efficient Frontier*).
///
/// `None` of fewer than two periods or where the variance is not above 0.
pub fn probabilistic_sharpe(sample: &SharpeSample, benchmark: f64) -> Option<f64> {
    let degrees = sample.periods.checked_sub(1).filter(|&n| n > 0)? as f64;
    let z = (sample.sharpe - benchmark) * degrees.sqrt() / sample.variance()?.sqrt();
    defined(z).map(normal_cdf)
}

/// How many tries, and how far their Sharpe ratios lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrialsSpread {
    /// Trials that have a Sharpe ratio.
    pub trials: usize,
    /// Variance (n − 1) of their Sharpe ratios a period.
    pub variance: f64,
}

/// Count and variance (n − 1) of the trials' Sharpe ratios a period; `None` of fewer than two.
pub fn trials_spread(sharpes: &[f64]) -> Option<TrialsSpread> {
    let degrees = sharpes.len().checked_sub(1).filter(|&n| n > 0)?;
    let center = mean(sharpes.iter().copied())?;
    let squares: f64 = sharpes.iter().map(|s| (s - center) * (s - center)).sum();
    Some(TrialsSpread {
        trials: sharpes.len(),
        variance: defined(squares / degrees as f64)?,
    })
}

/// Probability that the true Sharpe ratio is above what the best of `trials` tries without any edge would show:
/// [`probabilistic_sharpe`] against `SR₀ = √V × E[max of N]` (Bailey and López de Prado 2014, *The Deflated Sharpe
/// Ratio*), with [`expected_max_normal`].
///
/// `variance` is that of the trials' Sharpe ratios a period; `trials` is the raw or an effective number, 1 or more.
/// `None` where either is not defined.
pub fn deflated_sharpe(sample: &SharpeSample, trials: f64, variance: f64) -> Option<f64> {
    if !(variance.is_finite() && variance >= 0.0) {
        return None;
    }
    probabilistic_sharpe(sample, variance.sqrt() * expected_max_normal(trials)?)
}

/// Periods after which [`probabilistic_sharpe`] would reach `confidence` if the ratio and shape stayed as they are:
/// `1 + (1 − γ₃ SR + (γ₄ − 1)/4 SR²) (Φ⁻¹(c) ÷ (SR − SR*))²` (Bailey and López de Prado 2012), not rounded.
///
/// `None` if the ratio is not above the benchmark (no length would do) or the confidence not in (0.5, 1).
pub fn minimum_track_record(sample: &SharpeSample, benchmark: f64, confidence: f64) -> Option<f64> {
    let over = sample.sharpe - benchmark;
    let z = normal_quantile(confidence).filter(|&z| z > 0.0)?;
    // A ratio at the benchmark would divide by nothing, one below it would pass as its mirror image.
    let steps = Some(z / over).filter(|&steps| steps > 0.0)?;
    defined(1.0 + sample.variance()? * steps * steps)
}

#[cfg(test)]
mod tests {
    use super::{
        SharpeSample, deflated_sharpe, minimum_track_record, probabilistic_sharpe, trials_spread,
    };
    use crate::dice::{Dice, Purpose};
    use crate::returns::{Moments, SparseReturns};
    use proptest::prelude::*;

    fn near(have: Option<f64>, want: f64) {
        let have = have.expect("defined");
        assert!((have - want).abs() < 1e-9, "{have}, not {want}");
    }

    /// The example of the paper of 2012, as pypbo's tests have it.
    fn of_2012() -> SharpeSample {
        SharpeSample {
            sharpe: 1.585 / 12.0_f64.sqrt(),
            periods: 24,
            skew: -2.448,
            kurtosis: 10.164,
        }
    }

    #[test]
    fn published_cases() {
        near(probabilistic_sharpe(&of_2012(), 0.0), 0.913_234_307);
        let of_2014 = SharpeSample {
            sharpe: 2.5 / 250.0_f64.sqrt(),
            periods: 1250,
            skew: -3.0,
            kurtosis: 10.0,
        };
        near(deflated_sharpe(&of_2014, 100.0, 0.5 / 250.0), 0.900_396_834);
    }

    #[test]
    fn excess_kurtosis_would_flatter() {
        // What several tools print for the first case, and must not be printed here.
        let fed_excess = SharpeSample {
            kurtosis: 10.164 - 3.0,
            ..of_2012()
        };
        let flattered = probabilistic_sharpe(&fed_excess, 0.0).unwrap();
        assert!((flattered - 0.9198).abs() < 5e-5, "{flattered}");
    }

    #[test]
    fn the_track_record_is_where_the_probability_is_reached() {
        // Normal returns, SR 0.1: 1 + (1 + 0.5·0.01)(1.6448536/0.1)² = 1 + 1.005 × 270.5543.
        let sample = SharpeSample {
            sharpe: 0.1,
            periods: 100,
            skew: 0.0,
            kurtosis: 3.0,
        };
        let periods = minimum_track_record(&sample, 0.0, 0.95).unwrap();
        assert!((periods - 272.907).abs() < 1e-3, "{periods}");
        let at = |periods| probabilistic_sharpe(&SharpeSample { periods, ..sample }, 0.0).unwrap();
        assert!(at(272) < 0.95 && at(273) > 0.95);
        assert_eq!(minimum_track_record(&sample, 0.1, 0.95), None);
        assert_eq!(minimum_track_record(&sample, 0.0, 0.5), None);
    }

    #[test]
    fn what_cannot_be_said() {
        let short = SharpeSample {
            periods: 1,
            ..of_2012()
        };
        assert_eq!(probabilistic_sharpe(&short, 0.0), None);
        assert_eq!(probabilistic_sharpe(&of_2012(), f64::NAN), None);
        assert_eq!(deflated_sharpe(&of_2012(), 0.5, 0.1), None);
        assert_eq!(deflated_sharpe(&of_2012(), 10.0, -0.1), None);
        assert_eq!(trials_spread(&[0.1]), None);
        // Mean 0.2, squares 0.01 + 0 + 0.01, two degrees.
        let spread = trials_spread(&[0.1, 0.2, 0.3]).unwrap();
        assert!((spread.variance - 0.01).abs() < 1e-15 && spread.trials == 3);
    }

    #[test]
    fn the_best_of_noise_passes_plainly_and_not_deflated() {
        // 400 sweeps of 50 trials of 250 sessions of pure noise.
        let (mut plain, mut even, mut sure) = (0, 0, 0);
        for seed in 0..400 {
            let mut dice = Dice::new(seed, Purpose::Noise, 0);
            let mut trial = || {
                let dense: Vec<f64> = (0..250).map(|_| 0.01 * dice.normal()).collect();
                SparseReturns::of_dense(&dense).unwrap().moments().unwrap()
            };
            let trials: Vec<Moments> = (0..50).map(|_| trial()).collect();
            let sharpes: Vec<f64> = trials.iter().map(Moments::sharpe).collect();
            let best = (0..50).max_by(|&a, &b| sharpes[a].total_cmp(&sharpes[b]));
            let best = SharpeSample::from(trials[best.unwrap()]);
            let spread = trials_spread(&sharpes).unwrap();
            let deflated = deflated_sharpe(&best, 50.0, spread.variance).unwrap();
            plain += i32::from(probabilistic_sharpe(&best, 0.0).unwrap() > 0.95);
            even += i32::from(deflated > 0.5);
            sure += i32::from(deflated > 0.95);
        }
        // 1 − 0.95^50 = 92 % of 400 are 369.
        assert!(plain > 340, "{plain} of 400");
        // The maximum exceeds its own mean in about 43 % (its right tail is the longer), the approximation takes a little.
        assert!((120..=200).contains(&even), "{even} of 400");
        // The maximum of 50 must pass 2.27 + 1.645 = 3.92: 50 × 4.5e−5 = 0.2 %, far less than the 5 % it sounds like.
        assert!(sure <= 5, "{sure} of 400");
    }

    proptest! {
        #[test]
        fn deflation_only_takes(sharpe in -0.3..0.5_f64, periods in 2_usize..3000, skew in -3.0..3.0_f64, more in 0.01..20.0_f64,
                                trials in 1.0..1e6_f64, further in 1.0..100.0_f64, variance in 0.0..0.1_f64) {
            let sample = SharpeSample { sharpe, periods, skew, kurtosis: skew * skew + 1.0 + more };
            let plain = probabilistic_sharpe(&sample, 0.0).unwrap();
            let some = deflated_sharpe(&sample, trials, variance).unwrap();
            let many = deflated_sharpe(&sample, trials * further, variance).unwrap();
            prop_assert!((0.0..=1.0).contains(&plain));
            prop_assert!(many <= some && some <= plain, "{} {} {}", many, some, plain);
            prop_assert_eq!(deflated_sharpe(&sample, 1.0, variance), Some(plain));
        }
    }
}
