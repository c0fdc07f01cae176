//! Daily bars whose prices lack dividends, by every way in: un-adjusted by the daily bars there are, or refused.

use std::fmt::Write as _;
use std::fs;
use std::sync::atomic::AtomicBool;

use market::{Date, Fields, Interval};
use table::{Column, Options, Table};
use tape::{BarWant, ColumnMap, ImportOptions, ImportReport, Tape, TapeError, Want};

/// Sessions of two weeks in winter; made-up closes rise by a dollar a session.
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

/// 1.01 $ goes ex on the 6th, after a close of 101 $; 2.1 $ on the 12th, after one of 105 $: 0.99 and 0.98 are left.
fn left_of(day: &str) -> f64 {
    match day {
        d if d < "2021-01-06" => 0.99 * 0.98,
        d if d < "2021-01-12" => 0.98,
        _ => 1.0,
    }
}

fn as_traded(_: &str) -> f64 {
    1.0
}

/// Open, high, low, close in dollars of each session.
fn bars(left: fn(&str) -> f64) -> Vec<(&'static str, [f64; 4])> {
    let days = DAYS.iter().enumerate();
    days.map(|(n, day)| {
        let close = 100.0 + n as f64;
        let prices = [close - 0.5, close + 1.0, close - 1.0, close];
        (*day, prices.map(|usd| usd * left(day)))
    })
    .collect()
}

/// As traded, with dividends.
fn reference() -> String {
    let mut text = "date,open,high,low,close,volume,adj_close,dividend\n".to_owned();
    for (day, [o, h, l, c]) in bars(as_traded) {
        let paid = match day {
            "2021-01-06" => 1.01,
            "2021-01-12" => 2.1,
            _ => 0.0,
        };
        writeln!(text, "{day},{o},{h},{l},{c},7,{},{paid}", c * left_of(day)).unwrap();
    }
    text
}

fn csv(header: &str, left: fn(&str) -> f64) -> Vec<u8> {
    let mut text = format!("{header}\n");
    for (day, [o, h, l, c]) in bars(left) {
        writeln!(text, "{day},{o},{h},{l},{c},7").unwrap();
    }
    text.into_bytes()
}

fn parquet(left: fn(&str) -> f64) -> Vec<u8> {
    let bars = bars(left);
    let day = |day: &str| {
        let date: Date = day.parse().unwrap();
        date.signed_duration_since(Date::default()).num_days() as i32
    };
    let number = |at: usize| Column::number(bars.iter().map(|b| b.1[at]).collect::<Vec<_>>());
    let table = Table::new()
        .column(
            "date",
            Column::date_days(bars.iter().map(|b| day(b.0)).collect::<Vec<_>>()),
        )
        .column("open", number(0))
        .column("high", number(1))
        .column("low", number(2))
        .column("close", number(3))
        .column("volume", Column::number(vec![7.0; bars.len()]));
    table.to_bytes(&Options::default()).unwrap()
}

/// Name, contents and options of the same bars by each way in.
fn routes(left: fn(&str) -> f64) -> Vec<(&'static str, Vec<u8>, ImportOptions)> {
    let plain = ImportOptions::default;
    let mapped = |map: &str| ImportOptions {
        columns: Some(ColumnMap::parse(map).unwrap()),
        ..plain()
    };
    vec![
        (
            "TST.csv",
            csv("date,open,high,low,close,volume", left),
            plain(),
        ),
        (
            "TST_av.csv",
            csv("timestamp,open,high,low,close,volume", left),
            ImportOptions {
                symbol: Some("TST".to_owned()),
                ..plain()
            },
        ),
        (
            "TST_1d.csv",
            csv("Day,O,H,L,C,V", left),
            mapped("date=Day,open=O,high=H,low=L,close=C,volume=V"),
        ),
        ("TST.parquet", parquet(left), plain()),
    ]
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

    fn take(
        &self,
        (name, bytes, options): (&str, impl AsRef<[u8]>, &ImportOptions),
    ) -> Result<ImportReport, TapeError> {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let go = AtomicBool::new(false);
        self.tape.import(&[path], options, &mut |_| {}, &go)
    }

    fn closes(&self) -> Vec<f64> {
        let want = Want {
            bars: vec![BarWant {
                symbol: "TST".to_owned(),
                interval: Interval::Day,
                fields: Fields::ALL,
                from: None,
                to: None,
            }],
            ..Want::default()
        };
        self.tape.read(&want, 1).unwrap().bars[0].close().to_vec()
    }
}

