//! Made-up files of every vendor: what they become, and how a wrong one is refused.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use market::{Date, Interval, Known, RawBars, Time};
use proptest::prelude::*;
use table::{Column, Options, Table};
use tape::{Contents, Format, ImportOptions, Parsed, Tape, TapeError, parse_csv};

static GO: AtomicBool = AtomicBool::new(false);

fn parse(file: &str, bytes: impl AsRef<[u8]>) -> Result<Parsed, TapeError> {
    parse_csv(Path::new(file), bytes.as_ref(), None, &GO)
}

fn taken(file: &str, bytes: impl AsRef<[u8]>) -> (Format, Contents) {
    let parsed = parse(file, bytes).unwrap();
    (parsed.format, parsed.contents)
}

fn refused(file: &str, bytes: impl AsRef<[u8]>) -> String {
    parse(file, bytes).unwrap_err().to_string()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(date: &str, hour: u32, minute: u32) -> Time {
    Time::from_exchange(day(date), hour, minute).unwrap()
}

/// The one item of bars.
fn only(bars: &[(String, Interval, RawBars)]) -> (&str, Interval, &RawBars) {
    let [(symbol, interval, raw)] = bars else {
        panic!("{bars:?}");
    };
    (symbol, *interval, raw)
}

#[test]
fn yahoo_with_splits_and_midnights_of_new_york() {
    let text = "Date,Open,High,Low,Close,Adj Close,Volume,Dividends,Stock Splits\n\
        2020-03-05 00:00:00-05:00,10,11,9,10.5,10,100,0.0,0.0\n\
        2020-03-09 00:00:00-04:00,10,11,9,10.5,10,100,0.25,2.0\n";
    let (format, contents) = taken("yahoo_XYZ_1d.csv", text);
    assert_eq!(format, Format::Yahoo);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Day));
    assert_eq!(
        raw.start,
        [at("2020-03-05", 9, 30), at("2020-03-09", 9, 30)]
    );
    assert_eq!(contents.dividends[0].1[0].amount_usd, 0.25);
    assert_eq!(contents.splits[0].1[0].ratio, 2.0);
    // Its prices have splits in them.
    assert_eq!(contents.applied, ["XYZ"]);
    let late = text.replace("00:00:00-04:00", "09:30:00-04:00");
    assert_eq!(
        refused("XYZ.csv", late),
        "XYZ.csv:3, column Date: found `2020-03-09 09:30:00-04:00`; expected a date like 2020-03-23, or its midnight in New York"
    );
}

/// 100 $ on both days, 1 $ paid on the second: yfinance writes 99 for the first, 100 × (1 − 1 ÷ 100).
#[test]
fn yfinance_without_an_adjusted_close_gets_its_dividends_back() {
    let text = "Date,Open,High,Low,Close,Volume,Dividends,Stock Splits\n\
        2020-03-05,99,99,99,99,100,0,0\n\
        2020-03-06,100,100,100,100,100,1,0\n";
    let (format, contents) = taken("XYZ.csv", text);
    assert_eq!(format, Format::YahooAdjusted);
    let (_, _, raw) = only(&contents.bars);
    assert!(
        (raw.close[0] - 100.0).abs() < 1e-9 && raw.close[1] == 100.0,
        "{:?}",
        raw.close
    );
}

#[test]
fn yfinances_table_of_tables_has_names_below_its_header() {
    let text = "Price,Adj Close,Close,High,Low,Open,Volume\n\
        Ticker,XYZ,XYZ,XYZ,XYZ,XYZ,XYZ\n\
        Date,,,,,,\n\
        2020-03-05,9,10,11,9,10,100\n";
    let parsed = parse("XYZ.csv", text).unwrap();
    assert_eq!((parsed.format, parsed.rows), (Format::Yahoo, 1));
    assert_eq!(only(&parsed.contents.bars).2.high, [11.0]);
    let without = text.replace("Date,,,,,,\n", "");
    assert!(refused("XYZ.csv", without).contains("XYZ.csv:3, column Price: found `2020-03-05`"));
}

