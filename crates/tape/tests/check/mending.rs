//! `Tape::repair`.

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use table::Reader;
use tape::check::{CheckOptions, CheckReport, Kind, RepairReport};
use tape::{Tape, TapeError};

use crate::support::*;

fn repair(from: &Path, to: &Path) -> Result<RepairReport, TapeError> {
    Tape::open(from)?.repair(
        to,
        &CheckOptions::default(),
        None,
        &mut |_| {},
        &AtomicBool::new(false),
    )
}

/// Five-minute and daily bars with one defect of every kind that is mended, and some that are not.
fn broken(root: &Path) {
    let (mut fine, mut daily) = market(9, 60);
    // Not mended: nobody knows the price.
    daily[50].1[CLOSE] = f64::NAN;
    // Mended: crossed, twice, out of place, on a Saturday, and a high that the finer bars never saw.
    daily[10].1.swap(HIGH, LOW);
    let again = daily[20];
    daily.insert(21, again);
    let stray = daily.remove(35);
    daily.insert(30, stray);
    daily[40].1[HIGH] *= 1.01;
    let saturday = daily[5].0 - 9 * 86_400_000_000;
    fine.insert(0, (saturday, fine[0].1));
    fine[100].1[..4].fill(f64::NAN);
    write(root, "TST", "1d", &daily);
    write(root, "TST", "5m", &fine);
    write_dated(
        root,
        "series",
        "LVL",
        &[(19_000, 1.0), (19_001, f64::NAN), (19_002, 3.0)],
    );
    write_dated(root, "dividends", "TST", &[(18_700, 0.5)]);
}

#[test]
fn a_mended_tape_has_fewer_defects_and_the_old_one_is_as_it_was() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (temp.path().join("old"), temp.path().join("new"));
    broken(&old);
    let daily = "bars/interval=1d/symbol=TST/bars.parquet";
    let before = fs::read(old.join(daily)).unwrap();
    let found = check(&old);
    let report = repair(&old, &new).unwrap();
    assert_eq!(report.found, found);
    assert_eq!(fs::read(old.join(daily)).unwrap(), before);

    let mut kinds: Vec<Kind> = report.repaired.iter().map(|r| r.defect.kind).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            Kind::Order,
            Kind::Duplicate,
            // An empty five-minute bar, an empty date of the series.
            Kind::MissingValue,
            Kind::MissingValue,
            Kind::HighBelowLow,
            Kind::ExtraSession,
            Kind::IntradayDisagrees,
        ]
    );
    let again = check(&new);
    for kind in kinds {
        let left = of_kind(&again, kind);
        // The daily close that nobody knows stays, and is said again.
        let close = |d: &&&tape::check::Defect| d.field == Some("close");
        assert!(left.iter().all(|d| close(&d)), "{kind}: {left:?}");
    }
    assert!(again.defects.len() < found.defects.len());
    // The bar without prices was left out, and the hole it leaves is said.
    gains_only(&found, &again, &["warning session-gap 2021-01-05 11:15"]);
    assert_eq!(
        report.left as usize,
        found.defects.len() - report.repaired.len()
    );

    // The log has a line a change, the file says that it was changed, and keeps its other facts.
    let log = fs::read_to_string(new.join("repairs.csv")).unwrap();
    assert_eq!(log.lines().count(), 1 + report.repaired.len());
    assert!(
        log.starts_with("item,time,field,old,new,kind,evidence\n"),
        "{log}"
    );
    let reader = Reader::open(&new.join(daily)).unwrap();
    assert_eq!(reader.fact("origin"), Some("real"));
    assert_eq!(
        reader.fact("repaired"),
        Some("4 repairs: duplicate, high-below-low, intraday-disagrees, order")
    );
    // What was sound is the same to the byte.
    let dividends = "dividends/symbol=TST/dividends.parquet";
    assert_eq!(
        fs::read(old.join(dividends)).unwrap(),
        fs::read(new.join(dividends)).unwrap()
    );
    // Nothing half-made lies beside it.
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 2);
}

/// Every finding of the mended tape was one of the old tape, but for these.
fn gains_only(old: &CheckReport, new: &CheckReport, expected: &[&str]) {
    let held = lines(old);
    let gained: Vec<String> = lines(new)
        .into_iter()
        .filter(|line| !held.contains(line))
        .collect();
    assert_eq!(gained, expected);
}

#[test]
fn a_mended_extreme_still_holds_the_open() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (temp.path().join("old"), temp.path().join("new"));
    let (fine, mut daily) = market(9, 60);
    // An opening auction 1 % below every finer bar, and a low 1 % below that: the low ends at the open.
    let open = cents(daily[40].1[LOW] * 0.99);
    daily[40].1[OPEN] = open;
    daily[40].1[LOW] = cents(open * 0.99);
    // An auction that is the low itself: there is nothing to mend.
    let auction = cents(daily[45].1[LOW] * 0.99);
    daily[45].1[OPEN] = auction;
    daily[45].1[LOW] = auction;
    write(&old, "TST", "1d", &daily);
    write(&old, "TST", "5m", &fine);
    let report = repair(&old, &new).unwrap();
    let new_values: Vec<Option<f64>> = report.repaired.iter().map(|r| r.new).collect();
    assert_eq!(new_values, [Some(open)]);
    gains_only(&report.found, &check(&new), &[]);
}

#[test]
fn mending_a_mended_tape_changes_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let at = |name: &str| temp.path().join(name);
    broken(&at("old"));
    repair(&at("old"), &at("new")).unwrap();
    let second = repair(&at("new"), &at("newer")).unwrap();
    assert_eq!(second.repaired, []);
    let daily = "bars/interval=1d/symbol=TST/bars.parquet";
    assert_eq!(
        fs::read(at("new").join(daily)).unwrap(),
        fs::read(at("newer").join(daily)).unwrap()
    );
}

#[test]
fn a_place_that_holds_something_is_refused_and_left_alone() {
    let temp = tempfile::tempdir().unwrap();
    let (old, new) = (temp.path().join("old"), temp.path().join("new"));
    broken(&old);
    fs::create_dir(&new).unwrap();
    fs::write(new.join("mine.txt"), "mine").unwrap();
    for to in [&new, &old] {
        let error = repair(&old, to).unwrap_err();
        assert!(matches!(error, TapeError::Occupied { .. }), "{error}");
    }
    assert_eq!(fs::read_dir(&new).unwrap().count(), 1);
    fs::remove_file(new.join("mine.txt")).unwrap();
    // An empty folder will do.
    repair(&old, &new).unwrap();
    assert!(new.join("repairs.csv").is_file());
}
