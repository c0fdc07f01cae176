//! `stormproof tape import`: two files of one row, two imports at once, kills, and the report for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Instant;

use serde_json::{Value, json};

use crate::support::*;

const HEADER: &str = "date,open,high,low,close,volume,adj_close,dividend\n";

/// Daily bars at one price, one row a session from 1990 on; weekdays are near enough, minus the days that are closed.
fn history(price: f64, rows: usize) -> String {
    let mut text = HEADER.to_owned();
    let mut date = market::Date::from_ymd_opt(1990, 1, 2).unwrap();
    let mut written = 0;
    while written < rows {
        if market::calendar::is_session(date) {
            let _ = writeln!(
                text,
                "{date},{price},{price},{price},{price},100,{price},0.0"
            );
            written += 1;
        }
        date = date.succ_opt().unwrap();
    }
    text
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(root) else {
        return found;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

#[test]
fn of_two_files_with_one_row_the_first_given_keeps_it_and_both_are_named() {
    let here = folder();
    for (name, close) in [("a", "10.5"), ("b", "10.71")] {
        fs::create_dir(here.path().join(name)).unwrap();
        let text = format!("{HEADER}2024-01-02,10,11,9.5,{close},1000,10.5,0\n");
        fs::write(here.path().join(name).join("TST.csv"), text).unwrap();
    }
    let said = says(here.path(), &["tape", "import", "b", "a", "--tape", "mine"]);
    assert!(
        said.contains("1d bars of TST: 1 added, 0 equal, 0 changed\n"),
        "{said}"
    );
    // (10.71 − 10.5) ÷ 10.71 = 1.9608 %.
    let line = "  disagree: 1 of 1 rows of a/TST.csv with b/TST.csv, which is kept: close in 1\n  rows, by up to 1.9608 %; first 2024-01-02 close: 10.71 kept, not 10.5\n";
    assert!(said.contains(line), "{said}");
    // The same once more: the first of the call still wins, so nothing changes.
    let before = files(&here.path().join("mine"));
    let again = says(here.path(), &["tape", "import", "b", "a", "--tape", "mine"]);
    assert!(
        again.contains("0 added, 1 equal, 0 changed (file as it was)"),
        "{again}"
    );
    assert_eq!(files(&here.path().join("mine")), before);
    // By itself the other file replaces what the tape has, which is reported as changed.
    let alone = says(here.path(), &["tape", "import", "a", "--tape", "mine"]);
    assert!(alone.contains("close: 10.71 is now 10.5"), "{alone}");
}

#[test]
fn the_report_is_a_document_too() {
    let here = folder();
    let history = here.path().join("history");
    fs::create_dir(&history).unwrap();
    fs::write(
        history.join("TST.csv"),
        format!("{HEADER}2024-01-02,10,11,9.5,10.5,1000,10.5,0.1\n"),
    )
    .unwrap();
    fs::write(history.join("notes.csv"), "who,what\nme,nothing\n").unwrap();
    let import = || -> Value {
        let said = says(
            here.path(),
            &["tape", "import", "history", "--tape", "mine", "--json"],
        );
        serde_json::from_str(&said).unwrap()
    };
    let first = import();
    assert_eq!(
        (&first["schema"], &first["tape"]),
        (&json!(1), &json!("mine"))
    );
    assert_eq!(
        first["files"],
        json!([{ "path": "history/TST.csv", "format": "daily-bars", "rows": 1, "notes": [] }])
    );
    assert_eq!(
        first["left"],
        json!([{ "path": "history/notes.csv", "reason": "no known format has the columns who,what" }])
    );
    assert_eq!(
        first["items"],
        json!([
            { "item": "1d bars of TST", "rows_added": 1, "rows_equal": 0, "rows_changed": 0, "written": true, "disagreements": [] },
            { "item": "dividends of TST", "rows_added": 1, "rows_equal": 0, "rows_changed": 0, "written": true, "disagreements": [] },
        ])
    );
    fs::write(
        history.join("TST.csv"),
        format!("{HEADER}2024-01-02,10,11,9.5,10.25,1000,10.5,0.1\n"),
    )
    .unwrap();
    assert_eq!(
        import()["changes"],
        json!([{ "item": "1d bars of TST", "at": "2024-01-02", "field": "close", "old": 10.5, "new": 10.25, "file": "history/TST.csv" }])
    );
}

#[test]
fn a_format_can_be_named_and_a_slip_is_told() {
    let here = folder();
    fs::write(here.path().join("RVX.csv"), "date,close\n2024-01-02,20\n").unwrap();
    let import = |more: &[&'static str]| {
        let args = ["tape", "import", "RVX.csv", "--tape", "mine"];
        [&args[..], more].concat()
    };
    refuses(
        here.path(),
        &import(&["--format", "yaho"]),
        &["`yaho`", "did you mean yahoo?"],
    );
    refuses(
        here.path(),
        &import(&["--format", "yahoo"]),
        &["RVX.csv:1", "a column volume"],
    );
    refuses(
        here.path(),
        &import(&["--zone", "America/NewYork"]),
        &["did you mean America/New_York?"],
    );
    assert!(!here.path().join("mine").exists());
    says(here.path(), &import(&["--format", "index"]));
}

#[test]
fn two_imports_into_one_tape_do_not_interleave() {
    let here = folder();
    fs::write(here.path().join("TST.csv"), history(10.0, 2)).unwrap();
    let import = ["tape", "import", "TST.csv", "--tape", "mine"];
    fs::create_dir(here.path().join("mine")).unwrap();
    let lock = fs::File::create(here.path().join("mine/.lock")).unwrap();
    lock.lock().unwrap();
    refuses(
        here.path(),
        &import,
        &["mine", ".lock", "wait for it to end"],
    );
    assert_eq!(names(&here.path().join("mine")), [".lock"]);
    // What a killed import leaves: the file without the lock.
    drop(lock);
    says(here.path(), &import);
    assert_eq!(names(&here.path().join("mine")), ["bars"]);
}

/// At whatever moment an import is killed, each file is the old one or the new one, and the same import completes it.
#[test]
fn a_kill_at_any_moment_leaves_every_file_old_or_new() {
    const SYMBOLS: usize = 12;
    let here = folder();
    let [old, new] = ["old", "new"].map(|name| here.path().join(name));
    for (folder, price) in [(&old, 10.0), (&new, 11.0)] {
        fs::create_dir(folder).unwrap();
        let text = history(price, 4000);
        for n in 0..SYMBOLS {
            fs::write(folder.join(format!("T{n}.csv")), &text).unwrap();
        }
    }
    let import = |from: &str| {
        Command::new(env!("CARGO_BIN_EXE_stormproof"))
            .args(["tape", "import", from, "--tape", "mine", "--quiet"])
            .current_dir(here.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let tape = here.path().join("mine");
    assert!(import("old").wait().unwrap().success());
    let before = files(&tape);
    assert_eq!(before.len(), SYMBOLS);
    let begun = Instant::now();
    assert!(import("new").wait().unwrap().success());
    let usual = begun.elapsed();
    let after = files(&tape);
    let (mut untouched, mut done, mut between) = (0, 0, 0);
    // Later after a kill that came too early, earlier after one too late: most fall around the renaming, however busy
    // the machine is.
    let mut delay = usual / 2;
    for step in 0..40 {
        for (path, bytes) in &before {
            fs::write(path, bytes).unwrap();
        }
        let mut child = import("new");
        sleep(delay);
        // It may be done already, which is fine too.
        let _ = child.kill();
        child.wait().unwrap();
        let found = files(&tape);
        let mut renamed = 0;
        for (path, bytes) in &before {
            let now = &found[path];
            assert!(
                now == bytes || *now == after[path],
                "{} is neither",
                path.display()
            );
            renamed += usize::from(now != bytes);
        }
        match renamed {
            0 => {
                untouched += 1;
                delay = delay * 6 / 5;
            }
            SYMBOLS => {
                done += 1;
                delay = delay * 9 / 10;
            }
            _ => between += 1,
        }
        assert!(import("new").wait().unwrap().success());
        // Nothing of the killed one is left: no lock, no half-written file.
        assert_eq!(files(&tape), after, "step {step}");
    }
    // In the midst of the renaming, or at least on both sides of it.
    assert!(
        between > 0 || (untouched > 0 && done > 0),
        "{untouched} {between} {done}: the moments were badly chosen"
    );
}

/// Bars as nobody's format has them.
fn odd(rows: &[&str]) -> String {
    format!("Ticker,when,O,H,L,C,Vol,note\n{}\n", rows.join("\n"))
}

#[test]
fn any_file_is_taken_with_its_columns_named() {
    let here = folder();
    let path = here.path().join("odd.csv");
    let import = |more: &[&'static str]| {
        let map = "symbol=Ticker,time=when,open=O,high=H,low=L,close=C,volume=Vol";
        let args = [
            "tape",
            "import",
            "odd.csv",
            "--tape",
            "mine",
            "--columns",
            map,
        ];
        [&args[..], more].concat()
    };
    fs::write(
        &path,
        odd(&[
            "tst,03/04/2020 09:30,10,11,9,10.5,\"1,000\",x",
            "tst,03/04/2020 09:35,10.5,11,10,10.25,2000,",
            "ABC,03/04/2020 09:30,5,5,5,5,1,",
            "ABC,03/04/2020 09:35,5,5,5,5,1,",
        ]),
    )
    .unwrap();
    // The 3rd of April or the 4th of March: not guessed; nor is the zone.
    refuses(
        here.path(),
        &import(&[]),
        &["odd.csv:2, column when", "03/04/2020", "--time-format"],
    );
    let form = ["--time-format", "%d/%m/%Y %H:%M"];
    refuses(
        here.path(),
        &import(&form),
        &["odd.csv:2, column when", "--zone"],
    );
    let all = import(&[
        "--time-format",
        "%d/%m/%Y %H:%M",
        "--zone",
        "America/New_York",
    ]);
    let said = says(here.path(), &all);
    for line in [
        "5m bars of TST: 2 added",
        "5m bars of ABC: 2 added",
        "times in America/New_York",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let list = says(
        here.path(),
        &["tape", "list", "--tape", "mine", "--format", "json"],
    );
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["entries"][0]["first"], "2020-04-03");
    let wrong = import(&[
        "--time-format",
        "%d/%m/%Y %H:%M",
        "--zone",
        "UTC",
        "--interval",
        "15m",
    ]);
    refuses(
        here.path(),
        &wrong,
        &["bars 5m apart", "--interval says 15m"],
    );
    refuses(
        here.path(),
        &import(&["--time-format", "%H:%M"]),
        &["--time-format: found `%H:%M`"],
    );
    refuses(
        here.path(),
        &import(&["--interval", "7m"]),
        &["`7m` is not a bar interval"],
    );
}

#[test]
fn one_symbol_in_two_cases_is_one_unless_its_rows_clash() {
    let here = folder();
    let import = |rows: &[&str], code: i32| {
        fs::write(here.path().join("odd.csv"), odd(rows)).unwrap();
        let map = "symbol=Ticker,time=when,open=O,high=H,low=L,close=C,volume=Vol";
        let args = [
            "tape",
            "import",
            "odd.csv",
            "--tape",
            "mine",
            "--columns",
            map,
        ];
        let output = ends(here.path(), &args, code);
        text(&output.stdout) + &text(&output.stderr)
    };
    let first = "TST,2020-04-03T09:30:00-04:00,10,11,9,10.5,1,";
    let second = "tst,2020-04-03T09:35:00-04:00,10,11,9,10.5,1,";
    let said = import(&[first, second], 0);
    assert!(said.contains("5m bars of TST: 2 added"), "{said}");
    let upper = second.replace("tst", "TST");
    let said = import(&[first, &upper, second], 2);
    for words in [
        "odd.csv:4",
        "a second time",
        "tst which is the symbol TST too",
    ] {
        assert!(
            said.replace("\n  │ ", " ").contains(words),
            "{words}: {said}"
        );
    }
}

#[test]
fn dated_values_with_named_columns_become_a_series() {
    let here = folder();
    fs::write(
        here.path().join("rates.csv"),
        "Tag,Satz,x\n31.12.2019,1.5,\n02.01.2020,,\n03.01.2020,\"1,234.5\",\n",
    )
    .unwrap();
    let import = |map: &'static str| {
        [
            "tape",
            "import",
            "rates.csv",
            "--tape",
            "mine",
            "--columns",
            map,
            "--time-format",
            "%d.%m.%Y",
        ]
    };
    let said = says(here.path(), &import("date=Tag,value=Satz"));
    assert!(
        said.contains("series RATES: 2 added"),
        "an empty cell is no value: {said}"
    );
    refuses(
        here.path(),
        &import("date=Tag,value=Zins"),
        &["rates.csv:1", "Tag,Satz,x", "a column Zins"],
    );
    refuses(
        here.path(),
        &import("date=Tag,open=Satz"),
        &["--columns", "no high"],
    );
}

#[test]
fn the_report_and_the_list_keep_to_80_columns_and_quotes_to_a_line_an_underlying() {
    let here = folder();
    let mut quotes =
        "underlying,quotedate,type,expiration,strike,bid,ask,underlying_last\n".to_owned();
    for day in ["2020-03-02", "2020-03-03", "2020-03-04"] {
        let _ = writeln!(quotes, "SPX,{day},call,2020-03-20,3000,0,1.5,2999");
    }
    fs::write(here.path().join("SPX_eod.csv"), quotes).unwrap();
    fs::write(
        here.path()
            .join("XYZ_sector_weights_and_a_name_of_some_length_2020-03-05.csv"),
        "Sector,as_of,weight_pct,n_holdings\nConsumer Discretionary,2020-03-05,8.5,70\n",
    )
    .unwrap();
    let text = says(here.path(), &["tape", "import", ".", "--tape", "mine"]);
    assert!(
        text.contains("\nquotes of SPX, 3 days: 3 added, 0 equal, 0 changed\n"),
        "{text}"
    );
    let list = says(here.path(), &["tape", "list", "--tape", "mine"]);
    assert_eq!(list.matches("SPX").count(), 1, "{list}");
    let days = list.lines().find(|l| l.contains("SPX, 3 days")).unwrap();
    for word in ["2020-03-02", "2020-03-04", " 3 "] {
        assert!(days.contains(word), "{days}");
    }
    for line in text.lines().chain(list.lines()) {
        // A path has no place to be broken at.
        let fits = line.chars().count() <= 80 || !line.trim().contains(' ');
        assert!(fits, "{line}");
    }
}
