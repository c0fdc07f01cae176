//! `stormproof run` on the embedded tape.

use std::fs;

use serde_json::Value;

use crate::support::*;

const THREE: [&str; 3] = ["q4-2018", "covid-2020", "tightening-2022"];

fn narrow(table: &str) {
    for line in table.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line, line.trim_end(), "no trailing blanks");
    }
}

#[test]
fn the_shipped_plan_runs_from_any_folder_in_three_regimes() {
    let here = folder();
    let output = ends(here.path(), &["run", "mean-reversion"], 0);
    let table = text(&output.stdout);
    assert_eq!(text(&output.stderr), "");
    narrow(&table);
    let figures = [
        "window",
        "net return",
        "IWM itself",
        "max drawdown",
        "at bar closes",
        "trades",
        "win rate (95%)",
        "held, average",
        "held, median",
        "expectancy",
        "in R",
        "profit factor",
        "average gain",
        "average loss",
        "longest losing run",
        "exposure",
        "Sharpe / Sortino",
        "annualised return",
        "Calmar",
        "exits",
        "setups",
        "vetoed by",
        "ambiguous trades",
        "short sample",
        "verdict: ",
    ];
    for wanted in figures.iter().chain(&THREE) {
        assert!(table.contains(wanted), "{wanted} is missing:\n{table}");
    }
    assert!(
        table.matches("SIMULATED").count() >= 2,
        "at the top and at the end"
    );
    for never in ["NaN", "inf ", "None", "\u{1b}"] {
        assert!(!table.contains(never), "{never}:\n{table}");
    }
    assert_eq!(
        names(here.path()),
        [""; 0],
        "a run without --out writes nothing"
    );
}

#[test]
fn the_table_and_the_document_agree() {
    let here = folder();
    let table = says(here.path(), &["run", "mean-reversion"]);
    let document = json(here.path(), &["mean-reversion"]);
    let regimes = document["regimes"].as_array().unwrap();
    assert_eq!(regimes.len(), 3);
    let row = |label: &str| -> Vec<String> {
        let line = table.lines().find(|l| l.starts_with(label)).unwrap();
        let cells = line[label.len()..].split("  ").map(str::trim);
        cells.filter(|c| !c.is_empty()).map(str::to_owned).collect()
    };
    for (i, regime) in regimes.iter().enumerate() {
        let trades = &regime["figures"]["trades"];
        assert_eq!(row("trades")[i], trades.to_string());
        assert_eq!(row("setups")[i], regime["funnel"]["setups"].to_string());
        let fall = regime["figures"]["max_drawdown"].as_f64().unwrap();
        assert_eq!(row("max drawdown")[i], format!("{:.2}%", fall * 100.0));
        let standing = regime["standing"].as_str().unwrap();
        let name = regime["name"].as_str().unwrap();
        assert!(table.contains(&format!("\n{name} {standing}")), "{table}");
    }
    let verdict = document["verdict"]["verdict"].as_str().unwrap();
    assert!(table.contains(&format!("\nverdict: {verdict} ")));
}

#[test]
fn the_document_says_what_it_rests_on() {
    let here = folder();
    let document = json(here.path(), &["mean-reversion"]);
    assert_eq!(document["schema"], 1);
    assert_eq!(document["simulated"], true);
    assert_eq!(document["plan"], "mean-reversion");
    assert_eq!(document["stormproof"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["tape"]["origin"], "simulated");
    assert_eq!(document["tape"]["seed"], 2018);
    assert_eq!(document["tape"]["fingerprint"].as_str().unwrap().len(), 32);
    assert_eq!(document["scenario"]["exit"]["target_atr"], 2.0);
    assert_eq!(document["scenario"]["account"]["equity_usd"], 100_000.0);
    let criteria = document["criteria"].as_array().unwrap();
    assert_eq!(criteria.len(), 3);
    assert_eq!(
        (&criteria[0]["kind"], &criteria[2]["kind"]),
        (&"trigger".into(), &"filter".into())
    );
}

fn no_nulls(value: &Value, path: &str) {
    match value {
        Value::Null => panic!("{path} is null"),
        Value::Array(items) => items.iter().for_each(|item| no_nulls(item, path)),
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| no_nulls(v, &format!("{path}.{k}"))),
        _ => {}
    }
}

