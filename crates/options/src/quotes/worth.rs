//! What a model quotes around, and what a quote implies.

use market::Right;

use crate::value::{Dividends, Style, Terms, ValueError, Valued, american, implied_volatility};

/// Half a cent: what rounding to ticks adds, and most values need no early exercise to be known to it.
const TOLERANCE_USD: f64 = 5e-3;

/// The American value and its greeks.
pub(crate) fn worth(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Result<Valued, ValueError> {
    american(terms, dividends, right, TOLERANCE_USD)
}

/// The volatility that gives a price, and what it makes of the greeks; `None` where none does.
pub(crate) fn implied(
    price: f64,
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Option<(f64, Valued)> {
    let volatility = implied_volatility(price, terms, dividends, right, Style::American).ok()?;
    let terms = terms.with_volatility(volatility).ok()?;
    Some((volatility, worth(&terms, dividends, right).ok()?))
}
