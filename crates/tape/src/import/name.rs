//! Symbols and intervals from file names.

use std::path::Path;

use market::Interval;

use crate::error::TapeError;

/// Parts of a file name that tell the vendor or the venue, not the symbol. The next vendor adds its own.
const VENDORS: [&str; 10] = [
    "yahoo",
    "alphavantage",
    "alpaca",
    "eodhd",
    "cboe",
    "fred",
    "lean",
    "iex",
    "sip",
    "ib",
];

/// Parts that tell the sort of data. A file called nothing else is about no symbol: `bars.parquet`.
const SORTS: [&str; 15] = [
    "daily",
    "intraday",
    "dividends",
    "splits",
    "history",
    "factor",
    "factors",
    "file",
    "extended",
    "hours",
    "novolume",
    "bars",
    "trade",
    "adjusted",
    "data",
];

/// The symbol that was given, else the one its folder tells (`symbol=IWM/bars.parquet`), else the one part of the file's name that is left when vendor, interval, dates and sort
/// are taken off: `yahoo_IWM_1d.csv` and `IWM_dividends.csv` are both about IWM. A name of one part is a symbol.
pub(crate) fn of_file(file: &Path, given: Option<&str>) -> Result<String, TapeError> {
    if let Some(symbol) = given {
        return Ok(symbol.to_uppercase());
    }
    if let Some(symbol) = of_folder(file, "symbol").or_else(|| of_folder(file, "name")) {
        return Ok(symbol.to_uppercase());
    }
    let parts = parts(file);
    let among = |words: &[&str], part: &str| words.iter().any(|w| part.eq_ignore_ascii_case(w));
    let mut left = parts.iter().filter(|part| {
        let known = among(&VENDORS, part) || among(&SORTS, part);
        !known && interval_of(part).is_none() && !is_date(part)
    });
    match (left.next(), left.next(), parts.as_slice()) {
        (Some(symbol), None, _) => Ok(symbol.to_uppercase()),
        // `IB.csv` is about Interactive Brokers; `yahoo_1d.csv` is about nothing.
        (None, None, [symbol]) if among(&VENDORS, symbol) => Ok(symbol.to_uppercase()),
        _ => Err(TapeError::Unnamed {
            file: file.display().to_string(),
        }),
    }
}

/// What the nearest folder of this key says, as Hive lays files out: `symbol=IWM`.
fn of_folder(file: &Path, key: &str) -> Option<String> {
    let folders = file.parent()?.components().rev();
    let mut texts = folders.filter_map(|part| part.as_os_str().to_str());
    texts.find_map(|text| {
        let (found, value) = text.split_once('=')?;
        let here = found.eq_ignore_ascii_case(key) && !value.is_empty();
        here.then(|| value.to_owned())
    })
}

/// The interval that a file's folder or name tells: `1m`, `5min`, `1h`, `60min`, `1d`.
pub(crate) fn interval(file: &Path) -> Option<Interval> {
    let told = of_folder(file, "interval").and_then(|text| interval_of(&text));
    if told.is_some() {
        return told;
    }
    parts(file).iter().find_map(|part| interval_of(part))
}

fn parts(file: &Path) -> Vec<String> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let parts = stem.split(['_', ' ']).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn interval_of(part: &str) -> Option<Interval> {
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = part.split_at_checked(digits)?;
    let number: u16 = number.parse().ok()?;
    let minutes = match unit.to_ascii_lowercase().as_str() {
        "m" | "min" | "minute" => number,
        "h" | "hour" => number.checked_mul(60)?,
        "d" | "day" if number == 1 => return Some(Interval::Day),
        _ => return None,
    };
    ((1..=60).contains(&minutes) && 60 % minutes == 0).then_some(Interval::Minutes(minutes))
}

/// `2020-07`, `2026-01-14`, `20200102`.
fn is_date(part: &str) -> bool {
    part.len() >= 4 && part.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_and_interval_are_taken_off() {
        let name = |file: &str| of_file(Path::new(file), None).ok();
        for (file, symbol) in [
            ("a/daily/IWM.csv", "IWM"),
            ("yahoo_RVX_1d.csv", "RVX"),
            ("KRE_dividends.csv", "KRE"),
            ("dgs10.csv", "DGS10"),
            ("IWM_5min_2020-07_2026-07_IEX.csv", "IWM"),
            ("IWM_1min_2026-01-14_2026-01-30_novolume.csv", "IWM"),
            ("alphavantage_SPY_15min_extended_hours.csv", "SPY"),
            ("alpaca_iex_IWM_5m.parquet", "IWM"),
            ("cboe_VIX_History.csv", "VIX"),
            ("lean_iwm_factor_file.csv", "IWM"),
            ("lean_iwm_daily.zip", "IWM"),
            ("VIX9D.csv", "VIX9D"),
            // A name of one part is what it is.
            ("IB.csv", "IB"),
            // Folders as Hive has them tell it first.
            ("a/interval=5m/symbol=IWM/bars.parquet", "IWM"),
            ("a/symbol=iwm/year=2020/data_0.parquet", "IWM"),
            ("series/name=VIX/values.parquet", "VIX"),
        ] {
            assert_eq!(name(file).as_deref(), Some(symbol), "{file}");
        }
        for file in [
            "IWM_SPY.csv",
            "yahoo_1d.csv",
            "5m.csv",
            "2020-01-02.csv",
            "IWM/bars.parquet",
            "daily.csv",
            "symbol=/bars.parquet",
        ] {
            assert_eq!(name(file), None, "{file}");
        }
        assert_eq!(of_file(Path::new("x_y.csv"), Some("iwm")).unwrap(), "IWM");
    }

    #[test]
    fn intervals_are_read_as_vendors_write_them() {
        let told = |file: &str| interval(Path::new(file)).map(|i| i.to_string());
        for (file, interval) in [
            ("alpaca_iex_IWM_5m.parquet", Some("5m")),
            ("KRE_1h_2020-01.csv", Some("1h")),
            ("SPY_60min.csv", Some("1h")),
            ("yahoo_IWM_1d.csv", Some("1d")),
            ("interval=5m/symbol=IWM/bars.parquet", Some("5m")),
            ("IWM.csv", None),
            ("7m_IWM.csv", None),
            ("2h_IWM.csv", None),
            ("99999999h.csv", None),
        ] {
            assert_eq!(told(file).as_deref(), interval, "{file}");
        }
    }
}
