//! Options of a plan's instrument: from the tape's series to chains on the plan's clock.

mod beside;
mod market;
mod rules;
mod sensitivity;
mod told;

pub use beside::{Beside, IntoStorm, Pooled};
pub(crate) use beside::{beside, pooled_window};
pub(crate) use market::ready_from;
pub use market::{Markets, chains};
pub use rules::{OptionRules, RATIO_SERIES};
pub use sensitivity::{ASSUMPTIONS, Assumption, Variant, VariantRegime};
pub use told::{Causes, Jump, OptionsTold};
