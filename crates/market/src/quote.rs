//! Option quotes.

use std::fmt;

use crate::time::{Date, Time};

/// What an option gives the right to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// To buy.
    Call,
    /// To sell.
    Put,
}

impl Right {
    /// `call` or `put`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Right::Call => "call",
            Right::Put => "put",
        }
    }
}

impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One option at one instant, as it was quoted. What the source does not say is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// When the quote was known.
    pub time: Time,
    /// The last day of the option.
    pub expiration: Date,
    /// Dollars a share.
    pub strike: f64,
    /// Call or put.
    pub right: Right,
    /// Dollars a share; 0 is a bid of nothing, which is a quote.
    pub bid: Option<f64>,
    /// Dollars a share.
    pub ask: Option<f64>,
    /// Contracts.
    pub bid_size: Option<i64>,
    /// Contracts.
    pub ask_size: Option<i64>,
    /// The last trade, dollars a share. It may be days old.
    pub last: Option<f64>,
    /// Contracts traded on the day so far.
    pub volume: Option<i64>,
    /// Contracts open, as of the day before.
    pub open_interest: Option<i64>,
    /// Implied volatility as the source computed it, a fraction a year.
    pub iv: Option<f64>,
    /// Delta as the source computed it.
    pub delta: Option<f64>,
    /// The underlying's price as it was quoted beside the chain; it may lag the chain.
    pub spot: Option<f64>,
    /// The underlying's price that put-call parity gives.
    pub spot_parity: Option<f64>,
}

impl Quote {
    /// A quote that says nothing yet.
    pub const fn blank(time: Time, expiration: Date, strike: f64, right: Right) -> Quote {
        Quote {
            time,
            expiration,
            strike,
            right,
            bid: None,
            ask: None,
            bid_size: None,
            ask_size: None,
            last: None,
            volume: None,
            open_interest: None,
            iv: None,
            delta: None,
            spot: None,
            spot_parity: None,
        }
    }

    /// True if the bid is above the ask: two stale sides, or a mistake.
    pub fn is_crossed(&self) -> bool {
        self.bid.zip(self.ask).is_some_and(|(bid, ask)| bid > ask)
    }
}
