//! Plans within the session, with several intervals in one run.

mod finer;
mod market;
mod prices;
mod real;

use std::sync::atomic::AtomicBool;

use ::market::{Bars, Interval, Snapshot};
use indicators::{Atr, Column, Indicator as _, Prices};
use lab::audit::audit_with;
use lab::{Audit, AuditOptions, Loaded, RunOptions, Scenario, load, run};
use strategies::{Prepared, Rules};

use crate::market::{DAY, FIVE, HOUR, coarser, loaded, plan, regimes, tape_of, walk};

fn options(stop: &AtomicBool) -> AuditOptions<'_> {
    AuditOptions {
        cuts: 120,
        threads: 0,
        stop,
    }
}

pub(crate) fn audited(scenario: &Scenario, loaded: &Loaded) -> Audit {
    lab::audit(
        scenario,
        &regimes(),
        loaded,
        options(&AtomicBool::new(false)),
    )
    .unwrap()
}

pub(crate) fn iwm() -> Bars {
    walk("IWM", FIVE, 1)
}

pub(crate) fn kre() -> Bars {
    walk("KRE", FIVE, 2)
}

#[test]
fn no_decision_within_the_session_sees_the_future_whatever_bars_the_tape_has() {
    let (iwm, kre) = (iwm(), kre());
    let (iwm_days, kre_days) = (coarser(&iwm, DAY), coarser(&kre, DAY));
    let kre_hours = coarser(&kre, HOUR);
    let markets: [(&str, &str, Vec<Bars>); 5] = [
        (
            "5m",
            "all there is",
            vec![iwm.clone(), iwm_days.clone(), kre.clone(), kre_days.clone()],
        ),
        (
            "5m",
            "only days of KRE",
            vec![iwm.clone(), iwm_days.clone(), kre_days.clone()],
        ),
        (
            "5m",
            "only hours of KRE, no days of IWM",
            vec![iwm.clone(), kre_hours],
        ),
        (
            "15m",
            "a clock that must be made",
            vec![iwm.clone(), iwm_days, kre.clone(), kre_days],
        ),
        ("1d", "days that must be made", vec![iwm, kre]),
    ];
    for (interval, what, bars) in markets {
        let sets: &[&str] = if interval == "1d" {
            &[
                "entry.declines=1",
                "exit.max_sessions=3",
                "exit.time_stop_sessions=2",
            ]
        } else {
            &["exit.stop=nearer"]
        };
        let scenario = plan(interval, sets);
        let loaded = loaded(&scenario, &bars);
        let audit = audited(&scenario, &loaded);
        assert_eq!(audit.mismatches, [], "{what}");
        assert!(audit.compared > 1000, "{what}: {audit:?}");
    }
}

/// The ATR of a session from its open on, not from its close.
fn atr_of_today(rules: &Rules, bars: &Bars, snapshot: &Snapshot) -> Prepared {
    let days = snapshot.bars_of("IWM", DAY).unwrap();
    let atr = Atr { n: 14 }.compute(Prices::from(days));
    let of_session = |session: &u32| {
        let row = days.session().binary_search(session).ok();
        row.and_then(|row| atr.get(row)).unwrap_or(f64::NAN)
    };
    Prepared {
        atr: Column::new(bars.session().iter().map(of_session).collect()),
        ..rules.prepare(bars, snapshot)
    }
}

#[test]
fn a_daily_figure_known_from_its_sessions_open_is_caught() {
    let scenario = plan("5m", &[]);
    let (iwm, kre) = (iwm(), kre());
    let loaded = loaded(&scenario, &[coarser(&iwm, DAY), iwm, kre]);
    let stop = AtomicBool::new(false);
    let audit = audit_with(
        &scenario,
        &regimes(),
        &loaded,
        options(&stop),
        &atr_of_today,
    )
    .unwrap();
    assert!(!audit.mismatches.is_empty());
}

