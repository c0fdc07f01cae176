//! The decision log: one row for each setup, and one for each refused order.

use market::{Side, Time};

/// Why an order was refused or withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectReason {
    /// The symbol is not among the traded ones.
    UnknownSymbol,
    /// The size came to no share.
    ZeroSize,
    /// Not one share could be paid for.
    BuyingPower,
    /// A price of the order is not a positive number.
    BadPrice,
    /// An exit without a position.
    NothingToClose,
    /// The open lay beyond the stop, and the plan cancels such entries.
    GappedBeyondStop,
    /// The order's time was over.
    Expired,
    /// The window ended before it could fill.
    WindowEnd,
    /// The strategy withdrew it.
    Withdrawn,
    /// Bars are missing from which it would have been judged: no order was given.
    BarsMissing,
    /// No listed options that the plan could use: strikes or an expiry absent.
    NotListed,
    /// A leg had no price.
    NotQuoted,
    /// The premium was under the least.
    PremiumTooSmall,
    /// Legs of several expiries: what they may lose together has no bound that could be computed.
    SeveralExpiries,
    /// An overlay multiplied the size by 0.
    SizedToNone,
}

impl RejectReason {
    /// Every reason, in order.
    pub const ALL: [RejectReason; 15] = [
        RejectReason::UnknownSymbol,
        RejectReason::ZeroSize,
        RejectReason::BuyingPower,
        RejectReason::BadPrice,
        RejectReason::NothingToClose,
        RejectReason::GappedBeyondStop,
        RejectReason::Expired,
        RejectReason::WindowEnd,
        RejectReason::Withdrawn,
        RejectReason::BarsMissing,
        RejectReason::NotListed,
        RejectReason::NotQuoted,
        RejectReason::PremiumTooSmall,
        RejectReason::SeveralExpiries,
        RejectReason::SizedToNone,
    ];

    /// The words used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            RejectReason::UnknownSymbol => "unknown symbol",
            RejectReason::ZeroSize => "size is zero",
            RejectReason::BuyingPower => "no buying power",
            RejectReason::BadPrice => "not a price",
            RejectReason::NothingToClose => "nothing to close",
            RejectReason::GappedBeyondStop => "open beyond the stop",
            RejectReason::Expired => "expired",
            RejectReason::WindowEnd => "window ended",
            RejectReason::Withdrawn => "withdrawn",
            RejectReason::BarsMissing => "bars missing",
            RejectReason::NotListed => "not listed",
            RejectReason::NotQuoted => "no quote",
            RejectReason::PremiumTooSmall => "premium too small",
            RejectReason::SeveralExpiries => "several expiries",
            RejectReason::SizedToNone => "sized to none",
        }
    }
}

/// An order that did not come to a fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The order, counted from 1.
    pub order_id: u32,
    /// When it was refused.
    pub time: Time,
    /// Why.
    pub reason: RejectReason,
}

/// What became of a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An entry was ordered and filled (or is still to fill).
    Entered,
    /// A filter said no: the first failing one, by its place in the checklist.
    Vetoed {
        /// Index into the checklist.
        criterion: u8,
    },
    /// A position or an entry was open already.
    Busy,
    /// Too soon after the last exit.
    CoolingDown,
    /// The order was refused or withdrawn, or none could be given.
    Rejected(RejectReason),
}

/// A bar on which all trigger criteria held (or, [rejected](RejectReason::BarsMissing) as such, on which nobody could tell),
/// and what came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setup {
    /// Slot of the decision clock.
    pub slot: usize,
    /// The bar's end.
    pub time: Time,
    /// Index of the symbol.
    pub symbol: usize,
    /// Side the plan would have taken.
    pub side: Side,
    /// Bit i: criterion i of the checklist held.
    pub held: u32,
    /// Bit i: criterion i could not be judged, a value it needs was unknown.
    pub unknown: u32,
    /// What became of it.
    pub outcome: Outcome,
    /// The entry order, if one was made.
    pub order_id: Option<u32>,
    /// The plan's overlays on this bar.
    pub overlaid: Overlaid,
}

/// What changed a plan on a bar for a while: a smaller size, other thresholds. The plan numbers its overlays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlaid {
    /// Bit i: overlay i applied.
    pub active: u8,
    /// Bit i: it applied the way it does after what it is about.
    pub after: u8,
    /// Bit i: whether it applies was unknown, and the cautious half of it did.
    pub unknown: u8,
    /// What the number of shares was multiplied by; 1 changes nothing.
    pub size_scale: f64,
}

impl Default for Overlaid {
    fn default() -> Self {
        Self {
            active: 0,
            after: 0,
            unknown: 0,
            size_scale: 1.0,
        }
    }
}