#[test]
fn alpha_vantage_comes_newest_first_with_actions() {
    let text = "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient\n\
        2020-03-06,5,6,4,5,5,200,0.0000,2.0\n\
        2020-03-05,10,11,9,10,5,100,0.5000,1.0\n";
    let (format, contents) = taken("alphavantage_XYZ_1d.csv", text);
    assert_eq!(format, Format::AlphaVantageDaily);
    assert_eq!(only(&contents.bars).2.close, [10.0, 5.0]);
    assert_eq!(contents.dividends[0].1[0].amount_usd, 0.5);
    assert_eq!(
        (
            contents.splits[0].1[0].ex_date,
            contents.splits[0].1[0].ratio
        ),
        (day("2020-03-06"), 2.0)
    );
    assert!(contents.applied.is_empty());
    let error = refused("XYZ.csv", text.replace(",2.0\n", ",0\n"));
    assert!(
        error.contains("XYZ.csv:2, column split_coefficient: found 0"),
        "{error}"
    );
    // The free daily history has neither.
    let (format, contents) = taken(
        "XYZ.csv",
        "timestamp,open,high,low,close,volume\n2020-03-05,1,2,1,2,5\n",
    );
    assert_eq!(
        (format, contents.splits.len()),
        (Format::AlphaVantageDaily, 0)
    );
}

#[test]
fn alpha_vantages_extended_history_stamps_the_ends_of_bars_in_new_york() {
    let text = "time,open,high,low,close,volume\n\
        2020-03-05 09:30:00,1,1,1,1,1\n\
        2020-03-05 09:45:00,2,2,2,2,2\n\
        2020-03-05 16:00:00,3,3,3,3,3\n\
        2020-03-05 16:15:00,4,4,4,4,4\n";
    let (format, contents) = taken("alphavantage_XYZ_15min_extended_hours.csv", text);
    assert_eq!(format, Format::AlphaVantageIntraday);
    let (_, interval, raw) = only(&contents.bars);
    assert_eq!(interval, Interval::Minutes(15));
    assert_eq!(
        raw.start,
        [at("2020-03-05", 9, 30), at("2020-03-05", 15, 45)]
    );
    assert_eq!(raw.close, [2.0, 3.0]);
    let apart = only(&contents.extended).2;
    assert_eq!(
        apart.start,
        [at("2020-03-05", 9, 15), at("2020-03-05", 16, 0)]
    );
    // No bar ends as trading begins: such a file stamps starts.
    let starts = text.replace("09:30:00,1", "04:00:00,1");
    let error = refused("alphavantage_XYZ_15min.csv", starts);
    assert!(
        error.contains("column time") && error.contains("stamps starts"),
        "{error}"
    );
}

#[test]
fn an_eodhd_index_column_without_a_name_is_no_matter() {
    let text = ",Date,Open,High,Low,Close,Adjusted_close,Volume\n0,2020-03-05,10,11,9,10,8,100\n";
    let (format, contents) = taken("eodhd_XYZ_1d.csv", text);
    assert_eq!(
        (format, only(&contents.bars).2.close[0]),
        (Format::Eodhd, 10.0)
    );
    assert!(contents.applied.is_empty());
}

