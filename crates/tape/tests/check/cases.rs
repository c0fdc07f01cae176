//! Small tapes drawn by hand, and exactly what is said of them.

use std::sync::atomic::AtomicBool;

use market::Time;
use tape::check::{CheckOptions, Kind, Repair, When};
use tape::{Tape, TapeError};

use crate::support::*;

/// A bar of `day` at `clock` with these prices and a volume of 100.
fn bar(date: &str, hour: u32, minute: u32, prices: [f64; 4]) -> Row {
    let [open, high, low, close] = prices;
    let at = Time::from_exchange(day(date), hour, minute).unwrap();
    (at.micros(), [open, high, low, close, 100.0])
}

/// Daily bars of one price each.
fn flat(dates: &[&str]) -> Vec<Row> {
    let mut price = 10.0;
    dates
        .iter()
        .map(|date| {
            price += 0.01;
            bar(date, 9, 30, [price, price + 0.1, price - 0.1, price])
        })
        .collect()
}

fn said(interval: &str, rows: &[Row]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "TST", interval, rows);
    lines(&check(root.path()))
}

#[test]
fn a_clean_week_with_a_holiday_in_it_has_no_defect() {
    // 2024-07-04 is a holiday, 2024-07-03 a half day.
    let rows = flat(&["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05"]);
    assert_eq!(said("1d", &rows), Vec::<String>::new());
}

#[test]
fn a_missing_session_is_an_error_and_a_bar_on_a_holiday_another() {
    let rows = flat(&["2024-07-01", "2024-07-02", "2024-07-04", "2024-07-05"]);
    assert_eq!(
        said("1d", &rows),
        [
            "error extra-session 2024-07-04",
            "error missing-session 2024-07-03"
        ]
    );
}

#[test]
fn one_stray_row_is_one_defect_and_goes_to_its_place() {
    let mut rows = flat(&["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05"]);
    rows.swap(0, 3);
    rows.swap(1, 3);
    // On file now: 5th, 1st, 3rd, 2nd. The longest run in order has two rows, so two are out of it.
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "TST", "1d", &rows);
    let report = check(root.path());
    assert_eq!(report.defects.len(), 2);
    assert!(
        report
            .defects
            .iter()
            .all(|d| d.kind == Kind::Order && d.repair == Repair::Move && d.firm)
    );
    // In order on file but for the last row: only that is out of place.
    let rows = flat(&["2024-07-02", "2024-07-03", "2024-07-05", "2024-07-01"]);
    assert_eq!(said("1d", &rows), ["error order 2024-07-01"]);
}

#[test]
fn crossed_extremes_are_exchanged_only_if_that_makes_a_bar() {
    let root = tempfile::tempdir().unwrap();
    let mut rows = flat(&["2024-07-01", "2024-07-02", "2024-07-03"]);
    // Exchanged, 9.5 to 10.5 holds an open of 10 and a close of 10.2.
    rows[1].1 = [10.0, 9.5, 10.5, 10.2, 100.0];
    // Exchanged, 9.9 to 10.1 would not hold the close of 10.4.
    rows[2].1 = [10.0, 9.9, 10.1, 10.4, 100.0];
    write(root.path(), "TST", "1d", &rows);
    let report = check(root.path());
    let crossed = of_kind(&report, Kind::HighBelowLow);
    assert_eq!(crossed.len(), 2);
    assert_eq!((crossed[0].repair, crossed[0].firm), (Repair::Swap, true));
    assert_eq!((crossed[1].repair, crossed[1].firm), (Repair::None, false));
    assert_eq!(
        (crossed[0].found, crossed[0].field),
        (Some(9.5), Some("high"))
    );
}

#[test]
fn a_half_day_is_whole_with_forty_two_bars_and_a_full_day_is_not() {
    let half = |date: &str| -> Vec<Row> {
        let open = Time::from_exchange(day(date), 9, 30).unwrap();
        (0..42)
            .map(|i| {
                let p = 10.0 + f64::from(i) * 0.01;
                (
                    open.plus_minutes(5 * i64::from(i)).micros(),
                    [p, p + 0.05, p - 0.05, p, 100.0],
                )
            })
            .collect()
    };
    // 2024-11-29 closes at 13:00: 210 minutes, 42 bars.
    assert_eq!(said("5m", &half("2024-11-29")), Vec::<String>::new());
    // By itself half of a full day could be all there ever is: nobody can tell it from thin trading.
    assert_eq!(said("5m", &half("2024-11-27")), ["note session-gap whole"]);
    let mut rows: Vec<Row> = Vec::new();
    for date in [
        "2024-11-20",
        "2024-11-21",
        "2024-11-22",
        "2024-11-25",
        "2024-11-26",
    ] {
        let open = Time::from_exchange(day(date), 9, 30).unwrap();
        rows.extend((0..78).map(|i| {
            let p = 10.0 + f64::from(i) * 0.01;
            (
                open.plus_minutes(5 * i64::from(i)).micros(),
                [p, p + 0.05, p - 0.05, p, 100.0],
            )
        }));
    }
    rows.extend(half("2024-11-27"));
    rows.extend(half("2024-11-29"));
    assert_eq!(said("5m", &rows), ["warning short-session 2024-11-27"]);
}

