//! `signal` and `debrief` on a made tape of eight sessions, short enough for tables by hand, and on the real one.

mod debrief;
mod lacking;
mod real;
mod sheet;

use std::path::Path;

use market::{Date, Dividend, Event, Interval, Known, RawBars, Series, Time};
use serde_json::Value;
use tape::{Close, ClosePrices, Contents, Panel, Tape};

use crate::support::*;

const DATES: [&str; 8] = [
    "2019-01-02",
    "2019-01-03",
    "2019-01-04",
    "2019-01-07",
    "2019-01-08",
    "2019-01-09",
    "2019-01-10",
    "2019-01-11",
];
const IWM: [f64; 8] = [100.0, 100.0, 100.0, 104.0, 108.0, 107.0, 103.0, 103.5];
const SPY: [f64; 8] = [200.0, 200.0, 200.0, 202.0, 204.0, 205.0, 205.0, 206.0];
const BREADTH: [f64; 8] = [40.0, 45.0, 50.0, 56.0, 60.0, 58.0, 49.0, 47.0];
const VOLUME: [f64; 8] = [100.0, 100.0, 100.0, 100.0, 300.0, 100.0, 400.0, 100.0];

/// Lengths short enough for a table by hand.
const PROFILE: &str = "\
[trend]
fast_sessions = 1
slow_sessions = 3
atr_sessions = 2
converging_sessions = 1
[momentum]
short_sessions = 1
long_sessions = 2
range_sessions = 2
volume_sessions = 2
[breadth]
rising_sessions = 1
rally_sessions = 1
repair_low_sessions = 2
[relative_strength]
lookback_sessions = 2
[rotation]
sessions = 2
[context]
breakout_sessions = 2
change_sessions = 1
";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn opens(date: &str) -> Time {
    Time::from_exchange(day(date), 9, 30).unwrap()
}

/// Each bar opens at the close before and reaches one dollar beyond its close, and its open if that is farther.
fn bars(close: &[f64], volume: &[f64]) -> RawBars {
    let open: Vec<f64> = (0..close.len())
        .map(|i| close[i.saturating_sub(1)])
        .collect();
    RawBars {
        start: DATES[..close.len()].iter().map(|d| opens(d)).collect(),
        high: close.iter().map(|c| c + 1.0).collect(),
        low: close.iter().map(|c| c - 1.0).collect(),
        // Inside the bar, whatever the close before was.
        open: close
            .iter()
            .zip(open)
            .map(|(c, o)| o.clamp(c - 1.0, c + 1.0))
            .collect(),
        close: close.to_vec(),
        volume: volume.to_vec(),
    }
}

fn series(name: &str, values: &[f64]) -> Series {
    Series {
        name: name.to_owned(),
        date: DATES[..values.len()].iter().map(|d| day(d)).collect(),
        value: values.to_vec(),
        known: Known::Close,
    }
}

fn event(date: &str, label: &str, scheduled: bool) -> Event {
    Event {
        date: day(date),
        time_et_minutes: Some(510),
        label: label.to_owned(),
        scheduled,
        basis: None,
    }
}

/// The first `n` sessions, with the whole calendar: that is published beforehand.
fn contents(n: usize) -> Contents {
    let daily = |symbol: &str, close: &[f64]| {
        let bars = bars(&close[..n], &VOLUME[..n]);
        (symbol.to_owned(), Interval::Day, bars)
    };
    Contents {
        bars: vec![daily("IWM", &IWM), daily("SPY", &SPY)],
        series: vec![series("breadth50", &BREADTH[..n])],
        events: vec![(
            "cpi".to_owned(),
            vec![
                event("2018-12-12", "CPI for 2018-11", true),
                event("2019-01-10", "an emergency nobody announced", false),
                event("2019-01-11", "CPI for 2018-12", true),
                event("2019-02-13", "CPI for 2019-01", true),
            ],
        )],
        dividends: vec![(
            "IWM".to_owned(),
            vec![Dividend {
                ex_date: day("2019-01-14"),
                amount_usd: 0.5,
            }],
        )],
        ..Contents::default()
    }
}

fn make(cwd: &Path, contents: &Contents) {
    let tape = Tape::open_or_new(cwd.join("tape")).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    std::fs::write(cwd.join("short.toml"), PROFILE).unwrap();
}

const SHORT: [&str; 4] = ["--tape", "tape", "--profile", "short.toml"];

fn signal(cwd: &Path, args: &[&str]) -> String {
    says(cwd, &[&["signal"], &SHORT[..], args].concat())
}

fn document(cwd: &Path, command: &str, args: &[&str]) -> Value {
    let args = [&[command], &SHORT[..], args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}
