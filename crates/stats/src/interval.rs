//! How sure a share can be.

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// A 95 % interval of a share, both ends within 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval95 {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Wilson's score interval (1927) for `hits` of `trials`; `None` without trials or with more hits than trials.
///
/// With p = hits ÷ trials: `(p + z²/2n ± z √(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n)`. Unlike the textbook
/// `p ± z √(p(1−p)/n)` it is not empty at 0 of n, and holds its level for the few trades a storm has.
pub fn wilson_95(hits: usize, trials: usize) -> Option<Interval95> {
    if trials == 0 || hits > trials {
        return None;
    }
    let (n, p) = (trials as f64, hits as f64 / trials as f64);
    let shrink = 1.0 + Z * Z / n;
    let center = (p + Z * Z / (2.0 * n)) / shrink;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / shrink;
    // At the ends of the scale the two terms are equal; the subtraction would leave 1e−17.
    Some(Interval95 {
        low: if hits == 0 { 0.0 } else { center - half },
        high: if hits == trials { 1.0 } else { center + half },
    })
}

#[cfg(test)]
mod tests {
    use super::{Z, wilson_95};
    use proptest::prelude::*;

    #[test]
    fn known_intervals() {
        // None of n: the upper end is z²/(n + z²), here 3.841459/13.841459; all of n mirrors it.
        let upper = Z * Z / (10.0 + Z * Z);
        let none = wilson_95(0, 10).unwrap();
        assert!(
            none.low == 0.0 && (none.high - upper).abs() < 1e-15,
            "{none:?}"
        );
        let all = wilson_95(10, 10).unwrap();
        assert!(
            all.high == 1.0 && (all.low - (1.0 - upper)).abs() < 1e-15,
            "{all:?}"
        );
        // Half of ten: 0.5 ± z/(2√(n + z²)) = 0.5 ± 0.263407 (as published: 0.2366 to 0.7634).
        let half = wilson_95(5, 10).unwrap();
        assert!(
            (half.low - 0.236_593).abs() < 1e-6 && (half.high - 0.763_407).abs() < 1e-6,
            "{half:?}"
        );
    }

    #[test]
    fn no_trials_no_interval() {
        assert_eq!(wilson_95(0, 0), None);
        assert_eq!(wilson_95(2, 1), None);
    }

    proptest! {
        #[test]
        fn it_solves_its_equation(trials in 1_usize..500, share in 0.0..1.0_f64) {
            // Wilson's ends are where |p − π| = z √(π(1−π)/n).
            let hits = (share * trials as f64) as usize;
            let p = hits as f64 / trials as f64;
            let interval = wilson_95(hits, trials).unwrap();
            prop_assert!(interval.low <= p && p <= interval.high);
            for end in [interval.low, interval.high] {
                let right = Z * (end * (1.0 - end) / trials as f64).sqrt();
                prop_assert!(((p - end).abs() - right).abs() < 1e-7, "{} {}", p, end);
            }
        }
    }
}
