//! One option valued from figures in hand.

use market::Right;
use options::value::{
    Dividend, Dividends, Inputs, Style, Terms, ValueError, Valued, american, european_with,
    implied_volatility,
};

use crate::error::Error;

/// How near the American value is, dollars a share.
const TOLERANCE_USD: f64 = 1e-4;

/// The figures of an option.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionFigures {
    /// Price of the underlying, dollars a share.
    pub spot: f64,
    /// Dollars a share.
    pub strike: f64,
    /// Calendar days to expiry.
    pub days: f64,
    /// Continuous interest, a fraction a year.
    pub rate: f64,
    /// Continuous dividend yield, a fraction a year.
    pub yield_rate: f64,
    /// A fraction a year; `None` takes what `price` implies.
    pub volatility: Option<f64>,
    /// Call or put.
    pub right: Right,
    /// Days until ex and dollars a share, in any order.
    pub dividends: Vec<(f64, f64)>,
    /// A price to find the volatility of, dollars a share.
    pub price: Option<f64>,
}

/// What comes of them.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionValues {
    /// What was asked.
    pub figures: OptionFigures,
    /// The volatility everything is valued at: the one given, else the American one implied.
    pub volatility: f64,
    /// Exercised at expiry alone.
    pub european: Valued,
    /// Exercised when it pays.
    pub american: Valued,
    /// What exercise yields now, dollars a share.
    pub intrinsic: f64,
    /// The volatility that gives the price, American and European; why there is none, in words.
    pub implied: Option<[Result<f64, String>; 2]>,
}

impl OptionFigures {
    /// Values the option.
    ///
    /// # Errors
    /// [`Error::Fit`] for a figure that cannot be, for neither volatility nor price, for a price without a volatility where
    /// none is given.
    pub fn value(self) -> Result<OptionValues, Error> {
        if self.days < 0.0 {
            return Err(Error::fit(
                format!(
                    "the option expires in {} days, expected 0 or more",
                    self.days
                ),
                "give the calendar days that are left",
            ));
        }
        let years = self.days / 365.0;
        let mut ahead: Vec<Dividend> = self
            .dividends
            .iter()
            .map(|&(days, dollars)| Dividend {
                years: days / 365.0,
                dollars,
            })
            .collect();
        ahead.sort_by(|a, b| a.years.total_cmp(&b.years));
        let dividends = Dividends::new(&ahead).map_err(unusable)?;
        let terms = Terms::new(Inputs {
            spot: self.spot,
            strike: self.strike,
            years,
            rate: self.rate,
            yield_rate: self.yield_rate,
            // An implied volatility does not look at it.
            volatility: self.volatility.unwrap_or(0.2),
        })
        .map_err(unusable)?;
        let implied = self.price.map(|price| {
            [Style::American, Style::European].map(|style| {
                implied_volatility(price, &terms, dividends, self.right, style)
                    .map_err(|why| why.to_string())
            })
        });
        let volatility = match (self.volatility, &implied) {
            (Some(volatility), _) => volatility,
            (None, Some([Ok(volatility), _])) => *volatility,
            (None, Some([Err(why), _])) => {
                let help = "check the price against the spot, or give --volatility as well";
                return Err(Error::fit(why.clone(), help));
            }
            (None, None) => {
                return Err(Error::fit(
                    "neither a volatility nor a price: there is nothing to value the option with",
                    "give --volatility (a fraction: 0.25 is 25 %), --price, or both",
                ));
            }
        };
        let terms = terms.with_volatility(volatility).map_err(unusable)?;
        Ok(OptionValues {
            volatility,
            european: european_with(&terms, dividends, self.right).map_err(unusable)?,
            american: american(&terms, dividends, self.right, TOLERANCE_USD).map_err(unusable)?,
            intrinsic: terms.intrinsic(self.right),
            implied,
            figures: self,
        })
    }
}

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn unusable(error: ValueError) -> Error {
    Error::fit(
        error.to_string(),
        "prices are dollars a share; rates, yields and volatilities fractions a year; time is days",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures() -> OptionFigures {
        OptionFigures {
            spot: 200.0,
            strike: 190.0,
            days: 37.0,
            rate: 0.0,
            yield_rate: 0.0,
            volatility: Some(0.25),
            right: Right::Put,
            dividends: vec![],
            price: None,
        }
    }

    #[test]
    fn a_put_by_hand() {
        // σ√T = 0.25·√(37/365) = 0.0795966, d₁ = 0.6842141: 190·N(−0.6046175) − 200·N(−0.6842141) = 2.432153.
        let values = figures().value().unwrap();
        assert!((values.european.value - 2.432_153).abs() < 1e-6);
        assert!(values.american.value >= values.european.value);
        assert_eq!((values.intrinsic, values.implied), (0.0, None));
    }

    #[test]
    fn a_price_gives_the_volatility_that_gives_it() {
        let asked = OptionFigures {
            volatility: None,
            price: Some(2.432_153),
            ..figures()
        };
        let values = asked.value().unwrap();
        assert!((values.volatility - 0.25).abs() < 1e-6, "{values:?}");
        assert!((values.european.value - 2.432_153).abs() < 1e-4);
    }

    #[test]
    fn figures_that_cannot_be_are_named() {
        let says = |figures: OptionFigures| figures.value().unwrap_err().to_string();
        assert!(
            says(OptionFigures {
                volatility: Some(-0.2),
                ..figures()
            })
            .contains("volatility is -0.2")
        );
        assert!(
            says(OptionFigures {
                days: -1.0,
                ..figures()
            })
            .contains("expires in -1 days")
        );
        assert!(
            says(OptionFigures {
                spot: 0.0,
                ..figures()
            })
            .contains("spot is 0")
        );
        assert!(
            says(OptionFigures {
                volatility: None,
                ..figures()
            })
            .contains("neither a volatility nor a price")
        );
        let dear = OptionFigures {
            volatility: None,
            price: Some(500.0),
            ..figures()
        };
        assert!(says(dear).contains("500"));
        let paid = OptionFigures {
            dividends: vec![(10.0, 150.0), (5.0, 150.0)],
            ..figures()
        };
        assert!(says(paid).contains("dividends until expiry are worth"));
    }
}
