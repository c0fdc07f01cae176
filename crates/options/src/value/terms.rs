//! What a value is asked for, checked once.

use market::Right;
use thiserror::Error;

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum ValueError {
    /// A figure that is not a number, infinite, or on the wrong side of zero.
    #[error("{name} is {found}, expected {expected}")]
    Unusable {
        /// Which figure.
        name: &'static str,
        /// What it is.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// The option expired before it was asked about.
    #[error(
        "the option expired {days_ago} days before the quote, expected an expiry at or after it"
    )]
    Expired {
        /// Days of 24 hours since the expiry.
        days_ago: f64,
    },
    /// Dividends out of order.
    #[error(
        "dividend {index} goes ex after {years} years, before the one ahead of it; expected ex-dates in order, one record a date"
    )]
    Unordered {
        /// Its place in the list, from 0.
        index: usize,
        /// Its years until ex.
        years: f64,
    },
    /// Dividends before expiry that are worth the share or more.
    #[error(
        "dividends until expiry are worth {dividends} of a spot of {spot}, expected less than the spot: is a dividend listed twice, or in cents?"
    )]
    NothingLeft {
        /// Their present value, dollars a share.
        dividends: f64,
        /// Dollars a share.
        spot: f64,
    },
}

/// The figures of an option as found, unchecked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inputs {
    /// Price of the underlying, dollars a share, above 0.
    pub spot: f64,
    /// Dollars a share, above 0.
    pub strike: f64,
    /// Years of 365 days until expiry, at least 0.
    pub years: f64,
    /// Continuously compounded interest, a fraction a year; may be negative.
    pub rate: f64,
    /// Continuous dividend yield, a fraction a year; 0 where dividends are listed.
    pub yield_rate: f64,
    /// A fraction a year, above 0.
    pub volatility: f64,
}

/// The figures of an option, each known to be usable: no value asked of them panics or is not a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Terms {
    inputs: Inputs,
}

/// Prices between a billionth and a trillion of dollars: beyond them sums lose every digit that matters.
const PRICES: std::ops::RangeInclusive<f64> = 1e-9..=1e12;
/// Years until expiry: a century, so that interest over them stays finite.
const YEARS_MAX: f64 = 100.0;
/// Rates from −100 % to 100 %, continuously compounded.
const RATE_MAX: f64 = 1.0;
/// A price a cent below its upper bound a second before expiry implies some ten thousands; a million is none.
const VOLATILITY_MAX: f64 = 1e6;

impl Terms {
    /// Checks the figures.
    ///
    /// # Errors
    /// Names the first figure that cannot be used.
    pub fn new(inputs: Inputs) -> Result<Terms, ValueError> {
        let price = |name, found: f64| {
            PRICES
                .contains(&found)
                .then_some(())
                .ok_or(ValueError::Unusable {
                    name,
                    found,
                    expected: "dollars a share above 0 (1e-9 to 1e12)",
                })
        };
        let rate = |name, found: f64| {
            (found.abs() <= RATE_MAX)
                .then_some(())
                .ok_or(ValueError::Unusable {
                    name,
                    found,
                    expected: "a fraction a year from -1 to 1 (0.05 is 5 %)",
                })
        };
        price("spot", inputs.spot)?;
        price("strike", inputs.strike)?;
        if inputs.years < 0.0 {
            return Err(ValueError::Expired {
                days_ago: -inputs.years * 365.0,
            });
        }
        if !(0.0..=YEARS_MAX).contains(&inputs.years) {
            return Err(ValueError::Unusable {
                name: "years",
                found: inputs.years,
                expected: "years until expiry from 0 to 100",
            });
        }
        rate("rate", inputs.rate)?;
        rate("yield_rate", inputs.yield_rate)?;
        if !(f64::MIN_POSITIVE..=VOLATILITY_MAX).contains(&inputs.volatility) {
            return Err(ValueError::Unusable {
                name: "volatility",
                found: inputs.volatility,
                expected: "a fraction a year above 0 (0.25 is 25 %)",
            });
        }
        Ok(Terms { inputs })
    }

    /// The figures.
    pub fn inputs(&self) -> Inputs {
        self.inputs
    }

    /// The same with another volatility.
    ///
    /// # Errors
    /// If it is not above 0.
    pub fn with_volatility(&self, volatility: f64) -> Result<Terms, ValueError> {
        Terms::new(Inputs {
            volatility,
            ..self.inputs
        })
    }

    /// The same with another spot.
    ///
    /// # Errors
    /// If it is not above 0.
    pub fn with_spot(&self, spot: f64) -> Result<Terms, ValueError> {
        Terms::new(Inputs {
            spot,
            ..self.inputs
        })
    }

    /// The same with another strike, which is above 0 by the caller's word.
    pub(super) fn with_strike(&self, strike: f64) -> Terms {
        Terms {
            inputs: Inputs {
                strike,
                ..self.inputs
            },
        }
    }

    /// The same with another volatility, which is above 0 by the caller's word.
    pub(super) fn at_volatility(&self, volatility: f64) -> Terms {
        Terms {
            inputs: Inputs {
                volatility,
                ..self.inputs
            },
        }
    }

    /// The most that an option moves with a dollar of the share: 1, or e^(−qT) where holding the share costs.
    pub(super) fn most_delta(&self) -> f64 {
        (-self.inputs.yield_rate * self.inputs.years).exp().max(1.0)
    }

    /// What exercising now yields, dollars a share, at least 0.
    pub fn intrinsic(&self, right: Right) -> f64 {
        let Inputs { spot, strike, .. } = self.inputs;
        match right {
            Right::Call => (spot - strike).max(0.0),
            Right::Put => (strike - spot).max(0.0),
        }
    }

    /// Standard deviation of the underlying's logarithm at expiry, σ√T.
    pub(super) fn deviation(&self) -> f64 {
        self.inputs.volatility * self.inputs.years.sqrt()
    }

    /// What the strike paid at expiry costs today, K·e^(−rT), dollars.
    pub(super) fn strike_then(&self) -> f64 {
        self.inputs.strike * (-self.inputs.rate * self.inputs.years).exp()
    }
}
