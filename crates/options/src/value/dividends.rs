//! Dividends of known size and day.

use super::terms::{Terms, ValueError};

/// One dividend ahead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividend {
    /// Years of 365 days until the share trades without it.
    pub years: f64,
    /// Dollars a share, at least 0.
    pub dollars: f64,
}

/// Dividends ahead in the order of their ex-dates, checked.
///
/// The model is the escrowed one: what moves at the volatility is the spot less the present value of the dividends the
/// option will see, so that a European value is the closed form at that lower spot. The option sees those with
/// 0 < years ≤ years until expiry. One that goes ex at the moment of the quote is no longer in the spot; one that
/// goes ex on the day of expiry does so at the open, before the option expires at the close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dividends<'a> {
    list: &'a [Dividend],
}

impl<'a> Dividends<'a> {
    /// No dividends.
    pub const NONE: Dividends<'static> = Dividends { list: &[] };

    /// Checks a list.
    ///
    /// # Errors
    /// Names the first that is out of order, negative or not a number.
    pub fn new(list: &'a [Dividend]) -> Result<Dividends<'a>, ValueError> {
        let mut before = f64::NEG_INFINITY;
        for (index, one) in list.iter().enumerate() {
            if !(0.0..f64::INFINITY).contains(&one.dollars) {
                return Err(ValueError::Unusable {
                    name: "dividend",
                    found: one.dollars,
                    expected: "dollars a share of at least 0",
                });
            }
            if !one.years.is_finite() {
                return Err(ValueError::Unusable {
                    name: "years until ex",
                    found: one.years,
                    expected: "a finite number of years",
                });
            }
            if one.years <= before {
                return Err(ValueError::Unordered {
                    index,
                    years: one.years,
                });
            }
            before = one.years;
        }
        Ok(Dividends { list })
    }

    /// Those an option with `years` until expiry sees.
    pub fn within(&self, years: f64) -> &'a [Dividend] {
        let from = self.list.partition_point(|one| one.years <= 0.0);
        let until = self.list.partition_point(|one| one.years <= years);
        // An option at its expiry sees none, and `until` may then lie before `from`.
        self.list.get(from..until).unwrap_or_default()
    }

    /// Present value of those the option sees, dollars a share.
    pub fn present_value(&self, terms: &Terms) -> f64 {
        let inputs = terms.inputs();
        self.within(inputs.years)
            .iter()
            .map(|one| one.dollars * (-inputs.rate * one.years).exp())
            .sum()
    }

    /// The same terms at the spot less the dividends' present value.
    ///
    /// # Errors
    /// [`ValueError::NothingLeft`] if they are worth the spot or more.
    pub fn strip(&self, terms: &Terms) -> Result<Terms, ValueError> {
        let dividends = self.present_value(terms);
        if dividends == 0.0 {
            return Ok(*terms);
        }
        let spot = terms.inputs().spot;
        terms
            .with_spot(spot - dividends)
            .map_err(|_| ValueError::NothingLeft { dividends, spot })
    }
}
