//! The readers, one file a broker.

mod interactive_brokers;
mod map;
mod schwab;
mod stormproof;
mod tastytrade;
mod thinkorswim;

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use market::{Side, bars::PRICES_USD};

use crate::cell;
use crate::clock::{self, Stamp};
use crate::error::{JournalError, shown};
use crate::execution::{Effect, Execution};
use crate::format::Format;
use crate::log::LeftOut;
use crate::map::ColumnMap;
use crate::round_trip::RoundTrip;
use crate::sheet::{Row, same};

/// No order is larger; something else stands in the column.
const MOST_SHARES: f64 = 1e9;

/// What every reader is told.
pub(crate) struct Reading<'a> {
    pub(crate) symbol: &'a str,
    pub(crate) zone: Tz,
    pub(crate) time_format: Option<&'a str>,
    pub(crate) map: Option<&'a ColumnMap>,
}

/// What every reader gives.
#[derive(Default)]
pub(crate) struct Taken {
    pub(crate) executions: Vec<Execution>,
    /// Trades that the log itself has put together.
    pub(crate) trips: Vec<RoundTrip>,
    pub(crate) left_out: LeftOut,
    pub(crate) notes: Vec<String>,
    /// What the log's clock showed, of every time of day that no offset from UTC stands beside.
    pub(crate) locals: Vec<NaiveDateTime>,
    /// True if times hold their own offset.
    pub(crate) offsets_in_cells: bool,
}

/// Reads rows of a known format.
pub(crate) fn take(
    format: Format,
    rows: &[Row],
    reading: &Reading<'_>,
) -> Result<Taken, JournalError> {
    match format {
        Format::InteractiveBrokers => interactive_brokers::statement(rows, reading),
        Format::InteractiveBrokersFlex => interactive_brokers::flex(rows, reading),
        Format::Schwab => schwab::take(rows, reading),
        Format::Thinkorswim => thinkorswim::take(rows, reading),
        Format::Tastytrade => tastytrade::take(rows, reading),
        Format::Stormproof => stormproof::take(rows, reading),
        Format::Map => map::take(rows, reading),
    }
}

/// A row under its header.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    pub(crate) header: &'a Row,
    pub(crate) row: &'a Row,
}

