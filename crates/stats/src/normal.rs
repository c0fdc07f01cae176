//! The standard normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Probability of a value at or below `x`: `erfc(−x ÷ √2) ÷ 2`, which keeps its digits in the lower tail.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// Density at `x`.
pub(crate) fn density(x: f64) -> f64 {
    libm::exp(-0.5 * x * x) / TAU.sqrt()
}

/// The value that a share `p` lies below; `None` outside 0 < p < 1.
///
/// Starts from Hastings' rational approximation (Abramowitz and Stegun 26.2.23, good to 4.5e−4) and takes three of
/// Halley's steps on [`normal_cdf`], each of which triples the digits.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    // The lower tail keeps its digits; the upper mirrors it.
    if p > 0.5 {
        return normal_quantile(1.0 - p).map(|x| -x);
    }
    let t = (-2.0 * libm::log(p)).sqrt();
    let over = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let under = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut x = over / under - t;
    for _ in 0..3 {
        let step = (normal_cdf(x) - p) / density(x);
        x -= step / (1.0 + 0.5 * x * step);
    }
    crate::defined(x)
}

#[cfg(test)]
mod tests {
    use super::{normal_cdf, normal_quantile};
    use proptest::prelude::*;

    #[test]
    fn values_of_the_tables() {
        let cases = [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.99, 2.326_347_874_040_841),
            (0.001, -3.090_232_306_167_813_5),
            (1e-10, -6.361_340_902_404_056),
        ];
        for (p, x) in cases {
            let have = normal_quantile(p).unwrap();
            assert!((have - x).abs() < 1e-12, "{p}: {have}, not {x}");
        }
        assert!((normal_cdf(1.0) - 0.841_344_746_068_542_9).abs() < 1e-15);
    }

    #[test]
    fn certainties_have_no_quantile() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(normal_quantile(p), None);
        }
    }

    proptest! {
        #[test]
        fn each_undoes_the_other(x in -8.0..5.0_f64) {
            // Above 5 the probability itself lacks the digits.
            let back = normal_quantile(normal_cdf(x)).unwrap();
            prop_assert!((back - x).abs() < 1e-9, "{} {}", x, back);
        }
    }
}
