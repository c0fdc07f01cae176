//! Breadth from a tape: the same on any number of threads, by members and without, and true to the real tape.

#![allow(clippy::print_stderr)] // a skipped test has to say so, and figures are to be seen

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::{
    Breadth, BreadthOptions, Error, UniverseBreadth, agreement, bars_breadth, universe_breadth,
};
use market::{Date, Interval, RawBars, Split, Time};
use tape::{Close, ClosePrices, Contents, ImportOptions, MemberSpan, Panel, Tape, Want};

static GO: AtomicBool = AtomicBool::new(false);

fn options(threads: usize) -> BreadthOptions<'static> {
    BreadthOptions { threads, stop: &GO }
}

fn sessions(n: usize) -> Vec<Date> {
    let first = Date::from_ymd_opt(2019, 1, 2).unwrap();
    first
        .iter_days()
        .filter(|d| market::calendar::is_session(*d))
        .take(n)
        .collect()
}

fn breadth(min_members: u32) -> Breadth {
    Breadth {
        averages: vec![2, 20],
        extremes: Some(10),
        min_members,
    }
}

/// 200 symbols in zigzags of their own, some listed late, some with holes: several row groups.
fn panel() -> Panel {
    let dates = sessions(400);
    let symbols = (0..200).map(|i| {
        let rows = dates
            .iter()
            .enumerate()
            .skip(i % 50)
            .filter(|(k, _)| i % 9 != 0 || k % 31 != 0);
        let close = rows.map(|(k, &date)| Close {
            date,
            close: 10.0 + ((i + 3) * (k + 7) % 41) as f64,
        });
        (format!("S{i:03}"), close.collect())
    });
    Panel {
        universe: "u".to_owned(),
        prices: ClosePrices::Adjusted,
        symbols: symbols.collect(),
    }
}

fn tape_of(contents: &Contents) -> (tempfile::TempDir, Tape) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    tape.merge(contents, "test", 0).unwrap();
    (folder, tape)
}

#[test]
fn threads_do_not_show() {
    let (_folder, tape) = tape_of(&Contents {
        constituents: vec![panel()],
        ..Contents::default()
    });
    let of = |threads| {
        format!(
            "{:?}",
            universe_breadth(&tape, "u", &breadth(20), options(threads)).unwrap()
        )
    };
    let one = of(1);
    for threads in [2, 3, 8] {
        assert!(one == of(threads), "{threads} threads");
    }
    let stopped = AtomicBool::new(true);
    let stopped = BreadthOptions {
        threads: 2,
        stop: &stopped,
    };
    let error = universe_breadth(&tape, "u", &breadth(20), stopped).unwrap_err();
    assert!(matches!(error, Error::Interrupted), "{error}");
}

#[test]
fn only_members_count_and_only_on_their_dates() {
    let dates = sessions(4);
    let rising = |close: [f64; 4]| {
        let rows = dates.iter().zip(close);
        rows.map(|(&date, close)| Close { date, close })
            .collect::<Vec<_>>()
    };
    let panel = Panel {
        universe: "u".to_owned(),
        prices: ClosePrices::Raw,
        symbols: vec![
            ("A".to_owned(), rising([1.0, 2.0, 3.0, 4.0])),
            ("B".to_owned(), rising([4.0, 3.0, 2.0, 1.0])),
            ("C".to_owned(), rising([1.0, 2.0, 3.0, 4.0])),
        ],
    };
    let span = |symbol: &str, from: usize, to: Option<usize>| MemberSpan {
        symbol: symbol.to_owned(),
        from: dates[from],
        to: to.map(|to| dates[to]),
    };
    // A leaves after the second session and is back on the last; B comes for good on the second; C is never a member; D
    // is one without closes.
    let spans = vec![
        span("A", 0, Some(1)),
        span("A", 3, None),
        span("B", 1, None),
        span("D", 0, None),
    ];
    let contents = Contents {
        constituents: vec![panel],
        members: vec![("u".to_owned(), spans)],
        ..Contents::default()
    };
    let (_folder, tape) = tape_of(&contents);
    let found = universe_breadth(&tape, "u", &breadth(1), options(2)).unwrap();
    assert!(found.point_in_time);
    assert_eq!(found.without_closes, ["D"]);
    let above = &found.figures.above[0];
    // Two closes make an average from the second session on. A alone is above: of A and B, of B, of A and B.
    assert_eq!(above.members, [0, 2, 1, 2]);
    let values: Vec<_> = (0..4).map(|i| above.value.get(i)).collect();
    assert_eq!(values, [None, Some(50.0), Some(0.0), Some(50.0)]);
}

