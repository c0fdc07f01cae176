//! Item after item through a tape.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use market::{Date, Interval};

use super::dated::{self, Dated};
use super::defect::{Defect, Finder, Subject, When};
use super::item::{self, Finer, Records};
use super::kind::Kind;
use super::rows::{BarItem, Rows, items};
use super::{CheckOptions, basis, closes, events, quotes};
use crate::error::{TapeError, nearest};
use crate::import::Progress;
use crate::layout::{self, Sort};
use crate::tape::Tape;

/// An item that was looked at.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) subject: Subject,
    pub(crate) rows: u64,
    /// Those inside the dates asked for, in the order found.
    pub(crate) defects: Vec<Defect>,
    /// The bar files it is made of; empty for what is not bars.
    pub(crate) files: Vec<String>,
    /// True if those files hold other symbols too.
    pub(crate) shared: bool,
}

type Sink<'a> = dyn FnMut(Found) -> Result<(), TapeError> + 'a;

/// What is to be done, in the order of doing.
struct Plan {
    /// Bars of each symbol: those outside the regular session, then the others from fine to coarse.
    symbols: BTreeMap<String, (Vec<BarItem>, Vec<BarItem>)>,
    /// Dated items.
    dated: Vec<(Sort, String)>,
    /// Quotes, events and universes.
    keyed: Vec<(Sort, String)>,
    broken: Vec<(String, String)>,
}

pub(crate) fn walk(
    tape: &Tape,
    options: &CheckOptions,
    against: Option<&Tape>,
    progress: &mut dyn FnMut(Progress),
    stop: &AtomicBool,
    sink: &mut Sink<'_>,
) -> Result<(), TapeError> {
    let plan = plan(tape, options)?;
    let other = against.map(|other| others(other, options)).transpose()?;
    let bars = plan.symbols.values().map(|(a, b)| a.len() + b.len());
    let total = bars.sum::<usize>() + plan.dated.len() + plan.keyed.len();
    let mut walk = Walk {
        tape,
        against: against.zip(other),
        options,
        sink,
        done: 0,
    };
    let mut step = |done: usize| {
        progress(Progress { done, total });
        if stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        Ok(())
    };
    for (path, reason) in &plan.broken {
        walk.broken(path, reason)?;
    }
    for (symbol, (extended, regular)) in &plan.symbols {
        walk.symbol(symbol, extended, regular, &mut step)?;
    }
    for (sort, name) in &plan.dated {
        walk.dated(*sort, name)?;
        walk.done += 1;
        step(walk.done)?;
    }
    for (sort, name) in &plan.keyed {
        walk.keyed(*sort, name)?;
        walk.done += 1;
        step(walk.done)?;
    }
    walk.only_there()
}

fn plan(tape: &Tape, options: &CheckOptions) -> Result<Plan, TapeError> {
    let wanted = |name: &str| {
        options.symbols.is_empty() || options.symbols.iter().any(|symbol| symbol == name)
    };
    let mut symbols: BTreeMap<String, (Vec<BarItem>, Vec<BarItem>)> = BTreeMap::new();
    let mut names = BTreeSet::new();
    let (extended, mut broken) = items(&tape.store, Sort::Extended)?;
    let (regular, more) = items(&tape.store, Sort::Bars)?;
    broken.extend(more);
    for item in extended {
        names.insert(item.symbol.clone());
        symbols.entry(item.symbol.clone()).or_default().0.push(item);
    }
    for item in regular {
        names.insert(item.symbol.clone());
        symbols.entry(item.symbol.clone()).or_default().1.push(item);
    }
    let mut dated = Vec::new();
    for sort in [Sort::Series, Sort::Dividends, Sort::Splits] {
        for name in layout::names(&tape.store, sort)? {
            names.insert(name.clone());
            dated.push((sort, name));
        }
    }
    let mut keyed = Vec::new();
    for sort in [
        Sort::Constituents,
        Sort::Members,
        Sort::Quotes,
        Sort::Events,
    ] {
        for name in layout::names(&tape.store, sort)? {
            names.insert(name.clone());
            keyed.push((sort, name));
        }
    }
    if let Some(absent) = options.symbols.iter().find(|s| !names.contains(*s)) {
        return Err(TapeError::Absent {
            tape: tape.name(),
            wanted: format!("bars, series, records, quotes, events or closes of {absent}"),
            suggestion: nearest(absent, names.iter().map(String::as_str)),
            has: names.into_iter().collect(),
        });
    }
    symbols.retain(|name, _| wanted(name));
    dated.retain(|(_, name)| wanted(name));
    keyed.retain(|(_, name)| wanted(name));
    Ok(Plan {
        symbols,
        dated,
        keyed,
        broken,
    })
}

