//! `stormproof plan` and `stormproof check`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{ends, folder, plan_with, refuses, says, text};

fn document(cwd: &Path, args: &[&str]) -> Value {
    let args = [args, &["--format", "json"]].concat();
    serde_json::from_str(&says(cwd, &args)).unwrap()
}

/// A day of the embedded tape on which the shipped plan enters.
const ENTERS: [&str; 4] = ["plan", "mean-reversion", "--on", "2022-06-13"];

#[test]
fn the_four_forms_say_the_same() {
    let here = folder();
    let document = document(here.path(), &ENTERS);
    assert_eq!(
        (&document["schema"], &document["simulated"]),
        (&1.into(), &true.into())
    );
    let day = &document["day"];
    assert_eq!(day["decision"], "enter");
    let shares = day["size"]["shares"].as_u64().unwrap();
    let stop = format!("${:.2}", day["levels"]["stop_usd"].as_f64().unwrap());
    for format in ["terminal", "markdown", "html"] {
        let said = says(here.path(), &[&ENTERS[..], &["--format", format]].concat());
        for word in [
            &format!("BUY {shares} shares"),
            &stop,
            "SIMULATED",
            "2022-06-14",
            "3 lower closes",
            "risk           $100,000.00 × 0.5% = $500.00",
        ] {
            assert!(said.contains(word), "{format}: {word}");
        }
        let again = says(here.path(), &[&ENTERS[..], &["--format", format]].concat());
        assert_eq!(said, again, "the same bytes");
    }
}

#[test]
fn the_terminal_keeps_to_80_columns() {
    let here = folder();
    for plan in ["mean-reversion", "mean-reversion-rules", "gap-momentum"] {
        let said = says(here.path(), &["plan", plan, "--quiet"]);
        let wide = said.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
    }
}

#[test]
fn a_page_needs_nothing_else_and_is_well_formed() {
    let here = folder();
    // Names and hypotheses are the user's: they must not act.
    let plan = plan_with("name = \"mean-reversion\"", "name = \"<script>a & b\"");
    fs::write(here.path().join("mine.toml"), plan).unwrap();
    let args = [
        "plan",
        "mine.toml",
        "--on",
        "2022-06-13",
        "--format",
        "html",
        "--out",
        "deep/plan.html",
    ];
    let said = ends(here.path(), &args, 0);
    assert_eq!(text(&said.stdout), "");
    let page = fs::read_to_string(here.path().join("deep/plan.html")).unwrap();
    assert!(page.contains("&lt;script&gt;a &amp; b") && !page.contains("<script"));
    let args = ["plan", "mine.toml", "--format", "markdown", "--quiet"];
    assert!(!says(here.path(), &args).contains("<script"));
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for word in ["http:", "https:", "src=", "url(", "@import", "<link"] {
        assert!(!outside.contains(word), "{word}");
    }
    assert!(page.contains("prefers-color-scheme: dark") && page.contains("@media print"));
    assert_eq!(page.matches("<svg").count(), 1);
    balanced(&page);
}

