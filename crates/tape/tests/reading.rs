//! Reading takes what is wanted and nothing else, and refuses what no replay may use.

use std::fs;
use std::path::Path;

use market::{Date, Dividend, Fields, Interval, Known, Origin, RawBars, Series, Split, Time};
use table::{Column, Options, Table};
use tape::{BarWant, Contents, Sort, Tape, TapeError, Want};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn open_of(date: &str) -> Time {
    Time::from_exchange(day(date), 9, 30).unwrap()
}

/// Four sessions around a weekend: 100, 101, 102, 103 at the close, each bar a dollar high.
fn bars() -> RawBars {
    let close = [100.0, 101.0, 102.0, 103.0];
    RawBars {
        start: ["2020-03-05", "2020-03-06", "2020-03-09", "2020-03-10"]
            .map(open_of)
            .to_vec(),
        open: close.map(|c| c - 0.25).to_vec(),
        high: close.map(|c| c + 0.5).to_vec(),
        low: close.map(|c| c - 0.5).to_vec(),
        close: close.to_vec(),
        volume: vec![1e6; 4],
    }
}

fn contents() -> Contents {
    Contents {
        extended: Vec::new(),
        applied: Vec::new(),
        origin: Origin::Simulated { seed: 7 },
        bars: vec![
            ("IWM".to_owned(), Interval::Day, bars()),
            ("SPY".to_owned(), Interval::Day, bars()),
        ],
        series: vec![Series {
            name: "DFF".to_owned(),
            date: vec![day("2020-03-05"), day("2020-03-07")],
            value: vec![1.5, -0.25],
            known: Known::NextSession,
        }],
        dividends: vec![(
            "IWM".to_owned(),
            vec![Dividend {
                ex_date: day("2020-03-09"),
                amount_usd: 0.31,
            }],
        )],
        splits: vec![(
            "SPY".to_owned(),
            vec![Split {
                ex_date: day("2020-03-10"),
                ratio: 2.0,
            }],
        )],
        ..Contents::default()
    }
}

fn want(symbol: &str, fields: Fields, from: Option<&str>, to: Option<&str>) -> Want {
    Want {
        bars: vec![BarWant {
            symbol: symbol.to_owned(),
            interval: Interval::Day,
            fields,
            from: from.map(day),
            to: to.map(day),
        }],
        ..Want::default()
    }
}

fn tape_in(folder: &Path) -> Tape {
    let tape = Tape::open_or_new(folder).unwrap();
    tape.merge(&contents(), "test", 0).unwrap();
    tape
}

#[test]
fn everything_written_is_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let tape = tape_in(folder.path());
    let mut all = want("IWM", Fields::ALL, None, None);
    all.series = vec!["DFF".to_owned()];
    all.dividends = vec!["IWM".to_owned(), "SPY".to_owned()];
    all.splits = vec!["SPY".to_owned()];
    let snapshot = tape.read(&all, 2).unwrap();
    assert_eq!(*snapshot.bars[0].raw(), bars());
    assert_eq!(snapshot.series, contents().series);
    assert_eq!(
        snapshot.dividends,
        contents().dividends,
        "SPY has no record and is absent"
    );
    assert_eq!(snapshot.splits, contents().splits);
    assert_eq!(snapshot.origin, Origin::Simulated { seed: 7 });
    // Whole years and one to spare, whatever was read: ordinals do not depend on the rows.
    assert_eq!(snapshot.sessions.get(0).unwrap().date, day("2020-01-02"));
}

/// A tape of IWM whose bars and dividends say these share bases, with a split of two for one on record.
fn of_basis(folder: &Path, bars_say: &str, dividends_say: &str) -> Tape {
    let tape = Tape::open_or_new(folder).unwrap();
    tape.merge(&contents(), "test", 0).unwrap();
    let raw = bars();
    let start: Vec<i64> = raw.start.iter().map(|t| t.micros()).collect();
    Table::new()
        .column("start", Column::time_micros(start))
        .column("close", Column::number(raw.close))
        .fact("splits", bars_say)
        .write_atomic(
            &folder.join("bars/interval=1d/symbol=SPY/bars.parquet"),
            &Options::default(),
        )
        .unwrap();
    Table::new()
        .column("ex_date", Column::date_days(vec![18_000]))
        .column("amount_usd", Column::number(vec![0.5]))
        .fact("splits", dividends_say)
        .write_atomic(
            &folder.join("dividends/symbol=SPY/dividends.parquet"),
            &Options::default(),
        )
        .unwrap();
    tape
}

