//! Bars that repeat themselves.

use market::Interval;

use super::defect::Finder;
use super::frame::Frame;
use super::kind::Kind;
use super::rows::{CLOSE, HIGH, LOW, OPEN, VOLUME};

/// Bars with a range that are alike this often are copies: of 174,000 real five-minute bars only three pairs were.
const ALIKE: usize = 3;

/// A range of less is a cent or two, which quiet minutes share by chance.
const RANGE_USD: f64 = 0.05;

/// Bars of one price, or nearly, are usual in a quiet minute: so many minutes of them, and so many bars at least.
const FLAT_MINUTES: usize = 30;
const FLAT_BARS: usize = 4;

/// Runs of identical open, high, low and close while shares were traded.
pub(crate) fn runs(frame: &Frame, interval: Interval, finder: &mut Finder) {
    let flat_bars = match interval {
        Interval::Minutes(minutes) => FLAT_BARS.max(FLAT_MINUTES / usize::from(minutes.max(1))),
        Interval::Day => ALIKE,
    };
    let columns = &frame.rows.columns;
    let same = |a: usize, b: usize, field: usize| columns[field][a] == columns[field][b];
    let prices = |a: usize, b: usize| [CLOSE, OPEN, HIGH, LOW].iter().all(|&f| same(a, b, f));
    let mut first = 0;
    for row in 1..=frame.len() {
        if row < frame.len() && prices(row, first) {
            continue;
        }
        let (bars, begin) = (row - first, first);
        first = row;
        if bars < 2 || (begin..row).any(|r| columns[VOLUME][r] <= 0.0) {
            continue;
        }
        let ranged = columns[HIGH][begin] - columns[LOW][begin] >= RANGE_USD;
        let copied = ranged && (begin..row).all(|r| same(r, begin, VOLUME));
        let least = match (ranged, copied) {
            (_, true) => 2,
            (true, false) => ALIKE,
            (false, false) => flat_bars,
        };
        if bars >= least {
            let when = finder.place(frame.rows.start[begin + 1]);
            let volumes = if copied { ", volume too" } else { "" };
            let text = format!("{bars} bars alike in open, high, low and close{volumes}");
            finder
                .add(Kind::StaleRun, when, text)
                .value("close", columns[CLOSE][begin])
                .at_row(frame.on_file[begin + 1] as usize);
        }
    }
}
