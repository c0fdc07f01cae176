//! What simulated intraday bars are like, beside real ones.

use std::collections::BTreeMap;
use std::path::PathBuf;

use market::{Date, Interval, RawBars};
use tape::Tape;
use tape::synth::{Intraday, SHIPPED_SEED};

use crate::figures::{correlation, kurtosis, mean, median};
use crate::intraday::{bars, made, plan};

/// Five-minute bars of one symbol by session, complete full sessions only.
type Days = BTreeMap<Date, Vec<[f64; 5]>>;

/// Bars of a full session.
const BARS: usize = 78;

fn days(raw: &RawBars) -> Days {
    let mut days = Days::new();
    for i in 0..raw.start.len() {
        let date = raw.start[i].exchange_date().unwrap();
        let row = [
            raw.open[i],
            raw.high[i],
            raw.low[i],
            raw.close[i],
            raw.volume[i],
        ];
        days.entry(date).or_default().push(row);
    }
    days.retain(|_, rows| rows.len() == BARS);
    days
}

/// A real file of 5-minute bars; `None`, with a word, where there is none.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn real(file: &str) -> Option<Days> {
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(root.join("intraday").join(file)) else {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE)");
        return None;
    };
    let mut days = Days::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |i: usize| cells[i].parse::<f64>().unwrap();
        if ("09:30".."16:00").contains(&&line[11..16]) {
            let date = line[..10].parse().unwrap();
            days.entry(date)
                .or_default()
                .push([1, 2, 3, 4, 5].map(number));
        }
    }
    days.retain(|_, rows| rows.len() == BARS);
    Some(days)
}

/// Returns of a session's bars, the first from its own open.
fn returns(rows: &[[f64; 5]]) -> Vec<f64> {
    let before = std::iter::once(rows[0][0]).chain(rows.iter().map(|r| r[3]));
    before
        .zip(rows)
        .map(|(before, row)| (row[3] / before).ln())
        .collect()
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// Each bar's mean share of a session's total, times the number of bars: 1 everywhere would be flat.
fn shares(days: &Days, of: impl Fn(&[[f64; 5]]) -> Vec<f64>) -> Vec<f64> {
    let mut sum = vec![0.0; BARS];
    for rows in days.values() {
        let values = of(rows);
        let total: f64 = values.iter().sum();
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += value / total * BARS as f64 / days.len() as f64;
        }
    }
    sum
}

/// Realised variance of 5-minute returns ÷ what Garman and Klass make of the session's four prices.
fn realised(rows: &[[f64; 5]]) -> f64 {
    let high = rows.iter().map(|r| r[1]).fold(f64::MIN, f64::max);
    let low = rows.iter().map(|r| r[2]).fold(f64::MAX, f64::min);
    let (range, net) = ((high / low).ln(), (rows[BARS - 1][3] / rows[0][0]).ln());
    square(&returns(rows)) / (0.5 * range * range - (2.0 * 2.0_f64.ln() - 1.0) * net * net)
}