#[test]
fn the_atr_is_the_daily_one_of_the_last_complete_session() {
    let scenario = plan("5m", &[]);
    let (iwm, kre) = (iwm(), kre());
    let days = coarser(&iwm, DAY);
    let loaded = loaded(&scenario, &[days.clone(), iwm.clone(), kre]);
    let bars = loaded.bars(&scenario).unwrap();
    let prepared = scenario.rules().prepare(bars, &loaded.snapshot);
    let daily = Atr { n: 14 }.compute(Prices::from(&days));
    for i in 0..bars.len() {
        let session = loaded
            .snapshot
            .sessions
            .get(bars.session()[i] as usize)
            .unwrap();
        // Its own only at the close, 13:00 on a half day.
        let complete = days.end().iter().rposition(|&end| end <= bars.end()[i]);
        assert_eq!(
            prepared.atr.get(i),
            complete.and_then(|row| daily.get(row)),
            "{}",
            bars.end()[i]
        );
        let at_close = bars.end()[i] == session.close;
        let own = complete.is_some_and(|row| days.session()[row] == bars.session()[i]);
        assert_eq!(own, at_close);
    }
    assert!(
        prepared
            .atr
            .values()
            .iter()
            .filter(|v| v.is_finite())
            .count()
            > 4000
    );
}

#[test]
fn what_is_made_of_finer_bars_is_said_and_trades_as_if_it_were_there() {
    let (iwm, kre) = (iwm(), kre());
    let (iwm_days, kre_days) = (coarser(&iwm, DAY), coarser(&kre, DAY));
    let hours = coarser(&iwm, HOUR);
    let scenario = plan("1h", &["entry.declines=2"]);
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    let runs = [
        vec![iwm.clone(), kre.clone()],
        vec![hours, iwm_days, coarser(&kre, HOUR), kre_days],
    ]
    .map(|bars| {
        let (_folder, tape) = tape_of(&bars);
        run(&scenario, &regimes(), &tape, options).unwrap()
    });
    let [made, there] = &runs;
    let said = "the tape has no 1h bars of IWM: resampled from its 5m bars";
    assert_eq!(made.warnings[0], said);
    assert_eq!(
        made.warnings[1],
        "the tape has no 1d bars of IWM: resampled from its 5m bars"
    );
    assert!(
        there
            .warnings
            .iter()
            .all(|warning| !warning.contains("resampled"))
    );
    for (a, b) in made.regimes.iter().zip(&there.regimes) {
        assert!(a.ledger.trades.len() > 10, "{}", a.ledger.trades.len());
        assert_eq!(a.ledger, b.ledger);
    }
}

#[test]
fn a_window_without_enough_days_before_it_is_refused() {
    let (iwm, kre) = (iwm(), kre());
    let scenario = plan("5m", &["risk.atr_sessions=40"]);
    let (_folder, tape) = tape_of(&[coarser(&iwm, DAY), iwm, kre]);
    // 2020-09-01 to 2020-10-16 are 33 sessions; 40 true ranges take 41.
    let error = load(&scenario, &regimes(), &tape, 1).unwrap_err();
    assert!(
        error.to_string().contains(
            "needs 41 daily bars of IWM before that to warm up, the tape has 33 (8 missing)"
        ),
        "{error}"
    );
}

#[test]
fn an_interval_no_finer_one_makes_is_absent() {
    let scenario = plan("1m", &[]);
    let (_folder, tape) = tape_of(&[iwm(), kre()]);
    let error = load(&scenario, &regimes(), &tape, 1).unwrap_err();
    assert!(error.to_string().contains("1m bars of IWM"), "{error}");
    assert!(matches!(error, lab::Error::Tape(_)));
}

#[test]
fn sessions_that_end_early_are_counted() {
    let (mut raw, kre) = (iwm().raw().clone(), kre());
    // Friday 2020-11-06 without its last five minutes.
    let gone = ::market::Time::from_exchange(market::date("2020-11-06"), 15, 55).unwrap();
    let row = raw.start.binary_search(&gone).unwrap();
    for column in [
        &mut raw.open,
        &mut raw.high,
        &mut raw.low,
        &mut raw.close,
        &mut raw.volume,
    ] {
        column.remove(row);
    }
    raw.start.remove(row);
    let cut = Bars::new("IWM", Interval::Minutes(5), raw, &market::sessions()).unwrap();
    let loaded = loaded(&plan("1h", &[]), &[cut, kre]);
    assert!(
        loaded.warnings[0]
            .ends_with("resampled from its 5m bars; 1 sessions of those end before their close"),
        "{:?}",
        loaded.warnings
    );
}
