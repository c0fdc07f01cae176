//! Closes of many symbols: handed out symbol by symbol, never held as a whole.
//!
//! `constituents/universe=smallcap/closes.parquet` is sorted by symbol, then date; a row group holds a few dozen whole
//! symbols. Files of others may cut a symbol across groups: what belongs together is read together.

use chrono::Datelike;
use market::{Date, Origin, SessionTable};
use table::{Dest, Reader, TextRun};

use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::read::open_item;
use crate::records::{date_of, days_of};
use crate::tape::Tape;

/// What the closes of a universe are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClosePrices {
    /// Adjusted for dividends and splits: a move from one close to the next is the holder's return. Such a close
    /// knows the dividends of its future; a comparison between closes of one symbol (above its average, higher than
    /// yesterday) sees them as a return paid when the price fell by them, nothing more.
    #[default]
    Adjusted,
    /// As traded.
    Raw,
}

impl ClosePrices {
    /// The word in a file's metadata, under the key `prices`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClosePrices::Adjusted => "adjusted",
            ClosePrices::Raw => "raw",
        }
    }
}

pub(crate) const PRICES: &str = "prices";

/// The closes of a universe, open for reading, by as many threads as like.
#[derive(Debug)]
pub struct Universe {
    reader: Reader,
    /// Row groups that are read together; each symbol lies in one part.
    parts: Vec<Vec<usize>>,
    sessions: Vec<Date>,
    /// The same, as days since 1970.
    days: Vec<i32>,
    prices: ClosePrices,
    origin: Origin,
}

/// The closes of one symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closes<'a> {
    /// The symbol.
    pub symbol: &'a str,
    /// For each close, the ordinal of its date in [`Universe::sessions`], strictly ascending.
    pub session: &'a [u32],
    /// The closes, finite and above 0.
    pub close: &'a [f64],
}

/// Memory to use again from part to part: one for each thread.
#[derive(Debug, Default)]
pub struct ClosesBuffer {
    days: Vec<i32>,
    close: Vec<f64>,
    session: Vec<u32>,
}

impl Tape {
    /// The names of the universes the tape has closes of, sorted.
    ///
    /// # Errors
    /// [`TapeError::Io`].
    pub fn universes(&self) -> Result<Vec<String>, TapeError> {
        crate::layout::names(&self.store, Sort::Constituents)
    }

    /// Opens the closes of a universe; only the footer is read.
    ///
    /// # Errors
    /// [`TapeError::Absent`] with the universes there are, [`TapeError::Table`], [`TapeError::Fact`].
    pub fn universe(&self, name: &str) -> Result<Universe, TapeError> {
        let item = Item::other(Sort::Constituents, name);
        let Some(reader) = open_item(self, &item)? else {
            let has = self.universes()?;
            return Err(TapeError::Absent {
                tape: self.name(),
                wanted: format!("closes of the universe {name}"),
                suggestion: crate::error::nearest(name, has.iter().map(String::as_str)),
                has,
            });
        };
        Universe::new(reader)
    }
}

impl Universe {
    pub(crate) fn new(reader: Reader) -> Result<Self, TapeError> {
        let facts = Facts::of(&reader)?;
        let prices = match reader.fact(PRICES) {
            Some("adjusted") => ClosePrices::Adjusted,
            None | Some("raw") => ClosePrices::Raw,
            Some(other) => {
                return Err(TapeError::Fact {
                    path: reader.name().to_owned(),
                    key: PRICES,
                    found: other.to_owned(),
                    expected: "adjusted or raw",
                });
            }
        };
        let sessions = match span(&reader)? {
            Some((first, last)) => {
                let table = SessionTable::covering(first, last);
                let dates = table.as_slice().iter().map(|session| session.date);
                dates.filter(|date| (first..=last).contains(date)).collect()
            }
            None => Vec::new(),
        };
        Ok(Self {
            parts: parts(&reader),
            days: sessions.iter().map(|&date| days_of(date)).collect(),
            sessions,
            prices,
            origin: facts.origin,
            reader,
        })
    }

    /// How many parts there are to read.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Every NYSE session from the first close to the last.
    pub fn sessions(&self) -> &[Date] {
        &self.sessions
    }

    /// Closes in the file, over all symbols.
    pub fn rows(&self) -> u64 {
        self.reader.rows()
    }

    /// What the closes are.
    pub fn prices(&self) -> ClosePrices {
        self.prices
    }

    /// Real or simulated.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The file, as errors and reports call it.
    pub fn path(&self) -> &str {
        self.reader.name()
    }

