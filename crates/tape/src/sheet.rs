//! Rows under ascending keys, the shape that bars, series and records share while they are merged.

use market::{Interval, RawBars, Time};

use crate::error::TapeError;
use crate::layout::{Item, Sort};
use crate::records::{self, date_of};

/// The columns of bars, in file order.
pub(crate) const BAR_COLUMNS: [&str; 5] = ["open", "high", "low", "close", "volume"];

/// Two values this close, relative to the greater, are one value printed twice.
const SAME: f64 = 1e-6;

/// Rows of one item: keys are microseconds for bars, days for everything else.
#[derive(Clone, Debug, PartialEq)]
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
}

/// Rows counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) added: u64,
    pub(crate) equal: u64,
    pub(crate) changed: u64,
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

    pub(crate) fn to_bars(&self) -> RawBars {
        let column = |i: usize| self.columns.get(i).cloned().unwrap_or_default();
        RawBars {
            start: self.keys.iter().map(|&t| Time(t)).collect(),
            open: column(0),
            high: column(1),
            low: column(2),
            close: column(3),
            volume: column(4),
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
            let expected = "rows sorted by time and without duplicates";
            return Err(wrong(
                i + 1,
                "a row not after the one before it".to_owned(),
                expected,
            ));
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

    /// Takes in the rows of `new`. Where both have a row, a value that differs by more than print goes to the new one;
    /// equal ones stay, so that merging the same again changes nothing.
    pub(crate) fn merge(
        &mut self,
        new: &Sheet,
        item: &Item,
        changes: &mut impl FnMut(Change),
    ) -> Tally {
        let mut tally = Tally::default();
        let mut merged = Sheet::empty(item.sort);
        let (mut i, mut j) = (0, 0);
        while i < self.keys.len() || j < new.keys.len() {
            match (self.keys.get(i), new.keys.get(j)) {
                (Some(old), Some(fresh)) if old == fresh => {
                    merged.push(self, i);
                    let mut differs = false;
                    for (c, field) in field_names(item.sort).iter().enumerate() {
                        let (old, new) = (self.columns[c][i], new.columns[c][j]);
                        if !same(old, new) {
                            differs = true;
                            merged.columns[c].pop();
                            merged.columns[c].push(new);
                            let (item, at) = (describe(item), at(item, *fresh));
                            changes(Change {
                                item,
                                at,
                                field,
                                old,
                                new,
                            });
                        }
                    }
                    tally.changed += u64::from(differs);
                    tally.equal += u64::from(!differs);
                    (i, j) = (i + 1, j + 1);
                }
                (Some(old), fresh) if fresh.is_none_or(|fresh| old < fresh) => {
                    merged.push(self, i);
                    i += 1;
                }
                _ => {
                    merged.push(new, j);
                    tally.added += 1;
                    j += 1;
                }
            }
        }
        *self = merged;
        tally
    }

    fn push(&mut self, from: &Sheet, row: usize) {
        self.keys.push(from.keys[row]);
        for (to, column) in self.columns.iter_mut().zip(&from.columns) {
            to.push(column[row]);
        }
    }
}

fn same(old: f64, new: f64) -> bool {
    old == new || (old - new).abs() <= SAME * old.abs().max(new.abs())
}

pub(crate) fn field_names(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Bars | Sort::Extended => &BAR_COLUMNS,
        Sort::Series => &["value"],
        Sort::Dividends => &["amount_usd"],
        Sort::Splits => &["ratio"],
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
