//! Quantiles of a sample.

/// The `share` quantile of values in ascending order, interpolated between neighbours (Hyndman and Fan's type 7, the
/// default of R and `NumPy`); `None` of nothing or with a share outside 0 to 1.
pub fn quantile(ascending: &[f64], share: f64) -> Option<f64> {
    let steps = ascending.len().checked_sub(1)?;
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let place = share * steps as f64;
    let low = *ascending.get(place.floor() as usize)?;
    let high = ascending
        .get(place.floor() as usize + 1)
        .copied()
        .unwrap_or(low);
    crate::defined(low + place.fract() * (high - low))
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn between_neighbours() {
        let values = [1.0, 2.0, 4.0];
        assert_eq!(quantile(&values, 0.0), Some(1.0));
        assert_eq!(quantile(&values, 0.5), Some(2.0));
        assert_eq!(quantile(&values, 0.75), Some(3.0)); // place 1.5
        assert_eq!(quantile(&values, 1.0), Some(4.0));
        assert_eq!(quantile(&[7.0], 0.3), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&values, 1.1), None);
    }
}
