//! True range and its average.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};
use crate::smooth::smoothed;

/// True range: `max(high − low, |high − previous close|, |low − previous close|)` (TA-Lib `TRANGE`).
///
/// First value at row 1: the first bar has no previous close. Unit of the input. Of a single
/// quantity it is the absolute change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrueRange;

impl Indicator for TrueRange {
    fn warm_up(&self) -> usize {
        1
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        Column::new(true_range(input))
    }
}

/// Average true range (TA-Lib `ATR`, Wilder's): the first value is the mean of the true ranges of rows
/// 1 to `n`, then `atr += (TR − atr) / n`.
///
/// First value at row `n`. Unit of the input: dollars a share for prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atr {
    /// True ranges in the seed; the weight of the newest is `1 / n`.
    pub n: usize,
}

impl Indicator for Atr {
    fn warm_up(&self) -> usize {
        if self.n == 0 { usize::MAX } else { self.n }
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        Column::new(smoothed(true_range(input), self.n, 1.0 / self.n as f64))
    }
}

fn true_range(input: Prices<'_>) -> Vec<f64> {
    let len = input.len();
    let mut out = Vec::with_capacity(len);
    if len == 0 {
        return out;
    }
    out.push(f64::NAN);
    let rows = input.high[1..len]
        .iter()
        .zip(&input.low[1..len])
        .zip(input.close);
    out.extend(rows.map(|((&high, &low), &before)| {
        // The greatest of the three is the span of high, low and previous close. An unknown high or
        // low stays unknown through the comparisons; an unknown previous close through the last term.
        let top = if before > high { before } else { high };
        let bottom = if before < low { before } else { low };
        top - bottom + 0.0 * before
    }));
    out
}

#[cfg(test)]
mod tests {
    use super::{Atr, TrueRange};
    use crate::column::Column;
    use crate::indicator::{Indicator, Prices};

    const NONE: f64 = f64::NAN;
    // Bars: inside range; gap up (previous close 9 below the low); gap down (previous close 13 above the high); flat.
    const BARS: Prices<'_> = Prices {
        high: &[10.0, 10.0, 14.0, 9.0, 9.0],
        low: &[8.0, 8.5, 12.0, 8.0, 9.0],
        close: &[9.0, 9.0, 13.0, 9.0, 9.0],
    };

    #[test]
    fn true_range_by_hand() {
        // 10 − 8.5 = 1.5; 14 − 9 = 5; 13 − 8 = 5; 0.
        let expected = Column::new(vec![NONE, 1.5, 5.0, 5.0, 0.0]);
        assert_eq!(TrueRange.compute(BARS), expected);
    }

    #[test]
    fn average_by_hand() {
        // n = 2: (1.5 + 5) / 2 = 3.25; 3.25 + (5 − 3.25) / 2 = 4.125; 4.125 / 2 = 2.0625.
        let expected = Column::new(vec![NONE, NONE, 3.25, 4.125, 2.0625]);
        assert_eq!(Atr { n: 2 }.compute(BARS), expected);
    }

    #[test]
    fn a_hole_is_unknown_for_its_row_and_the_next() {
        let range = TrueRange.of(&[1.0, 3.0, NONE, 4.0, 6.0]);
        assert_eq!(range, Column::new(vec![NONE, 2.0, NONE, NONE, 2.0]));
    }

    #[test]
    fn columns_of_different_length_count_as_the_shortest() {
        let input = Prices {
            high: &[2.0, 2.0],
            low: &[1.0],
            close: &[1.0, 1.0, 1.0],
        };
        assert_eq!(TrueRange.compute(input).len(), 1);
    }
}
