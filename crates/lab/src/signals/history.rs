//! Many sessions' readings.

use std::ops::Range;

use market::{Date, Origin};
use signals::{Columns, Profile};
use tape::Tape;

use super::desk::SignalDesk;
use super::lacking::notes_of;
use crate::error::Error;

/// The readings of a range of sessions.
#[derive(Clone, Debug)]
pub struct SignalHistory {
    /// What the profile is called.
    pub name: String,
    /// The tape.
    pub tape: String,
    /// Real or simulated.
    pub origin: Origin,
    /// The rows of the range.
    pub rows: Range<usize>,
    /// The date of every row of the columns.
    pub dates: Vec<Date>,
    /// Every column, from the tape's first bar on.
    pub columns: Columns,
    /// What was missing.
    pub notes: Vec<String>,
}

impl SignalHistory {
    /// The range that `desk` was opened for.
    ///
    /// # Errors
    /// [`Error::Fit`] if no session of the tape lies in it.
    pub fn of(desk: SignalDesk, tape: &Tape) -> Result<Self, Error> {
        let rows = desk.rows(tape)?;
        let mut notes = notes_of(&desk.feeds, rows.clone());
        notes.extend(desk.notes);
        Ok(Self {
            name: desk.profile.name,
            tape: desk.tape,
            origin: desk.origin,
            rows,
            dates: desk.dates,
            columns: desk.columns,
            notes,
        })
    }

    /// The profile.
    pub const fn profile(&self) -> &Profile {
        self.columns.profile()
    }
}
