//! Intervals from resampled values of a figure.

use crate::mean;
use crate::normal::{normal_cdf, normal_quantile};
use crate::quantile::quantile;

/// An interval of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The values that are defined, ascending; `None` if so many are not that an end might be one of them: more than
/// the share of one tail, `(1 − level) ÷ 2`.
fn ascending(resampled: &[Option<f64>], level: f64) -> Option<Vec<f64>> {
    if !(level > 0.0 && level < 1.0) {
        return None;
    }
    let mut values: Vec<f64> = resampled.iter().flatten().copied().collect();
    let missing = (resampled.len() - values.len()) as f64;
    if values.is_empty() || missing > (1.0 - level) / 2.0 * resampled.len() as f64 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    Some(values)
}

/// Percentile interval (Efron 1979): the quantiles `(1 − level) ÷ 2` and `(1 + level) ÷ 2` of the resampled values.
///
/// `None` without values, with a level outside 0 to 1, or if the figure is not defined in more resamples than a tail holds.
pub fn percentile(resampled: &[Option<f64>], level: f64) -> Option<Interval> {
    let values = ascending(resampled, level)?;
    Some(Interval {
        low: quantile(&values, (1.0 - level) / 2.0)?,
        high: quantile(&values, f64::midpoint(1.0, level))?,
    })
}

/// Bias-corrected and accelerated interval (Efron 1987), for figures of independent draws.
///
/// `point` is the figure of the sample, `left_out` its values with each observation left out in turn: their skewness
/// gives the acceleration `a = Σ (m − θᵢ)³ ÷ 6 (Σ (m − θᵢ)²)^1.5`, and the share of resamples below the point the bias.
/// Where left-out values do not vary or are not all defined, `a` is 0. `None` as for [`percentile`], or if every
/// resample lies on one side of the point.
pub fn bca(
    point: f64,
    resampled: &[Option<f64>],
    left_out: &[Option<f64>],
    level: f64,
) -> Option<Interval> {
    let values = ascending(resampled, level)?;
    // Equals count half, or a figure of few values (a win rate) would look biased.
    let below = values.partition_point(|&v| v < point);
    let up_to = values.partition_point(|&v| v <= point);
    let bias = normal_quantile((below + up_to) as f64 / 2.0 / values.len() as f64)?;
    let acceleration = acceleration(left_out).unwrap_or(0.0);
    let end = |share: f64| {
        let z = bias + normal_quantile(share)?;
        let shrink = Some(1.0 - acceleration * z).filter(|&s| s > 0.0)?;
        quantile(&values, normal_cdf(bias + z / shrink))
    };
    Some(Interval {
        low: end((1.0 - level) / 2.0)?,
        high: end(f64::midpoint(1.0, level))?,
    })
}

fn acceleration(left_out: &[Option<f64>]) -> Option<f64> {
    let values: Vec<f64> = left_out.iter().copied().collect::<Option<_>>()?;
    let center = mean(values.iter().copied())?;
    let sum = |power| values.iter().map(|v| (center - v).powi(power)).sum::<f64>();
    let squares = sum(2);
    if squares <= 0.0 {
        return None;
    }
    crate::defined(sum(3) / (6.0 * squares * squares.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::{Interval, bca, percentile};
    use crate::dice::{Dice, Purpose};

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn percentiles_by_hand() {
        // 0 … 40: places 0.025 × 40 = 1 and 39.
        let values: Vec<f64> = (0..=40).rev().map(f64::from).collect();
        let found = percentile(&some(&values), 0.95).unwrap();
        assert!((found.low - 1.0).abs() < 1e-12 && (found.high - 39.0).abs() < 1e-12);
    }

    #[test]
    fn undefined_values_may_not_hide_in_a_tail() {
        let mut values = some(&[1.0; 40]);
        values.push(None);
        assert!(
            percentile(&values, 0.95).is_some(),
            "1 of 41 is less than 2.5 %"
        );
        values.push(None);
        assert_eq!(percentile(&values, 0.95), None);
        assert_eq!(percentile(&[], 0.95), None);
        assert_eq!(percentile(&some(&[1.0]), 1.0), None);
    }

    #[test]
    fn without_bias_or_skew_both_agree() {
        let values: Vec<f64> = (-1000..=1000).map(f64::from).collect();
        let left_out = some(&[-1.0, 0.0, 1.0]);
        let (one, other) = (
            percentile(&some(&values), 0.9).unwrap(),
            bca(0.0, &some(&values), &left_out, 0.9).unwrap(),
        );
        assert!((one.low - other.low).abs() < 1e-6 && (one.high - other.high).abs() < 1e-6);
        assert_eq!(bca(2000.0, &some(&values), &left_out, 0.9), None);
    }

    #[test]
    fn it_covers_the_mean_of_a_skewed_sample_better() {
        // 300 samples of 30 exponentials of mean 1, 400 resamples each, at 90 %. The percentile interval misses mostly above
        // itself; the corrected one shifts up.
        let (mut plain, mut corrected) = ([0, 0], [0, 0]);
        for seed in 0..300 {
            let mut dice = Dice::new(seed, Purpose::Sample, 0);
            let sample: Vec<f64> = (0..30).map(|_| -dice.uniform().ln()).collect();
            let total: f64 = sample.iter().sum();
            let left_out: Vec<Option<f64>> =
                sample.iter().map(|x| Some((total - x) / 29.0)).collect();
            let mut draw = || (0..30).map(|_| sample[dice.below(30)]).sum::<f64>() / 30.0;
            let resampled: Vec<Option<f64>> = (0..400).map(|_| Some(draw())).collect();
            let miss = |interval: Interval, misses: &mut [i32; 2]| {
                misses[0] += i32::from(1.0 < interval.low);
                misses[1] += i32::from(1.0 > interval.high);
            };
            miss(percentile(&resampled, 0.9).unwrap(), &mut plain);
            miss(
                bca(total / 30.0, &resampled, &left_out, 0.9).unwrap(),
                &mut corrected,
            );
        }
        // 15 of 300 expected on each side; a sample of 30 is small, so up to twice that above.
        assert!(corrected[1] < plain[1], "{plain:?} {corrected:?}");
        assert!(corrected[0] + corrected[1] <= 50, "{corrected:?}");
    }
}