/// Every figure, with its name, of one symbol.
fn figures(days: &Days) -> Vec<(&'static str, f64)> {
    let volume = shares(days, |rows| rows.iter().map(|r| r[4]).collect());
    let variance = shares(days, |rows| returns(rows).iter().map(|r| r * r).collect());
    // Returns in units of the session's own deviation and the hour's usual one.
    let standard: Vec<Vec<f64>> = days
        .values()
        .map(|rows| {
            let returns = returns(rows);
            let total = square(&returns);
            let usual = variance
                .iter()
                .map(|share| (total * share / BARS as f64).sqrt());
            returns
                .iter()
                .zip(usual)
                .map(|(r, usual)| r / usual)
                .collect()
        })
        .collect();
    let all: Vec<f64> = standard.iter().flatten().copied().collect();
    let lagged = |pick: fn(f64) -> f64, lag: usize| {
        let pairs = standard.iter().flat_map(|day| {
            day.windows(lag + 1)
                .map(move |w| (pick(w[0]), pick(w[lag])))
        });
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.unzip();
        correlation(&a, &b)
    };
    let sizes: Vec<f64> = days
        .values()
        .flatten()
        .map(|r| (r[1] / r[2]).ln())
        .collect();
    let traded: Vec<f64> = days.values().flatten().map(|r| r[4]).collect();
    let logs = |values: &[f64]| values.iter().map(|v| v.max(1e-5).ln()).collect::<Vec<_>>();
    let of_high = |rows: &Vec<[f64; 5]>| {
        let highs = rows
            .iter()
            .enumerate()
            .map(|(i, r)| (r[1], std::cmp::Reverse(i)));
        highs
            .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
            .unwrap()
            .1
            .0
    };
    let at: Vec<usize> = days.values().map(of_high).collect();
    let part = |from: usize, to: usize| {
        at.iter().filter(|&&i| (from..to).contains(&i)).count() as f64 / at.len() as f64
    };
    vec![
        ("volume, first bar ÷ mean", volume[0]),
        ("volume, 10:00 to 10:30 ÷ mean", mean(&volume[6..12])),
        ("volume, 12:30 to 13:30 ÷ mean", mean(&volume[36..48])),
        ("volume, 15:00 to 15:30 ÷ mean", mean(&volume[66..72])),
        ("volume, last bar ÷ mean", volume[77]),
        ("variance, first bar ÷ mean", variance[0]),
        ("variance, 10:00 to 10:30 ÷ mean", mean(&variance[6..12])),
        ("variance, 12:30 to 13:30 ÷ mean", mean(&variance[36..48])),
        ("variance, 15:00 to 15:30 ÷ mean", mean(&variance[66..72])),
        ("variance, last bar ÷ mean", variance[77]),
        (
            "realised variance ÷ Garman-Klass, median",
            median(days.values().map(|d| realised(d)).collect()),
        ),
        ("kurtosis of returns, standardised", kurtosis(&all)),
        ("autocorrelation of returns, lag 1", lagged(|r| r, 1)),
        ("autocorrelation of |return|, lag 1", lagged(f64::abs, 1)),
        ("autocorrelation of |return|, lag 6", lagged(f64::abs, 6)),
        (
            "correlation of ln volume and ln range",
            correlation(&logs(&traded), &logs(&sizes)),
        ),
        (
            "day's high in the first half hour, share of days",
            part(0, 6),
        ),
        (
            "day's high in the last half hour, share of days",
            part(72, 78),
        ),
        (
            "day's high between 11:30 and 14:00, share of days",
            part(24, 54),
        ),
        ("bars that touch the day's high, mean", touches(days)),
    ]
}

fn touches(days: &Days) -> f64 {
    let of = |rows: &Vec<[f64; 5]>| {
        let high = rows.iter().map(|r| r[1]).fold(f64::MIN, f64::max);
        rows.iter().filter(|r| r[1] == high).count() as f64
    };
    mean(&days.values().map(of).collect::<Vec<_>>())
}

/// Correlation of returns over `bars` bars on the days both have.
fn together(a: &Days, b: &Days, bars: usize) -> f64 {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (date, rows) in a {
        let Some(other) = b.get(date) else { continue };
        for (days, values) in [(rows, &mut x), (other, &mut y)] {
            values.extend(
                returns(days)
                    .chunks_exact(bars)
                    .map(|w| w.iter().sum::<f64>()),
            );
        }
    }
    correlation(&x, &y)
}

fn simulated(seed: u64) -> [Days; 3] {
    let date = |year, month, day| Date::from_ymd_opt(year, month, day);
    let plan = Intraday {
        from: date(2018, 1, 2),
        to: date(2020, 12, 31),
        seed,
        ..plan(&["IWM", "SPY", "KRE"], 5)
    };
    let contents = made(&Tape::embedded(), &plan);
    ["IWM", "SPY", "KRE"].map(|symbol| days(bars(&contents, symbol, Interval::Minutes(5))))
}

