//! The real tape through the importer. Its rows may not be committed, so the figures here are the few published with it.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Date, Fields, Interval, Known, Time};
use tape::{BarWant, Format, ImportOptions, ImportReport, Tape, TapeError, Want};

/// The folder of real files, or a word on why there is none.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if folder.join("daily/IWM.csv").is_file() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

fn import(tape: &Tape, paths: &[PathBuf], listed: usize) -> Result<ImportReport, TapeError> {
    let options = ImportOptions {
        changes_listed: listed,
        ..ImportOptions::default()
    };
    tape.import(paths, &options, &mut |_| {}, &AtomicBool::new(false))
}

fn folders(real: &Path) -> Vec<PathBuf> {
    ["daily", "vol", "breadth", "calendar", "rates"]
        .iter()
        .map(|f| real.join(f))
        .collect()
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn close_of(tape: &Tape, symbol: &str, date: &str) -> f64 {
    let want = Want {
        bars: vec![BarWant {
            symbol: symbol.to_owned(),
            interval: Interval::Day,
            fields: Fields::CLOSE,
            from: Some(day(date)),
            to: Some(day(date)),
        }],
        ..Want::default()
    };
    let snapshot = tape.read(&want, 1).unwrap();
    assert_eq!(snapshot.bars[0].len(), 1, "{symbol} {date}");
    snapshot.bars[0].close()[0]
}

#[test]
fn the_folders_import_with_the_published_closes_and_again_without_a_change() {
    let Some(real) = real() else { return };
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path().join("tape")).unwrap();
    let report = import(&tape, &folders(&real), 10).unwrap();

    // The closes of the tape's README.
    for (symbol, date, close) in [
        ("IWM", "2018-12-24", 125.88),
        ("IWM", "2020-03-23", 99.90),
        ("IWM", "2021-11-08", 242.56),
        ("IWM", "2022-06-16", 163.90),
        ("KRE", "2020-03-23", 28.13),
        ("SPY", "2020-03-23", 222.95),
    ] {
        assert_eq!(close_of(&tape, symbol, date), close, "{symbol} {date}");
    }
    // Two sources of one dividend record agree: nothing was changed by the second.
    assert_eq!(report.merge.changes, []);

    let series = |name: &str| {
        let want = Want {
            series: vec![name.to_owned()],
            ..Want::default()
        };
        tape.read(&want, 1).unwrap().series.remove(0)
    };
    assert_eq!(series("RVX").known, Known::Close);
    assert_eq!(series("DFF").known, Known::NextSession);
    assert_eq!(series("BAMLH0A0HYM2").date[0], day("2000-01-03"));
    assert_eq!(series("breadth50").date[0], day("2013-10-14"));

    let left: BTreeSet<String> = report
        .skipped
        .iter()
        .map(|s| {
            Path::new(&s.path)
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for name in ["REPAIRS.csv", "HL_SUSPECTS.csv", "smallcap_symbols.csv"] {
        assert!(left.contains(name), "{name} was not named among {left:?}");
    }

    let before = files(temp.path());
    let again = import(&tape, &folders(&real), 10).unwrap();
    assert!(
        again
            .merge
            .items
            .iter()
            .all(|i| !i.written && i.rows_added + i.rows_changed == 0)
    );
    assert_eq!(files(temp.path()).len(), before.len());
    assert!(
        files(temp.path()) == before,
        "importing the same again changed bytes"
    );
}

#[test]
fn yahoos_own_file_differs_only_where_the_repairs_say() {
    let Some(real) = real() else { return };
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path()).unwrap();
    import(&tape, &[real.join("daily/IWM.csv")], 0).unwrap();
    let report = import(&tape, &[real.join("vendor/yahoo_IWM_1d.csv")], 1000).unwrap();
    assert_eq!(report.files[0].format, Format::Yahoo);
    let merged = &report.merge.items[0];
    assert_eq!(
        (merged.item.as_str(), merged.rows_added),
        ("1d bars of IWM", 0)
    );

    let text = fs::read_to_string(real.join("daily/REPAIRS.csv")).unwrap();
    let repairs: BTreeMap<(String, String), f64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("IWM,"))
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (
                (cells[0].to_owned(), cells[1].to_owned()),
                cells[2].parse().unwrap(),
            )
        })
        .collect();
    assert!(!report.merge.changes.is_empty());
    for change in &report.merge.changes {
        let key = (change.at.clone(), change.field.to_owned());
        let original = repairs
            .get(&key)
            .unwrap_or_else(|| panic!("unexplained: {change:?}"));
        assert_eq!(change.new, *original, "{change:?}");
    }
}

#[test]
fn yahoos_index_becomes_a_series() {
    let Some(real) = real() else { return };
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path()).unwrap();
    let report = import(&tape, &[real.join("vendor/yahoo_RVX_1d.csv")], 0).unwrap();
    assert_eq!(report.merge.items[0].item, "series RVX");
    // The same index from the other file: nothing to change.
    let again = import(&tape, &[real.join("vol/RVX.csv")], 5).unwrap();
    assert_eq!(again.merge.changes, []);
}

#[test]
fn a_file_that_is_no_tape_data_is_an_error_by_itself() {
    let Some(real) = real() else { return };
    let temp = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(temp.path()).unwrap();
    let error = import(&tape, &[real.join("daily/REPAIRS.csv")], 0).unwrap_err();
    assert!(matches!(error, TapeError::NotTapeData { .. }), "{error}");
}

#[test]
fn yahoos_chain_without_a_time_is_the_one_that_names_it() {
    let Some(real) = real() else { return };
    let here = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(here.path().join("tape")).unwrap();
    let named = real.join("options/SPY_chain_2026-02-11_1620Z.csv");
    let nameless = real.join("vendor/yahoo_SPY_options.csv");
    import(&tape, std::slice::from_ref(&nameless), 0).unwrap();
    import(&tape, &[nameless, named], 0).unwrap();
    // 16:20 in Greenwich is 11:20 in New York; the last trade in the chain is of 11:19.
    let date = day("2026-02-11");
    let evening = Time::from_exchange(date, 20, 0).unwrap();
    let chain = tape.chain("SPY", evening).unwrap().unwrap();
    assert_eq!(chain.time, Time::from_exchange(date, 11, 20).unwrap());
    let rows: u64 = tape.catalog().unwrap().iter().map(|e| e.rows).sum();
    assert_eq!(rows, chain.quotes.len() as u64);
}
