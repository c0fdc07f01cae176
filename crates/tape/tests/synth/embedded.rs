//! The tape inside the program is what the synthesiser makes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use market::{Fields, Interval, Origin};
use tape::synth::{SHIPPED_SEED, SOURCE, TURNING_POINTS, synthesise};
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
    tape.merge(&synthesise(SHIPPED_SEED), SOURCE, 0).unwrap();
    let made = files(fresh.path());
    let committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data"));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&made), names(&committed));
    for (name, bytes) in &made {
        // Not assert_eq: a difference would print the files.
        assert!(committed[name] == *bytes, "{} differs", name.display());
    }
    // Three files of bars, three of dividends, two series; each reader of the repository carries them.
    assert_eq!(made.len(), 8);
    assert!(made.values().map(Vec::len).sum::<usize>() < 500_000);
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
        series: vec!["RVX".to_owned(), "breadth50".to_owned()],
        dividends: SYMBOLS.iter().map(names).collect(),
        splits: Vec::new(),
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
    let [first, .., last] = TURNING_POINTS;
    assert_eq!(
        snapshot.span_of("IWM", Interval::Day),
        Some((first.date, last.date))
    );
}
