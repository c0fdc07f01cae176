//! Any plan with a structure: jumping gives what visiting gives, counting what keeping rows gives, and the money adds up.

use std::sync::atomic::AtomicBool;

use engine::{Counted, Full, Ledger, Pace, Record, Replayer, Window};
use lab::{RunOptions, run};
use market::{ExitReason, FillRule, Snapshot};
use proptest::prelude::*;
use strategies::Plan;

use crate::made::{
    CONDOR, DIRECTIONAL, MARKETS, account, contents, date, feed, plan, prepared, regimes, sets,
    tape_of,
};

/// One of every kind of structure, with its widths and deltas.
fn structures() -> impl Strategy<Value = Vec<String>> {
    let kinds = prop::sample::select(vec![
        "iron-condor",
        "iron-butterfly",
        "strangle",
        "credit-spread",
        "debit-spread",
        "short-option",
        "long-option",
    ]);
    let numbers = (0.05..0.45, 1.0..12.0, 3_u32..70, 1_u32..4, 0.0..0.3);
    (kinds, numbers).prop_map(|(kind, (delta, width, days, open, least))| {
        let mut sets = vec![
            format!("structure.kind={kind}"),
            format!("structure.days_to_expiry={days}"),
            format!("structure.max_open={open}"),
        ];
        if kind != "iron-butterfly" {
            sets.push(format!("structure.delta={delta}"));
        }
        if [
            "iron-condor",
            "iron-butterfly",
            "credit-spread",
            "debit-spread",
        ]
        .contains(&kind)
        {
            sets.push(format!("structure.wing_width_usd={width}"));
        }
        if ["iron-condor", "credit-spread"].contains(&kind) {
            sets.push(format!("structure.min_premium={least}"));
        }
        sets
    })
}

/// Exits, each given or not.
fn exits() -> impl Strategy<Value = Vec<String>> {
    let some = |range: std::ops::Range<f64>| prop::option::of(range);
    let premium = (some(0.2..1.0), some(0.3..4.0));
    let moves = (some(0.5..4.0), some(0.5..4.0), some(0.5..4.0));
    let times = (
        prop::option::of(0_u32..20),
        prop::option::of(2_u32..15),
        prop::bool::ANY,
        prop::bool::weighted(0.3),
    );
    (premium, moves, times).prop_map(|(premium, moves, times)| {
        let number = |key: &str, value: Option<f64>| value.map(|v| format!("exit.{key}={v}"));
        let whole = |key: &str, value: Option<u32>| value.map(|v| format!("exit.{key}={v}"));
        let all = [
            number("target_premium", premium.0),
            number("stop_premium", premium.1),
            number("move_atr", moves.0),
            number("stop_atr", moves.1),
            number("target_atr", moves.2),
            whole("days_to_expiry", times.0),
            whole("max_sessions", times.1),
            times.2.then(|| "exit.short_strike=true".to_owned()),
            times.3.then(|| "protect.when=KRE.change < -1%".to_owned()),
            times.3.then(|| "protect.action=leave".to_owned()),
        ];
        all.into_iter().flatten().collect()
    })
}

/// Without an exit by days that would close at once what is opened, which no plan may have.
fn consistent(mut sets: Vec<String>) -> Vec<String> {
    let days = |sets: &[String], key: &str| {
        let value = sets.iter().find_map(|set| set.strip_prefix(key));
        value.map(|days| days.parse::<u32>().unwrap())
    };
    let wanted = days(&sets, "structure.days_to_expiry=");
    if days(&sets, "exit.days_to_expiry=") >= wanted {
        sets.retain(|set| !set.starts_with("exit.days_to_expiry="));
    }
    sets
}

/// The edge and what is around it.
fn edges() -> impl Strategy<Value = (bool, Vec<String>)> {
    let condor = (
        5.0..100.0,
        prop::bool::ANY,
        prop::sample::select(vec![5, 10, 60, 252]),
    );
    let condor = condor.prop_map(|(rank, ten, sessions)| {
        let tenor = if ten { 10 } else { 30 };
        vec![
            format!("entry.max_iv_rank={rank}"),
            format!("entry.iv_tenor_days={tenor}"),
            format!("entry.rank_sessions={sessions}"),
        ]
    });
    let declines = (1_u32..4, prop::bool::ANY).prop_map(|(n, short)| {
        let side = if short { "short" } else { "long" };
        vec![format!("entry.declines={n}"), format!("entry.side={side}")]
    });
    let account = (0.002..0.3, 0_u32..4, 0.0..1.0, prop::bool::ANY, 0.0..1.1);
    let account = account.prop_map(|(risk, cool, crossed, term, skew)| {
        vec![
            format!("risk.risk_per_trade={risk}"),
            format!("entry.cooldown_sessions={cool}"),
            format!("option_costs.spread_crossed={crossed}"),
            format!("options.term={term}"),
            format!("options.skew_scale={skew}"),
        ]
    });
    let edge = prop_oneof![
        condor.prop_map(|sets| (true, sets)),
        declines.prop_map(|sets| (false, sets)),
    ];
    (edge, account).prop_map(|((condor, edge), account)| (condor, [edge, account].concat()))
}

