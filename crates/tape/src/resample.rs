//! Coarser bars of a tape from its finer ones, into the same tape.

use std::collections::BTreeSet;

use market::{
    Bars, Fields, Interval, RawBars, ResampleError, SessionTable, Time, resample,
    sessions_cut_short,
};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::Basis;
use crate::layout::Sort;
use crate::merge::MergeReport;
use crate::tape::{BarWant, Tape, Want};

/// What every source of resampled bars begins with.
const RESAMPLED: &str = "resampled from ";

/// A session whose bars begin so late, or end so early, makes no daily bar: its open or its close would be another price,
/// and its range and volume a part.
const TORN_MINUTES: i64 = 30;

/// Which bars to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resample {
    /// The symbols.
    pub symbols: Vec<String>,
    /// The interval there is.
    pub from: Interval,
    /// The intervals to make, each coarser.
    pub to: Vec<Interval>,
    /// Let made bars take the place of bars that came from elsewhere.
    pub replace: bool,
}

/// What became of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResampleReport {
    /// What became of the rows.
    pub merge: MergeReport,
    /// What a person should know, in sentences.
    pub notes: Vec<String>,
}

impl Tape {
    /// Makes coarser bars and merges them into the tape, as [`market::resample()`] defines them. Where the tape already
    /// has bars from elsewhere (an official daily bar, say) those stay, unless [`Resample::replace`] is set. Up to
    /// `listed` changed values are listed.
    ///
    /// # Errors
    /// [`TapeError::Resample`] for intervals that do not divide or bars that lie across a boundary, and what reading and
    /// merging meet. The tape is then as it was.
    pub fn resample(
        &self,
        plan: &Resample,
        listed: usize,
        threads: usize,
    ) -> Result<ResampleReport, TapeError> {
        let mut notes = Vec::new();
        let mut contents = Contents::default();
        for symbol in &plan.symbols {
            self.resample_one(plan, symbol, threads, &mut contents, &mut notes)?;
        }
        let source = format!("{RESAMPLED}{}", plan.from);
        let merge = self.merge(&contents, &source, listed)?;
        Ok(ResampleReport { merge, notes })
    }

    fn resample_one(
        &self,
        plan: &Resample,
        symbol: &str,
        threads: usize,
        contents: &mut Contents,
        notes: &mut Vec<String>,
    ) -> Result<(), TapeError> {
        let snapshot = self.read(&want(symbol, plan.from, Fields::ALL), threads)?;
        contents.origin = snapshot.origin.clone();
        let Some(fine) = snapshot.bars_of(symbol, plan.from) else {
            return Ok(());
        };
        if self.basis_of(symbol, plan.from)? == Basis::Applied {
            contents.applied.push(symbol.to_owned());
        }
        let short = sessions_cut_short(fine, &snapshot.sessions);
        if short > 0 {
            notes.push(format!(
                "{symbol}: {short} sessions of its {} bars end before their close, and so do the bars made of them",
                plan.from
            ));
        }
        for &to in &plan.to {
            if to <= plan.from {
                let (symbol, from) = (symbol.to_owned(), plan.from);
                return Err(ResampleError::Interval { symbol, from, to }.into());
            }
            let made = resample(fine, to, &snapshot.sessions)?;
            let mut raw = made.raw().clone();
            if to == Interval::Day {
                let left = leave_torn(&mut raw, fine, &snapshot.sessions);
                if left > 0 {
                    notes.push(format!(
                        "{symbol}: {left} sessions make no daily bar: their {} bars begin {TORN_MINUTES} minutes or more after the open, or end as long before the close",
                        plan.from
                    ));
                }
            }
            let kept = if plan.replace {
                0
            } else {
                self.leave_what_is_there(symbol, to, &mut raw, threads)?
            };
            let sources = self.elsewhere(symbol, to)?;
            if !plan.replace && !raw.start.is_empty() && !sources.is_empty() {
                notes.push(format!(
                    "{symbol}: {} {to} bars made of {} join bars of another maker ({sources}), whose opens, closes and volumes may be counted otherwise",
                    raw.start.len(),
                    plan.from
                ));
            }
            if kept > 0 {
                notes.push(format!(
                    "{symbol}: {kept} {to} bars on the tape come from elsewhere and stay; --replace puts resampled ones in their place"
                ));
            }
            contents.bars.push((symbol.to_owned(), to, raw));
        }
        Ok(())
    }