#[test]
fn splits_that_are_in_the_prices_already_are_not_handed_out_again() {
    let mut all = want("SPY", Fields::CLOSE, None, None);
    all.splits = vec!["SPY".to_owned()];
    all.dividends = vec!["SPY".to_owned()];
    for (basis, handed) in [("raw", 1), ("applied", 0)] {
        let folder = tempfile::tempdir().unwrap();
        let tape = of_basis(folder.path(), basis, basis);
        let snapshot = tape.read(&all, 1).unwrap();
        assert_eq!(snapshot.splits_of("SPY").len(), handed, "{basis}");
    }
    let folder = tempfile::tempdir().unwrap();
    let tape = of_basis(folder.path(), "applied", "raw");
    let error = tape.read(&all, 1).unwrap_err();
    assert!(matches!(error, TapeError::Basis { .. }), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("bars.parquet counts its shares applied")
            && text.contains("dividends.parquet raw"),
        "{text}"
    );
    // A word nobody knows is not taken for either.
    let folder = tempfile::tempdir().unwrap();
    let error = of_basis(folder.path(), "adjusted", "raw").read(&all, 1);
    assert!(matches!(error, Err(TapeError::Fact { key: "splits", .. })));
}

#[test]
fn dates_cut_the_rows_at_exchange_midnight() {
    let folder = tempfile::tempdir().unwrap();
    let tape = tape_in(folder.path());
    let closes = |from, to| {
        let snapshot = tape.read(&want("IWM", Fields::CLOSE, from, to), 1).unwrap();
        snapshot.bars[0].close().to_vec()
    };
    assert_eq!(
        closes(Some("2020-03-06"), Some("2020-03-09")),
        [101.0, 102.0]
    );
    assert_eq!(closes(Some("2020-03-07"), None), [102.0, 103.0]);
    assert!(closes(None, Some("2020-03-04")).is_empty());
}

#[test]
fn only_wanted_columns_and_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let tape = tape_in(folder.path());
    let read = |fields| {
        tape.read_counted(&want("IWM", fields, None, None), 1)
            .unwrap()
    };
    let (all, whole) = read(Fields::ALL);
    let (close, part) = read(Fields::CLOSE);
    // start and five columns; start and close: of one file among five.
    assert_eq!((whole.files, whole.chunks), (1, 6));
    assert_eq!((part.files, part.chunks), (1, 2));
    assert!(part.bytes < whole.bytes);
    assert_eq!(all.bars[0].close(), close.bars[0].close());
    assert!(close.bars[0].open().is_empty());
}

/// Someone else's dataset: symbols as a column, sorted by symbol, two rows a group.
fn constituents(folder: &Path) -> Tape {
    let path = folder.join("bars/interval=1d/all.parquet");
    let start: Vec<i64> = bars().start.iter().map(|t| t.micros()).collect();
    let three = |values: &[f64]| Column::number(values.repeat(3));
    let names = ["AAA", "BBB", "CCC"].iter().flat_map(|s| [s; 4]);
    let raw = bars();
    Table::new()
        .column("symbol", Column::text(names))
        .column("start", Column::time_micros(start.repeat(3)))
        .column("open", three(&raw.open))
        .column("high", three(&raw.high))
        .column("low", three(&raw.low))
        .column("close", three(&raw.close))
        .column("volume", Column::count32(vec![5; 12]))
        .write_atomic(
            &path,
            &Options {
                rows_per_group: 2,
                ..Options::default()
            },
        )
        .unwrap();
    Tape::open(folder).unwrap()
}

#[test]
fn files_of_many_symbols_are_pruned_by_symbol_and_time_then_filtered() {
    let folder = tempfile::tempdir().unwrap();
    let tape = constituents(folder.path());
    let (snapshot, stats) = tape
        .read_counted(&want("BBB", Fields::ALL, None, Some("2020-03-06")), 1)
        .unwrap();
    assert_eq!(snapshot.bars[0].close(), [100.0, 101.0]);
    assert_eq!(snapshot.bars[0].volume(), [5.0, 5.0]);
    // Six groups of two rows; only BBB's first can hold BBB up to the 6th. Its seven columns are decoded.
    assert_eq!((stats.groups, stats.groups_read, stats.chunks), (6, 1, 7));
    // There, but not in the window: no rows, and no error.
    let outside = tape
        .read(&want("CCC", Fields::ALL, None, Some("2020-01-31")), 1)
        .unwrap();
    assert!(outside.bars[0].is_empty());
    // Between AAA and CCC by the statistics of no group, and not there.
    let error = tape
        .read(&want("ABC", Fields::ALL, None, None), 1)
        .unwrap_err();
    assert!(matches!(error, TapeError::Absent { .. }), "{error}");
    let catalog = tape.catalog().unwrap();
    assert_eq!(
        (catalog.len(), catalog[0].rows, catalog[0].name.as_deref()),
        (1, 12, None)
    );
}

