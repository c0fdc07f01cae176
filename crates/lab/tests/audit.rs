//! The audit finds nothing in the shipped plan, and it does find a cheat.

use std::sync::atomic::AtomicBool;

use indicators::Mask;
use lab::audit::{Mode, audit_with};
use lab::{AuditOptions, Loaded, Regime, Scenario, audit};
use market::{Bars, Date, Event, SessionTable, Snapshot};
use strategies::{Checklist, Criterion, Prepared, Rules};

const PLAN: &str = include_str!("../../../scenarios/mean-reversion.toml");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// The simulated market of a seed, as a reader would give it.
fn loaded(seed: u64) -> Loaded {
    let contents = tape::synth::synthesise(seed);
    let sessions = SessionTable::covering(date("2016-07-01"), date("2023-12-29"));
    let bars = contents
        .bars
        .into_iter()
        .map(|(symbol, interval, raw)| Bars::new(&symbol, interval, raw, &sessions).unwrap())
        .collect();
    let snapshot = Snapshot {
        sessions,
        bars,
        series: contents.series,
        dividends: contents.dividends,
        splits: contents.splits,
        origin: contents.origin,
        events: vec![("fomc".to_owned(), events())],
        ..Snapshot::default()
    };
    Loaded {
        snapshot,
        fingerprint: String::new(),
        warnings: Vec::new(),
        resampled: Vec::new(),
    }
}

/// Four weeks apart, every second one a surprise, some of those without an hour.
fn events() -> Vec<Event> {
    let days = date("2016-08-03").iter_days().step_by(28);
    let event = |(n, date): (usize, Date)| Event {
        date,
        time_et_minutes: (n % 3 != 0).then_some(14 * 60),
        label: n.to_string(),
        scheduled: n % 2 == 0,
        basis: None,
    };
    let dated = days.enumerate().map(event);
    dated.take_while(|e| e.date < date("2023-12-01")).collect()
}

/// Stands aside after surprises, and trades by other thresholds and sizes around every event.
const CALENDAR: &str = r#"
[filters.calm]
event = "fomc"
sessions_after = 1
[overlays.fomc]
event = "fomc"
sessions_before = 4
sessions_after = 4
size = 0.5
threshold = 1.5
threshold_after = 0.3
[overlays.season]
event = "earnings"
size = 0.7
"#;

#[test]
fn no_decision_around_events_sees_the_future() {
    let scenario = plan(CALENDAR);
    let found = audit(
        &scenario,
        &regimes(),
        &loaded(2),
        every_cut(&AtomicBool::new(false)),
    );
    let found = found.unwrap();
    assert_eq!(found.mismatches, []);
    assert!(found.replays > 400 && found.compared > 1000, "{found:?}");
}

/// A calendar in which surprises stand as if they had been announced.
fn knows_surprises(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut snapshot = snapshot.clone();
    for event in snapshot.events.iter_mut().flat_map(|(_, events)| events) {
        event.scheduled = true;
    }
    rules.prepare(bars, &snapshot)
}

#[test]
fn a_plan_that_knows_surprises_beforehand_is_caught() {
    let (scenario, loaded, stop) = (plan(CALENDAR), loaded(2), AtomicBool::new(false));
    let found = audit_with(
        &scenario,
        &regimes(),
        &loaded,
        every_cut(&stop),
        &knows_surprises,
    );
    let found = found.unwrap();
    for mode in [Mode::Truncated, Mode::Poisoned] {
        assert!(
            found.mismatches.iter().any(|m| m.mode == mode),
            "{mode:?} found nothing"
        );
    }
}

/// Sizes and filters by the signal layers, which read another symbol and a series.
const LAYERS: &str = r#"
[filters.layers]
rule = "signal.trend != bearish or signal.repair"
[overlays.layers]
size_by = "if(rotation == flight, 0.5, 1)"
"#;

#[test]
fn no_decision_by_the_signal_layers_sees_the_future() {
    let stop = AtomicBool::new(false);
    let found = audit(&plan(LAYERS), &regimes(), &loaded(2), every_cut(&stop)).unwrap();
    assert_eq!(found.mismatches, []);
    assert!(found.replays > 400 && found.compared > 1000, "{found:?}");
}

/// The benchmark of tomorrow.
fn leads_by_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut snapshot = snapshot.clone();
    for spy in snapshot.bars.iter_mut().filter(|bars| bars.symbol == "SPY") {
        let early = |values: &[f64]| {
            let mut values = values.to_vec();
            let n = values.len();
            values.copy_within(1..n, 0);
            values
        };
        let raw = market::RawBars {
            start: spy.start().to_vec(),
            open: early(spy.open()),
            high: early(spy.high()),
            low: early(spy.low()),
            close: early(spy.close()),
            volume: early(spy.volume()),
        };
        *spy = Bars::new("SPY", spy.interval, raw, &snapshot.sessions).unwrap();
    }
    rules.prepare(bars, &snapshot)
}

#[test]
fn a_rotation_that_peeks_is_caught() {
    let (scenario, loaded, stop) = (plan(LAYERS), loaded(2), AtomicBool::new(false));
    let found = audit_with(
        &scenario,
        &regimes(),
        &loaded,
        every_cut(&stop),
        &leads_by_tomorrow,
    );
    let found = found.unwrap();
    for mode in [Mode::Truncated, Mode::Poisoned] {
        assert!(
            found.mismatches.iter().any(|m| m.mode == mode),
            "{mode:?} found nothing"
        );
    }
}

