//! Resampled bars into a tape.

use market::{Date, Fields, Interval, RawBars, Time};
use tape::{BarWant, Contents, Resample, Tape, TapeError, Want};

const FIVE: Interval = Interval::Minutes(5);
const HOUR: Interval = Interval::Minutes(60);

/// Two sessions of five-minute bars that rise by a cent each; the second ends at 15:55.
fn five_minutes() -> RawBars {
    let mut raw = RawBars::default();
    for (day, bars) in [(1, 78), (2, 77)] {
        let date = Date::from_ymd_opt(2020, 6, day).unwrap();
        let open = Time::from_exchange(date, 9, 30).unwrap();
        for n in 0..bars {
            let price = 100.0 + f64::from(n) * 0.01;
            raw.start.push(open.plus_minutes(5 * i64::from(n)));
            raw.open.push(price);
            raw.high.push(price + 0.05);
            raw.low.push(price - 0.05);
            raw.close.push(price + 0.01);
            raw.volume.push(10.0);
        }
    }
    raw
}

fn tape(contents: &Contents) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    tape.merge(contents, "a vendor", 0).unwrap();
    (folder, tape)
}

fn bars(interval: Interval, raw: RawBars) -> (String, Interval, RawBars) {
    ("IWM".to_owned(), interval, raw)
}

fn plan(to: &[Interval]) -> Resample {
    Resample {
        symbols: vec!["IWM".to_owned()],
        from: FIVE,
        to: to.to_vec(),
        replace: false,
    }
}

fn read(tape: &Tape, interval: Interval) -> RawBars {
    let want = BarWant {
        symbol: "IWM".to_owned(),
        interval,
        fields: Fields::ALL,
        from: None,
        to: None,
    };
    let want = Want {
        bars: vec![want],
        ..Want::default()
    };
    tape.read(&want, 1).unwrap().bars[0].raw().clone()
}

#[test]
fn made_bars_are_kept_and_making_them_again_changes_nothing() {
    let (_folder, tape) = tape(&Contents {
        bars: vec![bars(FIVE, five_minutes())],
        applied: vec!["IWM".to_owned()],
        ..Contents::default()
    });
    let report = tape.resample(&plan(&[HOUR, Interval::Day]), 9, 1).unwrap();
    assert_eq!(
        report.notes,
        ["IWM: 1 sessions of its 5m bars end before their close, and so do the bars made of them"]
    );
    let added: Vec<u64> = report
        .merge
        .items
        .iter()
        .map(|item| item.rows_added)
        .collect();
    // Seven hours of Monday, six of Tuesday, whose last bucket is not over; one day.
    assert_eq!(added, [13, 1]);
    let hours = read(&tape, HOUR);
    assert_eq!(
        hours.volume[..7],
        [120.0, 120.0, 120.0, 120.0, 120.0, 120.0, 60.0]
    );
    let day = read(&tape, Interval::Day);
    assert_eq!((day.open[0], day.volume[0]), (100.0, 780.0));
    // 77 cents above the open, and a cent more at its own close.
    assert!((day.close[0] - 100.78).abs() < 1e-9 && (day.high[0] - 100.82).abs() < 1e-9);
    let catalog = tape.catalog().unwrap();
    let made = catalog.iter().find(|e| e.interval == Some(HOUR)).unwrap();
    assert_eq!(
        (made.source.as_str(), made.splits.as_str()),
        ("resampled from 5m", "applied")
    );
    let again = tape.resample(&plan(&[HOUR, Interval::Day]), 9, 1).unwrap();
    assert!(
        again.merge.items.iter().all(|item| !item.written),
        "{:?}",
        again.merge
    );
}

