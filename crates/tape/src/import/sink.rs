//! Where a format puts what it reads: rows of items, each judged as it comes, while its line is known.

use market::bars::PRICES_USD;
use market::{Dividend, Interval, Known, Origin, RawBars, Series, Split, Time, calendar};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::keyed::Keyed;
use crate::import::rebase::Rebase;
use crate::layout::{Item, Sort};
use crate::merge::{Merge, OutOfOrder, Part, Pile, Run, Told};
use crate::records::{self, date_of, days_of};
use crate::sheet::{BAR_COLUMNS, Sheet};

/// One item that a file brings rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(usize);

/// Why a row was not taken.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Something is wrong with the row; who reads it knows the line.
    Row {
        /// The column; `None` for the one that holds the time.
        field: Option<&'static str>,
        found: String,
        expected: String,
    },
    /// Something else is wrong.
    Tape(TapeError),
}

impl From<TapeError> for Refusal {
    fn from(error: TapeError) -> Self {
        Refusal::Tape(error)
    }
}

const UNKNOWN_SPLIT: &str = "prices in the tape's shares, or the split that explains the difference: import it first \
     (a LEAN factor file, or daily bars with a column of splits)";

pub(crate) fn refuse(field: Option<&'static str>, found: String, expected: &str) -> Refusal {
    Refusal::Row {
        field,
        found,
        expected: expected.to_owned(),
    }
}

/// What a file says, or its vendor documents, about its rows as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// The zone its stamps are in: `UTC`, `America/New_York`, `offset in each stamp`.
    pub(crate) zone: Option<String>,
    /// Lines about the file that the report shows.
    pub(crate) notes: Vec<String>,
    /// What a file of a tape says of itself; whatever says nothing is real.
    pub(crate) origin: Origin,
}

/// What adjusted prices are recognised by: the daily bars and records of a symbol, those of the tape and those of the
/// files read before in the same import. Formats that ask for it are read after all others ([`Turn`]).
///
/// [`Turn`]: crate::import::format::Turn
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reference {
    pub(crate) daily: RawBars,
    pub(crate) dividends: Vec<Dividend>,
}

