//! All that is asked of one item of bars.

use std::collections::BTreeMap;

use market::{Date, Interval, SessionTable};

use super::actions;
use super::against;
use super::basis::dividend_factor;
use super::coarser::{self, Finest};
use super::days::{Days, together};
use super::defect::Finder;
use super::finer;
use super::frame::{Frame, frame, in_order, sessions_of};
use super::hours::{self, Grid};
use super::jumps::{self, Usual};
use super::opens;
use super::prints;
use super::rows::Rows;
use super::stale;
use super::values;
use super::volumes;

/// What is on record of a symbol.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) dividends: BTreeMap<Date, f64>,
    pub(crate) splits: BTreeMap<Date, f64>,
}

/// What a symbol's finer bars leave behind for the coarser ones.
#[derive(Debug, Default)]
pub(crate) struct Finer {
    /// Their sessions, item by item.
    pub(crate) days: Vec<Days>,
    /// Whether other bars within the session are to be held against the finest.
    pub(crate) keep: bool,
    /// The finest, if so.
    pub(crate) bars: Option<Finest>,
}

/// Bars of the regular session. `finer` are the symbol's finer ones so far; an item of finer bars adds its own.
pub(crate) fn regular(
    rows: Rows,
    interval: Interval,
    applied: bool,
    records: &Records,
    finer: &mut Finer,
    other: Option<Rows>,
    finder: &mut Finder,
) {
    let sessions = sessions_of(&rows);
    let mut frame = frame(rows, &sessions, finder);
    hours::missing_sessions(&frame, &sessions, finder);
    let grid = Grid::of(&frame, &sessions, interval);
    hours::overlaps(&frame, &sessions, grid, finder);
    let fills = grid.map_or_else(Vec::new, |grid| grid.fills(&frame, &sessions));
    if let Some(grid) = grid {
        hours::within(&frame, &sessions, grid, &fills, finder);
    }
    // From here on only bars whose numbers can be used: a NaN is one defect, not a jump as well.
    let good = values::judge(&frame.rows, &frame.on_file, finder);
    if good.contains(&false) {
        frame.retain(&good);
    }
    stale::runs(&frame, interval, finder);
    volumes::volumes(&frame, &sessions, interval, finder);
    let usual = Usual::of(&frame, interval);
    jumps::outliers(&frame, &usual, finder);
    jumps::splits(&frame, &sessions, &records.splits, applied, finder);
    let cuts = actions::cuts(&frame, &sessions, &records.dividends);
    let factor = dividend_factor(&cuts);
    if let Some(grid) = grid {
        opens::opens(&frame, &sessions, interval, &usual, &[], finder);
        if let Some(finest) = &finer.bars {
            coarser::compare(&frame, interval, finest, finder);
        }
        finer.days.push(together(&frame, &sessions, interval, grid));
    } else {
        daily(&frame, &sessions, &usual, &finer.days, &factor, finder);
        actions::drops(&frame, &sessions, &cuts, &usual, finder);
    }
    if let Some(other) = other {
        against::compare(&frame, &sessions, other, interval, &factor, finder);
    }
    if let (true, None, Interval::Minutes(minutes)) = (finer.keep, &finer.bars, interval) {
        let rows = frame.rows;
        finer.bars = Some(Finest { minutes, rows });
    }
}

fn daily(
    frame: &Frame,
    sessions: &SessionTable,
    usual: &Usual,
    finer: &[Days],
    factor: &impl Fn(Date, Date) -> f64,
    finder: &mut Finder,
) {
    let witnesses: Vec<finer::Witness<'_>> = finer
        .iter()
        .filter_map(|days| finer::witness(frame, sessions, days, factor, finder))
        .collect();
    finer::compare(frame, sessions, &witnesses, finder);
    opens::opens(frame, sessions, Interval::Day, usual, &witnesses, finder);
    prints::prints(frame, sessions, usual, &witnesses, finder);
}

/// Bars outside the regular session, which no run reads: their order and their numbers.
pub(crate) fn extended(rows: Rows, finder: &mut Finder) {
    let frame = in_order(rows, finder);
    values::judge(&frame.rows, &frame.on_file, finder);
}
