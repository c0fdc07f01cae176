//! One session's reading, as it stands before the next open.

use market::{Date, Origin};
use signals::{Change, Profile, Reading, changes};

use super::ahead::{Coming, Season, coming, ended, season};
use super::desk::SignalDesk;
use super::lacking::notes_at;

/// The reading at a session's close.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalSheet {
    /// What the profile is called.
    pub name: String,
    /// The profile.
    pub profile: Profile,
    /// The tape.
    pub tape: String,
    /// Real or simulated.
    pub origin: Origin,
    /// The session at whose close this is known.
    pub on: Date,
    /// The session before whose open it is read; `None` beyond the calendar.
    pub next: Option<Date>,
    /// The session that the changes are counted from.
    pub previous: Option<Date>,
    /// All there is.
    pub reading: Reading,
    /// What is not as it was at the close before.
    pub changes: Vec<Change>,
    /// What the calendar holds for the next [`AHEAD_SESSIONS`](super::AHEAD_SESSIONS) sessions.
    pub ahead: Vec<Coming>,
    /// The earnings season.
    pub season: Option<Season>,
    /// What was missing, and what to know of what was not.
    pub notes: Vec<String>,
}

impl SignalSheet {
    /// The last session that `desk` read; `None` only of a desk without rows, which none opens.
    pub fn of(desk: &SignalDesk) -> Option<Self> {
        Self::at(desk, desk.last_row()?)
    }

    /// The reading of one of the desk's rows.
    pub(super) fn at(desk: &SignalDesk, row: usize) -> Option<Self> {
        let (snapshot, on) = (&desk.snapshot, *desk.dates.get(row)?);
        let own = *desk.bars()?.session().get(row)? as usize;
        let reading = desk.columns.at(row)?;
        let before = row.checked_sub(1);
        let previous = before.and_then(|before| desk.columns.at(before));
        let mut notes = notes_at(&desk.feeds, on, row);
        notes.extend(ended(snapshot, own));
        notes.extend(desk.notes.iter().cloned());
        Some(Self {
            name: desk.profile.name.clone(),
            profile: desk.profile.profile.clone(),
            tape: desk.tape.clone(),
            origin: desk.origin.clone(),
            on,
            next: snapshot.sessions.get(own + 1).map(|session| session.date),
            previous: before.and_then(|before| desk.dates.get(before).copied()),
            changes: previous.map_or_else(Vec::new, |previous| changes(&previous, &reading)),
            ahead: coming(snapshot, &desk.profile.profile.symbol, own),
            season: season(snapshot, own),
            reading,
            notes,
        })
    }
}
