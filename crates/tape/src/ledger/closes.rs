//! The closes of a universe, those of the tape and those of every source, symbol by symbol into one file.

use std::collections::BTreeSet;

use market::{Interval, Origin};

use crate::closes::{Close, ClosesWriter, KnownDates, Panel};
use crate::constituents::{ClosePrices, Closes, ClosesBuffer, PRICES, Universe};
use crate::error::TapeError;
use crate::layout::Item;
use crate::ledger::Settling;
use crate::ledger::brought::Sourced;
use crate::ledger::place::{Changes, Place, Settled};
use crate::ledger::quarrels::Quarrels;
use crate::merge::{Grid, Turned};
use crate::rows::{self, RowTally};
use crate::sheet::Change;

/// Closes of a universe as a grid, which need not be in memory.
#[derive(Debug)]
pub(crate) struct WidePanel {
    pub(crate) universe: String,
    pub(crate) prices: ClosePrices,
    pub(crate) grid: Grid,
}

/// What the sources of a call bring of one universe.
#[derive(Debug)]
pub(super) struct BroughtCloses {
    name: String,
    /// `None` while there is no source.
    prices: Option<ClosePrices>,
    /// With their ranks, in the order in which they came.
    feeds: Vec<(usize, Feed)>,
    origin: Origin,
}

/// Symbols of a source with their closes, in ascending order.
#[derive(Debug)]
enum Feed {
    Held(std::vec::IntoIter<(String, Vec<Close>)>),
    Wide(Turned),
}

impl Feed {
    fn peek(&self) -> Option<&str> {
        match self {
            Feed::Held(symbols) => symbols
                .as_slice()
                .first()
                .map(|(symbol, _)| symbol.as_str()),
            Feed::Wide(grid) => grid.peek(),
        }
    }

    fn next(&mut self, by: &Settling<'_>) -> Result<Option<(String, Vec<Close>)>, TapeError> {
        match self {
            Feed::Held(symbols) => Ok(symbols.next()),
            Feed::Wide(grid) => grid.next(Some(by.spool)),
        }
    }

    fn symbols(&self) -> Box<dyn Iterator<Item = &String> + '_> {
        match self {
            Feed::Held(symbols) => Box::new(symbols.as_slice().iter().map(|(symbol, _)| symbol)),
            Feed::Wide(turned) => Box::new(turned.symbols()),
        }
    }
}

impl BroughtCloses {
    pub(super) fn new(name: String, origin: &Origin) -> Self {
        Self {
            name,
            prices: None,
            feeds: Vec::new(),
            origin: origin.clone(),
        }
    }

    pub(super) fn take(&mut self, panel: Panel, rank: usize) -> Result<(), TapeError> {
        self.of(panel.prices)?;
        let mut dates = KnownDates::default();
        let mut symbols = panel.symbols;
        for (symbol, closes) in &symbols {
            Item::bars(symbol, Interval::Day).check_name()?;
            let path = format!("{}: {symbol}", self.name);
            rows::check_by(&path, closes, |close| dates.fault(close))?;
        }
        symbols.sort_by(|a, b| a.0.cmp(&b.0));
        self.feeds.push((rank, Feed::Held(symbols.into_iter())));
        Ok(())
    }

    pub(super) fn take_wide(&mut self, panel: WidePanel, rank: usize) -> Result<(), TapeError> {
        self.of(panel.prices)?;
        self.feeds.push((rank, Feed::Wide(panel.grid.turned())));
        Ok(())
    }

    fn of(&mut self, prices: ClosePrices) -> Result<(), TapeError> {
        one_sort_of_prices(&self.name, *self.prices.get_or_insert(prices), prices)
    }