#[test]
fn cboe_writes_the_month_first_and_fred_leaves_holidays_out() {
    let (format, contents) = taken(
        "cboe_VIX_History.csv",
        "DATE,OPEN,HIGH,LOW,CLOSE\n03/05/2020,30,40,30,39.5\n",
    );
    assert_eq!(format, Format::Cboe);
    let vix = &contents.series[0];
    assert_eq!(
        (vix.name.as_str(), vix.date[0], vix.value[0]),
        ("VIX", day("2020-03-05"), 39.5)
    );
    assert_eq!(vix.known, Known::Close);
    let (format, _) = taken("VVIX_History.csv", "DATE,VVIX\n03/05/2020,130\n");
    assert_eq!(format, Format::Cboe);
    let error = refused(
        "VIX.csv",
        "DATE,OPEN,HIGH,LOW,CLOSE\n2020-03-05,30,40,30,39.5\n",
    );
    assert!(
        error.contains("VIX.csv:2, column DATE: found `2020-03-05`"),
        "{error}"
    );
    for text in [
        "observation_date,DGS2\n2020-03-05,0.6\n2020-03-06,\n2020-03-09,0.4\n",
        "DATE,DGS2\n2020-03-05,0.6\n2020-03-06,.\n2020-03-09,0.4\n",
        "date,dgs2\n2020-03-05,0.6\n2020-03-09,0.4\n",
    ] {
        let (format, contents) = taken("fred_DGS2.csv", text);
        assert_eq!(format, Format::Fred, "{text}");
        let series = &contents.series[0];
        assert_eq!(
            (series.name.as_str(), series.known),
            ("DGS2", Known::NextSession)
        );
        assert_eq!(series.value, [0.6, 0.4]);
    }
    // A column of another name than the file's is nobody's download.
    let error = parse("moods.csv", "date,mood\n2020-03-05,Friday\n").unwrap_err();
    assert!(matches!(error, TapeError::NotTapeData { .. }), "{error}");
}

fn zipped(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in entries {
        let how = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, how).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn lean_archives_hold_sessions_hours_or_minutes() {
    let bytes = zipped(&[(
        "xyz.csv",
        "20200305 00:00,1000000,1100000,900000,1005000,7\n",
    )]);
    let (format, contents) = taken("any.zip", bytes);
    assert_eq!(format, Format::LeanBars);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Day));
    assert_eq!(
        (raw.open[0], raw.close[0], raw.volume[0]),
        (100.0, 100.5, 7.0)
    );

    // The hour from 09:00 begins before the session.
    let hours =
        "20200305 09:00,10000,10000,10000,10000,1\n20200305 10:00,20000,20000,20000,20000,2\n";
    let (_, contents) = taken("xyz.zip", zipped(&[("xyz.csv", hours)]));
    assert_eq!(only(&contents.bars).2.start, [at("2020-03-05", 10, 0)]);
    assert_eq!(only(&contents.extended).2.start, [at("2020-03-05", 9, 0)]);

    // 34,200,000 ms are 09:30.
    let minutes = "34140000,10000,10000,10000,10000,1\n34200000,20000,20000,20000,20000,2\n";
    let bytes = zipped(&[("20200305_xyz_minute_trade.csv", minutes)]);
    let (_, contents) = taken("20200305_trade.zip", bytes);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Minutes(1)));
    assert_eq!(raw.start, [at("2020-03-05", 9, 30)]);
}

#[test]
fn a_wrong_archive_is_one_clear_error() {
    let whole = zipped(&[(
        "xyz.csv",
        "20200305 00:00,1000000,1100000,900000,1005000,7\n",
    )]);
    let error = refused("xyz.zip", &whole[..whole.len() - 9]);
    assert!(
        error.starts_with("xyz.zip: found ") && error.contains("fetch the file again"),
        "{error}"
    );
    assert!(refused("xyz.zip", zipped(&[("read.me", "hello")])).contains("no .csv in the archive"));
    let mixed =
        "20200305 00:00,10000,10000,10000,10000,1\n20200306 10:00,10000,10000,10000,10000,1\n";
    let error = refused("xyz.zip", zipped(&[("xyz.csv", mixed)]));
    assert!(
        error.starts_with("xyz.zip/xyz.csv:2, column time: found `20200306 10:00`"),
        "{error}"
    );
    let error = refused(
        "xyz.zip",
        zipped(&[("xyz.csv", "20200305 00:00,1,1,1,x,1\n")]),
    );
    assert!(
        error.starts_with("xyz.zip/xyz.csv:1, column close: found `x`"),
        "{error}"
    );
}