/// The rows of one file, by item.
pub(crate) struct Sink<'a> {
    piles: Vec<Pile>,
    /// Rows of all piles in memory.
    held: usize,
    stated: Stated,
    suspects: Option<(usize, Time)>,
    /// `None` if all rows are to stay in memory.
    merge: Option<&'a Merge<'a>>,
    shares: Vec<(String, Rebase)>,
    /// For each pile the place of its symbol in `shares`, if it is counted in shares.
    rebase: Vec<Option<usize>>,
    /// Rows under keys of their own: `keyed.rs` takes them.
    pub(crate) keyed: Keyed,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(merge: Option<&'a Merge<'a>>) -> Self {
        Self {
            piles: Vec::new(),
            held: 0,
            stated: Stated::default(),
            suspects: None,
            merge,
            shares: Vec::new(),
            rebase: Vec::new(),
            keyed: Keyed::default(),
        }
    }

    /// Says in which shares this file counts `symbol`, and which splits it tells of itself. Call it before asking for
    /// slots of the symbol. Rows are converted to the basis its symbol has on the tape, if that is another one; where
    /// no split is known they are taken as they are, unless the closes they meet there say otherwise.
    ///
    /// # Errors
    /// What reading the tape may meet.
    pub(crate) fn shares(
        &mut self,
        symbol: &str,
        basis: Basis,
        told: &[Split],
    ) -> Result<(), TapeError> {
        if self.shares.iter().any(|(name, _)| name == symbol) {
            return Ok(());
        }
        let rebase = Rebase::new(symbol, basis, told, self.merge)?;
        self.shares.push((symbol.to_owned(), rebase));
        Ok(())
    }

    /// Bars of a symbol. Asking again gives the same slot.
    ///
    /// # Errors
    /// [`TapeError::Name`].
    pub(crate) fn bars(&mut self, symbol: &str, interval: Interval) -> Result<Slot, TapeError> {
        self.slot(Item::bars(symbol, interval), Known::Close)
    }

    /// Bars of a symbol outside the regular session, or across its open or close.
    ///
    /// # Errors
    /// [`TapeError::Name`].
    pub(crate) fn extended(&mut self, symbol: &str, interval: Interval) -> Result<Slot, TapeError> {
        self.slot(Item::extended(symbol, interval), Known::Close)
    }

    /// A series.
    ///
    /// # Errors
    /// [`TapeError::Name`].
    pub(crate) fn series(&mut self, name: &str, known: Known) -> Result<Slot, TapeError> {
        self.slot(Item::other(Sort::Series, name), known)
    }

    /// Dividends of a symbol, in dollars a share.
    ///
    /// # Errors
    /// [`TapeError::Name`].
    pub(crate) fn dividends(&mut self, symbol: &str) -> Result<Slot, TapeError> {
        self.slot(Item::other(Sort::Dividends, symbol), Known::Close)
    }

    /// Splits of a symbol, in new shares for each old one.
    ///
    /// # Errors
    /// [`TapeError::Name`].
    pub(crate) fn splits(&mut self, symbol: &str) -> Result<Slot, TapeError> {
        self.slot(Item::other(Sort::Splits, symbol), Known::Close)
    }

    pub(crate) fn slot(&mut self, item: Item, known: Known) -> Result<Slot, TapeError> {
        if let Some(at) = self.piles.iter().position(|p| p.item == item) {
            return Ok(Slot(at));
        }
        item.check_name()?;
        let counted = item.sort.is_bars() || item.sort == Sort::Dividends;
        let symbol = |(symbol, _): &(String, Rebase)| counted && *symbol == item.name;
        let rebase = self.shares.iter().position(symbol);
        let shares = rebase.and_then(|at| self.shares.get(at));
        let basis = shares.map_or(Basis::Raw, |(_, rebase)| rebase.basis());
        self.rebase.push(rebase);
        self.piles.push(Pile::new(item, Told { known, basis }));
        Ok(Slot(self.piles.len() - 1))
    }

    /// A bar: open, high, low, close in dollars, volume in shares.
    ///
    /// # Errors
    /// [`Refusal::Row`] for what no run may use: a start out of order, a price that is none, a negative volume, a high
    /// below its low.
    pub(crate) fn bar(&mut self, slot: Slot, start: Time, values: [f64; 5]) -> Result<(), Refusal> {
        let [open, high, low, close, volume] = values;
        for (field, price) in BAR_COLUMNS.iter().zip(&values[..4]) {
            if !PRICES_USD.contains(price) {
                let expected = "a price from 0.0001 to 10000000 dollars";
                return Err(refuse(Some(field), price.to_string(), expected));
            }
        }
        if !(volume.is_finite() && volume >= 0.0) {
            let expected = "a volume of 0 or more";
            return Err(refuse(Some("volume"), volume.to_string(), expected));
        }
        if high < low {
            let found = format!("{high}, below the low {low}");
            return Err(refuse(Some("high"), found, "a high at or above the low"));
        }
        let values = self.rebased(slot, start, values)?;
        self.push(slot, start.micros(), &values)?;
        if !(low..=high).contains(&open) || !(low..=high).contains(&close) {
            let (count, first) = self.suspects.unwrap_or((0, start));
            self.suspects = Some((count + 1, first.min(start)));
        }
        Ok(())
    }

    /// A bar of a whole session.
    ///
    /// # Errors
    /// As [`bar`](Sink::bar), and for a day without a session.
    pub(crate) fn daily_bar(
        &mut self,
        slot: Slot,
        date: market::Date,
        values: [f64; 5],
    ) -> Result<(), Refusal> {
        if let Some(closure) = calendar::why_closed(date) {
            let found = format!("{date}, when the NYSE was closed ({closure})");
            return Err(refuse(None, found, "a day with a session"));
        }
        let Some(open) = Time::from_exchange(date, 9, 30) else {
            return Err(refuse(
                None,
                date.to_string(),
                "a date with an opening time",
            ));
        };
        self.bar(slot, open, values)
    }

    /// A value of a series, a dividend's amount or a split's ratio.
    ///
    /// # Errors
    /// [`Refusal::Row`] for a date out of order, and for an amount or ratio that is not above 0.
    pub(crate) fn value(
        &mut self,
        slot: Slot,
        date: market::Date,
        value: f64,
    ) -> Result<(), Refusal> {
        if let Some(pile) = self.piles.get(slot.0) {
            let (_, field, rule) = records::columns(pile.item.sort);
            if let Some(expected) = rule.broken_by(value) {
                return Err(refuse(Some(field), value.to_string(), expected));
            }
        }
        let rebase = self.rebase(slot);
        let value = rebase.map_or(value, |rebase| rebase.price(date, value));
        self.push(slot, i64::from(days_of(date)), &[value])
    }

    fn rebase(&self, slot: Slot) -> Option<&Rebase> {
        let at = (*self.rebase.get(slot.0)?)?;
        let (_, rebase) = self.shares.get(at)?;
        rebase.converts().then_some(rebase)
    }

    /// A bar in the shares of the tape.
    fn rebased(&self, slot: Slot, start: Time, bar: [f64; 5]) -> Result<[f64; 5], Refusal> {
        let Some(rebase) = self.rebase(slot) else {
            return Ok(bar);
        };
        let Some(date) = start.exchange_date() else {
            return Ok(bar);
        };
        let daily = self.piles.get(slot.0).and_then(|p| p.item.interval) == Some(Interval::Day);
        if daily && let Some(held) = rebase.contradicted(date, bar[3]) {
            let found = format!("{}, where the tape has {held}", bar[3]);
            return Err(refuse(Some("close"), found, UNKNOWN_SPLIT));
        }
        Ok(rebase.bar(date, bar))
    }

    fn push(&mut self, slot: Slot, key: i64, values: &[f64]) -> Result<(), Refusal> {
        let Some(pile) = self.piles.get_mut(slot.0) else {
            return Ok(());
        };
        if let Err(wrong) = pile.push(key, values) {
            return Err(out_of_order(&pile.item, key, wrong));
        }
        self.held += 1;
        let Some(merge) = self.merge else {
            return Ok(());
        };
        if pile.held() >= merge.budget().rows_a_pile {
            self.held -= pile.held();
            pile.spill(&mut merge.spool().borrow_mut())?;
        } else if self.held >= merge.budget().rows_in_all {
            // Many small piles: all of them go, so that it is long until the next time.
            for pile in &mut self.piles {
                pile.spill(&mut merge.spool().borrow_mut())?;
            }
            self.held = 0;
        }
        Ok(())
    }

    /// Says which zone the file's stamps are in.
    pub(crate) fn zone(&mut self, zone: &str) {
        self.stated.zone = Some(zone.to_owned());
    }

    /// Says whether what the file holds happened.
    pub(crate) fn origin(&mut self, origin: Origin) {
        self.stated.origin = origin;
    }

    /// Adds a line about the file to the report.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.stated.notes.push(text.into());
    }

    /// What the rows are bound for; `None` if they stay in memory.
    pub(crate) fn merge(&self) -> Option<&'a Merge<'a>> {
        self.merge
    }

    /// What is known of a symbol before this file; `None` without daily bars.
    ///
    /// # Errors
    /// What reading the tape may meet.
    pub(crate) fn reference(&self, symbol: &str) -> Result<Option<Reference>, TapeError> {
        match self.merge {
            Some(merge) => merge.reference(symbol),
            None => Ok(None),
        }
    }

    /// True if daily bars of a symbol are known before this file.
    pub(crate) fn has_daily(&self, symbol: &str) -> bool {
        self.merge.is_some_and(|merge| merge.has_daily(symbol))
    }

    /// A price of a date in the shares the tape counts the symbol in.
    pub(crate) fn in_tape_shares(&self, symbol: &str, date: market::Date, usd: f64) -> f64 {
        let its = self.shares.iter().find(|(name, _)| name == symbol);
        its.map_or(usd, |(_, rebase)| rebase.price(date, usd))
    }

    /// How many bars open or close outside their low and high, and the first of them.
    pub(crate) fn suspects(&self) -> Option<(usize, Time)> {
        self.suspects
    }

    /// What was put in, by item.
    pub(crate) fn finish(self) -> (Vec<Run>, Stated) {
        let filled = self.piles.into_iter().filter(|pile| !pile.is_empty());
        (filled.map(Pile::finish).collect(), self.stated)
    }
}

