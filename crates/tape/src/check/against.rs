//! One tape against another: what differs, and what only one of them has.

use std::collections::BTreeMap;

use market::{Date, Interval, SessionTable, Time};

use super::basis::{Footing, footing};
use super::defect::{Finder, Repair, When};
use super::frame::{Frame, frame, sessions_of};
use super::kind::Kind;
use super::robust::{TO_SIGMA, median, spread};
use super::rows::{CLOSE, FIELDS, Rows, VOLUME};
use super::values;

/// Prices this close are one price rounded twice: a cent and a little, and for cheap shares 10 bp.
const CENT_USD: f64 = 0.011;
const CENT_SHARE: f64 = 0.001;

/// Where two sources differ by more than that as a rule, so many of their usual differences are too much.
const SIGMAS: f64 = 10.0;

/// Volumes this close are one volume counted twice: 5 %.
const VOLUME_SHARE: f64 = 0.05;

/// The factor between two sources is taken from so many rows on either side, so that one that changes at ex-dates does
/// not make every row differ.
const LOCAL_ROWS: usize = 20;

/// More rows in a row than this on one side only are one defect.
const STRETCH_ROWS: usize = 20;

/// Compares sound rows with those of the other tape, by start time.
pub(crate) fn compare(
    here: &Frame,
    sessions: &SessionTable,
    there: Rows,
    interval: Interval,
    factor: &impl Fn(Date, Date) -> f64,
    finder: &mut Finder,
) {
    let there = sound(there, finder);
    let pairs = common(here, &there);
    only(here, &there, finder);
    if pairs.is_empty() {
        return;
    }
    another_footing(here, sessions, &there, &pairs, interval, factor, finder);
    let ratios = local_ratios(here, &there, &pairs);
    for (field, name) in FIELDS.iter().enumerate() {
        let volume = field == VOLUME;
        let logs: Vec<f64> = pairs
            .iter()
            .zip(&ratios)
            .map(|(&(a, b), ratio)| {
                let (a, b) = (here.rows.columns[field][a], there.rows.columns[field][b]);
                let usual = if volume { 0.0 } else { *ratio };
                libm::log(a.max(1e-9) / b.max(1e-9)) - usual
            })
            .collect();
        let Some((centre, away)) = spread(&logs) else {
            continue;
        };
        // A handful of rows has no habit.
        let own = if logs.len() < LOCAL_ROWS {
            0.0
        } else {
            SIGMAS * TO_SIGMA * away
        };
        let centre = if own > 0.0 { centre } else { 0.0 };
        for ((&(a, b), log), ratio) in pairs.iter().zip(&logs).zip(&ratios) {
            let (mine, theirs) = (here.rows.columns[field][a], there.rows.columns[field][b]);
            let floor = if volume {
                VOLUME_SHARE
            } else {
                (CENT_USD / mine).min(CENT_SHARE)
            };
            let off = if volume { log - centre } else { *log };
            if off.abs() <= floor.max(own) || (volume && (mine == 0.0 || theirs == 0.0)) {
                continue;
            }
            let when = finder.place(here.rows.start[a]);
            let text = format!("the other tape has {theirs}, {:+.2} % away", -100.0 * off);
            let defect = finder
                .add(Kind::Differs, when, text)
                .value(name, mine)
                .at_row(here.on_file[a] as usize);
            if volume {
                defect.only_a_note();
            } else if ratio.abs() < CENT_SHARE {
                // On another footing the other value would be wrong here.
                defect.perhaps(Repair::Value(theirs));
            }
        }
    }
}

/// The other tape's rows that can be compared at all; its own defects are not the matter.
fn sound(rows: Rows, finder: &Finder) -> Frame {
    let sessions = sessions_of(&rows);
    let mut silent = Finder::new(
        finder.subject.sort,
        &finder.subject.name,
        finder.subject.interval,
    );
    let mut framed = frame(rows, &sessions, &mut silent);
    let good = values::judge(&framed.rows, &framed.on_file, &mut silent);
    framed.retain(&good);
    framed
}

