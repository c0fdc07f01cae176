//! The known files: what each is called, which columns are its own, who reads it.
//!
//! The seam for the next vendor: a variant of [`Format`] with its name, its columns in [`Format::claims`], and its arm in
//! [`Format::read`] that leads to a function in a file of its own under `vendors/`.

use std::fmt;

use crate::error::{TapeError, nearest};
use crate::import::header::Header;
use crate::import::rows::shown;
use crate::import::sink::Sink;
use crate::import::source::{Medium, Source};
use crate::import::vendors;

/// The files an import knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Daily bars with `adj_close` and `dividend`. Prices are as traded: they become bars; a dividend that is not zero
    /// becomes a record.
    DailyBars,
    /// An index with open, high, low and close, or close alone. Nobody trades it: its close becomes a series.
    Index,
    /// Shares of members above their 20, 50 and 200-day averages, in percent: `breadth20`, `breadth50`, `breadth200`.
    Breadth,
    /// Ex-dates and amounts.
    Dividends,
    /// One `value` a date, as FRED publishes it: known only in the next session.
    DatedValues,
    /// Yahoo's daily history. Prices are 32-bit floating point printed with 64; they are read as what they were. A
    /// volume of zero throughout marks an index, whose close becomes a series.
    Yahoo,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 6] = [
        Format::DailyBars,
        Format::Index,
        Format::Breadth,
        Format::Dividends,
        Format::DatedValues,
        Format::Yahoo,
    ];

    /// The word in reports, metadata and `--format`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::DailyBars => "daily-bars",
            Format::Index => "index",
            Format::Breadth => "breadth",
            Format::Dividends => "dividends",
            Format::DatedValues => "dated-values",
            Format::Yahoo => "yahoo",
        }
    }

    /// The format of this name.
    ///
    /// # Errors
    /// [`TapeError::NoFormat`] with the names there are.
    pub fn named(name: &str) -> Result<Format, TapeError> {
        let known = Format::ALL.iter().find(|f| f.as_str() == name);
        known.copied().ok_or_else(|| {
            let names = || Format::ALL.iter().map(|f| f.as_str());
            TapeError::NoFormat {
                found: shown(name),
                has: names().map(str::to_owned).collect(),
                suggestion: nearest(name, names()),
            }
        })
    }

    /// True if its prices may be adjusted: read after all others, when daily bars and dividends are known.
    pub(crate) const fn late(self) -> bool {
        match self {
            Format::DailyBars
            | Format::Index
            | Format::Breadth
            | Format::Dividends
            | Format::DatedValues
            | Format::Yahoo => false,
        }
    }

    /// True if a CSV file with this header is one. No header is claimed by two.
    fn claims(self, header: &Header) -> bool {
        match self {
            Format::DailyBars => header.is(
                &[
                    "date",
                    "open",
                    "high",
                    "low",
                    "close",
                    "adj_close",
                    "volume",
                    "dividend",
                ],
                &[],
            ),
            Format::Index => {
                header.is(&["date", "close"], &[])
                    || header.is(&["date", "open", "high", "low", "close"], &[])
            }
            Format::Breadth => header.is(
                &[
                    "date",
                    "pct_above_20dma",
                    "pct_above_50dma",
                    "pct_above_200dma",
                ],
                &[],
            ),
            Format::Dividends => header.is(&["ex_date", "amount_usd"], &[]),
            Format::DatedValues => header.is(&["date", "value"], &[]),
            Format::Yahoo => header.is(
                &[
                    "date",
                    "open",
                    "high",
                    "low",
                    "close",
                    "adj_close",
                    "volume",
                ],
                &["dividends"],
            ),
        }
    }

    /// The format of a file, by its columns.
    pub(crate) fn of(source: &Source<'_>) -> Result<Format, TapeError> {
        let left = |reason: String| TapeError::NotTapeData {
            file: source.name(),
            reason,
        };
        match source.medium()? {
            Medium::Csv => {
                let csv = source.csv()?;
                let claims = |f: &&Format| f.claims(csv.header());
                Format::ALL.iter().find(claims).copied().ok_or_else(|| {
                    let header = shown(&csv.header().names().join(","));
                    left(format!("no known format has the columns {header}"))
                })
            }
            Medium::Zip => Err(left("no known format comes as .zip".to_owned())),
            Medium::Parquet => Err(left("no known format comes as .parquet".to_owned())),
        }
    }

    /// Reads a file of this format into `sink` and gives its number of rows.
    pub(crate) fn read(self, source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
        match self {
            Format::DailyBars => vendors::daily::read(source, sink),
            Format::Index => vendors::index::read(source, sink),
            Format::Breadth => vendors::breadth::read(source, sink),
            Format::Dividends => vendors::dividends::read(source, sink),
            Format::DatedValues => vendors::dated::read(source, sink),
            Format::Yahoo => vendors::yahoo::read(source, sink),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers as they are found in files, with the format they belong to.
    const HEADERS: [(&str, Format); 10] = [
        (
            "date,open,high,low,close,volume,adj_close,dividend",
            Format::DailyBars,
        ),
        ("date,close", Format::Index),
        ("date,open,high,low,close", Format::Index),
        (
            "date,pct_above_20dma,pct_above_50dma,pct_above_200dma",
            Format::Breadth,
        ),
        ("ex_date,amount_usd", Format::Dividends),
        ("date,value", Format::DatedValues),
        ("Date,Adj Close,Close,High,Low,Open,Volume", Format::Yahoo),
        (
            "Date,Open,High,Low,Close,AdjClose,Volume,Dividends",
            Format::Yahoo,
        ),
        ("Date,Open,High,Low,Close,Adj Close,Volume", Format::Yahoo),
        ("date,open,high,low,close,adj_close,volume", Format::Yahoo),
    ];

    #[test]
    fn every_header_is_claimed_by_exactly_one_format() {
        for (text, format) in HEADERS {
            let header = Header::new(text.split(','));
            let claim = Format::ALL.iter().filter(|f| f.claims(&header));
            assert_eq!(claim.collect::<Vec<_>>(), [&format], "{text}");
        }
        for format in Format::ALL {
            assert!(HEADERS.iter().any(|(_, f)| *f == format), "{format}");
        }
        for text in [
            "symbol,date,field,vendor_value",
            "date,open,high,low,close,close",
            "",
        ] {
            let header = Header::new(text.split(','));
            assert!(!Format::ALL.iter().any(|f| f.claims(&header)), "{text}");
        }
    }

    #[test]
    fn a_format_is_found_by_its_name_and_a_slip_is_told() {
        for format in Format::ALL {
            assert_eq!(Format::named(format.as_str()).ok(), Some(format));
        }
        let error = Format::named("yaho").unwrap_err().to_string();
        assert!(error.contains("did you mean yahoo?"), "{error}");
    }
}
