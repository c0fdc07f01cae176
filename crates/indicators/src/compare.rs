//! Criteria: masks from columns. A row without a value never holds.

use crate::column::Column;
use crate::mask::Mask;

/// Rows whose value is below `x`.
pub fn below(column: &Column, x: f64) -> Mask {
    Mask::of(column.values(), |v| v < x)
}

/// Rows whose value is above `x`.
pub fn above(column: &Column, x: f64) -> Mask {
    Mask::of(column.values(), |v| v > x)
}

/// Rows whose value is `x` or less.
pub fn at_most(column: &Column, x: f64) -> Mask {
    Mask::of(column.values(), |v| v <= x)
}

/// Rows whose value is `x` or more.
pub fn at_least(column: &Column, x: f64) -> Mask {
    Mask::of(column.values(), |v| v >= x)
}

/// Rows in which `a` is below `b`.
pub fn column_below(a: &Column, b: &Column) -> Mask {
    Mask::of_pairs(a.values(), b.values(), |a, b| a < b)
}

/// Rows in which `a` is above `b`.
pub fn column_above(a: &Column, b: &Column) -> Mask {
    column_below(b, a)
}

/// Rows that end a run of `n` consecutive lower closes: `close[i] < close[i−1] < … < close[i−n]`.
/// First possible at row `n`; an equal close ends the run. `n` = 0 asks for nothing and holds everywhere.
pub fn falling(close: &[f64], n: usize) -> Mask {
    run(close, n, |before, now| now < before)
}

/// Rows that end a run of `n` consecutive higher closes; see [`falling`].
pub fn rising(close: &[f64], n: usize) -> Mask {
    run(close, n, |before, now| now > before)
}

#[inline]
fn run(close: &[f64], n: usize, step: impl Fn(f64, f64) -> bool) -> Mask {
    if n == 0 {
        return Mask::filled(close.len(), true);
    }
    let mut runs = Mask::of_steps(close, step);
    // Doubling: a run of 2k is a run of k that follows a run of k; the last round adds what is left.
    let mut have = 1;
    while have < n {
        let add = have.min(n - have);
        runs &= &runs.delayed(add);
        have += add;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{at_least, below, column_above, falling, rising};
    use crate::column::Column;
    use crate::mask::Mask;
    use proptest::prelude::*;

    fn ones(mask: &Mask) -> Vec<usize> {
        mask.ones().collect()
    }

    #[test]
    fn three_lower_closes_by_hand() {
        // Row 4 ends 13 > 12 > 11 > 10; row 5 is equal and ends the run; rows 6 to 8 make a new one.
        let close = [12.0, 13.0, 12.0, 11.0, 10.0, 10.0, 9.0, 8.0, 7.0, 6.0, 7.0];
        assert_eq!(ones(&falling(&close, 3)), [4, 8, 9]);
        assert_eq!(ones(&falling(&close, 4)), [9]);
        assert_eq!(ones(&rising(&close, 1)), [1, 10]);
    }

    #[test]
    fn runs_that_cannot_be_there() {
        assert_eq!(falling(&[], 3).len(), 0);
        assert_eq!(falling(&[2.0, 1.0], 3).count(), 0);
        assert_eq!(falling(&[2.0, 1.0], usize::MAX).count(), 0);
        assert_eq!(falling(&[1.0, 2.0], 0).count(), 2);
        assert_eq!(falling(&[3.0, f64::NAN, 1.0], 1).count(), 0);
    }

    #[test]
    fn thresholds_are_strict_where_they_say_so() {
        let column = Column::new(vec![f64::NAN, -0.03, -0.025, 0.0]);
        assert_eq!(ones(&below(&column, -0.025)), [1]);
        assert_eq!(ones(&at_least(&column, -0.025)), [2, 3]);
        let other = Column::new(vec![0.0, -0.04, -0.025, f64::NAN]);
        assert_eq!(ones(&column_above(&column, &other)), [1]);
    }

    proptest! {
        #[test]
        fn a_run_is_what_its_closes_say(close in proptest::collection::vec(0_u8..6, 0..150), n in 1_usize..9) {
            let close: Vec<f64> = close.into_iter().map(f64::from).collect();
            let runs = falling(&close, n);
            for i in 0..close.len() {
                let expected = i >= n && close[i - n..=i].windows(2).all(|pair| pair[1] < pair[0]);
                prop_assert_eq!(runs.get(i), expected, "row {}", i);
            }
        }
    }
}