#[test]
fn figures_that_are_not_defined_are_absent() {
    let here = folder();
    no_nulls(&json(here.path(), &["mean-reversion"]), "");
    // Declines of half the price: no setup, no trade, an account that never moved.
    let still = ["mean-reversion", "--set", "entry.min_decline=0.5"];
    let document = json(here.path(), &still);
    no_nulls(&document, "");
    let figures = document["regimes"][0]["figures"].as_object().unwrap();
    assert_eq!(figures["trades"], 0);
    assert_eq!(figures["net_return"], 0.0);
    let undefined = [
        "win_rate",
        "win_rate_95",
        "profit_factor",
        "expectancy_usd",
        "expectancy_r",
        "sharpe",
        "sortino",
        "calmar",
        "annualised_return",
        "average_gain_usd",
        "average_loss_usd",
        "average_holding_sessions",
        "median_holding_sessions",
        "deepest_drawdown",
    ];
    for key in undefined {
        assert!(!figures.contains_key(key), "{key} is {}", figures[key]);
    }
    assert_eq!(document["verdict"]["verdict"], "inconclusive");
    let table = says(here.path(), &[&["run"], &still[..]].concat());
    let line = table
        .lines()
        .find(|l| l.starts_with("profit factor"))
        .unwrap();
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>(),
        ["profit", "factor", "–", "–", "–"]
    );
}

#[test]
fn more_regimes_than_fit_abreast_still_fit_in_80_columns() {
    let here = folder();
    let table = says(here.path(), &["run", "mean-reversion", "--regimes", "all"]);
    narrow(&table);
    for name in THREE.iter().chain(&["svb-2023", "calm-2017"]) {
        assert!(table.contains(name), "{name}");
    }
    // These lie beyond the embedded tape's end; they are left out, and that is said.
    for name in ["august-2024", "tariffs-2025"] {
        assert!(
            table.contains(&format!("warning: regime {name} ")),
            "{table}"
        );
    }
    assert_eq!(
        table.matches("\nnet return").count(),
        2,
        "blocks of three and two"
    );
}

#[test]
fn long_names_and_reasons_stay_within_80_columns() {
    let here = folder();
    let name = "a plan with a name that nobody in their right mind would ever give to a plan";
    let filters = "[filters.a-second-filter]\nseries = \"RVX\"\nmin_level = 1.23456789\nmax_level = 98.7654321\n[costs]";
    let text =
        plan_with("[costs]", filters).replacen("\"mean-reversion\"", &format!("\"{name}\""), 1);
    fs::write(here.path().join("plan.toml"), text).unwrap();
    let regimes = "[a-regime-with-a-very-long-name-indeed]\nfrom = 2019-01-02\nto = 2019-06-28\nstorm = \"one whose description goes on and on and on, well beyond what a line of a terminal can take\"\n";
    fs::write(here.path().join("regimes.toml"), regimes).unwrap();
    let args = [
        "run",
        "plan.toml",
        "--regimes",
        "a-regime-with-a-very-long-name-indeed,q4-2018",
    ];
    narrow(&says(here.path(), &args));
}

#[test]
fn regimes_beside_the_scenario_are_known() {
    let here = folder();
    fs::write(here.path().join("plan.toml"), plan_with("", "")).unwrap();
    let own = "[mine]\nfrom = 2019-01-02\nto = 2019-06-28\nstorm = \"a quiet spring\"\n";
    fs::write(here.path().join("regimes.toml"), own).unwrap();
    let document = json(here.path(), &["plan.toml", "--regimes", "mine,q4-2018"]);
    assert_eq!(document["regimes"][0]["storm"], "a quiet spring");
    assert_eq!(document["regimes"][1]["name"], "q4-2018");
}

