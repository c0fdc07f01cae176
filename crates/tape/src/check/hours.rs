//! Sessions and bars that are not there.

use market::{Interval, SessionTable, Time};

use super::defect::{Finder, When};
use super::frame::Frame;
use super::kind::{Kind, Severity};
use super::robust::median;

/// More sessions than this in a row are one defect: the item has a hole, not so many missing sessions.
const HOLE_SESSIONS: usize = 20;

/// A session with fewer than this share of its bars is short.
const SHORT: f64 = 0.9;

/// An item whose usual session has fewer than this share of its bars is traded too thinly for single gaps to mean
/// anything.
const SPARSE: f64 = 0.95;

/// Minute by minute, a bar without a trade is usual: gaps shorter than this are not named.
const LEAST_GAP_MINUTES: i64 = 5;

/// Sessions between the first and the last one held that have no bar.
pub(crate) fn missing_sessions(frame: &Frame, sessions: &SessionTable, finder: &mut Finder) {
    for pair in frame.session.windows(2) {
        let (from, to) = (pair[0] as usize + 1, pair[1] as usize);
        if from >= to {
            continue;
        }
        let date = |ordinal: usize| sessions.get(ordinal).map(|s| s.date);
        if to - from > HOLE_SESSIONS {
            if let Some((first, last)) = date(from).zip(date(to - 1)) {
                let text = format!("{} sessions without a bar, {first} to {last}", to - from);
                let within = finder.subject.interval != Some(Interval::Day);
                let hole = finder.add(Kind::MissingSession, When::Day(first), text);
                // Intraday bars are often kept of some windows only.
                if within {
                    hole.severity = Severity::Warning;
                }
            }
            continue;
        }
        for date in (from..to).filter_map(date) {
            let text = "a session by the calendar, without a bar".to_owned();
            finder.add(Kind::MissingSession, When::Day(date), text);
        }
    }
}

/// How full a session is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fill {
    pub(crate) bars: usize,
    pub(crate) of: usize,
}

impl Fill {
    pub(crate) fn share(self) -> f64 {
        self.bars as f64 / self.of.max(1) as f64
    }
}

/// The times at which the bars of an item start: every step from a phase after the session's open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    step: i64,
    phase: i64,
}

impl Grid {
    /// The grid most bars lie on; `None` for daily bars or none at all.
    pub(crate) fn of(frame: &Frame, sessions: &SessionTable, interval: Interval) -> Option<Grid> {
        let Interval::Minutes(minutes) = interval else {
            return None;
        };
        let step = i64::from(minutes) * 60_000_000;
        let mut votes = std::collections::BTreeMap::<i64, usize>::new();
        for (&at, &session) in frame.rows.start.iter().zip(&frame.session) {
            let open = sessions.get(session as usize)?.open.micros();
            *votes.entry((at - open).rem_euclid(step)).or_default() += 1;
        }
        let phase = votes.into_iter().max_by_key(|&(p, n)| (n, -p))?.0;
        Some(Grid { step, phase })
    }

    /// The first start of a session and how many there are.
    pub(crate) fn starts(self, sessions: &SessionTable, session: u32) -> Option<(i64, usize)> {
        let session = sessions.get(session as usize)?;
        let first = session.open.micros() + self.phase;
        let room = session.close.micros() - first;
        let count = (room.max(0) + self.step - 1) / self.step;
        Some((first, count as usize))
    }

    /// How full each session with bars is, by ordinal.
    pub(crate) fn fills(self, frame: &Frame, sessions: &SessionTable) -> Vec<(u32, Fill)> {
        frame
            .by_session()
            .filter_map(|(session, rows)| {
                let (_, of) = self.starts(sessions, session)?;
                let bars = rows.len();
                Some((session, Fill { bars, of }))
            })
            .collect()
    }
}

