//! Two tapes on different footings, and folders that are none.

use tape::check::{Kind, Severity};

use crate::support::*;

/// Two for one on day 60, three for one on day 120; raw prices and shares, then all of them on the last day's shares.
fn both() -> (Vec<Row>, Vec<Row>, Vec<(i32, f64)>) {
    let (_, applied) = market(5, 180);
    let splits = [(60, 2.0), (120, 3.0)];
    let mut raw = applied.clone();
    for (at, ratio) in splits {
        for row in &mut raw[..at] {
            row.1[..4].iter_mut().for_each(|price| *price *= ratio);
            row.1[VOLUME] /= ratio;
        }
    }
    let day = |at: usize| {
        let date = market::Time(raw[at].0).exchange_date().unwrap();
        days_since_1970(date)
    };
    let records = splits.map(|(at, ratio)| (day(at), ratio)).to_vec();
    (raw, applied, records)
}

#[test]
fn raw_and_applied_prices_are_compared_on_one_basis() {
    let (raw, applied, records) = both();
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(one.path(), "TST", "1d", &raw);
    write_dated(one.path(), "splits", "TST", &records);
    write_with(
        other.path(),
        "TST",
        "1d",
        &applied,
        &[("splits", "applied")],
    );
    // Either way round: nothing differs, and one note says what was done.
    for (here, there) in [(&one, &other), (&other, &one)] {
        let report = check_against(here.path(), Some(there.path()));
        let bars: Vec<_> = report
            .defects
            .iter()
            .filter(|d| {
                matches!(d.kind, Kind::Differs | Kind::MixedBasis | Kind::OnlyThere)
                    && d.subject.sort == "bars"
            })
            .collect();
        assert_eq!(bars.len(), 1, "{bars:?}");
        assert_eq!(
            (bars[0].kind, bars[0].severity),
            (Kind::MixedBasis, Severity::Note)
        );
        assert!(
            bars[0].evidence.contains("2 splits on record"),
            "{}",
            bars[0].evidence
        );
    }
    // A difference that is one is still found, and in this tape's dollars: 1 % of a price six times as high.
    let mut off = applied.clone();
    off[30].1[OPEN] *= 1.01;
    write_with(other.path(), "TST", "1d", &off, &[("splits", "applied")]);
    let report = check_against(one.path(), Some(other.path()));
    let differs = of_kind(&report, Kind::Differs);
    assert_eq!(differs.len(), 1, "{differs:?}");
    assert_eq!(
        (differs[0].field, differs[0].found),
        (Some("open"), Some(raw[30].1[OPEN]))
    );
}

#[test]
fn a_dividend_that_is_rounded_is_no_other_dividend() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let first = days_since_1970(day("2024-03-15"));
    write_dated(
        one.path(),
        "dividends",
        "TST",
        &[(first, 0.543), (first + 91, 0.612)],
    );
    write_dated(
        other.path(),
        "dividends",
        "TST",
        &[(first, 0.5434), (first + 91, 0.6129)],
    );
    let report = check_against(one.path(), Some(other.path()));
    let differs = of_kind(&report, Kind::Differs);
    assert_eq!(differs.len(), 1, "{differs:?}");
    assert_eq!(differs[0].found, Some(0.612));
}

#[cfg(unix)]
#[test]
fn a_link_without_end_is_one_clear_error() {
    use std::os::unix::fs::symlink;
    use std::sync::atomic::AtomicBool;

    use tape::Tape;
    use tape::check::CheckOptions;

    let (_, rows) = market(1, 30);
    for (to, says) in [("loop", "symbolic links"), ("..", "a folder it lies in")] {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "TST", "1d", &rows);
        symlink(to, root.path().join("bars/loop")).unwrap();
        let tape = Tape::open(root.path()).unwrap();
        let stop = AtomicBool::new(false);
        let checked = tape.check(&CheckOptions::default(), None, &mut |_| {}, &stop);
        for error in [checked.err().unwrap(), tape.catalog().err().unwrap()] {
            let told = error.to_string();
            assert!(told.contains("bars/loop") && told.contains(says), "{told}");
        }
    }
    // A link to a folder elsewhere is a folder, and one to nowhere is no data.
    let (root, far) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write(far.path(), "TST", "1d", &rows);
    symlink(far.path().join("bars"), root.path().join("bars")).unwrap();
    symlink("nowhere", root.path().join("series")).unwrap();
    assert_eq!(check(root.path()).items.len(), 1);
}
