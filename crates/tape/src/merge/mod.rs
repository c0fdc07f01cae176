//! New data into a tape: rows piled up by source and item, woven together by time, staged whole, then renamed.

mod coming;
mod commit;
mod grid;
mod judge;
mod lock;
mod pile;
mod report;
mod spool;
mod stage;
#[cfg(test)]
mod tests;
mod weave;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use market::Origin;
use table::Reader;

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::{Basis, worse};
use crate::layout::{Item, Sort};
use crate::ledger::{Ledger, WidePanel};
use crate::merge::coming::counts_shares;
use crate::merge::lock::Lock;
use crate::merge::weave::Weave;
use crate::records::days_of;
use crate::sheet::Sheet;
use crate::store::Store;
use crate::tape::Tape;

pub(crate) use grid::{CELLS, Grid, Turned};
pub(crate) use lock::NAME as LOCK;
use pile::ROWS_IN_MEMORY;
pub(crate) use pile::{OutOfOrder, Part, Pile, Run, Told};
pub(crate) use report::Origin as SourceFile;
pub use report::{Disagreement, FieldGap, MergeReport, MergedItem};
pub(crate) use spool::Spool;

/// Rows held in memory before they go to the spool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Of one item of the file that is being read.
    pub(crate) rows_a_pile: usize,
    /// Of all items of that file, and again of all files read before.
    pub(crate) rows_in_all: usize,
}

/// 6 MiB of bars, and twice 12.
const BUDGET: Budget = Budget {
    rows_a_pile: ROWS_IN_MEMORY,
    rows_in_all: 2 * ROWS_IN_MEMORY,
};

/// A merge in the making: nothing of the tape changes before [`commit`](Merge::commit), and no other merge into it can
/// begin.
#[derive(Debug)]
pub struct Merge<'a> {
    tape: &'a Tape,
    root: &'a Path,
    /// What the tape holds, which everything new must share.
    origin: Option<Origin>,
    /// The share basis of each symbol the tape holds.
    bases: BTreeMap<String, Basis>,
    sources: Vec<report::Origin>,
    /// Runs by item, each with the rank of its source.
    runs: BTreeMap<Item, Vec<(usize, Run)>>,
    /// Rows under keys of their own.
    ledger: Ledger,
    /// Rows of them in memory.
    held: usize,
    spool: RefCell<Spool>,
    budget: Budget,
    listed: usize,
    stop: Option<&'a AtomicBool>,
    // Last: what the others leave behind is gone when it is let go.
    _lock: Lock,
}

impl Tape {
    /// Merges `contents` by time with what the tape holds; new values win over old ones that differ by more than one
    /// part in a million. `source` is noted in the metadata of files it adds to or changes. Up to `listed` changed
    /// values are listed in the report.
    ///
    /// Merging the same again leaves every file as it was. The tape is either as before or wholly merged, except that
    /// a kill between two renames leaves some files merged and others not yet: each file whole, and the next merge of
    /// the same contents completes it.
    ///
    /// # Errors
    /// [`TapeError::ReadOnly`], [`TapeError::Busy`], [`TapeError::Mixed`], [`TapeError::Bar`] and [`TapeError::Record`]
    /// for rows that no replay may use, [`TapeError::Table`] (a full disk for one).
    pub fn merge(
        &self,
        contents: &Contents,
        source: &str,
        listed: usize,
    ) -> Result<MergeReport, TapeError> {
        let mut merge = Merge::begin(self, listed)?;
        merge.add(contents, source)?;
        merge.commit()
    }
}

impl<'a> Merge<'a> {
    /// Begins a merge into `tape`, which no other can enter until this one is committed or dropped.
    ///
    /// # Errors
    /// [`TapeError::ReadOnly`], [`TapeError::Busy`], and what a catalog of the tape may meet.
    pub fn begin(tape: &'a Tape, listed: usize) -> Result<Self, TapeError> {
        let root = match &tape.store {
            Store::Folder(root) => root,
            Store::Embedded(_) => return Err(TapeError::ReadOnly),
            Store::Remote(_) => return Err(TapeError::RemoteWrite { url: tape.name() }),
        };
        let lock = Lock::take(root)?;
        let catalog = tape.catalog()?;
        let counted = catalog.iter().filter(|entry| counts_shares(entry.sort));
        let bases = counted.filter_map(|entry| Some((entry.name.clone()?, entry.splits)));
        let bases = bases.collect();
        let origins = catalog.into_iter().map(|entry| entry.origin);
        Ok(Self {
            tape,
            root,
            origin: origins.reduce(|a, b| worse(&a, &b)),
            bases,
            sources: Vec::new(),
            runs: BTreeMap::new(),
            ledger: Ledger::default(),
            held: 0,
            spool: RefCell::new(Spool::beside(root)),
            budget: BUDGET,
            listed,
            stop: None,
            _lock: lock,
        })
    }

    /// From now on honours a stop flag, up to the first rename.
    pub(crate) fn stopped_by(&mut self, stop: &'a AtomicBool) {
        self.stop = Some(stop);
    }

