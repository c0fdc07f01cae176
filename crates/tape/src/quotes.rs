//! Option quotes: `quotes/underlying=SPY/date=2026-02-11/quotes.parquet`, a file a New York date.

use market::{Date, Quote, Right, Time};
use table::{Column, Dest, Reader, Table};

use crate::error::TapeError;
use crate::layout::{self, Item, Sort};
use crate::records::{date_of, days_of};
use crate::rows::{self, Row, renew_count, renew_number};
use crate::tape::Tape;

/// The options of an underlying as they were quoted at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// When they were quoted. It may be long before the instant asked for; whoever uses it judges its age.
    pub time: Time,
    /// By expiration, strike, call before put.
    pub quotes: Vec<Quote>,
}

impl Row for Quote {
    /// Positive numbers are in the order of their bits.
    type Key = (Time, Date, u64, Right);

    fn key(&self) -> Self::Key {
        (
            self.time,
            self.expiration,
            self.strike.to_bits(),
            self.right,
        )
    }

    fn at(&self) -> String {
        let (time, expiration) = (self.time, self.expiration);
        format!("{time} {expiration} {} {}", self.strike, self.right)
    }

    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        let mut changed = false;
        for (old, new, field) in [
            (&mut self.bid, new.bid, "bid"),
            (&mut self.ask, new.ask, "ask"),
            (&mut self.last, new.last, "last"),
            (&mut self.iv, new.iv, "iv"),
            (&mut self.delta, new.delta, "delta"),
            (&mut self.spot, new.spot, "spot"),
            (&mut self.spot_parity, new.spot_parity, "spot_parity"),
        ] {
            changed |= renew_number(old, new, field, told);
        }
        for (old, new, field) in [
            (&mut self.bid_size, new.bid_size, "bid_size"),
            (&mut self.ask_size, new.ask_size, "ask_size"),
            (&mut self.volume, new.volume, "volume"),
            (&mut self.open_interest, new.open_interest, "open_interest"),
        ] {
            changed |= renew_count(old, new, field, told);
        }
        changed
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        if !(self.strike.is_finite() && self.strike > 0.0) {
            return Some((format!("the strike {}", self.strike), "a strike above 0"));
        }
        let quoted = self.time.exchange_date();
        if quoted.is_none_or(|quoted| self.expiration < quoted) {
            let found = format!("the expiration {}", self.expiration);
            return Some((found, "an expiration on or after the date of the quote"));
        }
        let never_negative = [
            self.bid,
            self.ask,
            self.last,
            self.iv,
            self.spot,
            self.spot_parity,
        ];
        let wrong = |v: &f64| !(v.is_finite() && *v >= 0.0);
        if let Some(value) = never_negative.into_iter().flatten().find(wrong) {
            let expected = "finite numbers of 0 or more";
            return Some((format!("the value {value}"), expected));
        }
        let delta = self.delta.filter(|delta| !delta.is_finite())?;
        Some((format!("the delta {delta}"), "a finite number"))
    }
}

pub(crate) fn item(underlying: &str) -> Item {
    Item::other(Sort::Quotes, underlying)
}

pub(crate) fn folder(underlying: &str, date: Date) -> String {
    format!("{}/date={date}", item(underlying).folder())
}

pub(crate) fn path(underlying: &str, date: Date) -> String {
    format!("{}/quotes.parquet", folder(underlying, date))
}

const NUMBERS: [&str; 7] = ["bid", "ask", "last", "iv", "delta", "spot", "spot_parity"];
const COUNTS: [&str; 4] = ["bid_size", "ask_size", "volume", "open_interest"];

pub(crate) fn load(reader: &Reader) -> Result<Vec<Quote>, TapeError> {
    let quotes = rows(reader)?;
    rows::check(reader.name(), &quotes)?;
    Ok(quotes)
}

/// The rows as they lie on file, unjudged.
pub(crate) fn rows(reader: &Reader) -> Result<Vec<Quote>, TapeError> {
    let (mut time, mut expiration) = (Vec::new(), Vec::new());
    let (mut strike, mut right) = (Vec::new(), Vec::new());
    let mut numbers: [Vec<Option<f64>>; 7] = Default::default();
    let mut counts: [Vec<Option<i64>>; 4] = Default::default();
    let mut wanted = vec![
        ("time", Dest::TimeMicros(&mut time)),
        ("expiration", Dest::DateDays(&mut expiration)),
        ("strike", Dest::Number(&mut strike)),
        ("right", Dest::Text(&mut right)),
    ];
    wanted.extend(
        NUMBERS
            .iter()
            .zip(&mut numbers)
            .map(|(&n, v)| (n, Dest::MaybeNumber(v))),
    );
    wanted.extend(
        COUNTS
            .iter()
            .zip(&mut counts)
            .map(|(&n, v)| (n, Dest::MaybeInteger(v))),
    );
    reader.read_all(&mut wanted, 1)?;
    let mut quotes = Vec::with_capacity(time.len());
    let rows = time.into_iter().zip(expiration).zip(strike).zip(right);
    for (row, (((time, days), strike), right)) in rows.enumerate() {
        let wrong = |found: String, expected| TapeError::Record {
            path: reader.name().to_owned(),
            row,
            date: Time(time).to_string(),
            found,
            expected,
        };
        let expiration = date_of(days)
            .ok_or_else(|| wrong(format!("day {days} since 1970"), "a date of this calendar"))?;
        let right = match right.as_str() {
            "call" => Right::Call,
            "put" => Right::Put,
            other => return Err(wrong(format!("the right `{other}`"), "call or put")),
        };
        let mut quote = Quote::blank(Time(time), expiration, strike, right);
        let number = |at: usize| numbers[at].get(row).copied().flatten();
        [quote.bid, quote.ask, quote.last, quote.iv] = [0, 1, 2, 3].map(number);
        [quote.delta, quote.spot, quote.spot_parity] = [4, 5, 6].map(number);
        [
            quote.bid_size,
            quote.ask_size,
            quote.volume,
            quote.open_interest,
        ] = [0, 1, 2, 3].map(|at: usize| counts[at].get(row).copied().flatten());
        quotes.push(quote);
    }
    Ok(quotes)
}

