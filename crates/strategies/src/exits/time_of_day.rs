//! The exit by time of day.

use engine::{Position, View};
use market::{Time, TimeOfDay};

/// The instant by which `position` must be left: `time` on the day of its entry.
///
/// At the first bar that ends at or after it the plan orders the exit, which fills at the next open; an entry later
/// than that is left as soon. A session that closes before an exit could fill (a half day; no bar ends between `time` and
/// the close) is left at its close: [`engine::Bracket::ends_with_session`] sees to that, because at the end of the last
/// bar it is too late to order anything. `None` beyond the calendar.
pub fn due(time: TimeOfDay, view: &View<'_>, position: &Position) -> Option<Time> {
    let session = view.session_at(position.opened.session)?;
    time.on(session.date)
}
