//! Zones, intervals, half days.

use super::*;

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
