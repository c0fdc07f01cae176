//! Options of a plan's instrument: from the tape's series to chains on the plan's clock.

mod market;
mod rules;

pub use market::{Markets, chains};
pub use rules::{OptionRules, RATIO_SERIES};