/// Sessions with much fewer bars than their hours hold, and gaps inside the others.
pub(crate) fn within(
    frame: &Frame,
    sessions: &SessionTable,
    grid: Grid,
    fills: &[(u32, Fill)],
    finder: &mut Finder,
) {
    let usual = median(fills.iter().map(|(_, fill)| fill.share()).collect()).unwrap_or(1.0);
    late_grid(grid, finder);
    let sparse = usual < SPARSE;
    if sparse {
        let text = format!(
            "the usual session has {:.0} % of its bars: too thin for single gaps to be named",
            usual * 100.0
        );
        finder
            .add(Kind::SessionGap, When::Whole, text)
            .only_a_note();
    }
    for ((session, rows), (_, fill)) in frame.by_session().zip(fills) {
        let starts = &frame.rows.start[rows];
        let (Some((first, of)), Some(hours)) = (
            grid.starts(sessions, session),
            sessions.get(session as usize),
        ) else {
            continue;
        };
        if fill.share() < SHORT * usual.min(1.0) {
            let ends = starts.first().zip(starts.last());
            let (from, to) = ends.map_or((first, first), |(a, b)| (*a, *b));
            let text = format!(
                "{} of {of} bars, the first at {}, the last at {}",
                fill.bars,
                clock(from),
                clock(to)
            );
            finder.add(Kind::ShortSession, When::Day(hours.date), text);
        } else if !sparse {
            gaps(starts, first, hours.close.micros(), grid.step, finder);
        }
    }
}

/// Bars by the clock hour leave out the half hour in which the session opens.
fn late_grid(grid: Grid, finder: &mut Finder) {
    if grid.phase > 0 {
        let text = format!(
            "bars start {} minutes after the open: what is traded before is in none of them",
            grid.phase / 60_000_000
        );
        finder
            .add(Kind::ShortSession, When::Whole, text)
            .only_a_note();
    }
}

fn gaps(starts: &[i64], first: i64, close: i64, step: i64, finder: &mut Finder) {
    let mut expected = first;
    for &at in starts.iter().chain([&close]) {
        // A last bar that the close cuts off is shorter than the others.
        let missing = (at - expected + if at == close { step - 1 } else { 0 }) / step;
        if missing > 0 && missing * step >= LEAST_GAP_MINUTES * 60_000_000 {
            let what = if missing == 1 { "bar is" } else { "bars are" };
            let text = format!("{missing} {what} missing before {}", clock(at));
            finder.add(Kind::SessionGap, When::At(Time(expected)), text);
        }
        expected = at + step;
    }
}

fn clock(at: i64) -> String {
    Time(at)
        .exchange()
        .map_or_else(|| Time(at).to_string(), |t| t.format("%H:%M").to_string())
}

/// Bars that start before the one in front of them has ended. Of two, the one off the grid is to blame.
pub(crate) fn overlaps(
    frame: &Frame,
    sessions: &SessionTable,
    grid: Option<Grid>,
    finder: &mut Finder,
) {
    let start = &frame.rows.start;
    let mut held: Option<usize> = None;
    for row in 0..frame.len() {
        let overlap = held.filter(|&held| match grid {
            Some(grid) => start[row] - start[held] < grid.step,
            // Two daily bars of one session start at different times only if one of them is none.
            None => frame.session[row] == frame.session[held],
        });
        let Some(before) = overlap else {
            held = Some(row);
            continue;
        };
        let on_grid = |row: usize| {
            let open = sessions.get(frame.session[row] as usize);
            let open = open.map_or(0, |session| session.open.micros());
            grid.map_or(start[row] == open, |grid| {
                (start[row] - open).rem_euclid(grid.step) == grid.phase
            })
        };
        let (wrong, right) = if on_grid(row) && !on_grid(before) {
            held = Some(row);
            (before, row)
        } else {
            (row, before)
        };
        let when = finder.place(start[wrong]);
        let text = format!("overlaps the bar of {}", Time(start[right]));
        let file = frame.on_file[wrong] as usize;
        finder.add(Kind::Overlap, when, text).at_row(file);
    }
}