/// Runs that stayed in memory, as contents of a tape.
pub(crate) fn contents(runs: Vec<Run>) -> Contents {
    let mut contents = Contents::default();
    for run in runs {
        let mut rows = Sheet::empty(run.item.sort);
        for part in &run.parts {
            if let Part::Memory(part) = part {
                rows.extend(part, 0..part.keys.len());
            }
        }
        put(run.item, run.told, rows, &mut contents);
    }
    contents
}

fn put(item: Item, told: Told, rows: Sheet, contents: &mut Contents) {
    let name = item.name;
    if told.basis == Basis::Applied && !contents.applied.contains(&name) {
        contents.applied.push(name.clone());
    }
    if let Some(interval) = item.interval {
        let bars = (name, interval, rows.into_bars());
        match item.sort {
            Sort::Extended => contents.extended.push(bars),
            _ => contents.bars.push(bars),
        }
        return;
    }
    let dates = rows.keys.into_iter();
    let dates = dates.filter_map(|k| date_of(i32::try_from(k).ok()?));
    let value = rows.columns.into_iter().next().unwrap_or_default();
    match item.sort {
        // Rows under keys of their own are no runs.
        Sort::Bars
        | Sort::Extended
        | Sort::Constituents
        | Sort::Members
        | Sort::Quotes
        | Sort::Events => {}
        Sort::Series => contents.series.push(Series {
            name,
            date: dates.collect(),
            value,
            known: told.known,
        }),
        Sort::Dividends => {
            let rows = dates.zip(value).map(|(ex_date, amount_usd)| Dividend {
                ex_date,
                amount_usd,
            });
            contents.dividends.push((name, rows.collect()));
        }
        Sort::Splits => {
            let rows = dates.zip(value);
            let rows = rows.map(|(ex_date, ratio)| Split { ex_date, ratio });
            contents.splits.push((name, rows.collect()));
        }
    }
}

fn out_of_order(item: &Item, key: i64, wrong: OutOfOrder) -> Refusal {
    let at = |key| crate::sheet::at(item, key);
    let what = if item.interval.is_some_and(|i| i != Interval::Day) {
        "time"
    } else {
        "date"
    };
    if key == wrong.last {
        let found = format!("{} a second time", at(key));
        return refuse(None, found, &format!("each {what} once"));
    }
    let order = if wrong.descending {
        "descending order, as the first two rows have it"
    } else {
        "ascending order"
    };
    let found = format!("{} after {}", at(key), at(wrong.last));
    refuse(None, found, &format!("{what}s in {order}"))
}
