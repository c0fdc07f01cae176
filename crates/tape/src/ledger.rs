//! The part of a merge that is not columns under one key: members, events, quotes and the closes of universes.

mod brought;
mod closes;
mod place;
mod quarrels;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use market::{Date, Event, Origin, Quote};
use table::Reader;

use crate::contents::Contents;
use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::ledger::brought::Brought;
use crate::ledger::closes::BroughtCloses;
use crate::ledger::place::{Place, Settled, describe};
use crate::members::MemberSpan;
use crate::merge::{SourceFile, Spool};
use crate::rows::Row;
use crate::tape::Tape;
use crate::{events, members, quotes};

pub(crate) use closes::WidePanel;

/// What one call brings, kept until it is merged with what the tape holds.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    members: BTreeMap<Item, Brought<MemberSpan>>,
    events: BTreeMap<Item, Brought<Event>>,
    quotes: BTreeMap<(Item, Date), Brought<Quote>>,
    closes: BTreeMap<Item, BroughtCloses>,
}

/// What settling needs of the merge it belongs to.
pub(crate) struct Settling<'a> {
    pub(crate) tape: &'a Tape,
    pub(crate) root: &'a Path,
    pub(crate) sources: &'a [SourceFile],
    pub(crate) spool: &'a RefCell<Spool>,
    /// Fails once the merge is to stop.
    pub(crate) look: &'a dyn Fn() -> Result<(), TapeError>,
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
            let closes = self.closes(&panel.universe, origin)?;
            closes.take(panel, rank)?;
        }
        Ok(())
    }

    /// Takes in the closes of a universe that are not in memory. Their reader judged them.
    pub(crate) fn take_wide(
        &mut self,
        panel: WidePanel,
        origin: &Origin,
        rank: usize,
    ) -> Result<(), TapeError> {
        let closes = self.closes(&panel.universe, origin)?;
        closes.take_wide(panel, rank)
    }

    fn closes(&mut self, universe: &str, origin: &Origin) -> Result<&mut BroughtCloses, TapeError> {
        let item = named(Sort::Constituents, universe)?;
        let name = describe(&item, None);
        let brought = self.closes.entry(item);
        Ok(brought.or_insert_with(|| BroughtCloses::new(name, origin)))
    }

    /// The quotes of an underlying on a date that were taken in so far.
    pub(crate) fn quotes_on(&self, underlying: &str, date: Date) -> Vec<Quote> {
        let brought = self.quotes.get(&(quotes::item(underlying), date));
        let rows = brought.map_or(&[][..], |brought| &brought.rows);
        rows.iter().map(|sourced| sourced.row.clone()).collect()
    }

    /// Merges with the tape: what is new or differs lies on the disk afterwards, beside its place.
    pub(crate) fn settle(self, by: &Settling<'_>, room: usize) -> Result<Settled, TapeError> {
        let mut settled = Settled::default();
        settled.changes.room = room;
        for (item, brought) in self.members {
            let place = Place::new(by, &item, None)?;
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
            let place = Place::new(by, &item, None)?;
            brought.settle(
                &place,
                events::load,
                |_| Ok(()),
                events::to_table,
                &mut settled,
            )?;
        }
        for ((item, date), brought) in self.quotes {
            let place = Place::new(by, &item, Some(date))?;
            let load = |reader: &Reader| quotes::load_dated(reader, date);
            brought.settle(&place, load, |_| Ok(()), quotes::to_table, &mut settled)?;
        }
        for (item, brought) in self.closes {
            let place = Place::new(by, &item, None)?;
            brought.settle(place, by, &mut settled)?;
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