/// Rows that both have: their places here and there.
fn common(here: &Frame, there: &Frame) -> Vec<(usize, usize)> {
    let (a, b) = (&here.rows.start, &there.rows.start);
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Equal => {
                pairs.push((i, j));
                (i, j) = (i + 1, j + 1);
            }
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    pairs
}

/// Rows inside the span of the other that only one of them has.
fn only(here: &Frame, there: &Frame, finder: &mut Finder) {
    let sides = [
        (Kind::OnlyHere, &here.rows.start, &there.rows.start),
        (Kind::OnlyThere, &there.rows.start, &here.rows.start),
    ];
    for (kind, mine, theirs) in sides {
        let (Some(&first), Some(&last)) = (theirs.first(), theirs.last()) else {
            continue;
        };
        let mut stretch: Vec<i64> = Vec::new();
        for &at in mine.iter().filter(|at| (first..=last).contains(*at)) {
            if theirs.binary_search(&at).is_err() {
                stretch.push(at);
            } else {
                named(kind, &stretch, finder);
                stretch.clear();
            }
        }
        named(kind, &stretch, finder);
    }
}

fn named(kind: Kind, stretch: &[i64], finder: &mut Finder) {
    let whose = if kind == Kind::OnlyHere {
        "the other tape has no such row"
    } else {
        "only the other tape has it"
    };
    if let (true, Some(&first), Some(&last)) = (
        stretch.len() > STRETCH_ROWS,
        stretch.first(),
        stretch.last(),
    ) {
        let text = format!("{} rows to {}: {whose}", stretch.len(), Time(last));
        let when = finder.place(first);
        finder.add(kind, when, text);
        return;
    }
    for &at in stretch {
        let when = finder.place(at);
        finder.add(kind, when, whose.to_owned());
    }
}

/// Says once if the other tape is on another footing, of shares or of dividends.
fn another_footing(
    here: &Frame,
    sessions: &SessionTable,
    there: &Frame,
    pairs: &[(usize, usize)],
    interval: Interval,
    factor: &impl Fn(Date, Date) -> f64,
    finder: &mut Finder,
) {
    let close = |frame: &Frame, row: usize| frame.rows.columns[CLOSE][row];
    // The last common bar of each session: prices of one session are on one footing.
    let mut closes: BTreeMap<Date, (f64, f64)> = BTreeMap::new();
    for &(a, b) in pairs {
        if let Some(session) = sessions.get(here.session[a] as usize) {
            closes.insert(session.date, (close(here, a), close(there, b)));
        }
    }
    let closes: Vec<(Date, f64, f64)> = closes.into_iter().map(|(d, (a, b))| (d, a, b)).collect();
    let (kind, text) = match footing(&closes, factor) {
        None | Some(Footing::Same) => return,
        Some(Footing::Shares(ratio)) => (
            Kind::MixedBasis,
            format!("closes differ from the other tape's by a factor of {ratio}, as after a split"),
        ),
        Some(Footing::SecondAdjusted) => (
            Kind::AdjustedPrices,
            "the other tape's prices have the dividends taken out, these have not".to_owned(),
        ),
        Some(Footing::FirstAdjusted) => (
            Kind::AdjustedPrices,
            "these prices have the dividends taken out, the other tape's have not".to_owned(),
        ),
        Some(Footing::Other(ratio)) => (
            Kind::Differs,
            format!("{interval} closes are up to {ratio:.4} times the other tape's"),
        ),
    };
    finder.add(kind, When::Whole, text);
}

/// The usual logarithm of here ÷ there around each common row.
fn local_ratios(here: &Frame, there: &Frame, pairs: &[(usize, usize)]) -> Vec<f64> {
    let close = |frame: &Frame, row: usize| frame.rows.columns[CLOSE][row];
    let logs: Vec<f64> = pairs
        .iter()
        .map(|&(a, b)| libm::log(close(here, a) / close(there, b)))
        .collect();
    (0..logs.len())
        .map(|at| {
            let from = at.saturating_sub(LOCAL_ROWS);
            let to = (at + LOCAL_ROWS + 1).min(logs.len());
            median(logs[from..to].to_vec()).unwrap_or(0.0)
        })
        .collect()
}