#[test]
fn the_catalog_is_told_by_footers() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = tape_in(folder.path()).catalog().unwrap();
    let lines: Vec<_> = catalog
        .iter()
        .map(|e| {
            (
                e.sort,
                e.name.as_deref().unwrap(),
                e.rows,
                e.first.unwrap(),
                e.last.unwrap(),
            )
        })
        .collect();
    let (first, last) = (day("2020-03-05"), day("2020-03-10"));
    assert_eq!(
        lines,
        [
            (Sort::Bars, "IWM", 4, first, last),
            (Sort::Bars, "SPY", 4, first, last),
            (Sort::Series, "DFF", 2, first, day("2020-03-07")),
            (
                Sort::Dividends,
                "IWM",
                1,
                day("2020-03-09"),
                day("2020-03-09")
            ),
            (Sort::Splits, "SPY", 1, last, last),
        ]
    );
    assert!(
        catalog
            .iter()
            .all(|e| e.origin == Origin::Simulated { seed: 7 } && e.source == "test")
    );
}

#[test]
fn what_is_absent_is_named_with_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let tape = tape_in(folder.path());
    let name = tape.name();
    let error = tape
        .read(&want("IWN", Fields::ALL, None, None), 1)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the tape {name} has no 1d bars of IWN; it has 1d bars of IWM, 1d bars of SPY; did you mean 1d bars of IWM?"
        )
    );
    let mut other = want("IWM", Fields::ALL, None, None);
    other.bars[0].interval = Interval::Minutes(5);
    let error = tape.read(&other, 1).unwrap_err();
    assert!(
        error.to_string().ends_with("did you mean 1d bars of IWM?"),
        "{error}"
    );
    let missing = Want {
        series: vec!["dff".to_owned()],
        ..Want::default()
    };
    let error = tape.read(&missing, 1).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("has no series dff; it has DFF; did you mean DFF?"),
        "{error}"
    );
    assert!(matches!(
        Tape::open(folder.path().join("no")),
        Err(TapeError::NoTape { .. })
    ));
}

/// A tape whose one bar file is written by hand, past every check of the merge.
fn with_bars(folder: &Path, change: impl FnOnce(&mut RawBars)) -> Result<(), TapeError> {
    let mut raw = bars();
    change(&mut raw);
    let start: Vec<i64> = raw.start.iter().map(|t| t.micros()).collect();
    Table::new()
        .column("start", Column::time_micros(start))
        .column("open", Column::number(raw.open))
        .column("high", Column::number(raw.high))
        .column("low", Column::number(raw.low))
        .column("close", Column::number(raw.close))
        .column("volume", Column::number(raw.volume))
        .write_atomic(
            &folder.join("bars/interval=1d/symbol=IWM/bars.parquet"),
            &Options::default(),
        )
        .unwrap();
    Tape::open(folder)
        .unwrap()
        .read(&want("IWM", Fields::ALL, None, None), 1)
        .map(drop)
}

#[test]
fn bars_no_replay_may_use_are_refused_with_file_and_row() {
    type Change = fn(&mut RawBars);
    let cases: [(&str, Change); 6] = [
        (
            "starts 2020-03-05 09:30, not after the bar before it",
            |b| b.start.swap(0, 1),
        ),
        ("not after the bar before it", |b| b.start[1] = b.start[0]),
        ("close is NaN", |b| b.close[2] = f64::NAN),
        ("low is -1", |b| b.low[2] = -1.0),
        ("high 101 is below low 101.5", |b| {
            b.high[2] = 101.0;
        }),
        ("outside every NYSE session", |b| {
            b.start[1] = open_of("2020-03-07");
        }),
    ];
    for (expected, change) in cases {
        let folder = tempfile::tempdir().unwrap();
        let error = with_bars(folder.path(), change).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(
            error.contains("bars.parquet") && error.contains("import it again"),
            "{error}"
        );
    }
}

