//! Against TA-Lib, on real bars (which are not part of the project) and its figures (which are).

#![allow(clippy::print_stderr, reason = "a skipped test says so and why")]

use std::path::{Path, PathBuf};

use indicators::{Atr, Ema, Indicator, Prices, Recipe, Roc, Rsi, Sma, StdDev};

const RELATIVE_TOLERANCE: f64 = 1e-9;
const ROWS: usize = 800;

fn daily_bars() -> Option<String> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(beside, PathBuf::from);
    let path = root.join("daily/IWM.csv");
    if !path.exists() {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE to one that has daily/IWM.csv)");
        return None;
    }
    Some(std::fs::read_to_string(path).expect("the tape is readable"))
}

/// The column called `name`: a field each row, empty ones as `None`.
fn column(csv: &str, name: &str) -> Vec<Option<f64>> {
    let mut lines = csv.lines();
    let header = lines.next().expect("a header");
    let at = header
        .split(',')
        .position(|field| field == name)
        .expect("the column is there");
    lines
        .take(ROWS)
        .map(|line| line.split(',').nth(at).and_then(|field| field.parse().ok()))
        .collect()
}

fn dates(csv: &str) -> Vec<&str> {
    csv.lines()
        .skip(1)
        .take(ROWS)
        .filter_map(|line| line.split(',').next())
        .collect()
}

#[test]
fn every_figure_of_the_oracle() {
    let Some(bars) = daily_bars() else { return };
    let oracle = include_str!("oracles/indicators_IWM.csv");
    assert_eq!(
        dates(&bars),
        dates(oracle),
        "figures and bars are of the same days"
    );
    let price = |name: &str| -> Vec<f64> {
        column(&bars, name)
            .into_iter()
            .map(|price| price.expect("no gap in prices"))
            .collect()
    };
    let (high, low, close) = (price("high"), price("low"), price("close"));
    let prices = Prices {
        high: &high,
        low: &low,
        close: &close,
    };
    let recipes: [(&str, Recipe); 9] = [
        ("atr14", Atr { n: 14 }.into()),
        ("ema21", Ema { n: 21 }.into()),
        ("ema63", Ema { n: 63 }.into()),
        ("sma50", Sma { n: 50 }.into()),
        ("sma200", Sma { n: 200 }.into()),
        ("roc10", Roc { n: 10 }.into()),
        ("roc21", Roc { n: 21 }.into()),
        ("rsi14", Rsi { n: 14 }.into()),
        ("stddev20", StdDev { n: 20 }.into()),
    ];
    for (name, recipe) in recipes {
        let expected = column(oracle, name);
        let computed = recipe.compute(prices);
        assert_eq!(
            expected.iter().position(Option::is_some),
            Some(recipe.warm_up()),
            "{name}: first row"
        );
        for (i, want) in expected.into_iter().enumerate() {
            let have = computed.get(i);
            let alike = match (have, want) {
                (Some(have), Some(want)) => (have - want).abs() <= RELATIVE_TOLERANCE * want.abs(),
                (have, want) => have == want,
            };
            assert!(alike, "{name} row {i}: {have:?}, TA-Lib has {want:?}");
        }
    }
}
