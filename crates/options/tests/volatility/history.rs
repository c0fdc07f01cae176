//! The surface and the ranks over every session the real index has.

use std::collections::BTreeMap;

use market::{Date, Known, Series, SessionTable};
use options::volatility::{
    Level, Readings, Skew, SkewParameters, Surface, TermSource, close_to_close, constant_maturity,
    iv_percentile, iv_rank, on_sessions, parkinson, premium, readings,
};

use crate::tape::{closes, date, file, rows};

const YEAR_DAYS: f64 = 365.0;

fn series(name: &str, closes: &BTreeMap<Date, f64>) -> Series {
    Series {
        name: name.to_owned(),
        date: closes.keys().copied().collect(),
        value: closes.values().copied().collect(),
        known: Known::Close,
    }
}

/// The sessions from the index's first day on, and the readings on them, values at most `age` sessions old.
fn history(age: usize) -> Option<(Vec<Date>, Vec<Readings>)> {
    let [index, vix, vix9d, vix3m] = ["RVX", "VIX", "VIX9D", "VIX3M"].map(closes);
    let (index, vix, vix9d, vix3m) = (index?, vix?, vix9d?, vix3m?);
    let (first, last) = (*index.keys().next()?, *vix9d.keys().next_back()?);
    let sessions: Vec<Date> = SessionTable::covering(first, last)
        .as_slice()
        .iter()
        .map(|s| s.date)
        .filter(|on| (first..=last).contains(on))
        .collect();
    let column = |name, closes: &_| on_sessions(&series(name, closes), &sessions, age);
    let rows = readings(
        &column("RVX", &index),
        &column("VIX", &vix),
        &column("VIX9D", &vix9d),
        &column("VIX3M", &vix3m),
    );
    Some((sessions, rows))
}

#[test]
fn every_session_has_a_surface_and_its_strip_is_the_index() {
    let Some((sessions, rows)) = history(1) else {
        return;
    };
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    let (mut flat, mut ratios) = (0, (f64::INFINITY, 0.0_f64));
    for (session, readings) in sessions.iter().zip(&rows) {
        let index = readings
            .index
            .expect("a value, or that of the session before");
        let level = Level::new(readings).unwrap();
        // No real term structure is steep enough to be held.
        assert_ne!(level.near_source(), TermSource::Held, "{session}");
        assert_ne!(level.far_source(), TermSource::Held, "{session}");
        flat += usize::from(level.near_source() == TermSource::Flat);
        let surface = Surface::new(level, &skew);
        let month = surface.smile(30.0 / YEAR_DAYS);
        let strip = 100.0 * month.strip();
        assert!((strip - index).abs() < 1e-6, "{session}: {strip} {index}");
        let ratio = 100.0 * month.at_the_money() / index;
        ratios = (ratios.0.min(ratio), ratios.1.max(ratio));
        let mut before = 0.0;
        for days in [
            1.0, 2.0, 5.0, 9.0, 12.0, 20.0, 30.0, 45.0, 60.0, 93.0, 120.0,
        ] {
            let smile = surface.smile(days / YEAR_DAYS);
            let total = smile.deviation().powi(2);
            assert!(total > before, "{session} {days}: {total} {before}");
            before = total;
        }
    }
    eprintln!(
        "{} sessions, {flat} without VIX9D; money over strip {ratios:?}",
        rows.len()
    );
    assert!(rows.len() > 4200);
    assert!(ratios.0 > 0.77 && ratios.1 < 0.84);
}

#[test]
fn the_five_sessions_without_the_index_have_no_rank() {
    let Some((sessions, rows)) = history(0) else {
        return;
    };
    let missing: Vec<String> = sessions
        .iter()
        .zip(&rows)
        .filter(|(_, r)| r.index.is_none())
        .map(|(on, _)| on.to_string())
        .collect();
    let known = [
        "2018-05-01",
        "2018-12-03",
        "2019-02-20",
        "2019-07-05",
        "2020-10-16",
    ];
    assert_eq!(missing, known);

    let month = constant_maturity(&rows, 30.0);
    let rank = iv_rank(&month, 252);
    let first = rank.iter().position(|r| !r.is_nan()).unwrap();
    assert_eq!(
        first, 251,
        "the window is full on the 252nd published close"
    );
    for (i, session) in sessions.iter().enumerate().skip(first) {
        assert_eq!(
            rank[i].is_nan(),
            known.contains(&session.to_string().as_str()),
            "{session}"
        );
    }
    // A window reaches over the hole: the session after it has one.
    let after = sessions
        .iter()
        .position(|d| d.to_string() == "2018-12-04")
        .unwrap();
    assert!(!rank[after].is_nan() && rank[after - 1].is_nan());
}

