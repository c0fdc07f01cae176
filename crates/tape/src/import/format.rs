//! The known files: what each is called, which columns are its own, who reads it.
//!
//! The seam for the next vendor: a variant of [`Format`] with its name, its columns in [`Format::claims`], and its arm in
//! [`Format::read`] that leads to a function in a file of its own under `vendors/`.

use std::fmt;

use chrono_tz::America::New_York;

use crate::error::{TapeError, nearest};
use crate::import::header::Header;
use crate::import::rows::{Csv, shown};
use crate::import::sink::Sink;
use crate::import::source::{Medium, Source};
use crate::import::stamp::Stamps;
use crate::import::survey::Stamped;
use crate::import::vendors;
use crate::import::vendors::bars::Documented;

/// The files an import knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Daily bars, plain or with `adj_close` and `dividend`: a dividend that is not zero becomes a record. Without
    /// them prices are held against the daily bars there are already, and taken as they are where there are none.
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
    /// Yahoo's daily history without an adjusted close, as yfinance writes it: dividends were taken out of the prices,
    /// and are put back, or it is refused where nothing tells them.
    YahooAdjusted,
    /// Alpha Vantage's daily history, newest first, prices as traded; dividends and splits become records.
    AlphaVantageDaily,
    /// Alpha Vantage's bars within the day, New York time, extended hours among them. Under the header `time` a stamp is
    /// the end of its bar, under `timestamp` its start.
    AlphaVantageIntraday,
    /// EODHD's daily history, prices as traded.
    Eodhd,
    /// Cboe's index history, dates with the month first.
    Cboe,
    /// FRED's download of one series, known the next session.
    Fred,
    /// LEAN's archive of bars, prices as traded.
    LeanBars,
    /// LEAN's factor file: dividends and splits.
    LeanFactors,
    /// Bars within the day whose stamps name their offset from UTC, or with `--zone`.
    Intraday,
    /// Bars in Parquet of any other maker.
    ParquetBars,
    /// Any CSV or Parquet file, with `--columns` that say what is what.
    Columns,
    /// Closes of a universe: a row a date, a column a symbol.
    Constituents,
    /// Memberships of a universe: symbol, from, to.
    Members,
    /// Dated events: FOMC decisions, CPI and other releases, Russell reconstitutions.
    Events,
    /// The exchange's sessions or holidays: held against the built-in calendar, and not stored.
    ExchangeCalendar,
    /// A chain of option quotes within the session.
    OptionChain,
    /// Yahoo's chain of option quotes, which does not say when it was taken.
    YahooOptions,
    /// Option quotes at the close.
    EodOptions,
    /// Advancing and declining issues of the NYSE and Nasdaq: a series a column.
    AdvanceDecline,
    /// Weights of a fund's sectors on a date, in percent.
    SectorWeights,
}

/// When a format is read: what others are held against comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Turn {
    /// Dividends and splits.
    Records,
    /// Everything that stands for itself.
    Plain,
    /// Daily bars that do not say what they are: held against those that do, and what bars within the day are held
    /// against.
    Daily,
    /// What others tell more of: prices that may be adjusted, quotes without a time.
    Judged,
}

const PRICES: [&str; 5] = ["date", "open", "high", "low", "close"];
const TIMED: [&str; 4] = ["open", "high", "low", "close"];
/// What vendors add to bars, and nobody needs.
const BESIDE: [&str; 14] = [
    "volume",
    "adj_factor",
    "vwap",
    "trades",
    "trade_count",
    "n",
    "symbol",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "exchange",
    "interval",
];