fn with_reference() -> Desk {
    let desk = Desk::new();
    let plain = ImportOptions::default();
    desk.take(("TST_daily.csv", reference(), &plain)).unwrap();
    desk
}

fn notes(report: &ImportReport) -> String {
    report.files[0].notes.join("\n")
}

#[test]
fn adjusted_daily_bars_change_nothing_beside_those_as_traded() {
    for (name, bytes, options) in routes(left_of) {
        let desk = with_reference();
        let before = desk.closes();
        let report = desk.take((name, &bytes, &options)).unwrap();
        let told = notes(&report);
        assert!(
            told.contains("prices had dividends taken out, up to the ex-date 2021-01-12"),
            "{name}: {told}"
        );
        let item = &report.merge.items[0];
        assert_eq!((item.rows_equal, item.rows_changed), (10, 0), "{name}");
        assert_eq!(desk.closes(), before, "{name}");
    }
}

#[test]
fn daily_bars_as_traded_are_told_to_be_those_there_are() {
    for (name, bytes, options) in routes(as_traded) {
        let desk = with_reference();
        let report = desk.take((name, &bytes, &options)).unwrap();
        let told = notes(&report);
        assert!(
            told.contains("the closes of the daily bars there are already"),
            "{name}: {told}"
        );
    }
}

#[test]
fn adjusted_daily_bars_are_refused_where_no_dividends_explain_them() {
    for (name, bytes, options) in routes(left_of) {
        let desk = Desk::new();
        let (first, raw, plain) = routes(as_traded).swap_remove(0);
        desk.take((first, raw, &plain)).unwrap();
        let before = desk.closes();
        let error = desk.take((name, &bytes, &options)).unwrap_err().to_string();
        assert!(
            error.contains("its prices are not those of TST"),
            "{name}: {error}"
        );
        assert!(error.contains("import those first"), "{name}: {error}");
        assert_eq!(desk.closes(), before, "{name}");
    }
}

#[test]
fn daily_bars_with_nothing_to_hold_them_against_say_so_and_vouch_for_nothing_later() {
    for (name, bytes, options) in routes(left_of) {
        // Alpha Vantage documents that its prices are as traded.
        if name == "TST_av.csv" {
            continue;
        }
        let desk = Desk::new();
        let report = desk.take((name, &bytes, &options)).unwrap();
        let told = notes(&report);
        assert!(
            told.contains("TST: nothing in it says whether dividends"),
            "{name}: {told}"
        );
        let again = desk.take((name, &bytes, &options)).unwrap();
        let told = notes(&again);
        assert!(!told.contains("as traded"), "{name}: {told}");
    }
}

#[test]
fn in_one_import_the_bars_that_say_what_they_are_come_first() {
    let desk = Desk::new();
    let folder = desk.folder.path().join("all");
    fs::create_dir(&folder).unwrap();
    // By their paths the adjusted file would be the first.
    fs::write(
        folder.join("TST_adjusted.csv"),
        csv("date,open,high,low,close,volume", left_of),
    )
    .unwrap();
    fs::write(folder.join("TST_daily.csv"), reference()).unwrap();
    let go = AtomicBool::new(false);
    desk.tape
        .import(&[folder], &ImportOptions::default(), &mut |_| {}, &go)
        .unwrap();
    for (n, close) in desk.closes().into_iter().enumerate() {
        assert!((close - 100.0 - n as f64).abs() < 1e-9, "{n}: {close}");
    }
}

/// What `yfinance.download` writes: prices less dividends, and not a word of these.
fn downloaded() -> String {
    let mut text =
        "Price,Close,High,Low,Open,Volume\nTicker,TST,TST,TST,TST,TST\nDate,,,,,\n".to_owned();
    for (day, [o, h, l, c]) in bars(left_of) {
        writeln!(text, "{day},{c},{h},{l},{o},7").unwrap();
    }
    text
}

#[test]
fn yfinance_without_dividends_is_refused_unless_the_tape_tells_them() {
    let plain = ImportOptions::default();
    let desk = Desk::new();
    let error = desk
        .take(("TST.csv", downloaded(), &plain))
        .unwrap_err()
        .to_string();
    for word in [
        "TST.csv",
        "neither this file nor the tape",
        "auto_adjust=False",
    ] {
        assert!(error.contains(word), "{word}: {error}");
    }
    assert!(desk.tape.catalog().unwrap().is_empty());
    let desk = with_reference();
    let before = desk.closes();
    let report = desk.take(("TST.csv", downloaded(), &plain)).unwrap();
    assert_eq!(report.merge.items[0].rows_equal, 10);
    assert_eq!(desk.closes(), before);
}
