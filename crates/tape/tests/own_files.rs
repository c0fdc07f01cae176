//! Files of a tape as the input of another: what they say of themselves, in their metadata and their folders, goes along.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Interval, Origin, RawBars, Time};
use tape::{Basis, Contents, ImportOptions, ImportReport, Sort, Tape, TapeError};

fn import(tape: &Tape, path: PathBuf) -> Result<ImportReport, TapeError> {
    let options = ImportOptions::default();
    tape.import(&[path], &options, &mut |_| {}, &AtomicBool::new(false))
}

/// Three bars from the open of 2020-03-23, so many minutes apart.
fn bars(minutes: i64, close: f64) -> RawBars {
    let open = Time::from_exchange("2020-03-23".parse().unwrap(), 9, 30).unwrap();
    RawBars {
        start: (0..3).map(|n| open.plus_minutes(n * minutes)).collect(),
        open: vec![close; 3],
        high: vec![close; 3],
        low: vec![close; 3],
        close: vec![close; 3],
        volume: vec![100.0; 3],
    }
}

/// Two sessions' bars.
fn daily(close: f64) -> RawBars {
    let at = |date: &str| Time::from_exchange(date.parse().unwrap(), 9, 30).unwrap();
    RawBars {
        start: vec![at("2020-03-23"), at("2020-03-24")],
        open: vec![close; 2],
        high: vec![close; 2],
        low: vec![close; 2],
        close: vec![close; 2],
        volume: vec![100.0; 2],
    }
}

fn tape_of(root: &Path, contents: &Contents) -> Tape {
    let tape = Tape::open_or_new(root).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    tape
}

#[test]
fn what_was_simulated_stays_simulated_and_cannot_join_what_was_not() {
    let folder = tempfile::tempdir().unwrap();
    let made_up = Contents {
        origin: Origin::Simulated { seed: 9 },
        bars: vec![("IWM".to_owned(), Interval::Minutes(5), bars(5, 100.0))],
        ..Contents::default()
    };
    tape_of(&folder.path().join("made-up"), &made_up);
    let file = folder
        .path()
        .join("made-up/bars/interval=5m/symbol=IWM/bars.parquet");

    let new = Tape::open_or_new(folder.path().join("new")).unwrap();
    import(&new, file.clone()).unwrap();
    let catalog = new.catalog().unwrap();
    assert_eq!(catalog.len(), 1);
    assert_eq!(catalog[0].origin, Origin::Simulated { seed: 9 });

    let real = Contents {
        bars: vec![("SPY".to_owned(), Interval::Minutes(5), bars(5, 200.0))],
        ..Contents::default()
    };
    let real = tape_of(&folder.path().join("real"), &real);
    let error = import(&real, file).unwrap_err().to_string();
    assert!(
        error.contains("holds real data and cannot take simulated (seed 9) ones"),
        "{error}"
    );
    assert_eq!(real.catalog().unwrap().len(), 1);
}

#[test]
fn the_share_basis_goes_along() {
    let folder = tempfile::tempdir().unwrap();
    let applied = Contents {
        bars: vec![("IWM".to_owned(), Interval::Minutes(5), bars(5, 100.0))],
        applied: vec!["IWM".to_owned()],
        ..Contents::default()
    };
    tape_of(&folder.path().join("old"), &applied);
    let new = Tape::open_or_new(folder.path().join("new")).unwrap();
    import(&new, folder.path().join("old/bars")).unwrap();
    assert_eq!(new.catalog().unwrap()[0].splits, Basis::Applied);
}

#[test]
fn folders_tell_symbol_and_interval() {
    let folder = tempfile::tempdir().unwrap();
    let minutes = |n| Interval::Minutes(n);
    let two = Contents {
        bars: vec![
            ("IWM".to_owned(), minutes(5), bars(5, 100.0)),
            ("KRE".to_owned(), minutes(5), bars(5, 40.0)),
            ("KRE".to_owned(), minutes(15), bars(15, 40.0)),
            ("KRE".to_owned(), Interval::Day, daily(40.0)),
        ],
        splits: vec![(
            "KRE".to_owned(),
            vec![market::Split {
                ex_date: "2020-01-02".parse().unwrap(),
                ratio: 2.0,
            }],
        )],
        ..Contents::default()
    };
    tape_of(&folder.path().join("old"), &two);
    let new = Tape::open_or_new(folder.path().join("new")).unwrap();
    let report = import(&new, folder.path().join("old")).unwrap();
    let found = new.catalog().unwrap().into_iter();
    let found = found.map(|e| (e.sort, e.name.unwrap(), e.interval.unwrap(), e.rows));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|(_, name, interval, _)| (name.clone(), interval.to_string()));
    let kre = |interval, rows| (Sort::Bars, "KRE".to_owned(), interval, rows);
    let iwm = (Sort::Bars, "IWM".to_owned(), minutes(5), 3);
    let expected = [
        iwm,
        kre(minutes(15), 3),
        kre(Interval::Day, 2),
        kre(minutes(5), 3),
    ];
    assert_eq!(found, expected);
    let left: Vec<_> = report.skipped.iter().map(|s| s.reason.as_str()).collect();
    assert_eq!(
        left,
        ["a tape's own file of values by ex_date: copy it into the other tape as it is"]
    );
}

#[test]
fn files_called_bars_do_not_become_one_symbol() {
    let folder = tempfile::tempdir().unwrap();
    let header = "timestamp,open,high,low,close,volume";
    for symbol in ["IWM", "KRE"] {
        let own = folder.path().join("in").join(symbol);
        std::fs::create_dir_all(&own).unwrap();
        let text =
            format!("{header}\n2020-03-23T13:30:00Z,1,1,1,1,1\n2020-03-23T13:35:00Z,1,1,1,1,1\n");
        std::fs::write(own.join("bars.csv"), text).unwrap();
    }
    let new = Tape::open_or_new(folder.path().join("new")).unwrap();
    let error = import(&new, folder.path().join("in")).unwrap_err();
    assert!(matches!(error, TapeError::Nothing { .. }), "{error}");
    let alone = import(&new, folder.path().join("in/IWM/bars.csv")).unwrap_err();
    assert!(matches!(alone, TapeError::Unnamed { .. }), "{alone}");
}

#[test]
fn the_plainest_daily_file_is_taken_and_said_to_be_unjudged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("IWM.csv");
    let text =
        "Date,Open,High,Low,Close,Volume\n2020-03-23,10,12,9,11,500\n2020-03-24,11,12,10,12,600\n";
    std::fs::write(&file, text).unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let report = import(&tape, file).unwrap();
    assert_eq!(
        (report.files[0].format.as_str(), report.files[0].rows),
        ("daily-bars", 2)
    );
    assert!(report.files[0].notes[0].contains("nothing in it says whether dividends or splits"));
    let entry = &tape.catalog().unwrap()[0];
    assert_eq!((entry.interval, entry.rows), (Some(Interval::Day), 2));
}