    /// Takes in one more set of columns. Of several sets that have a row the first keeps it; the others' differing values
    /// are reported as disagreements.
    ///
    /// # Errors
    /// As [`Tape::merge`]; the merge is then of no more use, and the tape untouched.
    pub fn add(&mut self, contents: &Contents, source: &str) -> Result<(), TapeError> {
        let mut runs = Vec::new();
        let mut run = |item: Item, told: Told, rows: Sheet| {
            item.check_name()?;
            rows.check(&item)?;
            runs.push(Run::of(item, told, rows));
            Ok::<(), TapeError>(())
        };
        let shares = |symbol: &String| Told {
            basis: if contents.applied.contains(symbol) {
                Basis::Applied
            } else {
                Basis::Raw
            },
            ..Told::default()
        };
        for (symbol, interval, raw) in &contents.bars {
            let item = Item::bars(symbol, *interval);
            run(item, shares(symbol), Sheet::bars(raw.clone()))?;
        }
        for (symbol, interval, raw) in &contents.extended {
            let item = Item::extended(symbol, *interval);
            run(item, shares(symbol), Sheet::bars(raw.clone()))?;
        }
        for series in &contents.series {
            let dates = series.date.iter().map(|&d| days_of(d));
            let told = Told {
                known: series.known,
                ..Told::default()
            };
            let rows = by_date(dates, series.value.iter().copied());
            run(Item::other(Sort::Series, &series.name), told, rows)?;
        }
        for (symbol, records) in &contents.dividends {
            let dates = records.iter().map(|r| days_of(r.ex_date));
            let rows = by_date(dates, records.iter().map(|r| r.amount_usd));
            run(Item::other(Sort::Dividends, symbol), shares(symbol), rows)?;
        }
        for (symbol, records) in &contents.splits {
            let dates = records.iter().map(|r| days_of(r.ex_date));
            let rows = by_date(dates, records.iter().map(|r| r.ratio));
            run(Item::other(Sort::Splits, symbol), Told::default(), rows)?;
        }
        let rank = self.source(source, source);
        self.take(rank, runs, &contents.origin)?;
        let keyed = Contents {
            origin: contents.origin.clone(),
            constituents: contents.constituents.clone(),
            members: contents.members.clone(),
            quotes: contents.quotes.clone(),
            events: contents.events.clone(),
            ..Contents::default()
        };
        self.take_keyed(rank, keyed)
    }

    /// Takes in the members, events, quotes and closes of universes that a source brings.
    pub(crate) fn take_keyed(&mut self, rank: usize, contents: Contents) -> Result<(), TapeError> {
        self.ledger.take(contents, rank)
    }

    /// Takes in the closes of a universe that a source brings as a grid.
    pub(crate) fn take_wide(
        &mut self,
        rank: usize,
        panel: WidePanel,
        origin: &Origin,
    ) -> Result<(), TapeError> {
        self.ledger.take_wide(panel, origin, rank)
    }

    /// Registers a source and gives its rank: where several have a row, the least rank keeps it.
    pub(crate) fn source(&mut self, file: &str, format: &str) -> usize {
        self.sources.push(report::Origin {
            file: file.to_owned(),
            format: format.to_owned(),
        });
        self.sources.len() - 1
    }

    /// Takes in the runs of a source.
    pub(crate) fn take(
        &mut self,
        rank: usize,
        runs: Vec<Run>,
        origin: &Origin,
    ) -> Result<(), TapeError> {
        self.same_origin(origin)?;
        for run in runs {
            self.held += run.held();
            let of_item = self.runs.entry(run.item.clone()).or_default();
            let place = of_item.partition_point(|(before, _)| *before <= rank);
            of_item.insert(place, (rank, run));
        }
        if self.held > self.budget.rows_in_all {
            let spool = self.spool.get_mut();
            for (_, run) in self.runs.values_mut().flatten() {
                run.spill(spool)?;
            }
            self.held = 0;
        }
        Ok(())
    }

    /// Where rows go that do not fit into memory.
    pub(crate) fn spool(&self) -> &RefCell<Spool> {
        &self.spool
    }

    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    fn same_origin(&mut self, brings: &Origin) -> Result<(), TapeError> {
        match &self.origin {
            Some(holds) if holds != brings => Err(TapeError::Mixed {
                tape: self.tape.name(),
                holds: describe_origin(holds),
                brings: describe_origin(brings),
            }),
            _ => {
                self.origin = Some(brings.clone());
                Ok(())
            }
        }
    }

    fn weave<'m>(
        &'m self,
        item: &'m Item,
        runs: &'m [(usize, Run)],
        old: Option<&'m Reader>,
    ) -> Weave<'m> {
        let ranked = runs.iter().map(|(rank, run)| (*rank, run));
        Weave::new(item, ranked, old, &self.spool)
    }

    fn look(&self) -> Result<(), TapeError> {
        match self.stop {
            Some(stop) if stop.load(Ordering::Relaxed) => Err(TapeError::Interrupted),
            _ => Ok(()),
        }
    }
}

fn describe_origin(origin: &Origin) -> String {
    match origin {
        Origin::Real => "real".to_owned(),
        Origin::Simulated { seed } => format!("simulated (seed {seed})"),
    }
}

fn by_date(days: impl Iterator<Item = i32>, values: impl Iterator<Item = f64>) -> Sheet {
    Sheet {
        keys: days.map(i64::from).collect(),
        columns: vec![values.collect()],
    }
}
