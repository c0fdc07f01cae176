//! `stormproof tape …`.

use std::fs;

use serde_json::Value;

use crate::support::*;

#[test]
fn coarser_bars_are_made_of_finer_ones_and_the_run_that_lacked_them_says_so_no_more() {
    let here = folder();
    let synth = [
        "tape",
        "synth",
        "--seed",
        "7",
        "--from-daily",
        "IWM,KRE",
        "--interval",
        "5m",
        "--from",
        "2019-11-01",
        "--to",
        "2020-03-31",
        "--tape",
        "mine",
    ];
    says(here.path(), &synth);
    let hourly = [
        "run",
        "mean-reversion",
        "--tape",
        "mine",
        "--from",
        "2020-02-03",
        "--to",
        "2020-03-31",
        "--set",
        "instrument.interval=1h",
    ];
    let lacked = "the tape has no 1h bars of IWM: resampled from its 5m bars";
    assert!(says(here.path(), &hourly).contains(lacked));
    let resample = |from: &'static str, to: &'static str| {
        [
            "tape",
            "resample",
            "--tape",
            "mine",
            "--symbols",
            "IWM",
            "--from",
            from,
            "--to",
            to,
        ]
    };
    let made = says(here.path(), &resample("5m", "1h,1d"));
    // The daily bars, from which the five-minute ones were made, stay: 20 + 21 + 21 + 19 + 22 sessions.
    assert!(
        made.contains("IWM: 103 1d bars on the tape come from elsewhere and stay"),
        "{made}"
    );
    assert!(
        made.contains("1h bars of IWM: ") && made.contains(" 0 equal, 0 changed"),
        "{made}"
    );
    assert!(!says(here.path(), &hourly).contains("resampled"));
    refuses(
        here.path(),
        &resample("5m", "12m"),
        &["5m bars make no 12m bars"],
    );
    refuses(
        here.path(),
        &resample("7m", "1h"),
        &["--from: `7m` is not a bar interval"],
    );
}

#[test]
fn the_embedded_tape_is_listed_with_its_mark() {
    let here = folder();
    let table = says(here.path(), &["tape", "list"]);
    assert!(
        table.contains("SIMULATED") && table.contains("seed 2018"),
        "{table}"
    );
    for name in [
        "IWM",
        "SPY",
        "KRE",
        "RVX",
        "breadth50",
        "VIX9D",
        "DGS3MO",
        "fomc",
    ] {
        assert!(table.contains(name), "{name}: {table}");
    }
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
    let document: Value =
        serde_json::from_str(&says(here.path(), &["tape", "list", "--format", "json"])).unwrap();
    let entries = document["entries"].as_array().unwrap();
    let iwm = entries
        .iter()
        .find(|e| e["kind"] == "bars" && e["name"] == "IWM")
        .unwrap();
    assert_eq!(
        (&iwm["interval"], &iwm["origin"], &iwm["seed"]),
        (&"1d".into(), &"simulated".into(), &2018.into())
    );
    assert_eq!(
        (&iwm["first"], &iwm["last"]),
        (&"2016-07-01".into(), &"2023-12-29".into())
    );
}

#[test]
fn the_same_seed_is_the_same_tape_and_the_same_run() {
    let here = folder();
    let tape = synth(here.path());
    let again = says(
        here.path(),
        &["tape", "synth", "--seed", "2018", "--tape", "tape"],
    );
    // Behind the two lines that say SIMULATED.
    let mut items = again.lines().skip(2);
    assert!(again.starts_with("SIMULATED"), "{again}");
    assert!(
        items.all(|line| line.ends_with("(file as it was)")),
        "{again}"
    );
    assert!(again.contains("1d bars of IWM: 0 added, "), "{again}");
    refuses(
        here.path(),
        &["tape", "synth", "--seed", "7", "--tape", "tape"],
        &["seed 2018", "seed 7"],
    );
    let mut own = json(here.path(), &["mean-reversion", "--tape", "tape"]);
    let mut embedded = json(here.path(), &["mean-reversion"]);
    // All but the name of the place.
    own["tape"]["name"] = Value::Null;
    embedded["tape"]["name"] = Value::Null;
    assert_eq!(own, embedded);
    assert!(tape.is_dir());
}

