//! Option chains as prices are made from them: at one instant the two sides of every option, and nothing else.
//!
//! Years of chains lie in memory while a plan is replayed, so a row is 32 bytes; a [`Quote`], with all that a source says, is
//! six times that.

use crate::quote::{Quote, Right};
use crate::time::{Date, Time};

/// The two sides of one option.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The last day of the option.
    pub expiration: Date,
    /// Call or put.
    pub right: Right,
    /// Dollars a share.
    pub strike: f64,
    /// NaN where the source has none.
    bid: f64,
    ask: f64,
}

impl Offer {
    /// The bid, dollars a share; 0 is a bid of nothing, which is one.
    pub fn bid(&self) -> Option<f64> {
        (!self.bid.is_nan()).then_some(self.bid)
    }

    /// The ask, dollars a share.
    pub fn ask(&self) -> Option<f64> {
        (!self.ask.is_nan()).then_some(self.ask)
    }

    /// Both sides times a factor.
    #[must_use]
    pub fn scaled(self, times: f64) -> Offer {
        Offer {
            bid: self.bid * times,
            ask: self.ask * times,
            ..self
        }
    }

    /// The same as a quote of an instant.
    pub fn at(&self, time: Time) -> Quote {
        Quote {
            bid: self.bid(),
            ask: self.ask(),
            ..Quote::blank(time, self.expiration, self.strike, self.right)
        }
    }
}

impl From<&Quote> for Offer {
    fn from(quote: &Quote) -> Offer {
        Offer {
            expiration: quote.expiration,
            right: quote.right,
            strike: quote.strike,
            bid: quote.bid.unwrap_or(f64::NAN),
            ask: quote.ask.unwrap_or(f64::NAN),
        }
    }
}

/// The options of one underlying as they were quoted at one instant.
#[derive(Clone, Debug)]
pub struct Chain {
    /// When they were quoted.
    pub time: Time,
    /// In any order.
    pub offers: Vec<Offer>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_is_not_there_stays_absent() {
        let day = Date::from_ymd_opt(2022, 3, 18).unwrap();
        let quote = Quote {
            bid: None,
            ask: Some(1.25),
            ..Quote::blank(Time(0), day, 200.0, Right::Put)
        };
        let offer = Offer::from(&quote);
        assert_eq!((offer.bid(), offer.ask()), (None, Some(1.25)));
        assert_eq!(offer.at(Time(0)), quote);
        assert_eq!(offer.scaled(2.0).ask(), Some(2.5));
        assert_eq!(offer.scaled(2.0).bid(), None);
        assert_eq!(size_of::<Offer>(), 32, "years of them lie in memory");
    }
}
