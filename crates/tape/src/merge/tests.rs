//! Many small runs, in memory and spooled, against a map.

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;

use super::*;
use crate::sheet::same;

/// Rows by key, value twice over: one for each column of a bar would only repeat it.
type Rows = BTreeMap<i64, f64>;

/// What the tape's file says after these sources, each a map, were merged one call after the other.
struct Outcome {
    bytes: Vec<u8>,
    reports: Vec<MergeReport>,
}

fn days(rows: &Rows, descending: bool) -> Vec<(i64, f64)> {
    let mut rows: Vec<(i64, f64)> = rows.iter().map(|(&k, &v)| (k, v)).collect();
    if descending {
        rows.reverse();
    }
    rows
}

fn merged(calls: &[Vec<(Rows, bool)>], budget: Budget) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let item = Item::other(Sort::Series, "RVX");
    let mut reports = Vec::new();
    for sources in calls {
        let mut merge = Merge::begin(&tape, 100).unwrap();
        merge.budget = budget;
        for (rows, descending) in sources {
            let mut pile = Pile::new(item.clone(), Told::default());
            for (key, value) in days(rows, *descending) {
                pile.push(key, &[value]).unwrap();
                if pile.held() >= budget.rows_a_pile {
                    pile.spill(&mut merge.spool.borrow_mut()).unwrap();
                }
            }
            let rank = merge.source("file", "format");
            merge
                .take(rank, vec![pile.finish()], &Origin::Real)
                .unwrap();
        }
        reports.push(merge.commit().unwrap());
    }
    let path = folder.path().join("tape").join(item.path());
    Outcome {
        bytes: fs::read(path).unwrap(),
        reports,
    }
}

const ROOMY: Budget = BUDGET;
const TIGHT: Budget = Budget {
    rows_a_pile: 3,
    rows_in_all: 5,
};

fn rows(of: &[(i64, f64)]) -> Rows {
    of.iter().copied().collect()
}

#[test]
fn of_two_files_the_first_keeps_the_row_and_the_other_disagrees() {
    let first = rows(&[(1, 10.0), (2, 20.0), (3, 30.0)]);
    // The 2nd is off by a tenth of the greater: |20 − 18| ÷ 20; the 3rd by less than print.
    let second = rows(&[(2, 18.0), (3, 30.000_01), (4, 40.0)]);
    let outcome = merged(
        &[vec![(first.clone(), false), (second.clone(), true)]],
        ROOMY,
    );
    let item = &outcome.reports[0].items[0];
    assert_eq!(
        (item.rows_added, item.rows_equal, item.rows_changed),
        (4, 0, 0)
    );
    let [pair] = item.disagreements.as_slice() else {
        panic!("{item:?}");
    };
    assert_eq!((pair.rows_shared, pair.rows, pair.field), (2, 1, "value"));
    assert_eq!((pair.kept_value, pair.other_value), (20.0, 18.0));
    let [gap] = pair.fields.as_slice() else {
        panic!("{pair:?}");
    };
    assert_eq!((gap.field, gap.rows), ("value", 1));
    assert!((gap.largest - 0.1).abs() < 1e-12);
    assert_eq!(pair.at, "1970-01-03");
    // The same call again: nothing changes, though the second file still disagrees.
    let twice = merged(
        &[
            vec![(first.clone(), false), (second.clone(), false)],
            vec![(first, false), (second, false)],
        ],
        ROOMY,
    );
    assert_eq!(twice.bytes, outcome.bytes);
    let again = &twice.reports[1].items[0];
    assert!(!again.written);
    assert_eq!((again.rows_equal, again.rows_changed), (4, 0));
    assert_eq!(again.disagreements, item.disagreements);
}

#[test]
fn thousands_of_runs_one_after_the_other_are_one() {
    let sources: Vec<(Rows, bool)> = (0..2000)
        .map(|k| (rows(&[(k, 1.0 + k as f64)]), false))
        .collect();
    let outcome = merged(&[sources.into_iter().rev().collect()], TIGHT);
    let whole: Rows = (0..2000).map(|k| (k, 1.0 + k as f64)).collect();
    assert!(outcome.bytes == merged(&[vec![(whole, false)]], ROOMY).bytes);
}

fn source() -> impl Strategy<Value = (Rows, bool)> {
    (
        prop::collection::btree_map(0i64..60, 1.0f64..1000.0, 1..40),
        any::<bool>(),
    )
}

proptest! {
    // Each case brings some files to the disk and waits for it.
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the route (memory or spool, either direction), the bytes are those of a map in which the first source
    /// of a call that has a key keeps it, and a later call wins where it differs by more than print.
    #[test]
    fn every_route_gives_the_bytes_of_a_map(
        calls in prop::collection::vec(prop::collection::vec(source(), 1..4), 1..4),
    ) {
        let mut expected = Rows::new();
        for sources in &calls {
            let mut call = Rows::new();
            for (rows, _) in sources {
                for (&key, &value) in rows {
                    call.entry(key).or_insert(value);
                }
            }
            for (key, value) in call {
                let old = expected.entry(key).or_insert(value);
                if !same(*old, value) {
                    *old = value;
                }
            }
        }
        let spooled = merged(&calls, TIGHT);
        let held = merged(&calls, ROOMY);
        let whole = merged(&[vec![(expected.clone(), false)]], ROOMY);
        prop_assert!(spooled.bytes == whole.bytes);
        prop_assert!(held.bytes == whole.bytes);
        prop_assert_eq!(&spooled.reports, &held.reports);
        for (report, sources) in held.reports.iter().zip(&calls) {
            let item = &report.items[0];
            let keys: std::collections::BTreeSet<i64> =
                sources.iter().flat_map(|(rows, _)| rows.keys().copied()).collect();
            prop_assert_eq!(item.rows_added + item.rows_equal + item.rows_changed, keys.len() as u64);
        }
    }
}
