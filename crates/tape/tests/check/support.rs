//! Tapes written by hand, right or wrong.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use market::{Date, SessionTable};
use table::{Column, Options, Table};
use tape::Tape;
use tape::check::{CheckOptions, CheckReport, Defect, Kind, When};

/// Bars as rows: start in microseconds, open, high, low, close, volume.
pub(crate) type Row = (i64, [f64; 5]);

pub(crate) const OPEN: usize = 0;
pub(crate) const HIGH: usize = 1;
pub(crate) const LOW: usize = 2;
pub(crate) const CLOSE: usize = 3;
pub(crate) const VOLUME: usize = 4;

/// Writes bars as they are given, however wrong.
pub(crate) fn write(root: &Path, symbol: &str, interval: &str, rows: &[Row]) {
    write_with(root, symbol, interval, rows, &[]);
}

/// The same with more facts in the file.
pub(crate) fn write_with(
    root: &Path,
    symbol: &str,
    interval: &str,
    rows: &[Row],
    facts: &[(&str, &str)],
) {
    let start: Vec<i64> = rows.iter().map(|r| r.0).collect();
    let mut table = Table::new().column("start", Column::time_micros(start));
    for (at, name) in ["open", "high", "low", "close", "volume"]
        .iter()
        .enumerate()
    {
        let values: Vec<f64> = rows.iter().map(|r| r.1[at]).collect();
        table = table.column(name, Column::number(values));
    }
    let path = format!("bars/interval={interval}/symbol={symbol}/bars.parquet");
    for (key, value) in facts {
        table = table.fact(key, value);
    }
    table
        .fact("origin", "real")
        .write_atomic(&root.join(path), &Options::default())
        .unwrap();
}

/// Writes a dated item as it is given: days since 1970.
pub(crate) fn write_dated(root: &Path, sort: &str, name: &str, rows: &[(i32, f64)]) {
    let (key, date, value) = match sort {
        "series" => ("name", "date", "value"),
        "dividends" => ("symbol", "ex_date", "amount_usd"),
        _ => ("symbol", "ex_date", "ratio"),
    };
    let days: Vec<i32> = rows.iter().map(|r| r.0).collect();
    let values: Vec<f64> = rows.iter().map(|r| r.1).collect();
    Table::new()
        .column(date, Column::date_days(days))
        .column(value, Column::number(values))
        .write_atomic(
            &root.join(format!("{sort}/{key}={name}/{sort}.parquet")),
            &Options::default(),
        )
        .unwrap();
}

pub(crate) fn days_since_1970(date: Date) -> i32 {
    (date - Date::default()).num_days() as i32
}

pub(crate) fn check(root: &Path) -> CheckReport {
    check_against(root, None)
}

pub(crate) fn check_against(root: &Path, other: Option<&Path>) -> CheckReport {
    let other = other.map(|o| Tape::open(o).unwrap());
    Tape::open(root)
        .unwrap()
        .check(
            &CheckOptions::default(),
            other.as_ref(),
            &mut |_| {},
            &AtomicBool::new(false),
        )
        .unwrap()
}

pub(crate) fn of_kind(report: &CheckReport, kind: Kind) -> Vec<&Defect> {
    report.defects.iter().filter(|d| d.kind == kind).collect()
}

/// The defects as short lines, for comparisons with what a case expects.
pub(crate) fn lines(report: &CheckReport) -> Vec<String> {
    report
        .defects
        .iter()
        .map(|d| format!("{} {} {}", d.severity, d.kind, d.when))
        .collect()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn on(text: &str) -> When {
    When::Day(day(text))
}

/// The same numbers for the same seed, on every platform (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// From 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// About normal: the sum of twelve.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

pub(crate) fn cents(price: f64) -> f64 {
    (price * 100.0).round() / 100.0
}

/// A clean market: five-minute bars on a random walk, with gaps overnight, and the daily bars they add up to.
pub(crate) fn market(seed: u64, sessions: usize) -> (Vec<Row>, Vec<Row>) {
    let table = SessionTable::covering(day("2021-01-04"), day("2024-12-31"));
    let mut dice = Dice(seed);
    let mut price: f64 = 180.0;
    let (mut fine, mut daily) = (Vec::new(), Vec::new());
    for session in &table.as_slice()[..sessions] {
        price *= 1.0 + 0.006 * dice.normal();
        let mut at = session.open;
        let first = fine.len();
        while at < session.close {
            let mut path = vec![price];
            for _ in 0..4 {
                price *= 1.0 + 0.0006 * dice.normal();
                path.push(price);
            }
            let path: Vec<f64> = path.into_iter().map(cents).collect();
            let most = path.iter().copied().fold(0.0, f64::max);
            let least = path.iter().copied().fold(f64::MAX, f64::min);
            let volume = 100.0 * (20 + dice.below(200)) as f64;
            fine.push((at.micros(), [path[0], most, least, path[4], volume]));
            at = at.plus_minutes(5);
        }
        daily.push((session.open.micros(), together(&fine[first..])));
    }
    (fine, daily)
}

/// The daily bar of finer ones.
pub(crate) fn together(rows: &[Row]) -> [f64; 5] {
    let column = |f: usize| rows.iter().map(move |r| r.1[f]);
    [
        rows[0].1[OPEN],
        column(HIGH).fold(0.0, f64::max),
        column(LOW).fold(f64::MAX, f64::min),
        rows[rows.len() - 1].1[CLOSE],
        column(VOLUME).sum(),
    ]
}
