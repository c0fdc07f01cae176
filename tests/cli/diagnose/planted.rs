//! A perfect log, a planted execution error, a planted decay: each is found, and none is taken for another.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::*;

const WINDOW: [&str; 5] = [
    "mean-reversion",
    "--from",
    "2019-07-01",
    "--to",
    "2023-12-28",
];

#[test]
fn a_perfect_log_is_the_plan() {
    let here = folder();
    let rows = traded(here.path(), &WINDOW);
    assert!(rows.len() >= 20, "{}", rows.len());
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &WINDOW);
    assert_eq!(told["simulated"], true);
    assert_eq!(
        told["bridge"]["lines"].as_array().unwrap().len(),
        0,
        "{}",
        told["bridge"]
    );
    assert_eq!(told["execution"]["differing_trades"], 0);
    assert_eq!(told["missed"].as_array().unwrap().len(), 0);
    assert_ne!(told["verdict"], "execution-error");
    assert!(
        told["sentence"]
            .as_str()
            .unwrap()
            .contains("the log is the plan, trade by trade")
    );
    let own: f64 = rows.iter().map(|row| row.pnl).sum();
    assert!((told["bridge"]["log_usd"].as_f64().unwrap() - own).abs() < 0.01);
    suggestion_works(here.path(), &told);
    // Without dates the span is the log's own, and it still is the plan.
    let undated = diagnosed(here.path(), &WINDOW[..1]);
    assert_eq!(
        undated["missed"].as_array().unwrap().len(),
        0,
        "{}",
        undated["missed"]
    );
}

/// Stops held on for three sessions to 2 % below them, every third trade twice the size, and four entries on days without a setup.
fn spoilt(rows: &[Row]) -> (Vec<Row>, f64, f64, f64) {
    let mut spoilt = rows.to_vec();
    let (mut late, mut doubled) = (0.0, 0.0);
    for (n, row) in spoilt.iter_mut().enumerate() {
        if n % 3 == 0 {
            doubled += (row.exit_price - row.entry_price) * row.quantity;
            row.quantity *= 2.0;
        }
        if row.reason == "stop" {
            let worse = row.exit_price * 0.98;
            late += (worse - row.exit_price) * row.quantity;
            row.exit_price = worse;
            row.exit = sessions_later(row.exit, 3);
        }
    }
    let (mut added, mut own) = (Vec::new(), 0.0);
    for entry in free_sessions(&spoilt) {
        own += -3.0 * 100.0 - 2.0;
        added.push(Row {
            side: "long".to_owned(),
            quantity: 100.0,
            entry,
            entry_price: 200.0,
            exit: sessions_later(entry, 1),
            exit_price: 197.0,
            reason: String::new(),
            commission: 2.0,
            dividends: 0.0,
            pnl: -302.0,
        });
    }
    spoilt.extend(added);
    (spoilt, late, doubled, own)
}

/// Opens of four sessions far from every trade.
fn free_sessions(rows: &[Row]) -> Vec<Time> {
    let table =
        SessionTable::covering("2020-01-02".parse().unwrap(), "2022-12-30".parse().unwrap());
    let far = |open: &Time| {
        let apart =
            |row: &Row| sessions_later(row.exit, 4) < *open || row.entry > sessions_later(*open, 8);
        rows.iter().all(apart)
    };
    let opens = table
        .as_slice()
        .iter()
        .step_by(50)
        .map(|session| session.open);
    let free: Vec<Time> = opens.filter(far).take(4).collect();
    assert_eq!(free.len(), 4);
    free
}