    /// Takes the rows out that the tape has from elsewhere; returns how many.
    fn leave_what_is_there(
        &self,
        symbol: &str,
        interval: Interval,
        raw: &mut RawBars,
        threads: usize,
    ) -> Result<usize, TapeError> {
        if self.elsewhere(symbol, interval)?.is_empty() {
            return Ok(0);
        }
        let snapshot = self.read(&want(symbol, interval, Fields::default()), threads)?;
        let held: &[Time] = snapshot
            .bars_of(symbol, interval)
            .map_or(&[], |bars| bars.start());
        let stays: Vec<bool> = raw
            .start
            .iter()
            .map(|at| held.binary_search(at).is_err())
            .collect();
        Ok(keep_rows(raw, &stays))
    }

    /// The makers of the bars the tape has that are not resampled; empty if all of them are, or there are none.
    fn elsewhere(&self, symbol: &str, interval: Interval) -> Result<String, TapeError> {
        let catalog = self.catalog()?;
        let own = catalog.iter().find(|entry| {
            entry.sort == Sort::Bars
                && entry.name.as_deref() == Some(symbol)
                && entry.interval == Some(interval)
        });
        let Some(own) = own else {
            return Ok(String::new());
        };
        if own.source.is_empty() {
            return Ok("its file does not say which".to_owned());
        }
        let others = own.source.split(", ").filter(|s| !s.starts_with(RESAMPLED));
        Ok(others.collect::<Vec<&str>>().join(", "))
    }

    /// The shares the bars of a symbol are counted in.
    fn basis_of(&self, symbol: &str, interval: Interval) -> Result<Basis, TapeError> {
        let catalog = self.catalog()?;
        let own = catalog.iter().find(|entry| {
            entry.sort == Sort::Bars
                && entry.interval == Some(interval)
                && entry.name.as_deref().is_none_or(|name| name == symbol)
        });
        Ok(own.map_or(Basis::Raw, |entry| entry.splits))
    }
}

/// Takes out the daily bars of sessions whose finer bars miss their beginning or their end; returns how many.
fn leave_torn(daily: &mut RawBars, fine: &Bars, sessions: &SessionTable) -> usize {
    let mut torn = BTreeSet::new();
    for row in 0..fine.len() {
        let own = fine.session()[row];
        let Some(session) = sessions.get(own as usize) else {
            continue;
        };
        let first = row == 0 || fine.session()[row - 1] != own;
        let last = fine.session().get(row + 1) != Some(&own);
        let late = session.open.plus_minutes(TORN_MINUTES) <= fine.start()[row];
        let early = fine.end()[row] <= session.close.plus_minutes(-TORN_MINUTES);
        if first && late || last && early {
            torn.insert(session.open);
        }
    }
    let stays: Vec<bool> = daily.start.iter().map(|at| !torn.contains(at)).collect();
    keep_rows(daily, &stays)
}

/// Keeps the rows that stay; returns how many went.
fn keep_rows(raw: &mut RawBars, stays: &[bool]) -> usize {
    let before = raw.start.len();
    keep(&mut raw.start, stays);
    for column in [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ] {
        keep(column, stays);
    }
    before - raw.start.len()
}

fn keep<T>(values: &mut Vec<T>, stays: &[bool]) {
    let mut stays = stays.iter();
    values.retain(|_| stays.next().is_some_and(|&stays| stays));
}

fn want(symbol: &str, interval: Interval, fields: Fields) -> Want {
    Want {
        bars: vec![BarWant {
            symbol: symbol.to_owned(),
            interval,
            fields,
            from: None,
            to: None,
        }],
        ..Want::default()
    }
}