    /// Closes pass by symbol after symbol, the tape's and those brought: neither are in memory as a whole.
    pub(super) fn settle(
        self,
        mut place: Place<'_>,
        by: &Settling<'_>,
        settled: &mut Settled,
    ) -> Result<(), TapeError> {
        let prices = self.prices.unwrap_or_default();
        let mut facts = place.facts(&self.origin)?;
        place.note(&mut facts, self.bring().into_iter());
        let held = place.reader.take().map(Universe::new).transpose()?;
        if let Some(held) = &held {
            one_sort_of_prices(held.path(), held.prices(), prices)?;
        }
        let path = place.root.join(&place.path);
        let mut braid = Braid {
            place: &place,
            by,
            writer: ClosesWriter::create(&path, &facts, prices)?,
            tally: RowTally::default(),
            changes: &mut settled.changes,
            quarrels: Quarrels::default(),
            feeds: self.feeds,
        };
        if let Some(held) = &held {
            braid.tape(held)?;
        }
        while let Some(symbol) = braid.next() {
            braid.symbol(&symbol, Vec::new())?;
        }
        let (tally, quarrels) = (braid.tally, braid.quarrels);
        let written = tally.added + tally.changed > 0;
        if written {
            settled.staged.push(braid.writer.stage()?);
        }
        settled.items.push(place.merged(tally, quarrels, written));
        Ok(())
    }

    /// The ranks of those who are the first to bring some symbol.
    fn bring(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let mut ranks = Vec::new();
        for (rank, feed) in &self.feeds {
            let known = seen.len();
            seen.extend(feed.symbols());
            if seen.len() > known {
                ranks.push(*rank);
            }
        }
        ranks
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

/// The tape's symbols and the new ones, in order, into the file.
struct Braid<'a> {
    place: &'a Place<'a>,
    by: &'a Settling<'a>,
    writer: ClosesWriter,
    tally: RowTally,
    changes: &'a mut Changes,
    quarrels: Quarrels,
    feeds: Vec<(usize, Feed)>,
}

impl Braid<'_> {
    /// All symbols the tape has, and the new ones before and between them.
    fn tape(&mut self, held: &Universe) -> Result<(), TapeError> {
        let mut buffer = ClosesBuffer::default();
        for part in 0..held.parts() {
            let mut done = Ok(());
            held.read(part, &mut buffer, |closes| {
                if done.is_ok() {
                    done = self.held(held, closes);
                }
            })?;
            done?;
        }
        Ok(())
    }

    fn held(&mut self, universe: &Universe, held: Closes<'_>) -> Result<(), TapeError> {
        while let Some(symbol) = self.next().filter(|symbol| symbol.as_str() < held.symbol) {
            self.symbol(&symbol, Vec::new())?;
        }
        let close = |(&session, &close): (&u32, &f64)| {
            let date = *universe.sessions().get(session as usize)?;
            let row = Close { date, close };
            Some(Sourced { rank: 0, row })
        };
        let old = held.session.iter().zip(held.close).filter_map(close);
        self.symbol(held.symbol, old.collect())
    }

    /// The next of the symbols that are brought.
    fn next(&self) -> Option<String> {
        let next = self.feeds.iter().filter_map(|(_, feed)| feed.peek()).min();
        next.map(str::to_owned)
    }

    fn symbol(&mut self, symbol: &str, old: Vec<Sourced<Close>>) -> Result<(), TapeError> {
        (self.by.look)()?;
        let new = self.brought(symbol)?;
        let (place, changes) = (self.place, &mut *self.changes);
        let (merged, tally) = rows::merge(old, new, &mut |row, field, old, new| {
            changes.push(|| Change {
                item: place.name.clone(),
                at: format!("{symbol} {}", row.row.date),
                field,
                old,
                new,
                file: place.file(row.rank),
            });
        });
        self.tally.add(tally);
        let merged: Vec<Close> = merged.into_iter().map(|sourced| sourced.row).collect();
        self.writer.write(symbol, &merged)
    }

    /// What the sources bring of a symbol that none has one before.
    fn brought(&mut self, symbol: &str) -> Result<Vec<Sourced<Close>>, TapeError> {
        let mut all: Vec<Sourced<Close>> = Vec::new();
        for (rank, feed) in &mut self.feeds {
            while feed.peek() == Some(symbol) {
                let (_, closes) = feed.next(self.by)?.unwrap_or_default();
                let rank = *rank;
                let more = closes.into_iter().map(|row| Sourced { rank, row });
                let quarrels = &mut self.quarrels;
                all = rows::first_wins(all, more.collect(), &mut |kept, other| {
                    let at = || format!("{symbol} {}", kept.row.date);
                    quarrels.both((kept.rank, rank), kept, other, at);
                });
            }
        }
        Ok(all)
    }
}
