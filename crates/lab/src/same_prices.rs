//! Whether a symbol's bars within the session and its daily bars are of the same prices.
//!
//! Intraday files with dividends taken out look like any other until the daily closes are held against them. An import
//! that had those closes puts such prices right; one that had none could not know. So a run looks once more.

use market::{Bars, Interval, Snapshot};

use crate::coverage::ordinals;
use crate::error::Error;
use crate::regimes::Regime;

/// A last print may differ from the official close by this much: one venue's do by 0.25 % at most on a quiet day.
const APART: f64 = 0.005;
/// Sessions below which nothing is concluded.
const SESSIONS: usize = 3;
/// Share of sessions apart from which a run is warned; a single wild close is none of its business.
const WARNED: f64 = 0.05;

/// Refuses intraday bars most of whose sessions end apart from the daily close, in the windows; warns of fewer.
///
/// # Errors
/// [`Error::Fit`].
pub(crate) fn check(regimes: &[Regime], snapshot: &Snapshot) -> Result<Vec<String>, Error> {
    let mut warnings = Vec::new();
    for fine in snapshot.bars.iter().filter(|b| b.interval != Interval::Day) {
        let Some(daily) = snapshot.bars_of(&fine.symbol, Interval::Day) else {
            continue;
        };
        let (compared, apart) = apart(fine, daily, regimes, snapshot);
        if compared < SESSIONS || (apart as f64) <= WARNED * compared as f64 {
            continue;
        }
        let told = format!(
            "{}: its {} bars end more than {} % away from the daily close on {apart} of {compared} sessions",
            fine.symbol,
            fine.interval,
            APART * 100.0
        );
        if 2 * apart > compared {
            return Err(Error::fit(
                format!(
                    "{told}: they are not the same prices; dividends may have been taken out of one of them"
                ),
                "import the daily bars and dividends first, then the bars within the session into a new tape: \
                 an import that has both recognises adjusted prices; `stormproof tape check` shows the sessions",
            ));
        }
        warnings.push(told);
    }
    Ok(warnings)
}

/// Sessions of the windows whose last bar reaches the close, and those of them that end apart from the daily one.
fn apart(fine: &Bars, daily: &Bars, regimes: &[Regime], snapshot: &Snapshot) -> (usize, usize) {
    let windows: Vec<_> = regimes.iter().map(|r| ordinals(r, snapshot)).collect();
    let sessions = snapshot.sessions.as_slice();
    let mut days = daily.session().iter().zip(daily.close()).peekable();
    let (mut compared, mut away) = (0, 0);
    let rows = fine.session().iter().zip(fine.end()).zip(fine.close());
    for ((&session, &end), &last) in rows {
        let ordinal = session as usize;
        let closes = sessions.get(ordinal).is_some_and(|s| s.close == end);
        if !closes || !windows.iter().any(|w| w.contains(&ordinal)) {
            continue;
        }
        while days.next_if(|(day, _)| **day < session).is_some() {}
        if let Some((_, close)) = days.peek().filter(|(day, _)| **day == session) {
            compared += 1;
            away += usize::from((last / **close - 1.0).abs() > APART);
        }
    }
    (compared, away)
}
