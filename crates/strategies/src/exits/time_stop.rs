//! The time stop: a trade that has gone nowhere by an agreed session is left.

use engine::{Position, View};
use market::Time;

/// At the close of the trade's n-th session, out at the next open unless the trade has moved far
/// enough in favour at some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeStop {
    /// n; the entry session is the 1st, at whatever hour the entry was.
    pub sessions: u32,
    /// The maximum favourable excursion it asks for, in the decision's ATR.
    pub min_mfe_atr: f64,
}

impl TimeStop {
    /// The close at which `position` is judged; `None` beyond the calendar.
    pub fn due(&self, view: &View<'_>, position: &Position) -> Option<Time> {
        let ordinal = position.opened.session + self.sessions.max(1) - 1;
        view.session_at(ordinal).map(|session| session.close)
    }

    /// True if the position has not moved far enough. One without an ATR is never left for it.
    pub fn leaves(&self, view: &View<'_>, position: &Position) -> bool {
        match (view.favourable_usd(position.symbol), position.atr) {
            (Some(favourable), Some(atr)) => favourable < self.min_mfe_atr * atr,
            _ => false,
        }
    }
}
