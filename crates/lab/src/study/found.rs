//! Events, controls and outcomes as they were found on a tape.

use market::{Date, Origin, Time};
use stats::contrast::Sample;

/// An event with its outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Happening {
    /// When it was known: the end of its bar.
    pub time: Time,
    /// What came of it.
    pub outcome: f64,
}

/// What a claim is tested on.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Rows from the first to the last on which everything is known.
    pub(super) sample: Sample,
    /// Rows an outcome reaches ahead.
    pub(super) horizon: usize,
    /// Dates of the first and the last of those rows; `None` if nothing is ever known.
    pub(super) span: Option<(Date, Date)>,
    pub(super) happenings: Vec<Happening>,
    /// Every control is an event and every event a control, with equal outcomes.
    pub(super) same: bool,
    /// What was unknown or assumed.
    pub(super) notes: Vec<String>,
    pub(super) fingerprint: String,
    pub(super) origin: Origin,
    /// Option prices came from a model.
    pub(super) model: bool,
}
