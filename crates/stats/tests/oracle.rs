//! Against empyrical, on real prices (which are not part of the project) and its figures (which are).

#![allow(clippy::print_stderr, reason = "a skipped test says so and why")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use stats::{
    EquityPath, Figures, annualised_return, calmar, conditional_value_at_risk_5pct,
    excess_kurtosis, max_drawdown, sharpe, skewness, sortino, value_at_risk_5pct, volatility,
};

const TOLERANCE: f64 = 1e-9;

fn tape() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let root = std::env::var_os("STORMPROOF_REAL_TAPE").map_or_else(beside, PathBuf::from);
    if !root.join("daily").exists() {
        eprintln!("skipped: no real tape (set STORMPROOF_REAL_TAPE to one that has daily/*.csv)");
        return None;
    }
    Some(root)
}

/// The dates and the values of `field` from one date to another, both included.
fn prices(tape: &Path, symbol: &str, field: &str, from: &str, to: &str) -> (Vec<String>, Vec<f64>) {
    let text = std::fs::read_to_string(tape.join(format!("daily/{symbol}.csv")))
        .expect("the tape is readable");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let at = header
        .split(',')
        .position(|name| name == field)
        .expect("the column is there");
    let rows = lines.map(|line| line.split(',').collect::<Vec<_>>());
    let rows = rows.filter(|row| (from..=to).contains(&row[0]));
    rows.map(|row| (row[0].to_owned(), row[at].parse::<f64>().expect("a price")))
        .unzip()
}

#[test]
fn every_figure_of_the_oracle() {
    let Some(tape) = tape() else { return };
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("oracles/metrics.json")).expect("valid JSON");
    assert_eq!(cases.len(), 3);
    for case in &cases {
        let text = |key: &str| case[key].as_str().expect("text");
        let (_, equity) = prices(&tape, text("symbol"), "adj_close", text("from"), text("to"));
        assert_eq!(Some(equity.len() as u64), case["sessions"].as_u64());
        // Its returns begin at the second session: the first close is the start.
        let path = EquityPath {
            start_equity: equity[0],
            closes: &equity[1..],
        };
        let returns = path.returns().expect("prices are positive");
        let figures = [
            ("total_return", path.net_return()),
            ("annual_return_252", annualised_return(&path)),
            ("annual_volatility", volatility(&returns)),
            ("sharpe", sharpe(&returns)),
            ("sortino", sortino(&returns)),
            ("max_drawdown", max_drawdown(&path)),
            ("calmar", calmar(&path)),
            ("var_5pct_historical", value_at_risk_5pct(&returns)),
            ("cvar_5pct", conditional_value_at_risk_5pct(&returns)),
            ("skew", skewness(&returns)),
            ("kurtosis_excess", excess_kurtosis(&returns)),
        ];
        for (name, figure) in figures {
            let (have, want) = (figure.expect(name), case[name].as_f64().expect(name));
            assert!(
                (have - want).abs() <= TOLERANCE * want.abs(),
                "{} {name}: {have}, not {want}",
                text("symbol")
            );
        }
        let whole = Figures::of(&path, &[]);
        assert!(
            whole.short_sample && whole.calmar.is_none(),
            "none of these windows is a year of 252"
        );
    }
}

#[test]
fn the_storms_of_the_tape() {
    let Some(tape) = tape() else { return };
    // As published with the tape: closes 173.02 (2018-08-31) → 125.88 (2018-12-24), −27.2 %;
    // 169.53 (2020-01-16) → 99.90 (2020-03-23), −41.1 %.
    let storms = [
        (
            "2018-07-01",
            "2018-12-31",
            "2018-08-31",
            "2018-12-24",
            1.0 - 125.88 / 173.02,
            0.272,
        ),
        (
            "2019-06-01",
            "2020-06-30",
            "2020-01-16",
            "2020-03-23",
            1.0 - 99.90 / 169.53,
            0.411,
        ),
    ];
    for (from, to, peak, trough, depth, published) in storms {
        let (dates, closes) = prices(&tape, "IWM", "close", from, to);
        let deepest = stats::deepest(&EquityPath {
            start_equity: closes[0],
            closes: &closes,
        })
        .expect("a storm");
        assert_eq!(deepest.peak.map(|i| dates[i].as_str()), Some(peak));
        assert_eq!(dates[deepest.trough], trough);
        assert_eq!(deepest.recovery, None);
        assert!(
            (deepest.depth - depth).abs() < TOLERANCE && (deepest.depth - published).abs() < 0.0005
        );
    }
}
