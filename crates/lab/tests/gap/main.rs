//! Gap momentum as it ships: held to plain loops, to audits, and to what a person may get wrong in it.

mod jump;
mod made;
mod plain;
mod plans;
mod real;

use std::sync::atomic::AtomicBool;

use engine::Outcome;
use lab::{AuditOptions, Loaded, RegimeRun, Scenario, audit};
use market::Time;

use crate::made::{holed, loaded, regimes, run_on, symbol};
use crate::plain::{Row, Traded};

pub(crate) const PLAN: &str = include_str!("../../../../scenarios/gap-momentum.toml");

pub(crate) fn plan(sets: &[&str]) -> Scenario {
    let overrides: Vec<lab::Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", PLAN, &overrides).unwrap()
}

/// The day and the minute after 9:30 of an instant.
pub(crate) fn clock(time: Time) -> (String, i64) {
    use chrono::Timelike as _;
    let local = time.exchange().unwrap();
    let minute = i64::from(local.hour() * 60 + local.minute()) - 570;
    (local.date().to_string(), minute)
}

/// A run's log in the plain loop's words.
pub(crate) fn rows(run: &RegimeRun) -> Vec<Row> {
    let row = |setup: &lab::Setup| {
        let (day, minute) = clock(setup.time);
        let outcome = match setup.outcome {
            Outcome::Entered => "entered",
            Outcome::Vetoed { .. } => "vetoed",
            Outcome::Busy => "busy",
            Outcome::CoolingDown => "cooling down",
            Outcome::Rejected(reason) => reason.as_str(),
        };
        (day, minute, outcome)
    };
    run.ledger.setups.iter().map(row).collect()
}

/// A run's trades in the plain loop's words.
pub(crate) fn trades(run: &RegimeRun) -> Vec<Traded> {
    let one = |trade: &market::Trade| {
        let ((day, entry), (last, exit)) = (clock(trade.entry_time), clock(trade.exit_time));
        assert_eq!(day, last, "a trade outlived its session");
        Traded {
            day,
            entry: (entry, trade.entry_price),
            exit: (exit, trade.exit_price),
            shares: trade.quantity as f64,
            reason: trade.exit_reason.as_str(),
            pnl: trade.pnl_usd,
        }
    };
    run.ledger.trades.iter().map(one).collect()
}

pub(crate) fn assert_same(ours: &[Traded], plain: &[Traded]) {
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1.0);
    assert_eq!(ours.len(), plain.len(), "{ours:?}\n{plain:?}");
    for (a, b) in ours.iter().zip(plain) {
        let what = format!("{a:?}\n{b:?}");
        assert_eq!(
            (&a.day, a.entry.0, a.exit.0),
            (&b.day, b.entry.0, b.exit.0),
            "{what}"
        );
        assert_eq!((a.shares, a.reason), (b.shares, b.reason), "{what}");
        assert!(
            close(a.entry.1, b.entry.1) && close(a.exit.1, b.exit.1),
            "{what}"
        );
        assert!((a.pnl - b.pnl).abs() < 1e-6, "{what}");
    }
}

/// Runs the shipped plan and the plain loop on the same bars; returns how many rows and trades they agreed on.
fn agreed(loaded: &Loaded) -> (usize, usize, usize) {
    let (iwm, kre) = (
        symbol(&loaded.snapshot, "IWM"),
        symbol(&loaded.snapshot, "KRE"),
    );
    let (mut all, mut missing, mut traded) = (0, 0, 0);
    for run in run_on(&plan(&[]), loaded) {
        let (from, to) = (run.regime.from.to_string(), run.regime.to.to_string());
        let (plain, plain_trades) = plain::trade(&iwm, &kre, &from, &to);
        assert_eq!(rows(&run), plain, "{}", run.regime.name);
        assert_same(&trades(&run), &plain_trades);
        let told = run.funnel.rejected.get("bars missing").copied();
        let rows = plain.iter().filter(|row| row.2 == "bars missing").count();
        assert_eq!(told.unwrap_or(0), rows);
        all += plain.len();
        missing += rows;
        traded += plain_trades.len();
    }
    (all, missing, traded)
}

#[test]
fn every_decision_and_trade_is_what_plain_loops_over_the_bars_make_of_them() {
    let whole = loaded();
    let (rows, missing, traded) = agreed(&whole);
    assert!(rows >= 30 && traded >= 10, "{rows} rows, {traded} trades");
    assert_eq!(missing, 0);
}

#[test]
fn also_where_bars_are_missing() {
    let whole = loaded();
    let (mut missing, mut traded) = (0, 0);
    for (seed, one_in) in [(1, 400), (2, 100), (3, 40), (4, 40), (6, 15)] {
        let (_, gone, trades) = agreed(&holed(&whole, seed, one_in));
        missing += gone;
        traded += trades;
    }
    assert!(
        missing >= 40 && traded >= 20,
        "{missing} missing, {traded} trades"
    );
}

#[test]
fn no_decision_sees_the_future_with_all_bars_or_with_holes() {
    let stop = AtomicBool::new(false);
    let options = AuditOptions {
        cuts: 12,
        threads: 0,
        stop: &stop,
    };
    let whole = loaded();
    let holes = holed(&whole, 5, 40);
    for (what, scenario) in [
        ("as it ships", plan(&[])),
        (
            "short",
            plan(&["entry.side=short", "costs.borrow_rate=0.01"]),
        ),
        (
            "loose",
            plan(&["entry.min_gap=0.0", "entry.min_relative_volume=0.3"]),
        ),
    ] {
        for loaded in [&whole, &holes] {
            let audit = audit(&scenario, &regimes(), loaded, options).unwrap();
            assert_eq!(audit.mismatches, [], "{what}");
            assert!(audit.compared > 100, "{what}: {audit:?}");
        }
    }
}
