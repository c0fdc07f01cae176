//! The audit of plans with options: nothing in the shipped one, and every planted peek found.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use lab::audit::{Mode, audit_with};
use lab::options::{OptionRules, chains};
use lab::{Audit, AuditOptions, Regime, Scenario, audit};
use market::{Bars, Snapshot};
use strategies::{Prepared, Rules};

use crate::made::{CONDOR, DIRECTIONAL, date, loaded, plan, sets, snapshot};

fn regimes() -> Vec<Regime> {
    let regime = |name: &str, from: &str, to: &str| Regime::named(name, date(from), date(to));
    vec![
        regime("a", "2018-09-04", "2018-11-30"),
        regime("b", "2020-02-03", "2020-05-29"),
    ]
}

fn options(stop: &AtomicBool) -> AuditOptions<'_> {
    AuditOptions {
        cuts: usize::MAX,
        threads: 0,
        stop,
    }
}

/// A condor plan that trades often, on made data.
fn condor() -> Scenario {
    let often = sets(&[
        "entry.max_iv_rank=70",
        "structure.min_premium=0.05",
        "structure.max_open=2",
        "exit.move_atr=1.5",
    ]);
    plan(CONDOR, &often)
}

fn audited(scenario: &Scenario) -> Audit {
    let stop = AtomicBool::new(false);
    audit(scenario, &regimes(), &loaded(snapshot(1)), options(&stop)).unwrap()
}

#[test]
fn no_decision_and_no_leg_of_a_condor_plan_sees_the_future() {
    for scenario in [condor(), plan(DIRECTIONAL, &[])] {
        let found = audited(&scenario);
        assert_eq!(found.mismatches, []);
        assert!(found.replays > 250 && found.compared > 5_000, "{found:?}");
    }
}

type Cheat = fn(&Rules, &Bars, &Snapshot) -> Prepared;

fn caught(scenario: &Scenario, cheat: Cheat, word: &str) {
    let stop = AtomicBool::new(false);
    let found = audit_with(
        scenario,
        &regimes(),
        &loaded(snapshot(1)),
        options(&stop),
        &cheat,
    );
    let found = found.unwrap();
    for mode in [Mode::Truncated, Mode::Poisoned] {
        let said = |m: &&lab::Mismatch| m.mode == mode && m.what.contains(word);
        assert!(
            found.mismatches.iter().any(|m| said(&m)),
            "{mode:?}: {:?}",
            found.mismatches.first()
        );
    }
}

/// Every value of a series a row early.
fn a_row_early(snapshot: &Snapshot, name: &str) -> Snapshot {
    let mut early = snapshot.clone();
    for series in early.series.iter_mut().filter(|series| series.name == name) {
        let last = series.value.len();
        series.value.copy_within(1..last, 0);
    }
    early
}

fn with_chains_of(rules: &Rules, bars: &Bars, snapshot: &Snapshot, other: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let chains = chains(&OptionRules::default(), bars, other).unwrap();
    prepared.chains = Some(Arc::new(chains));
    prepared
}

/// Prices by tomorrow's index.
fn prices_of_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    with_chains_of(rules, bars, snapshot, &a_row_early(snapshot, "RVX"))
}

/// Prices by tomorrow's nine-day index: other strikes hardly, other premiums.
fn term_of_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    with_chains_of(rules, bars, snapshot, &a_row_early(snapshot, "VIX9D"))
}

/// The rate as it stood at the end of the tape.
fn last_rate(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut other = snapshot.clone();
    for series in other
        .series
        .iter_mut()
        .filter(|series| series.name == "DGS3MO")
    {
        let last = series.value.last().copied().unwrap_or(1.0);
        series.value.fill(last);
    }
    with_chains_of(rules, bars, snapshot, &other)
}

/// The true rate and a millionth of how it ends: the same strikes and sizes, other prices in the seventh digit.
fn a_hint_of_the_end(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut other = snapshot.clone();
    for series in other
        .series
        .iter_mut()
        .filter(|series| series.name == "DGS3MO")
    {
        let last = series.value.last().copied().unwrap_or(1.0);
        series
            .value
            .iter_mut()
            .for_each(|rate| *rate += 1e-6 * last);
    }
    with_chains_of(rules, bars, snapshot, &other)
}

#[test]
fn chains_that_peek_are_caught() {
    for cheat in [prices_of_tomorrow as Cheat, term_of_tomorrow, last_rate] {
        // An order carries strikes and size; a leg's fill the quote itself.
        caught(&condor(), cheat, "");
    }
    caught(&condor(), a_hint_of_the_end, "leg fill at");
}

/// The rank of tomorrow's volatility.
fn rank_of_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    rules.prepare(bars, &a_row_early(snapshot, "VIX9D"))
}

#[test]
fn a_rank_that_peeks_is_caught() {
    caught(&condor(), rank_of_tomorrow, "setup at");
}

/// Tomorrow's ATR: it sizes nothing, and shows in the order and in when a structure is left.
fn atr_of_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let mut values = prepared.atr.values().to_vec();
    let n = values.len();
    values.copy_within(1..n, 0);
    prepared.atr = indicators::Column::new(values);
    prepared
}

#[test]
fn an_order_that_peeks_one_bar_is_caught_before_it_fills() {
    caught(&condor(), atr_of_tomorrow, "order at");
}
