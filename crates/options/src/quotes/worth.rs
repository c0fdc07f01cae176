//! What a model quotes around, and what a quote implies.

use market::Right;

use crate::value::{Dividends, Terms, ValueError, Valued, european_with};

pub(crate) fn worth(
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Result<Valued, ValueError> {
    european_with(terms, dividends, right)
}

/// The volatility that gives a price; `None` where none does.
pub(crate) fn implied(
    price: f64,
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Option<f64> {
    let value = |volatility| {
        let terms = terms.with_volatility(volatility).ok()?;
        Some(worth(&terms, dividends, right).ok()?.value)
    };
    let (mut low, mut high) = (1e-4, 10.0);
    if !(value(low)? < price && price < value(high)?) {
        return None;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if value(middle)? < price {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}
