//! What options are quoted at: which are listed, how wide their quotes are, real chains and modelled ones.
//!
//! - [`listing`]: the expiries and strikes IWM lists, by rule.
//! - [`width`]: how far ask lies above bid, a law fitted to real chains.

pub mod listing;
mod simplex;
pub mod width;

pub use listing::{Cycle, Expiry, Strikes};
pub use width::{Assumed, Fitted, Setting, Sides, WidthBucket, WidthFit, WidthLaw, WidthSample};