#[test]
#[expect(clippy::print_stdout, reason = "the table is the point")]
fn intraday_figures_beside_the_real_market() {
    let [iwm, spy, kre] = simulated(SHIPPED_SEED);
    let real_iwm = real("IWM_5min_2020-07_2026-07_IEX.csv");
    let real_spy = real("SPY_5min_2018-01_2020-12_IB.csv");
    let of = |days: &Option<Days>| days.as_ref().map(figures);
    let (first, second) = (of(&real_iwm), of(&real_spy));
    println!("| figure | IWM real | SPY real | IWM simulated | SPY simulated | KRE simulated |");
    println!("|---|---|---|---|---|---|");
    let [i, s, k] = [figures(&iwm), figures(&spy), figures(&kre)];
    for (row, (name, value)) in i.iter().enumerate() {
        let cell = |of: &Option<Vec<(&str, f64)>>| {
            of.as_ref()
                .map_or(String::new(), |f| format!("{:.2}", f[row].1))
        };
        println!(
            "| {name} | {} | {} | {value:.2} | {:.2} | {:.2} |",
            cell(&first),
            cell(&second),
            s[row].1,
            k[row].1
        );
    }
    for bars in [1, 3, 6, 13, 78] {
        let real = real_iwm
            .as_ref()
            .zip(real_spy.as_ref())
            .map(|(a, b)| together(a, b, bars));
        let real = real.map_or(String::new(), |c| format!("{c:.2}"));
        println!(
            "| IWM/SPY correlation, {} minutes | {real} | {:.2} | KRE {:.2} {:.2}|",
            bars * 5,
            together(&iwm, &spy, bars),
            together(&iwm, &kre, bars),
            together(&spy, &kre, bars)
        );
    }
}

/// What every symbol of every seed must keep to. Wide enough for two real symbols from two venues and for the chance of
/// three years; a flat session, independent minutes, or a path that is cut off at its high falls outside.
const BOUNDS: [(&str, f64, f64); 15] = [
    ("volume, first bar ÷ mean", 2.2, 3.2),
    ("volume, 12:30 to 13:30 ÷ mean", 0.5, 0.7),
    ("volume, last bar ÷ mean", 5.5, 7.8),
    ("variance, first bar ÷ mean", 2.4, 6.0),
    ("variance, 10:00 to 10:30 ÷ mean", 1.2, 2.2),
    ("variance, 12:30 to 13:30 ÷ mean", 0.5, 0.8),
    ("variance, last bar ÷ mean", 0.9, 2.5),
    ("realised variance ÷ Garman-Klass, median", 0.9, 1.25),
    ("kurtosis of returns, standardised", 3.3, 4.5),
    ("autocorrelation of returns, lag 1", -0.05, 0.03),
    ("autocorrelation of |return|, lag 1", 0.03, 0.12),
    ("correlation of ln volume and ln range", 0.45, 0.8),
    (
        "day's high in the first half hour, share of days",
        0.18,
        0.40,
    ),
    (
        "day's high between 11:30 and 14:00, share of days",
        0.12,
        0.28,
    ),
    ("bars that touch the day's high, mean", 1.0, 1.35),
];

fn assert_bounds(what: &str, days: &Days) {
    let figures = figures(days);
    for (name, least, most) in BOUNDS {
        let value = figures.iter().find(|f| f.0 == name).unwrap().1;
        assert!(
            (least..=most).contains(&value),
            "{what}: {name} is {value:.3}, not within {least} … {most}"
        );
    }
}

#[test]
fn every_seed_keeps_to_the_intraday_bounds() {
    for seed in [SHIPPED_SEED, 1, 2] {
        for (symbol, days) in ["IWM", "SPY", "KRE"].iter().zip(&simulated(seed)) {
            assert_bounds(&format!("seed {seed}, {symbol}"), days);
        }
    }
}

#[test]
fn the_real_market_lies_within_the_same_intraday_bounds() {
    for file in [
        "IWM_5min_2020-07_2026-07_IEX.csv",
        "SPY_5min_2018-01_2020-12_IB.csv",
    ] {
        if let Some(days) = real(file) {
            assert_bounds(file, &days);
        }
    }
}

#[test]
fn symbols_move_together_within_the_session_as_they_do_from_open_to_close() {
    for seed in [SHIPPED_SEED, 1] {
        let [iwm, spy, kre] = simulated(seed);
        for (name, other) in [("SPY", &spy), ("KRE", &kre)] {
            // The whole tape's moves from open to close are correlated by 0.87 and 0.75 (docs/simulated.md). Paths bent to
            // the day's prices lose a little of it; 750 sessions of 78 bars have a standard error below 0.003.
            let daily = if name == "SPY" { 0.87 } else { 0.75 };
            let five = together(&iwm, other, 1);
            assert!(
                (daily - 0.07..=daily + 0.01).contains(&five),
                "seed {seed}, {name}: {five:.3}"
            );
        }
        // Of two that follow one leader, the product: 0.87 × 0.75 = 0.65.
        let followers = together(&spy, &kre, 1);
        assert!(
            (0.57..=0.66).contains(&followers),
            "seed {seed}: {followers:.3}"
        );
    }
}