fn regimes() -> Vec<Regime> {
    let regime = |name: &str, from: &str, to: &str| Regime::named(name, date(from), date(to));
    vec![
        regime("a", "2018-09-04", "2019-01-31"),
        regime("b", "2022-01-03", "2022-06-30"),
    ]
}

fn plan(extra: &str) -> Scenario {
    Scenario::parse("plan.toml", &format!("{PLAN}{extra}"), &[]).unwrap()
}

fn every_cut(stop: &AtomicBool) -> AuditOptions<'_> {
    AuditOptions {
        cuts: usize::MAX,
        threads: 0,
        stop,
    }
}

fn ten_cuts(stop: &AtomicBool) -> AuditOptions<'_> {
    AuditOptions {
        cuts: 10,
        threads: 1,
        stop,
    }
}

#[test]
fn no_decision_of_the_shipped_plan_sees_the_future() {
    let scenario = plan("\n[filters.vol]\nseries = \"RVX\"\nmax_level = 60.0\n");
    for seed in 1..4 {
        let audit = audit(
            &scenario,
            &regimes(),
            &loaded(seed),
            every_cut(&AtomicBool::new(false)),
        )
        .unwrap();
        assert_eq!(audit.mismatches, []);
        assert!(audit.replays > 400 && audit.compared > 1000, "{audit:?}");
    }
}

/// A column that peeks: the triggers of tomorrow's bar, today.
fn peek(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let earlier =
        |mask: &Mask| Mask::from_fn(mask.len(), |i| i + 1 < mask.len() && mask.get(i + 1));
    let shifted = |criterion: &Criterion| Criterion {
        name: criterion.name.clone(),
        held: earlier(&criterion.held),
        unknown: earlier(&criterion.unknown),
    };
    let all: Vec<Criterion> = prepared.checklist.criteria().iter().map(shifted).collect();
    let (triggers, filters) = all.split_at(prepared.checklist.triggers());
    prepared.checklist = Checklist::new(triggers.to_vec(), filters.to_vec(), None);
    prepared
}

/// A subtler one: an ATR scaled by the whole tape's last close.
fn scaled_by_the_end(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let last = bars.close().last().copied().unwrap();
    prepared.atr = indicators::Column::new(
        prepared
            .atr
            .values()
            .iter()
            .map(|atr| atr * last / 200.0)
            .collect(),
    );
    prepared
}

/// Protection that knows tomorrow's bar.
fn protects_ahead(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let ahead = |mask: &Mask| Mask::from_fn(mask.len(), |i| i + 1 < mask.len() && mask.get(i + 1));
    prepared.protect = prepared.protect.as_ref().map(ahead);
    prepared
}

const PROTECTIONS: [&str; 3] = [
    "action = \"tighten\"\nstop_atr = 0.3\n",
    "action = \"reduce\"\nreduce_to = 0.5\n",
    "action = \"leave\"\n",
];

#[test]
fn no_protection_sees_the_future_and_one_that_would_is_caught() {
    let (loaded, stop) = (loaded(1), AtomicBool::new(false));
    for numbers in PROTECTIONS {
        let scenario = plan(&format!(
            "\n[protect]\nwhen = \"KRE.change < 0.002\"\n{numbers}"
        ));
        let found = audit(&scenario, &regimes(), &loaded, every_cut(&stop)).unwrap();
        assert_eq!(found.mismatches, [], "{numbers}");
        let cuts = every_cut(&stop);
        let found = audit_with(&scenario, &regimes(), &loaded, cuts, &protects_ahead).unwrap();
        assert!(!found.mismatches.is_empty(), "{numbers}");
    }
}

/// The smallest one: tomorrow's ATR, which changes nothing but the size.
fn atr_of_tomorrow(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let mut prepared = rules.prepare(bars, snapshot);
    let mut values = prepared.atr.values().to_vec();
    let n = values.len();
    values.copy_within(1..n, 0);
    prepared.atr = indicators::Column::new(values);
    prepared
}

#[test]
fn a_size_that_peeks_one_bar_is_caught() {
    let (scenario, loaded, stop) = (plan(""), loaded(1), AtomicBool::new(false));
    let audit = audit_with(
        &scenario,
        &regimes(),
        &loaded,
        every_cut(&stop),
        &atr_of_tomorrow,
    )
    .unwrap();
    assert!(
        audit.mismatches.iter().any(|m| m.what.contains("fill at")),
        "{:?}",
        audit.mismatches
    );
}

#[test]
fn columns_that_peek_are_caught_by_both_ways_of_taking_the_future() {
    let (scenario, loaded, stop) = (plan(""), loaded(1), AtomicBool::new(false));
    for cheat in [peek, scaled_by_the_end] {
        let audit = audit_with(&scenario, &regimes(), &loaded, every_cut(&stop), &cheat).unwrap();
        for mode in [Mode::Truncated, Mode::Poisoned] {
            assert!(
                audit.mismatches.iter().any(|m| m.mode == mode),
                "{mode:?} found nothing"
            );
        }
    }
}

#[test]
fn an_audit_can_be_stopped_and_sampled() {
    let (scenario, loaded) = (plan(""), loaded(1));
    let stopped = audit(
        &scenario,
        &regimes(),
        &loaded,
        ten_cuts(&AtomicBool::new(true)),
    );
    assert!(matches!(stopped, Err(lab::Error::Interrupted)));
    let sampled = audit(
        &scenario,
        &regimes(),
        &loaded,
        ten_cuts(&AtomicBool::new(false)),
    )
    .unwrap();
    assert_eq!(sampled.replays, 2 * 10 * 2);
}
