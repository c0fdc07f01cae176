//! The part of a merge that is not columns under one key: members, events, quotes and the closes of universes.

mod quarrels;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use market::{Date, Event, Interval, Quote};
use table::{Options, Reader, StagedFile, Table};

use crate::closes::{Close, ClosesWriter, KnownDates, Panel};
use crate::constituents::{ClosePrices, Closes, ClosesBuffer, PRICES, Universe};
use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::ledger::quarrels::Quarrels;
use crate::members::MemberSpan;
use crate::merge::{MergedItem, SourceFile};
use crate::rows::{self, Row, RowTally};
use crate::sheet::Change;
use crate::store::is_parquet;
use crate::tape::Tape;
use crate::{events, members, quotes};
use market::Origin;

/// What one call brings, kept until it is merged with what the tape holds.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    members: BTreeMap<Item, Brought<MemberSpan>>,
    events: BTreeMap<Item, Brought<Event>>,
    quotes: BTreeMap<(Item, Date), Brought<Quote>>,
    closes: BTreeMap<Item, BroughtCloses>,
}

/// Rows of one file of the tape, sorted, each with the rank of its source.
#[derive(Debug)]
struct Brought<R> {
    rows: Vec<Sourced<R>>,
    origin: Origin,
    quarrels: Quarrels,
}

#[derive(Debug)]
struct BroughtCloses {
    prices: ClosePrices,
    symbols: BTreeMap<String, (usize, Vec<Close>)>,
    origin: Origin,
    quarrels: Quarrels,
}

/// A row and who brings it.
#[derive(Clone, Debug)]
struct Sourced<R> {
    rank: usize,
    row: R,
}

impl<R: Row> Row for Sourced<R> {
    type Key = R::Key;

    fn key(&self) -> Self::Key {
        self.row.key()
    }

    fn at(&self) -> String {
        self.row.at()
    }

    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        self.row.renew(&new.row, told)
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        self.row.fault()
    }
}

/// Files on the disk but not in their places, and what became of their rows.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) staged: Vec<StagedFile>,
    pub(crate) items: Vec<MergedItem>,
    pub(crate) changes: Changes,
}

/// Replaced values: the first of them listed, the others counted, so that a universe adjusted anew fills no memory.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) room: usize,
    pub(crate) listed: Vec<Change>,
    pub(crate) unlisted: u64,
}

impl Changes {
    fn push(&mut self, change: impl FnOnce() -> Change) {
        if self.listed.len() < self.room {
            self.listed.push(change());
        } else {
            self.unlisted += 1;
        }
    }
}

impl Drop for Settled {
    /// The last first: folders that several files share were made by the first of them.
    fn drop(&mut self) {
        while self.staged.pop().is_some() {}
    }
}

impl Ledger {
    /// Takes in what one source brings. Of sources of one call that bring the same row the first keeps it.
    pub(crate) fn take(&mut self, contents: Contents, rank: usize) -> Result<(), TapeError> {
        let origin = &contents.origin;
        for (universe, spans) in contents.members {
            let item = named(Sort::Members, &universe)?;
            let name = describe(&item, None);
            let brought = self
                .members
                .entry(item)
                .or_insert_with(|| Brought::new(origin));
            brought.take(&name, spans, rank)?;
        }
        for (kind, events) in contents.events {
            let item = named(Sort::Events, &kind)?;
            let name = describe(&item, None);
            let brought = self
                .events
                .entry(item)
                .or_insert_with(|| Brought::new(origin));
            brought.take(&name, events, rank)?;
        }
        for (underlying, quotes) in contents.quotes {
            let item = named(Sort::Quotes, &underlying)?;
            for (date, rows) in by_date(&item, quotes)? {
                let name = describe(&item, Some(date));
                let brought = self.quotes.entry((item.clone(), date));
                brought
                    .or_insert_with(|| Brought::new(origin))
                    .take(&name, rows, rank)?;
            }
        }
        for panel in contents.constituents {
            self.take_closes(panel, origin, rank)?;
        }
        Ok(())
    }

