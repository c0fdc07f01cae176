//! Highs, lows and opens that are no trades of the session but the close before it.
//!
//! On a day that gaps away from the previous close, some vendors' high or low is that close: a print reported late, or a
//! field initialised with it. The bar then reaches back over the gap. What tells it from a gap that was really filled is
//! where it ends: a real retracement ends anywhere, a print ends at the close before. Finer bars, where there are any,
//! decide.

use market::SessionTable;

use super::days::Day;
use super::defect::{Finder, Repair, When};
use super::finer::Witness;
use super::frame::Frame;
use super::jumps::Usual;
use super::kind::Kind;
use super::rows::{CLOSE, FIELDS, HIGH, LOW, OPEN};

/// In usual daily ranges: how far the wick reaches beyond the body, how far the open gapped away, how near the extreme
/// is to the previous close.
const WICK: f64 = 0.3;
const GAP: f64 = 0.2;
const NEAR: f64 = 0.1;

/// And as a share of the price: 13 bp. Of the 69 known prints at a previous close all but two are nearer.
const NEAR_SHARE: f64 = 0.0013;

/// The same for a suspicion worth a warning without any finer bars.
const STRONG_WICK: f64 = 0.4;
const STRONG_NEAR: f64 = 0.02;

/// At the previous close finer bars need to lie this share of the price inside to settle it: 15 bp.
const SETTLES: f64 = 0.0015;

/// With a range below so many dollars a price lands on the previous close by chance too often to be told.
const TELLING_RANGE_USD: f64 = 1.0;

/// Prices closer than this are one price.
const EQUAL: f64 = 1e-9;

/// One daily bar and what is known around it.
struct Around<'a> {
    row: usize,
    when: When,
    file: usize,
    previous_close: f64,
    /// A usual range, dollars.
    range: f64,
    /// What finer bars say, the finest first, with their tolerance.
    seen: Vec<(&'a Witness<'a>, &'a Day)>,
}

/// Looks at every daily bar that follows on the session before it.
pub(crate) fn prints(
    daily: &Frame,
    sessions: &SessionTable,
    usual: &Usual,
    witnesses: &[Witness<'_>],
    finder: &mut Finder,
) {
    for row in 1..daily.len() {
        let (ordinal, before) = (daily.session[row], daily.session[row - 1]);
        let (Some(range), Some(session)) = (usual.range[row], sessions.get(ordinal as usize))
        else {
            continue;
        };
        if before + 1 != ordinal {
            continue;
        }
        let previous_close = daily.rows.columns[CLOSE][row - 1];
        let open = session.open.micros();
        let around = Around {
            row,
            when: finder.place(daily.rows.start[row]),
            file: daily.on_file[row] as usize,
            previous_close,
            range: range * previous_close,
            seen: witnesses
                .iter()
                .filter_map(|w| Some((w, w.day(open)?)))
                .collect(),
        };
        extreme(daily, &around, HIGH, finder);
        extreme(daily, &around, LOW, finder);
        opening(daily, &around, finder);
    }
}

fn extreme(daily: &Frame, around: &Around<'_>, field: usize, finder: &mut Finder) {
    let columns = &daily.rows.columns;
    let at = |field: usize| columns[field][around.row];
    let up = if field == HIGH { 1.0 } else { -1.0 };
    let value = at(field);
    let body = if up > 0.0 {
        at(OPEN).max(at(CLOSE))
    } else {
        at(OPEN).min(at(CLOSE))
    };
    let (wick, gap) = ((value - body) * up, (around.previous_close - at(OPEN)) * up);
    let away = (value - around.previous_close).abs();
    let near = away <= (NEAR * around.range).min(NEAR_SHARE * value) && gap > 0.0;

    // Finer bars that reach the extreme, even if some are missing, show that it was traded.
    let reached = |(witness, day): &&(&Witness<'_>, &Day)| {
        (value - day.price(field)) * up <= settles(witness, field, near) * value
    };
    if around.seen.iter().any(|seen| reached(&seen)) {
        return;
    }
    if let Some((witness, day)) = around.seen.iter().find(|(_, day)| day.full) {
        let there = day.price(field);
        // The open and close auctions may be missing from finer bars; a bar must hold its own open and close.
        let mended = if up > 0.0 {
            there.max(body)
        } else {
            there.min(body)
        };
        if (value - mended) * up <= EQUAL * value {
            return;
        }
        let percent = (value - there) * up / value * 100.0;
        let (kind, what) = if near {
            (Kind::PreviousClosePrint, "at the previous close, and ")
        } else {
            (Kind::IntradayDisagrees, "")
        };
        let text = format!(
            "{what}{percent:.2} % beyond the extreme of the {} bars, {there}",
            witness.name()
        );
        finder
            .add(kind, around.when, text)
            .value(FIELDS[field], value)
            .at_row(around.file)
            .firmly(Repair::Value(mended));
        return;
    }
    if near && wick >= WICK * around.range && gap >= GAP * around.range {
        let text = format!(
            "{:.1} usual ranges beyond open and close on a gap day, {:.1} bp from the previous close {}",
            wick / around.range,
            away / around.previous_close * 1e4,
            around.previous_close
        );
        let defect = finder
            .add(Kind::PreviousClosePrint, around.when, text)
            .value(FIELDS[field], value)
            .at_row(around.file)
            .perhaps(Repair::Value(body));
        if wick < STRONG_WICK * around.range
            || away > STRONG_NEAR * around.range
            || around.range < TELLING_RANGE_USD
        {
            defect.only_a_note();
        }
    }
}

fn settles(witness: &Witness<'_>, field: usize, near: bool) -> f64 {
    if near {
        SETTLES
    } else {
        witness.tolerance(field)
    }
}

fn opening(daily: &Frame, around: &Around<'_>, finder: &mut Finder) {
    let at = |field: usize| daily.rows.columns[field][around.row];
    let open = at(OPEN);
    let equal = |a: f64, b: f64| (a - b).abs() <= EQUAL * a;
    let flat = equal(at(HIGH), at(LOW));
    if flat || !equal(open, around.previous_close) {
        return;
    }
    if !equal(open, at(HIGH)) && !equal(open, at(LOW)) {
        return;
    }
    let agrees = |(witness, day): &(&Witness<'_>, &Day)| {
        day.from_open && (open - day.open).abs() <= witness.tolerance(OPEN) * open
    };
    if around.seen.iter().any(agrees) {
        return;
    }
    let text = "the open is the previous close to the last digit, and the bar's extreme".to_owned();
    let defect = finder
        .add(Kind::PreviousCloseOpen, around.when, text)
        .value("open", open)
        .at_row(around.file);
    if around.range < TELLING_RANGE_USD {
        defect.only_a_note();
    }
}
