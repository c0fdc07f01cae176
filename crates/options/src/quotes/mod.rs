//! What options are quoted at: which are listed, how wide their quotes are, real chains and modelled ones.
//!
//! - [`listing`]: the expiries and strikes IWM lists, by rule.
//! - [`width`]: how far ask lies above bid, a law fitted to real chains.

pub mod dividends;
pub mod listing;
pub mod model;
mod page;
mod simplex;
mod table;
pub mod width;
mod worth;

pub use dividends::expected;
pub use listing::{Cycle, Expiry, Strikes};
pub use model::{ModelChains, ModelError, ModelInputs, Moment};
pub use width::{
    Assumed, Fitted, Setting, Sides, WidthBucket, WidthError, WidthFit, WidthLaw, WidthSample,
};
