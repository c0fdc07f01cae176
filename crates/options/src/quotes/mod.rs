//! What options are quoted at: which are listed, how wide their quotes are, real chains and modelled ones.
//!
//! - [`listing`]: the expiries and strikes IWM lists, by rule.
//! - [`width`]: how far ask lies above bid, a law fitted to real chains.
//! - [`model`]: chains without quotes, MODEL; [`chain`]: those a tape has; [`mixed`]: either, slot by slot.

pub mod chain;
pub mod dividends;
pub mod listing;
pub mod mixed;
pub mod model;
mod page;
mod simplex;
pub mod snapshot;
mod table;
pub mod tally;
pub mod width;
mod worth;

pub use chain::{QuotedChains, QuotedInputs};
pub use dividends::expected;
pub use listing::{Cycle, Expiry, Strikes};
pub use mixed::MixedChains;
pub use model::{ModelChains, ModelError, ModelInputs, Moment};
pub use snapshot::Snapshot;
pub use tally::Tally;
pub use width::{
    Assumed, Fitted, Setting, WidthBucket, WidthError, WidthFit, WidthLaw, WidthSample,
};
