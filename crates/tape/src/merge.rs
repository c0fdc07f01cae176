//! New data into a tape: merged in memory, staged whole, then renamed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use market::bars::PRICES_USD;
use market::{Bars, Date, Dividend, Interval, Known, Origin, RawBars, SessionTable, Split, Time};
use table::{Column, Dest, Options, Reader, StagedFile, Table};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::{Basis, Facts, worse};
use crate::import::Reference;
use crate::layout::{Item, Sort};
use crate::read::{agrees, open_item};
use crate::records::{self, date_of, days_of};
use crate::sheet::{BAR_COLUMNS, Change, Sheet, Tally, describe};
use crate::store::{Store, is_parquet};
use crate::tape::Tape;

/// What became of the rows of a merge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MergeReport {
    /// Each item that was given, in order of its path.
    pub items: Vec<MergedItem>,
    /// The first changes, up to the number asked for.
    pub changes: Vec<Change>,
    /// Changed values beyond those listed.
    pub changes_unlisted: u64,
}

/// One symbol, series or record of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedItem {
    /// `1d bars of IWM`, `series RVX`, `dividends of IWM`.
    pub item: String,
    /// Rows the tape did not have.
    pub rows_added: u64,
    /// Rows it had, equal within 1e-6 of the value.
    pub rows_equal: u64,
    /// Rows of which at least one value was replaced.
    pub rows_changed: u64,
    /// False if the file on disk was already so and was not touched.
    pub written: bool,
}

/// A merge in the making: nothing of the tape changes before [`commit`](Merge::commit).
#[derive(Debug)]
pub struct Merge<'a> {
    tape: &'a Tape,
    root: &'a Path,
    /// What the tape holds, which everything new must share.
    origin: Option<Origin>,
    held: BTreeMap<Item, Held>,
    report: MergeReport,
    listed: usize,
}

#[derive(Debug)]
struct Held {
    sheet: Sheet,
    facts: Facts,
    tally: Tally,
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
    /// [`TapeError::ReadOnly`], [`TapeError::Mixed`], [`TapeError::Bar`] and [`TapeError::Record`] for rows that no
    /// replay may use, [`TapeError::Table`] (a full disk for one).
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
    /// Begins a merge into `tape`.
    ///
    /// # Errors
    /// [`TapeError::ReadOnly`], and what a catalog of the tape may meet.
    pub fn begin(tape: &'a Tape, listed: usize) -> Result<Self, TapeError> {
        let Store::Folder(root) = &tape.store else {
            return Err(TapeError::ReadOnly);
        };
        let catalog = tape.catalog()?;
        let origins = catalog.into_iter().map(|entry| entry.origin);
        Ok(Self {
            tape,
            root,
            origin: origins.reduce(|a, b| worse(&a, &b)),
            held: BTreeMap::new(),
            report: MergeReport::default(),
            listed,
        })
    }

    /// Takes in one more set of columns.
    ///
    /// # Errors
    /// As [`Tape::merge`]; the merge is then of no more use, and the tape untouched.
    pub fn add(&mut self, contents: &Contents, source: &str) -> Result<(), TapeError> {
        self.same_origin(&contents.origin)?;
        let basis = |symbol: &String| {
            if contents.applied.contains(symbol) {
                Basis::Applied
            } else {
                Basis::Raw
            }
        };
        for (symbol, interval, raw) in &contents.bars {
            let item = Item::bars(symbol, *interval);
            self.take(
                &item,
                &Sheet::bars(raw.clone()),
                &contents.origin,
                Known::Close,
                basis(symbol),
                source,
            )?;
        }
        for (symbol, interval, raw) in &contents.extended {
            let item = Item::extended(symbol, *interval);
            let sheet = Sheet::bars(raw.clone());
            self.take(
                &item,
                &sheet,
                &contents.origin,
                Known::Close,
                basis(symbol),
                source,
            )?;
        }
        for series in &contents.series {
            let dates = series.date.iter().map(|&d| days_of(d));
            let sheet = sheet(dates, series.value.iter().copied());
            let item = Item::other(Sort::Series, &series.name);
            self.take(
                &item,
                &sheet,
                &contents.origin,
                series.known,
                Basis::Raw,
                source,
            )?;
        }
        for (symbol, rows) in &contents.dividends {
            let dates = rows.iter().map(|r| days_of(r.ex_date));
            let sheet = sheet(dates, rows.iter().map(|r| r.amount_usd));
            let item = Item::other(Sort::Dividends, symbol);
            let shares = basis(symbol);
            self.take(
                &item,
                &sheet,
                &contents.origin,
                Known::Close,
                shares,
                source,
            )?;
        }
        for (symbol, rows) in &contents.splits {
            let dates = rows.iter().map(|r| days_of(r.ex_date));
            let sheet = sheet(dates, rows.iter().map(|r| r.ratio));
            let item = Item::other(Sort::Splits, symbol);
            self.take(
                &item,
                &sheet,
                &contents.origin,
                Known::Close,
                Basis::Raw,
                source,
            )?;
        }
        Ok(())
    }

