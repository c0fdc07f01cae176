//! Counts of a run as the table, the document and the rows of the files have them: how legs ended, and vetoes for want of a value.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::*;

/// The numbers of a row of the table, one a regime.
fn row(table: &str, label: &str) -> Vec<u64> {
    let lines = table.lines().map(str::trim_start);
    let rest = lines.filter_map(|line| line.strip_prefix(label));
    let mut numbers =
        rest.filter_map(|rest| rest.split_whitespace().map(|n| n.parse().ok()).collect());
    numbers
        .next_back()
        .unwrap_or_else(|| panic!("no row {label} in: {table}"))
}

fn of_regimes(document: &Value, pointer: &str) -> Vec<u64> {
    let regimes = document["regimes"].as_array().unwrap().iter();
    let count = |regime: &Value| regime.pointer(pointer).and_then(Value::as_u64);
    regimes.map(|regime| count(regime).unwrap()).collect()
}

const REGIMES: [&str; 3] = ["q4-2018", "covid-2020", "tightening-2022"];

/// Narrow condors, held until they expire: legs of many end in the money.
#[test]
fn assigned_and_exercised_structures_are_counted_alike_everywhere() {
    let here = folder();
    let shipped = fs::read_to_string(scenarios().join("iron-condor.toml")).unwrap();
    let exit = shipped.find("[exit]").unwrap()..shipped.find("[filters.kre]").unwrap();
    let plan = format!(
        "{}[exit]\nmove_atr = 50.0\n\n{}",
        &shipped[..exit.start],
        &shipped[exit.end..]
    );
    fs::write(here.path().join("held.toml"), plan).unwrap();
    let args = [
        "run",
        "held.toml",
        "--quiet",
        "--out",
        "results",
        "--set",
        "entry.max_iv_rank=100",
        "--set",
        "structure.days_to_expiry=7",
        "--set",
        "structure.delta=0.35",
        "--set",
        "structure.min_premium=0.0",
    ];
    let table = says(here.path(), &args);
    let results = here.path().join("results");
    let written = fs::read_to_string(results.join("run.json")).unwrap();
    let document: Value = serde_json::from_str(&written).unwrap();
    let legs = open(&results, "legs.parquet");
    let (regimes, events) = (texts(&legs, "regime"), texts(&legs, "event"));
    let trades = numbers(&legs, "trade_id");
    for event in ["assigned", "exercised"] {
        let ended = |regime: &str| {
            let rows = (0..trades.len()).filter(|&i| regimes[i] == regime && events[i] == event);
            // Legs of one structure count once.
            rows.map(|i| trades[i] as u64)
                .collect::<BTreeSet<_>>()
                .len() as u64
        };
        let ended: Vec<u64> = REGIMES.iter().map(|regime| ended(regime)).collect();
        assert!(ended.iter().all(|&n| n > 0), "{event}: {ended:?}");
        let told = of_regimes(&document, &format!("/options/{event}"));
        assert_eq!(told, ended, "{event}");
        assert_eq!(row(&table, event), ended, "{event}: {table}");
    }
}

/// A veto for want of a value is a veto like any other, and said to be one beneath them.
#[test]
fn vetoes_as_unknown_are_counted_beneath_the_vetoes() {
    let here = folder();
    // Divided by zero on every bar: unknown, which allows nothing. KRE is asked first and vetoes as known.
    let filter = "[filters.odd]\nrule = \"close / (close - close) > 0\"\n[filters.kre]";
    fs::write(
        here.path().join("odd.toml"),
        plan_with("[filters.kre]", filter),
    )
    .unwrap();
    let table = says(
        here.path(),
        &["run", "odd.toml", "--quiet", "--out", "results"],
    );
    let results = here.path().join("results");
    let written = fs::read_to_string(results.join("run.json")).unwrap();
    let document: Value = serde_json::from_str(&written).unwrap();
    let unknown = of_regimes(&document, "/funnel/vetoed_unknown");
    let by_name = of_regimes(
        &document,
        "/funnel/vetoed/odd: close ~1 (close - close) > 0",
    );
    assert_eq!(unknown, by_name);
    assert_eq!(row(&table, "of these as unknown"), unknown);
    let decisions = open(&results, "decisions.parquet");
    let (regimes, outcomes) = (texts(&decisions, "regime"), texts(&decisions, "outcome"));
    let reasons = maybe_texts(&decisions, "reason");
    for (n, regime) in REGIMES.iter().enumerate() {
        let vetoed =
            (0..regimes.len()).filter(|&i| regimes[i] == *regime && outcomes[i] == "vetoed");
        let (odd, others): (Vec<usize>, Vec<usize>) = vetoed.partition(|&i| {
            reasons[i]
                .as_deref()
                .is_some_and(|r| r.contains("close - close"))
        });
        assert_eq!(odd.len() as u64, unknown[n], "{regime}");
        assert!(!odd.is_empty() && !others.is_empty(), "{regime}");
    }
    // Where nothing was unknown there is no such row.
    let shipped = says(here.path(), &["run", "mean-reversion", "--quiet"]);
    assert!(!shipped.contains("as unknown"), "{shipped}");
}

/// Blocks of numbers by the definition of docs/figures.md, from the lowest of `values` and `floor`.
fn blocks(values: &[f64], floor: f64) -> String {
    let low = values.iter().copied().fold(floor, f64::min);
    let high = values.iter().copied().fold(f64::MIN, f64::max);
    let eighth = |x: &f64| (((x - low) / (high - low) * 8.0) as usize).min(7);
    values
        .iter()
        .map(|x| "▁▂▃▄▅▆▇█".chars().nth(eighth(x)).unwrap())
        .collect()
}

/// The lines of a run's table are drawn from the numbers in its files, 17 runs of each regime's closes.
#[test]
fn the_lines_of_equity_and_drawdown_are_those_of_the_files() {
    let here = folder();
    let table = says(
        here.path(),
        &["run", "mean-reversion", "--quiet", "--out", "results"],
    );
    let cells = |label: &str| -> Vec<String> {
        let line = table.lines().find_map(|line| line.strip_prefix(label));
        let cells = line.unwrap_or_else(|| panic!("no {label}: {table}"));
        cells.split_whitespace().map(str::to_owned).collect()
    };
    let file = open(&here.path().join("results"), "equity.parquet");
    let regimes = texts(&file, "regime");
    let (equity, depth) = (numbers(&file, "equity"), numbers(&file, "drawdown"));
    for (n, regime) in REGIMES.iter().enumerate() {
        let of = |column: &[f64]| -> Vec<f64> {
            let rows = regimes.iter().zip(column).filter(|(r, _)| r == regime);
            rows.map(|(_, value)| *value).collect()
        };
        let parts = |values: &[f64]| -> Vec<Vec<f64>> {
            let n = values.len();
            (0..17)
                .map(|k| values[k * n / 17..(k + 1) * n / 17].to_vec())
                .collect()
        };
        let path = [vec![100_000.0], of(&equity)].concat();
        let last: Vec<f64> = parts(&path)
            .iter()
            .map(|part| part[part.len() - 1])
            .collect();
        assert_eq!(cells("  equity")[n], blocks(&last, f64::MAX), "{regime}");
        let most = parts(&of(&depth));
        let most: Vec<f64> = most
            .iter()
            .map(|part| part.iter().copied().fold(0.0, f64::max))
            .collect();
        assert_eq!(cells("  under water")[n], blocks(&most, 0.0), "{regime}");
    }
}
