//! What a tape will hold once a merge is committed, asked while it is still in the making.

use market::{Date, Dividend, Interval, Quote, Split};

use crate::error::TapeError;
use crate::facts::Basis;
use crate::import::Reference;
use crate::layout::{Item, Sort};
use crate::merge::Merge;
use crate::merge::pile::ROWS_IN_MEMORY;
use crate::merge::report::Blind;
use crate::quotes;
use crate::read::open_item;
use crate::records::date_of;
use crate::sheet::Sheet;

impl Merge<'_> {
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
}

/// True for rows that mean another thing after a split.
pub(super) fn counts_shares(sort: Sort) -> bool {
    sort.is_bars() || sort == Sort::Dividends
}

/// The rows of records, by date.
fn dated(rows: Sheet) -> impl Iterator<Item = (Date, f64)> {
    let dates = rows.keys.into_iter();
    let dates = dates.filter_map(|k| date_of(i32::try_from(k).ok()?));
    let values = rows.columns.into_iter().next().unwrap_or_default();
    dates.zip(values)
}
