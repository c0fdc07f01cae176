//! `stormproof compare`: folders and plans side by side.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::*;

const QUICK: [&str; 2] = ["--resamples", "400"];

fn compared(cwd: &Path, args: &[&str]) -> Value {
    let args = [&["compare"], args, &QUICK, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

fn regimes(comparison: &Value) -> &Vec<Value> {
    comparison["regimes"].as_array().unwrap()
}

/// The first dollars are A's and the last are B's; what lies between adds up.
fn adds_up(regime: &Value) {
    let usd = |key: &str| regime["bridge"][key].as_f64().unwrap();
    let sum = usd("a_usd") + usd("changed_usd") - usd("only_in_a_usd") + usd("only_in_b_usd");
    assert!((sum - usd("b_usd")).abs() < 1e-6, "{regime}");
}

#[test]
fn a_run_and_the_plan_it_was_made_of_are_the_same() {
    let here = folder();
    says(here.path(), &["run", "mean-reversion", "--out", "results"]);
    let comparison = compared(here.path(), &["results", "mean-reversion"]);
    assert_eq!(comparison["plan"], Value::Array(Vec::new()));
    assert_eq!(comparison["warnings"], Value::Array(Vec::new()));
    let mut trades = 0;
    for regime in regimes(&comparison) {
        adds_up(regime);
        trades += regime["same_trades"].as_u64().unwrap();
        for list in ["changed", "only_in_a", "only_in_b"] {
            assert_eq!(regime[list], Value::Array(Vec::new()));
        }
        for figure in regime["figures"].as_array().unwrap() {
            assert_eq!(
                figure["difference"].as_f64().unwrap_or(0.0),
                0.0,
                "{figure}"
            );
            assert_eq!(figure["beyond_chance"], false);
        }
    }
    assert!(trades > 0);
}

/// Without the filter every trade that B has more was vetoed by it in A, or follows from one that was.
#[test]
fn a_filter_that_is_lifted_is_why() {
    let here = folder();
    let lifted = ["--set-b", "filters.kre.min_change=-0.9"];
    let args = [
        &["mean-reversion", "mean-reversion", "--regimes", "all"],
        &lifted[..],
    ]
    .concat();
    let comparison = compared(here.path(), &args);
    let keys: Vec<&str> = comparison["plan"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["filters.kre.min_change"]);
    let mut vetoed = 0;
    for regime in regimes(&comparison) {
        adds_up(regime);
        for one in regime["only_in_b"].as_array().unwrap() {
            match one["why"].as_str().unwrap() {
                "vetoed" => {
                    assert_eq!(one["by"], "KRE change ≥ -1.5%");
                    vetoed += 1;
                }
                "busy" => {}
                other => panic!("{other}: {one}"),
            }
        }
        for one in regime["only_in_a"].as_array().unwrap() {
            assert_eq!(one["why"], "busy", "{one}");
        }
    }
    assert!(vetoed > 0);
    let text = says(here.path(), &[&["compare"], &args[..], &QUICK].concat());
    assert!(text.contains("A: vetoed by KRE change ≥ -1.5%"), "{text}");
    assert!(text.contains("SIMULATED"));
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn what_is_changed_is_named_and_its_dollars_are_the_runs() {
    let here = folder();
    let comparison = compared(
        here.path(),
        &[
            "mean-reversion",
            "mean-reversion",
            "--set-b",
            "exit.target_atr=0.5",
        ],
    );
    let run = json(
        here.path(),
        &["mean-reversion", "--set", "exit.target_atr=0.5"],
    );
    let changed = &comparison["plan"][0];
    assert_eq!(
        (&changed["key"], &changed["a"], &changed["b"]),
        (&"exit.target_atr".into(), &2.0.into(), &0.5.into())
    );
    for (regime, ran) in regimes(&comparison)
        .iter()
        .zip(run["regimes"].as_array().unwrap())
    {
        adds_up(regime);
        let usd = |value: &Value| value.as_f64().unwrap();
        assert!(
            (usd(&regime["bridge"]["b_usd"]) - usd(&ran["figures"]["net_pnl_usd"])).abs() < 1e-6
        );
        let net = &regime["figures"][0];
        assert_eq!(net["figure"], "net_return");
        assert!((usd(&net["b"]) - usd(&ran["figures"]["net_return"])).abs() < 1e-12);
        assert_eq!(regime["standing_b"], ran["standing"]);
        for pair in regime["changed"].as_array().unwrap() {
            assert!(!pair["differs"].as_array().unwrap().is_empty());
        }
    }
    let together = &comparison["together"];
    let all: u64 = regimes(&comparison)
        .iter()
        .map(|r| r["sessions"].as_u64().unwrap())
        .sum();
    assert_eq!(together["sessions"], all);
}

#[test]
fn a_comparison_is_the_same_again() {
    let here = folder();
    let args = [
        "compare",
        "mean-reversion",
        "mean-reversion-prior-low",
        "--resamples",
        "400",
        "--format",
        "json",
    ];
    let one = says(here.path(), &[&args[..], &["-j", "1"]].concat());
    assert_eq!(one, says(here.path(), &[&args[..], &["-j", "2"]].concat()));
    let other = says(here.path(), &[&args[..], &["--seed", "2"]].concat());
    assert_ne!(one, other);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let here = folder();
    let cwd = here.path();
    says(
        cwd,
        &[
            "run",
            "mean-reversion",
            "--out",
            "one",
            "--regimes",
            "q4-2018",
        ],
    );
    says(
        cwd,
        &[
            "run",
            "mean-reversion",
            "--out",
            "two",
            "--regimes",
            "covid-2020",
        ],
    );
    refuses(
        cwd,
        &["compare", "one", "two"],
        &["no regime over the same sessions", "q4-2018", "covid-2020"],
    );
    refuses(
        cwd,
        &["compare", "one", "one", "--tape", "x"],
        &["--tape is for plans"],
    );
    refuses(
        cwd,
        &["compare", "one", "one", "--set-b", "exit.target_atr=1"],
        &["--set-b is for plans"],
    );
    refuses(
        cwd,
        &["compare", "one", "one", "--resamples", "10"],
        &["10 resamples", "200 to"],
    );
    refuses(cwd, &["compare", "one", "nowhere"], &["nowhere"]);
    fs::create_dir(cwd.join("empty")).unwrap();
    refuses(
        cwd,
        &["compare", "one", "empty"],
        &["holds no run.json", "stormproof run PLAN --out results"],
    );
    let text = fs::read_to_string(cwd.join("one/run.json")).unwrap();
    fs::write(
        cwd.join("two/run.json"),
        text.replacen("\"schema\": 1", "\"schema\": 9", 1),
    )
    .unwrap();
    refuses(
        cwd,
        &["compare", "one", "two"],
        &["schema 9", "this one reads schema 1", "run the plan again"],
    );
    fs::write(
        cwd.join("two/run.json"),
        text.replace("\"symbol\": \"IWM\"", "\"symbol\": \"QQQ\""),
    )
    .unwrap();
    fs::copy(
        cwd.join("one/trades.parquet"),
        cwd.join("two/trades.parquet"),
    )
    .unwrap();
    for file in ["equity", "sessions", "decisions"] {
        let name = format!("{file}.parquet");
        fs::copy(cwd.join("one").join(&name), cwd.join("two").join(&name)).unwrap();
    }
    refuses(cwd, &["compare", "one", "two"], &["A trades IWM and B QQQ"]);
}
