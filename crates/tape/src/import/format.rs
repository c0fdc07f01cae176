//! The known files, recognised by their headers.
//!
//! The seam for the next vendor: a variant of [`Format`], its header in [`Format::of_header`], its arm in [`parse`].

use std::fmt;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use market::bars::PRICES_USD;
use market::{Dividend, Interval, Known, RawBars, Series, Time, calendar};

use crate::contents::Contents;
use crate::error::TapeError;
use crate::import::Parsed;
use crate::import::grid::{Csv, Grid, shown};
use crate::import::name::of_file;

/// The files an import knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Daily bars with `adj_close` and `dividend`, lower-case names. Prices are raw: they become bars; a dividend that is
    /// not zero becomes a record.
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

const BREADTH: [(&str, &str); 3] = [
    ("pct_above_20dma", "breadth20"),
    ("pct_above_50dma", "breadth50"),
    ("pct_above_200dma", "breadth200"),
];

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

    /// The word in reports and metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::DailyBars => "daily bars csv",
            Format::Index => "index csv",
            Format::Breadth => "breadth csv",
            Format::Dividends => "dividends csv",
            Format::DatedValues => "dated values csv",
            Format::Yahoo => "yahoo csv",
        }
    }

    /// The format with exactly these columns, in any order.
    fn of_header(header: &[String]) -> Option<Format> {
        let mut names: Vec<&str> = header.iter().map(String::as_str).collect();
        names.sort_unstable();
        match names.as_slice() {
            [
                "adj_close",
                "close",
                "date",
                "dividend",
                "high",
                "low",
                "open",
                "volume",
            ] => Some(Format::DailyBars),
            ["close", "date"] | ["close", "date", "high", "low", "open"] => Some(Format::Index),
            [
                "date",
                "pct_above_200dma",
                "pct_above_20dma",
                "pct_above_50dma",
            ] => Some(Format::Breadth),
            ["amount_usd", "ex_date"] => Some(Format::Dividends),
            ["date", "value"] => Some(Format::DatedValues),
            [
                "Adj Close" | "AdjClose",
                "Close",
                "Date",
                "High",
                "Low",
                "Open",
                "Volume",
            ]
            | [
                "Adj Close" | "AdjClose",
                "Close",
                "Date",
                "Dividends",
                "High",
                "Low",
                "Open",
                "Volume",
            ] => Some(Format::Yahoo),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(crate) fn parse(
    file: &Path,
    bytes: &[u8],
    symbol: Option<&str>,
    stop: &AtomicBool,
) -> Result<Parsed, TapeError> {
    let csv = Csv::open(file, bytes, stop)?;
    let Some(format) = Format::of_header(&csv.header) else {
        let header = shown(&csv.header.join(","));
        return Err(TapeError::NotTapeData {
            file: file.display().to_string(),
            reason: format!("no known format has the columns {header}"),
        });
    };
    let name = || of_file(file, symbol);
    let (rows, contents) = match format {
        Format::DailyBars => daily(csv, &name()?)?,
        Format::Index => index(csv, &name()?)?,
        Format::Breadth => breadth(csv)?,
        Format::Dividends => dividends(csv, &name()?)?,
        Format::DatedValues => dated(csv, &name()?)?,
        Format::Yahoo => yahoo(csv, &name()?)?,
    };
    Ok(Parsed {
        format,
        rows,
        warning: suspects(file, &contents),
        contents,
    })
}

/// What a run will show with its result, said already when the file is taken.
fn suspects(file: &Path, contents: &Contents) -> Option<String> {
    contents.bars.iter().find_map(|(_, _, raw)| {
        let (count, first) = raw.suspect_prints()?;
        let date = raw.start.get(first)?.exchange_date()?;
        Some(format!(
            "{}: {count} suspect bars, which open or close outside their low and high; the first is {date}",
            file.display()
        ))
    })
}

const OHLCV: [&str; 5] = ["open", "high", "low", "close", "volume"];

type Read = Result<(u64, Contents), TapeError>;

fn daily(csv: Csv<'_>, symbol: &str) -> Read {
    let mut columns = OHLCV.to_vec();
    columns.push("dividend");
    let mut grid = csv.grid("date", &columns)?;
    let contents = Contents {
        dividends: paid(&grid, 5, symbol)?,
        bars: vec![(symbol.to_owned(), Interval::Day, bars(&mut grid)?)],
        ..Contents::default()
    };
    Ok((grid.rows(), contents))
}

fn index(csv: Csv<'_>, name: &str) -> Read {
    let mut grid = csv.grid("date", &["close"])?;
    let value = grid.take(0);
    Ok((grid.rows(), one_series(&grid, name, value, Known::Close)))
}

fn breadth(csv: Csv<'_>) -> Read {
    let mut grid = csv.grid("date", &BREADTH.map(|(column, _)| column))?;
    let mut contents = Contents::default();
    for (at, (_, name)) in BREADTH.iter().enumerate() {
        let percent = |v: f64| (0.0..=100.0).contains(&v);
        grid.demand(at, percent, "a percentage from 0 to 100")?;
        let value = grid.take(at);
        let more = one_series(&grid, name, value, Known::Close);
        contents.series.extend(more.series);
    }
    Ok((grid.rows(), contents))
}

fn dividends(csv: Csv<'_>, symbol: &str) -> Read {
    let grid = csv.grid("ex_date", &["amount_usd"])?;
    grid.demand(0, |v| v > 0.0, "an amount above 0")?;
    let contents = Contents {
        dividends: paid(&grid, 0, symbol)?,
        ..Contents::default()
    };
    Ok((grid.rows(), contents))
}

fn dated(csv: Csv<'_>, name: &str) -> Read {
    let mut grid = csv.grid("date", &["value"])?;
    let value = grid.take(0);
    Ok((
        grid.rows(),
        one_series(&grid, name, value, Known::NextSession),
    ))
}

fn yahoo(csv: Csv<'_>, symbol: &str) -> Read {
    let pays = csv.header.iter().any(|h| h == "Dividends");
    let mut columns = vec!["Open", "High", "Low", "Close", "Volume"];
    if pays {
        columns.push("Dividends");
    }
    let mut grid = csv.grid("Date", &columns)?;
    for column in grid.columns.iter_mut().take(4) {
        for value in column {
            *value = as_first_printed(*value);
        }
    }
    if grid
        .columns
        .get(4)
        .is_some_and(|v| v.iter().all(|&v| v == 0.0))
    {
        let close = grid.take(3);
        return Ok((grid.rows(), one_series(&grid, symbol, close, Known::Close)));
    }
    let paid = if pays {
        paid(&grid, 5, symbol)?
    } else {
        Vec::new()
    };
    let contents = Contents {
        dividends: paid,
        bars: vec![(symbol.to_owned(), Interval::Day, bars(&mut grid)?)],
        ..Contents::default()
    };
    Ok((grid.rows(), contents))
}

/// Yahoo keeps prices in 32 bits and prints them with 64: 65.095 comes out as 65.09500122070312. A number that is
/// exactly a 32-bit one is read as the shortest decimal that gives those 32 bits; any other stays as it is.
fn as_first_printed(value: f64) -> f64 {
    let narrow = value as f32;
    if f64::from(narrow) != value {
        return value;
    }
    narrow.to_string().parse().unwrap_or(value)
}

fn one_series(grid: &Grid, name: &str, value: Vec<f64>, known: Known) -> Contents {
    let series = Series {
        name: name.to_owned(),
        date: grid.dates.clone(),
        value,
        known,
    };
    Contents {
        series: vec![series],
        ..Contents::default()
    }
}

/// The rows of a dividend column that are not zero; none at all is no record.
fn paid(
    grid: &Grid,
    column: usize,
    symbol: &str,
) -> Result<Vec<(String, Vec<Dividend>)>, TapeError> {
    grid.demand(column, |v| v >= 0.0, "an amount of 0 or more")?;
    let amounts = grid.columns.get(column).map_or(&[][..], Vec::as_slice);
    let rows = grid
        .dates
        .iter()
        .zip(amounts)
        .filter(|(_, usd)| **usd > 0.0);
    let records: Vec<Dividend> = rows
        .map(|(&ex_date, &amount_usd)| Dividend {
            ex_date,
            amount_usd,
        })
        .collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![(symbol.to_owned(), records)])
}

/// Daily bars from the first five wanted columns, open to volume. What a run would refuse is refused here, where the
/// line is known.
fn bars(grid: &mut Grid) -> Result<RawBars, TapeError> {
    for price in 0..4 {
        grid.demand(
            price,
            |v| PRICES_USD.contains(&v),
            "a price from 0.0001 to 10000000 dollars",
        )?;
    }
    grid.demand(4, |v| v >= 0.0, "a volume of 0 or more")?;
    let mut start = Vec::with_capacity(grid.dates.len());
    for (row, &date) in grid.dates.iter().enumerate() {
        if let Some(closure) = calendar::why_closed(date) {
            let found = format!("{date}, when the NYSE was closed ({closure})");
            return Err(grid.wrong(row, None, &found, "a day with a session"));
        }
        let open = Time::from_exchange(date, 9, 30);
        start.push(open.ok_or_else(|| {
            grid.wrong(row, None, &date.to_string(), "a date with an opening time")
        })?);
    }
    if let [_, high, low, ..] = grid.columns.as_slice()
        && let Some(row) = (0..high.len()).find(|&i| high[i] < low[i])
    {
        let found = format!("{}, below the low {}", high[row], low[row]);
        return Err(grid.wrong(row, Some(1), &found, "a high at or above the low"));
    }
    Ok(RawBars {
        start,
        open: grid.take(0),
        high: grid.take(1),
        low: grid.take(2),
        close: grid.take(3),
        volume: grid.take(4),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_32_bits_are_read_as_they_were_first_printed() {
        assert_eq!(as_first_printed(65.095_001_220_703_12), 65.095);
        assert_eq!(as_first_printed(67.410_003_662_109_38), 67.41);
        // No 32-bit number, so Yahoo did not make it so.
        assert_eq!(as_first_printed(65.095), 65.095);
        assert_eq!(as_first_printed(63.5), 63.5);
    }

    #[test]
    fn every_format_has_a_header_of_its_own() {
        let headers = [
            "date,open,high,low,close,volume,adj_close,dividend",
            "date,open,high,low,close",
            "date,pct_above_20dma,pct_above_50dma,pct_above_200dma",
            "ex_date,amount_usd",
            "date,value",
            "Date,Adj Close,Close,High,Low,Open,Volume",
        ];
        let of = |h: &str| Format::of_header(&h.split(',').map(str::to_owned).collect::<Vec<_>>());
        let found: Vec<Option<Format>> = headers.iter().map(|h| of(h)).collect();
        assert_eq!(found, Format::ALL.map(Some));
        assert_eq!(
            of("Date,Open,High,Low,Close,AdjClose,Volume,Dividends"),
            Some(Format::Yahoo)
        );
        assert_eq!(of("symbol,date,field,vendor_value"), None);
        assert_eq!(of("date,open,high,low,close,close"), None);
    }
}
