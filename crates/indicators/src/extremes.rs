//! Highest, lowest, and where between them a value stands.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};
use crate::window;

/// The highest of the last `n` values, today's included (TA-Lib `MAX`). Reads the single quantity:
/// for the highest high, `Highest { n }.of(high)`.
///
/// First value at row `n − 1`. Unit of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Highest {
    /// Rows in the window.
    pub n: usize,
}

/// The lowest of the last `n` values, today's included (TA-Lib `MIN`). Reads the single quantity.
///
/// First value at row `n − 1`. Unit of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lowest {
    /// Rows in the window.
    pub n: usize,
}

/// Position in the range of the last `n` values, today's included:
/// `(now − low) / (high − low) × 100`. Of implied volatility this is the IV rank.
///
/// First value at row `n − 1`; none in a window of equal values, which has no range. 0 at the low,
/// 100 at the high. To rank *published* values, compute on the series itself and join the result as
/// of each bar: a series with holes filled would count some days twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank {
    /// Rows in the window.
    pub n: usize,
}

/// The greater; NaN if either is (`f64::max` would hide it). Without a branch: which of two prices is
/// higher is as good as a coin toss.
fn greater(a: f64, b: f64) -> f64 {
    if (a > b) | a.is_nan() { a } else { b }
}

/// The lesser; NaN if either is.
fn lesser(a: f64, b: f64) -> f64 {
    if (a < b) | a.is_nan() { a } else { b }
}

impl Indicator for Highest {
    fn warm_up(&self) -> usize {
        self.n.wrapping_sub(1)
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        Column::new(window::fold(
            input.close,
            self.n,
            |v| v,
            greater,
            |high, _| high,
        ))
    }
}

impl Indicator for Lowest {
    fn warm_up(&self) -> usize {
        self.n.wrapping_sub(1)
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        Column::new(window::fold(
            input.close,
            self.n,
            |v| v,
            lesser,
            |low, _| low,
        ))
    }
}

impl Indicator for Rank {
    /// With a window of one value there is never a range.
    fn warm_up(&self) -> usize {
        if self.n < 2 { usize::MAX } else { self.n - 1 }
    }

    fn unit(&self) -> Unit {
        Unit::Hundred
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let ends = |v| (v, v);
        let join = |a: (f64, f64), b: (f64, f64)| (greater(a.0, b.0), lesser(a.1, b.1));
        let rank = |(high, low): (f64, f64), now: f64| {
            let range = high - low;
            if range > 0.0 {
                (now - low) / range * 100.0
            } else {
                f64::NAN
            }
        };
        Column::new(window::fold(input.close, self.n, ends, join, rank))
    }
}

#[cfg(test)]
mod tests {
    use super::{Highest, Lowest, Rank};
    use crate::column::Column;
    use crate::indicator::Indicator;

    const NONE: f64 = f64::NAN;

    #[test]
    fn extremes_by_hand() {
        let values = [3.0, 1.0, 2.0, 5.0, 4.0, 4.0, 0.0];
        let highest = Highest { n: 3 }.of(&values);
        assert_eq!(
            highest,
            Column::new(vec![NONE, NONE, 3.0, 5.0, 5.0, 5.0, 4.0])
        );
        let lowest = Lowest { n: 3 }.of(&values);
        assert_eq!(
            lowest,
            Column::new(vec![NONE, NONE, 1.0, 1.0, 2.0, 4.0, 0.0])
        );
    }

    #[test]
    fn rank_by_hand() {
        // Window 20 10 15: (15 − 10) / (20 − 10) = 50 %. Then 10 15 30: at the high. 15 30 15: at the low.
        let rank = Rank { n: 3 }.of(&[20.0, 10.0, 15.0, 30.0, 15.0]);
        assert_eq!(rank, Column::new(vec![NONE, NONE, 50.0, 100.0, 0.0]));
    }

    #[test]
    fn a_window_without_range_has_no_rank() {
        let rank = Rank { n: 2 }.of(&[7.0, 7.0, 8.0]);
        assert_eq!(rank, Column::new(vec![NONE, NONE, 100.0]));
        assert_eq!(Rank { n: 1 }.of(&[7.0, 8.0]).first_valid(), None);
    }

    #[test]
    fn a_hole_is_unknown_as_long_as_it_is_in_the_window() {
        let values = [1.0, 2.0, NONE, 3.0, 4.0, 5.0];
        let expected = Column::new(vec![NONE, 2.0, NONE, NONE, 4.0, 5.0]);
        assert_eq!(Highest { n: 2 }.of(&values), expected);
    }
}
