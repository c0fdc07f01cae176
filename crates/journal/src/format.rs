//! Whose log it is.

use chrono_tz::Tz;

use crate::error::{JournalError, shown};
use crate::map::HOW;
use crate::sheet::Row;

/// Logs that are known by their header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Interactive Brokers' activity statement: sections, of which `Trades` is read.
    InteractiveBrokers,
    /// Interactive Brokers' Flex query of trades.
    InteractiveBrokersFlex,
    /// Schwab's transaction history.
    Schwab,
    /// thinkorswim's account statement: sections, of which `Account Trade History` is read.
    Thinkorswim,
    /// tastytrade's transaction history.
    Tastytrade,
    /// Trades that Stormproof wrote.
    Stormproof,
    /// Any other, by a map of its columns.
    Map,
}

impl Format {
    /// Every format that a header tells.
    pub const ALL: [Format; 6] = [
        Format::InteractiveBrokers,
        Format::InteractiveBrokersFlex,
        Format::Schwab,
        Format::Thinkorswim,
        Format::Tastytrade,
        Format::Stormproof,
    ];

    /// The word on the command line and in files.
    pub const fn word(self) -> &'static str {
        match self {
            Format::InteractiveBrokers => "ib",
            Format::InteractiveBrokersFlex => "ib-flex",
            Format::Schwab => "schwab",
            Format::Thinkorswim => "thinkorswim",
            Format::Tastytrade => "tastytrade",
            Format::Stormproof => "stormproof",
            Format::Map => "map",
        }
    }

    /// What people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Format::InteractiveBrokers => "Interactive Brokers (activity statement)",
            Format::InteractiveBrokersFlex => "Interactive Brokers (Flex query)",
            Format::Schwab => "Schwab (transaction history)",
            Format::Thinkorswim => "thinkorswim (account statement)",
            Format::Tastytrade => "tastytrade (transaction history)",
            Format::Stormproof => "Stormproof (trades)",
            Format::Map => "a table by --map",
        }
    }

    /// The columns by which it is known.
    pub(crate) const fn header(self) -> &'static [&'static str] {
        match self {
            Format::InteractiveBrokers => &[
                "Trades",
                "Header",
                "DataDiscriminator",
                "Symbol",
                "Date/Time",
                "Quantity",
                "T. Price",
            ],
            Format::InteractiveBrokersFlex => &["Symbol", "Quantity", "TradePrice"],
            Format::Schwab => &["Date", "Action", "Symbol", "Quantity", "Price", "Amount"],
            Format::Thinkorswim => &[
                "Exec Time",
                "Spread",
                "Side",
                "Qty",
                "Pos Effect",
                "Symbol",
                "Price",
            ],
            Format::Tastytrade => &[
                "Date",
                "Type",
                "Action",
                "Symbol",
                "Instrument Type",
                "Quantity",
            ],
            Format::Stormproof => &[
                "symbol",
                "side",
                "quantity",
                "entry_time",
                "entry_price",
                "exit_time",
                "exit_price",
            ],
            Format::Map => &[],
        }
    }

    /// The zone of its times unless told otherwise.
    pub(crate) const fn zone(self) -> Tz {
        match self {
            Format::Stormproof => Tz::UTC,
            _ => Tz::America__New_York,
        }
    }

    /// True if that zone is ours to guess: its own files do not fix it.
    pub(crate) const fn zone_is_a_guess(self) -> bool {
        !matches!(self, Format::Stormproof | Format::Schwab)
    }

    /// Whose rows these are, by the first row that is a known header.
    pub(crate) fn of(rows: &[Row]) -> Result<Self, JournalError> {
        let known = |row: &Row| {
            let mut all = Format::ALL.into_iter();
            all.find(|format| row.names(format.header()))
        };
        rows.iter().find_map(known).ok_or_else(|| unknown(rows))
    }
}

/// The widest of the first rows is most likely the header; it is shown with what would have been known.
fn unknown(rows: &[Row]) -> JournalError {
    let filled = |row: &&Row| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    let head = rows.iter().take(20).rev().max_by_key(filled);
    let (line, found) = head.map_or((1, String::new()), |row| {
        let cells = row.cells.iter().filter(|cell| !cell.is_empty());
        let cells: Vec<String> = cells.take(24).map(|cell| shown(cell)).collect();
        (row.line, cells.join(", "))
    });
    let known: Vec<String> = Format::ALL
        .iter()
        .map(|format| format!("{}: {}", format.word(), format.header().join(", ")))
        .collect();
    JournalError::at(
        line,
        format!("no header of a known log; the columns found are: {found}"),
        format!("{HOW}; or export one of these: {}", known.join("; ")),
    )
}
