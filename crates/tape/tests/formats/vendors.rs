//! Tables of bars and series as vendors write them.

use super::*;

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
