//! Moving mean and spread.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};
use crate::window;

/// Simple moving average: the mean of the last `n` values (TA-Lib `SMA`).
///
/// First value at row `n − 1`. Unit of the input. Equal values have exactly their value as mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sma {
    /// Rows in the window.
    pub n: usize,
}

impl Indicator for Sma {
    fn warm_up(&self) -> usize {
        // 0 − 1 wraps to usize::MAX: no window, never a value.
        self.n.wrapping_sub(1)
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let n = self.n as f64;
        Column::new(window::sums(input.close, self.n, |s| {
            s.reference + s.first / n
        }))
    }
}

/// Population standard deviation of the last `n` values, `√(Σ(x − mean)² / n)` (TA-Lib `STDDEV` with one deviation).
///
/// First value at row `n − 1`. Unit of the input. Equal values have exactly 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StdDev {
    /// Rows in the window.
    pub n: usize,
}

impl Indicator for StdDev {
    fn warm_up(&self) -> usize {
        self.n.wrapping_sub(1)
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let n = self.n as f64;
        // Never below 0: the reference is one of the n values, so the true variance is at least a share
        // 1/(n + 1) of the mean square, far above what rounding can take away (see window::sums).
        let deviation = |s: window::Sums| ((s.second - s.first * (s.first / n)) / n).sqrt();
        Column::new(window::sums(input.close, self.n, deviation))
    }
}

#[cfg(test)]
mod tests {
    use super::{Sma, StdDev};
    use crate::column::Column;
    use crate::indicator::Indicator;

    const NONE: f64 = f64::NAN;

    #[test]
    fn mean_by_hand() {
        // (1+2+6)/3 = 3, (2+6+4)/3 = 4, (6+4+2)/3 = 4.
        let mean = Sma { n: 3 }.of(&[1.0, 2.0, 6.0, 4.0, 2.0]);
        assert_eq!(mean, Column::new(vec![NONE, NONE, 3.0, 4.0, 4.0]));
    }

    #[test]
    fn deviation_by_hand() {
        // The classic 2 4 4 4 5 5 7 9: mean 5, squares 9+1+1+1+0+0+4+16 = 32, 32/8 = 4, root 2.
        let spread = StdDev { n: 8 }.of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(spread.get(6), None);
        assert_eq!(spread.get(7), Some(2.0));
    }

    #[test]
    fn equal_values_are_their_own_mean_and_do_not_deviate() {
        // 0.1 is no binary fraction: summing and dividing it would not give it back.
        let flat = [0.1; 50];
        for n in [1, 3, 7, 20] {
            for i in n - 1..50 {
                assert_eq!(Sma { n }.of(&flat).get(i), Some(0.1));
                assert_eq!(StdDev { n }.of(&flat).get(i), Some(0.0));
            }
        }
    }

    #[test]
    fn a_small_spread_on_a_large_level_survives() {
        // ±1 about 1e9: the sum of squares, 4e18, is past f64's exact integers; the deviation is 1.
        let values: Vec<f64> = (0..40).map(|i| 1e9 + f64::from(i % 2) * 2.0).collect();
        let spread = StdDev { n: 4 }.of(&values);
        assert!((3..40).all(|i| spread.get(i) == Some(1.0)));
    }

    #[test]
    fn a_million_rows_do_not_drift() {
        // A huge print early on would stay in a running sum for ever: 1e16 swallows 0.1.
        let mut values = vec![0.1; 1_000_000];
        values[10] = 1e16;
        assert_eq!(Sma { n: 20 }.of(&values).get(999_999), Some(0.1));
        assert_eq!(StdDev { n: 20 }.of(&values).get(999_999), Some(0.0));
    }
}