#[test]
fn damaged_files_and_foreign_columns_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let tape = tape_in(folder.path());
    let path = folder
        .path()
        .join("bars/interval=1d/symbol=IWM/bars.parquet");
    let whole = fs::read(&path).unwrap();
    let error = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        tape.read(&want("IWM", Fields::ALL, None, None), 1)
            .unwrap_err()
            .to_string()
    };
    assert!(error(&whole[..whole.len() / 2]).contains("truncated"));
    assert!(error(b"").contains("the file is empty"));
    let wrong = Table::new()
        .column("start", Column::time_micros(vec![0]))
        .column("open", Column::text(["x"]));
    let text = error(&wrong.to_bytes(&Options::default()).unwrap());
    assert!(
        text.contains("column `open` holds text; expected numbers"),
        "{text}"
    );
    let seed = Table::new()
        .column("start", Column::time_micros(vec![]))
        .fact("origin", "made up");
    let text = error(&seed.to_bytes(&Options::default()).unwrap());
    assert!(
        text.contains("origin = `made up`; expected real or simulated"),
        "{text}"
    );
}

/// One part of IWM's daily bars under a name of its own, with text columns of someone else's making.
fn part(folder: &Path, name: &str, rows: std::ops::Range<usize>, texts: &[(&'static str, &str)]) {
    let raw = bars();
    let start: Vec<i64> = raw.start[rows.clone()].iter().map(|t| t.micros()).collect();
    let count = start.len();
    let mut table = Table::new()
        .column("start", Column::time_micros(start))
        .column("open", Column::number(raw.open[rows.clone()].to_vec()))
        .column("high", Column::number(raw.high[rows.clone()].to_vec()))
        .column("low", Column::number(raw.low[rows.clone()].to_vec()))
        .column("close", Column::number(raw.close[rows.clone()].to_vec()))
        .column("volume", Column::number(raw.volume[rows].to_vec()));
    for (name, text) in texts {
        table = table.column(name, Column::text(vec![*text; count]));
    }
    let path = folder.join("bars/interval=1d/symbol=IWM").join(name);
    table.write_atomic(&path, &Options::default()).unwrap();
}

#[test]
fn parts_are_read_in_order_of_time_not_of_name() {
    let folder = tempfile::tempdir().unwrap();
    part(folder.path(), "a.parquet", 2..4, &[]);
    part(folder.path(), "b.parquet", 0..2, &[]);
    let tape = Tape::open(folder.path()).unwrap();
    let all = want("IWM", Fields::ALL, None, None);
    assert_eq!(*tape.read(&all, 1).unwrap().bars[0].raw(), bars());
    // Row 2 in both.
    part(folder.path(), "b.parquet", 0..3, &[]);
    let error = tape.read(&all, 1).unwrap_err().to_string();
    assert!(
        error.contains("b.parquet and ") && error.contains("a.parquet overlap"),
        "{error}"
    );
    assert!(error.contains("2020-03-09 09:30"), "{error}");
}

#[test]
fn columns_that_contradict_their_folder_are_refused() {
    let all = want("IWM", Fields::ALL, None, None);
    let read = |texts: &[(&'static str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        part(folder.path(), "bars.parquet", 0..4, texts);
        let tape = Tape::open(folder.path()).unwrap();
        tape.read(&all, 1).map_err(|e| e.to_string())
    };
    assert!(read(&[("symbol", "IWM"), ("interval", "1d")]).is_ok());
    let symbol = read(&[("symbol", "SPY")]).unwrap_err();
    assert!(
        symbol.contains("`symbol` differs from the folder's symbol=IWM in row 0"),
        "{symbol}"
    );
    let interval = read(&[("interval", "5m")]).unwrap_err();
    assert!(interval.contains("interval=1d"), "{interval}");
    // And a check says so, where a run would be refused.
    let folder = tempfile::tempdir().unwrap();
    part(folder.path(), "bars.parquet", 0..4, &[("symbol", "SPY")]);
    let tape = Tape::open(folder.path()).unwrap();
    let options = tape::check::CheckOptions::default();
    let never = std::sync::atomic::AtomicBool::new(false);
    let report = tape.check(&options, None, &mut |_| {}, &never).unwrap();
    assert_eq!(report.count(tape::check::Severity::Error), 1);
}

#[test]
fn a_catalog_of_absurd_times_is_an_error_not_a_blank() {
    for micros in [i64::MAX, 5_000_000_000_000_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder
            .path()
            .join("bars/interval=1d/symbol=IWM/bars.parquet");
        let table = Table::new().column("start", Column::time_micros(vec![micros]));
        table.write_atomic(&path, &Options::default()).unwrap();
        let error = Tape::open(folder.path()).unwrap().catalog().unwrap_err();
        assert!(error.to_string().contains("up to 2100"), "{error}");
    }
}