#[test]
fn a_planted_execution_error_is_found_in_the_right_dollars() {
    let here = folder();
    let rows = traded(here.path(), &WINDOW);
    let (log, late, doubled, own) = spoilt(&rows);
    write_log(&here.path().join("log.csv"), &log);
    let told = diagnosed(here.path(), &WINDOW);
    assert_eq!(told["verdict"], "execution-error", "{}", told["sentence"]);
    let near = |component: &str, want: f64| {
        let (_, usd) =
            line(&told, component).unwrap_or_else(|| panic!("{component}: {}", told["bridge"]));
        assert!(
            (usd - want).abs() < 0.01,
            "{component}: {usd}, planted {want}"
        );
    };
    near("stop-ignored", late);
    near("size", doubled);
    near("no-setup", own);
    assert_eq!(line(&told, "no-setup").unwrap().0, 4);
    assert!(line(&told, "missed").is_none(), "{}", told["missed"]);
    // The rule is named, and stands above what cost less.
    let broken = told["broken_rules"].as_array().unwrap();
    let rules: Vec<&str> = broken
        .iter()
        .map(|rule| rule["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules[0], "stop not honoured", "{rules:?}");
    assert!(rules.contains(&"size beyond the plan's"), "{rules:?}");
    assert!(
        rules
            .iter()
            .any(|rule| rule.starts_with("no setup: 3 lower closes")),
        "{rules:?}"
    );
    assert!(
        told["next"]["command"]
            .as_str()
            .unwrap()
            .contains("--vary exit.stop_atr=")
    );
    suggestion_works(here.path(), &told);
    let table = says(
        here.path(),
        &[&["diagnose"], &WINDOW[..], &NEW_YORK].concat(),
    );
    let long = table.lines().filter(|line| line.chars().count() > 80);
    assert!(
        long.clone().all(|line| line.starts_with("  stormproof ")),
        "{:?}",
        long.collect::<Vec<_>>()
    );
    assert!(
        table.contains("SIMULATED") && table.contains("stop not honoured"),
        "{table}"
    );
}

#[test]
fn the_answer_is_the_same_on_any_number_of_threads() {
    let here = folder();
    let rows = traded(here.path(), &WINDOW);
    write_log(&here.path().join("log.csv"), &spoilt(&rows).0);
    let with = |threads| {
        let more = ["--format", "json", "--quiet", "--threads", threads];
        says(
            here.path(),
            &[&["diagnose"], &WINDOW[..], &NEW_YORK, &more].concat(),
        )
    };
    assert_eq!(with("1"), with("3"));
}

/// A market of falls of three days that come back within a week, up to the end of 2018; after that they go on falling.
fn decaying_tape(cwd: &Path) {
    let table =
        SessionTable::covering("2010-01-04".parse().unwrap(), "2020-12-31".parse().unwrap());
    let (mut text, mut close, mut state) = (
        "date,open,high,low,close,volume\n".to_owned(),
        100.0_f64,
        7_u64,
    );
    let last: Date = "2020-12-31".parse().unwrap();
    let turn: Date = "2019-01-02".parse().unwrap();
    for (n, session) in table
        .as_slice()
        .iter()
        .enumerate()
        .take_while(|(_, s)| s.date <= last)
    {
        // A linear congruence, so that the market is the same everywhere.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let noise = (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5;
        let decayed = session.date >= turn;
        // Twenty sessions a turn: three falls, then the week after, then quiet days.
        let change = match (n % 20, decayed) {
            (0..=2, _) => -0.012,
            (3..=6, false) => 0.009 + 0.012 * noise,
            (3..=6, true) => -0.007 + 0.012 * noise,
            (_, false) => 0.0015 * (n % 2) as f64 + 0.006 * noise,
            (_, true) => 0.005 * (n % 2) as f64 + 0.006 * noise,
        };
        let open = close;
        close *= 1.0 + change;
        let (high, low) = (open.max(close) * 1.003, open.min(close) * 0.997);
        let _ = writeln!(
            text,
            "{},{open:.4},{high:.4},{low:.4},{close:.4},1000000",
            session.date
        );
    }
    fs::create_dir(cwd.join("files")).unwrap();
    fs::write(cwd.join("files/IWM.csv"), &text).unwrap();
    says(cwd, &["tape", "import", "files", "--tape", "tape"]);
    let plan = plan_with(
        "symbol = \"KRE\"\nmin_change = -0.015",
        "rule = \"close > 1\"",
    );
    fs::write(cwd.join("plan.toml"), plan).unwrap();
}

const DECAYED: [&str; 7] = [
    "plan.toml",
    "--tape",
    "tape",
    "--from",
    "2019-01-02",
    "--to",
    "2020-12-30",
];

#[test]
fn a_planted_decay_is_a_regime_shift_and_no_execution_error() {
    let here = folder();
    decaying_tape(here.path());
    let rows = traded(here.path(), &DECAYED);
    assert!(rows.len() >= 10, "{}", rows.len());
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &DECAYED);
    assert_eq!(told["verdict"], "regime-shift", "{}", told["sentence"]);
    assert_eq!(told["execution"]["differing_trades"], 0);
    assert_eq!(told["bridge"]["lines"].as_array().unwrap().len(), 0);
    let shift = &told["shift"];
    assert!(
        shift["baseline"]["expectancy"].as_f64().unwrap() > shift["expectancy"].as_f64().unwrap()
    );
    assert!(shift["baseline"]["to"].as_str().unwrap() < "2019-01-02");
    assert_eq!(told["simulated"], false);
    suggestion_works(here.path(), &told);
}

#[test]
fn before_the_decay_the_same_trading_is_neither() {
    let here = folder();
    decaying_tape(here.path());
    let window: Vec<&str> = DECAYED
        .iter()
        .map(|word| match *word {
            "2019-01-02" => "2017-01-03",
            "2020-12-30" => "2018-12-20",
            other => other,
        })
        .collect();
    let rows = traded(here.path(), &window);
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &window);
    assert_eq!(told["verdict"], "neither", "{}", told["sentence"]);
    suggestion_works(here.path(), &told);
}