    fn take_closes(&mut self, panel: Panel, origin: &Origin, rank: usize) -> Result<(), TapeError> {
        let item = named(Sort::Constituents, &panel.universe)?;
        let name = describe(&item, None);
        let brought = self.closes.entry(item).or_insert_with(|| BroughtCloses {
            prices: panel.prices,
            symbols: BTreeMap::new(),
            origin: origin.clone(),
            quarrels: Quarrels::default(),
        });
        one_sort_of_prices(&name, brought.prices, panel.prices)?;
        let mut dates = KnownDates::default();
        for (symbol, closes) in panel.symbols {
            Item::bars(&symbol, Interval::Day).check_name()?;
            let path = format!("{name}: {symbol}");
            rows::check_by(&path, &closes, |close| dates.fault(close))?;
            let held = brought.symbols.entry(symbol.clone());
            let (first, held) = held.or_insert_with(|| (rank, Vec::new()));
            let quarrels = &mut brought.quarrels;
            *held = rows::first_wins(std::mem::take(held), closes, &mut |kept, other| {
                let at = || format!("{symbol} {}", kept.date);
                quarrels.both((*first, rank), kept, other, at);
            });
        }
        Ok(())
    }

    /// The quotes of an underlying on a date that were taken in so far.
    pub(crate) fn quotes_on(&self, underlying: &str, date: Date) -> Vec<Quote> {
        let brought = self.quotes.get(&(quotes::item(underlying), date));
        let rows = brought.map_or(&[][..], |brought| &brought.rows);
        rows.iter().map(|sourced| sourced.row.clone()).collect()
    }

    /// Merges with the tape: what is new or differs lies on the disk afterwards, beside its place.
    pub(crate) fn settle(
        self,
        tape: &Tape,
        root: &Path,
        sources: &[SourceFile],
        room: usize,
    ) -> Result<Settled, TapeError> {
        let mut settled = Settled::default();
        settled.changes.room = room;
        for (item, brought) in self.members {
            let place = Place::new(tape, root, &item, None, sources)?;
            let judge = |spans: &[MemberSpan]| members::check(&place.name, spans);
            brought.settle(
                &place,
                members::load,
                judge,
                members::to_table,
                &mut settled,
            )?;
        }
        for (item, brought) in self.events {
            let place = Place::new(tape, root, &item, None, sources)?;
            brought.settle(
                &place,
                events::load,
                |_| Ok(()),
                events::to_table,
                &mut settled,
            )?;
        }
        for ((item, date), brought) in self.quotes {
            let place = Place::new(tape, root, &item, Some(date), sources)?;
            let load = |reader: &Reader| quotes::load_dated(reader, date);
            brought.settle(&place, load, |_| Ok(()), quotes::to_table, &mut settled)?;
        }
        for (item, brought) in self.closes {
            let place = Place::new(tape, root, &item, None, sources)?;
            brought.settle(place, &mut settled)?;
        }
        Ok(settled)
    }
}

fn by_date(item: &Item, quotes: Vec<Quote>) -> Result<BTreeMap<Date, Vec<Quote>>, TapeError> {
    let mut by_date: BTreeMap<Date, Vec<Quote>> = BTreeMap::new();
    for quote in quotes {
        let Some(date) = quote.time.exchange_date() else {
            return Err(TapeError::Record {
                path: describe(item, None),
                row: 0,
                date: quote.at(),
                found: format!("the time {}", quote.time),
                expected: "a time the calendar knows",
            });
        };
        by_date.entry(date).or_default().push(quote);
    }
    Ok(by_date)
}

fn named(sort: Sort, name: &str) -> Result<Item, TapeError> {
    let item = Item::other(sort, name);
    item.check_name().map(|()| item)
}

/// `closes of smallcap`, `members of smallcap`, `cpi events`, `quotes of SPY on 2026-02-11`.
fn describe(item: &Item, date: Option<Date>) -> String {
    let name = &item.name;
    match (item.sort, date) {
        (Sort::Constituents, _) => format!("closes of {name}"),
        (Sort::Events, _) => format!("{name} events"),
        (sort, None) => format!("{} of {name}", sort.as_str()),
        (sort, Some(date)) => format!("{} of {name} on {date}", sort.as_str()),
    }
}