#[test]
fn intraday_bars_are_made_from_daily_ones_and_a_plan_runs_on_them() {
    let here = folder();
    let command = [
        "tape",
        "synth",
        "--from-daily",
        "IWM,SPY,KRE",
        "--interval",
        "15m",
        "--seed",
        "7",
        "--from",
        "2020-03-02",
        "--to",
        "2020-03-31",
        "--tape",
        "made",
    ];
    let said = says(here.path(), &command);
    // 22 sessions of March 2020, 26 quarters of an hour each.
    assert!(
        said.contains("15m bars of IWM: 572 added, 0 equal, 0 changed"),
        "{said}"
    );
    let again = says(here.path(), &command);
    // Behind the two lines that say SIMULATED.
    let mut items = again.lines().skip(2);
    assert!(again.starts_with("SIMULATED"), "{again}");
    assert!(
        items.all(|line| line.ends_with("(file as it was)")),
        "{again}"
    );
    let listed = says(here.path(), &["tape", "list", "--tape", "made"]);
    assert!(listed.contains("made (seed 7), not traded"), "{listed}");
    assert!(
        listed.contains("15m  2020-03-02 2020-03-31      572"),
        "{listed}"
    );
    // The daily bars came along: the same trades as on the tape they came from.
    let own = json(here.path(), &["mean-reversion", "--tape", "made"]);
    let embedded = json(here.path(), &["mean-reversion"]);
    assert_eq!(own["regimes"], embedded["regimes"]);
    for (more, less) in [
        (vec!["--interval", "1d"], "1m to 1h"),
        (vec!["--interval", "7m"], "`7m` is not a bar interval"),
        (vec!["--interval", "5m", "--from", "soon"], "--from soon"),
        (vec!["--interval", "5m", "--source", "nowhere"], "nowhere"),
    ] {
        let first = [
            "tape",
            "synth",
            "--from-daily",
            "IWM",
            "--seed",
            "7",
            "--tape",
            "other",
        ];
        refuses(here.path(), &[&first[..], &more].concat(), &[less]);
    }
    assert!(!here.path().join("other").exists());
}

const CSV: &str = "date,open,high,low,close,volume,adj_close,dividend\n\
    2024-01-02,10.0,11.0,9.5,10.5,1000,10.5,0.0\n\
    2024-01-03,10.5,10.75,10.0,10.25,2000,10.25,0.1\n";

#[test]
fn imports_tell_what_became_of_every_file_and_row() {
    let here = folder();
    let history = here.path().join("history");
    fs::create_dir(&history).unwrap();
    fs::write(history.join("TST.csv"), CSV).unwrap();
    fs::write(history.join("notes.csv"), "who,what\nme,nothing\n").unwrap();
    let said = says(
        here.path(),
        &["tape", "import", "history", "--tape", "mine"],
    );
    assert!(said.contains("TST.csv: 2 rows"), "{said}");
    assert!(said.contains("notes.csv: left, "), "{said}");
    assert!(
        said.contains("1d bars of TST: 2 added, 0 equal, 0 changed\n"),
        "{said}"
    );
    assert!(said.contains("dividends of TST: 1 added"), "{said}");
    let again = says(
        here.path(),
        &["tape", "import", "history", "--tape", "mine"],
    );
    assert!(
        again.contains("1d bars of TST: 0 added, 2 equal, 0 changed (file as it was)"),
        "{again}"
    );
    fs::write(
        history.join("TST.csv"),
        CSV.replace("10.25,2000", "10.5,2000"),
    )
    .unwrap();
    let changed = says(
        here.path(),
        &["tape", "import", "history/TST.csv", "--tape", "mine"],
    );
    assert!(
        changed.contains("changed: ") && changed.contains("10.25 is now 10.5"),
        "{changed}"
    );
    let list = says(here.path(), &["tape", "list", "--tape", "mine"]);
    assert!(
        list.contains("TST") && !list.contains("SIMULATED"),
        "{list}"
    );
}

#[test]
fn a_file_that_is_wrong_leaves_the_tape_alone() {
    let here = folder();
    let at = |name: &str| here.path().join(name);
    fs::write(at("TST.csv"), CSV).unwrap();
    says(
        here.path(),
        &["tape", "import", "TST.csv", "--tape", "mine"],
    );
    let path = at("mine/bars/interval=1d/symbol=TST/bars.parquet");
    let before = fs::read(&path).unwrap();
    let cases: [(&str, &str, &[&str]); 6] = [
        ("10.5,10.75", "ten,10.75", &["TST.csv:3", "open", "ten"]),
        ("10.5,10.75", "NaN,10.75", &["TST.csv:3", "open", "NaN"]),
        ("10.5,10.75", "-10.5,10.75", &["TST.csv:3", "-10.5"]),
        ("10.75,10.0", "9.0,10.0", &["TST.csv:3", "high"]),
        ("2024-01-03", "2024-01-02", &["TST.csv:3", "2024-01-02"]),
        ("2024-01-03", "2024-01-06", &["TST.csv:3", "2024-01-06"]),
    ];
    for (from, to, words) in cases {
        fs::write(at("TST.csv"), CSV.replacen(from, to, 1)).unwrap();
        refuses(
            here.path(),
            &["tape", "import", "TST.csv", "--tape", "mine"],
            words,
        );
        assert_eq!(fs::read(&path).unwrap(), before);
    }
    fs::write(at("TST.csv"), "").unwrap();
    refuses(
        here.path(),
        &["tape", "import", "TST.csv", "--tape", "mine"],
        &["TST.csv"],
    );
    refuses(
        here.path(),
        &["tape", "import", "nothing.csv", "--tape", "mine"],
        &["nothing.csv"],
    );
    fs::write(at("notes.csv"), "who,what\nme,nothing\n").unwrap();
    refuses(
        here.path(),
        &["tape", "import", "notes.csv", "--tape", "mine"],
        &["notes.csv is no tape data"],
    );
    refuses(
        here.path(),
        &["tape", "list", "--tape", "nowhere"],
        &["no tape at nowhere"],
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    assert!(!at("nowhere").exists());
}