#[test]
fn an_account_of_another_size_is_no_error() {
    let here = folder();
    let mut rows = traded(here.path(), &WINDOW);
    for row in &mut rows {
        row.quantity = (row.quantity / 4.0).round();
    }
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &WINDOW);
    let command = told["next"]["command"].as_str().unwrap();
    assert!(
        command.contains("diagnose") && command.contains("account.equity_usd=2"),
        "{command}"
    );
    suggestion_works(here.path(), &told);
}

/// Of two planted errors of another kind: trades against the filter's veto are named with it, and missed ones counted.
#[test]
fn vetoes_and_missed_trades_are_named() {
    let here = folder();
    let rows = traded(here.path(), &WINDOW);
    let loose = [&WINDOW[..], &["--set", "filters.kre.min_change=-0.5"]].concat();
    let unfiltered = traded(here.path(), &loose);
    let met = |row: &Row, others: &[Row]| {
        others
            .iter()
            .any(|o| o.entry <= row.exit && row.entry <= o.exit)
    };
    let vetoed: Vec<Row> = unfiltered
        .iter()
        .filter(|row| !met(row, &rows))
        .cloned()
        .collect();
    assert!(!vetoed.is_empty());
    // The first three of the plan's own were not taken.
    let log: Vec<Row> = rows[3..].iter().chain(&vetoed).cloned().collect();
    write_log(&here.path().join("log.csv"), &log);
    let told = diagnosed(here.path(), &WINDOW);
    let (count, usd) = line(&told, "against-veto").unwrap();
    assert_eq!(count as usize, vetoed.len());
    assert!((usd - vetoed.iter().map(|row| row.pnl).sum::<f64>()).abs() < 0.01);
    let (count, usd) = line(&told, "missed").unwrap();
    assert_eq!(count, 3);
    assert!((usd + rows[..3].iter().map(|row| row.pnl).sum::<f64>()).abs() < 0.01);
    let named = |trade: &Value| {
        trade["broke"]
            .to_string()
            .contains("against the veto of KRE")
    };
    let trades = told["trades"].as_array().unwrap();
    assert_eq!(
        trades.iter().filter(|trade| named(trade)).count(),
        vetoed.len()
    );
}

/// A cent a fill, and fees, are sure and are nothing: a decay stays a regime shift alone.
#[test]
fn trifles_do_not_make_a_decay_an_execution_error() {
    let here = folder();
    decaying_tape(here.path());
    let mut rows = traded(here.path(), &DECAYED);
    for row in &mut rows {
        row.entry_price += 0.01;
        row.exit_price -= 0.01;
        row.commission += 0.5;
    }
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &DECAYED);
    assert_eq!(told["verdict"], "regime-shift", "{}", told["sentence"]);
    assert_eq!(told["execution"]["differing_trades"], 0);
    // They stay in the bridge.
    assert_eq!(line(&told, "costs").unwrap().0 as usize, rows.len());
    // One question asked, none corrected for.
    assert_eq!(told["shift"]["p_corrected"], told["shift"]["p_worse"]);
    let next = &told["next"]["why"];
    assert!(!next.as_str().unwrap().contains("fees"), "{next}");
}

#[test]
fn a_few_dear_trades_are_not_called_no_error() {
    let here = folder();
    let mut rows = traded(here.path(), &WINDOW);
    let lost = rows.iter_mut().filter(|row| row.pnl < 0.0).take(3);
    for row in lost {
        row.quantity *= 10.0;
    }
    write_log(&here.path().join("log.csv"), &rows);
    let told = diagnosed(here.path(), &WINDOW);
    assert_eq!(told["verdict"], "too-few", "{}", told["sentence"]);
    let sentence = told["sentence"].as_str().unwrap();
    for part in [
        "too few trades differ to tell an execution error",
        "dearest: size other than the plan's",
        "most often: size other than the plan's, 3 of",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
    let command = told["next"]["command"].as_str().unwrap();
    assert!(command.contains("risk.risk_per_trade="), "{command}");
    suggestion_works(here.path(), &told);
}
