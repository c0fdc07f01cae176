//! How much of a replay is written down: rows, or only how many there were.

use crate::setup::{Outcome, RejectReason, Setup};

/// More criteria than a checklist has, as an outcome numbers them.
const CRITERIA: usize = 32;

mod sealed {
    pub trait Sealed {}
}

/// What a replay writes down of its fills, setups and rejections. Decided at compile time, so that the rows nobody reads
/// cost nothing; everything else in a ledger is the same to the bit.
pub trait Record: sealed::Sealed {
    /// True if rows are kept, not only counted.
    const ROWS: bool;
}

/// Keeps every row: for runs that are shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Full;

/// Keeps [`Counts`] and no rows: for sweeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counted;

impl sealed::Sealed for Full {}
impl sealed::Sealed for Counted {}

impl Record for Full {
    const ROWS: bool = true;
}

impl Record for Counted {
    const ROWS: bool = false;
}

/// How many fills, setups and rejections there were, and what became of the setups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Fills.
    pub fills: u32,
    /// Orders that did not fill.
    pub rejections: u32,
    /// Setups.
    pub setups: u32,
    /// Setups whose entry filled (or is still to fill).
    pub entered: u32,
    /// Setups while a position or an entry was open.
    pub busy: u32,
    /// Setups too soon after an exit.
    pub cooling_down: u32,
    /// Setups a filter forbade, by the criterion that failed first.
    pub vetoed: [u32; CRITERIA],
    /// Setups whose order was refused or withdrawn, or had none, by reason: in the order of [`RejectReason::ALL`].
    pub rejected: [u32; RejectReason::ALL.len()],
    /// Marks of option legs that had no price and kept their last one.
    pub stale_marks: u32,
    /// Closes at which a structure that was to be closed could not be, for want of a leg's price.
    pub unfilled_closings: u32,
}

impl Counts {
    /// Counts rows: what a replay that keeps none counts as it goes.
    pub fn of(setups: &[Setup], fills: usize, rejections: usize) -> Self {
        let mut counts = Self {
            fills: fills as u32,
            rejections: rejections as u32,
            ..Self::default()
        };
        for setup in setups {
            counts.setup(setup.outcome);
        }
        counts
    }

    /// Setups a filter forbade.
    pub fn vetoed(&self) -> u32 {
        self.vetoed.iter().sum()
    }

    /// Setups whose order was refused or withdrawn, or had none.
    pub fn rejected(&self) -> u32 {
        self.rejected.iter().sum()
    }

    /// Counts a setup.
    pub(crate) fn setup(&mut self, outcome: Outcome) {
        self.setups += 1;
        match outcome {
            Outcome::Entered => self.entered += 1,
            Outcome::Vetoed { criterion } => {
                if let Some(count) = self.vetoed.get_mut(usize::from(criterion)) {
                    *count += 1;
                }
            }
            Outcome::Busy => self.busy += 1,
            Outcome::CoolingDown => self.cooling_down += 1,
            Outcome::Rejected(reason) => self.rejected[reason as usize] += 1,
        }
    }

    /// Counts setups during which a position or an entry was open.
    pub(crate) fn busy_setups(&mut self, count: u32) {
        self.setups += count;
        self.busy += count;
    }

    /// A setup that counted as entered was rejected after all.
    pub(crate) fn rejected_after_all(&mut self, reason: RejectReason) {
        self.entered -= 1;
        self.rejected[reason as usize] += 1;
    }
}
