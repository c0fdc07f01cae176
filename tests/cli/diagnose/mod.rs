//! `stormproof diagnose`: simulated logs made from the plan's own trades, perfect and spoilt on purpose.

mod bad_log;
mod planted;
mod real;

use std::fs;
use std::path::Path;

use market::{Date, SessionTable, Time};
use serde_json::Value;

use crate::support::*;

/// A trade as a log tells it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) side: String,
    pub(crate) quantity: f64,
    pub(crate) entry: Time,
    pub(crate) entry_price: f64,
    pub(crate) exit: Time,
    pub(crate) exit_price: f64,
    pub(crate) reason: String,
    pub(crate) commission: f64,
    pub(crate) dividends: f64,
    pub(crate) pnl: f64,
}

/// The plan's own trades over a window, from the files of a run.
pub(crate) fn traded(cwd: &Path, args: &[&str]) -> Vec<Row> {
    let args = [&["run"], args, &["--out", "own", "--quiet"]].concat();
    ends(cwd, &args, 0);
    let reader = open(&cwd.join("own"), "trades.parquet");
    let sides = texts(&reader, "side");
    let column = |name| numbers(&reader, name);
    let (entries, exits) = (times(&reader, "entry_time"), times(&reader, "exit_time"));
    let (quantity, entry_price, exit_price) = (
        integers(&reader, "quantity"),
        column("entry_price"),
        column("exit_price"),
    );
    let (commission, dividends, pnl) = (column("commission"), column("dividends"), column("pnl"));
    let reasons = texts(&reader, "exit_reason");
    (0..sides.len())
        .map(|i| Row {
            side: sides[i].clone(),
            quantity: quantity[i] as f64,
            entry: Time(entries[i]),
            entry_price: entry_price[i],
            exit: Time(exits[i]),
            exit_price: exit_price[i],
            reason: reasons[i].clone(),
            commission: commission[i],
            dividends: dividends[i],
            pnl: pnl[i],
        })
        .collect()
}

/// A log in Stormproof's own columns, times in New York.
pub(crate) fn write_log(path: &Path, rows: &[Row]) {
    let mut text =
        "symbol,side,quantity,entry_time,entry_price,exit_time,exit_price,commission,dividends\n"
            .to_owned();
    for row in rows {
        let line = format!(
            "IWM,{},{},{},{},{},{},{},{}\n",
            row.side,
            row.quantity,
            row.entry,
            row.entry_price,
            row.exit,
            row.exit_price,
            row.commission,
            row.dividends
        );
        text.push_str(&line);
    }
    fs::write(path, text).unwrap();
}

pub(crate) const NEW_YORK: [&str; 4] = ["--timezone", "America/New_York", "--trades", "log.csv"];

pub(crate) fn diagnosed(cwd: &Path, args: &[&str]) -> Value {
    let args = [
        &["diagnose"],
        args,
        &NEW_YORK,
        &["--format", "json", "--quiet"],
    ]
    .concat();
    let told: Value = serde_json::from_str(&says(cwd, &args)).unwrap();
    adds_up(&told);
    told
}

/// The bridge to the cent, and each trade's own row.
fn adds_up(told: &Value) {
    let cents = |value: &Value| (value.as_f64().unwrap() * 100.0).round() as i64;
    let bridge = &told["bridge"];
    let lines = bridge["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| cents(&line["rounded_usd"])).sum();
    assert_eq!(
        cents(&bridge["plan_usd"]) + sum,
        cents(&bridge["log_usd"]),
        "{bridge}"
    );
    assert_eq!(
        cents(&bridge["log_usd"]),
        cents(&told["log"]["net_pnl_usd"])
    );
    for trade in told["trades"].as_array().unwrap() {
        let parts = trade["parts"].as_array().unwrap();
        let parts: f64 = parts.iter().map(|part| part["usd"].as_f64().unwrap()).sum();
        let plan = trade["plan"]["pnl_usd"].as_f64().unwrap_or(0.0);
        assert!(
            (plan + parts - trade["pnl_usd"].as_f64().unwrap()).abs() < 1e-6,
            "{trade}"
        );
    }
}

pub(crate) fn line(told: &Value, component: &str) -> Option<(u64, f64)> {
    let lines = told["bridge"]["lines"].as_array().unwrap();
    let found = lines.iter().find(|line| line["component"] == component)?;
    Some((
        found["trades"].as_u64().unwrap(),
        found["usd"].as_f64().unwrap(),
    ))
}

/// The close of the session that many sessions after an instant's.
pub(crate) fn sessions_later(time: Time, sessions: usize) -> Time {
    let date = time.exchange_date().unwrap();
    let table = SessionTable::covering(date, date);
    table.get(table.on_or_after(date) + sessions).unwrap().close
}

/// What is suggested works when pasted: run by a shell, in the folder of the log.
pub(crate) fn suggestion_works(cwd: &Path, told: &Value) {
    let command = told["next"]["command"].as_str().unwrap();
    let rest = command.strip_prefix("stormproof ").unwrap();
    let script = format!("'{}' {rest}", env!("CARGO_BIN_EXE_stormproof"));
    let output = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(cwd)
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{command}\n{said}");
    assert!(!output.stdout.is_empty(), "{command}");
}
