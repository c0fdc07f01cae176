//! Merging counts what became of each row, repeats without a trace, and touches nothing when it fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use market::{Date, Dividend, Interval, Known, Origin, RawBars, Series, Time};
use proptest::prelude::*;
use tape::{Contents, Merge, Tape, TapeError, Want};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn series(known: Known, rows: &[(&str, f64)]) -> Contents {
    Contents {
        series: vec![Series {
            name: "RVX".to_owned(),
            date: rows.iter().map(|r| day(r.0)).collect(),
            value: rows.iter().map(|r| r.1).collect(),
            known,
        }],
        ..Contents::default()
    }
}

fn one_bar(close: f64) -> Contents {
    let raw = RawBars {
        start: vec![Time::from_exchange(day("2020-03-05"), 9, 30).unwrap()],
        open: vec![close],
        high: vec![close],
        low: vec![close],
        close: vec![close],
        volume: vec![1.0],
    };
    Contents {
        bars: vec![("IWM".to_owned(), Interval::Day, raw)],
        ..Contents::default()
    }
}

fn read(tape: &Tape) -> Series {
    let want = Want {
        series: vec!["RVX".to_owned()],
        ..Want::default()
    };
    tape.read(&want, 1).unwrap().series.remove(0)
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

#[test]
fn rows_are_added_kept_or_changed_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    let old = [
        ("2020-03-05", 30.0),
        ("2020-03-06", 40.0),
        ("2020-03-09", 50.0),
    ];
    tape.merge(&series(Known::Close, &old), "a", 10).unwrap();
    // The 6th differs by 5e-7 of its value (the old one stays), the 9th by 2e-6 (the new one wins).
    let new = [
        ("2020-03-04", 20.0),
        ("2020-03-06", 40.000_02),
        ("2020-03-09", 50.0001),
    ];
    let report = tape
        .merge(&series(Known::NextSession, &new), "b", 10)
        .unwrap();
    let item = &report.items[0];
    assert_eq!(
        (item.rows_added, item.rows_equal, item.rows_changed),
        (1, 1, 1)
    );
    let change = &report.changes[0];
    assert_eq!(
        (change.item.as_str(), change.at.as_str()),
        ("series RVX", "2020-03-09")
    );
    assert_eq!(
        (change.old, change.new, report.changes.len()),
        (50.0, 50.0001, 1)
    );
    let merged = read(&tape);
    assert_eq!(merged.value, [20.0, 30.0, 40.0, 50.0001]);
    assert_eq!(
        merged.known,
        Known::NextSession,
        "the later knowledge holds"
    );
    assert_eq!(tape.catalog().unwrap()[0].source, "a, b");
}

#[test]
fn changes_beyond_the_bound_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    let report = tape.merge(&one_bar(11.0), "a", 3).unwrap();
    // Open, high, low and close differ, volume does not; it is one row.
    assert_eq!((report.changes.len(), report.changes_unlisted), (3, 1));
    assert_eq!(report.items[0].rows_changed, 1);
}

#[test]
fn the_same_again_leaves_the_files_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    let path = folder
        .path()
        .join("bars/interval=1d/symbol=IWM/bars.parquet");
    let (before, written) = (
        files(folder.path()),
        fs::metadata(&path).unwrap().modified().unwrap(),
    );
    // From another source too: it brought nothing, so nothing is noted.
    let report = tape.merge(&one_bar(10.0), "b", 0).unwrap();
    assert!(!report.items[0].written);
    assert_eq!(files(folder.path()), before);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
}

#[test]
fn simulated_and_real_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    let before = files(folder.path());
    let simulated = Contents {
        origin: Origin::Simulated { seed: 3 },
        ..one_bar(11.0)
    };
    let error = tape.merge(&simulated, "synth", 0).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("holds real data and cannot take simulated (seed 3) ones"),
        "{error}"
    );
    assert_eq!(files(folder.path()), before);
    assert!(matches!(
        Tape::embedded().merge(&one_bar(1.0), "a", 0),
        Err(TapeError::ReadOnly)
    ));
}

