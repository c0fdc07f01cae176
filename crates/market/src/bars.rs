//! Bar columns: what a tape gives, and what may be relied on.

use crate::interval::Interval;
use crate::session_table::SessionTable;
use crate::time::{Date, Time};

/// What can be a price, in dollars. Below and above lie slips of units and of decimal points.
pub const PRICES_USD: std::ops::RangeInclusive<f64> = 1e-4..=1e7;

/// A choice of bar columns. The start time always comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Fields(u8);

impl Fields {
    /// Opening prices.
    pub const OPEN: Fields = Fields(1);
    /// Highest prices.
    pub const HIGH: Fields = Fields(2);
    /// Lowest prices.
    pub const LOW: Fields = Fields(4);
    /// Closing prices.
    pub const CLOSE: Fields = Fields(8);
    /// Volumes.
    pub const VOLUME: Fields = Fields(16);
    /// Open, high, low and close.
    pub const OHLC: Fields = Fields(15);
    /// All five.
    pub const ALL: Fields = Fields(31);

    /// Both choices together.
    #[must_use]
    pub const fn and(self, other: Fields) -> Fields {
        Fields(self.0 | other.0)
    }

    /// True if every column of `other` is chosen.
    pub const fn has(self, other: Fields) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Bar columns as read from a file: nothing is known about them yet.
///
/// Columns that were not asked for are empty; the others are as long as `start`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawBars {
    /// Start of each bar.
    pub start: Vec<Time>,
    /// First price.
    pub open: Vec<f64>,
    /// Highest price.
    pub high: Vec<f64>,
    /// Lowest price.
    pub low: Vec<f64>,
    /// Last price.
    pub close: Vec<f64>,
    /// Shares traded.
    pub volume: Vec<f64>,
}

/// Bars of one symbol and interval that hold every invariant a replay relies on:
/// start times strictly ascending and inside a session's regular hours, no bar starting before the
/// one in front of it has ended, prices finite and positive, no high below its low.
///
/// Columns that were not loaded are empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// The symbol, upper case.
    pub symbol: String,
    /// The bar interval.
    pub interval: Interval,
    raw: RawBars,
    end: Vec<Time>,
    session: Vec<u32>,
}

/// A broken invariant: what no replay may use.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BarDefect {
    /// A bar starts before or together with the one in front of it.
    #[error(
        "{symbol} bar {row}: starts {found}, not after the bar before it ({before}); bars must be sorted and without duplicates"
    )]
    Order {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start found.
        found: Time,
        /// Start of the bar in front.
        before: Time,
    },
    /// A price or volume that is not a usable number.
    #[error("{symbol} bar {row} ({at}): {field} is {found}; {expected}")]
    Value {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start of the bar.
        at: Time,
        /// Column.
        field: &'static str,
        /// Value found.
        found: f64,
        /// What a value must be.
        expected: &'static str,
    },
    /// High below low.
    #[error("{symbol} bar {row} ({at}): high {high} is below low {low}")]
    HighBelowLow {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start of the bar.
        at: Time,
        /// High found.
        high: f64,
        /// Low found.
        low: f64,
    },
    /// A bar outside the exchange's regular hours.
    #[error("{symbol} bar {row}: starts {found}, outside every NYSE session's regular hours")]
    OutsideSession {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start found.
        found: Time,
    },
    /// A bar that starts before the one in front of it has ended: what is decided at that end would
    /// trade at an open already past.
    #[error(
        "{symbol} bar {row}: starts {found}, before the bar in front of it ends ({before}); bars of one interval must not overlap"
    )]
    Overlap {
        /// Symbol.
        symbol: String,
        /// Row, from 0.
        row: usize,
        /// Start found.
        found: Time,
        /// End of the bar in front.
        before: Time,
    },
    /// Columns of different lengths.
    #[error("{symbol}: column {field} has {found} values, start has {expected}")]
    Length {
        /// Symbol.
        symbol: String,
        /// Column.
        field: &'static str,
        /// Its length.
        found: usize,
        /// Length of the start column.
        expected: usize,
    },
}