/// The bar items of the other tape, those that have been met being taken out one by one.
type Others = BTreeMap<(String, Interval), BarItem>;

fn others(tape: &Tape, options: &CheckOptions) -> Result<Others, TapeError> {
    let plan = items(&tape.store, Sort::Bars)?.0;
    let wanted =
        |item: &BarItem| options.symbols.is_empty() || options.symbols.contains(&item.symbol);
    Ok(plan
        .into_iter()
        .filter(wanted)
        .map(|item| ((item.symbol.clone(), item.interval), item))
        .collect())
}

/// Whether the prices say they are already on today's share basis.
fn applied(tape: &Tape, bars: &BarItem) -> bool {
    let first = bars.files.first().map(|path| tape.store.open(path));
    first.is_some_and(|opened| opened.is_ok_and(|r| r.fact("splits") == Some("applied")))
}

/// The usable records of a symbol; what is wrong with the others is said when their own turn comes.
fn sound(tape: &Tape, sort: Sort, symbol: &str) -> BTreeMap<Date, f64> {
    let read = dated::read(&tape.store, sort, symbol).ok().flatten();
    let mut silent = Finder::new(sort.as_str(), symbol, None);
    read.map_or_else(BTreeMap::new, |dated| {
        dated::rows(&dated, sort, &mut silent)
    })
}

struct Walk<'a, 'b> {
    tape: &'a Tape,
    against: Option<(&'a Tape, Others)>,
    options: &'a CheckOptions,
    sink: &'a mut Sink<'b>,
    done: usize,
}

impl Walk<'_, '_> {
    fn symbol(
        &mut self,
        symbol: &str,
        extended: &[BarItem],
        regular: &[BarItem],
        step: &mut dyn FnMut(usize) -> Result<(), TapeError>,
    ) -> Result<(), TapeError> {
        for bars in extended {
            let mut finder = Finder::new("extended", symbol, Some(bars.interval));
            let rows = self.read(bars, &mut finder);
            let count = rows.len();
            item::extended(rows, &mut finder);
            self.found(finder, count, Some(bars))?;
            self.done += 1;
            step(self.done)?;
        }
        let records = Records {
            dividends: sound(self.tape, Sort::Dividends, symbol),
            splits: sound(self.tape, Sort::Splits, symbol),
        };
        let within = regular.iter().filter(|b| b.interval != Interval::Day);
        let mut finer = Finer {
            keep: within.count() > 1,
            ..Finer::default()
        };
        for bars in regular {
            let mut finder = Finder::new("bars", symbol, Some(bars.interval));
            let rows = self.read(bars, &mut finder);
            let count = rows.len();
            let applied = applied(self.tape, bars);
            let other = self.other(bars, applied, &records, &mut finder);
            item::regular(
                rows,
                bars.interval,
                applied,
                &records,
                &mut finer,
                other,
                &mut finder,
            );
            self.found(finder, count, Some(bars))?;
            self.done += 1;
            step(self.done)?;
        }
        Ok(())
    }

    fn read(&self, bars: &BarItem, finder: &mut Finder) -> Rows {
        bars.read(&self.tape.store).unwrap_or_else(|error| {
            finder.add(Kind::Unreadable, When::Whole, error.to_string());
            Rows::default()
        })
    }

