//! The symbol's bars on one share basis.

use indicators::{Prices, SplitBasis};
use market::Bars;

/// Prices and volumes of each row, on the basis of the first day. Columns that were not loaded are empty.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rows {
    pub(crate) basis: SplitBasis,
    pub(crate) high: Vec<f64>,
    pub(crate) low: Vec<f64>,
    pub(crate) close: Vec<f64>,
    pub(crate) volume: Vec<f64>,
    len: usize,
}

impl Rows {
    pub(crate) fn new(bars: &Bars, basis: &SplitBasis) -> Self {
        Self {
            high: basis.prices(bars.high()).into_owned(),
            low: basis.prices(bars.low()).into_owned(),
            close: basis.prices(bars.close()).into_owned(),
            volume: basis.shares(bars.volume()).into_owned(),
            basis: basis.clone(),
            len: bars.len(),
        }
    }

    /// Bars, whatever was loaded of them.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn prices(&self) -> Prices<'_> {
        Prices {
            high: &self.high,
            low: &self.low,
            close: &self.close,
        }
    }

    pub(crate) fn close_at(&self, i: usize) -> Option<f64> {
        self.close.get(i).copied()
    }

    /// The row from which a change over `sessions`, taken at the row after `i`, starts. None for a change over no
    /// session: it would start at that very row, which is not known yet.
    pub(crate) fn base_row_of_next(i: usize, sessions: usize) -> Option<usize> {
        (i + 1).checked_sub(sessions).filter(|&base| base <= i)
    }

    /// The close of that row.
    pub(crate) fn base_of_next(&self, i: usize, sessions: usize) -> Option<f64> {
        self.close_at(Self::base_row_of_next(i, sessions)?)
    }

    /// Dollars of the constant basis in row `i`'s own.
    pub(crate) fn own_usd(&self, i: usize, constant: f64) -> f64 {
        constant / self.basis.factor(i)
    }
}
