//! Counts of values in bins of equal width.

/// How often values fall where.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Width of every bin, in the unit of the values: 1, 2 or 5 times a power of ten.
    pub width: f64,
    /// Lower edge of the first bin in widths: bin `i` holds `(first + i) × width ≤ value < (first + i + 1) × width`, so that 0 is
    /// always an edge and no bin mixes gains with losses.
    pub first: i64,
    /// Values in each bin; the first and the last bin hold some.
    pub counts: Vec<usize>,
}

impl Histogram {
    /// The lower edge of bin `i`.
    pub fn edge(&self, i: usize) -> f64 {
        (self.first + i as i64) as f64 * self.width
    }
}

/// The finest histogram of the finite ones among `values` that has at most `most` bins (2 at least, for the two sides of 0); `None`
/// of no value. The width depends on the range only.
pub fn histogram(values: &[f64], most: usize) -> Option<Histogram> {
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let low = finite().reduce(f64::min)?;
    let high = finite().reduce(f64::max)?;
    let most = most.max(2) as f64;
    let width = nice_widths((high - low).max(high.abs().max(low.abs()) * 1e-6) / most)
        .find(|width| (high / width).floor() - (low / width).floor() < most)?;
    let first = (low / width).floor() as i64;
    let mut counts = vec![0; ((high / width).floor() as i64 - first + 1) as usize];
    for value in finite() {
        let bin = (value / width).floor() as i64 - first;
        if let Some(count) = usize::try_from(bin)
            .ok()
            .and_then(|bin| counts.get_mut(bin))
        {
            *count += 1;
        }
    }
    Some(Histogram {
        width,
        first,
        counts,
    })
}

/// 1, 2 and 5 times powers of ten, ascending, from about `least` on.
fn nice_widths(least: f64) -> impl Iterator<Item = f64> {
    let least = if least.is_normal() { least } else { 0.1 };
    let power = libm::log10(least).floor() as i32;
    (power..power + 4)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * libm::pow(10.0, f64::from(power))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn losses_and_gains_never_share_a_bin() {
        // From −1 to 2.4 in at most 8 bins: half-widths make −1 ‥ 2.5, seven bins; 0.2 would make 18.
        let found = histogram(&[-1.0, -0.1, 0.0, 0.49, 0.5, 2.4], 8).unwrap();
        assert_eq!((found.width, found.first), (0.5, -2));
        assert_eq!(found.counts, [1, 1, 2, 1, 0, 0, 1]);
        assert_eq!((found.edge(0), found.edge(2)), (-1.0, 0.0));
    }

    #[test]
    fn one_value_has_one_bin_and_none_has_none() {
        assert_eq!(histogram(&[3.0, 3.0], 10).unwrap().counts, [2]);
        assert_eq!(histogram(&[0.0], 10).unwrap().counts, [1]);
        assert_eq!(histogram(&[], 10), None);
        assert_eq!(histogram(&[f64::NAN, f64::INFINITY], 10), None);
    }

    proptest! {
        #[test]
        fn every_finite_value_is_counted_once(values in proptest::collection::vec(-1e6..1e6_f64, 1..60), most in 2_usize..40) {
            let found = histogram(&values, most).unwrap();
            prop_assert_eq!(found.counts.iter().sum::<usize>(), values.len());
            prop_assert!(found.counts.len() <= most);
            prop_assert!(found.counts[0] > 0 && found.counts[found.counts.len() - 1] > 0);
        }

        #[test]
        fn no_number_breaks_it(values in proptest::collection::vec(any::<f64>(), 0..20), most in 0_usize..40) {
            if let Some(found) = histogram(&values, most) {
                prop_assert!(found.counts.len() <= most.max(2));
            }
        }
    }
}
