//! Prices that leave and come back, and prices that leave for good by a round factor.

use std::collections::BTreeMap;

use market::{Date, Interval, SessionTable};

use super::defect::{Finder, Repair, When};
use super::frame::Frame;
use super::kind::Kind;
use super::robust::{TO_SIGMA, before, median};
use super::rows::{CLOSE, HIGH, LOW, OPEN};

/// How far, in usual moves, a price must stand out from all four prices beside it.
const FAR_SIGMAS: f64 = 5.0;

/// The four prices beside it must lie this much closer together than it stands away.
const TOGETHER: f64 = 0.5;

/// How far, in usual ranges, a wick must reach beyond its bar's body and both bars beside it. The flash crashes of 2010-05-06
/// and 2015-08-24, which were traded, reach 7.7 in a bond fund and 7.2 in the Nasdaq 100's.
const FAR_RANGES: f64 = 8.0;

/// Smaller moves are no defect however quiet the market was: 1 %.
const LEAST_MOVE: f64 = 0.01;

/// The ratios of splits that are known to happen.
const RATIOS: [f64; 13] = [
    1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 25.0, 50.0,
];

/// How near a jump must come to a ratio, and how well it must last: natural logarithms.
const NEAR_RATIO: f64 = 0.06;
const LASTS: f64 = 0.15;

/// Sessions on either side over which a jump must last.
const BESIDE: usize = 5;

/// What is usual for an item just before each bar.
#[derive(Debug)]
pub(crate) struct Usual {
    /// Standard deviation of close-to-close log returns, from their median.
    pub(crate) sigma: Vec<Option<f64>>,
    /// True range, median, as a share of the price.
    pub(crate) range: Vec<Option<f64>>,
}

impl Usual {
    pub(crate) fn of(frame: &Frame, interval: Interval) -> Usual {
        let [_, high, low, close, _] = &frame.rows.columns;
        let (window, every, least) = match interval {
            Interval::Day => (21, 1, 10),
            Interval::Minutes(_) => (512, 64, 64),
        };
        let rows = frame.len();
        let moved = |row: usize| match row.checked_sub(1) {
            Some(before) => libm::log(close[row] / close[before]).abs(),
            None => 0.0,
        };
        let moves: Vec<f64> = (0..rows).map(moved).collect();
        let true_range = |row: usize| {
            let before = row.checked_sub(1).map_or(close[row], |b| close[b]);
            (high[row].max(before) - low[row].min(before)) / close[row]
        };
        let ranges: Vec<f64> = (0..rows).map(true_range).collect();
        let sigma = before(&moves, window, every, least)
            .into_iter()
            .map(|m| m.map(|m| m * TO_SIGMA))
            .collect();
        let range = before(&ranges, window, every, least);
        Usual { sigma, range }
    }
}

/// Closes far from the prices on both sides of them, and wicks far beyond everything around.
///
/// A crash is not taken back at once: the next bar opens where the crash left the price. A wrong close is, so the
/// next open is the witness.
pub(crate) fn outliers(frame: &Frame, usual: &Usual, finder: &mut Finder) {
    let [open, high, low, close, _] = &frame.rows.columns;
    for row in 1..frame.len().saturating_sub(1) {
        let (Some(sigma), Some(range)) = (usual.sigma[row], usual.range[row]) else {
            continue;
        };
        let bound = (FAR_SIGMAS * sigma).max(LEAST_MOVE);
        let price = close[row];
        // Cheap and nearly always enough.
        if (price / open[row + 1] - 1.0).abs() > bound / 2.0 {
            let beside = [open[row], close[row - 1], open[row + 1], close[row + 1]];
            if let Some(away) = stands_out(price, beside).filter(|&away| away > bound) {
                let when = finder.place(frame.rows.start[row]);
                let text = format!(
                    "{:.1} % from the closes and opens on both sides, {:.0} times a usual move",
                    away * 100.0,
                    away / sigma.max(1e-9)
                );
                finder
                    .add(Kind::Outlier, when, text)
                    .value("close", price)
                    .at_row(frame.on_file[row] as usize)
                    .perhaps(Repair::Value(open[row + 1]));
            }
        }
        let far = (FAR_RANGES * range).max(LEAST_MOVE) * price;
        let top = open[row].max(price).max(high[row - 1]).max(high[row + 1]);
        let bottom = open[row].min(price).min(low[row - 1]).min(low[row + 1]);
        for (field, value, beyond, edge) in [
            (HIGH, high[row], high[row] - top, open[row].max(price)),
            (LOW, low[row], bottom - low[row], open[row].min(price)),
        ] {
            if beyond > far {
                let when = finder.place(frame.rows.start[row]);
                let text = format!(
                    "{:.1} usual ranges beyond the body and both bars beside it",
                    beyond / (range * price).max(1e-9)
                );
                finder
                    .add(Kind::Outlier, when, text)
                    .value(super::rows::FIELDS[field], value)
                    .at_row(frame.on_file[row] as usize)
                    .perhaps(Repair::Value(edge));
            }
        }
    }
}