#[test]
fn a_merge_that_fails_or_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    let before = files(folder.path());
    let mut merge = Merge::begin(&tape, 0).unwrap();
    merge.add(&one_bar(12.0), "a").unwrap();
    // Dropped with one good item in it: nothing was written.
    drop(merge);
    assert_eq!(files(folder.path()), before);

    let mut broken = one_bar(12.0);
    broken.bars[0].2.low[0] = 13.0;
    let unsorted = series(Known::Close, &[("2020-03-06", 1.0), ("2020-03-05", 1.0)]);
    let nan = series(Known::Close, &[("2020-03-06", f64::NAN)]);
    let mut short = one_bar(12.0);
    short.bars[0].2.volume.clear();
    let free = Contents {
        dividends: vec![(
            "IWM".to_owned(),
            vec![Dividend {
                ex_date: day("2020-03-05"),
                amount_usd: 0.0,
            }],
        )],
        ..Contents::default()
    };
    let mut named = one_bar(12.0);
    named.bars[0].0 = "../IWM".to_owned();
    for (bad, expected) in [
        (broken, "below low"),
        (unsorted, "sorted by time and without duplicates"),
        (nan, "expected a finite number"),
        (short, "every column complete"),
        (free, "above 0"),
        (named, "cannot name a symbol"),
    ] {
        let both = Contents {
            bars: one_bar(12.0).bars,
            ..bad.clone()
        };
        let bad = if bad.bars.is_empty() { both } else { bad };
        let error = tape.merge(&bad, "a", 0).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(files(folder.path()), before, "{expected}");
    }
}

#[test]
fn a_file_of_others_beside_ours_is_not_merged_over() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    let own = folder
        .path()
        .join("bars/interval=1d/symbol=IWM/bars.parquet");
    fs::copy(&own, own.with_file_name("2019.parquet")).unwrap();
    assert!(matches!(
        tape.merge(&one_bar(11.0), "a", 0),
        Err(TapeError::Foreign { .. })
    ));
}

#[cfg(unix)]
#[test]
fn an_unwritable_tape_is_an_error_and_stays_whole() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(&one_bar(10.0), "a", 0).unwrap();
    // A folder where the file is to be: refused to everybody, the superuser included.
    let inside = folder.path().join("series/name=RVX/series.parquet");
    fs::create_dir_all(&inside).unwrap();
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o555)).unwrap();
    let both = Contents {
        bars: one_bar(12.0).bars,
        ..series(Known::Close, &[("2020-03-06", 1.0)])
    };
    let before = files(folder.path());
    assert!(tape.merge(&both, "a", 0).is_err());
    assert_eq!(files(folder.path()), before);
}

proptest! {
    // Each case brings two files to the disk and waits for it.
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Against a map: what two merges make is what inserting both in turn makes.
    #[test]
    fn merging_is_inserting_in_turn(
        first in prop::collection::btree_map(0i64..60, 1.0f64..1000.0, 1..40),
        second in prop::collection::btree_map(0i64..60, 1.0f64..1000.0, 1..40),
    ) {
        let start = day("2020-01-01");
        let contents = |rows: &BTreeMap<i64, f64>| Contents {
            series: vec![Series {
                name: "RVX".to_owned(),
                date: rows.keys().map(|&d| start + chrono::TimeDelta::days(d)).collect(),
                value: rows.values().copied().collect(),
                known: Known::Close,
            }],
            ..Contents::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let tape = Tape::open_or_new(folder.path()).unwrap();
        tape.merge(&contents(&first), "a", 0).unwrap();
        let report = tape.merge(&contents(&second), "a", 0).unwrap();
        let mut expected = first.clone();
        expected.extend(&second);
        let merged = read(&tape);
        prop_assert_eq!(merged.date.len(), expected.len());
        for (i, (&d, &v)) in expected.iter().enumerate() {
            prop_assert_eq!(merged.date[i], start + chrono::TimeDelta::days(d));
            prop_assert!((merged.value[i] - v).abs() <= 1e-6 * v.max(merged.value[i]));
        }
        let item = &report.items[0];
        let new = second.keys().filter(|k| !first.contains_key(k)).count() as u64;
        prop_assert_eq!(item.rows_added, new);
        prop_assert_eq!(item.rows_added + item.rows_equal + item.rows_changed, second.len() as u64);
    }
}
