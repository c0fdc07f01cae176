//! Option structures: legs bought and sold together, held as one, and closed, expired or assigned as one trade.
//!
//! The engine knows legs, not condors: which legs, and when to leave, is a strategy's affair.
//!
//! * [`order`]: what a strategy asks for.
//! * [`payoff`]: what legs can lose at expiry, and the margin they bind.
//! * [`pricing`]: at what price a leg fills between bid and ask.
//! * [`held`]: a structure in the account: opened, marked, its legs closed. Expiry, assignment, splits and dividends change it in
//!   `settled.rs`; in `ended.rs` it becomes a trade.
//! * [`event`]: what happened to it, as told to the ledger.
//! * [`attribution`]: what moved it: the underlying, volatility, time, costs.
//!
//! When each is asked is the broker's affair: [`crate::broker`], `options.rs` there.

pub mod attribution;
mod ended;
pub mod event;
pub mod held;
pub mod order;
pub mod payoff;
pub mod pricing;
mod settled;

pub use attribution::Attribution;
pub use event::{ClosedStructure, LegEvent, LegFill, Moment};
pub use held::{HeldLeg, Structure, premium_usd};
pub use order::{Ask, Asked, CloseOrder, Leg, StructureOrder};
pub use payoff::{LossAtExpiry, loss_at_expiry, margin_usd};
pub use pricing::OptionCosts;
