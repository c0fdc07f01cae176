//! Rows under ascending keys, the shape that bars, series and records share while they are merged.

use std::ops::Range;

use market::{Interval, RawBars, Time};

use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::records::{self, date_of};

/// The columns of bars, in file order.
pub(crate) const BAR_COLUMNS: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// Two values this close, relative to the greater, are one value printed twice.
const SAME: f64 = 1e-6;

/// Rows of one item: keys are microseconds for bars, days for everything else.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sheet {
    pub(crate) keys: Vec<i64>,
    pub(crate) columns: Vec<Vec<f64>>,
}

/// A value that was replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The item: `1d bars of IWM`, `series RVX`.
    pub item: String,
    /// The row: a date, or exchange time for bars within a session.
    pub at: String,
    /// The column.
    pub field: &'static str,
    /// What the tape held.
    pub old: f64,
    /// What it holds now.
    pub new: f64,
    /// The file that brought it, or the source where there is no file.
    pub file: String,
}

impl Sheet {
    pub(crate) fn empty(sort: Sort) -> Sheet {
        Sheet {
            keys: Vec::new(),
            columns: vec![Vec::new(); field_names(sort).len()],
        }
    }

    pub(crate) fn bars(raw: RawBars) -> Sheet {
        Sheet {
            keys: raw.start.into_iter().map(Time::micros).collect(),
            columns: vec![raw.open, raw.high, raw.low, raw.close, raw.volume],
        }
    }

    pub(crate) fn into_bars(self) -> RawBars {
        let mut columns = self.columns.into_iter();
        let mut column = || columns.next().unwrap_or_default();
        RawBars {
            start: self.keys.into_iter().map(Time).collect(),
            open: column(),
            high: column(),
            low: column(),
            close: column(),
            volume: column(),
        }
    }

    /// Refuses what must not enter a tape: columns of different lengths, keys out of order, unusable numbers.
    /// Prices have [`market::Bars`] to judge them.
    pub(crate) fn check(&self, item: &Item) -> Result<(), TapeError> {
        let wrong = |row: usize, found: String, expected| TapeError::Record {
            path: describe(item),
            row,
            date: self
                .keys
                .get(row)
                .map_or_else(String::new, |&k| at(item, k)),
            found,
            expected,
        };
        let rows = self.keys.len();
        if let Some(short) = self.columns.iter().find(|c| c.len() != rows) {
            let found = format!("a column of {} values for {rows} rows", short.len());
            return Err(wrong(short.len().min(rows), found, "every column complete"));
        }
        if let Some(i) = self.keys.windows(2).position(|pair| pair[1] <= pair[0]) {
            return Err(self.unsorted(item, i + 1));
        }
        if !item.sort.is_bars() {
            let rule = records::columns(item.sort).2;
            for (row, &value) in self.columns.iter().flatten().enumerate() {
                if let Some(expected) = rule.broken_by(value) {
                    return Err(wrong(row, format!("the value {value}"), expected));
                }
            }
        }
        Ok(())
    }

    /// The error of a row that does not come after the one in front of it.
    pub(crate) fn unsorted(&self, item: &Item, row: usize) -> TapeError {
        let key = self.keys.get(row);
        TapeError::Record {
            path: describe(item),
            row,
            date: key.map_or_else(String::new, |&k| at(item, k)),
            found: "a row not after the one before it".to_owned(),
            expected: "rows sorted by time and without duplicates",
        }
    }

    pub(crate) fn push(&mut self, key: i64, values: &[f64]) {
        self.keys.push(key);
        for (column, &value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
    }

    /// Appends rows of another sheet of the same columns.
    pub(crate) fn extend(&mut self, from: &Sheet, rows: Range<usize>) {
        let keys = from.keys.get(rows.clone()).unwrap_or_default();
        self.keys.extend_from_slice(keys);
        for (to, column) in self.columns.iter_mut().zip(&from.columns) {
            to.extend_from_slice(column.get(rows.clone()).unwrap_or_default());
        }
    }

    pub(crate) fn reverse(&mut self) {
        self.keys.reverse();
        self.columns.iter_mut().for_each(|c| c.reverse());
    }

    /// Forgets the rows, not the memory.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.columns.iter_mut().for_each(Vec::clear);
    }
}

/// True if two values are one printed twice.
#[inline]
pub(crate) fn same(old: f64, new: f64) -> bool {
    old == new || (old - new).abs() <= SAME * old.abs().max(new.abs())
}

pub(crate) fn field_names(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Bars | Sort::Extended => &BAR_COLUMNS,
        Sort::Series => &["value"],
        Sort::Dividends => &["amount_usd"],
        Sort::Splits => &["ratio"],
        // Rows under more than one key: `rows.rs` merges those.
        Sort::Constituents | Sort::Members | Sort::Quotes | Sort::Events => &[],
    }
}

pub(crate) fn describe(item: &Item) -> String {
    match item.interval {
        Some(interval) if item.sort == Sort::Extended => {
            format!("{interval} extended-hours bars of {}", item.name)
        }
        Some(interval) => format!("{interval} bars of {}", item.name),
        None if item.sort == Sort::Series => format!("series {}", item.name),
        None => format!("{} of {}", item.sort.as_str(), item.name),
    }
}

/// A row's place as people see it.
pub(crate) fn at(item: &Item, key: i64) -> String {
    match item.interval {
        Some(Interval::Day) => Time(key)
            .exchange_date()
            .map_or_else(|| Time(key).to_string(), |d| d.to_string()),
        Some(Interval::Minutes(_)) => Time(key).to_string(),
        None => i32::try_from(key)
            .ok()
            .and_then(date_of)
            .map_or_else(|| format!("day {key}"), |d| d.to_string()),
    }
}
