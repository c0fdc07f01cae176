//! Trades by what the market was like when they were decided: against the columns, looked up another way.

use std::sync::atomic::AtomicBool;

use engine::Outcome;
use lab::{MarketConditions, Regime, RunOptions, Scenario, run};
use market::Date;
use signals::{Columns, Inputs, Profile};
use tape::{BarWant, Tape, Want};

const PLAN: &str = include_str!("../../../scenarios/mean-reversion.toml");
const GAP: &str = include_str!("../../../scenarios/gap-momentum.toml");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn regimes() -> Vec<Regime> {
    vec![
        Regime::named("a", date("2018-03-01"), date("2018-12-31")),
        Regime::named("b", date("2022-01-03"), date("2022-12-30")),
    ]
}

/// The composite of each session by date, from a snapshot of all of the embedded tape.
fn composites() -> Vec<(Date, &'static str)> {
    let bars = |symbol| BarWant::daily(symbol, market::Fields::ALL, None);
    let want = Want {
        bars: vec![bars("IWM"), bars("SPY")],
        series: vec!["breadth50".to_owned()],
        ..Want::default()
    };
    let snapshot = Tape::embedded().read(&want, 1).unwrap();
    let profile = Profile::default();
    let inputs = Inputs::of_snapshot(&profile, &snapshot).unwrap();
    let columns = Columns::compute(&profile, &inputs);
    let rows = inputs.bars.end().iter().zip(columns.composite());
    rows.map(|(end, state)| {
        let word = state.map_or("unknown", signals::State::word);
        (end.exchange_date().unwrap(), word)
    })
    .collect()
}

/// Each trade of a run with the date whose composite it should count under.
fn check(plan: &str, regimes: &[Regime], own_session: bool) {
    let scenario = Scenario::parse("plan.toml", plan, &[]).unwrap();
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    let run = run(&scenario, regimes, &Tape::embedded(), options).unwrap();
    assert!(run.conditions_fingerprint.is_some());
    let composites = composites();
    let mut all = 0;
    for regime in &run.regimes {
        let by = &regime.conditions;
        assert_eq!(by[0].condition, "composite");
        assert_eq!(by.len(), 7);
        // All but events part the trades.
        for one in by.iter().filter(|one| one.condition != "event") {
            let trades: usize = one.rows.iter().map(|row| row.trades).sum();
            assert_eq!(trades, regime.ledger.trades.len(), "{}", one.condition);
            let net: f64 = one.rows.iter().map(|row| row.net_pnl_usd).sum();
            let total: f64 = regime.ledger.trades.iter().map(|t| t.pnl_usd).sum();
            assert!((net - total).abs() < 1e-6, "{}", one.condition);
        }
        // The n-th trade is of the n-th entered setup, for one position is open at a time.
        let setups = regime.ledger.setups.iter();
        let entered = setups.filter(|setup| setup.outcome == Outcome::Entered);
        let mut expected = std::collections::BTreeMap::<&str, usize>::new();
        for (setup, _) in entered.zip(&regime.ledger.trades) {
            let day = setup.time.exchange_date().unwrap();
            let at = composites.partition_point(|(date, _)| *date < day);
            let seen = if own_session { at } else { at - 1 };
            *expected.entry(composites[seen].1).or_default() += 1;
        }
        let found = by[0]
            .rows
            .iter()
            .map(|row| (row.state.as_str(), row.trades));
        assert_eq!(
            found.collect::<Vec<_>>(),
            expected.into_iter().collect::<Vec<_>>()
        );
        all += regime.ledger.trades.len();
    }
    assert!(all > 5, "{all} trades prove nothing");
}

#[test]
fn trades_of_a_daily_plan_count_under_the_session_of_their_decision() {
    check(PLAN, &regimes(), true);
}

#[test]
fn trades_within_a_session_count_under_the_session_before() {
    let regime = Regime::named("b", date("2022-01-03"), date("2022-12-30"));
    check(GAP, &[regime], false);
}

#[test]
fn what_the_tape_lacks_is_unknown_and_stops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
    let mut contents = tape::synth::synthesise(2018);
    contents.bars.retain(|(symbol, ..)| symbol != "SPY");
    contents.series.retain(|series| series.name != "breadth50");
    contents.events.clear();
    tape.merge(&contents, "made", 0).unwrap();
    let scenario = Scenario::parse("plan.toml", PLAN, &[]).unwrap();
    let market = MarketConditions::read(&scenario, &regimes(), &tape).unwrap();
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    let run = run(&scenario, &regimes(), &tape, options).unwrap();
    let by = market.of(&run.regimes[0].ledger);
    for one in by {
        match one.condition.as_str() {
            "breadth" | "relative-strength" | "rotation" => {
                let states: Vec<&str> = one.rows.iter().map(|row| row.state.as_str()).collect();
                assert_eq!(states, ["unknown"], "{}", one.condition);
            }
            "event" => assert!(
                one.rows
                    .iter()
                    .all(|row| ["earnings", "none"].contains(&row.state.as_str()))
            ),
            _ => assert!(one.rows.iter().all(|row| row.state != "unknown")),
        }
    }
}
