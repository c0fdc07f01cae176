//! New data into a tape: rows piled up by source and item, woven together by time, staged whole, then renamed.

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

use market::{Date, Dividend, Interval, Known, Origin, Quote, Split};
use table::Reader;

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::{Basis, Facts, worse};
use crate::import::Reference;
use crate::layout::{Item, Sort};
use crate::ledger::{Ledger, Settling, WidePanel};
use crate::merge::judge::{Before, Judge};
use crate::merge::lock::Lock;
use crate::merge::report::{Blind, Count};
use crate::merge::weave::Weave;
use crate::quotes;
use crate::read::{agrees, open_item};
use crate::records::{date_of, days_of};
use crate::sheet::Sheet;
use crate::store::{Store, is_parquet};
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

/// What a commit is about to do with an item.
struct Plan<'m> {
    item: &'m Item,
    runs: &'m [(usize, Run)],
    old: Option<Reader>,
    facts: Facts,
    written: bool,
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

    /// The daily bars and records of a symbol, as they will be; `None` without daily bars.
    pub(crate) fn reference(&self, symbol: &str) -> Result<Option<Reference>, TapeError> {
        let daily = self.rows_of(&Item::bars(symbol, Interval::Day))?;
        if daily.keys.is_empty() {
            return Ok(None);
        }
        let dividends = dated(self.rows_of(&Item::other(Sort::Dividends, symbol))?);
        let dividends = dividends.map(|(ex_date, amount_usd)| Dividend {
            ex_date,
            amount_usd,
        });
        Ok(Some(Reference {
            daily: daily.into_bars(),
            dividends: dividends.collect(),
        }))
    }

    /// True if there will be daily bars of a symbol.
    pub(crate) fn has_daily(&self, symbol: &str) -> bool {
        let item = Item::bars(symbol, Interval::Day);
        // A name no tape can hold is refused elsewhere, and must not lead out of the folder here.
        item.check_name().is_ok()
            && (self.runs.contains_key(&item) || self.tape.store.has(&item.path()))
    }

    /// The quotes of an underlying on a date, the tape's and those taken in so far, which may be of one key.
    pub(crate) fn quotes_on(&self, underlying: &str, date: Date) -> Result<Vec<Quote>, TapeError> {
        let mut quotes = self.ledger.quotes_on(underlying, date);
        let path = quotes::path(underlying, date);
        if self.tape.store.has(&path) {
            let held = quotes::load_dated(&self.tape.store.open(&path)?, date)?;
            quotes.extend(held);
        }
        Ok(quotes)
    }

    /// The share basis of a symbol's bars and dividends as they will be; `None` while there are none.
    pub(crate) fn basis_of(&self, symbol: &str) -> Option<Basis> {
        if let Some(&basis) = self.bases.get(symbol) {
            return Some(basis);
        }
        let here = self.runs.iter().filter(|(item, _)| item.name == symbol);
        let mut here = here.filter(|(item, _)| counts_shares(item.sort));
        let first = here.find_map(|(_, runs)| runs.first());
        first.map(|(_, run)| run.told.basis)
    }

    /// The splits of a symbol as they will be.
    pub(crate) fn splits_of(&self, symbol: &str) -> Result<Vec<Split>, TapeError> {
        let splits = dated(self.rows_of(&Item::other(Sort::Splits, symbol))?);
        let splits = splits.map(|(ex_date, ratio)| Split { ex_date, ratio });
        Ok(splits.collect())
    }

    /// Start and close of every bar that the tape has of an item, this merge aside.
    pub(crate) fn each_of_tape(
        &self,
        item: &Item,
        each: &mut dyn FnMut(i64, f64),
    ) -> Result<(), TapeError> {
        let old = open_item(self.tape, item)?;
        let mut weave = self.weave(item, &[], old.as_ref());
        let mut rows = Sheet::empty(item.sort);
        loop {
            weave.fill(&mut rows, ROWS_IN_MEMORY, &mut Blind)?;
            if rows.keys.is_empty() {
                return Ok(());
            }
            let closes = rows.columns.get(3).map_or(&[][..], Vec::as_slice);
            for (&start, &close) in rows.keys.iter().zip(closes) {
                each(start, close);
            }
            rows.clear();
        }
    }

    /// All rows of an item as they will be.
    fn rows_of(&self, item: &Item) -> Result<Sheet, TapeError> {
        let old = open_item(self.tape, item)?;
        let runs = self.runs.get(item).map_or(&[][..], Vec::as_slice);
        let mut rows = Sheet::empty(item.sort);
        let mut weave = self.weave(item, runs, old.as_ref());
        weave.fill(&mut rows, usize::MAX, &mut Blind)?;
        Ok(rows)
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

    /// Judges all rows, writes every file that differs beside its place, and when all of them are on the disk, renames
    /// them.
    ///
    /// # Errors
    /// As [`Tape::merge`], the tape being untouched unless a rename itself fails.
    pub fn commit(mut self) -> Result<MergeReport, TapeError> {
        let ledger = std::mem::take(&mut self.ledger);
        let mut report = MergeReport::default();
        let mut judge = Judge::default();
        let mut plans = Vec::new();
        for (item, runs) in &self.runs {
            let plan = self.plan(item, runs, &mut judge, &mut report)?;
            // Of what stays as it is nothing has to be kept open.
            plans.extend(plan.written.then_some(plan));
        }
        stage::sweep(self.root);
        let mut staged = Vec::new();
        for plan in plans {
            match self.stage(&plan) {
                Ok(file) => staged.push(file),
                Err(error) => {
                    // The last first: folders that several files share were made by the first of them.
                    while staged.pop().is_some() {}
                    return Err(error);
                }
            }
        }
        let room = self.listed.saturating_sub(report.changes.len());
        let settled = ledger.settle(
            &Settling {
                tape: self.tape,
                root: self.root,
                sources: &self.sources,
                spool: &self.spool,
                look: &|| self.look(),
            },
            room,
        );
        let settled = settled.and_then(|settled| self.look().map(|()| settled));
        let mut settled = match settled {
            Ok(settled) => settled,
            Err(error) => {
                while staged.pop().is_some() {}
                return Err(error);
            }
        };
        report.items.append(&mut settled.items);
        report.changes.append(&mut settled.changes.listed);
        report.changes_unlisted += settled.changes.unlisted;
        for file in staged
            .into_iter()
            .chain(std::mem::take(&mut settled.staged))
        {
            file.commit()?;
        }
        Ok(report)
    }

    /// Weaves an item without writing it: what would become of each row, and whether a run could use it.
    fn plan<'m>(
        &'m self,
        item: &'m Item,
        runs: &'m [(usize, Run)],
        judge: &mut Judge,
        report: &mut MergeReport,
    ) -> Result<Plan<'m>, TapeError> {
        self.alone(item)?;
        let old = open_item(self.tape, item)?;
        let before = match &old {
            Some(reader) => {
                if let Some(interval) = item.interval {
                    agrees(reader, Some(&item.name), interval)?;
                }
                Some(Facts::of(reader)?)
            }
            None => None,
        };
        let mut count = Count::new(item, &self.sources, report, self.listed);
        let mut weave = self.weave(item, runs, old.as_ref());
        let mut rows = Sheet::empty(item.sort);
        let mut so_far = Before::default();
        loop {
            self.look()?;
            weave.fill(&mut rows, ROWS_IN_MEMORY, &mut count)?;
            if rows.keys.is_empty() {
                break;
            }
            rows = judge.judge(item, rows, &mut so_far)?;
            rows.clear();
        }
        let mut facts = before.clone().unwrap_or_else(|| Facts {
            origin: self.origin.clone().unwrap_or_default(),
            // Whatever a source counts in, its rows were converted to one basis on their way in.
            splits: runs.first().map_or(Basis::Raw, |(_, run)| run.told.basis),
            ..Facts::default()
        });
        // What is there already has its basis; an importer converts what it brings to that.
        if old.as_ref().is_none_or(|reader| reader.rows() == 0)
            && let Some((_, run)) = runs.first()
        {
            facts.splits = run.told.basis;
        }
        for source in count
            .brought
            .iter()
            .filter_map(|&rank| self.sources.get(rank))
        {
            facts.add_source(&source.format);
        }
        // Of two statements the later knowledge holds: it is the one that cannot look ahead.
        if runs
            .iter()
            .any(|(_, run)| run.told.known == Known::NextSession)
        {
            facts.known = Known::NextSession;
        }
        let written = before != Some(facts.clone()) || count.added + count.changed > 0;
        let merged = count.merged(written);
        drop(weave);
        report.items.push(merged);
        Ok(Plan {
            item,
            runs,
            old,
            facts,
            written,
        })
    }

    /// Refuses an item beside whose file lies another, which would be read together with it.
    fn alone(&self, item: &Item) -> Result<(), TapeError> {
        let folder = item.folder();
        for child in self.tape.store.children(&folder)? {
            let path = format!("{folder}/{}", child.name);
            if path != item.path() && (child.is_folder || is_parquet(&child.name)) {
                let path = self.tape.store.place(&path);
                return Err(TapeError::Foreign { path });
            }
        }
        Ok(())
    }

    /// Weaves an item into a file beside its place.
    fn stage(&self, plan: &Plan<'_>) -> Result<table::StagedFile, TapeError> {
        let path = self.root.join(plan.item.path());
        let mut file = stage::Staging::begin(plan.item, &plan.facts, &path)?;
        let mut weave = self.weave(plan.item, plan.runs, plan.old.as_ref());
        let mut rows = Sheet::empty(plan.item.sort);
        loop {
            self.look()?;
            weave.fill(&mut rows, stage::rows_per_group(), &mut Blind)?;
            if rows.keys.is_empty() {
                return file.finish();
            }
            file.write(&rows)?;
            rows.clear();
        }
    }
}

/// True for rows that mean another thing after a split.
fn counts_shares(sort: Sort) -> bool {
    sort.is_bars() || sort == Sort::Dividends
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

/// The rows of records, by date.
fn dated(rows: Sheet) -> impl Iterator<Item = (Date, f64)> {
    let dates = rows.keys.into_iter();
    let dates = dates.filter_map(|k| date_of(i32::try_from(k).ok()?));
    let values = rows.columns.into_iter().next().unwrap_or_default();
    dates.zip(values)
}
