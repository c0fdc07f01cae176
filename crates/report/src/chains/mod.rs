//! Chains, fits and single values of options, for the terminal and for programs.

mod chain;
mod fit;
mod value;
mod volatility;

pub use chain::{option_chain, option_chain_json};
pub use fit::{options_fit, options_fit_json, options_fit_toml};
pub use value::{option_values, option_values_json};
pub use volatility::{volatility, volatility_json};

/// Columns of the terminal.
const WIDTH: usize = 80;
