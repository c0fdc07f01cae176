//! Bars of other writers' Parquet.

use super::*;

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