#[test]
fn a_window_of_ones_own_is_named_by_its_dates() {
    let here = folder();
    let window = [
        "mean-reversion",
        "--from",
        "2018-10-01",
        "--to",
        "2018-12-31",
    ];
    let own = json(here.path(), &window);
    let named = json(here.path(), &["mean-reversion", "--regimes", "q4-2018"]);
    assert_eq!(own["regimes"][0]["name"], "2018-10-01 to 2018-12-31");
    assert_eq!(own["regimes"][0]["figures"], named["regimes"][0]["figures"]);
}

#[test]
fn set_does_what_editing_the_file_does() {
    let here = folder();
    let plan = here.path().join("plan.toml");
    fs::write(&plan, plan_with("", "")).unwrap();
    let before = says(here.path(), &["run", "plan.toml", "--format", "json"]);
    let sets = ["--set", "exit.target_atr=2.5", "--set", "exit.stop_atr=1.0"];
    let set = says(
        here.path(),
        &[&["run", "plan.toml", "--format", "json"], &sets[..]].concat(),
    );
    let edited = plan_with("target_atr = 2.0", "target_atr = 2.5").replacen(
        "stop_atr = 1.5",
        "stop_atr = 1.0",
        1,
    );
    fs::write(&plan, edited).unwrap();
    let after = says(here.path(), &["run", "plan.toml", "--format", "json"]);
    assert_eq!(set, after);
    assert_ne!(before, after);
}

#[test]
fn one_thread_or_many_give_the_same_bytes() {
    let here = folder();
    let mut printed = Vec::new();
    for (threads, out) in [("1", "one"), ("2", "two"), ("7", "seven")] {
        let args = [
            "run",
            "mean-reversion",
            "-j",
            threads,
            "--out",
            out,
            "--format",
            "json",
        ];
        printed.push(says(here.path(), &args));
    }
    assert_eq!(printed[0], printed[1]);
    let one = bytes_of(&here.path().join("one"));
    assert_eq!(one, bytes_of(&here.path().join("two")));
    assert_eq!(one, bytes_of(&here.path().join("seven")));
    // run.json is the document on standard output.
    assert_eq!(one[3], printed[0].as_bytes());
}

#[test]
fn gates_open_for_the_same_verdict_or_a_better_one() {
    let here = folder();
    let verdict = json(here.path(), &["mean-reversion"])["verdict"]["verdict"].clone();
    let ranks = ["restructure", "rework", "paper-trade", "paper-trade-strong"];
    let have = ranks.iter().position(|r| verdict == *r);
    for (rank, gate) in ranks.iter().enumerate().skip(1) {
        let met = have.is_some_and(|have| have >= rank);
        let output = ends(
            here.path(),
            &["run", "mean-reversion", "--gate", gate],
            if met { 0 } else { 3 },
        );
        let stderr = text(&output.stderr);
        assert!(
            text(&output.stdout).contains("verdict: "),
            "the result is shown either way"
        );
        if met {
            assert_eq!(stderr, "");
        } else {
            let verdict = verdict.as_str().unwrap();
            assert_eq!(
                stderr,
                format!("gate not met: the verdict is {verdict}, {gate} was demanded\n")
            );
        }
    }
    // Too few trades to say: no gate opens.
    let still = [
        "run",
        "mean-reversion",
        "--set",
        "entry.min_decline=0.5",
        "--gate",
        "rework",
    ];
    ends(here.path(), &still, 3);
}

#[test]
fn audits_find_nothing() {
    let here = folder();
    for plan in ["mean-reversion", "mean-reversion-prior-low", "gap-momentum"] {
        let said = says(here.path(), &["audit", plan, "--cuts", "12"]);
        // Three regimes, twelve cuts, truncated and poisoned.
        assert!(said.starts_with("SIMULATED"), "{said}");
        assert!(
            said.contains(&format!("\naudit of {plan}: 72 replays, ")),
            "{said}"
        );
        assert!(said.ends_with(", 0 differed\n"), "{said}");
        assert!(
            !said.contains(" 0 setups"),
            "something was compared: {said}"
        );
    }
}