/// A folder of LEAN's minutes has quotes beside the trades.
#[test]
fn archives_of_quotes_are_left_in_a_folder_and_refused_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let minute = folder.path().join("minute/xyz");
    std::fs::create_dir_all(&minute).unwrap();
    let trades = (
        "20200305_xyz_minute_trade.csv",
        "34200000,100000,110000,90000,100000,7\n",
    );
    let quotes = (
        "20200305_xyz_minute_quote.csv",
        "34200000,1,2,1,2,3,1,2,1,2,3\n",
    );
    let put = |name: &str, entries: &[(&str, &str)]| {
        let path = minute.join(name);
        std::fs::write(&path, zipped(entries)).unwrap();
        path
    };
    put("20200305_trade.zip", &[trades]);
    let named = put("20200305_quote.zip", &[quotes]);
    let hidden = put("20200305.zip", &[quotes]);
    let both = put("both.zip", &[trades, quotes]);
    let take = |path: &Path| {
        let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
        let go = AtomicBool::new(false);
        let options = ImportOptions::default();
        tape.import(&[path.to_owned()], &options, &mut |_| {}, &go)
    };
    let report = take(&minute).unwrap();
    assert_eq!(report.files.len(), 2);
    let left: Vec<&str> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
    assert!(
        left.len() == 2 && left.iter().all(|l| l.contains("only those of trades")),
        "{left:?}"
    );
    for path in [named, hidden] {
        let error = take(&path).unwrap_err().to_string();
        assert!(error.contains("only those of trades"), "{error}");
    }
    let report = take(&both).unwrap();
    let passed = "1 entries of the archive passed over";
    assert!(
        report.files[0].notes[0].contains(passed),
        "{:?}",
        report.files[0].notes
    );
}

#[test]
fn factor_files_are_told_by_their_first_line() {
    let text =
        "20190102,0.9801,0.5,1\n20190620,0.9801,0.5,100\n20190628,0.99,0.5,104\n20501231,1,1,0\n";
    let (format, contents) = taken("lean_xyz_factor_file.csv", text);
    assert_eq!(format, Format::LeanFactors);
    // 100 × (1 − 0.9801 ÷ 0.99) = 1; 104 × (1 − 0.99) = 1.04.
    let paid: Vec<f64> = contents.dividends[0]
        .1
        .iter()
        .map(|d| d.amount_usd)
        .collect();
    assert_eq!(paid, [1.0, 1.04]);
    assert_eq!(contents.splits[0].1[0].ex_date, day("2019-07-01"));
    let error = refused("XYZ.csv", text.replace("0.99,0.5", "-0.99,0.5"));
    assert!(
        error.starts_with("XYZ.csv:3: found 2019-06-28 with factors -0.99 and 0.5"),
        "{error}"
    );
}

