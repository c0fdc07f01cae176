//! Opens that no trade made: a leap away from the close before that the bar itself takes back.
//!
//! Of a wrong open the vendor's high or low follows, so it is the bar's extreme. Real opens are at an extreme as well, and
//! markets do open far off and come back: what is usual is taken from the wilder of the last bars and the last weeks.

use market::{Interval, SessionTable};

use super::defect::Finder;
use super::finer::Witness;
use super::frame::Frame;
use super::jumps::Usual;
use super::kind::Kind;
use super::robust::median;
use super::rows::{CLOSE, HIGH, LOW, OPEN};

/// In usual ranges, from the close before and from the bar's own close: of 36,000 real daily bars wrong opens reach 5
/// and more, true ones 2.8.
const FAR_RANGES_DAILY: f64 = 3.5;

/// Within the session the first bar spans the night, which no usual bar does: of 174,000 real ones none passes 7.2.
const FAR_RANGES: f64 = 8.0;

/// Smaller moves are no defect however quiet the market was: 1 %.
const LEAST_MOVE: f64 = 0.01;

/// The last bars, which know of a crash before the usual range does.
const LAST_BARS: usize = 5;

/// Prices closer than this are one price.
const EQUAL: f64 = 1e-9;

/// Names them. Where finer bars begin at the open, they know better: if they agree it was traded, and if they do not, that
/// is said already.
pub(crate) fn opens(
    frame: &Frame,
    sessions: &SessionTable,
    interval: Interval,
    usual: &Usual,
    witnesses: &[Witness<'_>],
    finder: &mut Finder,
) {
    let bound = match interval {
        Interval::Day => FAR_RANGES_DAILY,
        Interval::Minutes(_) => FAR_RANGES,
    };
    for row in 1..frame.len() {
        let Some(away) = taken_back(frame, row).filter(|away| *away > LEAST_MOVE) else {
            continue;
        };
        let Some(range) = usual.range[row].map(|range| range.max(lately(frame, row))) else {
            continue;
        };
        let open = sessions.get(frame.session[row] as usize);
        let told = |open: i64| {
            let mut days = witnesses.iter().filter_map(|w| w.day(open));
            days.any(|day| day.from_open)
        };
        if away <= bound * range || open.is_some_and(|session| told(session.open.micros())) {
            continue;
        }
        let text = format!(
            "the bar's extreme, {:.1} % from the close before and from the bar's own, {:.0} times a usual range",
            away * 100.0,
            away / range.max(EQUAL)
        );
        let when = finder.place(frame.rows.start[row]);
        finder
            .add(Kind::Outlier, when, text)
            .value("open", frame.rows.columns[OPEN][row])
            .at_row(frame.on_file[row] as usize);
    }
}

/// How far an open at its bar's extreme is beyond both the close before and the close after, as a logarithm.
fn taken_back(frame: &Frame, row: usize) -> Option<f64> {
    let at = |field: usize, row: usize| frame.rows.columns[field][row];
    let (open, close, before) = (at(OPEN, row), at(CLOSE, row), at(CLOSE, row - 1));
    let beyond = if open >= at(HIGH, row) * (1.0 - EQUAL) {
        open / close.max(before)
    } else if open <= at(LOW, row) * (1.0 + EQUAL) {
        close.min(before) / open
    } else {
        return None;
    };
    Some(libm::log(beyond))
}

/// The median range of the last bars, as a share of the price.
fn lately(frame: &Frame, row: usize) -> f64 {
    let [_, high, low, close, _] = &frame.rows.columns;
    let last = row.saturating_sub(LAST_BARS).max(1)..row;
    let true_range = |r: usize| (high[r].max(close[r - 1]) - low[r].min(close[r - 1])) / close[r];
    median(last.map(true_range).collect()).unwrap_or(0.0)
}
