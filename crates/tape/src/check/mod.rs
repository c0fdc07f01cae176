//! What is wrong with a tape: a closed list of defects, each with its place, its evidence and what would mend it.
//!
//! The reading is lenient: rows that no run may use are read, named and judged like the others, where
//! [`Tape::read`](crate::Tape::read) would stop at the first. One item is in memory at a time (two with another tape to
//! compare with); of finer bars a session's summary stays until the symbol's daily bars have been held against it,
//! and the finest stay while coarser ones within the session are to come.
//! docs/check.md explains each kind, its thresholds and what they were measured on.

mod actions;
mod against;
mod basis;
mod closes;
mod coarser;
mod dated;
mod days;
mod defect;
mod events;
mod finer;
mod frame;
mod hours;
mod item;
mod jumps;
mod keyed;
mod kind;
mod opens;
mod prints;
mod quotes;
mod repair;
mod report;
mod robust;
mod rows;
mod spikes;
mod stale;
mod values;
mod volumes;
mod walk;

use std::sync::atomic::AtomicBool;

/// The dates of [`CheckOptions`].
pub use market::Date;

pub use defect::{Defect, Repair, Subject, When};
pub use kind::{Kind, Severity};
pub use repair::{RepairReport, Repaired};
pub use report::{CheckReport, ItemSummary};

use crate::error::TapeError;
use crate::import::Progress;
use crate::tape::Tape;

/// What to check, and how much of what is found to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckOptions {
    /// Symbols and series by name; empty for all.
    pub symbols: Vec<String>,
    /// Defects from this date on; `None` from the first. Bars before it are still looked at, as what was usual.
    pub from: Option<Date>,
    /// Defects up to this date; `None` to the last.
    pub to: Option<Date>,
    /// Defects kept of each kind in each item; all are counted.
    pub kept: usize,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self {
            symbols: Vec::new(),
            from: None,
            to: None,
            kept: 10_000,
        }
    }
}

impl Tape {
    /// Looks for every kind of defect in bars, series, dividends, splits, quotes, events and universes, and for differences
    /// from another tape if one is given. `progress` is called after each item; `stop` is honoured between items.
    ///
    /// # Errors
    /// [`TapeError::Absent`] for a symbol neither bars nor series have, [`TapeError::Io`] if a folder cannot be listed,
    /// [`TapeError::Interrupted`]. A file that cannot be read is a defect, not an error.
    pub fn check(
        &self,
        options: &CheckOptions,
        against: Option<&Tape>,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<CheckReport, TapeError> {
        let mut report = CheckReport::default();
        walk::walk(self, options, against, progress, stop, &mut |found| {
            report.take(found.subject, found.rows, found.defects, options.kept);
            Ok(())
        })?;
        report.sort();
        Ok(report)
    }
}