/// The shipped condor without exits and structure of its own, or a plan for shares.
fn text(condor: bool) -> String {
    if !condor {
        return DIRECTIONAL
            .replace("max_sessions = 8", "")
            .replace("wing_width_usd = 3", "")
            .replace("delta = 0.3", "");
    }
    let own = [
        "target_premium",
        "stop_premium",
        "days_to_expiry = 7",
        "move_atr",
        "wing_width_usd",
        "min_premium",
        "delta",
    ];
    let lines = CONDOR
        .lines()
        .filter(|line| !own.iter().any(|key| line.starts_with(key)));
    lines.collect::<Vec<_>>().join("\n")
}

fn replayed<R: Record + Default>(
    condor: bool,
    overrides: &[String],
    snapshot: &Snapshot,
    pace: Pace,
) -> Ledger {
    let scenario = plan(&text(condor), overrides);
    let prepared = prepared(&scenario, snapshot);
    let feed = feed(snapshot, &prepared);
    let window = |from, to| Window::between(&feed, date(from), date(to)).unwrap();
    // Two stretches with one account: what is held at the end of the first is closed there.
    let windows = [
        window("2018-09-04", "2019-03-29"),
        window("2020-01-02", "2020-06-30"),
    ];
    let rules = scenario.rules();
    let mut replayer = Replayer::<R>::new();
    let mut strategy = Plan::new(&rules, &prepared, 0);
    replayer.replay_spans(&feed, &account(&scenario), &windows, &mut strategy, pace);
    replayer.into_ledger()
}