fn one_sort_of_prices(path: &str, held: ClosePrices, new: ClosePrices) -> Result<(), TapeError> {
    if held == new {
        return Ok(());
    }
    Err(TapeError::Fact {
        path: path.to_owned(),
        key: PRICES,
        found: held.as_str().to_owned(),
        expected: match new {
            ClosePrices::Adjusted => {
                "adjusted, as the closes imported are; give them a universe of their own"
            }
            ClosePrices::Raw => {
                "raw, as the closes imported are; give them a universe of their own"
            }
        },
    })
}

/// One file of the tape: where it is, and what it holds.
struct Place<'a> {
    root: &'a Path,
    path: String,
    name: String,
    date: Option<Date>,
    reader: Option<Reader>,
    sources: &'a [SourceFile],
}

impl<'a> Place<'a> {
    fn new(
        tape: &Tape,
        root: &'a Path,
        item: &Item,
        date: Option<Date>,
        sources: &'a [SourceFile],
    ) -> Result<Self, TapeError> {
        let (folder, path) = match date {
            Some(date) => (
                quotes::folder(&item.name, date),
                quotes::path(&item.name, date),
            ),
            None => (item.folder(), item.path()),
        };
        for child in tape.store.children(&folder)? {
            let found = format!("{folder}/{}", child.name);
            if found != path && (child.is_folder || is_parquet(&child.name)) {
                let path = tape.store.place(&found);
                return Err(TapeError::Foreign { path });
            }
        }
        let held = tape.store.has(&path);
        let reader = held.then(|| tape.store.open(&path)).transpose()?;
        Ok(Place {
            root,
            name: describe(item, date),
            date,
            path,
            reader,
            sources,
        })
    }

    fn facts(&self, origin: &Origin) -> Result<Facts, TapeError> {
        match &self.reader {
            Some(reader) => Facts::of(reader),
            None => Ok(Facts {
                origin: origin.clone(),
                ..Facts::default()
            }),
        }
    }

    fn file(&self, rank: usize) -> String {
        let source = self.sources.get(rank);
        source.map_or_else(String::new, |source| source.file.clone())
    }

    fn note(&self, facts: &mut Facts, ranks: impl Iterator<Item = usize>) {
        for source in ranks.filter_map(|rank| self.sources.get(rank)) {
            facts.add_source(&source.format);
        }
    }

    fn merged(&self, tally: RowTally, quarrels: Quarrels, written: bool) -> MergedItem {
        MergedItem {
            disagreements: quarrels.told(self.sources),
            item: self.name.clone(),
            day: self.date,
            rows_added: tally.added,
            rows_equal: tally.equal,
            rows_changed: tally.changed,
            written,
        }
    }
}

impl<R: Row> Brought<R> {
    fn new(origin: &Origin) -> Self {
        Brought {
            rows: Vec::new(),
            origin: origin.clone(),
            quarrels: Quarrels::default(),
        }
    }

    fn take(&mut self, name: &str, mut new: Vec<R>, rank: usize) -> Result<(), TapeError> {
        new.sort_by_key(Row::key);
        rows::check(name, &new)?;
        let new: Vec<Sourced<R>> = new.into_iter().map(|row| Sourced { rank, row }).collect();
        let quarrels = &mut self.quarrels;
        self.rows = rows::first_wins(std::mem::take(&mut self.rows), new, &mut |kept, other| {
            quarrels.both((kept.rank, rank), kept, other, || kept.at());
        });
        Ok(())
    }