impl<'a> Cells<'a> {
    /// The cell of a column; empty where there is none.
    pub(crate) fn text(self, column: &str) -> &'a str {
        self.header
            .place(column)
            .map_or("", |place| self.row.cell(place))
    }

    /// The first of these columns that the header has.
    pub(crate) fn first_of(self, columns: &[&'static str]) -> Option<&'static str> {
        columns
            .iter()
            .copied()
            .find(|column| self.header.place(column).is_some())
    }

    /// A number; `None` of an empty cell or an absent column.
    pub(crate) fn number(self, column: &str) -> Result<Option<f64>, JournalError> {
        let text = self.text(column);
        cell::number(text).map_err(|()| {
            self.wrong(
                column,
                "a number like 1,234.50, -3 or ($1.05)",
                "correct the cell; decimals are written with a point",
            )
        })
    }

    /// Shares, with their sign.
    pub(crate) fn shares(self, column: &str) -> Result<f64, JournalError> {
        let found = self
            .number(column)?
            .filter(|q| *q != 0.0 && q.abs() <= MOST_SHARES);
        found.ok_or_else(|| {
            self.wrong(
                column,
                "a number of shares, not 0",
                "correct the cell, or take the row out if nothing was traded",
            )
        })
    }

    /// A price.
    pub(crate) fn price(self, column: &str) -> Result<f64, JournalError> {
        let found = self.number(column)?.map(f64::abs);
        found
            .filter(|price| PRICES_USD.contains(price))
            .ok_or_else(|| {
                self.wrong(
                    column,
                    "a price in dollars a share",
                    "correct the cell, or take the row out if nothing was traded",
                )
            })
    }

    /// What was paid, as a cost above 0, where brokers write costs as negative cash.
    pub(crate) fn paid(self, column: &str) -> Result<f64, JournalError> {
        Ok(-self.number(column)?.unwrap_or(0.0))
    }

    /// A cell that is not what its column holds.
    pub(crate) fn wrong(self, column: &str, expected: &str, help: &str) -> JournalError {
        JournalError::cell(self.row.line, column, self.text(column), expected, help)
    }

    /// The time in one column, or with its time of day in another.
    pub(crate) fn stamp(
        self,
        column: &str,
        beside: Option<&str>,
        reading: &Reading<'_>,
    ) -> Result<Stamp, JournalError> {
        let mut text = self.text(column).to_owned();
        if let Some(beside) = beside.map(|b| self.text(b)).filter(|b| !b.is_empty()) {
            text = format!("{text} {beside}");
        }
        clock::stamp(&text, reading.time_format).ok_or_else(|| {
            let (expected, help) = match reading.time_format {
                Some(format) => (format!("a time written as {}", shown(format)), "correct --time-format"),
                None => (
                    "a time like 2022-01-05 09:30:01, 01/05/2022 09:30:01 or 20220105;093001, in the years 1990 to 2100".to_owned(),
                    "say how times are written: --time-format \"%d/%m/%Y %H:%M\"",
                ),
            };
            JournalError::cell(self.row.line, column, &text, &expected, help)
        })
    }
}

/// What an execution is made of, beyond its time.
pub(crate) struct Parts {
    pub(crate) side: Side,
    pub(crate) effect: Effect,
    pub(crate) quantity: f64,
    pub(crate) price: f64,
    pub(crate) fees_usd: f64,
    pub(crate) id: Option<String>,
}

impl Taken {
    /// Adds an execution of the symbol.
    pub(crate) fn push(
        &mut self,
        line: u64,
        stamp: Stamp,
        parts: Parts,
        reading: &Reading<'_>,
    ) -> Result<(), JournalError> {
        let time = self.place(line, stamp, reading)?;
        self.executions.push(Execution {
            line,
            time,
            exact: stamp.exact,
            local: stamp.local,
            side: parts.side,
            quantity: parts.quantity.abs(),
            price: parts.price,
            fees_usd: parts.fees_usd,
            effect: parts.effect,
            id: parts.id.filter(|id| !id.is_empty()),
        });
        Ok(())
    }

    /// The instant of a stamp, noted for those who judge the zone.
    pub(crate) fn place(
        &mut self,
        line: u64,
        stamp: Stamp,
        reading: &Reading<'_>,
    ) -> Result<market::Time, JournalError> {
        if stamp.instant.is_some() {
            self.offsets_in_cells = true;
        } else if stamp.exact {
            self.locals.push(stamp.local);
        }
        let time = match (stamp.instant, stamp.exact) {
            (Some(instant), _) => Some(instant),
            (None, true) => clock::instant(stamp.local, reading.zone),
            (None, false) => clock::opening(stamp.local.date()),
        };
        time.ok_or_else(|| JournalError::at(line, "a time that no clock shows", "correct the time"))
    }

    /// Counts a row of another symbol, or of an option; true if the row is the symbol's own shares.
    pub(crate) fn wanted(&mut self, symbol: &str, reading: &Reading<'_>) -> bool {
        if same(symbol, reading.symbol) {
            return true;
        }
        if is_option(symbol) {
            self.left_out.not_shares += 1;
        } else {
            let name = if symbol.trim().is_empty() {
                "(no symbol)".to_owned()
            } else {
                shown(symbol).to_ascii_uppercase()
            };
            *self.left_out.other_symbols.entry(name).or_insert(0) += 1;
        }
        false
    }
}

/// `IWM 01/21/2022 200.00 P`, `IWM   220121P00200000`, `.IWM220121P200`: a root with digits behind it.
fn is_option(symbol: &str) -> bool {
    let digits = symbol.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && symbol.bytes().any(|b| b.is_ascii_alphabetic())
}

/// The rows below the first header that has all of `names`, each with it; a header repeated below is skipped.
pub(crate) fn under<'a>(
    rows: &'a [Row],
    names: &'static [&'static str],
    format: Format,
) -> Result<Vec<Cells<'a>>, JournalError> {
    let Some(at) = rows.iter().position(|row| row.names(names)) else {
        return Err(JournalError::whole(
            format!(
                "has no header of {}; expected the columns {}",
                format.title(),
                names.join(", ")
            ),
            "name another --log-format, or write --map",
        ));
    };
    let header = &rows[at];
    once(header, names)?;
    let below = rows[at + 1..]
        .iter()
        .filter(|row| row.cells != header.cells);
    Ok(below.map(|row| Cells { header, row }).collect())
}

/// Of two columns with one name either may be meant.
fn once(header: &Row, names: &[&str]) -> Result<(), JournalError> {
    let twice = |name: &&&str| header.cells.iter().filter(|cell| same(cell, name)).count() > 1;
    match names.iter().find(twice) {
        None => Ok(()),
        Some(name) => Err(JournalError::at(
            header.line,
            format!("two columns are named {}; expected one", shown(name)),
            "rename or remove the one that is not meant",
        )),
    }
}