#[test]
fn stamps_name_their_zone_or_somebody_else_does() {
    let utc = "timestamp,close,high,low,trade_count,open,volume,vwap\n\
        2020-03-05 14:30:00+00:00,1,1,1,9,1,5,1\n2020-03-05 14:35:00+00:00,2,2,2,9,2,5,2\n";
    let (format, contents) = taken("alpaca_XYZ_5m.csv", utc);
    assert_eq!(format, Format::Intraday);
    let starts = [at("2020-03-05", 9, 30), at("2020-03-05", 9, 35)];
    assert_eq!(only(&contents.bars).2.start, starts);

    let naive = utc.replace("+00:00", "");
    let error = refused("alpaca_XYZ_5m.csv", &naive);
    assert!(
        error.contains(":2, column timestamp") && error.contains("--zone"),
        "{error}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("XYZ_5m.csv");
    std::fs::write(&file, &naive).unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let options = ImportOptions {
        zone: Some("UTC".parse().unwrap()),
        ..ImportOptions::default()
    };
    let report = tape.import(&[file], &options, &mut |_| {}, &GO).unwrap();
    assert_eq!(report.files[0].zone.as_deref(), Some("UTC"));

    // On 2020-11-01 New York had 01:30 twice.
    let twice = "time,open,high,low,close,volume\n2020-11-01 01:15:00,1,1,1,1,1\n2020-11-01 01:30:00,1,1,1,1,1\n";
    let error = refused("XYZ.csv", twice);
    assert!(
        error.contains("XYZ.csv:2, column time") && error.contains("twice"),
        "{error}"
    );
}

#[test]
fn the_interval_is_the_commonest_distance_and_the_name_must_agree() {
    let text = "timestamp,open,high,low,close\n\
        2020-03-05T09:30:00-05:00,1,1,1,1\n2020-03-05T09:35:00-05:00,1,1,1,1\n2020-03-05T09:40:00-05:00,1,1,1,1\n";
    let (_, contents) = taken("XYZ.csv", text);
    let (_, interval, raw) = only(&contents.bars);
    assert_eq!(
        (interval, raw.volume.as_slice()),
        (Interval::Minutes(5), &[0.0; 3][..])
    );
    let error = refused("XYZ_1min.csv", text);
    assert!(
        error.contains("5m apart, while its name says 1m"),
        "{error}"
    );
    let odd = format!("{text}2020-03-05T09:42:00-05:00,1,1,1,1\n");
    let error = refused("XYZ.csv", odd);
    assert!(
        error.contains("XYZ.csv:5, column timestamp") && error.contains("120 seconds"),
        "{error}"
    );
}

#[test]
fn half_days_end_early_and_holidays_have_no_bars() {
    // 2021-11-26 closed at 13:00.
    let text = "timestamp,open,high,low,close,volume\n\
        2021-11-26T12:55:00-05:00,1,1,1,1,1\n2021-11-26T13:00:00-05:00,1,1,1,1,1\n2021-11-26T13:05:00-05:00,1,1,1,1,1\n";
    let (_, contents) = taken("XYZ_5m.csv", text);
    assert_eq!(only(&contents.bars).2.start.len(), 1);
    assert_eq!(only(&contents.extended).2.start.len(), 2);
    let holiday = "timestamp,open,high,low,close,volume\n\
        2021-11-25T12:55:00-05:00,1,1,1,1,1\n2021-11-25T13:00:00-05:00,1,1,1,1,1\n";
    let error = refused("XYZ_5m.csv", holiday);
    assert!(
        error.contains("XYZ_5m.csv:2, column timestamp") && error.contains("closed"),
        "{error}"
    );
}

fn parquet(start: Column<'_>, volume: Column<'_>, symbol: Option<[&str; 3]>) -> Vec<u8> {
    let price = || Column::maybe_number(vec![Some(1.0), Some(2.0), Some(3.0)]);
    let mut table = Table::new().column("timestamp", start);
    for name in ["open", "high", "low", "close"] {
        table = table.column(name, price());
    }
    table = table.column("volume", volume);
    if let Some(symbols) = symbol {
        table = table.column("symbol", Column::text(symbols));
    }
    table.to_bytes(&Options::default()).unwrap()
}

fn starts() -> Vec<i64> {
    let minute = |n: u32| at("2020-03-05", 9, 30 + n).micros();
    vec![minute(0), minute(1), minute(2)]
}

#[test]
fn parquet_bars_of_other_types_are_read() {
    let bytes = parquet(
        Column::time_micros(starts()),
        Column::integer(vec![1, 2, 3]),
        None,
    );
    let (format, contents) = taken("alpaca_XYZ_1m.parquet", bytes);
    assert_eq!(format, Format::ParquetBars);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Minutes(1)));
    assert_eq!(raw.volume, [1.0, 2.0, 3.0]);

    // Two spellings of one symbol are one symbol; dates are sessions.
    let dates = Column::date_days(vec![18_324, 18_325, 18_326]);
    let bytes = parquet(
        dates,
        Column::number(vec![1.0; 3]),
        Some(["xyz", "XYZ", "Xyz"]),
    );
    let (_, contents) = taken("any.parquet", bytes);
    let (symbol, interval, raw) = only(&contents.bars);
    assert_eq!((symbol, interval), ("XYZ", Interval::Day));
    // 18,324 days after 1970-01-01 is Tuesday 2020-03-03.
    assert_eq!(raw.start[0], at("2020-03-03", 9, 30));
}