/// Every element is closed, in order.
fn balanced(page: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in page.split('<').skip(1) {
        let tag = part.split('>').next().unwrap();
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap();
        if tag.starts_with('!') || tag.ends_with('/') || name == "meta" {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "near <{part}");
        } else {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_equity_is_the_traders() {
    let here = folder();
    let small = document(here.path(), &[&ENTERS[..], &["--equity", "25000"]].concat());
    assert_eq!(small["day"]["size"]["risk_usd"], 125.0);
    let poor = [&ENTERS[..], &["--equity", "-1"]].concat();
    refuses(
        here.path(),
        &poor,
        &["an equity of -1 dollars", "--equity 25000"],
    );
    let set = [&ENTERS[..], &["--set", "exit.target_atr=4"]].concat();
    let set = document(here.path(), &set);
    let (day, atr) = (&set["day"], set["day"]["size"]["atr_usd"].as_f64().unwrap());
    let level = |name: &str| day["levels"][name].as_f64().unwrap();
    assert!((level("target_usd") - level("expected_fill_usd") - 4.0 * atr).abs() < 1e-9);
}

#[test]
fn dates_that_are_none_are_refused() {
    let here = folder();
    let on = |date| ["plan", "mean-reversion", "--quiet", "--on", date];
    refuses(
        here.path(),
        &on("2022-07-04"),
        &["is no session", "2022-07-01", "2022-07-05"],
    );
    refuses(
        here.path(),
        &on("2022-02-30"),
        &["--on 2022-02-30", "expected a date"],
    );
    refuses(
        here.path(),
        &on("2030-01-02"),
        &["outside the tape", "2023-12-29"],
    );
    refuses(
        here.path(),
        &on("2016-07-05"),
        &["not warm yet", "2016-07-22"],
    );
}

#[test]
fn a_plan_in_rules_shows_what_its_rules_compare() {
    let here = folder();
    let document = document(
        here.path(),
        &["plan", "mean-reversion-rules", "--on", "2022-06-13"],
    );
    let line = &document["day"]["checklist"][1];
    assert_eq!(line["name"], "roc(days) < -drop");
    assert_eq!(line["readings"][0]["what"], "roc(days)");
    assert_eq!(line["readings"][0]["unit"], "fraction");
    assert!(line["readings"][0]["value"].as_f64().unwrap() < -0.025);
}

#[test]
fn the_plan_that_runs_is_never_written_over() {
    let here = folder();
    says(here.path(), &["new", "rules", "--out", "mine.toml"]);
    let before = fs::read_to_string(here.path().join("mine.toml")).unwrap();
    let onto_itself = [
        "plan",
        "mine.toml",
        "--format",
        "html",
        "--out",
        "./mine.toml",
    ];
    refuses(here.path(), &onto_itself, &["is the plan itself"]);
    assert_eq!(
        fs::read_to_string(here.path().join("mine.toml")).unwrap(),
        before
    );
    // The numbers that names stand for are on the sheet.
    let sheet = says(here.path(), &["plan", "mine.toml", "--on", "2022-05-10"]);
    assert!(sheet.contains("-drop −3.0000%"), "{sheet}");
}

#[test]
fn the_checkup_gives_a_plan_that_runs_the_same() {
    let here = folder();
    for plan in ["mean-reversion", "mean-reversion-rules", "gap-momentum"] {
        let checkup = document(here.path(), &["check", plan]);
        assert_eq!(checkup["can_run"], true);
        fs::write(
            here.path().join("again.toml"),
            checkup["resolved"].as_str().unwrap(),
        )
        .unwrap();
        let run = |plan| says(here.path(), &["run", plan, "--format", "json", "--quiet"]);
        assert_eq!(run("again.toml"), run(plan), "{plan}");
    }
}

#[test]
fn the_checkup_tells_what_is_read_and_what_is_there() {
    let here = folder();
    let said = says(here.path(), &["check", "gap-momentum"]);
    for words in [
        "ATR of 14 sessions: 15 daily bars",
        "triggers of gap-momentum: 20 sessions of the plan's bars",
        "IWM 5m bars (open, high, low, close, volume): ",
        "covid-2020 (2020-02-18 to 2020-06-30): covered",
        "SIMULATED",
        "It can run on this tape.",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
    let never = [
        "check",
        "mean-reversion-rules",
        "--set",
        "entry.when=\"close < 1 and close < 2\"",
    ];
    let said = says(here.path(), &never);
    assert!(said.contains("holds on no bar of the windows"), "{said}");
}

#[test]
fn what_cannot_run_is_told_in_full_and_refused() {
    let here = folder();
    let sets = ["--set", "filters.kre={rule=\"NOSUCH < 30\"}"];
    let args = [&["check", "mean-reversion-rules"][..], &sets].concat();
    let output = ends(here.path(), &args, 2);
    let (said, refused) = (text(&output.stdout), text(&output.stderr));
    assert!(
        said.contains("NOSUCH series: MISSING") && said.contains("cannot run"),
        "{said}"
    );
    assert!(refused.contains("NOSUCH"), "{refused}");
    // One regime outside the tape: the others are covered all the same.
    let regimes = [
        "check",
        "mean-reversion",
        "--regimes",
        "q4-2018,tariffs-2025",
    ];
    let output = ends(here.path(), &regimes, 2);
    let said = text(&output.stdout);
    assert!(
        said.contains("q4-2018 (2018-10-01 to 2018-12-31): covered"),
        "{said}"
    );
    assert!(said.contains("not covered:") && text(&output.stderr).contains("tariffs-2025"));
}