#[test]
fn what_stands_where_is_told_with_its_place() {
    let mut rows = flat(&["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05"]);
    rows[1].1[VOLUME] = -5.0;
    rows[2].1[LOW] = f64::NAN;
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "TST", "1d", &rows);
    let report = check(root.path());
    let places: Vec<_> = report
        .defects
        .iter()
        .map(|d| (d.kind, d.when, d.field, d.found, d.repair))
        .collect();
    assert_eq!(
        places,
        [
            // NaN is no number to be told.
            (
                Kind::MissingValue,
                on("2024-07-03"),
                Some("low"),
                None,
                Repair::None
            ),
            (
                Kind::NegativeVolume,
                on("2024-07-02"),
                Some("volume"),
                Some(-5.0),
                Repair::Value(5.0)
            ),
        ]
    );
    let item = &report.items[0];
    assert_eq!(
        (item.rows, item.errors, item.warnings, item.notes),
        (4, 2, 0, 0)
    );
}

#[test]
fn only_what_is_asked_for_is_looked_at() {
    let root = tempfile::tempdir().unwrap();
    let rows = flat(&["2024-07-01", "2024-07-03", "2024-07-05", "2024-07-09"]);
    write(root.path(), "ONE", "1d", &rows);
    write(root.path(), "TWO", "1d", &rows);
    let tape = Tape::open(root.path()).unwrap();
    let stop = AtomicBool::new(false);
    let mut options = CheckOptions {
        symbols: vec!["ONE".to_owned()],
        from: Some(day("2024-07-03")),
        ..CheckOptions::default()
    };
    let report = tape.check(&options, None, &mut |_| {}, &stop).unwrap();
    // 2024-07-02 is missing as well, before the date asked for.
    assert_eq!(lines(&report), ["error missing-session 2024-07-08"]);
    options.symbols = vec!["ONF".to_owned()];
    let error = tape.check(&options, None, &mut |_| {}, &stop).unwrap_err();
    assert!(error.to_string().contains("did you mean ONE?"), "{error}");
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    options.symbols.clear();
    let stopped = tape.check(&options, None, &mut |_| {}, &stop);
    assert!(matches!(stopped, Err(TapeError::Interrupted)));
}

#[test]
fn more_than_is_kept_is_counted() {
    let root = tempfile::tempdir().unwrap();
    let mut rows = flat(&["2024-07-01", "2024-07-02", "2024-07-03", "2024-07-05"]);
    for row in &mut rows {
        row.1[VOLUME] = -1.0;
    }
    write(root.path(), "TST", "1d", &rows);
    let options = CheckOptions {
        kept: 3,
        ..CheckOptions::default()
    };
    let tape = Tape::open(root.path()).unwrap();
    let report = tape
        .check(&options, None, &mut |_| {}, &AtomicBool::new(false))
        .unwrap();
    assert_eq!(
        (
            report.defects.len(),
            report.left_out,
            report.items[0].errors
        ),
        (3, 1, 4)
    );
}

#[test]
fn a_crash_that_lasts_is_no_outlier_and_a_print_that_is_taken_back_is() {
    let (_, mut rows) = market(3, 60);
    // Overnight 20 % down, and it stays there.
    rows[40..]
        .iter_mut()
        .for_each(|r| r.1[..4].iter_mut().for_each(|p| *p *= 0.8));
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "TST", "1d", &rows);
    assert_eq!(of_kind(&check(root.path()), Kind::Outlier).len(), 0);
    // One close 20 % down, the next open where the others are.
    rows[30].1[CLOSE] *= 0.8;
    rows[30].1[LOW] = rows[30].1[CLOSE];
    write(root.path(), "TST", "1d", &rows);
    let report = check(root.path());
    let outliers = of_kind(&report, Kind::Outlier);
    assert_eq!(outliers.len(), 1);
    assert_eq!(outliers[0].field, Some("close"));
    assert_eq!(outliers[0].repair, Repair::Value(rows[31].1[OPEN]));
}

#[test]
fn a_split_on_record_is_no_jump_and_one_that_the_prices_do_not_show_is() {
    let (_, mut rows) = market(4, 60);
    let date = Time(rows[30].0).exchange_date().unwrap();
    let record = [(days_since_1970(date), 2.0)];
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "TST", "1d", &rows);
    write_dated(root.path(), "splits", "TST", &record);
    let report = check(root.path());
    let jumps = of_kind(&report, Kind::SplitJump);
    assert_eq!((jumps.len(), jumps[0].when), (1, When::Day(date)));
    rows[30..]
        .iter_mut()
        .for_each(|r| r.1[..4].iter_mut().for_each(|p| *p /= 2.0));
    write(root.path(), "TST", "1d", &rows);
    assert_eq!(of_kind(&check(root.path()), Kind::SplitJump).len(), 0);
}
