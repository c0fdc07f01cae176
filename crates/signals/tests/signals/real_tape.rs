//! Five dates of the real tape: what anyone can see in the bars, and every number by the second route.

#![allow(clippy::print_stderr, reason = "a skipped test says so and why")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use market::{Bars, Date, Interval, Known, RawBars, Series, SessionTable, Snapshot};
use signals::{Columns, Flag, Inputs, Layer, Number, Profile, Reading, Rotation, State};

use crate::market::Market;
use crate::naive::{from_columns, naive};

/// A file's rows by date: the columns asked for.
type Rows = BTreeMap<Date, Vec<f64>>;

fn rows(root: &Path, file: &str, columns: &[&str]) -> Rows {
    let text = std::fs::read_to_string(root.join(file)).expect("the tape is readable");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let places: Vec<usize> = columns
        .iter()
        .map(|name| {
            header
                .iter()
                .position(|h| h == name)
                .expect("the column is there")
        })
        .collect();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let date = fields.first()?.parse().ok()?;
        let values = places.iter().map(|&place| fields.get(place)?.parse().ok());
        Some((date, values.collect::<Option<Vec<f64>>>()?))
    };
    lines.filter_map(row).collect()
}

struct Tape {
    dates: Vec<Date>,
    market: Market,
    snapshot: Snapshot,
}

const OHLCV: [&str; 5] = ["open", "high", "low", "close", "volume"];

