//! Sides and fills.

use serde::{Deserialize, Serialize};

use crate::exit::ExitReason;
use crate::time::Time;

/// Buy or sell; for a position, long or short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Buy; long.
    #[serde(alias = "long")]
    Buy,
    /// Sell; short.
    #[serde(alias = "short")]
    Sell,
}

impl Side {
    /// +1 for a buy, −1 for a sell.
    #[inline]
    pub const fn sign(self) -> f64 {
        match self {
            Side::Buy => 1.0,
            Side::Sell => -1.0,
        }
    }

    /// The other side.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Side {
        match self {
            Side::Buy => Side::Sell,
            Side::Sell => Side::Buy,
        }
    }

    /// `long` or `short`: the side as a position's direction.
    pub const fn direction(self) -> &'static str {
        match self {
            Side::Buy => "long",
            Side::Sell => "short",
        }
    }
}

/// Which rule priced a fill: its provenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FillRule {
    /// A market order at the next bar's open.
    Open,
    /// A stop the open had already passed: filled at the open.
    Gap,
    /// A stop touched inside the bar: filled at its price.
    Trigger,
    /// A limit touched inside the bar: filled at its price.
    Touch,
    /// A limit the open had already passed: filled at the better open.
    Improved,
    /// At a bar's close.
    Close,
    /// By the same rules on a finer bar inside the bar.
    Finer,
    /// At a real option quote, some way from mid to the far side.
    Quote,
    /// At a model's option price, some way from mid to the far side of a model's spread.
    Model,
    /// By exercise, assignment or worthless expiry.
    Expiry,
}

impl FillRule {
    /// Every rule, in order.
    pub const ALL: [FillRule; 10] = [
        FillRule::Open,
        FillRule::Gap,
        FillRule::Trigger,
        FillRule::Touch,
        FillRule::Improved,
        FillRule::Close,
        FillRule::Finer,
        FillRule::Quote,
        FillRule::Model,
        FillRule::Expiry,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            FillRule::Open => "open",
            FillRule::Gap => "gap",
            FillRule::Trigger => "trigger",
            FillRule::Touch => "touch",
            FillRule::Improved => "improved",
            FillRule::Close => "close",
            FillRule::Finer => "finer",
            FillRule::Quote => "quote",
            FillRule::Model => "model",
            FillRule::Expiry => "expiry",
        }
    }
}

/// An executed order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// The order filled, counted from 1 within a replay.
    pub order_id: u32,
    /// Index of the symbol among the traded ones.
    pub symbol: usize,
    /// Bought or sold.
    pub side: Side,
    /// Shares.
    pub quantity: u64,
    /// Dollars a share, slippage included.
    pub price: f64,
    /// Dollars a share that slippage cost, never negative.
    pub slippage_per_share: f64,
    /// Commission of the whole order, dollars.
    pub commission_usd: f64,
    /// Start of the bar for fills at its open, else its end: the exact moment inside a bar is not known. Of a
    /// [`FillRule::Finer`] fill, the finer bar's.
    pub time: Time,
    /// Slot of the decision clock.
    pub slot: usize,
    /// Ordinal of the session.
    pub session: u32,
    /// True for a fill at the first print of its session.
    pub at_session_open: bool,
    /// The rule that priced it.
    pub rule: FillRule,
    /// Why, for an exit; `None` for an entry.
    pub exit_reason: Option<ExitReason>,
}