    /// The daily bars and records of a symbol, as they will be; `None` without daily bars.
    pub(crate) fn reference(&self, symbol: &str) -> Result<Option<Reference>, TapeError> {
        let daily = self.sheet(&Item::bars(symbol, Interval::Day))?;
        if daily.keys.is_empty() {
            return Ok(None);
        }
        let dividends = self.sheet(&Item::other(Sort::Dividends, symbol))?;
        let dividends = dated(dividends).map(|(ex_date, amount_usd)| Dividend {
            ex_date,
            amount_usd,
        });
        Ok(Some(Reference {
            daily: daily.to_bars(),
            dividends: dividends.collect(),
        }))
    }

    /// The share basis of a symbol's bars and dividends as they will be; `None` while there are none.
    pub(crate) fn basis_of(&self, symbol: &str) -> Result<Option<Basis>, TapeError> {
        let of_symbol = |item: &&Item| {
            let counted = item.sort.is_bars() || item.sort == Sort::Dividends;
            counted && item.name == symbol
        };
        let here = self.held.keys().find(of_symbol);
        if let Some(held) = here.and_then(|item| self.held.get(item)) {
            return Ok(Some(held.facts.splits));
        }
        let catalog = self.tape.catalog()?.into_iter();
        let mut there = catalog.filter(|entry| entry.name.as_deref() == Some(symbol));
        let found = there.find(|entry| entry.sort.is_bars() || entry.sort == Sort::Dividends);
        Ok(found.map(|entry| entry.splits))
    }

    /// The splits of a symbol as they will be.
    pub(crate) fn splits_of(&self, symbol: &str) -> Result<Vec<Split>, TapeError> {
        let splits = dated(self.sheet(&Item::other(Sort::Splits, symbol))?);
        let splits = splits.map(|(ex_date, ratio)| Split { ex_date, ratio });
        Ok(splits.collect())
    }

