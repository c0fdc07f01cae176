//! Rate of change.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};

/// Rate of change over `n` rows: `x[t] / x[t−n] − 1` (TA-Lib `ROCP`).
///
/// First value at row `n`; none where `x[t−n]` is not above 0 (a rate of zero has no ratio). Fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Roc {
    /// Rows back.
    pub n: usize,
}

impl Indicator for Roc {
    fn warm_up(&self) -> usize {
        if self.n == 0 { usize::MAX } else { self.n }
    }

    fn unit(&self) -> Unit {
        Unit::Fraction
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let values = input.close;
        let Some(later) = values.get(self.n..).filter(|_| self.n > 0) else {
            return Column::unknown(values.len());
        };
        let mut out = Vec::with_capacity(values.len());
        out.resize(self.n, f64::NAN);
        let change = |(&now, &base): (&f64, &f64)| {
            if base > 0.0 {
                now / base - 1.0
            } else {
                f64::NAN
            }
        };
        out.extend(later.iter().zip(values).map(change));
        Column::new(out)
    }
}

#[cfg(test)]
mod tests {
    use super::Roc;
    use crate::column::Column;
    use crate::indicator::Indicator;

    #[test]
    fn change_by_hand() {
        // 3/2 − 1 = 0.5, 1/4 − 1 = −0.75, 6/3 − 1 = 1.
        let roc = Roc { n: 2 }.of(&[2.0, 4.0, 3.0, 1.0, 6.0]);
        assert_eq!(roc, Column::new(vec![f64::NAN, f64::NAN, 0.5, -0.75, 1.0]));
    }

    #[test]
    fn there_is_no_change_from_nothing() {
        let roc = Roc { n: 1 }.of(&[0.0, 1.0, -1.0, 2.0]);
        assert_eq!(roc, Column::new(vec![f64::NAN, f64::NAN, -2.0, f64::NAN]));
    }
}
