//! The closes of a universe on their way into its file.

use std::collections::BTreeSet;
use std::path::Path;

use market::Date;
use table::{AtomicFile, Column, Options, StagedFile, Table, Writer};

use crate::constituents::{ClosePrices, PRICES};
use crate::error::TapeError;
use crate::facts::Facts;
use crate::records::days_of;
use crate::rows::{Row, same};

/// Closes in a row group, at least: some thirty symbols of six years. Small enough that a thread's part stays in its
/// second-level cache, large enough that the footer stays small (docs/breadth.md).
const ROWS_PER_GROUP: usize = 49_152;

/// Closes of a universe, bound for a tape.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// The universe.
    pub universe: String,
    /// What the closes are.
    pub prices: ClosePrices,
    /// Symbols in any order, each once, with their closes by date.
    pub symbols: Vec<(String, Vec<Close>)>,
}

/// One close.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Close {
    /// The session's date.
    pub date: Date,
    /// Dollars, finite and above 0.
    pub close: f64,
}

impl Row for Close {
    type Key = Date;

    fn key(&self) -> Date {
        self.date
    }

    fn at(&self) -> String {
        self.date.to_string()
    }

    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        if same(self.close, new.close) {
            return false;
        }
        told("close", self.close, new.close);
        self.close = new.close;
        true
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        if let Some(fault) = self.no_price() {
            return Some(fault);
        }
        let closure = market::calendar::why_closed(self.date)?;
        let found = format!("{}, when the NYSE was closed ({closure})", self.date);
        Some((found, "a day with a session"))
    }
}

impl Close {
    /// What is wrong with the price alone.
    pub(crate) fn no_price(&self) -> Option<(String, &'static str)> {
        let sound = self.close.is_finite() && self.close > 0.0;
        let found = || format!("the close {}", self.close);
        (!sound).then(|| (found(), "a finite number above 0"))
    }
}

/// Judges closes, each date once: all symbols of a universe share theirs, and the calendar is slow to ask.
#[derive(Debug, Default)]
pub(crate) struct KnownDates(BTreeSet<Date>);

impl KnownDates {
    /// What is wrong with a close.
    pub(crate) fn fault(&mut self, close: &Close) -> Option<(String, &'static str)> {
        if self.0.contains(&close.date) {
            return close.no_price();
        }
        let fault = close.fault();
        if fault.is_none() {
            self.0.insert(close.date);
        }
        fault
    }
}

/// Writes symbols, which must come in ascending order, into a file beside its place.
pub(crate) struct ClosesWriter {
    writer: Writer<AtomicFile>,
    symbols: Vec<(String, usize)>,
    days: Vec<i32>,
    close: Vec<f64>,
}

impl ClosesWriter {
    pub(crate) fn create(
        path: &Path,
        facts: &Facts,
        prices: ClosePrices,
    ) -> Result<Self, TapeError> {
        let shape = facts
            .write(columns(&[], &[], &[]), false)
            .fact(PRICES, prices.as_str());
        let name = path.display().to_string();
        let options = Options {
            // Each piece is a group of whole symbols, however long.
            rows_per_group: usize::MAX,
            ..Options::default()
        };
        Ok(Self {
            writer: Writer::new(&name, AtomicFile::create(path)?, &shape, &options)?,
            symbols: Vec::new(),
            days: Vec::new(),
            close: Vec::new(),
        })
    }

    pub(crate) fn write(&mut self, symbol: &str, closes: &[Close]) -> Result<(), TapeError> {
        if closes.is_empty() {
            return Ok(());
        }
        self.symbols.push((symbol.to_owned(), closes.len()));
        self.days.extend(closes.iter().map(|c| days_of(c.date)));
        self.close.extend(closes.iter().map(|c| c.close));
        if self.days.len() >= ROWS_PER_GROUP {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), TapeError> {
        if !self.days.is_empty() {
            self.writer
                .write(&columns(&self.symbols, &self.days, &self.close))?;
        }
        self.symbols.clear();
        self.days.clear();
        self.close.clear();
        Ok(())
    }

    pub(crate) fn stage(mut self) -> Result<StagedFile, TapeError> {
        self.flush()?;
        Ok(self.writer.finish()?.stage()?)
    }
}

fn columns<'a>(symbols: &[(String, usize)], days: &'a [i32], close: &'a [f64]) -> Table<'a> {
    let symbol = symbols.iter().map(|(symbol, rows)| (symbol, *rows));
    Table::new()
        .column("symbol", Column::text_runs(symbol))
        .column("date", Column::date_days(days))
        .column("close", Column::number(close))
}
