//! Under any parameters, on bars with holes: jumping gives what visiting gives, and no trade outlives its session.

use std::sync::LazyLock;

use engine::{Account, Feed, Ledger, Pace, Window, replay};
use lab::{Loaded, Scenario};
use market::Interval;
use proptest::prelude::*;
use strategies::Plan;

use crate::made::{holed, loaded};
use crate::{PLAN, clock};

static MARKETS: LazyLock<Vec<Loaded>> = LazyLock::new(|| {
    let whole = loaded();
    let holes = [(7, 60), (8, 8)].map(|(seed, one_in)| holed(&whole, seed, one_in));
    std::iter::once(whole).chain(holes).collect()
});

/// The gap plan with other numbers, or mean reversion within the session under the same exit by time.
fn plans() -> impl Strategy<Value = (bool, Vec<String>)> {
    let gap = (0.0..0.02, 1_u32..5, 1_u32..25, 0.2..1.5, 1_u32..20).prop_map(
        |(gap, range, sessions, volume, window)| {
            let (range, window) = (5 * range, 5 * range + 5 + window);
            vec![
                format!("entry.min_gap={gap}"),
                format!("entry.opening_range_minutes={range}"),
                format!("entry.relative_volume_sessions={sessions}"),
                format!("entry.min_relative_volume={volume}"),
                format!("entry.entry_window_minutes={window}"),
            ]
        },
    );
    let declines = (1_u32..4, 0.0..0.003).prop_map(|(n, far)| {
        vec![
            format!("entry.declines={n}"),
            format!("entry.min_decline={far}"),
        ]
    });
    let edge = prop_oneof![
        3 => gap.prop_map(|sets| (true, sets)),
        1 => declines.prop_map(|sets| (false, sets)),
    ];
    // From 10:20 (no gap plan's window is over later) to the close.
    let exits = (
        620_u32..=960,
        0.1..1.0,
        0.1..2.0,
        prop::option::of(0.1..1.0),
        0_u32..3,
        prop::bool::ANY,
    );
    (edge, exits).prop_map(|((gap, mut sets), exits)| {
        let (time, stop, target, trail, cooldown, short) = exits;
        sets.extend([
            format!("exit.time={:02}:{:02}", time / 60, time % 60),
            format!("exit.stop_atr={stop}"),
            format!("exit.target_atr={target}"),
            format!("entry.cooldown_sessions={cooldown}"),
        ]);
        sets.extend(trail.map(|k| format!("exit.trail_atr={k}")));
        if short {
            sets.extend(["entry.side=short", "costs.borrow_rate=0.02"].map(str::to_owned));
        }
        (gap, sets)
    })
}

fn scenario(gap: bool, sets: &[String]) -> Scenario {
    let overrides: Vec<lab::Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    let own = [
        "min_gap",
        "opening_range_minutes",
        "relative_volume_sessions",
        "min_relative_volume",
        "entry_window_minutes",
    ];
    let of_gap = |line: &&str| own.iter().any(|key| line.starts_with(key));
    let text = if gap {
        PLAN.to_owned()
    } else {
        let lines: Vec<&str> = PLAN.lines().filter(|line| !of_gap(line)).collect();
        lines.join("\n").replacen(
            "strategy = \"gap-momentum\"",
            "strategy = \"mean-reversion\"",
            1,
        )
    };
    Scenario::parse("plan.toml", &text, &overrides).unwrap()
}

fn ledger(scenario: &Scenario, loaded: &Loaded, pace: Pace) -> Ledger {
    let snapshot = &loaded.snapshot;
    let bars = snapshot.bars_of("IWM", Interval::Minutes(5)).unwrap();
    let rules = scenario.rules();
    let prepared = rules.prepare(bars, snapshot);
    let feed = Feed::single(bars, &snapshot.sessions)
        .unwrap()
        .with_atr(0, &prepared.atr)
        .with_actions(0, snapshot.dividends_of("IWM").unwrap(), &[]);
    let account = Account {
        costs: scenario.costs,
        ..Account::default()
    };
    // Half days on 2018-11-23 and 2018-12-24.
    let [from, to] = ["2018-11-01", "2018-12-31"].map(|date| date.parse().unwrap());
    let window = Window::between(&feed, from, to);
    let mut plan = Plan::new(&rules, &prepared, 0);
    replay(&feed, &account, window.unwrap(), &mut plan, pace)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn jumping_gives_what_visiting_gives((gap, sets) in plans(), market in 0_usize..3) {
        let scenario = scenario(gap, &sets);
        let loaded = &MARKETS[market];
        let jumped = ledger(&scenario, loaded, Pace::Jump);
        prop_assert_eq!(&jumped, &ledger(&scenario, loaded, Pace::Visit));
        // Where no bar is missing, every trade ends in its session.
        if market == 0 {
            for trade in &jumped.trades {
                prop_assert_eq!(clock(trade.entry_time).0, clock(trade.exit_time).0);
            }
        }
    }
}
