//! How good the best of many is by luck.

use crate::normal::{normal_cdf, normal_quantile};

/// Euler's and Mascheroni's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Expected maximum of `trials` independent standard normals, as Bailey and López de Prado (2014) approximate it:
/// `(1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e))`, γ being Euler's constant.
///
/// 2.5306 for 100, where the truth is 2.5076: it errs upwards, by less than 2 % from 20 trials on, and so asks a little
/// more of a plan than it must. `trials` may be a fraction (an effective number). One trial: 0. Below about 1.3, where
/// the formula turns negative, 0 as well. `None` if `trials` is below 1 or not finite.
pub fn expected_max_normal(trials: f64) -> Option<f64> {
    if !(trials.is_finite() && trials >= 1.0) {
        return None;
    }
    // At one trial, or so near that rounding makes it one, the first quantile is minus infinity.
    let Some(first) = normal_quantile(1.0 - 1.0 / trials) else {
        return Some(0.0);
    };
    let second = normal_quantile(1.0 - 1.0 / (trials * std::f64::consts::E))?;
    Some(((1.0 - EULER) * first + EULER * second).max(0.0))
}

/// The same without approximation: `∫₀^∞ (1 − Φ(x)^N) dx − ∫₋∞⁰ Φ(x)^N dx`, by Simpson's rule, good to about 1e−10.
///
/// For comparison; the deflated Sharpe ratio is defined with [`expected_max_normal`]. `None` as there.
pub fn expected_max_exact(trials: f64) -> Option<f64> {
    const STEPS: u32 = 6000;
    const END: f64 = 15.0;
    if !(trials.is_finite() && trials >= 1.0) {
        return None;
    }
    // ln Φ(x) from the upper tail, which keeps the digits that N multiplies.
    let all_below = |x: f64| trials * libm::log1p(-normal_cdf(-x));
    let above = simpson(END, STEPS, |x| -libm::expm1(all_below(x)));
    let below = simpson(END, STEPS, |x| {
        libm::exp(trials * libm::log(normal_cdf(-x)))
    });
    crate::defined(above - below)
}

/// Integral from 0 to `end` in an even number of steps.
fn simpson(end: f64, steps: u32, of: impl Fn(f64) -> f64) -> f64 {
    let width = end / f64::from(steps);
    let mut sum = of(0.0) + of(end);
    for step in 1..steps {
        let weight = if step % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * of(f64::from(step) * width);
    }
    sum * width / 3.0
}

#[cfg(test)]
mod tests {
    use super::{expected_max_exact, expected_max_normal};

    #[test]
    fn published_and_exact() {
        let of_100 = expected_max_normal(100.0).unwrap();
        assert!((of_100 - 2.530_602_893).abs() < 1e-9, "{of_100}");
        let exact = expected_max_exact(100.0).unwrap();
        assert!((exact - 2.5076).abs() < 5e-5, "{exact}");
        // Closed forms: 0 of one, 1/√π of two, 3/(2√π) of three.
        let root = std::f64::consts::PI.sqrt();
        for (trials, want) in [(1.0, 0.0), (2.0, 1.0 / root), (3.0, 1.5 / root)] {
            let have = expected_max_exact(trials).unwrap();
            assert!((have - want).abs() < 1e-9, "{trials}: {have}, not {want}");
        }
    }

    #[test]
    fn it_errs_upwards_by_less_than_two_per_cent() {
        for trials in [20.0, 50.0, 1e3, 1e4, 1e6] {
            let ratio = expected_max_normal(trials).unwrap() / expected_max_exact(trials).unwrap();
            assert!((1.0..1.02).contains(&ratio), "{trials}: {ratio}");
        }
    }

    #[test]
    fn more_trials_more_luck_and_none_below_one() {
        let ladder = [1.0, 1.0 + 1e-17, 1.1, 1.5, 2.0, 3.0, 10.0, 1e3, 1e9];
        let values: Vec<f64> = ladder
            .iter()
            .map(|&n| expected_max_normal(n).unwrap())
            .collect();
        assert_eq!(values[0], 0.0);
        assert!(values.is_sorted(), "{values:?}");
        for trials in [0.0, 0.99, f64::NAN, f64::INFINITY] {
            assert_eq!(expected_max_normal(trials), None);
            assert_eq!(expected_max_exact(trials), None);
        }
    }
}