impl Format {
    /// Every format.
    pub const ALL: [Format; 26] = [
        Format::DailyBars,
        Format::Index,
        Format::Breadth,
        Format::Dividends,
        Format::DatedValues,
        Format::Yahoo,
        Format::YahooAdjusted,
        Format::AlphaVantageDaily,
        Format::AlphaVantageIntraday,
        Format::Eodhd,
        Format::Cboe,
        Format::Fred,
        Format::LeanBars,
        Format::LeanFactors,
        Format::Intraday,
        Format::ParquetBars,
        Format::Columns,
        Format::Constituents,
        Format::Members,
        Format::Events,
        Format::ExchangeCalendar,
        Format::OptionChain,
        Format::YahooOptions,
        Format::EodOptions,
        Format::AdvanceDecline,
        Format::SectorWeights,
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
            Format::YahooAdjusted => "yahoo-adjusted",
            Format::AlphaVantageDaily => "alphavantage-daily",
            Format::AlphaVantageIntraday => "alphavantage-intraday",
            Format::Eodhd => "eodhd",
            Format::Cboe => "cboe",
            Format::Fred => "fred",
            Format::LeanBars => "lean-bars",
            Format::LeanFactors => "lean-factors",
            Format::Intraday => "intraday",
            Format::ParquetBars => "parquet-bars",
            Format::Columns => "columns",
            Format::Constituents => "constituents",
            Format::Members => "members",
            Format::Events => "events",
            Format::ExchangeCalendar => "exchange-calendar",
            Format::OptionChain => "option-chain",
            Format::YahooOptions => "yahoo-options",
            Format::EodOptions => "eod-options",
            Format::AdvanceDecline => "advance-decline",
            Format::SectorWeights => "sector-weights",
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

    /// When a file of it is read among those of one import.
    pub(crate) fn turn(self, source: &Source<'_>) -> Turn {
        let says = |column: &str| {
            let csv = source.csv().ok();
            csv.is_some_and(|csv| csv.header().find(column).is_some())
        };
        match self {
            Format::DailyBars if !says("adj_close") => Turn::Daily,
            Format::AlphaVantageDaily if !says("adjusted_close") => Turn::Daily,
            Format::YahooAdjusted => Turn::Daily,
            Format::Dividends | Format::LeanFactors => Turn::Records,
            Format::DailyBars
            | Format::Index
            | Format::Breadth
            | Format::DatedValues
            | Format::Yahoo
            | Format::Constituents
            | Format::Members
            | Format::Events
            | Format::ExchangeCalendar
            | Format::OptionChain
            | Format::EodOptions
            | Format::AdvanceDecline
            | Format::SectorWeights
            | Format::AlphaVantageDaily
            | Format::Eodhd
            | Format::Cboe
            | Format::Fred
            | Format::LeanBars => Turn::Plain,
            // Other chains tell when this one was taken.
            Format::YahooOptions
            | Format::AlphaVantageIntraday
            | Format::Intraday
            | Format::ParquetBars
            | Format::Columns => Turn::Judged,
        }
    }

    /// True if a CSV file with this header is one. No header is claimed by two.
    fn claims(self, header: &Header) -> bool {
        match self {
            Format::DailyBars => {
                let plain = [&PRICES[..], &["volume"]].concat();
                header.is(&plain, &[])
                    || header.is(&[&plain[..], &["adj_close", "dividend"]].concat(), &[])
            }
            Format::Index => {
                header.is(&["date", "close"], &[]) || header.is(&PRICES, &[]) && !header.shouts()
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
            Format::Yahoo => {
                let more = ["dividends", "stock_splits", "capital_gains"];
                let needs = [&PRICES[..], &["adj_close", "volume"]].concat();
                header.is(&needs, &more)
                    || header.is(
                        &[&["price", "adj_close", "volume"], &TIMED[..]].concat(),
                        &more,
                    )
            }
            Format::YahooAdjusted => {
                let paid = ["volume", "dividends", "stock_splits"];
                header.is(&[&PRICES[..], &paid].concat(), &["capital_gains"])
                    || header.is(&[&["price", "volume"], &TIMED[..]].concat(), &[])
            }
            Format::AlphaVantageDaily => header.is(
                &[
                    &["timestamp", "adjusted_close", "volume"],
                    &TIMED[..],
                    &["dividend_amount", "split_coefficient"],
                ]
                .concat(),
                &[],
            ),
            Format::AlphaVantageIntraday => {
                header.is(&[&["time", "volume"], &TIMED[..]].concat(), &[])
            }
            Format::Eodhd => header.is(&[&PRICES[..], &["adjusted_close", "volume"]].concat(), &[]),
            Format::Cboe => header.is(&PRICES, &[]) && header.shouts(),
            Format::Fred => {
                let named = ["value", "close", "date"].map(|name| header.find(name).is_some());
                let dated = ["date", "observation_date"]
                    .iter()
                    .any(|d| header.find(d).is_some());
                let values = header.names().iter().filter(|n| !n.is_empty()).count() == 2;
                // `date,value` and `date,close` are others' files.
                dated
                    && values
                    && !named[0]
                    && !named[1]
                    && header.find("adjclose").is_none()
                    && header.find("weekday").is_none()
            }
            Format::LeanFactors => vendors::lean::is_factor_line(header.names()),
            Format::Intraday => ["timestamp", "datetime", "start"]
                .iter()
                .any(|time| header.is(&[&[*time], &TIMED[..]].concat(), &BESIDE)),
            // Told by what the file is written in, and by the caller.
            Format::LeanBars | Format::ParquetBars | Format::Columns => false,
            Format::Constituents => vendors::panel::claims(header),
            Format::Members => vendors::panel::claims_members(header),
            Format::Events => vendors::calendar::claims(header),
            Format::ExchangeCalendar => vendors::calendar::claims_exchange(header),
            Format::OptionChain => vendors::options::claims_chain(header),
            Format::YahooOptions => vendors::yahoo_chain::claims(header),
            Format::EodOptions => vendors::options::claims_eod(header),
            Format::AdvanceDecline => vendors::market_breadth::claims_issues(header),
            Format::SectorWeights => vendors::market_breadth::claims_weights(header),
        }
    }

    /// The format of a file, by its columns.
    pub(crate) fn of(source: &Source<'_>) -> Result<Format, TapeError> {
        if source.options.columns.is_some() {
            return Ok(Format::Columns);
        }
        let left = |reason: String| TapeError::NotTapeData {
            file: source.name(),
            reason,
        };
        match source.medium()? {
            Medium::Csv => {
                let mut csv = source.csv()?;
                let claims = |f: &&Format| f.claims(csv.header());
                let Some(&format) = Format::ALL.iter().find(claims) else {
                    if let Some(reason) = why_left(csv.header()).or(separated(csv.header())) {
                        return Err(left(reason.to_owned()));
                    }
                    let header = shown(&csv.header().names().join(","));
                    return Err(left(format!("no known format has the columns {header}")));
                };
                if format == Format::Fred && !names_its_series(source, csv.header()) {
                    let header = shown(&csv.header().names().join(","));
                    return Err(left(format!("no known format has the columns {header}")));
                }
                format.by_first_row(&mut csv)
            }
            Medium::Zip => Ok(Format::LeanBars),
            Medium::Parquet => {
                let header = vendors::stream::header(source)?;
                let times = vendors::stream::TIMES.iter();
                let mut claimed = times.map(|time| header.find(time));
                let prices = TIMED.iter().all(|name| header.find(name).is_some());
                if prices && claimed.any(|time| time.is_some()) {
                    return Ok(Format::ParquetBars);
                }
                if let [key @ ("date" | "ex_date"), "value" | "amount_usd" | "ratio"] = header
                    .names()
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()[..]
                {
                    return Err(left(format!(
                        "a tape's own file of values by {key}: copy it into the other tape as it is"
                    )));
                }
                let columns = shown(&header.names().join(","));
                Err(left(format!(
                    "no known Parquet file has the columns {columns}"
                )))
            }
        }
    }

    /// What the first row tells where a header is shared: how its date or time is written.
    fn by_first_row(self, csv: &mut Csv<'_>) -> Result<Format, TapeError> {
        let date = match self {
            Format::Fred | Format::AlphaVantageIntraday | Format::Intraday => {
                &vendors::stream::TIMES
            }
            _ => return Ok(self),
        };
        let found = date.iter().find_map(|name| csv.header().find(name));
        let Some(column) = found.or_else(|| csv.header().find("observation_date")) else {
            return Ok(self);
        };
        if !csv.next()? {
            return Ok(self);
        }
        let text = csv.text(column)?;
        Ok(match self {
            Format::Fred if text.contains('/') => Format::Cboe,
            // Alpha Vantage names no offset; a `time` that does is another vendor's, and the start of its bar.
            Format::AlphaVantageIntraday if Stamps::new(None).read(text).is_ok() => {
                Format::Intraday
            }
            // A date alone: Alpha Vantage's free daily history.
            Format::Intraday if text.len() == 10 => Format::AlphaVantageDaily,
            other => other,
        })
    }

    /// Reads a file of this format into `sink` and gives its number of rows.
    pub(crate) fn read(self, source: &Source<'_>, sink: &mut Sink<'_>) -> Result<u64, TapeError> {
        match self {
            Format::DailyBars => vendors::daily::read(source, sink),
            Format::Index => vendors::index::read(source, sink),
            Format::Breadth => vendors::breadth::read(source, sink),
            Format::Dividends => vendors::dividends::read(source, sink),
            Format::DatedValues => vendors::dated::read(source, sink),
            Format::Yahoo | Format::YahooAdjusted => vendors::yahoo::read(source, sink),
            Format::AlphaVantageDaily => vendors::alphavantage::read(source, sink),
            Format::AlphaVantageIntraday => {
                let header = vendors::stream::header(source)?;
                let stamped = match header.find("time") {
                    Some(_) => Stamped::End,
                    None => Stamped::Start,
                };
                let zone = Some(New_York);
                vendors::bars::read(source, sink, Documented { zone, stamped })
            }
            Format::Eodhd => vendors::eodhd::read(source, sink),
            Format::Cboe => vendors::cboe::read(source, sink),
            Format::Fred => vendors::fred::read(source, sink),
            Format::LeanBars => vendors::lean::bars(source, sink),
            Format::LeanFactors => vendors::lean::factors(source, sink),
            Format::Intraday | Format::ParquetBars => {
                let (zone, stamped) = (None, Stamped::Start);
                vendors::bars::read(source, sink, Documented { zone, stamped })
            }
            Format::Columns => vendors::mapped::read(source, sink),
            Format::Constituents => vendors::panel::read(source, sink),
            Format::Members => vendors::panel::members(source, sink),
            Format::Events => vendors::calendar::read(source, sink),
            Format::ExchangeCalendar => vendors::calendar::exchange(source, sink),
            Format::OptionChain => vendors::options::chain(source, sink),
            Format::YahooOptions => vendors::yahoo_chain::read(source, sink),
            Format::EodOptions => vendors::options::eod(source, sink),
            Format::AdvanceDecline => vendors::market_breadth::issues(source, sink),
            Format::SectorWeights => vendors::market_breadth::weights(source, sink),
        }
    }
}

/// Whether a file of dates and one other column is a download of one series: its header shouts, as FRED's and Cboe's do,
/// or its column is called what the file is.
fn names_its_series(source: &Source<'_>, header: &Header) -> bool {
    let own = source.symbol().ok().and_then(|symbol| header.find(&symbol));
    header.shouts() || header.find("observation_date").is_some() || own.is_some()
}

/// What a header of one cell has in the place of commas.
pub(crate) fn separated(header: &Header) -> Option<&'static str> {
    let [only] = header.names() else {
        return None;
    };
    let parts = |by: char| only.matches(by).count() > 0;
    if parts(';') {
        return Some(
            "its cells are separated by semicolons: write it with commas, and numbers with a decimal point",
        );
    }
    parts('\t').then_some("its cells are separated by tabs: write it with commas")
}

/// Files that are known and hold nothing for a tape.
fn why_left(header: &Header) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().all(|name| header.find(name).is_some());
    if has(&["symbol", "date", "field", "vendor_value", "suggested"]) {
        return Some(
            "suspected prints and suggestions: the prices are in the files as the vendor gave them, and `tape check` judges them",
        );
    }
    if has(&["symbol", "date", "field"])
        && header
            .names()
            .iter()
            .any(|name| name.ends_with("_original"))
    {
        return Some("a log of repairs already made: nothing to store");
    }
    if has(&["symbol", "name"]) && header.names().iter().any(|name| name.starts_with("sector")) {
        return Some("names and sectors of symbols: a tape has no place for them");
    }
    None
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
