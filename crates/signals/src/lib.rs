//! The signal analyzer: four layers, rotation, one composite, a size and context, as columns over a symbol's daily bars.
//!
//! Every value at row `i` is a function of what was known at that bar's close: [`Inputs`] joins each series by the
//! instant it became known, [`Columns`] only looks back. What has no value is `None`, and a layer without data is
//! unknown: the composite says which layers it rests on. docs/signals.md explains all of it for people.
//!
//! ```
//! use signals::{Columns, Inputs, Layer, Profile, State};
//! # let sessions = market::SessionTable::default();
//! # let bars = market::Bars::new("IWM", market::Interval::Day, market::RawBars::default(), &sessions)?;
//! let profile = Profile::default();
//! let columns = Columns::compute(&profile, &Inputs::of_bars(&bars));
//! let bullish = columns.composite().iter().filter(|c| **c == Some(State::Bullish)).count();
//! assert_eq!(bullish, 0); // no bars, no composite
//! assert_eq!(columns.state(Layer::Trend).len(), 0);
//! # Ok::<(), market::BarDefect>(())
//! ```

mod breadth;
mod change;
mod columns;
mod context;
mod flip;
mod inputs;
mod momentum;
mod number;
mod profile;
mod reading;
mod rows;
mod size;
mod state;
mod strength;
mod trend;

pub use change::{Change, changes};
pub use columns::Columns;
pub use flip::{Flip, FlipAt, NEAR_FRACTION, Side};
pub use inputs::{Benchmark, Inputs, Published};
pub use number::Number;
pub use profile::{
    BreadthProfile, BreadthSource, CompositeProfile, ContextProfile, MomentumProfile, Profile,
    ProfileError, RelativeStrengthProfile, RotationProfile, SizeProfile, TrendProfile,
};
pub use reading::{
    BreadthReading, CompositeReading, ContextReading, MomentumReading, Reading,
    RelativeStrengthReading, RotationReading, TrendReading,
};
pub use size::{FullWhy, HalfWhy, NoneWhy, Size};
pub use state::{Flag, Layer, Rotation, State};
