//! The real five-minute bars of 2022, read from the vendors' files by the plain loop and from a tape by the program.

#![allow(clippy::print_stderr)] // a skipped test has to say so, and a measured one what it found

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::{AuditOptions, Regime, RunOptions, Scenario, audit, load, run};
use tape::{ImportOptions, Tape};

use crate::made::regimes;
use crate::plain::{Bar, Symbol, trade};
use crate::{assert_same, rows, trades};

const PLAN: &str = include_str!("../../../../scenarios/gap-momentum-2022.toml");
const IWM: &str = "intraday/IWM_5min_2020-07_2026-07_IEX.csv";
const SPY: &str = "intraday/SPY_5min_2018-01_2020-12_IB.csv";
const KRE: &str = "intraday/KRE_1h_2020-01_2025-01_SIP.csv";

/// The folder of real files, or a word on why there is none.
fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if folder.join("daily/IWM.csv").is_file() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

fn lines(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().skip(1).map(cells).collect()
}

fn bar(cells: &[String], length: i64) -> Bar {
    let number = |n: usize| cells[n].parse().unwrap();
    Bar {
        open: number(1),
        high: number(2),
        low: number(3),
        close: number(4),
        volume: number(5),
        length,
    }
}

/// The files of a symbol; stamps are New York time, `2022-01-03T09:30:00-05:00`.
fn files(days: &Path, within: &Path, length: i64) -> Symbol {
    let mut symbol = Symbol::default();
    for cells in lines(days) {
        symbol.days.insert(cells[0].clone(), bar(&cells, 390));
    }
    for cells in lines(within) {
        let number = |range: std::ops::Range<usize>| cells[0][range].parse::<i64>().unwrap();
        let minute = 60 * number(11..13) + number(14..16) - 570;
        // What begins before the open is not of the session.
        if minute >= 0 {
            let day = symbol.within.entry(cells[0][..10].to_owned());
            day.or_default().insert(minute, bar(&cells, length));
        }
    }
    symbol
}

/// Runs the plan on a symbol's real bars and makes it again from the files; returns how many rows of the log said that bars are
/// missing, and how many trades there were.
fn made_again(real: &Path, instrument: &str, intraday: &str, windows: &[Regime]) -> (usize, usize) {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let days = format!("daily/{instrument}.csv");
    let names = [&days, "daily/KRE.csv", intraday, KRE].map(|name| real.join(name));
    let never = AtomicBool::new(false);
    tape.import(&names, &ImportOptions::default(), &mut |_| {}, &never)
        .unwrap();
    let symbol = format!("instrument.symbol={instrument}");
    let scenario = Scenario::parse("plan.toml", PLAN, &[symbol.parse().unwrap()]).unwrap();
    let options = RunOptions {
        threads: 1,
        stop: &never,
    };
    let told = run(&scenario, windows, &tape, options).unwrap();
    assert_eq!(told.tape.origin, market::Origin::Real);

    let traded = files(&names[0], &names[2], 5);
    let kre = files(&names[1], &names[3], 60);
    let (mut missing, mut trades_made) = (0, 0);
    for ours in &told.regimes {
        let (from, to) = (ours.regime.from.to_string(), ours.regime.to.to_string());
        let (plain, plain_trades) = trade(&traded, &kre, &from, &to);
        assert_eq!(rows(ours), plain, "{}", ours.regime.name);
        assert_same(&trades(ours), &plain_trades);
        missing += plain.iter().filter(|row| row.2 == "bars missing").count();
        trades_made += plain_trades.len();
    }
    eprintln!("{instrument}: {trades_made} trades, {missing} sessions skipped");

    let loaded = load(&scenario, windows, &tape, 1).unwrap();
    let cuts = AuditOptions {
        cuts: 40,
        threads: 0,
        stop: &never,
    };
    let audit = audit(&scenario, windows, &loaded, cuts).unwrap();
    assert_eq!(audit.mismatches, []);
    (missing, trades_made)
}

#[test]
fn on_real_bars_of_2022_each_decision_and_trade_can_be_made_again_from_the_files() {
    let Some(real) = real() else { return };
    let (_, trades) = made_again(&real, "IWM", IWM, &regimes()[2..]);
    assert!(trades >= 10, "{trades}");
}

#[test]
fn also_where_the_real_tape_lacks_first_hours() {
    let Some(real) = real() else { return };
    let (missing, _) = made_again(&real, "SPY", SPY, &regimes()[..2]);
    assert!(missing >= 5, "{missing}");
}
