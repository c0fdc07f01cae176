//! What an option is worth, and how that moves.
//!
//! [`Terms::new`] checks [`Inputs`] once; everything else takes what was checked.

mod dividends;
mod european;
mod terms;

pub use dividends::{Dividend, Dividends};
pub use european::{Valued, european, european_value, european_with};
pub use terms::{Inputs, Terms, ValueError};