    /// The other tape's rows of an item, if there is another tape and it has them.
    fn other(
        &mut self,
        bars: &BarItem,
        applied_here: bool,
        records: &Records,
        finder: &mut Finder,
    ) -> Option<Rows> {
        let (tape, others) = self.against.as_mut()?;
        let key = (bars.symbol.clone(), bars.interval);
        let Some(item) = others.remove(&key) else {
            let text = format!("{} has none of it", tape.name());
            finder.add(Kind::OnlyHere, When::Whole, text);
            return None;
        };
        match item.read(&tape.store) {
            Ok(mut rows) => {
                if applied(tape, &item) != applied_here {
                    let there = sound(tape, Sort::Splits, &bars.symbol);
                    basis::convert(&mut rows, applied_here, &records.splits, &there, finder);
                }
                Some(rows)
            }
            Err(error) => {
                let text = format!("there: {error}");
                finder.add(Kind::Unreadable, When::Whole, text);
                None
            }
        }
    }

    /// Items of the other tape that this one lacks.
    fn only_there(&mut self) -> Result<(), TapeError> {
        let Some((tape, others)) = self.against.take() else {
            return Ok(());
        };
        for ((symbol, interval), _) in others {
            let mut finder = Finder::new("bars", &symbol, Some(interval));
            let text = format!("only {} has it", tape.name());
            finder.add(Kind::OnlyThere, When::Whole, text);
            self.found(finder, 0, None)?;
        }
        Ok(())
    }

    fn dated(&mut self, sort: Sort, name: &str) -> Result<(), TapeError> {
        let mut finder = Finder::new(sort.as_str(), name, None);
        let read = match dated::read(&self.tape.store, sort, name) {
            Ok(read) => read.unwrap_or_default(),
            Err(error) => {
                finder.add(Kind::Unreadable, When::Whole, error.to_string());
                Dated::default()
            }
        };
        let sound = dated::rows(&read, sort, &mut finder);
        if sort == Sort::Series {
            dated::series(&sound, read.known, &mut finder);
        } else {
            dated::off_sessions(&sound, crate::records::columns(sort).1, &mut finder);
        }
        if let Some((tape, _)) = &self.against
            && let Ok(Some(other)) = dated::read(&tape.store, sort, name)
        {
            dated::against(&sound, &other, sort, &mut finder);
        }
        self.found(finder, read.days.len(), None)
    }

    fn keyed(&mut self, sort: Sort, name: &str) -> Result<(), TapeError> {
        let mut finder = Finder::new(sort.as_str(), name, None);
        let store = &self.tape.store;
        let looked = match sort {
            Sort::Quotes => quotes::quotes(store, name, &mut finder),
            Sort::Events => events::events(store, name, &mut finder),
            Sort::Constituents => closes::closes(store, name, &mut finder),
            // Memberships hold dates alone: what may be wrong with them their reader says.
            _ => self.tape.members(name).map(|m| m.map_or(0, |m| m.len())),
        };
        let rows = looked.unwrap_or_else(|error| {
            finder.add(Kind::Unreadable, When::Whole, error.to_string());
            0
        });
        self.found(finder, rows, None)
    }

    fn broken(&mut self, path: &str, reason: &str) -> Result<(), TapeError> {
        let mut finder = Finder::new("bars", path, None);
        finder.add(Kind::Unreadable, When::Whole, reason.to_owned());
        self.found(finder, 0, None)
    }

    fn found(
        &mut self,
        finder: Finder,
        rows: usize,
        bars: Option<&BarItem>,
    ) -> Result<(), TapeError> {
        let (from, to) = (self.options.from, self.options.to);
        let inside = |defect: &Defect| {
            let date = match defect.when {
                When::Day(date) => Some(date),
                When::At(time) => time.exchange_date(),
                When::Whole => None,
            };
            date.is_none_or(|date| {
                from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to)
            })
        };
        let mut defects = finder.found;
        defects.retain(inside);
        (self.sink)(Found {
            subject: finder.subject,
            rows: rows as u64,
            defects,
            files: bars.map_or_else(Vec::new, |b| b.files.clone()),
            shared: bars.is_some_and(|b| b.shared),
        })
    }
}
