//! Logs that are not what they should be: each is refused, or read with a word about what it is.

use std::fs;

use super::*;

fn refused(log: &str, more: &[&str], words: &[&str]) -> String {
    let here = folder();
    fs::write(here.path().join("log.csv"), log).unwrap();
    let args = [&["diagnose", "mean-reversion", "--trades", "log.csv"], more].concat();
    refuses(here.path(), &args, words)
}

const HEAD: &str = "Symbol,DateTime,Quantity,TradePrice\n";

#[test]
fn foreign_columns_say_what_was_found_and_how_to_map_them() {
    refused(
        "When,What,Howmany,At\n2021-01-05,IWM,5,200\n",
        &[],
        &["log.csv: line 1", "When, What, Howmany, At", "--map time="],
    );
    refused(
        "When,What,Howmany,At\n2021-01-05,IWM,5,200\n",
        &["--map", "time=When,quantity=Qty,price=At"],
        &["names Qty, which the header lacks"],
    );
    refused(HEAD, &["--map", "when=DateTime"], &["none of time, clock"]);
    refused(
        HEAD,
        &["--map", "time=a,quantity=b,price=c", "--log-format", "ib"],
        &["contradict"],
    );
}

#[test]
fn cells_are_named_with_line_and_column() {
    refused(
        &format!("{HEAD}IWM,2021-01-05 10:00:00,5,\"200,5\"\n"),
        &[],
        &["line 2", "column TradePrice", "\"200,5\""],
    );
    refused(
        &format!("{HEAD}IWM,the 5th,5,200\n"),
        &[],
        &["line 2", "column DateTime", "--time-format"],
    );
    refused(
        &format!("{HEAD}IWM,2021-01-05 10:00:00,5,200\n"),
        &["--timezone", "New York"],
        &["no zone of that name", "America/New_York"],
    );
}

#[test]
fn logs_with_nothing_to_compare_say_what_they_hold() {
    refused(HEAD, &[], &["no closed trade of IWM", "no trade at all"]);
    refused(
        &format!("{HEAD}SPY,2021-01-05 10:00:00,5,200\nSPY,2021-01-06 10:00:00,-5,200\n"),
        &[],
        &["other symbols: SPY (2)"],
    );
    refused(
        &format!("{HEAD}IWM,2021-01-05 10:00:00,5,200\n"),
        &[],
        &["line 2", "still open"],
    );
    let closed = format!("{HEAD}IWM,2021-01-05 10:00:00,5,200\nIWM,2021-01-06 10:00:00,-5,200\n");
    refused(&closed, &["--from", "2022-01-03"], &["outside the dates"]);
    refused(&closed, &["--from", "soon"], &["expected a date"]);
}

#[test]
fn logs_older_or_newer_than_the_tape_name_its_dates() {
    let of = |year: u32| {
        format!("{HEAD}IWM,{year}-03-05 10:00:00,5,200\nIWM,{year}-03-09 10:00:00,-5,200\n")
    };
    refused(&of(2012), &[], &["2016-07-01", "2012-02"]);
    refused(&of(2024), &[], &["2023-12-29", "2024-03"]);
}

#[test]
fn what_is_no_log_is_refused() {
    let here = folder();
    let says = |log: &str, words: &[&str]| {
        refuses(
            here.path(),
            &["diagnose", "mean-reversion", "--trades", log],
            words,
        )
    };
    says("nowhere.csv", &["there is no log nowhere.csv"]);
    fs::create_dir(here.path().join("folder")).unwrap();
    says("folder", &["not a regular file"]);
    fs::write(here.path().join("empty.csv"), "").unwrap();
    says("empty.csv", &["is empty"]);
    fs::write(here.path().join("bytes.csv"), b"PK\x03\x04\0\xff\xfe").unwrap();
    says("bytes.csv", &["bytes.csv: "]);
    let condor = ["diagnose", "iron-condor", "--trades", "log.csv"];
    let log = format!("{HEAD}IWM,2021-01-05 10:00:00,5,200\nIWM,2021-01-06 10:00:00,-5,200\n");
    fs::write(here.path().join("log.csv"), log).unwrap();
    refuses(here.path(), &condor, &["trades options"]);
}

/// Partial fills, another symbol, an unclosed trade, another zone, times outside the session, no match with the plan: read, and said.
#[test]
fn what_can_be_read_is_read_and_said() {
    let here = folder();
    let log = format!(
        "{HEAD}SPY,2020-11-10 10:00:00,5,370\nIWM,2020-11-10 08:45:00,3,200\nIWM,2020-11-10 08:45:10,2,200\nIWM,2020-11-11 14:00:00,-5,199\nIWM,2020-11-12 14:00:00,5,199\n"
    );
    fs::write(here.path().join("log.csv"), log).unwrap();
    let table = says(
        here.path(),
        &[
            "diagnose",
            "mean-reversion",
            "--trades",
            "log.csv",
            "--quiet",
        ],
    );
    let flat = table.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "left out: 1 of other symbols (SPY 1)",
        "5 shares long since",
        "2 of 4 times lie outside",
        "--timezone America/Chicago",
        "no logged trade matches a trade of the plan",
        "entered without a setup",
        "no setup: 3 lower closes",
    ] {
        assert!(flat.contains(words), "`{words}` is not in: {table}");
    }
    let fixed = says(
        here.path(),
        &[
            "diagnose",
            "mean-reversion",
            "--trades",
            "log.csv",
            "--quiet",
            "--timezone",
            "America/Chicago",
        ],
    );
    assert!(!fixed.contains("lie outside every"), "{fixed}");
}

#[test]
fn hostile_names_do_not_reach_the_terminal_or_the_shell() {
    let here = folder();
    let log = format!(
        "{HEAD}\u{1b}[31m<script>alert(1)</script>,2020-11-10 10:00:00,5,370\nIWM,2020-11-10 10:00:00,5,200\nIWM,2020-11-11 10:00:00,-5,199\n"
    );
    let name = "lo g'$(touch pwned).csv";
    fs::write(here.path().join(name), log).unwrap();
    let plan = plan_with(
        "name = \"mean-reversion\"",
        "name = \"<img src=x onerror=alert(1)>\"",
    );
    fs::write(here.path().join("my plan';touch pwned;'.toml"), plan).unwrap();
    let args = [
        "diagnose",
        "my plan';touch pwned;'.toml",
        "--trades",
        name,
        "--quiet",
    ];
    let said = says(here.path(), &args);
    assert!(!said.contains('\u{1b}'), "{said}");
    assert!(
        said.contains("<SCRIPT>ALERT(1)</SCRIPT>"),
        "it is named, not acted on: {said}"
    );
    let json = says(here.path(), &[&args[..], &["--format", "json"]].concat());
    let told: Value = serde_json::from_str(&json).unwrap();
    suggestion_works(here.path(), &told);
    assert!(!here.path().join("pwned").exists());
}