pub(crate) fn to_table(quotes: &[Quote]) -> Table<'static> {
    let time: Vec<i64> = quotes.iter().map(|q| q.time.micros()).collect();
    let expiration: Vec<i32> = quotes.iter().map(|q| days_of(q.expiration)).collect();
    let strike: Vec<f64> = quotes.iter().map(|q| q.strike).collect();
    let mut table = Table::new()
        .column("time", Column::time_micros(time))
        .column("expiration", Column::date_days(expiration))
        .column("strike", Column::number(strike))
        .column(
            "right",
            Column::text(quotes.iter().map(|q| q.right.as_str())),
        );
    let number: [fn(&Quote) -> Option<f64>; 7] = [
        |q| q.bid,
        |q| q.ask,
        |q| q.last,
        |q| q.iv,
        |q| q.delta,
        |q| q.spot,
        |q| q.spot_parity,
    ];
    let count: [fn(&Quote) -> Option<i64>; 4] = [
        |q| q.bid_size,
        |q| q.ask_size,
        |q| q.volume,
        |q| q.open_interest,
    ];
    for (name, of) in NUMBERS.iter().zip(number) {
        table = table.column(
            name,
            Column::maybe_number(quotes.iter().map(of).collect::<Vec<_>>()),
        );
    }
    for (name, of) in COUNTS.iter().zip(count) {
        table = table.column(
            name,
            Column::maybe_integer(quotes.iter().map(of).collect::<Vec<_>>()),
        );
    }
    table
}

impl Tape {
    /// The underlyings the tape has option quotes of, sorted.
    ///
    /// # Errors
    /// [`TapeError::Io`].
    pub fn quoted_underlyings(&self) -> Result<Vec<String>, TapeError> {
        layout::names(&self.store, Sort::Quotes)
    }

    /// The New York dates with quotes of an underlying, ascending.
    ///
    /// # Errors
    /// [`TapeError::Io`].
    pub fn quote_dates(&self, underlying: &str) -> Result<Vec<Date>, TapeError> {
        let children = self.store.children(&item(underlying).folder())?;
        let date = |name: &str| name.strip_prefix("date=")?.parse().ok();
        let mut dates: Vec<Date> = children.iter().filter_map(|c| date(&c.name)).collect();
        dates.sort_unstable();
        Ok(dates)
    }

    /// The latest chain of an underlying at or before an instant; `None` if there is none so early. Only the file of
    /// its date is read.
    ///
    /// # Errors
    /// [`TapeError::Record`] for rows out of order, values that are none and a quote in the file of another date;
    /// [`TapeError::Table`].
    pub fn chain(&self, underlying: &str, as_of: Time) -> Result<Option<Chain>, TapeError> {
        let Some(today) = as_of.exchange_date() else {
            return Ok(None);
        };
        for date in self
            .quote_dates(underlying)?
            .into_iter()
            .rev()
            .filter(|d| *d <= today)
        {
            let path = path(underlying, date);
            if !self.store.has(&path) {
                continue;
            }
            let quotes = load_dated(&self.store.open(&path)?, date)?;
            let Some(time) = quotes.iter().map(|q| q.time).filter(|t| *t <= as_of).max() else {
                continue;
            };
            let quotes = quotes.into_iter().filter(|q| q.time == time).collect();
            return Ok(Some(Chain { time, quotes }));
        }
        Ok(None)
    }
}

impl Tape {
    /// Of each of some instants the last chain of an underlying at or before it and of its own New York date, each chain once,
    /// by time. Only the files of those dates are read, each once.
    ///
    /// # Errors
    /// As [`Tape::chain`].
    pub fn chains_as_of(
        &self,
        underlying: &str,
        instants: &[Time],
    ) -> Result<Vec<market::Chain>, TapeError> {
        let mut chains = Vec::new();
        if instants.is_empty() {
            return Ok(chains);
        }
        for date in self.quote_dates(underlying)? {
            let on = |at: &&Time| at.exchange_date() == Some(date);
            let instants: Vec<Time> = instants.iter().filter(on).copied().collect();
            let path = path(underlying, date);
            if instants.is_empty() || !self.store.has(&path) {
                continue;
            }
            let quotes = load_dated(&self.store.open(&path)?, date)?;
            let as_of = |at: &Time| quotes.iter().map(|q| q.time).filter(|t| t <= at).max();
            let mut seen: Vec<Time> = instants.iter().filter_map(as_of).collect();
            seen.sort_unstable();
            seen.dedup();
            chains.extend(seen.into_iter().map(|time| {
                market::Chain {
                    time,
                    offers: quotes
                        .iter()
                        .filter(|quote| quote.time == time)
                        .map(market::Offer::from)
                        .collect(),
                }
            }));
        }
        Ok(chains)
    }
}

/// The quotes of a file that must all be of one New York date.
pub(crate) fn load_dated(reader: &Reader, date: Date) -> Result<Vec<Quote>, TapeError> {
    let quotes = load(reader)?;
    let strays = quotes
        .iter()
        .position(|q| q.time.exchange_date() != Some(date));
    match strays {
        None => Ok(quotes),
        Some(row) => Err(TapeError::Partition {
            path: reader.name().to_owned(),
            column: "time",
            row,
            folder: date.to_string(),
        }),
    }
}