#[test]
fn parquet_that_cannot_be_bars_names_its_row() {
    let price = |last| Column::maybe_number(vec![Some(1.0), Some(2.0), last]);
    let with = |last, time: Column<'_>| {
        let mut table = Table::new().column("timestamp", time);
        for name in ["open", "high", "low"] {
            table = table.column(name, price(Some(3.0)));
        }
        table
            .column("close", price(last))
            .to_bytes(&Options::default())
            .unwrap()
    };
    let error = refused("XYZ.parquet", with(None, Column::time_micros(starts())));
    assert_eq!(
        error,
        "XYZ.parquet: column `close` has no value in row 2 (row group 0); every row needs one"
    );
    let error = refused(
        "XYZ.parquet",
        with(Some(f64::NAN), Column::time_micros(starts())),
    );
    assert_eq!(
        error,
        "XYZ.parquet: row 2 (row group 0), column close: found NaN; expected a price from 0.0001 to 10000000 dollars"
    );
    let numbers = with(Some(3.0), Column::integer(vec![1, 2, 3]));
    assert!(
        refused("XYZ.parquet", numbers).contains("holds 64-bit integers; expected UTC timestamps")
    );
    let whole = with(Some(3.0), Column::time_micros(starts()));
    for cut in [0, 3, 4, whole.len() / 2, whole.len() - 1] {
        let error = parse("XYZ.parquet", &whole[..cut]).unwrap_err();
        assert!(matches!(error, TapeError::Table(_)), "{cut}: {error}");
    }
}

/// One small file of each format that is written as text, under a name that fits it.
const SEEDS: [(&str, &str); 12] = [
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/yahoo_splits.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/yfinance_adjusted.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/yfinance_table.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/alphavantage_daily.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/alphavantage_intraday.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/eodhd.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/cboe.csv"),
    ),
    (
        "DGS2.csv",
        include_str!("../../../fuzz/seeds/import_csv/fred.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/lean_factors.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/intraday_offset.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/alpaca.csv"),
    ),
    (
        "XYZ.csv",
        include_str!("../../../fuzz/seeds/import_csv/symbols.csv"),
    ),
];

#[test]
fn the_seeds_of_the_fuzzers_are_files_of_their_formats() {
    let mut formats: Vec<&str> = SEEDS
        .iter()
        .map(|(name, text)| parse(name, text).unwrap().format.as_str())
        .collect();
    formats.sort_unstable();
    formats.dedup();
    assert_eq!(formats.len(), 9, "{formats:?}");
    for bytes in [
        &include_bytes!("../../../fuzz/seeds/import_zip/daily.zip")[..],
        include_bytes!("../../../fuzz/seeds/import_zip/minutes.zip"),
        include_bytes!("../../../fuzz/seeds/import_parquet/minutes.parquet"),
        include_bytes!("../../../fuzz/seeds/import_parquet/sessions.parquet"),
    ] {
        parse("XYZ", bytes).unwrap();
    }
}

/// What a replay would refuse never comes out of a file, whatever is in it.
fn judged(parsed: &Parsed) {
    let contents = &parsed.contents;
    for (_, _, raw) in contents.bars.iter().chain(&contents.extended) {
        assert!(raw.start.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(
            raw.low
                .iter()
                .zip(&raw.high)
                .all(|(low, high)| *low > 0.0 && high >= low)
        );
        assert!(raw.volume.iter().all(|v| v.is_finite() && *v >= 0.0));
    }
    for (_, splits) in &contents.splits {
        assert!(splits.iter().all(|s| s.ratio.is_finite() && s.ratio > 0.0));
    }
    for (_, paid) in &contents.dividends {
        assert!(
            paid.iter()
                .all(|d| d.amount_usd.is_finite() && d.amount_usd > 0.0)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A few bytes changed, taken out or put in, anywhere in a file of any format.
    #[test]
    fn no_bytes_are_a_panic(
        seed in 0..SEEDS.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6),
    ) {
        let (name, text) = SEEDS[seed];
        let mut bytes = text.as_bytes().to_vec();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len().max(1));
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.insert(at.min(bytes.len()), byte),
            }
        }
        if let Ok(parsed) = parse(name, &bytes) {
            judged(&parsed);
        }
    }
}
