//! What a tape holds, told from footers alone.

use chrono::Datelike;
use market::{Date, Interval, Origin, Time, calendar};
use table::{Dest, Reader};

use crate::error::TapeError;
use crate::facts::{Basis, Facts};
use crate::layout::{self, BarFile, Item, Sort};
use crate::tape::Tape;
use crate::{read, records};

/// One file of a tape.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it holds.
    pub sort: Sort,
    /// The symbol or series; `None` for a file of many symbols.
    pub name: Option<String>,
    /// The bar interval.
    pub interval: Option<Interval>,
    /// The first date, as the exchange counts them; `None` without rows.
    pub first: Option<Date>,
    /// The last date.
    pub last: Option<Date>,
    /// Rows.
    pub rows: u64,
    /// Real or simulated.
    pub origin: Origin,
    /// The formats it was imported from; empty where the file does not say.
    pub source: String,
    /// For bars and dividends, the shares they are counted in.
    pub splits: Basis,
    /// Size of the file.
    pub bytes: u64,
    /// Its path inside the tape.
    pub path: String,
}

impl Tape {
    /// Every file of the tape, by sort and name.
    ///
    /// # Errors
    /// [`TapeError::Table`] for a damaged file, [`TapeError::Fact`], [`TapeError::Io`].
    pub fn catalog(&self) -> Result<Vec<Entry>, TapeError> {
        let mut entries = Vec::new();
        for file in layout::all_bar_files(&self.store)? {
            entries.push(self.bar_entry(file, Sort::Bars)?);
        }
        for sort in [Sort::Series, Sort::Dividends, Sort::Splits] {
            for name in layout::names(&self.store, sort)? {
                let path = Item::other(sort, &name).path();
                if !self.store.has(&path) {
                    continue;
                }
                let reader = self.store.open(&path)?;
                let span = date_span(&reader, records::columns(sort).0)?;
                entries.push(entry(&reader, path, sort, Some(name), None, span)?);
            }
        }
        for file in layout::extended_files(&self.store)? {
            entries.push(self.bar_entry(file, Sort::Extended)?);
        }
        for sort in [
            Sort::Constituents,
            Sort::Members,
            Sort::Events,
            Sort::Quotes,
        ] {
            for path in self.store.parquet_below(sort.as_str())? {
                entries.push(self.keyed_entry(path, sort)?);
            }
        }
        Ok(entries)
    }

    fn keyed_entry(&self, path: String, sort: Sort) -> Result<Entry, TapeError> {
        let mut parts = path.split('/');
        let name = parts.find_map(|part| part.strip_prefix(sort.key()));
        let name = name.map(str::to_owned);
        let reader = self.store.open(&path)?;
        let span = match sort {
            Sort::Quotes => time_span(&reader, "time")?,
            Sort::Members => date_span(&reader, "from")?,
            _ => date_span(&reader, "date")?,
        };
        entry(&reader, path, sort, name, None, span)
    }

    fn bar_entry(&self, file: BarFile, sort: Sort) -> Result<Entry, TapeError> {
        let reader = self.store.open(&file.path)?;
        let span = time_span(&reader, "start")?;
        let interval = Some(file.interval);
        entry(&reader, file.path, sort, file.symbol, interval, span)
    }
}

impl Tape {
    /// The intervals at which the tape holds bars of `symbol`, ascending, told from the names of files where
    /// those tell it.
    ///
    /// # Errors
    /// As [`catalog`](Tape::catalog).
    pub fn intervals_of(&self, symbol: &str) -> Result<Vec<Interval>, TapeError> {
        let mut intervals = Vec::new();
        for folder in self.store.children("bars")? {
            let Some(Ok(interval)) = folder.name.strip_prefix("interval=").map(str::parse) else {
                continue;
            };
            let holds = |file: &layout::BarFile| match file.symbol {
                Some(_) => Ok(true),
                None => read::holds(&self.store.open(&file.path)?, symbol),
            };
            for file in layout::bar_files(&self.store, symbol, interval)? {
                if holds(&file)? {
                    intervals.push(interval);
                    break;
                }
            }
        }
        intervals.sort_unstable();
        Ok(intervals)
    }

    /// True if the tape holds a series of this name.
    pub fn has_series(&self, name: &str) -> bool {
        let item = Item::other(Sort::Series, name);
        // A name no tape can hold must not lead out of the folder.
        item.check_name().is_ok() && self.store.has(&item.path())
    }
}

fn entry(
    reader: &Reader,
    path: String,
    sort: Sort,
    name: Option<String>,
    interval: Option<Interval>,
    span: Option<(Date, Date)>,
) -> Result<Entry, TapeError> {
    let facts = Facts::of(reader)?;
    Ok(Entry {
        sort,
        name,
        interval,
        first: span.map(|s| s.0),
        last: span.map(|s| s.1),
        rows: reader.rows(),
        origin: facts.origin,
        source: facts.source,
        splits: facts.splits,
        bytes: reader.bytes(),
        path,
    })
}

fn time_span(reader: &Reader, column: &str) -> Result<Option<(Date, Date)>, TapeError> {
    let told = bounds(reader, |group| reader.time_bounds_micros(group, column));
    let span = if told.is_some() {
        told
    } else {
        let mut start = Vec::new();
        reader.read_all(&mut [(column, Dest::TimeMicros(&mut start))], 1)?;
        ends(&start)
    };
    dated(reader, span, |&micros| Time(micros).exchange_date())
}

fn date_span(reader: &Reader, column: &str) -> Result<Option<(Date, Date)>, TapeError> {
    let told = bounds(reader, |group| reader.date_bounds_days(group, column));
    let span = if told.is_some() {
        told
    } else {
        let mut days = Vec::new();
        reader.read_all(&mut [(column, Dest::DateDays(&mut days))], 1)?;
        ends(&days)
    };
    dated(reader, span, |&days| records::date_of(days))
}

/// The dates of a span, which the calendar must know: a footer may claim any.
fn dated<T: std::fmt::Display>(
    reader: &Reader,
    span: Option<(T, T)>,
    date: impl Fn(&T) -> Option<Date>,
) -> Result<Option<(Date, Date)>, TapeError> {
    let Some((first, last)) = span else {
        return Ok(None);
    };
    let known = |value: &T| date(value).filter(|d| d.year() <= *calendar::YEARS.end());
    match known(&first).zip(known(&last)) {
        Some(span) => Ok(Some(span)),
        None => Err(TapeError::Record {
            path: reader.name().to_owned(),
            row: if known(&first).is_none() {
                0
            } else {
                reader.rows().saturating_sub(1) as usize
            },
            date: "date unknown".to_owned(),
            found: format!("times from {first} to {last} since 1970"),
            expected: "dates the exchange calendar knows, up to 2100; make or fetch the file again",
        }),
    }
}

fn ends<T: Ord + Copy>(values: &[T]) -> Option<(T, T)> {
    Some((*values.iter().min()?, *values.iter().max()?))
}

/// The bounds over all row groups, if each tells its own; a file of others may lack statistics, and is then read.
fn bounds<T: Ord>(reader: &Reader, of: impl Fn(usize) -> Option<(T, T)>) -> Option<(T, T)> {
    let mut groups = (0..reader.groups()).map(of);
    let first = groups.next()??;
    groups.try_fold(first, |(low, high), next| {
        let (a, b) = next?;
        Some((low.min(a), high.max(b)))
    })
}
