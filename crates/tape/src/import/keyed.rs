//! Rows under keys of their own on their way into a merge: quotes, events, members, and the closes of a universe.

use std::collections::BTreeSet;

use market::{Event, Quote, Time};

use crate::closes::Panel;
use crate::contents::Contents;
use crate::error::TapeError;
use crate::import::sink::{Refusal, Sink, refuse};
use crate::layout::{Item, Sort};
use crate::ledger::WidePanel;
use crate::members::MemberSpan;
use crate::rows::Row;

/// What one file brings of such rows.
#[derive(Debug, Default)]
pub(crate) struct Keyed {
    quotes: Pile<Quote>,
    events: Pile<Event>,
    members: Pile<MemberSpan>,
    /// Closes of universes.
    pub(crate) panels: Vec<WidePanel>,
}

#[derive(Debug)]
struct Pile<R: Row> {
    rows: Vec<(String, Vec<R>)>,
    seen: BTreeSet<(usize, R::Key)>,
}

impl<R: Row> Default for Pile<R> {
    fn default() -> Self {
        Pile {
            rows: Vec::new(),
            seen: BTreeSet::new(),
        }
    }
}

impl<R: Row> Pile<R> {
    fn push(&mut self, sort: Sort, name: &str, row: R) -> Result<(), Refusal> {
        if let Some((found, expected)) = row.fault() {
            return Err(refuse(None, found, expected));
        }
        let place = self.rows.iter().position(|(held, _)| held == name);
        let at = place.unwrap_or(self.rows.len());
        if place.is_none() {
            Item::other(sort, name).check_name()?;
            self.rows.push((name.to_owned(), Vec::new()));
        }
        if !self.seen.insert((at, row.key())) {
            let found = format!("{} a second time", row.at());
            return Err(refuse(None, found, "each row once"));
        }
        if let Some((_, rows)) = self.rows.get_mut(at) {
            rows.push(row);
        }
        Ok(())
    }
}

impl Keyed {
    /// Adds what is here to `contents`.
    ///
    /// # Errors
    /// None, as long as it never was beside a spool.
    pub(crate) fn into_contents(self, contents: Contents) -> Result<Contents, TapeError> {
        let held = self.panels.into_iter().map(held);
        Ok(Contents {
            constituents: held.collect::<Result<_, _>>()?,
            members: self.members.rows,
            quotes: self.quotes.rows,
            events: self.events.rows,
            ..contents
        })
    }
}

fn held(panel: WidePanel) -> Result<Panel, TapeError> {
    let mut grid = panel.grid.turned();
    let mut symbols = Vec::new();
    while let Some(symbol) = grid.next(None)? {
        symbols.push(symbol);
    }
    Ok(Panel {
        universe: panel.universe,
        prices: panel.prices,
        symbols,
    })
}

impl Sink<'_> {
    /// A quote of an option on `underlying`.
    ///
    /// # Errors
    /// [`Refusal::Row`] for values that are none and an option that was quoted at that time before.
    pub(crate) fn quote(&mut self, underlying: &str, quote: Quote) -> Result<(), Refusal> {
        self.keyed.quotes.push(Sort::Quotes, underlying, quote)
    }

    /// The quotes of an underlying on the day of `at`, those of the tape and those of files read before.
    ///
    /// # Errors
    /// What reading the tape may meet.
    pub(crate) fn quotes_beside(
        &self,
        underlying: &str,
        at: Time,
    ) -> Result<Vec<Quote>, TapeError> {
        match (self.merge(), at.exchange_date()) {
            (Some(merge), Some(date)) => merge.quotes_on(underlying, date),
            _ => Ok(Vec::new()),
        }
    }

    /// An event of a kind.
    ///
    /// # Errors
    /// [`Refusal::Row`] for an event of the same name on the same date.
    pub(crate) fn event(&mut self, kind: &str, event: Event) -> Result<(), Refusal> {
        self.keyed.events.push(Sort::Events, kind, event)
    }

    /// A stretch of membership in a universe.
    ///
    /// # Errors
    /// [`Refusal::Row`] for an end before its beginning.
    pub(crate) fn member(&mut self, universe: &str, span: MemberSpan) -> Result<(), Refusal> {
        self.keyed.members.push(Sort::Members, universe, span)
    }

    /// The closes of a universe.
    pub(crate) fn panel(&mut self, panel: WidePanel) {
        self.keyed.panels.push(panel);
    }
}
