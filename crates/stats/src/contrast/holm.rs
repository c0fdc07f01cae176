//! Many claims at once.

/// p-values corrected for their number by Holm's (1979) step-down method, which holds the chance of any false finding whatever
/// the claims owe to each other: in ascending order the i-th of m, from 0, is multiplied by m − i, never falls below the one before
/// and never rises above 1.
///
/// A claim without a p-value stays without one but counts among the m: it was asked.
pub fn holm(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut order: Vec<(usize, f64)> = p_values
        .iter()
        .enumerate()
        .filter_map(|(place, p)| Some((place, (*p)?)))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let mut corrected = vec![None; p_values.len()];
    let mut least: f64 = 0.0;
    for (rank, &(place, p)) in order.iter().enumerate() {
        let factor = (p_values.len() - rank) as f64;
        least = least.max((p * factor).min(1.0));
        corrected[place] = Some(least);
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::holm;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        // Ascending 0.01, 0.02, 0.03, 0.04 times 4, 3, 2, 1: 0.04, 0.06, 0.06, 0.04 → never falling: 0.04, 0.06, 0.06, 0.06.
        let p = [0.04, 0.01, 0.03, 0.02].map(Some);
        let corrected: Vec<f64> = holm(&p).into_iter().flatten().collect();
        for (have, want) in corrected.iter().zip([0.06, 0.04, 0.06, 0.06]) {
            assert!((have - want).abs() < 1e-15, "{corrected:?}");
        }
        // The claim without a value counts: 0.02 × 3, 0.5 × 2.
        let with_none = holm(&[Some(0.5), None, Some(0.02)]);
        assert_eq!(with_none, [Some(1.0), None, Some(0.06)]);
        assert!(holm(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn between_the_plain_value_and_bonferronis(p in proptest::collection::vec(0.0..1.0_f64, 1..30)) {
            let all: Vec<Option<f64>> = p.iter().copied().map(Some).collect();
            for (plain, corrected) in p.iter().zip(holm(&all)) {
                let corrected = corrected.unwrap();
                prop_assert!(corrected >= *plain && corrected <= (plain * p.len() as f64).min(1.0) + 1e-15);
            }
        }
    }
}