/// Both readings of "10-day IV rank", by regime: how often they stand below 20.
#[test]
fn how_often_ranks_are_low() {
    let Some((sessions, rows)) = history(0) else {
        return;
    };
    let ten = constant_maturity(&rows, 10.0);
    let month = constant_maturity(&rows, 30.0);
    let unknown = ten
        .iter()
        .zip(&rows)
        .filter(|(v, r)| v.is_nan() && r.index.is_some())
        .count();
    eprintln!("{unknown} sessions have the index and no 10-day value");
    let readings = [
        ("rank, 10-day tenor, 252 sessions", iv_rank(&ten, 252)),
        ("rank, 30-day tenor, last 10 sessions", iv_rank(&month, 10)),
        ("percentile, 10-day tenor, 252", iv_percentile(&ten, 252)),
    ];
    let windows = [
        ("q4-2018", "2018-10-01", "2018-12-31"),
        ("covid-2020", "2020-02-18", "2020-06-30"),
        ("tightening-2022", "2022-01-03", "2022-12-30"),
        ("all", "2009-09-16", "2026-12-31"),
    ];
    for (name, column) in &readings {
        for (window, from, to) in windows {
            let inside: Vec<f64> = sessions
                .iter()
                .zip(column)
                .filter(|(on, value)| (date(from)..=date(to)).contains(on) && !value.is_nan())
                .map(|(_, value)| *value)
                .collect();
            let low = inside.iter().filter(|v| **v < 20.0).count();
            eprintln!(
                "{name:38} {window:16} {low:5} of {:5} sessions below 20",
                inside.len()
            );
            assert!(inside.iter().all(|v| (0.0..=100.0).contains(v)));
        }
    }
}

/// The premium that the third edge lives on, measured: the 30-day strip less what IWM then did in 21 sessions.
#[test]
fn implied_stood_above_realised() {
    let (Some((sessions, rows)), Some(bars)) = (history(0), file("daily/IWM.csv")) else {
        return;
    };
    let bars: BTreeMap<Date, [f64; 3]> = rows_of(&bars);
    let column = |i: usize| -> Vec<f64> {
        sessions
            .iter()
            .map(|on| bars.get(on).map_or(f64::NAN, |bar| bar[i]))
            .collect()
    };
    let (high, low, close) = (column(0), column(1), column(2));
    let realised = close_to_close(&close, 21);
    let ranges = parkinson(&high, &low, 21);
    let month = constant_maturity(&rows, 30.0);
    // What came after: the value 21 sessions on. (For measuring only; a plan sees the trailing one.)
    let later: Vec<f64> = (0..sessions.len())
        .map(|i| realised.get(i + 21).copied().unwrap_or(f64::NAN))
        .collect();
    let mean = |column: &[f64]| {
        let known: Vec<f64> = column.iter().copied().filter(|v| !v.is_nan()).collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    let (trailing, ahead) = (premium(&month, &realised), premium(&month, &later));
    eprintln!(
        "implied {:.2}, realised {:.2}, by ranges {:.2}; premium over the 21 before {:.2}, after {:.2}",
        mean(&month),
        mean(&realised),
        mean(&ranges),
        mean(&trailing),
        mean(&ahead)
    );
    assert!(mean(&ahead) > 1.0 && mean(&ahead) < 5.0);
    // Ranges miss the gaps between sessions.
    assert!(mean(&ranges) < mean(&realised));
}

fn rows_of(csv: &str) -> BTreeMap<Date, [f64; 3]> {
    rows(csv, ["date", "high", "low", "close"])
        .map(|[on, high, low, close]| {
            let number = |text: &str| text.parse().expect("a price");
            (date(on), [number(high), number(low), number(close)])
        })
        .collect()
}
