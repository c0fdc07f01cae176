//! The words everyone speaks: instants and sessions, bars and series, orders, fills and trades.
//!
//! Nothing here reads a file, knows an indicator or makes a decision. Units are written last in
//! names; money is in US dollars, returns are fractions, times are UTC inside and New York outside.

pub mod actions;
pub mod bars;
pub mod calendar;
pub mod chain;
pub mod event;
pub mod exit;
pub mod fill;
pub mod interval;
pub mod quote;
pub mod resample;
pub mod series;
pub mod session;
pub mod session_table;
pub mod snapshot;
pub mod text;
pub mod time;
pub mod time_of_day;
pub mod trade;

pub use actions::{Dividend, Split};
pub use bars::{BarDefect, Bars, Fields, RawBars};
pub use chain::{Chain, Offer};
pub use event::Event;
pub use exit::ExitReason;
pub use fill::{Fill, FillRule, Side};
pub use interval::Interval;
pub use quote::{Quote, Right};
pub use resample::{ResampleError, resample, resample_known, sessions_cut_short};
pub use series::{Known, Series};
pub use session::Session;
pub use session_table::SessionTable;
pub use snapshot::{Origin, Snapshot};
pub use text::steers;
pub use time::{Date, Time};
pub use time_of_day::{NotATimeOfDay, TimeOfDay};
pub use trade::{Trade, Unsettled};