#[test]
fn bars_count_on_one_share_basis_and_their_series_go_to_the_tape() {
    let dates = sessions(4);
    let raw = |close: [f64; 4]| RawBars {
        start: dates
            .iter()
            .map(|&d| Time::from_exchange(d, 9, 30).unwrap())
            .collect(),
        open: close.to_vec(),
        high: close.to_vec(),
        low: close.to_vec(),
        close: close.to_vec(),
        volume: vec![1.0; 4],
    };
    // A rises a dollar a session and splits two for one on the third: 13 and 14 are shown as 6.5 and 7.
    let contents = Contents {
        bars: vec![
            ("A".to_owned(), Interval::Day, raw([11.0, 12.0, 6.5, 7.0])),
            ("B".to_owned(), Interval::Day, raw([5.0, 5.0, 4.0, 4.5])),
        ],
        splits: vec![(
            "A".to_owned(),
            vec![Split {
                ex_date: dates[2],
                ratio: 2.0,
            }],
        )],
        ..Contents::default()
    };
    let (_folder, tape) = tape_of(&contents);
    let symbols = ["B", "A", "A"].map(str::to_owned);
    let found = bars_breadth(&tape, &symbols, &breadth(1), options(2)).unwrap();
    let advancing = &found.figures.advancing;
    assert_eq!(advancing.members, [0, 2, 2, 2]);
    assert_eq!(
        (1..4).map(|i| advancing.value.get(i)).collect::<Vec<_>>(),
        [Some(1.0), Some(1.0), Some(2.0)]
    );

    let stored = found.store(&tape, "all", 5).unwrap();
    assert!(
        stored
            .items
            .iter()
            .any(|item| item.item == "series all_above2" && item.rows_added == 3)
    );
    // Too short for twenty closes, so there is no such series.
    assert!(
        !stored
            .items
            .iter()
            .any(|item| item.item.ends_with("above20"))
    );
    let again = found.store(&tape, "all", 5).unwrap();
    assert!(again.items.iter().all(|item| !item.written));
    let want = Want {
        series: vec!["all_advancing".to_owned()],
        ..Want::default()
    };
    assert_eq!(
        tape.read(&want, 1).unwrap().series[0].value,
        [1.0, 1.0, 2.0]
    );
}

fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if folder.join("breadth/smallcap_adjclose_panel.csv").is_file() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

/// Survivors only, so it reads high, and the more so the longer the average; otherwise it is the same quantity. The
/// figures are those of a second computation with running sums in another language, to its last printed digit.
#[test]
fn breadth_of_survivors_tracks_the_published_series() {
    let Some(real) = real() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path()).unwrap();
    let files = ["smallcap_adjclose_panel.csv", "R2000_pct_above_ma.csv"];
    let files = files.map(|name| real.join("breadth").join(name));
    tape.import(&files, &ImportOptions::default(), &mut |_| {}, &GO)
        .unwrap();
    let wanted = Breadth {
        averages: vec![20, 50, 200],
        extremes: Some(252),
        min_members: 500,
    };
    let found: UniverseBreadth = universe_breadth(&tape, "smallcap", &wanted, options(2)).unwrap();
    assert_eq!((found.symbols, found.sessions.len()), (1045, 2660));
    let expected = [(20, 0.9889, 2.12), (50, 0.9885, 3.22), (200, 0.9838, 4.55)];
    for (figure, (n, expected, bias)) in found.figures.above.iter().zip(expected) {
        let name = format!("breadth{n}");
        let want = Want {
            series: vec![name.clone()],
            ..Want::default()
        };
        let series = tape.read(&want, 1).unwrap().series.remove(0);
        let held = agreement(&found.sessions, figure, &series).unwrap();
        let correlation = held.correlation.unwrap();
        eprintln!(
            "above{n}: correlation {correlation:.4}, bias {:+.2}, over {} sessions",
            held.bias, held.sessions
        );
        assert!(held.sessions > 2400, "{n}: {}", held.sessions);
        assert!((correlation - expected).abs() < 1e-4, "{n}: {correlation}");
        // A close that is its own average to the last bit may fall either way with running sums.
        assert!((held.bias - bias).abs() < 0.02, "{n}: {}", held.bias);
    }
}
