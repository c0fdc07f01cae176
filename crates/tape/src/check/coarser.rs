//! Bars within the session against finer ones of the same instants.

use market::Interval;

use super::defect::{Finder, Repair, When};
use super::frame::Frame;
use super::kind::Kind;
use super::robust::{TO_SIGMA, spread};
use super::rows::{CLOSE, FIELDS, HIGH, LOW, OPEN, Rows};

/// Bars of one source put together are equal; of two sources, one of which is one venue, they may be 10 bp apart.
const APART: f64 = 0.001;

/// Where two sources differ by more as a rule, so many of their usual differences.
const SIGMAS: f64 = 10.0;

/// Fewer bars in common prove nothing.
const LEAST_BARS: usize = 20;

/// The finest bars of a symbol, kept while coarser ones within the session are to come.
#[derive(Debug)]
pub(crate) struct Finest {
    pub(crate) minutes: u16,
    pub(crate) rows: Rows,
}

/// Names the prices of bars that whole sets of finer ones do not bear out.
pub(crate) fn compare(frame: &Frame, interval: Interval, finest: &Finest, finder: &mut Finder) {
    let Interval::Minutes(minutes) = interval else {
        return;
    };
    if minutes <= finest.minutes || minutes % finest.minutes != 0 {
        return;
    }
    let pairs = pairs(frame, minutes, finest);
    if pairs.len() < LEAST_BARS {
        return;
    }
    for field in [OPEN, HIGH, LOW, CLOSE] {
        let column = &frame.rows.columns[field];
        let off = |&(row, seen): &(usize, [f64; 4])| seen[field] / column[row] - 1.0;
        let all: Vec<f64> = pairs.iter().map(off).collect();
        let Some((centre, away)) = spread(&all) else {
            continue;
        };
        if centre.abs() > APART {
            let text = format!(
                "usually {:+.2} % away from the {}m bars': not the same prices",
                -100.0 * centre,
                finest.minutes
            );
            finder.add(Kind::IntradayDisagrees, When::Whole, text).field = Some(FIELDS[field]);
            continue;
        }
        let bound = APART.max(SIGMAS * TO_SIGMA * away);
        for (&(row, seen), off) in pairs.iter().zip(all) {
            if off.abs() > bound {
                let text = format!(
                    "the {}m bars of these minutes have {}, {:.2} % away",
                    finest.minutes,
                    seen[field],
                    off.abs() * 100.0
                );
                let when = finder.place(frame.rows.start[row]);
                finder
                    .add(Kind::IntradayDisagrees, when, text)
                    .value(FIELDS[field], column[row])
                    .at_row(frame.on_file[row] as usize)
                    .perhaps(Repair::Value(seen[field]));
            }
        }
    }
}

/// Rows all of whose minutes finer bars cover, and what those come to: open, high, low, close.
fn pairs(frame: &Frame, minutes: u16, finest: &Finest) -> Vec<(usize, [f64; 4])> {
    let of = usize::from(minutes / finest.minutes);
    let [open, high, low, close, _] = &finest.rows.columns;
    let mut pairs = Vec::new();
    for (row, &start) in frame.rows.start.iter().enumerate() {
        let end = start + i64::from(minutes) * 60_000_000;
        let first = finest.rows.start.partition_point(|&at| at < start);
        let last = first + of;
        let whole = finest.rows.start.get(first) == Some(&start)
            && finest.rows.start.get(last - 1).is_some_and(|&at| at < end)
            && finest.rows.start.get(last).is_none_or(|&at| at >= end);
        if whole {
            let most = high[first..last].iter().copied().fold(f64::MIN, f64::max);
            let least = low[first..last].iter().copied().fold(f64::MAX, f64::min);
            pairs.push((row, [open[first], most, least, close[last - 1]]));
        }
    }
    pairs
}
