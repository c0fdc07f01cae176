//! Scenarios and arguments that are wrong: one clear message each, exit code 2.

use std::fs;

use crate::support::*;

#[test]
fn files_that_are_no_scenario() {
    let here = folder();
    let at = |name: &str| here.path().join(name);
    fs::write(at("empty.toml"), "").unwrap();
    fs::write(at("blank.toml"), "\n  \n").unwrap();
    fs::write(at("latin.toml"), b"# plan\nname = \"caf\xe9\"\n").unwrap();
    fs::write(at("huge.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    fs::write(at("binary.toml"), b"PAR1\0\0\0").unwrap();
    fs::create_dir(at("folder")).unwrap();
    let cases: [(&str, &[&str]); 7] = [
        (
            "missing.toml",
            &[
                "there is no scenario missing.toml",
                "mean-reversion-prior-low",
            ],
        ),
        (
            "empty.toml",
            &["empty.toml is empty", "start from a shipped plan"],
        ),
        ("blank.toml", &["blank.toml is empty"]),
        // The é is byte 19: 7 of the first line, then `name = "caf`.
        (
            "latin.toml",
            &["latin.toml:2: byte 18 is not UTF-8", "save it as UTF-8"],
        ),
        ("huge.toml", &["huge.toml is larger than 1 MiB"]),
        ("binary.toml", &["binary.toml:1:"]),
        ("folder", &["folder is a folder", "name a file in it"]),
    ];
    for (name, words) in cases {
        refuses(here.path(), &["run", name], words);
    }
}

/// Names and sentences stand in tables, titles and headings: what a terminal obeys has no place in them.
#[test]
fn what_steers_a_terminal_is_refused_in_plans_and_regimes() {
    let here = folder();
    let plan = here.path().join("plan.toml");
    let name = "name = \"mean-reversion\"";
    for steering in [
        "\\u001b[31m",
        "\\u202e",
        "\\u2066",
        "\\u200f",
        "\\u061c",
        "\\u009b",
    ] {
        for (from, to, words) in [
            (
                name,
                format!("name = \"x{steering}y\""),
                "`name` must be one line",
            ),
            (
                "Small caps",
                format!("Small {steering}caps"),
                "`hypothesis` has the control character",
            ),
            (
                "[filters.kre]",
                format!("[filters.\"k{steering}\"]"),
                "the filter's name",
            ),
            (
                "[filters.kre]",
                format!(
                    "[overlays.\"k{steering}\"]\nwhen = \"close > 1\"\nsize = 0.5\n[filters.kre]"
                ),
                "the overlay's name",
            ),
        ] {
            fs::write(&plan, plan_with(from, &to)).unwrap();
            let message = refuses(here.path(), &["check", "plan.toml"], &[words]);
            assert!(
                !message.chars().any(|c| c != '\n' && lab::steers(c)),
                "{message}"
            );
        }
        fs::write(&plan, plan_with(name, name)).unwrap();
        let own = format!("[\"a{steering}\"]\nfrom = 2019-01-02\nto = 2019-06-28\nstorm = \"s\"\n");
        fs::write(here.path().join("regimes.toml"), &own).unwrap();
        refuses(
            here.path(),
            &["run", "plan.toml"],
            &["regimes.toml:1:", "control character"],
        );
        let own = format!("[mine]\nfrom = 2019-01-02\nto = 2019-06-28\nstorm = \"s{steering}\"\n");
        fs::write(here.path().join("regimes.toml"), &own).unwrap();
        refuses(
            here.path(),
            &["run", "plan.toml"],
            &["regimes.toml:1:", "control character"],
        );
        fs::remove_file(here.path().join("regimes.toml")).unwrap();
    }
    says(here.path(), &["check", "plan.toml"]);
}

#[test]
fn mistakes_in_a_scenario_are_placed_and_underlined() {
    let here = folder();
    let plan = here.path().join("plan.toml");
    // What is changed, into what, the line that is to be blamed, and words of the message.
    let cases: [(&str, &str, &str, &[&str]); 8] = [
        (
            "target_atr = 2.0",
            "target_art = 2.0",
            "target_art",
            &[
                "unknown key `exit.target_art`",
                "did you mean `target_atr`?",
                "target_art = 2.0",
                "here",
            ],
        ),
        (
            "[risk]",
            "[rsik]",
            "[rsik]",
            &["unknown key `rsik`", "did you mean `risk`?"],
        ),
        (
            "stop_atr = 1.5",
            "stop_atr = \"wide\"",
            "stop_atr = ",
            &["exit.stop_atr"],
        ),
        (
            "strategy = \"mean-reversion\"",
            "strategy = \"mean-revision\"",
            "strategy = ",
            &["did you mean \"mean-reversion\"?"],
        ),
        (
            "equity_usd = 100_000",
            "equity_usd = 0",
            "equity_usd = 0",
            &["`account.equity_usd` is 0; it must be above 0"],
        ),
        (
            "stop = \"atr\"",
            "stop = \"prior-session\"",
            "stop_atr = 1.5",
            &["`exit.stop_atr` has no effect with `exit.stop` = \"prior-session\""],
        ),
        (
            "max_sessions = 10",
            "max_sessions = 2",
            "time_stop_sessions = ",
            &["exit.time_stop_sessions", "exit.max_sessions"],
        ),
        ("[exit]", "[exit", "[exit", &["plan.toml:"]),
    ];
    for (from, to, blamed, words) in cases {
        let text = plan_with(from, to);
        fs::write(&plan, &text).unwrap();
        let message = refuses(here.path(), &["run", "plan.toml"], words);
        let line = 1 + text.lines().position(|l| l.starts_with(blamed)).unwrap();
        assert!(
            message.contains(&format!("plan.toml:{line}:")),
            "line {line}: {message}"
        );
    }
}

#[test]
fn overrides_are_checked_like_the_file() {
    let here = folder();
    let cases: [(&str, &[&str]); 6] = [
        (
            "exit.target_art=2",
            &[
                "--set exit.target_art=2: unknown key",
                "did you mean `target_atr`?",
            ],
        ),
        (
            "account.equity_usd=0",
            &["--set account.equity_usd=0", "above 0"],
        ),
        ("account.equity_usd=nan", &["account.equity_usd"]),
        ("exit.stop=prior-session", &["has no effect"]),
        (
            "exit.target_atr",
            &["no equals sign", "--set exit.target_atr=2.5"],
        ),
        ("name.first=x", &["`name` is a value, not a table"]),
    ];
    for (set, words) in cases {
        refuses(here.path(), &["run", "mean-reversion", "--set", set], words);
    }
}

#[test]
fn regimes_and_windows() {
    let here = folder();
    let run = |extra: &[&str], words: &[&str]| {
        refuses(
            here.path(),
            &[&["run", "mean-reversion"], extra].concat(),
            words,
        );
    };
    run(
        &["--regimes", "covid"],
        &["no regime is called `covid`", "did you mean `covid-2020`?"],
    );
    run(
        &["--regimes", "august-2024"],
        &[
            "regime august-2024 (2024-07-15 to 2024-09-13) lies outside the tape",
            "the IWM bars of the tape end on 2023-12-29",
        ],
    );
    run(
        &["--regimes", "all,q4-2018"],
        &["--regimes all,q4-2018: `all` stands alone"],
    );
    run(&["--regimes", ","], &["the list is empty"]);
    run(&["--regimes", ""], &["the list is empty"]);
    run(&["--regimes", "q4-2018,"], &["a name is empty"]);
    run(
        &["--from", "2015-01-02", "--to", "2015-06-30"],
        &[
            "window 2015-01-02 to 2015-06-30 lies outside the tape",
            "the IWM bars of the tape begin on 2016-07-01",
        ],
    );
    run(
        &["--from", "2030-01-02", "--to", "2030-06-30"],
        &["2030-01-02"],
    );
    // An ATR of 14 sessions needs 15 bars; the tape begins on 2016-07-01, two sessions before.
    run(
        &["--from", "2016-07-06", "--to", "2016-09-30"],
        &["bars of IWM", "warm up", "missing"],
    );
    run(
        &["--from", "2018-12-25", "--to", "2018-12-25"],
        &["no trading session", "widen"],
    );
    run(
        &["--from", "2018-12-31", "--to", "2018-10-01"],
        &["is after", "swap"],
    );
    run(
        &["--from", "2018-13-01", "--to", "2018-12-31"],
        &["--from 2018-13-01", "expected a date"],
    );
    fs::write(here.path().join("plan.toml"), plan_with("", "")).unwrap();
    fs::write(
        here.path().join("regimes.toml"),
        "[mine]\nfrom = 2019-01-02\n",
    )
    .unwrap();
    refuses(
        here.path(),
        &["run", "plan.toml"],
        &["regimes.toml:1:2: `mine.to` is missing"],
    );
}

#[test]
fn a_folder_where_regimes_are_looked_for() {
    let here = folder();
    fs::write(here.path().join("plan.toml"), plan_with("", "")).unwrap();
    fs::create_dir(here.path().join("regimes.toml")).unwrap();
    refuses(
        here.path(),
        &["run", "plan.toml"],
        &["regimes.toml is a folder; expected a regimes file"],
    );
}

/// Nothing writes into it: opening it would wait for ever.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_scenario() {
    let here = folder();
    let made = std::process::Command::new("mkfifo")
        .arg("plan.toml")
        .current_dir(here.path())
        .status();
    assert!(made.unwrap().success());
    refuses(
        here.path(),
        &["run", "plan.toml"],
        &["plan.toml is not a regular file"],
    );
}

#[test]
fn an_import_of_nothing_says_what_is_known() {
    let here = folder();
    fs::create_dir(here.path().join("bare")).unwrap();
    let args = ["tape", "import", "bare", "--tape", "mine"];
    refuses(here.path(), &args, &["tape import --help"]);
    let help = says(here.path(), &["tape", "import", "--help"]);
    assert!(help.contains("date,open,high,low,close,volume(,adj_close,dividend)"));
}

#[test]
fn symbols_and_series_the_tape_lacks() {
    let here = folder();
    let cases: [(&str, &[&str]); 3] = [
        ("instrument.symbol=IWN", &["IWN", "IWM", "tape list"]),
        ("filters.kre.symbol=KBE", &["KBE", "KRE"]),
        ("account.cash_rate=SOFR", &["SOFR", "RVX", "DFF"]),
    ];
    for (set, words) in cases {
        refuses(here.path(), &["run", "mean-reversion", "--set", set], words);
    }
    refuses(
        here.path(),
        &["run", "mean-reversion", "--tape", "nowhere"],
        &["no tape at nowhere"],
    );
    fs::create_dir(here.path().join("bare")).unwrap();
    refuses(
        here.path(),
        &["run", "mean-reversion", "--tape", "bare"],
        &["IWM"],
    );
}

/// clap's own words, without our mark, but the same exit code.
#[test]
fn usage() {
    let here = folder();
    let cases: [(&[&str], &str); 10] = [
        (
            &["run", "mean-reversion", "--regime", "q4-2018"],
            "--regimes",
        ),
        (&["rum", "mean-reversion"], "'run'"),
        (&["run"], "<SCENARIO>"),
        (&["run", "mean-reversion", "--from", "2018-10-01"], "--to"),
        (
            &[
                "run",
                "mean-reversion",
                "--from",
                "2018-10-01",
                "--to",
                "2018-10-31",
                "--regimes",
                "q4-2018",
            ],
            "cannot be used with",
        ),
        (&["run", "mean-reversion", "-j", "0"], "0 is not in"),
        (&["run", "mean-reversion", "--gate", "paper"], "paper-trade"),
        (&["run", "mean-reversion", "--format", "xml"], "json"),
        (
            &["tape", "synth", "--seed", "-1", "--tape", "x"],
            "expected a whole number from 0 to 18446744073709551615",
        ),
        (&[], "Usage"),
    ];
    for (args, word) in cases {
        let output = ends(here.path(), args, 2);
        let stderr = text(&output.stderr);
        assert!(stderr.contains(word), "{args:?}: {stderr}");
        assert_eq!(text(&output.stdout), "");
    }
    assert_eq!(names(here.path()), [""; 0]);
}
