//! The decision log as it is kept: what a setup met, and what became of it.

use engine::{Outcome, Setup};
use market::{Side, Time};

/// A setup.
#[derive(Clone, Debug, PartialEq)]
pub struct SetupRow {
    /// The bar's end.
    pub time: Time,
    /// Side the plan would have taken.
    pub side: Side,
    /// What became of it.
    pub outcome: SetupOutcome,
    /// The filter that said no, or why the order was refused.
    pub reason: Option<String>,
    /// The entry order, if one was made.
    pub order_id: Option<u32>,
    /// What overlays multiplied the number of shares by.
    pub size_scale: f64,
    /// Each line of the entry checklist, in its order.
    pub criteria: Vec<CriterionState>,
}

/// What became of a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetupOutcome {
    /// An entry was ordered.
    Entered,
    /// A filter said no.
    Vetoed,
    /// A position or an entry was open already.
    Busy,
    /// Too soon after the last exit.
    CoolingDown,
    /// The order was refused or withdrawn, or none could be given.
    Rejected,
}

impl SetupOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [
        Self::Entered,
        Self::Vetoed,
        Self::Busy,
        Self::CoolingDown,
        Self::Rejected,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Vetoed => "vetoed",
            Self::Busy => "busy",
            Self::CoolingDown => "cooling-down",
            Self::Rejected => "rejected",
        }
    }

    /// The word for what the engine says.
    pub const fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Entered => Self::Entered,
            Outcome::Vetoed { .. } => Self::Vetoed,
            Outcome::Busy => Self::Busy,
            Outcome::CoolingDown => Self::CoolingDown,
            Outcome::Rejected(_) => Self::Rejected,
        }
    }
}

/// A line of the checklist at a setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CriterionState {
    /// It held.
    Held,
    /// It did not.
    NotHeld,
    /// A value it needs was unknown.
    Unknown,
}

impl CriterionState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Held, Self::NotHeld, Self::Unknown];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::NotHeld => "not held",
            Self::Unknown => "unknown",
        }
    }

    /// Criterion `n` at a setup.
    pub fn of(setup: &Setup, n: usize) -> Self {
        let bit = 1_u32.checked_shl(n as u32).unwrap_or(0);
        match (setup.held & bit != 0, setup.unknown & bit != 0) {
            (true, _) => Self::Held,
            (false, true) => Self::Unknown,
            (false, false) => Self::NotHeld,
        }
    }
}

impl SetupRow {
    /// The row of a setup, by a checklist.
    pub fn of(setup: &Setup, criteria: &[String]) -> Self {
        Self {
            time: setup.time,
            side: setup.side,
            outcome: SetupOutcome::of(setup.outcome),
            reason: reason(setup.outcome, criteria),
            order_id: setup.order_id,
            size_scale: setup.overlaid.size_scale,
            criteria: (0..criteria.len())
                .map(|n| CriterionState::of(setup, n))
                .collect(),
        }
    }
}

/// The filter that said no, or why the order was refused.
pub(crate) fn reason(outcome: Outcome, criteria: &[String]) -> Option<String> {
    match outcome {
        Outcome::Vetoed { criterion } => criteria.get(criterion as usize).cloned(),
        Outcome::Rejected(reason) => Some(reason.as_str().to_owned()),
        Outcome::Entered | Outcome::Busy | Outcome::CoolingDown => None,
    }
}
