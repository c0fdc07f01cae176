//! The listed options of one underlying on a plan's clock: where an engine asks for prices, and plans for strikes.

use market::Date;
use serde::{Deserialize, Serialize};

use crate::contract::Contract;
use crate::quotes::Tally;

/// Where a price comes from. Everything made from a model says so in every report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Bid and ask of a real chain.
    Quote,
    /// A model's value with a model's spread around it.
    Model,
}

/// How an option's value moves, a share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Greeks {
    /// Dollars for a dollar of the underlying.
    pub delta: f64,
    /// Delta for a dollar of the underlying.
    pub gamma: f64,
    /// Dollars for 1.00 of volatility (one point is a hundredth of it).
    pub vega: f64,
    /// Dollars for a year that passes; negative for most.
    pub theta: f64,
}

/// One option at the close of one slot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegQuote {
    /// Dollars a share, at least 0 (a bid of nothing is a quote).
    pub bid: f64,
    /// Dollars a share, at least the bid.
    pub ask: f64,
    /// What it is marked at, between bid and ask, dollars a share.
    pub mid: f64,
    /// Implied volatility of the mark, a fraction a year; `None` where no volatility gives it.
    pub volatility: Option<f64>,
    /// How the mark moves; all 0 but for delta where no volatility gives it.
    pub greeks: Greeks,
    /// Where it comes from.
    pub source: Source,
}

/// Why there is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoQuote {
    /// It expired before the slot's close.
    Expired,
    /// The underlying has no bar yet.
    NoUnderlying,
    /// No volatility is known for the day: the index has no value no older than a session.
    NoVolatility,
    /// No rate is known yet.
    NoRate,
    /// The chain of the day has no such option.
    NotListed,
    /// It is in the chain without an ask, or without both sides.
    OneSided,
    /// Its bid is above its ask.
    Crossed,
}

impl NoQuote {
    /// Every reason, in order.
    pub const ALL: [NoQuote; 7] = [
        NoQuote::Expired,
        NoQuote::NoUnderlying,
        NoQuote::NoVolatility,
        NoQuote::NoRate,
        NoQuote::NotListed,
        NoQuote::OneSided,
        NoQuote::Crossed,
    ];

    /// The words used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            NoQuote::Expired => "expired",
            NoQuote::NoUnderlying => "no-underlying",
            NoQuote::NoVolatility => "no-volatility",
            NoQuote::NoRate => "no-rate",
            NoQuote::NotListed => "not-listed",
            NoQuote::OneSided => "one-sided",
            NoQuote::Crossed => "crossed",
        }
    }
}

/// The listed options of one underlying, slot by slot of a plan's decision clock.
///
/// Everything asked about a slot is known at that slot's close: implementations must not look further.
pub trait Chains: std::fmt::Debug + Send + Sync {
    /// The expiries listed at the close of `slot`, ascending, none before the slot's own date.
    fn expiries(&self, slot: usize) -> Vec<Date>;

    /// The strikes of one expiry listed at the close of `slot`, ascending, dollars.
    fn strikes(&self, slot: usize, expiry: Date) -> Vec<f64>;

    /// What an option is quoted at, at the close of `slot`.
    ///
    /// # Errors
    /// Why there is no price.
    fn quote(&self, slot: usize, contract: &Contract) -> Result<LegQuote, NoQuote>;

    /// The dividend a holder at the close of `slot` expects from the underlying with an ex-date in the next session,
    /// dollars a share: what makes the holder of a call exercise. `None` if none is due.
    fn next_dividend(&self, slot: usize) -> Option<f64>;

    /// The underlying's price that the quotes of `slot` go with, dollars, where that is not its close: a real chain has an
    /// instant of its own. `None` is the close.
    fn spot(&self, _slot: usize) -> Option<f64> {
        None
    }

    /// What was met in the real chain that `slot` sees; `None` where it sees none, and whatever is quoted is a model's.
    fn met(&self, _slot: usize) -> Option<Tally> {
        None
    }
}