impl RawBars {
    /// How many bars open or close outside their low and high, and the row of the first of them; `None` without any.
    ///
    /// Such a *suspect print* does not stop a run, it is shown with its result. Columns that were not loaded are not judged.
    pub fn suspect_prints(&self) -> Option<(usize, usize)> {
        let beyond = |column: &[f64], row: usize| {
            column.get(row).is_some_and(|price| {
                self.low.get(row).is_some_and(|low| price < low)
                    || self.high.get(row).is_some_and(|high| price > high)
            })
        };
        let mut rows = (0..self.start.len())
            .filter(|&row| beyond(&self.open, row) || beyond(&self.close, row));
        let first = rows.next()?;
        Some((1 + rows.count(), first))
    }

    /// The loaded columns with their names.
    fn columns(&self) -> [(&'static str, &[f64]); 5] {
        [
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("close", &self.close),
            ("volume", &self.volume),
        ]
    }
}

impl Bars {
    /// Checks every invariant and finds each bar's session and end.
    ///
    /// # Errors
    /// The first [`BarDefect`], by column group, then row.
    pub fn new(
        symbol: &str,
        interval: Interval,
        raw: RawBars,
        sessions: &SessionTable,
    ) -> Result<Bars, BarDefect> {
        check_lengths(symbol, &raw)?;
        check_order(symbol, &raw.start)?;
        for (field, column) in raw.columns() {
            check_values(symbol, field, column, &raw.start)?;
        }
        if let Some(row) =
            (0..raw.high.len().min(raw.low.len())).find(|&i| raw.high[i] < raw.low[i])
        {
            let (high, low) = (raw.high[row], raw.low[row]);
            return Err(BarDefect::HighBelowLow {
                symbol: symbol.to_owned(),
                row,
                at: raw.start[row],
                high,
                low,
            });
        }
        let (end, session) = place(symbol, interval, &raw.start, sessions)?;
        Ok(Bars {
            symbol: symbol.to_owned(),
            interval,
            raw,
            end,
            session,
        })
    }

    /// Number of bars.
    pub fn len(&self) -> usize {
        self.raw.start.len()
    }

    /// True without bars.
    pub fn is_empty(&self) -> bool {
        self.raw.start.is_empty()
    }

    /// When each bar starts: its open is known.
    pub fn start(&self) -> &[Time] {
        &self.raw.start
    }

    /// When each bar ends: the rest of it is known. Never after its session's close.
    pub fn end(&self) -> &[Time] {
        &self.end
    }

    /// The ordinal of each bar's session in the table the bars were made with.
    pub fn session(&self) -> &[u32] {
        &self.session
    }

    /// Opening prices, dollars, raw.
    pub fn open(&self) -> &[f64] {
        &self.raw.open
    }

    /// Highest prices, dollars, raw.
    pub fn high(&self) -> &[f64] {
        &self.raw.high
    }

    /// Lowest prices, dollars, raw.
    pub fn low(&self) -> &[f64] {
        &self.raw.low
    }

    /// Closing prices, dollars, raw.
    pub fn close(&self) -> &[f64] {
        &self.raw.close
    }

    /// Shares traded.
    pub fn volume(&self) -> &[f64] {
        &self.raw.volume
    }

    /// The columns as they were read.
    pub fn raw(&self) -> &RawBars {
        &self.raw
    }

    /// The columns as they were read, handed back.
    pub fn into_raw(self) -> RawBars {
        self.raw
    }

    /// As [`RawBars::suspect_prints`].
    pub fn suspect_prints(&self) -> Option<(usize, usize)> {
        self.raw.suspect_prints()
    }

    /// The bars known at `cut`, as raw columns: those that have ended by then.
    pub fn known_at(&self, cut: Time) -> RawBars {
        let n = self.end.partition_point(|&end| end <= cut);
        let head = |column: &[f64]| column[..n.min(column.len())].to_vec();
        RawBars {
            start: self.raw.start[..n].to_vec(),
            open: head(&self.raw.open),
            high: head(&self.raw.high),
            low: head(&self.raw.low),
            close: head(&self.raw.close),
            volume: head(&self.raw.volume),
        }
    }

