//! The real tape: daily bars and one venue's five-minute ones in one run.

#![allow(clippy::print_stderr)] // a skipped test has to say so

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use ::market::resample;
use lab::{AuditOptions, Regime, RunOptions, audit, load, run};
use tape::{ImportOptions, Tape};

use crate::market::{DAY, FIVE, date, plan};

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

#[test]
fn a_plan_within_the_session_runs_on_real_bars_and_sees_no_future() {
    let Some(real) = real() else { return };
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let files = ["daily/IWM.csv", "daily/KRE.csv", "intraday"].map(|name| real.join(name));
    let never = AtomicBool::new(false);
    tape.import(&files, &ImportOptions::default(), &mut |_| {}, &never)
        .unwrap();
    let window = [Regime::named(
        "2022",
        date("2022-01-03"),
        date("2022-12-30"),
    )];
    // On half hours made from five minutes, with KRE by its hours, ATR by days, and the five minutes to ask.
    let scenario = plan("30m", &["entry.declines=2", "fills.intrabar=finer"]);
    let loaded = load(&scenario, &window, &tape, 1).unwrap();
    let cuts = AuditOptions {
        cuts: 40,
        threads: 0,
        stop: &never,
    };
    let audited = audit(&scenario, &window, &loaded, cuts).unwrap();
    assert_eq!(audited.mismatches, []);
    assert!(audited.compared > 1000, "{audited:?}");
    // A daily plan that asks them: most ambiguous days are settled.
    let daily = [
        "entry.declines=1",
        "exit.stop_atr=0.3",
        "exit.target_atr=0.3",
        "exit.time_stop_min_mfe_atr=0.1",
        "fills.intrabar=finer",
    ];
    let options = RunOptions {
        threads: 1,
        stop: &never,
    };
    let daily: Vec<&str> = daily
        .into_iter()
        .chain(["exit.time_stop_sessions=2", "exit.max_sessions=3"])
        .collect();
    let run = run(&plan("1d", &daily), &window, &tape, options).unwrap();
    let band = run.regimes[0].band;
    let settled = band.settled.unwrap();
    assert!(band.ambiguous_trades >= 5, "{band:?}");
    assert!(
        settled.settled * 3 >= band.ambiguous_trades * 2,
        "{settled:?}"
    );

    // Days made from one venue's five minutes lie inside the official ones, and close near them, but for strays.
    let snapshot = &loaded.snapshot;
    let fine = snapshot.bars_of("IWM", FIVE).unwrap();
    let official = snapshot.bars_of("IWM", DAY).unwrap();
    let made = resample(fine, DAY, &snapshot.sessions).unwrap();
    let like = |i: &usize| {
        let row = official
            .session()
            .binary_search(&made.session()[*i])
            .unwrap();
        made.high()[*i] <= official.high()[row] * 1.0005
            && made.low()[*i] >= official.low()[row] * 0.9995
            && (made.close()[*i] / official.close()[row] - 1.0).abs() < 0.005
    };
    let alike = (0..made.len()).filter(like).count();
    assert!(
        made.len() > 500 && alike * 100 >= made.len() * 99,
        "{alike} of {}",
        made.len()
    );
}