/// A ledger as one that only counts leaves it.
fn without_rows(ledger: &Ledger) -> Ledger {
    Ledger {
        fills: Vec::new(),
        setups: Vec::new(),
        rejections: Vec::new(),
        asked: Vec::new(),
        leg_fills: Vec::new(),
        structures: Vec::new(),
        liquidations: Vec::new(),
        ..ledger.clone()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn jumping_and_counting_change_nothing(
        edge in edges(), structure in structures(), exits in exits(), market in 0_usize..3,
    ) {
        let overrides = consistent([edge.1, structure, exits].concat());
        let of = |pace| replayed::<Full>(edge.0, &overrides, &MARKETS[market], pace);
        let jumped = of(Pace::Jump);
        prop_assert_eq!(&jumped, &of(Pace::Visit));
        for pace in [Pace::Jump, Pace::Visit] {
            let counted = replayed::<Counted>(edge.0, &overrides, &MARKETS[market], pace);
            prop_assert_eq!(&without_rows(&jumped), &counted);
        }
        let earned: f64 = jumped.trades.iter().map(|trade| trade.pnl_usd).sum();
        let difference = jumped.end_equity_usd - jumped.start_equity_usd - earned;
        prop_assert!(difference.abs() < 1e-6, "{difference}");
        for closed in &jumped.structures {
            let pnl = jumped.trades[closed.trade_id as usize - 1].pnl_usd;
            let by_cause = closed.structure.attribution.total_usd();
            prop_assert!((by_cause - pnl).abs() < 1e-6 * (1.0 + pnl.abs()), "{by_cause} {pnl}");
        }
        prop_assert!(jumped.leg_fills.iter().all(|fill| fill.rule != FillRule::Quote));
    }
}

/// How many structures were open at once, at most.
fn most_at_once(ledger: &Ledger) -> usize {
    let opened = ledger.trades.iter().map(|trade| {
        let open = |other: &&market::Trade| {
            other.entry_time <= trade.entry_time && trade.entry_time < other.exit_time
        };
        ledger.trades.iter().filter(open).count()
    });
    opened.max().unwrap_or(0)
}

#[test]
fn such_plans_trade_and_hold_as_many_at_once_as_they_may() {
    for most in [1_u32, 3] {
        let overrides = sets(&[
            "entry.max_iv_rank=60",
            "structure.delta=0.2",
            "structure.wing_width_usd=5",
            "risk.risk_per_trade=0.05",
        ]);
        let overrides = [overrides, vec![format!("structure.max_open={most}")]].concat();
        let ledger = replayed::<Full>(true, &overrides, &MARKETS[0], Pace::Jump);
        assert!(ledger.trades.len() >= 3, "{}", ledger.trades.len());
        assert_eq!(most_at_once(&ledger), most as usize);
        assert!(ledger.counts.busy > 0 && ledger.counts.entered > 0);
        let counted = replayed::<Counted>(true, &overrides, &MARKETS[0], Pace::Jump);
        assert_eq!(counted.counts, ledger.counts);
    }
}

#[test]
fn a_plan_for_shares_sells_puts_on_declines_and_calls_on_rises() {
    for (kind, side, right) in [
        ("credit-spread", "long", "put"),
        ("credit-spread", "short", "call"),
        ("debit-spread", "long", "call"),
        ("debit-spread", "short", "put"),
    ] {
        let overrides = vec![
            format!("structure.kind={kind}"),
            format!("entry.side={side}"),
            "structure.wing_width_usd=3".to_owned(),
            "exit.max_sessions=8".to_owned(),
            "structure.delta=0.3".to_owned(),
        ];
        let ledger = replayed::<Full>(false, &overrides, &MARKETS[0], Pace::Jump);
        assert!(
            ledger.trades.len() >= 5,
            "{kind} {side}: {}",
            ledger.trades.len()
        );
        for closed in &ledger.structures {
            let legs = &closed.structure.legs;
            assert_eq!(legs.len(), 2);
            let rights = legs.iter().map(|leg| leg.contract.right.to_string());
            assert!(
                rights.into_iter().all(|found| found == right),
                "{kind} {side}"
            );
            let credit = closed.structure.premium_usd > 0.0;
            assert_eq!(credit, kind == "credit-spread", "{kind} {side}");
        }
        let held = ledger.trades.iter().map(|trade| trade.sessions_held);
        // Out at the close of the 8th session: seven closes after the first.
        assert!(held.max().unwrap() <= 7, "{kind} {side}");
    }
}

#[test]
fn a_run_is_the_same_on_one_thread_and_on_many_and_twice() {
    let (_folder, tape) = tape_of(&contents(1));
    let scenario = plan(
        CONDOR,
        &sets(&["entry.max_iv_rank=60", "structure.max_open=2"]),
    );
    let stop = AtomicBool::new(false);
    let said = |threads| {
        let options = RunOptions {
            threads,
            stop: &stop,
        };
        let run = run(&scenario, &regimes(), &tape, options).unwrap();
        let trades: usize = run
            .regimes
            .iter()
            .map(|regime| regime.ledger.trades.len())
            .sum();
        assert!(trades > 5 && run.tape.model, "{trades}");
        assert!(
            run.beside
                .as_ref()
                .is_some_and(|beside| beside.pooled.is_some())
        );
        format!("{run:?}")
    };
    let one = said(1);
    assert_eq!(one, said(4));
    assert_eq!(one, said(1));
}

#[test]
fn protection_leaves_a_structure_at_the_close_after_its_rule_held() {
    let overrides = sets(&[
        "entry.max_iv_rank=60",
        "structure.delta=0.2",
        "structure.wing_width_usd=5",
        "risk.risk_per_trade=0.05",
        "protect.when=roc(1) < -0.5%",
        "protect.action=leave",
    ]);
    let market = &MARKETS[0];
    let ledger = replayed::<Full>(true, &overrides, market, Pace::Jump);
    let bars = crate::made::bars(market);
    let protected = ledger.trades.iter().filter(|trade| trade.protected);
    let mut left = 0;
    for trade in protected {
        assert_eq!(trade.exit_reason, ExitReason::Protect);
        let row = bars.end().partition_point(|end| *end < trade.exit_time);
        // Decided at the close before the one it was filled at.
        let (before, close) = (bars.close()[row - 2], bars.close()[row - 1]);
        assert!(close / before - 1.0 < -0.005, "{trade:?}");
        left += 1;
    }
    assert!(left >= 3, "{left}");
    let by_reason = |t: &&market::Trade| t.exit_reason == ExitReason::Protect;
    assert_eq!(ledger.trades.iter().filter(by_reason).count(), left);
}
