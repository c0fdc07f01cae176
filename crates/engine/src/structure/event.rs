//! What happened to a structure: when and where, to which leg, at which price and by which rule.

use market::{FillRule, Time};
use options::{Contract, LegQuote, Source};

use super::held::Structure;

/// When and where something happened to a structure, and which rule priced it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// The close, or the start of the bar for what happens at its open.
    pub time: Time,
    /// Its slot.
    pub slot: usize,
    /// Its session's ordinal.
    pub session: u32,
    /// The underlying there, dollars.
    pub spot_usd: f64,
    /// The rule behind the price; of several legs that fill together, the model if any of them is a model's.
    pub rule: FillRule,
}

/// What happened to a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegEvent {
    /// Bought or sold to open.
    Opened,
    /// Bought or sold to close.
    Closed,
    /// Expired without value.
    Expired,
    /// Exercised by us, at expiry.
    Exercised,
    /// Assigned to us, at expiry or before.
    Assigned,
    /// Shares that exercise or assignment had left were sold (or bought back).
    SharesClosed,
}

impl LegEvent {
    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            LegEvent::Opened => "opened",
            LegEvent::Closed => "closed",
            LegEvent::Expired => "expired",
            LegEvent::Exercised => "exercised",
            LegEvent::Assigned => "assigned",
            LegEvent::SharesClosed => "shares-closed",
        }
    }
}

/// A structure of which nothing is left, and the trade it was.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosedStructure {
    /// The trade's number.
    pub trade_id: u32,
    /// As it was when it became flat.
    pub structure: Structure,
}

/// One line of what happened to a structure, with all inputs of its price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LegFill {
    /// The structure.
    pub structure_id: u32,
    /// Place of the leg; `None` for shares of the underlying.
    pub leg: Option<usize>,
    /// The option; `None` for shares of the underlying.
    pub contract: Option<Contract>,
    /// What happened.
    pub event: LegEvent,
    /// Shares bought; negative if sold. Of exercise and assignment, the option's own that vanish.
    pub shares: f64,
    /// Dollars a share: the fill, or what exercise was worth.
    pub price: f64,
    /// What the option was quoted at; `None` for shares.
    pub quote: Option<LegQuote>,
    /// The underlying, dollars.
    pub spot_usd: f64,
    /// Commission and fees, dollars.
    pub commission_usd: f64,
    /// When.
    pub time: Time,
    /// Slot of the decision clock.
    pub slot: usize,
    /// Ordinal of the session.
    pub session: u32,
    /// The rule that priced it.
    pub rule: FillRule,
}

/// Where a transition happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instant {
    pub(crate) time: Time,
    pub(crate) slot: usize,
    pub(crate) session: u32,
    pub(crate) spot_usd: f64,
}

impl Instant {
    pub(super) const fn moment(&self, rule: FillRule) -> Moment {
        Moment {
            time: self.time,
            slot: self.slot,
            session: self.session,
            spot_usd: self.spot_usd,
            rule,
        }
    }
}

/// The rule behind a price from `source`.
pub(crate) const fn rule_of(source: Source) -> FillRule {
    match source {
        Source::Quote => FillRule::Quote,
        Source::Model => FillRule::Model,
    }
}
