//! Volumes far from those around them: a digit too many, other units, a session not counted.
//!
//! Volume leaps by itself, most where one venue is all that is seen. So a volume must be out both from the bars beside it and
//! from the same time of other sessions, and by more than this item's volumes usually are.

use std::collections::BTreeMap;

use market::{Interval, SessionTable};

use super::defect::Finder;
use super::frame::Frame;
use super::kind::Kind;
use super::robust::{TO_SIGMA, median};
use super::rows::VOLUME;

/// As a factor from both references.
const LEAST_FACTOR: f64 = 10.0;

/// In usual differences (of logarithms) from the bars beside.
const FAR_SIGMAS: f64 = 4.0;

/// Bars on either side, and sessions on either side for the same time of day; of daily bars, sessions nearby and around.
const BESIDE: usize = 4;
const SESSIONS: usize = 10;
const DAYS_BESIDE: usize = 5;
const DAYS_AROUND: usize = 21;

/// What is usual is taken from so many bars on either side: thin trading grows thick over the years.
const HABIT: usize = 60;

/// Fewer bars have no habit.
const LEAST_ROWS: usize = 60;

/// Names volumes that stand out.
pub(crate) fn volumes(
    frame: &Frame,
    sessions: &SessionTable,
    interval: Interval,
    finder: &mut Finder,
) {
    let volume = &frame.rows.columns[VOLUME];
    let traded = volume.iter().filter(|v| **v > 0.0).count();
    // Vendors without volumes say 0 throughout.
    if frame.len() < LEAST_ROWS || traded * 2 < frame.len() {
        return;
    }
    let daily = interval == Interval::Day;
    let beside = if daily { DAYS_BESIDE } else { BESIDE };
    // Within the session an interval without a counted share is usual; of a day it is none.
    let judged = |row: usize| daily || volume[row] > 0.0;
    let away = |row: usize| {
        let usual = around(volume, row, beside)?;
        (usual > 0.0 && judged(row)).then(|| libm::log(volume[row].max(1.0) / usual))
    };
    let aways: Vec<Option<f64>> = (0..frame.len()).map(away).collect();
    let bound = |row: usize| {
        let lately = &aways[row.saturating_sub(HABIT)..(row + HABIT).min(aways.len())];
        let usual = median(lately.iter().flatten().map(|a| a.abs()).collect()).unwrap_or(0.0);
        (FAR_SIGMAS * TO_SIGMA * usual).max(libm::log(LEAST_FACTOR))
    };
    // One trade moves no price, and there is nothing odd in its being alone.
    let [_, high, low, ..] = &frame.rows.columns;
    let alone = |row: usize, away: f64| !daily && away < 0.0 && high[row] <= low[row];
    let far: Vec<(usize, f64, f64)> = aways
        .iter()
        .enumerate()
        .filter_map(|(row, away)| Some((row, (*away)?)))
        .filter(|(row, away)| away.abs() > libm::log(LEAST_FACTOR) && !alone(*row, *away))
        .map(|(row, away)| (row, away, bound(row)))
        .filter(|(_, away, bound)| away.abs() > *bound)
        .collect();
    // Only now what costs a look at the whole item.
    let slots = if daily || far.is_empty() {
        BTreeMap::new()
    } else {
        slots(frame, sessions)
    };
    for (row, away, bound) in far {
        let usual = if daily {
            around(volume, row, DAYS_AROUND)
        } else {
            same_time(frame, sessions, &slots, row)
        };
        let Some(usual) = usual.filter(|usual| *usual > 0.0) else {
            continue;
        };
        let other = libm::log(volume[row].max(1.0) / usual);
        if other.signum() != away.signum() || other.abs() <= bound {
            continue;
        }
        let text = format!(
            "{} times the volumes beside it, {} times the usual {}",
            factor(away),
            factor(other),
            if daily {
                "of these weeks"
            } else {
                "at this time of day"
            }
        );
        let when = finder.place(frame.rows.start[row]);
        let defect = finder
            .add(Kind::WildVolume, when, text)
            .value("volume", volume[row])
            .at_row(frame.on_file[row] as usize);
        // Where volumes leap by habit, one that leaps further may be a block.
        if bound > libm::log(LEAST_FACTOR) {
            defect.only_a_note();
        }
    }
}

fn factor(log: f64) -> String {
    let factor = libm::exp(log);
    if factor < 1.0 {
        format!("{factor:.4}")
    } else {
        format!("{factor:.0}")
    }
}

/// The median of the volumes on both sides of a row.
fn around(volume: &[f64], row: usize, beside: usize) -> Option<f64> {
    let before = &volume[row.saturating_sub(beside)..row];
    let after = &volume[row + 1..(row + 1 + beside).min(volume.len())];
    median([before, after].concat())
}

/// The rows of each time since the open.
fn slots(frame: &Frame, sessions: &SessionTable) -> BTreeMap<i64, Vec<usize>> {
    let mut slots: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for row in 0..frame.len() {
        if let Some(slot) = slot(frame, sessions, row) {
            slots.entry(slot).or_default().push(row);
        }
    }
    slots
}

fn slot(frame: &Frame, sessions: &SessionTable, row: usize) -> Option<i64> {
    let session = sessions.get(*frame.session.get(row)? as usize)?;
    Some(frame.rows.start[row] - session.open.micros())
}

fn same_time(
    frame: &Frame,
    sessions: &SessionTable,
    slots: &BTreeMap<i64, Vec<usize>>,
    row: usize,
) -> Option<f64> {
    let rows = slots.get(&slot(frame, sessions, row)?)?;
    let at = rows.binary_search(&row).ok()?;
    let near = &rows[at.saturating_sub(SESSIONS)..(at + 1 + SESSIONS).min(rows.len())];
    let volume = &frame.rows.columns[VOLUME];
    let others = near.iter().filter(|r| **r != row).map(|r| volume[*r]);
    median(others.collect())
}
