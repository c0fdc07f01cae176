//! Options of a plan's instrument: from the tape's series to chains on the plan's clock.

mod beside;
mod calculator;
mod fitting;
mod market;
mod quoted;
mod readout;
mod rules;
mod sensitivity;
mod sheet;
mod told;
mod volatility;

pub use beside::{Beside, IntoStorm, Pooled};
pub(crate) use beside::{beside, pooled_window};
pub use calculator::{OptionFigures, OptionValues};
pub use fitting::{OptionsFit, fit_options};
pub use market::{Markets, chains};
pub(crate) use market::{ready_from, unpriced, unranked};
pub use quoted::QuoteSource;
pub(crate) use quoted::{read as read_chains, source as quote_source, told as chains_told};
pub use rules::{LevelSource, OptionRules, RATIO_SERIES};
pub use sensitivity::{ASSUMPTIONS, Assumption, Variant, VariantRegime};
pub use sheet::{ChainQuestion, ChainRow, ChainSheet, WantedExpiry, chain_sheet};
pub use told::{Causes, ChainsTold, Jump, OptionsTold};
pub(crate) use told::{Seen, is_modelled};
pub use volatility::{VolatilityQuestion, VolatilityRow, VolatilitySheet, volatility_sheet};

/// Words of the market that questions are asked in: doors use them without importing it.
pub use ::market::{Date, Right};

/// Words of the options room that answers are given in.
pub use ::options::{
    LegQuote, NoQuote, Source,
    quotes::{Fitted, WidthBucket},
    value::Valued,
    volatility::{MAX_SKEW_SCALE, SkewParameters, fit::ErrorBucket},
};
