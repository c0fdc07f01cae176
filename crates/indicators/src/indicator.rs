//! What every indicator has in common.

use crate::column::Column;

/// The rows an indicator reads: equally long columns, oldest first (the shortest one counts).
///
/// Indicators of a single quantity read `close` only. NaN at the start of a column (another
/// indicator's warm-up) postpones the first value; windows recover from a NaN further on, recursive
/// indicators have no value after one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prices<'a> {
    /// Highest prices.
    pub high: &'a [f64],
    /// Lowest prices.
    pub low: &'a [f64],
    /// Closing prices, or the single quantity.
    pub close: &'a [f64],
}

impl<'a> Prices<'a> {
    /// A single quantity: closes, a series, another indicator. Its high and low are itself.
    pub const fn single(values: &'a [f64]) -> Self {
        Self {
            high: values,
            low: values,
            close: values,
        }
    }

    /// Rows that all three columns have.
    pub fn len(&self) -> usize {
        self.high.len().min(self.low.len()).min(self.close.len())
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a> From<&'a market::Bars> for Prices<'a> {
    /// The bars' raw prices; see [`crate::SplitBasis`] for symbols that split.
    fn from(bars: &'a market::Bars) -> Self {
        Self {
            high: bars.high(),
            low: bars.low(),
            close: bars.close(),
        }
    }
}

/// What an indicator's numbers are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// The unit of its input: dollars a share for prices. A split rescales it.
    Input,
    /// A fraction of 1: 0.02 is two per cent. A split leaves it alone.
    Fraction,
    /// A scale from 0 to 100. A split leaves it alone.
    Hundred,
}

/// A causal function of columns, as a value: its configuration is the whole of it, so it can be a
/// key, be computed once a tape and be shared.
///
/// A length `n` of 0 is no window: such an indicator never has a value.
pub trait Indicator {
    /// The first row with a value when the input has a value in every row; `usize::MAX` if it never
    /// has one. An input of `warm_up() + 1` rows gives one value.
    fn warm_up(&self) -> usize;

    /// The unit of the values.
    fn unit(&self) -> Unit;

    /// One row for each row of the input. Row `i` depends on rows `0..=i` only, bit for bit.
    fn compute(&self, input: Prices<'_>) -> Column;

    /// [`Indicator::compute`] on a single quantity.
    fn of(&self, values: &[f64]) -> Column {
        self.compute(Prices::single(values))
    }
}
