//! What an option is worth, and how that moves.
//!
//! [`Terms::new`] checks [`Inputs`] once; everything else takes what was checked.

mod american;
mod bounds;
mod certain;
mod dividends;
mod european;
mod implied;
mod lattice;
mod once;
mod terms;
mod tree;

pub use american::{american, american_mark};
pub use bounds::premium_at_most;
pub use dividends::{Dividend, Dividends};
pub use european::{Valued, european, european_value, european_with};
pub use implied::{IMPLIED, NoVolatility, Style, implied_volatility};
pub use lattice::{Lattice, Mark};
pub use terms::{Inputs, Terms, ValueError};