    fn settle(
        self,
        place: &Place<'_>,
        load: impl Fn(&Reader) -> Result<Vec<R>, TapeError>,
        judge: impl Fn(&[R]) -> Result<(), TapeError>,
        table: impl Fn(&[R]) -> Table<'static>,
        settled: &mut Settled,
    ) -> Result<(), TapeError> {
        let old = place
            .reader
            .as_ref()
            .map(load)
            .transpose()?
            .unwrap_or_default();
        let old = old
            .into_iter()
            .map(|row| Sourced { rank: 0, row })
            .collect();
        let ranks: Vec<usize> = self.rows.iter().map(|row| row.rank).collect();
        let (merged, tally) = rows::merge(old, self.rows, &mut |row, field, old, new| {
            settled.changes.push(|| Change {
                item: place.name.clone(),
                at: row.at(),
                field,
                old,
                new,
                file: place.file(row.rank),
            });
        });
        let merged: Vec<R> = merged.into_iter().map(|sourced| sourced.row).collect();
        judge(&merged)?;
        let mut facts = place.facts(&self.origin)?;
        if tally.added + tally.changed > 0 {
            place.note(&mut facts, ranks.into_iter());
        }
        let table = facts.write(table(&merged), false);
        let path = place.root.join(&place.path);
        let bytes = table.to_bytes(&Options::default())?;
        let written = !fs::read(&path).is_ok_and(|old| old == bytes);
        if written {
            settled
                .staged
                .push(table.stage(&path, &Options::default())?);
        }
        settled
            .items
            .push(place.merged(tally, self.quarrels, written));
        Ok(())
    }
}

impl BroughtCloses {
    /// The tape's closes pass by symbol after symbol, so that only what is new is in memory.
    fn settle(self, mut place: Place<'_>, settled: &mut Settled) -> Result<(), TapeError> {
        let mut facts = place.facts(&self.origin)?;
        place.note(&mut facts, self.symbols.values().map(|(rank, _)| *rank));
        let held = place.reader.take().map(Universe::new).transpose()?;
        if let Some(held) = &held {
            one_sort_of_prices(held.path(), held.prices(), self.prices)?;
        }
        let path = place.root.join(&place.path);
        let mut braid = Braid {
            place: &place,
            writer: ClosesWriter::create(&path, &facts, self.prices)?,
            tally: RowTally::default(),
            changes: &mut settled.changes,
            new: self.symbols,
        };
        if let Some(held) = &held {
            let mut buffer = ClosesBuffer::default();
            for part in 0..held.parts() {
                let mut done = Ok(());
                held.read(part, &mut buffer, |closes| {
                    if done.is_ok() {
                        done = braid.held(held, closes);
                    }
                })?;
                done?;
            }
        }
        while let Some((symbol, (rank, new))) = braid.new.pop_first() {
            braid.symbol(&symbol, Vec::new(), rank, new)?;
        }
        let tally = braid.tally;
        let written = tally.added + tally.changed > 0;
        if written {
            settled.staged.push(braid.writer.stage()?);
        }
        settled
            .items
            .push(place.merged(tally, self.quarrels, written));
        Ok(())
    }
}

/// The tape's symbols and the new ones, in order, into the file.
struct Braid<'a> {
    place: &'a Place<'a>,
    writer: ClosesWriter,
    tally: RowTally,
    changes: &'a mut Changes,
    new: BTreeMap<String, (usize, Vec<Close>)>,
}

impl Braid<'_> {
    fn held(&mut self, universe: &Universe, held: Closes<'_>) -> Result<(), TapeError> {
        while let Some(entry) = self.new.first_entry() {
            if entry.key().as_str() >= held.symbol {
                break;
            }
            let (symbol, (rank, new)) = entry.remove_entry();
            self.symbol(&symbol, Vec::new(), rank, new)?;
        }
        let (rank, new) = self.new.remove(held.symbol).unwrap_or_default();
        let close = |(&session, &close): (&u32, &f64)| {
            let date = *universe.sessions().get(session as usize)?;
            Some(Close { date, close })
        };
        let old = held.session.iter().zip(held.close).filter_map(close);
        self.symbol(held.symbol, old.collect(), rank, new)
    }

    fn symbol(
        &mut self,
        symbol: &str,
        old: Vec<Close>,
        rank: usize,
        new: Vec<Close>,
    ) -> Result<(), TapeError> {
        let (place, changes) = (self.place, &mut *self.changes);
        let (merged, tally) = rows::merge(old, new, &mut |row, field, old, new| {
            changes.push(|| Change {
                item: place.name.clone(),
                at: format!("{symbol} {}", row.date),
                field,
                old,
                new,
                file: place.file(rank),
            });
        });
        self.tally.add(tally);
        self.writer.write(symbol, &merged)
    }
}
