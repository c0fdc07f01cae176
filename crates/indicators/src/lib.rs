//! Column in, column out: causal indicators, as-of joins and bit masks.
//!
//! Every value at row `i` is a function of rows `0..=i` alone, to the last bit: cutting the input
//! cuts the output and changes nothing else. What has no value (before warm-up, a ratio to zero, a
//! series not yet published) is `None` from [`Column::get`] and false in every comparison mask.
//!
//! ```
//! use indicators::{Atr, Indicator, Prices};
//!
//! let (high, low, close) = ([11.0, 13.0, 12.0], [9.0, 10.0, 11.0], [10.0, 12.0, 11.0]);
//! let atr = Atr { n: 2 }.compute(Prices { high: &high, low: &low, close: &close });
//! // True ranges of rows 1 and 2: max(3, 3, 0) = 3 and max(1, 0, 1) = 1; their mean is 2.
//! assert_eq!(atr.get(1), None);
//! assert_eq!(atr.get(2), Some(2.0));
//! ```

pub mod as_of;
pub mod breadth;
pub mod column;
pub mod compare;
pub mod extremes;
pub mod indicator;
pub mod mask;
pub mod moving;
pub mod range;
pub mod recipe;
pub mod roc;
pub mod rsi;
pub mod smooth;
pub mod split;

mod window;

pub use as_of::{Age, AsOf, as_of};
pub use breadth::{Breadth, BreadthFigures, Figure, Member, Tally};
pub use column::Column;
pub use compare::{above, at_least, at_most, below, column_above, column_below, falling, rising};
pub use extremes::{Highest, Lowest, Rank};
pub use indicator::{Indicator, Prices, Unit};
pub use mask::{Mask, pack};
pub use moving::{Sma, StdDev};
pub use range::{Atr, TrueRange};
pub use recipe::Recipe;
pub use roc::Roc;
pub use rsi::Rsi;
pub use smooth::Ema;
pub use split::SplitBasis;
