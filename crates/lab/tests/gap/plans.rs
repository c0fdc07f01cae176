//! What a person can get wrong in a gap plan, and what we say then.

use lab::{Scenario, load};
use market::{Bars, Interval};

use crate::made::{loaded, regimes, tape_of};
use crate::{PLAN, plan};

const PLAN_2022: &str = include_str!("../../../../scenarios/gap-momentum-2022.toml");

fn mistake(sets: &[&str]) -> String {
    let overrides: Vec<lab::Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let error = Scenario::parse("plan.toml", PLAN, &overrides).unwrap_err();
    format!("{error} / {}", error.help.clone().unwrap_or_default())
}

#[test]
fn the_two_shipped_plans_are_one_but_for_name_words_and_windows() {
    let three = plan(&[]);
    let one = Scenario::parse("plan.toml", PLAN_2022, &[]).unwrap();
    assert_eq!(one.regimes, ["tightening-2022"]);
    let same = Scenario {
        name: three.name.clone(),
        regimes: three.regimes.clone(),
        ..one
    };
    assert_eq!(same, three);
    let edge = strategies::Edge::GapMomentum(strategies::GapMomentum::default());
    assert_eq!(three.entry.edge, edge);
}

#[test]
fn a_resolved_plan_says_its_exit_time_and_reads_back() {
    let shown = toml::to_string(&plan(&[]).exit).unwrap();
    assert!(shown.contains("time = \"15:30\""), "{shown}");
}

#[test]
fn parameters_that_cannot_work_are_refused_with_a_way_out() {
    let cases: [(&[&str], &str); 14] = [
        (
            &["instrument.interval=1d"],
            "`instrument.interval` is \"1d\": a daily bar has no opening range / choose bars within the session",
        ),
        (
            &["instrument.interval=10m"],
            "`entry.opening_range_minutes` is 15, which 10m bars do not fill / choose a multiple of 10",
        ),
        (
            &["entry.opening_range_minutes=17"],
            "`entry.opening_range_minutes` is 17, which 5m bars do not fill",
        ),
        (
            &["entry.entry_window_minutes=20"],
            "ends 20 minutes after the open: no entry could fill within the window / choose more than 20",
        ),
        (
            &["entry.entry_window_minutes=15"],
            "no entry could fill within the window",
        ),
        (
            &["entry.entry_window_minutes=211"],
            "must be above 0 and at most 210",
        ),
        (&["entry.opening_range_minutes=0"], "must be above 0"),
        (&["entry.relative_volume_sessions=0"], "must be above 0"),
        (
            &["entry.min_gap=0.8.0"],
            "`entry.min_gap`: expected another kind of value",
        ),
        (
            &["entry.min_gap=8"],
            "must be 0 or more and at most 1 / this is a fraction",
        ),
        (
            &["entry.min_gap=nan"],
            "`entry.min_gap` is NaN; it must be 0 or more",
        ),
        (
            &["entry.min_relative_volume=-1"],
            "`entry.min_relative_volume` is -1; it must be 0 or more",
        ),
        (&["entry.mingap=0.01"], "did you mean `min_gap`?"),
        (&["entry.side=short"], "`costs.borrow_rate` is not given"),
    ];
    for (sets, words) in cases {
        let said = mistake(sets);
        assert!(said.contains(words), "{sets:?}: {said}");
    }
}

#[test]
fn an_exit_time_that_cannot_work_is_refused_with_a_way_out() {
    let cases: [(&[&str], &str); 8] = [
        (
            &["exit.time=9:30"],
            "the session is open from 09:30 to 16:00",
        ),
        (&["exit.time=16:01"], "at the latest 16:00"),
        (
            &["exit.time=half past three"],
            "`half past three` is not a time of day; expected hours and minutes",
        ),
        (&["exit.time=24:00"], "is not a time of day"),
        (
            &["exit.time=1530"],
            "`exit.time`: expected another kind of value",
        ),
        (
            &["exit.time=10:14"],
            "entries may fill until 45 minutes after the open / leave after the entry window",
        ),
        (
            &["exit.max_sessions=2"],
            "`exit.max_sessions` has no effect with `exit.time`: no trade outlives",
        ),
        (
            &["exit.time_stop_sessions=1", "exit.time_stop_min_mfe_atr=1"],
            "`exit.time_stop_sessions` has no effect with `exit.time`",
        ),
    ];
    for (sets, words) in cases {
        let said = mistake(sets);
        assert!(said.contains(words), "{sets:?}: {said}");
    }
    // A daily plan of another edge.
    let daily = include_str!("../../../../scenarios/mean-reversion.toml");
    let over = ["exit.time=15:30".parse().unwrap()];
    let error = Scenario::parse("plan.toml", daily, &over).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("daily bars know no time of day"), "{said}");
}

#[test]
fn a_tape_too_short_for_the_relative_volume_is_refused() {
    let mut snapshot = loaded().snapshot;
    let sessions = snapshot.sessions.clone();
    // The five-minute bars begin 25 sessions before the first window; cut, they begin 19 before.
    for bars in &mut snapshot.bars {
        if bars.interval == Interval::Day || bars.symbol != "IWM" {
            continue;
        }
        let first = bars.session()[0] + 6;
        let rows = bars.session().partition_point(|&session| session < first);
        let mut raw = bars.raw().clone();
        raw.start.drain(..rows);
        for column in [
            &mut raw.open,
            &mut raw.high,
            &mut raw.low,
            &mut raw.close,
            &mut raw.volume,
        ] {
            column.drain(..rows);
        }
        *bars = Bars::new("IWM", bars.interval, raw, &sessions).unwrap();
    }
    let (_folder, tape) = tape_of(&snapshot.bars);
    let error = load(&plan(&[]), &regimes()[..1], &tape, 1).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains(
            "needs 20 sessions of 5m bars of IWM before that to warm up, the tape has 19 (1 missing)"
        ),
        "{said}"
    );
    load(
        &plan(&["entry.relative_volume_sessions=19"]),
        &regimes()[..1],
        &tape,
        1,
    )
    .unwrap();
}

#[test]
fn bars_without_volume_are_refused() {
    let mut snapshot = loaded().snapshot;
    let sessions = snapshot.sessions.clone();
    for bars in &mut snapshot.bars {
        let mut raw = bars.raw().clone();
        raw.volume.fill(0.0);
        *bars = Bars::new(&bars.symbol, bars.interval, raw, &sessions).unwrap();
    }
    let (_folder, tape) = tape_of(&snapshot.bars);
    let error = load(&plan(&[]), &regimes(), &tape, 1).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("the plan compares volumes, but the 5m bars of IWM have none in"),
        "{said}"
    );
}