/// How far a price is from the nearest of four others, as a logarithm, if those agree among themselves.
fn stands_out(price: f64, beside: [f64; 4]) -> Option<f64> {
    let logs = beside.map(|other| libm::log(price / other));
    let least = logs.iter().map(|l| l.abs()).fold(f64::INFINITY, f64::min);
    let high = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let low = logs.iter().copied().fold(f64::INFINITY, f64::min);
    (high - low < TOGETHER * least && high.signum() == low.signum()).then_some(least)
}

/// Jumps from one session to the next that last and are near k:1 or 1:k, without a split on record; and splits on record
/// that the prices do not show.
pub(crate) fn splits(
    frame: &Frame,
    sessions: &SessionTable,
    recorded: &BTreeMap<Date, f64>,
    applied: bool,
    finder: &mut Finder,
) {
    let (open, close) = (&frame.rows.columns[OPEN], &frame.rows.columns[CLOSE]);
    let days: Vec<(u32, std::ops::Range<usize>)> = frame.by_session().collect();
    let last = |day: usize| {
        days.get(day)
            .and_then(|(_, rows)| close.get(rows.end.wrapping_sub(1)))
            .copied()
    };
    for day in 1..days.len() {
        let (ordinal, rows) = &days[day];
        let (Some(before), Some(&opens)) = (last(day - 1), open.get(rows.start)) else {
            continue;
        };
        let jump = libm::log(before / opens);
        let date = sessions.get(*ordinal as usize).map(|s| s.date);
        let record = date.and_then(|d| recorded.get(&d).copied());
        let file = frame.on_file[rows.start] as usize;
        match record {
            Some(ratio) if !applied => {
                // Nearer to no jump at all than to the one on record.
                if (jump - libm::log(ratio)).abs() > jump.abs() {
                    let text = format!(
                        "a split of {ratio} on record, and no jump: are splits applied to these prices?"
                    );
                    let when = date.map_or(When::Whole, When::Day);
                    finder
                        .add(Kind::SplitJump, when, text)
                        .value("open", opens)
                        .at_row(file);
                }
            }
            _ if jump.abs() < LEAST_JUMP => {}
            _ => {
                let window = |days: std::ops::Range<usize>| median(days.filter_map(last).collect());
                let lower = window(day.saturating_sub(BESIDE)..day);
                let upper = window(day..(day + BESIDE).min(days.len()));
                let Some((a, b)) = lower.zip(upper) else {
                    continue;
                };
                if let Some(ratio) = near_ratio(jump, libm::log(a / b)) {
                    let text = format!(
                        "{before} to {opens} overnight and it lasts: like a split of {ratio} that no record tells of"
                    );
                    let when = finder.place(frame.rows.start[rows.start]);
                    finder
                        .add(Kind::SplitJump, when, text)
                        .value("open", opens)
                        .at_row(file);
                }
            }
        }
    }
}

/// Below this no split is looked for: ln 1.4.
const LEAST_JUMP: f64 = 0.336;

/// The split a jump is like: 2 for two new shares for an old one, 1/2 for the reverse.
fn near_ratio(jump: f64, lasting: f64) -> Option<String> {
    let name = |ratio: f64| {
        if jump > 0.0 {
            format!("{ratio}:1")
        } else {
            format!("1:{ratio}")
        }
    };
    RATIOS
        .into_iter()
        .find(|ratio| {
            let log = libm::log(*ratio);
            (jump.abs() - log).abs() < NEAR_RATIO && (lasting.abs() - log).abs() < LASTS
        })
        .filter(|_| jump.signum() == lasting.signum())
        .map(name)
}