    /// The index of the first bar on or after `date`, and one past the last bar on or before `to`.
    pub fn rows_between(
        &self,
        from: Date,
        to: Date,
        sessions: &SessionTable,
    ) -> std::ops::Range<usize> {
        let first = sessions.on_or_after(from) as u32;
        let after = to
            .succ_opt()
            .map_or(u32::MAX, |d| sessions.on_or_after(d) as u32);
        let start = self.session.partition_point(|&s| s < first);
        start..self.session.partition_point(|&s| s < after).max(start)
    }
}

fn check_lengths(symbol: &str, raw: &RawBars) -> Result<(), BarDefect> {
    let expected = raw.start.len();
    for (field, column) in raw.columns() {
        if !column.is_empty() && column.len() != expected {
            return Err(BarDefect::Length {
                symbol: symbol.to_owned(),
                field,
                found: column.len(),
                expected,
            });
        }
    }
    Ok(())
}

fn check_order(symbol: &str, start: &[Time]) -> Result<(), BarDefect> {
    match start.windows(2).position(|pair| pair[1] <= pair[0]) {
        None => Ok(()),
        Some(i) => Err(BarDefect::Order {
            symbol: symbol.to_owned(),
            row: i + 1,
            found: start[i + 1],
            before: start[i],
        }),
    }
}

fn check_values(
    symbol: &str,
    field: &'static str,
    column: &[f64],
    start: &[Time],
) -> Result<(), BarDefect> {
    let volume = field == "volume";
    let usable = |v: f64| {
        if volume {
            v.is_finite() && v >= 0.0
        } else {
            PRICES_USD.contains(&v)
        }
    };
    match column.iter().position(|&v| !usable(v)) {
        None => Ok(()),
        Some(row) => Err(BarDefect::Value {
            symbol: symbol.to_owned(),
            row,
            at: start[row],
            field,
            found: column[row],
            expected: if volume {
                "a volume must be a finite number, 0 or more"
            } else {
                "a price must be a finite number of dollars from 0.0001 to 10000000"
            },
        }),
    }
}

/// Each bar's end and session. Walks both in order, so the cost is one comparison a bar.
fn place(
    symbol: &str,
    interval: Interval,
    start: &[Time],
    sessions: &SessionTable,
) -> Result<(Vec<Time>, Vec<u32>), BarDefect> {
    let mut end = Vec::with_capacity(start.len());
    let mut ordinals = Vec::with_capacity(start.len());
    let mut current = start
        .first()
        .and_then(|&t| sessions.containing(t))
        .unwrap_or(0);
    for (row, &at) in start.iter().enumerate() {
        while sessions.get(current).is_some_and(|s| s.close <= at) {
            current += 1;
        }
        let session = sessions
            .get(current)
            .filter(|s| s.open <= at)
            .ok_or_else(|| BarDefect::OutsideSession {
                symbol: symbol.to_owned(),
                row,
                found: at,
            })?;
        if let Some(&before) = end.last()
            && at < before
        {
            return Err(BarDefect::Overlap {
                symbol: symbol.to_owned(),
                row,
                found: at,
                before,
            });
        }
        end.push(match interval {
            Interval::Day => session.close,
            Interval::Minutes(minutes) => at.plus_minutes(i64::from(minutes)).min(session.close),
        });
        ordinals.push(current as u32);
    }
    Ok((end, ordinals))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two(open: f64, close: f64) -> RawBars {
        RawBars {
            start: vec![Time(1), Time(2)],
            open: vec![10.0, open],
            high: vec![11.0, 11.0],
            low: vec![9.0, 9.0],
            close: vec![11.0, close],
            volume: vec![1.0, 1.0],
        }
    }

    #[test]
    fn a_print_outside_low_and_high_is_suspect_and_one_on_them_is_not() {
        assert_eq!(two(9.0, 11.0).suspect_prints(), None);
        assert_eq!(two(8.99, 10.0).suspect_prints(), Some((1, 1)));
        assert_eq!(two(10.0, 11.01).suspect_prints(), Some((1, 1)));
        let mut both = two(8.0, 12.0);
        both.close[0] = 8.0;
        // Two bars, the second with two such prices.
        assert_eq!(both.suspect_prints(), Some((2, 0)));
        both.low.clear();
        // Without lows only what is above the high is known: the second bar's close of 12.
        assert_eq!(both.suspect_prints(), Some((1, 1)));
    }

    #[test]
    fn slips_of_units_are_no_prices() {
        let judged = |price: f64| check_values("IWM", "open", &[price], &[Time(1)]).is_ok();
        assert!(judged(1e-4) && judged(1e7));
        for bad in [0.99e-4, 1.000_001e7, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(!judged(bad), "{bad}");
        }
    }
}
