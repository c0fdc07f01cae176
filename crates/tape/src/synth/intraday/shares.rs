//! A day's volume among its minutes.

use super::super::random::Dice;
use super::curve::{Clock, wandering};

/// A symbol's own chance in the logarithm of volume: one part is remembered for some minutes, one is not.
const OWN: f64 = 0.2;
const OWN_MINUTES: f64 = 15.0;
const PASSING: f64 = 0.35;
/// A minute without a move trades this much of one with a move of one standard deviation.
const STILL: f64 = 0.45;
/// Round lots stay round lots where a minute gets this many of them on average.
const LOTS_A_MINUTE: f64 = 10.0;

/// The largest volume whose every share a 64-bit float can tell: 2^53.
pub(super) const MOST_SHARES: f64 = 9_007_199_254_740_992.0;

/// How much each minute trades, relative to the others: the clock's, with the symbol's own chance, and more when the
/// price moved (`moves` in standard deviations).
pub(super) fn weights(clock: &Clock, moves: &[f64], dice: &mut Dice) -> Vec<f64> {
    let own = wandering(clock.volume.len(), OWN, OWN_MINUTES, dice);
    let mut passing = vec![0.0; clock.volume.len()];
    dice.fill_normal(&mut passing);
    clock
        .volume
        .iter()
        .zip(moves)
        .zip(own.iter().zip(&passing))
        .map(|((usual, size), (own, passing))| {
            let stirred = STILL + (1.0 - STILL) * size.abs();
            usual * stirred * libm::exp(own + PASSING * passing)
        })
        .collect()
}

/// `total` shares in whole numbers by weight, summing to it exactly (largest remainders); in hundreds where it is of
/// hundreds and there are enough. What is no whole share goes with the last one.
pub(super) fn divide(total: f64, weights: &[f64]) -> Vec<f64> {
    let whole = total.floor();
    let hundreds = whole % 100.0 == 0.0 && whole / 100.0 >= LOTS_A_MINUTE * weights.len() as f64;
    let lot = if hundreds { 100.0 } else { 1.0 };
    let mut shares: Vec<f64> = largest_remainders((whole / lot) as u64, weights)
        .into_iter()
        .map(|lots| lots as f64 * lot)
        .collect();
    if let Some(last) = shares.last_mut() {
        *last += total - whole;
    }
    shares
}

fn largest_remainders(units: u64, weights: &[f64]) -> Vec<u64> {
    let sum: f64 = weights.iter().sum();
    let quotas: Vec<f64> = weights.iter().map(|w| units as f64 * w / sum).collect();
    let mut given: Vec<u64> = Vec::with_capacity(weights.len());
    let mut left = units;
    for quota in &quotas {
        // Rounding of huge quotas may claim a unit more than there is.
        let share = (quota.floor() as u64).min(left);
        left -= share;
        given.push(share);
    }
    let mut order: Vec<usize> = (0..quotas.len()).collect();
    let rest = |i: usize| quotas[i] - quotas[i].floor();
    order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)).then(a.cmp(&b)));
    // More units left than minutes, by the same rounding, are a vanishing share of the volume: an equal part each.
    let equal = left / order.len().max(1) as u64;
    let extra = left as usize - equal as usize * order.len();
    for (place, &i) in order.iter().enumerate() {
        given[i] += equal + u64::from(place < extra);
    }
    given
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn remainders_go_to_the_largest_first() {
        // 10 units by 1 : 2 : 4 are 1.43, 2.86, 5.71: floors 1, 2, 5, and two left for .86 and .71.
        assert_eq!(largest_remainders(10, &[1.0, 2.0, 4.0]), [1, 3, 6]);
        // A tie goes to the earlier minute.
        assert_eq!(largest_remainders(3, &[1.0, 1.0]), [2, 1]);
        assert_eq!(largest_remainders(0, &[1.0, 3.0]), [0, 0]);
    }

    #[test]
    fn hundreds_stay_hundreds_where_there_are_enough() {
        // 1,000 and 2,000 shares among two minutes: 10 and 20 lots; 20 lots are enough, 10 are not.
        assert_eq!(divide(2_000.0, &[1.0, 2.0]), [700.0, 1_300.0]);
        assert_eq!(divide(1_000.0, &[1.0, 2.0]), [333.0, 667.0]);
        assert_eq!(divide(2_001.0, &[1.0, 2.0]), [667.0, 1_334.0]);
        assert_eq!(divide(10.75, &[1.0, 1.0]), [5.0, 5.75]);
    }

    proptest! {
        #[test]
        fn parts_are_whole_and_sum_exactly(
            total in prop_oneof![0.0..1e4, 0.0..1e9, 9.0e15..MOST_SHARES].prop_map(f64::floor),
            weights in prop::collection::vec(0.01_f64..10.0, 1..400),
        ) {
            let parts = divide(total, &weights);
            prop_assert!(parts.iter().all(|p| *p >= 0.0 && p.fract() == 0.0));
            prop_assert_eq!(parts.iter().sum::<f64>(), total);
            if total < 1e9 {
                let sum: f64 = weights.iter().sum();
                for (part, weight) in parts.iter().zip(&weights) {
                    prop_assert!((part - total * weight / sum).abs() <= 100.0);
                }
            }
        }
    }
}
