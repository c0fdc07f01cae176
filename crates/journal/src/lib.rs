//! Trade logs: what a broker (or Stormproof itself) wrote about trades, as executions and round trips.
//!
//! [`read`] takes the bytes of a file and says in a [`Log`] what of one symbol was bought and sold, which trades came of it, what is
//! still open, and what it left out and why. Nothing here opens a file, knows a plan or reads a clock. Money is in US dollars,
//! prices in dollars a share, times are instants; a log without times of day says so ([`RoundTrip::exact`]).
//! docs/diagnose.md says which header each reader expects.

mod cell;
mod clock;
pub mod error;
pub mod execution;
pub mod format;
mod formats;
pub mod log;
mod map;
pub mod round_trip;
mod sheet;

pub use error::JournalError;
pub use execution::{Effect, Execution};
pub use format::Format;
pub use log::{LeftOut, Log, ReadOptions, read};
pub use map::ColumnMap;
pub use round_trip::{OpenPosition, RoundTrip, round_trips};
