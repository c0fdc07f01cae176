//! How trading and volatility are spread over a session.
//!
//! Both are U-shaped (Harris 1986; Jain and Joh 1988): busy after the open, quiet at noon,
//! busy before the close. The shapes here are sums of exponentials of the minutes since the open and to the close, so
//! that a half day has the same first and last minutes as a full one. Parameters were set by eye, in round numbers,
//! on real 5-minute bars of IWM and SPY (docs/simulated.md).

use super::super::random::Dice;

/// A level and its rises: `level + Σ height · e^(−minutes ÷ decay)`.
struct Curve {
    level: f64,
    /// Height and decay in minutes, counted from the open.
    opening: [(f64, f64); 2],
    /// The same, counted back from the close.
    closing: [(f64, f64); 2],
}

const VARIANCE: Curve = Curve {
    level: 0.5,
    opening: [(1.4, 80.0), (2.0, 8.0)],
    closing: [(0.4, 30.0), (1.0, 6.0)],
};

const VOLUME: Curve = Curve {
    level: 0.5,
    opening: [(1.0, 90.0), (1.4, 10.0)],
    closing: [(1.2, 30.0), (7.5, 5.0)],
};

/// Standard deviation of the logarithm of a minute's activity, and the minutes in which it is forgotten.
const ACTIVITY: f64 = 0.55;
const ACTIVITY_MINUTES: f64 = 60.0;

impl Curve {
    /// The height in the middle of each of `minutes` minutes.
    fn heights(&self, minutes: usize) -> Vec<f64> {
        (0..minutes)
            .map(|minute| {
                let since_open = minute as f64 + 0.5;
                let to_close = minutes as f64 - since_open;
                let rise = |at: f64, of: &[(f64, f64); 2]| -> f64 {
                    of.iter()
                        .map(|(height, decay)| height * libm::exp(-at / decay))
                        .sum()
                };
                self.level + rise(since_open, &self.opening) + rise(to_close, &self.closing)
            })
            .collect()
    }
}

/// Each minute's share of a session's variance and of its volume before a symbol's own chance: the same for every
/// symbol of the market on that day.
pub(super) struct Clock {
    /// Sums to 1.
    pub(super) variance: Vec<f64>,
    /// Sums to no particular number.
    pub(super) volume: Vec<f64>,
}

/// Power with which volume grows with activity.
const VOLUME_POWER: f64 = 0.7;

impl Clock {
    /// The clock of a session of so many minutes: the curves, busier and quieter by a factor that wanders.
    pub(super) fn new(minutes: usize, dice: &mut Dice) -> Clock {
        let wander = wandering(minutes, ACTIVITY, ACTIVITY_MINUTES, dice);
        let scaled = |curve: &Curve, power: f64| -> Vec<f64> {
            let heights = curve.heights(minutes).into_iter();
            heights
                .zip(&wander)
                .map(|(height, a)| height * libm::exp(power * a))
                .collect()
        };
        let mut variance = scaled(&VARIANCE, 1.0);
        let total: f64 = variance.iter().sum();
        for share in &mut variance {
            *share /= total;
        }
        Clock {
            variance,
            volume: scaled(&VOLUME, VOLUME_POWER),
        }
    }
}

/// A stationary autoregressive column of standard deviation `sigma` that forgets itself in `memory` minutes.
pub(super) fn wandering(minutes: usize, sigma: f64, memory: f64, dice: &mut Dice) -> Vec<f64> {
    let kept = libm::exp(-1.0 / memory);
    let fresh = (1.0 - kept * kept).sqrt();
    let mut news = vec![0.0; minutes];
    dice.fill_normal(&mut news);
    let mut value = None;
    news.into_iter()
        .map(|shock| {
            let next = value.map_or(shock, |before| kept * before + fresh * shock);
            value = Some(next);
            sigma * next
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::random::{Dice, Stream};
    use super::*;

    #[test]
    fn both_curves_are_us_and_volume_is_steepest_at_the_close() {
        for (curve, first, last) in [(&VARIANCE, 5.0, 2.5), (&VOLUME, 4.0, 11.0)] {
            let heights = curve.heights(390);
            let noon = heights[195];
            assert!(heights[0] / noon > first && heights[389] / noon > last);
            // Down from the open to noon, up from the last hour to the close.
            assert!(heights[..150].windows(2).all(|w| w[1] < w[0]));
            assert!(heights[330..].windows(2).all(|w| w[1] > w[0]));
        }
    }

    #[test]
    fn a_height_is_the_sum_of_its_parts() {
        // A session of one minute is 0.5 from its open and 0.5 from its close:
        // 0.5 + 1.4 e^(-1/160) + 2 e^(-1/16) + 0.4 e^(-1/60) + e^(-1/12)
        //   = 0.5 + 1.391277 + 1.878826 + 0.393389 + 0.920044 = 5.083536.
        assert!((VARIANCE.heights(1)[0] - 5.083_536).abs() < 1e-6);
        assert!(VARIANCE.heights(0).is_empty());
    }

    #[test]
    fn a_half_day_opens_and_closes_like_a_full_one() {
        let (full, half) = (VARIANCE.heights(390), VARIANCE.heights(210));
        for minute in 0..10 {
            assert!((full[minute] / half[minute] - 1.0).abs() < 0.01);
            // What is left of the opening when the close comes 180 minutes sooner: below 1.4 e^(-200/80) = 0.115.
            let (a, b) = (full[389 - minute], half[209 - minute]);
            assert!(a < b && b - a < 0.115, "{a} {b}");
        }
    }

    #[test]
    fn shares_of_variance_sum_to_one() {
        let mut dice = Dice::new(1, Stream::Path);
        for minutes in [1, 210, 390] {
            let clock = Clock::new(minutes, &mut dice);
            assert!((clock.variance.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(clock.variance.iter().chain(&clock.volume).all(|&w| w > 0.0));
        }
    }

    #[test]
    fn a_wandering_column_has_its_deviation_and_memory() {
        let mut dice = Dice::new(2, Stream::Path);
        let x = wandering(400_000, 0.5, 10.0, &mut dice);
        let n = x.len() as f64;
        let power = x.iter().map(|v| v * v).sum::<f64>() / n;
        let lagged = x.windows(11).map(|w| w[0] * w[10]).sum::<f64>() / n;
        // Some 40,000 independent stretches: a relative error of the variance of 0.7 %; five of those.
        assert!((power / 0.25 - 1.0).abs() < 0.035, "{power}");
        // e^-1 after ten minutes; 0.03 is five standard errors.
        assert!((lagged / power - 0.3679).abs() < 0.03, "{}", lagged / power);
    }
}
