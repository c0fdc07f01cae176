//! The closes of a universe, symbol by symbol: order, duplicates, values that are no price, days without a session, and
//! closes that leap and come back.

use std::collections::BTreeMap;

use market::{Date, calendar};
use table::{Dest, Reader};

use super::defect::{Finder, When};
use super::kind::Kind;
use super::rows::numbers_of;
use super::spikes::spikes;
use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::records::date_of;
use crate::store::Store;

/// A close that is a factor of 1.8 from the nearer of those beside it is like a split taken back: single shares leap by a
/// half on news, and give it back in weeks, not in a day.
const LEAST_LOG: f64 = 0.588;

/// Looks through a universe a row group at a time; gives the rows.
pub(crate) fn closes(
    store: &Store,
    universe: &str,
    finder: &mut Finder,
) -> Result<usize, TapeError> {
    let path = Item::other(Sort::Constituents, universe).path();
    if !store.has(&path) {
        return Ok(0);
    }
    let reader = store.open(&path)?;
    let mut current = Symbol::default();
    let mut rows = 0;
    for group in 0..reader.groups() {
        let (days, close) = read(&reader, group)?;
        let mut at = 0;
        for run in reader.text_runs(group, "symbol")? {
            let to = (at + run.rows).min(days.len());
            if run.text != current.name {
                let before = std::mem::take(&mut current);
                if run.text < before.name {
                    let text = format!("{} lies behind {}", run.text, before.name);
                    finder.add(Kind::Order, When::Whole, text);
                }
                before.judge(finder);
                current.name.clone_from(&run.text);
            }
            for (day, close) in days[at..to].iter().zip(&close[at..to]) {
                current.take(*day, *close, finder);
            }
            at = to;
        }
        rows += days.len();
    }
    current.judge(finder);
    Ok(rows)
}

fn read(reader: &Reader, group: usize) -> Result<(Vec<i32>, Vec<f64>), TapeError> {
    let mut days = Vec::new();
    reader.read(&[group], &mut [("date", Dest::DateDays(&mut days))], 1)?;
    let close = numbers_of(reader, &[group], "close")?;
    Ok((days, close))
}

/// One symbol's closes.
#[derive(Default)]
struct Symbol {
    name: String,
    latest: Option<Date>,
    sound: BTreeMap<Date, f64>,
}

impl Symbol {
    fn take(&mut self, day: i32, close: f64, finder: &mut Finder) {
        let name = &self.name;
        let Some(date) = date_of(day) else {
            let text = format!("{name}: day {day} since 1970 is no date of this calendar");
            finder.add(Kind::ClosedDay, When::Whole, text);
            return;
        };
        let when = When::Day(date);
        if let Some(before) = self.latest.filter(|before| *before > date) {
            let text = format!("{name} lies behind its close of {before}");
            finder.add(Kind::Order, when, text).value("close", close);
        }
        self.latest = self.latest.max(Some(date));
        if !close.is_finite() {
            let text = format!("{name}: a close must be a number");
            finder.add(Kind::MissingValue, when, text);
            return;
        }
        if close <= 0.0 {
            let text = format!("{name}: a close must be above 0");
            finder.add(Kind::BadPrice, when, text).value("close", close);
            return;
        }
        if let Some(held) = self.sound.get(&date) {
            let text = format!("{name}: two closes of one date, {held} and {close}");
            finder
                .add(Kind::Duplicate, when, text)
                .value("close", close);
            return;
        }
        if let Some(closure) = calendar::why_closed(date) {
            let text = format!("{name}: a close of a day without a session: {closure}");
            finder
                .add(Kind::ClosedDay, when, text)
                .value("close", close);
        }
        self.sound.insert(date, close);
    }

    fn judge(self, finder: &mut Finder) {
        for (date, close, text) in spikes(&self.sound, LEAST_LOG) {
            let text = format!("{}: {text}", self.name);
            finder
                .add(Kind::Outlier, When::Day(date), text)
                .value("close", close);
        }
    }
}