    /// The rows of an item as they will be.
    fn sheet(&self, item: &Item) -> Result<Sheet, TapeError> {
        if let Some(held) = self.held.get(item) {
            return Ok(held.sheet.clone());
        }
        match open_item(self.tape, item)? {
            Some(reader) => rows(&reader, item.sort),
            None => Ok(Sheet::empty(item.sort)),
        }
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

    fn take(
        &mut self,
        item: &Item,
        new: &Sheet,
        origin: &Origin,
        known: Known,
        basis: Basis,
        source: &str,
    ) -> Result<(), TapeError> {
        item.check_name()?;
        new.check(item)?;
        if !self.held.contains_key(item) {
            let held = load(self.tape, item, origin)?;
            self.held.insert(item.clone(), held);
        }
        let Some(held) = self.held.get_mut(item) else {
            return Ok(());
        };
        // What is there already has its basis; an importer converts what it brings to that.
        if held.sheet.keys.is_empty() {
            held.facts.splits = basis;
        }
        let (report, listed) = (&mut self.report, self.listed);
        let tally = held.sheet.merge(new, item, &mut |change| {
            if report.changes.len() < listed {
                report.changes.push(change);
            } else {
                report.changes_unlisted += 1;
            }
        });
        if tally.added + tally.changed > 0 {
            held.facts.add_source(source);
        }
        // Of two statements the later knowledge holds: it is the one that cannot look ahead.
        if known == Known::NextSession {
            held.facts.known = known;
        }
        held.tally.added += tally.added;
        held.tally.equal += tally.equal;
        held.tally.changed += tally.changed;
        if item.sort.is_bars() {
            judge(item, &held.sheet)?;
        }
        Ok(())
    }

    /// Writes every file that differs beside its place, and when all of them are on the disk, renames them.
    ///
    /// # Errors
    /// [`TapeError::Table`], the tape being untouched unless a rename itself fails.
    pub fn commit(mut self) -> Result<MergeReport, TapeError> {
        let mut staged: Vec<StagedFile> = Vec::new();
        for (item, held) in &self.held {
            let path = self.root.join(item.path());
            let table = to_table(item, held);
            let bytes = table.to_bytes(&Options::default())?;
            let written = !fs::read(&path).is_ok_and(|old| old == bytes);
            if written {
                match table.stage(&path, &Options::default()) {
                    Ok(file) => staged.push(file),
                    Err(error) => {
                        // The last first: folders that several files share were made by the first of them.
                        while staged.pop().is_some() {}
                        return Err(error.into());
                    }
                }
            }
            self.report.items.push(MergedItem {
                item: describe(item),
                rows_added: held.tally.added,
                rows_equal: held.tally.equal,
                rows_changed: held.tally.changed,
                written,
            });
        }
        for file in staged {
            file.commit()?;
        }
        Ok(self.report)
    }
}

fn describe_origin(origin: &Origin) -> String {
    match origin {
        Origin::Real => "real".to_owned(),
        Origin::Simulated { seed } => format!("simulated (seed {seed})"),
    }
}

fn sheet(days: impl Iterator<Item = i32>, values: impl Iterator<Item = f64>) -> Sheet {
    Sheet {
        keys: days.map(i64::from).collect(),
        columns: vec![values.collect()],
    }
}

/// The rows of records, by date.
fn dated(sheet: Sheet) -> impl Iterator<Item = (Date, f64)> {
    let dates = sheet.keys.into_iter();
    let dates = dates.filter_map(|k| date_of(i32::try_from(k).ok()?));
    let values = sheet.columns.into_iter().next().unwrap_or_default();
    dates.zip(values)
}

/// What the tape holds of an item.
fn load(tape: &Tape, item: &Item, origin: &Origin) -> Result<Held, TapeError> {
    let folder = item.folder();
    for child in tape.store.children(&folder)? {
        let path = format!("{folder}/{}", child.name);
        if path != item.path() && (child.is_folder || is_parquet(&child.name)) {
            let path = tape.store.place(&path);
            return Err(TapeError::Foreign { path });
        }
    }
    let mut held = Held {
        sheet: Sheet::empty(item.sort),
        facts: Facts {
            origin: origin.clone(),
            ..Facts::default()
        },
        tally: Tally::default(),
    };
    if let Some(reader) = open_item(tape, item)? {
        held.facts = Facts::of(&reader)?;
        if let Some(interval) = item.interval {
            agrees(&reader, Some(&item.name), interval)?;
        }
        held.sheet = rows(&reader, item.sort)?;
        held.sheet.check(item)?;
    }
    Ok(held)
}

fn rows(reader: &Reader, sort: Sort) -> Result<Sheet, TapeError> {
    if sort.is_bars() {
        let mut start = Vec::new();
        let mut columns = vec![Vec::new(); BAR_COLUMNS.len()];
        let numbers = BAR_COLUMNS.iter().zip(&mut columns);
        let mut wanted: Vec<_> = numbers.map(|(&n, v)| (n, Dest::Number(v))).collect();
        wanted.push(("start", Dest::TimeMicros(&mut start)));
        reader.read_all(&mut wanted, 1)?;
        return Ok(Sheet {
            keys: start,
            columns,
        });
    }
    let (date, value, _) = records::columns(sort);
    let (mut days, mut values) = (Vec::new(), Vec::new());
    let mut wanted = [
        (date, Dest::DateDays(&mut days)),
        (value, Dest::Number(&mut values)),
    ];
    reader.read_all(&mut wanted, 1)?;
    Ok(sheet(days.into_iter(), values.into_iter()))
}

/// The bars as a run would judge them: what it would refuse must not enter.
fn judge(item: &Item, sheet: &Sheet) -> Result<(), TapeError> {
    let raw: RawBars = sheet.to_bars();
    let date = |at: Option<&Time>| at.and_then(|t| t.exchange_date());
    let sessions = match date(raw.start.first()).zip(date(raw.start.last())) {
        Some((first, last)) => SessionTable::covering(first, last),
        None => SessionTable::default(),
    };
    let Some(interval) = item.interval else {
        return Ok(());
    };
    if item.sort == Sort::Extended {
        return judge_extended(item, &raw);
    }
    let judged = Bars::new(&item.name, interval, raw, &sessions);
    judged.map(drop).map_err(|defect| TapeError::Bar {
        path: describe(item),
        defect,
    })
}

/// As [`judge`], but for the sessions, outside of which these bars lie.
fn judge_extended(item: &Item, raw: &RawBars) -> Result<(), TapeError> {
    let prices = [&raw.open, &raw.high, &raw.low, &raw.close];
    let bad = (0..raw.start.len()).find(|&row| {
        let price = |column: &Vec<f64>| column.get(row).is_some_and(|p| PRICES_USD.contains(p));
        let whole = prices.iter().all(|column| price(column));
        !whole || raw.high[row] < raw.low[row] || !(0.0..=f64::MAX).contains(&raw.volume[row])
    });
    match bad {
        None => Ok(()),
        Some(row) => Err(TapeError::Record {
            path: describe(item),
            row,
            date: raw.start[row].to_string(),
            found: "a price, a volume or a high below its low".to_owned(),
            expected: "prices from 0.0001 to 10000000 dollars, no negative volume, highs not below lows",
        }),
    }
}

fn to_table<'a>(item: &Item, held: &'a Held) -> Table<'a> {
    let sheet = &held.sheet;
    let mut table = Table::new();
    if item.sort.is_bars() {
        table = table.column("start", Column::time_micros(&sheet.keys));
        for (name, values) in BAR_COLUMNS.iter().zip(&sheet.columns) {
            table = table.column(name, Column::number(values));
        }
    } else {
        let (date, value, _) = records::columns(item.sort);
        // Keys came from dates, which days of 32 bits hold.
        let days: Vec<i32> = sheet.keys.iter().map(|&k| k as i32).collect();
        table = table.column(date, Column::date_days(days));
        for values in &sheet.columns {
            table = table.column(value, Column::number(values));
        }
    }
    held.facts.write(table, item.sort == Sort::Series)
}