#[test]
fn a_vendors_bars_stay_unless_they_are_to_be_replaced() {
    let official = RawBars {
        start: vec![five_minutes().start[0]],
        open: vec![99.0],
        high: vec![102.0],
        low: vec![98.0],
        close: vec![101.0],
        volume: vec![1e6],
    };
    let (_folder, tape) = tape(&Contents {
        bars: vec![
            bars(FIVE, five_minutes()),
            bars(Interval::Day, official.clone()),
        ],
        ..Contents::default()
    });
    let report = tape.resample(&plan(&[Interval::Day]), 9, 1).unwrap();
    assert!(report.notes[1].starts_with("IWM: 1 1d bars on the tape come from elsewhere and stay"));
    assert_eq!(read(&tape, Interval::Day), official);
    let replace = Resample {
        replace: true,
        ..plan(&[Interval::Day])
    };
    let report = tape.resample(&replace, 9, 1).unwrap();
    assert_eq!(report.merge.items[0].rows_changed, 1);
    assert_eq!(report.merge.changes.len(), 5);
    assert_eq!(read(&tape, Interval::Day).open, [100.0]);
}

/// The bars of five sessions, of which the second lacks its first half hour, the third its last, the fourth 25 minutes of
/// both; and one bar of a sixth, so that the fifth is over.
fn torn() -> RawBars {
    let mut raw = RawBars::default();
    for (day, rows) in [
        (1, 0..78),
        (2, 6..78),
        (3, 0..72),
        (4, 5..73),
        (5, 0..78),
        (8, 0..1),
    ] {
        let date = Date::from_ymd_opt(2020, 6, day).unwrap();
        let open = Time::from_exchange(date, 9, 30).unwrap();
        for n in rows {
            raw.start.push(open.plus_minutes(5 * n));
            for column in [&mut raw.open, &mut raw.high, &mut raw.low, &mut raw.close] {
                column.push(100.0);
            }
            raw.volume.push(10.0);
        }
    }
    raw
}

#[test]
fn torn_sessions_make_no_daily_bar_and_made_ones_beside_official_ones_are_said() {
    let (_folder, tape) = tape(&Contents {
        bars: vec![bars(FIVE, torn())],
        ..Contents::default()
    });
    let report = tape.resample(&plan(&[HOUR, Interval::Day]), 9, 1).unwrap();
    let told = report
        .notes
        .iter()
        .find(|n| n.contains("make no daily bar"));
    assert!(told.unwrap().starts_with("IWM: 2 sessions"), "{told:?}");
    let days: Vec<f64> = read(&tape, Interval::Day).volume;
    assert_eq!(days, [780.0, 680.0, 780.0]);
    // Hours are made of what there is.
    assert_eq!(read(&tape, HOUR).volume[7], 60.0);
    assert!(!report.notes.iter().any(|n| n.contains("another maker")));

    let mut official = torn();
    keep_first(&mut official);
    let (_folder, tape) = tape_of(official);
    let report = tape.resample(&plan(&[Interval::Day]), 9, 1).unwrap();
    let told = report.notes.iter().find(|n| n.contains("another maker"));
    let told = told.unwrap();
    assert!(told.starts_with("IWM: 2 1d bars made of 5m join"), "{told}");
    assert!(told.contains("(a vendor)"), "{told}");
}

fn keep_first(raw: &mut RawBars) {
    raw.start.truncate(1);
    for column in [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ] {
        column.truncate(1);
    }
}

/// A tape with the torn sessions and this as its official daily bars.
fn tape_of(official: RawBars) -> (tempfile::TempDir, Tape) {
    tape(&Contents {
        bars: vec![bars(FIVE, torn()), bars(Interval::Day, official)],
        ..Contents::default()
    })
}

#[test]
fn what_cannot_be_made_leaves_the_tape_as_it_was() {
    let (_folder, tape) = tape(&Contents {
        bars: vec![bars(FIVE, five_minutes())],
        ..Contents::default()
    });
    let before = tape.catalog().unwrap();
    for to in [Interval::Minutes(12), FIVE, Interval::Minutes(1)] {
        let error = tape.resample(&plan(&[HOUR, to]), 9, 1).unwrap_err();
        assert!(matches!(error, TapeError::Resample(_)), "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("5m bars make no {to} bars")),
            "{error}"
        );
    }
    let mut absent = plan(&[HOUR]);
    absent.symbols.push("KRE".to_owned());
    assert!(matches!(
        tape.resample(&absent, 9, 1),
        Err(TapeError::Absent { .. })
    ));
    assert_eq!(tape.catalog().unwrap(), before);
    assert!(matches!(
        Tape::embedded().resample(&plan(&[HOUR]), 0, 1),
        Err(TapeError::ReadOnly)
    ));
}
