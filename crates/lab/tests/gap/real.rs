//! The real five-minute bars of 2022, read from the vendors' files by the plain loop and from a tape by the program.

#![allow(clippy::print_stderr)] // a skipped test has to say so, and a measured one what it found

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use lab::{AuditOptions, RunOptions, Scenario, audit, load, run};
use tape::{ImportOptions, Tape};

use crate::made::regimes;
use crate::plain::{Bar, Symbol, trade};
use crate::{assert_same, rows, trades};

const PLAN: &str = include_str!("../../../../scenarios/gap-momentum-2022.toml");
const IWM: &str = "intraday/IWM_5min_2020-07_2026-07_IEX.csv";
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

#[test]
fn on_real_bars_of_2022_each_decision_and_trade_can_be_made_again_from_the_files() {
    let Some(real) = real() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let names = ["daily/IWM.csv", "daily/KRE.csv", IWM, KRE].map(|name| real.join(name));
    let never = AtomicBool::new(false);
    tape.import(&names, &ImportOptions::default(), &mut |_| {}, &never)
        .unwrap();
    let scenario = Scenario::parse("plan.toml", PLAN, &[]).unwrap();
    let window = &regimes()[2..];
    let options = RunOptions {
        threads: 1,
        stop: &never,
    };
    let told = run(&scenario, window, &tape, options).unwrap();
    assert_eq!(told.tape.origin, market::Origin::Real);
    let ours = &told.regimes[0];

    let iwm = files(&names[0], &names[2], 5);
    let kre = files(&names[1], &names[3], 60);
    let (plain, plain_trades) = trade(&iwm, &kre, "2022-01-03", "2022-12-30");
    assert_eq!(rows(ours), plain);
    assert_same(&trades(ours), &plain_trades);
    eprintln!(
        "{} rows of the log, {} trades",
        plain.len(),
        plain_trades.len()
    );
    assert!(plain_trades.len() >= 10, "{}", plain_trades.len());

    let loaded = load(&scenario, window, &tape, 1).unwrap();
    let cuts = AuditOptions {
        cuts: 60,
        threads: 0,
        stop: &never,
    };
    assert_eq!(
        audit(&scenario, window, &loaded, cuts).unwrap().mismatches,
        []
    );
}
