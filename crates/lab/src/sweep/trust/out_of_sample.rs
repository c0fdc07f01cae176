//! From in sample to out of sample, where a sweep has windows for that.

use super::{OutOfSample, Trial};
use crate::sweep::figures::{FIGURES, Figure};

pub(super) fn out_of_sample(
    trials: &[Option<Trial>],
    best: &Trial,
    searched: usize,
    windows: usize,
) -> Option<OutOfSample> {
    if windows <= searched {
        return None;
    }
    let place = Figure::named("sharpe")?.place();
    let of = |trial: &Trial, window: usize| {
        let row = trial.row.chunks(FIGURES.len()).nth(window)?;
        row.get(place).copied().filter(|ratio| !ratio.is_nan())
    };
    let (sharpe_in, sharpe_out) = (of(best, 0), of(best, searched));
    let both = trials.iter().filter_map(|trial| {
        let trial = trial.as_ref()?;
        Some((of(trial, 0)?, of(trial, searched)?))
    });
    let kept = sharpe_in.filter(|ratio| *ratio > 0.0).zip(sharpe_out);
    Some(OutOfSample {
        sharpe_in,
        sharpe_out,
        kept: kept.map(|(before, after)| after / before),
        rank_correlation: rank_correlation(&both.collect::<Vec<_>>()),
    })
}

/// Spearman's: the correlation of ranks, equals sharing their mean rank. `None` of fewer than three pairs, or where one side
/// does not vary.
fn rank_correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let (a, b) = (
        ranks(pairs.iter().map(|pair| pair.0)),
        ranks(pairs.iter().map(|pair| pair.1)),
    );
    let middle = f64::midpoint(pairs.len() as f64, 1.0);
    let (mut products, mut left, mut right) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        products += (a - middle) * (b - middle);
        left += (a - middle) * (a - middle);
        right += (b - middle) * (b - middle);
    }
    (left > 0.0 && right > 0.0).then(|| products / (left * right).sqrt())
}

fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<f64> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equals in order.chunk_by(|&a, &b| values[a].total_cmp(&values[b]).is_eq()) {
        let mean = first as f64 + f64::midpoint(equals.len() as f64, 1.0);
        for &at in equals {
            ranks[at] = mean;
        }
        first += equals.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_mean_rank() {
        assert_eq!(
            ranks([3.0, 1.0, 3.0, 2.0].into_iter()),
            [3.5, 1.0, 3.5, 2.0]
        );
    }

    #[test]
    fn ranks_that_agree_correlate_and_reversed_ones_do_the_opposite() {
        let pairs = [(1.0, 10.0), (2.0, 20.0), (3.0, 300.0)];
        assert_eq!(rank_correlation(&pairs), Some(1.0));
        let reversed = pairs.map(|(a, b)| (a, -b));
        assert_eq!(rank_correlation(&reversed), Some(-1.0));
        assert_eq!(
            rank_correlation(&[(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)]),
            None
        );
        assert_eq!(rank_correlation(&pairs[..2]), None);
    }
}