    /// Hands out the symbols of a part, in ascending order; a part that is not there has none. Memory is that of one
    /// part, whatever the size of the universe.
    ///
    /// # Errors
    /// [`TapeError::Record`] for a symbol out of order, a date out of order or without a session, and a close that is no
    /// price; [`TapeError::Table`].
    pub fn read(
        &self,
        part: usize,
        buffer: &mut ClosesBuffer,
        mut each: impl FnMut(Closes<'_>),
    ) -> Result<(), TapeError> {
        let groups = self.parts.get(part).map_or(&[][..], Vec::as_slice);
        let mut runs: Vec<TextRun> = Vec::new();
        for &group in groups {
            for run in self.reader.text_runs(group, "symbol")? {
                match runs.last_mut() {
                    Some(last) if last.text == run.text => last.rows += run.rows,
                    _ => runs.push(run),
                }
            }
        }
        let ClosesBuffer {
            days,
            close,
            session,
        } = buffer;
        let mut wanted = [
            ("date", Dest::DateDays(&mut *days)),
            ("close", Dest::Number(&mut *close)),
        ];
        self.reader.read(groups, &mut wanted, 1)?;
        let before = (0..groups.first().copied().unwrap_or(0)).map(|g| self.reader.group_rows(g));
        let first_row: usize = before.sum();
        let mut at = 0;
        for (i, run) in runs.iter().enumerate() {
            let rows = at..at + run.rows;
            let place = Place {
                path: self.reader.name(),
                symbol: &run.text,
                first_row: first_row + at,
            };
            if i > 0 && runs[i - 1].text >= run.text {
                let found = format!("{} after {}", run.text, runs[i - 1].text);
                return Err(place.wrong(0, None, &found, "symbols in ascending order, each once"));
            }
            let (Some(days), Some(close)) = (days.get(rows.clone()), close.get(rows)) else {
                return Err(place.wrong(0, None, "columns of unlike length", "whole columns"));
            };
            self.place(days, session, &place)?;
            if let Some(row) = close.iter().position(|&c| !(c > 0.0 && c < f64::INFINITY)) {
                let found = format!("the close {}", close[row]);
                return Err(place.wrong(row, days.get(row), &found, "a finite number above 0"));
            }
            each(Closes {
                symbol: &run.text,
                session,
                close,
            });
            at += run.rows;
        }
        Ok(())
    }

    /// The sessions of a symbol's dates.
    fn place(
        &self,
        days: &[i32],
        session: &mut Vec<u32>,
        place: &Place<'_>,
    ) -> Result<(), TapeError> {
        session.clear();
        let mut next = days
            .first()
            .map_or(0, |first| self.days.partition_point(|day| day < first));
        // Without a hole, which is the rule, the dates are those of the sessions, and need no search each.
        if self.days.get(next..next + days.len()) == Some(days) {
            session.extend((next..next + days.len()).map(|row| row as u32));
            return Ok(());
        }
        for (row, day) in days.iter().enumerate() {
            if row > 0 && days[row - 1] >= *day {
                let found = "a date not after the one before it";
                return Err(place.wrong(
                    row,
                    Some(day),
                    found,
                    "dates in ascending order, each once",
                ));
            }
            while self.days.get(next).is_some_and(|session| session < day) {
                next += 1;
            }
            if self.days.get(next) != Some(day) {
                return Err(place.wrong(row, Some(day), "no NYSE session", "dates of sessions"));
            }
            session.push(next as u32);
        }
        Ok(())
    }
}

/// Where a row is, for errors.
struct Place<'a> {
    path: &'a str,
    symbol: &'a str,
    first_row: usize,
}

impl Place<'_> {
    fn wrong(
        &self,
        row: usize,
        day: Option<&i32>,
        found: &str,
        expected: &'static str,
    ) -> TapeError {
        let date = day
            .and_then(|&day| date_of(day))
            .map(|date| format!(" {date}"));
        TapeError::Record {
            path: self.path.to_owned(),
            row: self.first_row + row,
            date: format!("{}{}", self.symbol, date.unwrap_or_default()),
            found: found.to_owned(),
            expected,
        }
    }
}

/// Row groups that may share a symbol, together. After a group that does not tell its symbols nothing is apart any more:
/// any group may share one with it.
fn parts(reader: &Reader) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    // The greatest symbol so far, as long as it is known.
    let mut greatest = Some("");
    for group in 0..reader.groups() {
        let bounds = reader.text_bounds(group, "symbol");
        let apart = bounds
            .zip(greatest)
            .is_some_and(|((first, _), greatest)| greatest < first);
        match parts.last_mut() {
            Some(part) if !apart => part.push(group),
            _ => parts.push(vec![group]),
        }
        greatest = bounds
            .zip(greatest)
            .map(|((_, last), greatest)| greatest.max(last));
    }
    parts
}

/// The first and the last date.
fn span(reader: &Reader) -> Result<Option<(Date, Date)>, TapeError> {
    let mut span: Option<(i32, i32)> = None;
    for group in 0..reader.groups() {
        let told = reader.date_bounds_days(group, "date");
        let Some((low, high)) = told.map_or_else(|| read_span(reader, group), |b| Ok(Some(b)))?
        else {
            continue;
        };
        span = Some(span.map_or((low, high), |(a, b)| (a.min(low), b.max(high))));
    }
    let known = |day: i32| date_of(day).filter(|d| market::calendar::YEARS.contains(&d.year()));
    let Some((low, high)) = span else {
        return Ok(None);
    };
    match known(low).zip(known(high)) {
        Some(span) => Ok(Some(span)),
        None => Err(TapeError::Record {
            path: reader.name().to_owned(),
            row: 0,
            date: "date unknown".to_owned(),
            found: format!("days from {low} to {high} since 1970"),
            expected: "dates the exchange calendar knows, 1990 to 2100; make or fetch the file again",
        }),
    }
}

/// The first and the last date of a group whose footer does not tell them.
fn read_span(reader: &Reader, group: usize) -> Result<Option<(i32, i32)>, TapeError> {
    let mut days = Vec::new();
    reader.read(&[group], &mut [("date", Dest::DateDays(&mut days))], 1)?;
    let low = days.iter().min().copied();
    Ok(low.zip(days.iter().max().copied()))
}
