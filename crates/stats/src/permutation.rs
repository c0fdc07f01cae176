//! Tests by rearranging what was seen: how often chance alone does as much.

use crate::dice::{Dice, Purpose};

/// How often a rearrangement does as much, the sample counting as one of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tails {
    /// Share of rearrangements at or below the sample's value.
    pub p_below: f64,
    /// Share at or above it.
    pub p_above: f64,
}

impl Tails {
    fn of(drawn: impl Iterator<Item = f64>, seen: f64) -> Self {
        // Sums in another order differ by rounding: what is equal but for that counts on both sides.
        let slack = 1e-9 * seen.abs();
        let (mut below, mut above, mut draws) = (1_u64, 1_u64, 1_u64);
        for value in drawn {
            below += u64::from(value <= seen + slack);
            above += u64::from(value >= seen - slack);
            draws += 1;
        }
        Self {
            p_below: below as f64 / draws as f64,
            p_above: above as f64 / draws as f64,
        }
    }

    /// Twice the smaller share, at most 1: a difference either way.
    pub fn two_sided(self) -> f64 {
        (2.0 * self.p_below.min(self.p_above)).min(1.0)
    }
}

/// Sign flips (Fisher 1935): were differences as likely positive as negative, each of one size, how often would their sum be as
/// low, or as high? Values of 0 say nothing and change nothing. `None` if all are 0.
///
/// The least share that k values can reach is 2⁻ᵏ: five reach 0.031.
pub fn sign_flips(values: &[f64], draws: u64, seed: u64) -> Option<Tails> {
    let values: Vec<f64> = values.iter().copied().filter(|v| *v != 0.0).collect();
    if values.is_empty() {
        return None;
    }
    let draw = |k: u64| {
        let mut dice = Dice::new(seed, Purpose::Flips, k);
        let flip = |value: &f64| if dice.below(2) == 0 { *value } else { -value };
        values.iter().map(flip).sum::<f64>()
    };
    Some(Tails::of((0..draws).map(draw), values.iter().sum()))
}

/// Labels in another order (Fisher 1935, Pitman 1937): were it all the same which of two groups a value belongs to, how often
/// would the mean of `first` less the mean of `second` be as low, or as high? `None` if either is empty.
pub fn relabelled(first: &[f64], second: &[f64], draws: u64, seed: u64) -> Option<Tails> {
    if first.is_empty() || second.is_empty() {
        return None;
    }
    let mut all: Vec<f64> = first.iter().chain(second).copied().collect();
    let total: f64 = all.iter().sum();
    let count = first.len();
    // With the total fixed the difference of means rises with the sum of the first group alone.
    let difference = |sum: f64| sum / count as f64 - (total - sum) / second.len() as f64;
    let seen = difference(first.iter().sum());
    let draw = |k: u64| {
        let mut dice = Dice::new(seed, Purpose::Labels, k);
        dice.shuffle(&mut all);
        difference(all[..count].iter().sum())
    };
    Some(Tails::of((0..draws).map(draw), seen))
}

#[cfg(test)]
mod tests {
    use super::{relabelled, sign_flips};
    use crate::dice::{Dice, Purpose};

    #[test]
    fn flips_by_hand() {
        // Of 2⁵ signs of five equal losses one is as low: 1 ÷ 32 = 0.031; all are as high.
        let tails = sign_flips(&[-1.0, -1.0, 0.0, -1.0, -1.0, -1.0], 20_000, 1).unwrap();
        assert!((tails.p_below - 1.0 / 32.0).abs() < 0.005, "{tails:?}");
        assert_eq!(tails.p_above, 1.0);
        assert_eq!(sign_flips(&[0.0, 0.0], 100, 1), None);
    }

    #[test]
    fn labels_by_hand() {
        // {1, 2} against {3, 4, 5}: of the ten pairs only {1, 2} sums to 3 or less.
        let tails = relabelled(&[1.0, 2.0], &[3.0, 4.0, 5.0], 20_000, 1).unwrap();
        assert!((tails.p_below - 0.1).abs() < 0.01, "{tails:?}");
        assert!((tails.two_sided() - 0.2).abs() < 0.02);
        assert_eq!(relabelled(&[], &[1.0], 100, 1), None);
    }

    #[test]
    fn where_nothing_differs_a_twentieth_is_found() {
        // 2,000 samples without any effect, each way: 100 at or below 0.05 expected, standard deviation √(2000 × 0.05 × 0.95) = 9.7;
        // four of them are allowed.
        let mut found = [0_u32; 4];
        for seed in 0..2000 {
            let mut dice = Dice::new(seed, Purpose::Sample, 0);
            let mut some = |n| (0..n).map(|_| dice.normal()).collect::<Vec<f64>>();
            let (a, b) = (some(12), some(30));
            let flips = sign_flips(&a, 400, seed).unwrap();
            let labels = relabelled(&a, &b, 400, seed).unwrap();
            let all = [flips.p_below, flips.p_above, labels.p_below, labels.p_above];
            for (count, p) in found.iter_mut().zip(all) {
                *count += u32::from(p <= 0.05);
            }
        }
        assert!(found.iter().all(|n| n.abs_diff(100) <= 39), "{found:?}");
    }
}
