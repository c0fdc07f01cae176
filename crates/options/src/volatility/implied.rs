//! The volatility that gives a forward price, for fitting curves to quotes.

use market::Right;

use crate::value::{Inputs, Terms, european_value};

/// Volatilities looked at, fractions a year.
const LOW: f64 = 1e-4;
const HIGH: f64 = 20.0;

/// The volatility at which an out-of-the-money option (call at or above the forward, put below) is worth `price` at expiry's
/// money; `None` if none from 0.0001 to 20 does. By halving: quotes are a few thousand, and it cannot fail.
pub(super) fn volatility(price: f64, forward: f64, strike: f64, years: f64) -> Option<f64> {
    let right = if strike >= forward {
        Right::Call
    } else {
        Right::Put
    };
    let worth = |volatility: f64| {
        let terms = Terms::new(Inputs {
            spot: forward,
            strike,
            years,
            rate: 0.0,
            yield_rate: 0.0,
            volatility,
        });
        terms.map(|terms| european_value(&terms, right)).ok()
    };
    let (mut low, mut high) = (LOW, HIGH);
    if !(worth(low)? < price && price < worth(high)?) {
        return None;
    }
    while high - low > 1e-12 * high {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if worth(middle)? < price {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_gives_its_volatility_back() {
        for (strike, right) in [
            (80.0, Right::Put),
            (100.0, Right::Call),
            (130.0, Right::Call),
        ] {
            let terms = Terms::new(Inputs {
                spot: 100.0,
                strike,
                years: 0.2,
                rate: 0.0,
                yield_rate: 0.0,
                volatility: 0.31,
            })
            .unwrap();
            let price = european_value(&terms, right);
            let found = volatility(price, 100.0, strike, 0.2).unwrap();
            assert!((found - 0.31).abs() < 1e-10, "{strike}: {found}");
        }
        assert_eq!(volatility(0.0, 100.0, 80.0, 0.2), None);
        assert_eq!(volatility(100.1, 100.0, 110.0, 0.2), None);
        assert_eq!(volatility(f64::NAN, 100.0, 110.0, 0.2), None);
    }
}
