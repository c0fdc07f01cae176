//! The market that ships with the program, whole and with holes.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use lab::{Loaded, Regime, RegimeRun, RunOptions, Scenario, load, run};
use market::{Bars, Interval, RawBars, Snapshot};
use tape::{Contents, Tape};

use crate::plain::{Bar, Symbol};
use crate::{clock, plan};

pub(crate) fn regimes() -> Vec<Regime> {
    let regime = |name: &str, from: &str, to: &str| {
        Regime::named(name, from.parse().unwrap(), to.parse().unwrap())
    };
    vec![
        regime("q4-2018", "2018-10-01", "2018-12-31"),
        regime("covid-2020", "2020-02-18", "2020-06-30"),
        regime("tightening-2022", "2022-01-03", "2022-12-30"),
    ]
}

/// What the shipped plan reads of it.
pub(crate) fn loaded() -> Loaded {
    load(&plan(&[]), &regimes(), &Tape::embedded(), 1).unwrap()
}

/// The same without about one in `one_in` of the five-minute bars, and without the first hour of every thirtieth session.
pub(crate) fn holed(loaded: &Loaded, seed: u64, one_in: u64) -> Loaded {
    let mut holed = loaded.clone();
    let sessions = &loaded.snapshot.sessions;
    for bars in &mut holed.snapshot.bars {
        if bars.interval == Interval::Day || bars.symbol != "IWM" {
            continue;
        }
        let stays = |row: &usize| {
            let dice = (*row as u64 ^ seed << 40).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
            let session = bars.session()[*row];
            let opened = sessions.get(session as usize).unwrap().open;
            let first_hour = bars.start()[*row] < opened.plus_minutes(60);
            let goes = dice.is_multiple_of(one_in) || first_hour && session % 30 == seed as u32;
            !goes
        };
        let rows: Vec<usize> = (0..bars.len()).filter(stays).collect();
        let pick = |column: &[f64]| rows.iter().map(|&row| column[row]).collect();
        let raw = RawBars {
            start: rows.iter().map(|&row| bars.start()[row]).collect(),
            open: pick(bars.open()),
            high: pick(bars.high()),
            low: pick(bars.low()),
            close: pick(bars.close()),
            volume: pick(bars.volume()),
        };
        *bars = Bars::new("IWM", bars.interval, raw, sessions).unwrap();
    }
    holed
}

/// A tape with these bars. A tape has every column; those that nobody read are made up.
pub(crate) fn tape_of<'a>(bars: impl IntoIterator<Item = &'a Bars>) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let complete = |bars: &Bars| {
        let mut raw = bars.raw().clone();
        if raw.high.is_empty() {
            raw.high = raw
                .open
                .iter()
                .zip(&raw.close)
                .map(|(open, close)| open.max(*close))
                .collect();
        }
        if raw.low.is_empty() {
            raw.low = raw
                .open
                .iter()
                .zip(&raw.close)
                .map(|(open, close)| open.min(*close))
                .collect();
        }
        raw.volume.resize(raw.start.len(), 0.0);
        (bars.symbol.clone(), bars.interval, raw)
    };
    let contents = Contents {
        bars: bars.into_iter().map(complete).collect(),
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    (folder, tape)
}

/// Runs a plan on these bars, by way of a tape of their own.
pub(crate) fn run_on(scenario: &Scenario, loaded: &Loaded) -> Vec<RegimeRun> {
    let (_folder, tape) = tape_of(&loaded.snapshot.bars);
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(scenario, &regimes(), &tape, options).unwrap().regimes
}

/// A symbol's bars by day and minute.
pub(crate) fn symbol(snapshot: &Snapshot, name: &str) -> Symbol {
    let mut out = Symbol::default();
    for bars in snapshot.intervals_of(name) {
        for row in 0..bars.len() {
            let (day, minute) = clock(bars.start()[row]);
            let price = |column: &[f64]| column.get(row).copied().unwrap_or(f64::NAN);
            let bar = Bar {
                open: price(bars.open()),
                high: price(bars.high()),
                low: price(bars.low()),
                close: price(bars.close()),
                volume: price(bars.volume()),
                length: (bars.end()[row].micros() - bars.start()[row].micros()) / 60_000_000,
            };
            if bars.interval == Interval::Day {
                out.days.insert(day, bar);
            } else {
                let day: &mut BTreeMap<i64, Bar> = out.within.entry(day).or_default();
                day.insert(minute, bar);
            }
        }
    }
    out
}
