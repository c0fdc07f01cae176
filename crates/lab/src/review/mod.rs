//! A plan's review: is its edge intact, degrading or gone, as of a date, and what changed since the last time it was asked?
//!
//! A [`Desk`] holds a plan's data; each review is made on those data cut off at its date, so it cannot know more. A [`Review`] is a
//! small document of its own ([`to_text`], [`read_text`]); a [`Shelf`] is what is kept beside a plan. `docs/review.md` says it in
//! plain words.

mod changes;
mod costs;
mod desk;
mod edge;
mod found;
mod inputs;
mod made;
mod months;
mod parameters;
mod quarter;
mod shelf;
mod text;
mod timeline;

pub use desk::{Desk, DeskOptions};
pub use found::{
    AlarmTold, Atr, Baseline, Bridge, Changed, Changes, ChartTold, Costs, DataTold, EdgeTold,
    Inputs, Limit, Month, Parameter, RegimeTold, Review, SCHEMA, State, TradesTold, Weights,
    WindowFigures, WindowTold,
};
pub use quarter::Quarter;
pub use shelf::{Found, Kept, Shelf, ShelfOptions};
pub use text::{Damage, is_name, name_of, read_text, to_text};
pub use timeline::{TimelineRow, timeline};

/// A day, for doors that do not import the market.
pub use market::Date;
