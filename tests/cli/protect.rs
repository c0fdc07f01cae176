//! `[protect]` from the file to every command: on the embedded tape.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::*;

/// The shipped plan with protection, as a file of its own.
fn write(cwd: &Path, keys: &str) -> Value {
    let plan = fs::read_to_string(scenarios().join("mean-reversion.toml")).unwrap();
    let text = format!("{plan}\n[protect]\nwhen = \"SPY.change < 0\"\n{keys}\n");
    fs::write(cwd.join("plan.toml"), text).unwrap();
    json(cwd, &["plan.toml", "--quiet"])
}

fn protected(document: &Value) -> Vec<(u64, f64)> {
    let regimes = document["regimes"].as_array().unwrap().iter();
    let each = regimes.map(|regime| &regime["protected"]);
    each.map(|p| {
        (
            p["trades"].as_u64().unwrap(),
            p["pnl_usd"].as_f64().unwrap(),
        )
    })
    .collect()
}

#[test]
fn a_run_says_what_was_protected_in_json_in_its_files_and_on_the_terminal() {
    let here = folder();
    for keys in [
        "action = \"tighten\"\nstop_atr = 0.2",
        "action = \"reduce\"\nreduce_to = 0.5",
        "action = \"leave\"",
    ] {
        let document = write(here.path(), keys);
        let counted = protected(&document);
        let all: u64 = counted.iter().map(|(trades, _)| trades).sum();
        assert!(all > 0, "{keys}");
        assert_eq!(document["scenario"]["protect"]["when"], "SPY.change < 0");
        let said = says(
            here.path(),
            &["run", "plan.toml", "--quiet", "--out", "results"],
        );
        assert!(said.contains("protected trades"), "{said}");
        assert!(said.contains("  - protection ("), "{said}");
        assert!(
            said.lines().all(|line| line.chars().count() <= 80),
            "{said}"
        );
        // The files say the same.
        let trades = open(&here.path().join("results"), "trades.parquet");
        assert_eq!(trades.columns().last().unwrap().0, "protected");
        let fills = open(&here.path().join("results"), "fills.parquet");
        let rows = |reader: &table::Reader| reader.rows();
        let reduced = keys.contains("reduce");
        // Two fills a trade, and one more for each part that was sold before.
        let more = if reduced { all } else { 0 };
        assert_eq!(rows(&fills), 2 * rows(&trades) + more, "{keys}");
        if keys.contains("leave") {
            let exits = document["regimes"].as_array().unwrap().iter();
            let left: u64 = exits
                .filter_map(|regime| regime["exits"]["protect"]["trades"].as_u64())
                .sum();
            assert_eq!(left, all, "who leaves is protected, and no one else");
        }
    }
    // A plan without says nothing of it.
    let plain = json(here.path(), &["mean-reversion", "--quiet"]);
    assert!(plain["regimes"][0].get("protected").is_none());
    let said = says(here.path(), &["run", "mean-reversion", "--quiet"]);
    assert!(!said.contains("protect"), "{said}");
}

#[test]
fn every_command_takes_a_plan_that_protects() {
    let here = folder();
    write(here.path(), "action = \"tighten\"\nstop_atr = 0.2");
    let plan = says(
        here.path(),
        &["plan", "plan.toml", "--on", "2022-06-13", "--quiet"],
    );
    assert!(plan.contains("Protect: while SPY.change < 0"), "{plan}");
    assert!(plan.contains("The protect rule at"), "{plan}");
    says(here.path(), &["check", "plan.toml"]);
    says(
        here.path(),
        &["audit", "plan.toml", "--cuts", "5", "--quiet"],
    );
    let sweep: [&str; 6] = [
        "sweep",
        "plan.toml",
        "--vary=protect.stop_atr=0.1..0.9:0.2",
        "--vary=exit.target_atr=1,2",
        "--quiet",
        "--out=swept",
    ];
    let swept = says(here.path(), &sweep);
    assert!(swept.contains("protect.stop_atr"), "{swept}");
    let forward = [
        "walk-forward",
        "plan.toml",
        "--vary=protect.stop_atr=0.2,0.6",
        "--quiet",
    ];
    says(here.path(), &forward);
    let carlo = [
        "montecarlo",
        "plan.toml",
        "--resamples=200",
        "--replays=10",
        "--quiet",
    ];
    says(here.path(), &carlo);
}

#[test]
fn a_slip_in_protect_is_shown_at_its_place() {
    let here = folder();
    let plan = fs::read_to_string(scenarios().join("mean-reversion.toml")).unwrap();
    for (keys, words) in [
        ("when = \"close < 1\"\n", "tighten, reduce, leave"),
        (
            "when = \"close < 1\"\naction = \"leave\"\nstop_atr = 0.5\n",
            "no effect",
        ),
        (
            "when = \"cloze < 1\"\naction = \"leave\"\n",
            "did you mean `close`",
        ),
    ] {
        fs::write(
            here.path().join("slip.toml"),
            format!("{plan}\n[protect]\n{keys}"),
        )
        .unwrap();
        refuses(here.path(), &["run", "slip.toml"], &["slip.toml", words]);
    }
}
