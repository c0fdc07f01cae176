//! Options: what they are worth, how volatility lies over strikes and days, and what they were (or would have been) quoted at.
//!
//! Prices, strikes, bids and asks are dollars a share; a contract is for [`SHARES_A_CONTRACT`] shares. Volatilities and
//! rates are fractions a year, times are years of 365 days.

pub mod chains;
pub mod contract;
pub mod quotes;
pub mod value;
pub mod volatility;

pub use chains::{Chains, Greeks, LegQuote, NoQuote, Source};
pub use contract::{Contract, SHARES_A_CONTRACT};
pub use volatility::{Level, Readings, Skew, SkewParameters, Smile, Surface};
