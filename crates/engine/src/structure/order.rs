//! What a strategy may ask for: legs to be opened together or not at all, and structures to be closed, whole or in part.

use market::{ExitReason, Time};
use options::Contract;

/// One leg of a structure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// The option.
    pub contract: Contract,
    /// Contracts in each structure; negative if sold.
    pub ratio: i32,
}

/// Legs to be opened together: decided at a close, filled at the next close or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureOrder {
    /// Index of the underlying among the traded symbols.
    pub symbol: usize,
    /// The legs, none of them with a ratio of 0.
    pub legs: Vec<Leg>,
    /// Structures.
    pub quantity: u32,
    /// The least net premium a share (credit positive, debit negative) at which it may fill; `None` takes any.
    pub least_premium_usd: Option<f64>,
    /// ATR of the underlying at the decision, dollars.
    pub atr: Option<f64>,
}

/// A structure to be closed, or some of its legs, at the next close at which they have a price.
#[derive(Clone, Debug, PartialEq)]
pub struct CloseOrder {
    /// The structure's number.
    pub structure_id: u32,
    /// Places of the legs to close; `None` closes all.
    pub legs: Option<Vec<usize>>,
    /// Why.
    pub reason: ExitReason,
}

/// What a strategy asked for, and when: the decision itself, whatever became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The close it was decided at.
    pub time: Time,
    /// What was asked for.
    pub what: Ask,
}

/// What may be asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// A structure, by the number it would have.
    Open(u32, StructureOrder),
    /// To be rid of one, or of some of its legs.
    Close(CloseOrder),
    /// That the protective stop of a position be brought nearer.
    Tighten {
        /// Index of the symbol among the traded ones.
        symbol: usize,
        /// Where to, dollars.
        stop: f64,
    },
}
