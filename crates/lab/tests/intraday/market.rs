//! A made market within the session: five-minute bars around a change of clocks and two half days.

use lab::{Loaded, Regime, Scenario, load};
use market::{Bars, Date, Interval, RawBars, SessionTable, resample};
use tape::{Contents, Tape};

pub(crate) const PLAN: &str = include_str!("../../../../scenarios/mean-reversion.toml");
pub(crate) const FIVE: Interval = Interval::Minutes(5);
pub(crate) const HOUR: Interval = Interval::Minutes(60);
pub(crate) const DAY: Interval = Interval::Day;

pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn sessions() -> SessionTable {
    SessionTable::covering(date("2020-09-01"), date("2020-12-31"))
}

/// A number from -1 to 1 that depends on nothing but its place.
fn dice(seed: u64, n: u64) -> f64 {
    let mixed = (n.wrapping_add(seed << 32) | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = mixed ^ (mixed >> 32);
    (mixed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Bars of a walk from September to December 2020.
pub(crate) fn walk(symbol: &str, interval: Interval, seed: u64) -> Bars {
    let sessions = sessions();
    let Interval::Minutes(minutes) = interval else {
        return resample(&walk(symbol, FIVE, seed), DAY, &sessions).unwrap();
    };
    let (mut raw, mut price, mut n) = (RawBars::default(), 100.0, 0);
    let all = sessions.as_slice().iter();
    for session in all.filter(|s| s.date >= date("2020-09-01") && s.date <= date("2020-12-31")) {
        let mut start = session.open;
        while start < session.close {
            n += 4;
            let open = price * (1.0 + 0.0003 * dice(seed, n));
            let close = open * (1.0 + 0.002 * dice(seed, n + 1)) + (100.0 - open) * 0.002;
            raw.start.push(start);
            raw.open.push(open);
            raw.high
                .push(open.max(close) * (1.0 + 0.001 * dice(seed, n + 2).abs()));
            raw.low
                .push(open.min(close) * (1.0 - 0.001 * dice(seed, n + 3).abs()));
            raw.close.push(close);
            raw.volume.push(1000.0);
            price = close;
            start = start.plus_minutes(i64::from(minutes));
        }
    }
    Bars::new(symbol, interval, raw, &sessions).unwrap()
}

/// A coarser view of a walk.
pub(crate) fn coarser(bars: &Bars, to: Interval) -> Bars {
    resample(bars, to, &sessions()).unwrap()
}

/// A tape in a folder with these bars.
pub(crate) fn tape_of(bars: &[Bars]) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let contents = Contents {
        bars: bars
            .iter()
            .map(|b| (b.symbol.clone(), b.interval, b.raw().clone()))
            .collect(),
        ..Contents::default()
    };
    tape.merge(&contents, "test", 0).unwrap();
    (folder, tape)
}

pub(crate) fn regimes() -> Vec<Regime> {
    let regime = |name: &str, from: &str, to: &str| Regime::named(name, date(from), date(to));
    vec![
        // Clocks went back on Sunday 2020-11-01.
        regime("clocks", "2020-10-19", "2020-11-13"),
        // Half days on 2020-11-27 and 2020-12-24.
        regime("half days", "2020-11-23", "2020-12-31"),
    ]
}

/// The shipped plan within the session.
pub(crate) fn plan(interval: &str, sets: &[&str]) -> Scenario {
    let interval = format!("instrument.interval={interval}");
    let own = [
        interval.as_str(),
        "entry.min_decline=0.004",
        "exit.stop_atr=0.4",
        "exit.target_atr=0.5",
        "exit.time_stop_sessions=1",
        "exit.time_stop_min_mfe_atr=0.3",
        "exit.max_sessions=2",
        "exit.trail_atr=0.6",
    ];
    let overrides: Vec<lab::Override> = own
        .iter()
        .chain(sets)
        .map(|set| set.parse().unwrap())
        .collect();
    Scenario::parse("plan.toml", PLAN, &overrides).unwrap()
}

pub(crate) fn loaded(scenario: &Scenario, bars: &[Bars]) -> Loaded {
    let (_folder, tape) = tape_of(bars);
    load(scenario, &regimes(), &tape, 1).unwrap()
}
