//! How long a block must be.

use crate::defined;
use crate::returns::SparseReturns;

/// Block lengths that fit a series, in sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockLength {
    /// Mean block for the stationary bootstrap, 1 or more.
    pub stationary_sessions: f64,
    /// Lag up to which the series was taken to depend on itself.
    pub bandwidth_sessions: usize,
}

/// The mean block length that makes the error of the stationary bootstrap's variance least: Politis and White (2004)
/// with the correction of Patton, Politis and White (2009).
///
/// `b = (2 G² ÷ D)^⅓ n^⅓` with `G = Σ λ(k/M) |k| R(k)`, `D = 2 (Σ λ(k/M) R(k))²`, R the autocovariances, λ the flat-top
/// window (1 up to ½, then falling to 0 at 1) and M twice the last lag before five or more insignificant ones (bound
/// 2 √(log₁₀ n ÷ n)). Kept within 1 and ⌈min(3 √n, n ÷ 3)⌉. `None` of fewer than ten sessions or without variance.
pub fn automatic_block_length(returns: &SparseReturns<'_>) -> Option<BlockLength> {
    let n = returns.sessions();
    let moments = returns.moments().filter(|_| n >= 10)?;
    let mut centred = Vec::new();
    returns.fill(&mut centred);
    for r in &mut centred {
        *r -= moments.mean;
    }
    let length = n as f64;
    let covariance = |lag: usize| {
        let pairs = centred.iter().zip(centred.iter().skip(lag));
        pairs.map(|(a, b)| a * b).sum::<f64>() / length
    };
    let digits = libm::log10(length);
    let quiet = 5.max(digits.sqrt().ceil() as usize);
    let most_lags = (length.sqrt().ceil() as usize + quiet).min(n - 1);
    let covariances: Vec<f64> = (0..=most_lags).map(covariance).collect();
    let bound = 2.0 * (digits / length).sqrt() * covariances[0];
    let last = last_significant(&covariances, bound, quiet);
    let bandwidth = (2 * last.max(1)).min(most_lags);
    let (mut slant, mut sum) = (0.0, covariances[0]);
    for (lag, &r) in covariances.iter().enumerate().take(bandwidth + 1).skip(1) {
        let share = lag as f64 / bandwidth as f64;
        let window = (2.0 * (1.0 - share)).clamp(0.0, 1.0);
        slant += 2.0 * window * lag as f64 * r;
        sum += 2.0 * window * r;
    }
    let most = (3.0 * length.sqrt()).min(length / 3.0).ceil();
    // 2 G² ÷ (2 g²) = (G ÷ g)².
    let ratio = slant / sum;
    Some(BlockLength {
        stationary_sessions: defined(libm::cbrt(ratio * ratio * length))?.clamp(1.0, most),
        bandwidth_sessions: bandwidth,
    })
}

/// The lag after which `quiet` lags in a row lie within the bound; if there is no such stretch, the last lag outside it.
fn last_significant(covariances: &[f64], bound: f64, quiet: usize) -> usize {
    let within = |&r: &f64| r.abs() < bound;
    let stretch = covariances[1..]
        .windows(quiet)
        .position(|w| w.iter().all(within));
    stretch.unwrap_or_else(|| covariances.iter().rposition(|r| !within(r)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{automatic_block_length, last_significant};
    use crate::dice::{Dice, Purpose};
    use crate::returns::SparseReturns;

    fn first_order(memory: f64, sessions: usize, seed: u64) -> Vec<f64> {
        let mut dice = Dice::new(seed, Purpose::Noise, 0);
        let mut last = 0.0;
        let step = || {
            last = memory * last + dice.normal();
            last
        };
        std::iter::repeat_with(step).take(sessions).collect()
    }

    #[test]
    fn memory_asks_for_longer_blocks() {
        // A first-order series has G ÷ g = 2ρ ÷ (1 − ρ²): for ρ = ½ and n = 4,000, (16/9 × 4000)^⅓ = 19.2; for 0 nothing.
        let of = |memory, seed| {
            let series = SparseReturns::of_dense(&first_order(memory, 4000, seed)).unwrap();
            automatic_block_length(&series).unwrap().stationary_sessions
        };
        let mean = |memory: f64| (0..20).map(|seed| of(memory, seed)).sum::<f64>() / 20.0;
        let (none, some) = (mean(0.0), mean(0.5));
        assert!((16.0..23.0).contains(&some), "{some}");
        assert!(none < 6.0, "{none}");
    }

    #[test]
    fn the_first_quiet_stretch_ends_the_search() {
        let covariances = [1.0, 0.9, 0.5, 0.1, 0.0, 0.1, 0.8, 0.0, 0.0];
        assert_eq!(last_significant(&covariances, 0.2, 3), 2);
        assert_eq!(
            last_significant(&covariances, 0.2, 4),
            6,
            "no stretch of four"
        );
        assert_eq!(last_significant(&[1.0, 0.0, 0.0, 0.0], 0.2, 3), 0);
    }

    #[test]
    fn what_has_no_length() {
        assert_eq!(
            automatic_block_length(&SparseReturns::of_dense(&[0.0; 50]).unwrap()),
            None
        );
        assert_eq!(
            automatic_block_length(&SparseReturns::of_dense(&[0.1, 0.0, 0.2]).unwrap()),
            None
        );
        let lone = SparseReturns::new(100, vec![(50, 0.1)]).unwrap();
        assert!(automatic_block_length(&lone).unwrap().stationary_sessions >= 1.0);
    }
}
