//! Whether two sets of prices are on one footing: the same shares, and dividends in both or in neither.

use std::collections::BTreeMap;

use market::{Date, Time};

use super::defect::{Finder, When};
use super::kind::Kind;
use super::robust::{median, spread};
use super::rows::Rows;

/// Closes of two sources that differ by less than this, as logarithms, at the median of every stretch are on one footing.
const SAME: f64 = 0.005;

/// A ratio must come this near to a split's to be called one.
const NEAR: f64 = 0.01;

/// Dividends explain a ratio if they leave at most this share of its spread.
const EXPLAINED: f64 = 0.4;

/// The span is looked at in so many stretches, since a basis changes at a date.
const STRETCHES: usize = 8;

/// How two sets of prices relate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Footing {
    /// The same.
    Same,
    /// They differ by a split's factor, at least in part.
    Shares(f64),
    /// Dividends have been taken out of the second, not of the first.
    SecondAdjusted,
    /// Dividends have been taken out of the first, not of the second.
    FirstAdjusted,
    /// They differ by this factor at the median, and nothing known explains it.
    Other(f64),
}

/// Compares closes of the same dates, `(date, first, second)` in order; `factor` is what the dividends after each date
/// have taken off by the last of the dates: the product of `1 − D/C`.
pub(crate) fn footing(
    pairs: &[(Date, f64, f64)],
    factor: &impl Fn(Date, Date) -> f64,
) -> Option<Footing> {
    let logs: Vec<f64> = pairs.iter().map(|(_, a, b)| libm::log(a / b)).collect();
    let stretch = logs.len().div_ceil(STRETCHES).max(1);
    let medians: Vec<f64> = logs
        .chunks(stretch)
        .filter_map(|chunk| median(chunk.to_vec()))
        .collect();
    let last = pairs.last()?.0;
    let (centre, away) = spread(&logs)?;
    // The adjustment may be smaller than a footing's tolerance; its shape gives it away.
    let taken: Vec<f64> = pairs
        .iter()
        .map(|(date, ..)| -libm::log(factor(*date, last)))
        .collect();
    let most = taken.iter().copied().fold(0.0, f64::max);
    if most > SAME {
        for (sign, footing) in [
            (1.0, Footing::SecondAdjusted),
            (-1.0, Footing::FirstAdjusted),
        ] {
            let left: Vec<f64> = logs.iter().zip(&taken).map(|(l, t)| l - sign * t).collect();
            let (_, rest) = spread(&left)?;
            if rest < EXPLAINED * away && away > SAME / 5.0 {
                return Some(footing);
            }
        }
    }
    let worst = medians
        .into_iter()
        .max_by(|a, b| a.abs().total_cmp(&b.abs()))
        .unwrap_or(centre);
    if worst.abs() < SAME {
        return Some(Footing::Same);
    }
    let whole = libm::exp(worst.abs());
    let near = [1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 10.0, 15.0, 20.0];
    let split = near
        .into_iter()
        .find(|k| (libm::log(whole / k)).abs() < NEAR);
    Some(match split {
        Some(k) => Footing::Shares(k),
        None => Footing::Other(libm::exp(worst)),
    })
}

/// What dividends take off prices: the product of `1 − D/C` over ex-dates after `from`, up to `to`; C is the close before.
pub(crate) fn dividend_factor(cuts: &BTreeMap<Date, f64>) -> impl Fn(Date, Date) -> f64 + use<> {
    // Summed once, so that a factor is two look-ups.
    let mut sum = 0.0;
    let sums: BTreeMap<Date, f64> = cuts
        .iter()
        .map(|(&date, cut)| {
            sum += libm::log(1.0 - cut);
            (date, sum)
        })
        .collect();
    move |from, to| {
        let up_to = |date: Date| sums.range(..=date).next_back().map_or(0.0, |(_, s)| *s);
        libm::exp(up_to(to) - up_to(from))
    }
}

/// Puts another tape's rows on this tape's share basis, and says so. `applied_here` tells on which of the two splits are
/// already applied; records of either tell by how much, this tape's first.
pub(crate) fn convert(
    there: &mut Rows,
    applied_here: bool,
    here: &BTreeMap<Date, f64>,
    theirs: &BTreeMap<Date, f64>,
    finder: &mut Finder,
) {
    let splits = if here.is_empty() { theirs } else { here };
    let (whose, raw) = if applied_here {
        ("these prices", "the other tape's")
    } else {
        ("the other tape's prices", "these")
    };
    let text = format!(
        "splits are applied to {whose} and not to {raw}: compared after {} splits on record were put to the other tape's",
        splits.len()
    );
    finder
        .add(Kind::MixedBasis, When::Whole, text)
        .only_a_note();
    let [prices @ .., volumes] = &mut there.columns;
    for (row, &at) in there.start.iter().enumerate() {
        let Some(date) = Time(at).exchange_date() else {
            continue;
        };
        let later = splits.iter().filter(|(ex, _)| **ex > date);
        let shares: f64 = later.map(|(_, ratio)| ratio).product();
        let factor = if applied_here { shares } else { 1.0 / shares };
        for column in prices.iter_mut() {
            column[row] /= factor;
        }
        volumes[row] *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: u64) -> Date {
        Date::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(n)
    }

    fn pairs(ratio: impl Fn(u64) -> f64) -> Vec<(Date, f64, f64)> {
        (0..100).map(|n| (day(n), 50.0, 50.0 / ratio(n))).collect()
    }

    #[test]
    fn dividends_before_the_end_are_told_by_their_steps() {
        // 1 % goes ex on day 30, 2 % on day 60: an adjusted price of day 10 is 50 × 0.99 × 0.98.
        let cuts = BTreeMap::from([(day(30), 0.01), (day(60), 0.02)]);
        let factor = dividend_factor(&cuts);
        assert!((factor(day(10), day(99)) - 0.99 * 0.98).abs() < 1e-12);
        assert_eq!(factor(day(60), day(99)), 1.0);
        let adjusted = pairs(|n| 1.0 / factor(day(n), day(99)));
        assert_eq!(footing(&adjusted, &factor), Some(Footing::SecondAdjusted));
        let other = pairs(|n| factor(day(n), day(99)));
        assert_eq!(footing(&other, &factor), Some(Footing::FirstAdjusted));
        assert_eq!(footing(&pairs(|_| 1.001), &factor), Some(Footing::Same));
    }

    #[test]
    fn a_split_in_the_middle_is_a_change_of_shares() {
        let none = |_, _| 1.0;
        let split = pairs(|n| if n < 40 { 2.0 } else { 1.0 });
        assert_eq!(footing(&split, &none), Some(Footing::Shares(2.0)));
        let odd = footing(&pairs(|_| 1.3), &none);
        assert!(matches!(odd, Some(Footing::Other(k)) if (k - 1.3).abs() < 1e-9));
    }
}
