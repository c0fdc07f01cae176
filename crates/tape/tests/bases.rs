//! Prices less dividends: one item of a tape has one basis, whatever came first and however little tells.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use market::{Date, Fields, Interval};
use tape::{BarWant, ImportOptions, ImportReport, Tape, TapeError, Want};

/// Sessions of two weeks in winter, when New York is five hours behind Greenwich.
const DAYS: [&str; 10] = [
    "2021-01-04",
    "2021-01-05",
    "2021-01-06",
    "2021-01-07",
    "2021-01-08",
    "2021-01-11",
    "2021-01-12",
    "2021-01-13",
    "2021-01-14",
    "2021-01-15",
];

/// 1 $ of 100 $ goes ex on the 6th, 2 $ of 100 $ on the 12th: before the one 0.99 × 0.98 are left, before the other 0.98.
fn left_of(day: &str) -> f64 {
    match day {
        d if d < "2021-01-06" => 0.99 * 0.98,
        d if d < "2021-01-12" => 0.98,
        _ => 1.0,
    }
}

/// Daily bars at 100 $ with the two dividends.
fn daily(days: &[&str]) -> String {
    let mut text = "date,open,high,low,close,volume,adj_close,dividend\n".to_owned();
    for day in days {
        let paid = match *day {
            "2021-01-06" => 1.0,
            "2021-01-12" => 2.0,
            _ => 0.0,
        };
        writeln!(text, "{day},100,100,100,100,7,100,{paid}").unwrap();
    }
    text
}

/// Half-hourly bars at 100 $ × `left`.
fn within(days: &[&str], left: impl Fn(&str) -> f64) -> String {
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for day in days {
        let p = 100.0 * left(day);
        for clock in ["14:30", "15:00", "15:30", "20:30"] {
            writeln!(text, "{day}T{clock}:00Z,{p},{p},{p},{p},7").unwrap();
        }
    }
    text
}

struct Desk {
    folder: tempfile::TempDir,
    tape: Tape,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
        Desk { folder, tape }
    }

    /// Imports one file of this text as the daily or the half-hourly bars of TST.
    fn import(&self, interval: &str, text: &str) -> Result<ImportReport, TapeError> {
        let path: PathBuf = self.folder.path().join(format!("TST_{interval}.csv"));
        fs::write(&path, text).unwrap();
        let go = AtomicBool::new(false);
        self.tape
            .import(&[path], &ImportOptions::default(), &mut |_| {}, &go)
    }

    /// The last half-hourly close of each session, to the cent.
    fn lasts(&self) -> BTreeMap<Date, f64> {
        let want = Want {
            bars: vec![BarWant {
                symbol: "TST".to_owned(),
                interval: Interval::Minutes(30),
                fields: Fields::ALL,
                from: None,
                to: None,
            }],
            ..Want::default()
        };
        let snapshot = self.tape.read(&want, 1).unwrap();
        let bars = &snapshot.bars[0];
        let dates = bars.start().iter().map(|t| t.exchange_date().unwrap());
        let cents = bars.close().iter().map(|c| (c * 100.0).round() / 100.0);
        dates.zip(cents).collect()
    }
}

fn notes(report: &ImportReport) -> String {
    report.files[0].notes.join("\n")
}

#[test]
fn sessions_from_before_the_daily_bars_wait_for_them() {
    let desk = Desk::new();
    // Daily bars from the 7th on know the ex-date 12, and nothing of the one before.
    desk.import("1d", &daily(&DAYS[3..])).unwrap();
    let file = within(&DAYS, left_of);
    let report = desk.import("30m", &file).unwrap();
    assert!(
        notes(&report).contains("12 bars before 2021-01-07 left out"),
        "{}",
        notes(&report)
    );
    assert_eq!(desk.lasts().len(), 7);
    assert!(desk.lasts().values().all(|&usd| usd == 100.0));
    // With the others the same file is taken whole, and nothing of it was wrong before.
    desk.import("1d", &daily(&DAYS)).unwrap();
    let report = desk.import("30m", &file).unwrap();
    let item = &report.merge.items[0];
    assert_eq!((item.rows_added, item.rows_equal), (12, 28));
    assert!(desk.lasts().values().all(|&usd| usd == 100.0));
}

#[test]
fn bars_on_another_basis_do_not_stand_beside_each_other() {
    let desk = Desk::new();
    let adjusted = within(&DAYS[..5], left_of);
    // Nothing tells yet what the first week's prices are.
    let report = desk.import("30m", &adjusted).unwrap();
    assert!(notes(&report).contains("taken as they are"));
    desk.import("1d", &daily(&DAYS)).unwrap();
    // The second week is as traded, the first, which would stay, is not.
    let before = desk.lasts();
    let second = within(&DAYS[5..], |_| 1.0);
    let error = desk.import("30m", &second).unwrap_err().to_string();
    for word in [
        "5 other sessions",
        "another basis",
        "import their own file again first",
    ] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert_eq!(desk.lasts(), before);
    // As it says: the first file once more, now put right, and then the second.
    desk.import("30m", &adjusted).unwrap();
    desk.import("30m", &second).unwrap();
    assert_eq!(desk.lasts().len(), 10);
    assert!(desk.lasts().values().all(|&usd| usd == 100.0));
}

#[test]
fn without_daily_bars_files_of_one_item_must_agree_where_they_meet() {
    let desk = Desk::new();
    desk.import("30m", &within(&DAYS[..6], |_| 1.0)).unwrap();
    let error = desk
        .import("30m", &within(&DAYS[2..], left_of))
        .unwrap_err()
        .to_string();
    assert!(error.contains("2 other sessions"), "{error}");
    // What replaces every session may be on any basis, and what agrees joins.
    desk.import("30m", &within(&DAYS[2..], |_| 1.0)).unwrap();
    desk.import("30m", &within(&DAYS, left_of)).unwrap();
    assert_eq!(desk.lasts()[&DAYS[0].parse().unwrap()], 97.02);
}

#[test]
fn two_sessions_far_from_the_daily_closes_are_refused_and_near_ones_are_as_traded() {
    let desk = Desk::new();
    desk.import("1d", &daily(&DAYS)).unwrap();
    let error = desk
        .import("30m", &within(&DAYS[..2], left_of))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("0.9702 in the middle of 2 sessions"),
        "{error}"
    );
    let near = desk.import("30m", &within(&DAYS[..2], |_| 0.9995)).unwrap();
    assert!(notes(&near).contains("as traded"), "{}", notes(&near));
    let between = desk.import("30m", &within(&DAYS[2..4], |_| 0.995)).unwrap();
    assert!(
        notes(&between).contains("fewer than three sessions"),
        "{}",
        notes(&between)
    );
}

#[test]
fn one_dividend_that_no_record_has_is_put_back_and_said() {
    let desk = Desk::new();
    desk.import("1d", &daily(&DAYS)).unwrap();
    // From the last recorded ex-date on: a quarter of a percent is gone from all of it.
    let fresh = within(&DAYS[6..], |_| 0.9975);
    let report = desk.import("30m", &fresh).unwrap();
    let said = "a later one of 0.250 % that no record has";
    assert!(notes(&report).contains(said), "{}", notes(&report));
    assert!(desk.lasts().values().all(|&usd| usd == 100.0));
    let desk = Desk::new();
    desk.import("1d", &daily(&DAYS)).unwrap();
    let error = desk
        .import("30m", &within(&DAYS[6..], |_| 0.96))
        .unwrap_err()
        .to_string();
    assert!(error.contains("not those of TST"), "{error}");
}
