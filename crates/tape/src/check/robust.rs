//! Figures that a few wild values do not move.

/// From the median absolute value to the standard deviation of a normal distribution.
pub(crate) const TO_SIGMA: f64 = 1.4826;

/// The middle value, the upper one of two; `None` without values. NaN is not to be among them.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let at = values.len() / 2;
    let (_, middle, _) = values.select_nth_unstable_by(at, f64::total_cmp);
    Some(*middle)
}

/// Median and median distance from it.
pub(crate) fn spread(values: &[f64]) -> Option<(f64, f64)> {
    let centre = median(values.to_vec())?;
    let away = median(values.iter().map(|v| (v - centre).abs()).collect())?;
    Some((centre, away))
}

/// The median of the values before each place, from up to `window` of them; taken anew every `every` places, which
/// makes one pass of it. `None` until `least` values are there.
pub(crate) fn before(
    values: &[f64],
    window: usize,
    every: usize,
    least: usize,
) -> Vec<Option<f64>> {
    let mut out = Vec::with_capacity(values.len());
    let mut latest = None;
    for at in 0..values.len() {
        if at >= least && (at % every == 0 || latest.is_none()) {
            latest = median(values[at.saturating_sub(window)..at].to_vec());
        }
        out.push(latest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_values_do_not_move_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![1.0, 2.0, 3.0, 4.0]), Some(3.0));
        assert_eq!(median(vec![]), None);
        // Distances from 3: 2, 1, 0, 1, 997; the middle one is 1.
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0, 1000.0]), Some((3.0, 1.0)));
    }

    #[test]
    fn the_median_before_sees_nothing_later() {
        let out = before(&[1.0, 2.0, 3.0, 100.0], 2, 1, 2);
        // Of {1,2} the upper is 2; of {2,3} it is 3.
        assert_eq!(out, [None, None, Some(2.0), Some(3.0)]);
    }
}