fn tape() -> Option<Tape> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(beside, PathBuf::from);
    if !root.join("daily/IWM.csv").exists() {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE to one that has daily/*.csv)");
        return None;
    }
    let own = rows(&root, "daily/IWM.csv", &OHLCV);
    let other = rows(&root, "daily/SPY.csv", &OHLCV);
    let breadth = rows(
        &root,
        "breadth/R2000_pct_above_ma.csv",
        &["pct_above_50dma"],
    );
    let dates: Vec<Date> = own.keys().copied().collect();
    let column = |place: usize| own.values().map(|row| row[place]).collect();
    let of_date = |rows: &Rows, place: usize| -> Vec<Option<f64>> {
        dates
            .iter()
            .map(|date| Some(rows.get(date)?[place]))
            .collect()
    };
    let market = Market {
        high: column(1),
        low: column(2),
        close: column(3),
        volume: column(4),
        benchmark: of_date(&other, 3),
        breadth: of_date(&breadth, 0),
        splits: Vec::new(),
    };
    let sessions = SessionTable::covering(dates[0], dates[dates.len() - 1]);
    let series = [
        ("breadth50", breadth, Known::Close),
        (
            "DGS2",
            rows(&root, "rates/DGS2.csv", &["value"]),
            Known::NextSession,
        ),
        (
            "DGS10",
            rows(&root, "rates/DGS10.csv", &["value"]),
            Known::NextSession,
        ),
        ("RVX", rows(&root, "vol/RVX.csv", &["close"]), Known::Close),
        ("VIX", rows(&root, "vol/VIX.csv", &["close"]), Known::Close),
        (
            "VIX3M",
            rows(&root, "vol/VIX3M.csv", &["close"]),
            Known::Close,
        ),
    ];
    let snapshot = Snapshot {
        bars: vec![bars("IWM", &own, &sessions), bars("SPY", &other, &sessions)],
        series: series
            .map(|(name, rows, known)| to_series(name, &rows, known))
            .to_vec(),
        sessions,
        ..Snapshot::default()
    };
    Some(Tape {
        dates,
        market,
        snapshot,
    })
}

fn bars(symbol: &str, rows: &Rows, sessions: &SessionTable) -> Bars {
    let column = |place: usize| rows.values().map(|row| row[place]).collect();
    let open = |date| {
        sessions
            .on(date)
            .and_then(|i| sessions.get(i))
            .expect("a session")
            .open
    };
    let raw = RawBars {
        start: rows.keys().copied().map(open).collect(),
        open: column(0),
        high: column(1),
        low: column(2),
        close: column(3),
        volume: column(4),
    };
    Bars::new(symbol, Interval::Day, raw, sessions).expect("the tape is in order")
}

fn to_series(name: &str, rows: &Rows, known: Known) -> Series {
    Series {
        name: name.to_owned(),
        date: rows.keys().copied().collect(),
        value: rows.values().map(|row| row[0]).collect(),
        known,
    }
}

fn columns(tape: &Tape) -> Columns {
    let profile = Profile::default();
    Columns::compute(
        &profile,
        &Inputs::of_snapshot(&profile, &tape.snapshot).unwrap(),
    )
}

#[test]
fn the_second_route_agrees_along_the_whole_tape() {
    let Some(tape) = tape() else { return };
    let (profile, columns) = (Profile::default(), columns(&tape));
    for row in (0..tape.dates.len()).step_by(29) {
        assert_eq!(
            from_columns(&columns, row),
            naive(&profile, &tape.market, row),
            "{}",
            tape.dates[row]
        );
    }
}

/// What a date says, by both routes.
fn on(tape: &Tape, columns: &Columns, date: &str) -> Reading {
    let row = tape.dates.binary_search(&date.parse().unwrap()).unwrap();
    let second = naive(&Profile::default(), &tape.market, row);
    assert_eq!(from_columns(columns, row), second, "{date}");
    columns.at(row).unwrap()
}

/// The layers in order, as + and −.
fn signs(reading: &Reading) -> String {
    let sign = |layer| match reading.state(layer) {
        Some(State::Bullish) => '+',
        Some(State::Bearish) => '-',
        Some(State::Neutral) => '0',
        None => '?',
    };
    Layer::ALL.map(sign).iter().collect()
}

#[test]
fn five_dates_as_anyone_can_see_them_in_the_bars() {
    let Some(tape) = tape() else { return };
    let columns = columns(&tape);
    let at = |date| on(&tape, &columns, date);

    // The worst December since the thirties: everything down, small caps most, a tenth of the members above their average.
    let crash = at("2018-12-21");
    assert_eq!(
        (signs(&crash).as_str(), crash.composite.sum),
        ("----", Some(-4))
    );
    assert_eq!(crash.rotation.state, Some(Rotation::Flight));
    assert!(crash.breadth.pct.unwrap() < 10.0 && crash.trend.slow_usd > crash.trend.fast_usd);
    assert_eq!(crash.size_scale, 0.0);

    // The first Monday of the fall: the averages have not crossed, ten sessions of IWM are still better than SPY's,
    // and the session is as wide as two and more usual ones.
    let first = at("2020-02-24");
    assert_eq!(
        (signs(&first).as_str(), first.composite.state),
        ("+--+", Some(State::Neutral))
    );
    assert!(first.context.range_atr.unwrap() > 2.0 && first.context.wide_range == Some(true));
    assert_eq!(first.rotation.state, Some(Rotation::Parity));

    // The day after the low: the best day in years changes no layer; the range of a day is 7 % of the price.
    let low = at("2020-03-24");
    assert_eq!(
        (signs(&low).as_str(), low.rotation.state),
        ("----", Some(Rotation::Flight))
    );
    assert!(low.context.atr_fraction.unwrap() > 0.07);
    assert!(low.context.atr_fraction > low.context.benchmark_atr_fraction);

    // Large caps fall as fast: bearish, but parity. RVX stands above VIX.
    let tightening = at("2022-06-16");
    assert_eq!(
        (signs(&tightening).as_str(), tightening.close_usd),
        ("----", Some(163.9))
    );
    assert_eq!(tightening.rotation.state, Some(Rotation::Parity));
    assert!(tightening.context.volatility_ratio.unwrap() > 1.0);

    // A bank fails; the trend has not noticed, the three others have. The curve is inverted by almost a point.
    let bank = at("2023-03-10");
    assert_eq!(
        (signs(&bank).as_str(), bank.composite.state),
        ("+---", Some(State::Bearish))
    );
    assert!(bank.context.slope_pct.unwrap() < -0.8);
    assert_eq!(bank.breadth.rising, Some(false));
}

#[test]
fn before_breadth_was_published_the_composite_rests_on_three_layers() {
    let Some(tape) = tape() else { return };
    let columns = columns(&tape);
    // The worst week on record, in which small caps fell a little less.
    let reading = on(&tape, &columns, "2008-10-10");
    assert_eq!(reading.composite.unknown, [Layer::Breadth]);
    assert_eq!(
        (signs(&reading).as_str(), reading.composite.sum),
        ("--?+", Some(-1))
    );
    assert_eq!(columns.number(Number::BreadthPct).get(reading.row), None);
    // Rates are there from 2000 on; RVX begins in 2009.
    assert!(reading.context.slope_pct.is_some() && reading.context.volatility_ratio.is_none());
}

/// The figure of docs/signals.md.
#[test]
fn repair_is_rare() {
    let Some(tape) = tape() else { return };
    let repairs = columns(&tape)
        .flag(Flag::Repair)
        .iter()
        .filter(|flag| **flag == Some(true))
        .count();
    assert_eq!(repairs, 10);
}
