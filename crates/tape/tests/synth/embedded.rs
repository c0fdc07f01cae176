//! The tape inside the program is what the synthesiser makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use market::{Date, Fields, Interval, Origin, SessionTable};
use tape::synth::{SHIPPED_SEED, SHIPPED_WINDOWS, TURNING_POINTS, ship, synthesise};
use tape::{BarWant, Tape, Want};

use crate::market_days::SYMBOLS;

/// Every file below `root`, by its path from there.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn regenerating_gives_the_committed_bytes() {
    let fresh = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(fresh.path()).unwrap();
    ship(&tape).unwrap();
    let made = files(fresh.path());
    let committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data"));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&committed));
    for (name, bytes) in &made {
        // Not assert_eq: a difference would print the files.
        assert!(committed[name] == *bytes, "{} differs", name.display());
    }
    // Three files of daily bars, three of 5-minute ones, three of dividends, ten series, five kinds of events; each
    // reader of the repository carries them. Rows of 48 bytes: (63 + 94 + 251 regime + 75 warm-up sessions) × 78 × 3 make 5.4 MB,
    // less what half days lack.
    assert_eq!(made.len(), 24);
    let bytes = made.values().map(Vec::len).sum::<usize>();
    assert!((5_500_000..6_000_000).contains(&bytes), "{bytes}");
}

#[test]
fn the_shipped_windows_are_the_regimes_with_25_sessions_before() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/regimes.toml");
    let regimes = fs::read_to_string(file).unwrap();
    let sessions = SessionTable::covering(SHIPPED_WINDOWS[0].0, SHIPPED_WINDOWS[2].1);
    for ((from, to), name) in
        SHIPPED_WINDOWS
            .iter()
            .zip(["q4-2018", "covid-2020", "tightening-2022"])
    {
        let regime = regimes.split(&format!("[{name}]\n")).nth(1).unwrap();
        let date = |key: &str| -> Date {
            let line = regime
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .unwrap();
            line.parse().unwrap()
        };
        assert_eq!(*to, date("to = "));
        let first = sessions.on(date("from = ")).unwrap();
        assert_eq!(sessions.get(first - 25).unwrap().date, *from, "{name}");
    }
}

#[test]
fn the_program_reads_from_itself_what_was_synthesised() {
    let contents = synthesise(SHIPPED_SEED);
    let names = |symbol: &&str| (*symbol).to_owned();
    let want = Want {
        bars: SYMBOLS
            .iter()
            .map(|symbol| BarWant {
                symbol: names(symbol),
                interval: Interval::Day,
                fields: Fields::ALL,
                from: None,
                to: None,
            })
            .collect(),
        series: contents.series.iter().map(|s| s.name.clone()).collect(),
        dividends: SYMBOLS.iter().map(names).collect(),
        splits: Vec::new(),
        events: contents.events.iter().map(|e| e.0.clone()).collect(),
    };
    let snapshot = Tape::embedded().read(&want, 1).unwrap();
    assert_eq!(snapshot.origin, Origin::Simulated { seed: SHIPPED_SEED });
    for (symbol, _, raw) in &contents.bars {
        assert_eq!(snapshot.bars_of(symbol, Interval::Day).unwrap().raw(), raw);
    }
    for series in &contents.series {
        assert_eq!(snapshot.series_of(&series.name), Some(series));
    }
    for (symbol, paid) in &contents.dividends {
        assert_eq!(snapshot.dividends_of(symbol), Some(paid.as_slice()));
    }
    for (kind, events) in &contents.events {
        assert_eq!(snapshot.events_of(kind), Some(events.as_slice()));
    }
    let [first, .., last] = TURNING_POINTS;
    assert_eq!(
        snapshot.span_of("IWM", Interval::Day),
        Some((first.date, last.date))
    );
}
