//! Protective stops and targets of a position open at the bar's start: gap before touch, stop against
//! target, OCO, `max_sessions`. Shorts are the longs mirrored at 100.

use engine::{Bracket, Intrabar, Order, OrderKind, StopChoice, StopPlan};
use market::{ExitReason, FillRule, Side, Trade};

use crate::table::{Table, buy, closing, exits, fills, limit, mirrored, opening, sell, stop};
use ExitReason::{MaxSessions, Signal, Stop, Target};
use FillRule::{Close, Gap, Improved, Open, Touch, Trigger};

const QUIET: &str = "100 100 100 100";

/// Bought (or, mirrored, sold) at Tuesday's open 100 with stop 97 and target 104; Wednesday is `bar`.
fn bracketed(side: Side, bar: &str, policy: Intrabar) -> Trade {
    let rows = [QUIET, "100 101 99 100", bar, QUIET];
    let mirror = mirrored(&rows);
    let rows: Vec<&str> = match side {
        Side::Buy => rows.to_vec(),
        Side::Sell => mirror.iter().map(String::as_str).collect(),
    };
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let table = Table::daily(&rows).with(|a| a.fills.intrabar = policy);
    let order = Order::market(0, side, 10).with_bracket(bracket);
    let ledger = table.run(&[(0, order)]);
    assert_eq!(ledger.trades.len(), 1);
    ledger.trades[0].clone()
}

/// A price as the long of the pair sees it.
fn seen(side: Side, price: f64) -> f64 {
    match side {
        Side::Buy => price,
        Side::Sell => 200.0 - price,
    }
}

#[test]
fn stop_and_target_of_longs_and_shorts() {
    use Intrabar::{Optimistic, Path, Pessimistic};
    // (bar, policy, exit, rule, reason, ambiguous)
    let cases = [
        ("96 98 95 97", Pessimistic, 96.0, Gap, Stop, false),
        ("97 105 95 97", Optimistic, 97.0, Gap, Stop, false), // gap rules come before touch rules
        ("99 100 97 98", Pessimistic, 97.0, Trigger, Stop, false),
        ("105 106 96 97", Pessimistic, 105.0, Improved, Target, false), // the open decides
        ("101 104 100 103", Pessimistic, 104.0, Touch, Target, false),
        ("101 105 96 103", Pessimistic, 97.0, Trigger, Stop, true),
        ("101 105 96 103", Optimistic, 104.0, Touch, Target, true),
        // Path: open 101, high 105 is 4 away, low 96 is 5 away: up first, the target.
        ("101 105 96 103", Path, 104.0, Touch, Target, true),
        // Open 100: high 104 is 4 away, low 97 is 3 away: down first.
        ("100 104 97 103", Path, 97.0, Trigger, Stop, true),
        // A tie, 4 and 4: pessimistic.
        ("100 104 96 103", Path, 97.0, Trigger, Stop, true),
    ];
    for (bar, policy, price, rule, reason, ambiguous) in cases {
        for side in [Side::Buy, Side::Sell] {
            let trade = bracketed(side, bar, policy);
            let found = (
                seen(side, trade.exit_price),
                trade.exit_rule,
                trade.exit_reason,
                trade.ambiguous,
            );
            assert_eq!(
                found,
                (price, rule, reason, ambiguous),
                "{side:?} {policy:?} {bar}"
            );
        }
    }
}

#[test]
fn a_whole_trade_by_hand() {
    // 10 at Tuesday's open 100, stop 97, target 104, the ATR noted as 2. Wednesday touches 104.
    let rows = [QUIET, "100 101 99 100", "101 104.5 98 103", QUIET];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let table = Table::daily(&rows).with(|a| {
        a.costs.commission_min_usd = 1.0;
        a.costs.slippage_usd = 0.5;
    });
    let ledger = table.run(&[(0, buy(10).with_bracket(bracket).with_atr(2.0))]);
    let expected = Trade {
        trade_id: 1,
        symbol: 0,
        side: Side::Buy,
        quantity: 10,
        entry_time: opening(1),
        entry_price: 100.5, // open 100 + slippage 0.5
        entry_rule: Open,
        exit_time: closing(2), // inside the bar: its end
        exit_price: 104.5,     // target = fill 100.5 + 4; a limit slips not
        exit_rule: Touch,
        exit_reason: Target,
        gross_pnl_usd: 40.0,
        commission_usd: 2.0,
        slippage_usd: 5.0, // 0.5 × 10, once
        dividends_usd: 0.0,
        financing_usd: 0.0,
        pnl_usd: 38.0,
        return_fraction: 38.0 / 1005.0,
        r_multiple: Some(38.0 / 30.0), // R = 100.5 − 97.5 = 3 on 10 shares
        mae_usd: 2.5, // Wednesday's 98 is taken to come before the target: 100.5 − 98
        mfe_usd: 4.0,
        atr_at_entry: Some(2.0),
        stop_price: Some(97.5),
        target_price: Some(104.5),
        sessions_held: 2, // Tuesday and Wednesday beyond their openings
        bars_held: 2,
        ambiguous: false,
        unsettled: None,
        protected: false,
    };
    assert_eq!(ledger.trades, [expected]);
    assert_eq!(ledger.end_equity_usd, 100_038.0);
}

#[test]
fn excursions_on_an_exit_bar_stop_at_the_assumed_exit() {
    // Long from 100, Tuesday 99 to 101; stop 97, target 104.
    // Stopped on a bar that also saw 103: pessimistically the low came first, so 103 never counts
    // (another reading: 3.0).
    let stopped = bracketed(Side::Buy, "100 103 96 98", Intrabar::Pessimistic);
    assert_eq!((stopped.mae_usd, stopped.mfe_usd), (3.0, 1.0));
    // Optimistically 103 came first.
    let stopped = bracketed(Side::Buy, "100 103 96 98", Intrabar::Optimistic);
    assert_eq!((stopped.mae_usd, stopped.mfe_usd), (3.0, 3.0));
    // At the target of 104 on a bar from 97.5 to 106: not 106 (6.0), and 97.5 pessimistically first.
    let target = bracketed(Side::Buy, "100 106 97.5 105", Intrabar::Pessimistic);
    assert_eq!((target.mae_usd, target.mfe_usd), (2.5, 4.0));
    let target = bracketed(Side::Buy, "100 106 97.5 105", Intrabar::Optimistic);
    assert_eq!((target.mae_usd, target.mfe_usd), (1.0, 4.0));
    // Gapped out at 95: nothing of that bar's range counts beyond its open.
    let gapped = bracketed(Side::Buy, "95 103 90 98", Intrabar::Pessimistic);
    assert_eq!((gapped.mae_usd, gapped.mfe_usd), (5.0, 1.0));
    let gapped = bracketed(Side::Sell, "95 103 90 98", Intrabar::Pessimistic);
    assert_eq!((gapped.mae_usd, gapped.mfe_usd), (5.0, 1.0));
}

#[test]
fn a_due_market_exit_comes_before_the_gap_rules_of_the_same_open() {
    // Exit asked for on Tuesday; Wednesday opens at 96, below the stop 97. Both would sell at 96: the
    // reason tells which came first (the other reading: stop, gap).
    let rows = [QUIET, "100 101 99 100", "96 98 95 97", QUIET];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0));
    let script = [
        (0, buy(10).with_bracket(bracket)),
        (1, Order::exit(0, Signal)),
    ];
    assert_eq!(
        exits(&Table::daily(&rows).run(&script)),
        [(96.0, Open, Signal)]
    );
}

#[test]
fn protection_lives_within_the_entry_bar_of_a_market_entry() {
    // Bought at 100, low 96 the same day: out at 97. (Protection from the next bar on would have held
    // to Wednesday and sold at its open, 101.)
    let rows = [QUIET, "100 101 96 100", "101 102 100 101"];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(97.0, Trigger, Stop)]);
    assert_eq!(
        (ledger.trades[0].sessions_held, ledger.trades[0].bars_held),
        (1, 1)
    );
    // The target too.
    let rows = [QUIET, "100 104 99 100", "101 102 100 101"];
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(104.0, Touch, Target)]);
    // A short's stop, 103.
    let rows = [QUIET, "100 104 97 100", "101 102 100 101"];
    let ledger = Table::daily(&rows).run(&[(0, sell(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(103.0, Trigger, Stop)]);
}

#[test]
fn one_cancels_the_other() {
    // Out at the target on Tuesday; Wednesday falls through the old stop, Thursday soars: nothing left
    // to fill.
    let rows = [QUIET, "100 104 99 103", "98 99 90 91", "120 121 119 120"];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(104.0, Touch, Target)]);
}

#[test]
fn each_bracket_cancels_only_itself() {
    // 10 at 100 (stop 97, target 104), 10 more at 102 (stop 99, target 106). Thursday's 104 sells the
    // first ten and takes away their stop 97; Friday's 98 meets the second stop, 99.
    let rows = [
        QUIET,
        "100 101 99.5 100",
        "102 103 101 102",
        "103 104 101 103",
        "103 103 96 97",
        QUIET,
    ];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let order = buy(10).with_bracket(bracket);
    let ledger = Table::daily(&rows).run(&[(0, order), (1, order)]);
    assert_eq!(
        exits(&ledger),
        [(104.0, Touch, Target), (99.0, Trigger, Stop)]
    );
    let trade = &ledger.trades[0];
    // In at 101 on average, out at 101.5: 20 × 0.5.
    assert_eq!(
        (
            trade.quantity,
            trade.entry_price,
            trade.exit_price,
            trade.pnl_usd
        ),
        (20, 101.0, 101.5, 10.0)
    );
}

#[test]
fn of_two_stops_the_nearer_is_reached_first() {
    // Stop 95 from the bracket, tightened by an own stop at 97: a fall to 94 passes 97 first.
    let rows = [QUIET, "100 101 99 100", "99 100 94 95", QUIET];
    let script = [
        (
            0,
            buy(10).with_bracket(Bracket::stop_only(StopPlan::distance(5.0))),
        ),
        (1, Order::exit(0, Signal).priced(stop(97.0))),
    ];
    assert_eq!(
        exits(&Table::daily(&rows).run(&script)),
        [(97.0, Trigger, Signal)]
    );
    // Half the position at the nearer target 102, the rest at the farther 104.
    let rows = [QUIET, "100 101 99 100", "101 105 100 103", QUIET];
    let script = [
        (0, buy(10).with_bracket(Bracket::default().with_target(4.0))),
        (1, Order::exit(0, Signal).priced(limit(102.0)).shares(5)),
    ];
    let ledger = Table::daily(&rows).run(&script);
    assert_eq!(
        exits(&ledger),
        [(102.0, Touch, Signal), (104.0, Touch, Target)]
    );
}

#[test]
fn the_last_session_ends_the_trade_at_its_close() {
    // Bought at Tuesday's open; its 3rd session is Thursday: sold at Thursday's close 106, not at
    // Friday's close (counting from the session after) nor at Friday's open.
    let rows = [
        QUIET,
        "100 101 99 100",
        "102 103 101 102",
        "104 107 103 106",
        "110 111 109 110",
        QUIET,
    ];
    let bracket = Bracket {
        max_sessions: Some(3),
        ..Bracket::default()
    };
    for (order, sign) in [(buy(10), 1.0), (sell(10), -1.0)] {
        let ledger = Table::daily(&rows).run(&[(0, order.with_bracket(bracket))]);
        assert_eq!(exits(&ledger), [(106.0, Close, MaxSessions)]);
        let trade = &ledger.trades[0];
        assert_eq!(
            (trade.pnl_usd, trade.sessions_held, trade.bars_held),
            (sign * 60.0, 3, 3)
        );
        // The whole exit bar counts: up to 107 and, before it, down to 99.
        let (up, down) = (7.0, 1.0);
        let (mae, mfe) = if sign > 0.0 { (down, up) } else { (up, down) };
        assert_eq!((trade.mae_usd, trade.mfe_usd), (mae, mfe));
    }
}

#[test]
fn one_session_is_the_entry_session_at_whatever_hour() {
    let rows = [QUIET, "100 101 99 100.5", "102 103 101 102", QUIET];
    let bracket = Bracket {
        max_sessions: Some(1),
        ..Bracket::default()
    };
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(100.5, Close, MaxSessions)]);
    // Bought at Tuesday's close, which is its one session's close: out at the same price.
    let named = buy(10).priced(OrderKind::MarketOnClose { close: closing(1) });
    let ledger = Table::daily(&rows).run(&[(0, named.with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(100.5, Close, MaxSessions)]);
    assert_eq!(ledger.fills[1].slot, 1);
    // Even a number of sessions beyond the calendar is no crash.
    let bracket = Bracket {
        max_sessions: Some(u32::MAX),
        ..Bracket::default()
    };
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(100.0, Close, ExitReason::WindowEnd)]);
}

#[test]
fn of_a_distance_and_a_level_the_plan_chooses() {
    // Filled at 100: 97 by distance, 98 by level.
    for (choice, price) in [(StopChoice::Nearer, 98.0), (StopChoice::Farther, 97.0)] {
        let plan = StopPlan {
            level: Some(98.0),
            choice,
            ..StopPlan::distance(3.0)
        };
        let rows = [QUIET, "100 101 96 97", QUIET];
        let ledger =
            Table::daily(&rows).run(&[(0, buy(10).with_bracket(Bracket::stop_only(plan)))]);
        assert_eq!(exits(&ledger), [(price, Trigger, Stop)]);
    }
}

#[test]
fn an_entry_the_other_way_ends_the_trade_and_its_protection() {
    // Long 10 from 100 with stop 97. Sell 15: flat and short 5, from 102. The long's stop at 97 must
    // not touch the short (it would cover it at 97 on Thursday).
    let rows = [
        QUIET,
        "100 101 99 100",
        "102 103 101 102",
        "100 101 96 97",
        "95 96 94 95",
    ];
    let long = buy(10).with_bracket(Bracket::stop_only(StopPlan::distance(3.0)));
    let ledger = Table::daily(&rows).run(&[(0, long), (1, sell(15))]);
    let [first, second] = &ledger.trades[..] else {
        panic!()
    };
    assert_eq!(
        (first.side, first.quantity, first.pnl_usd, first.exit_reason),
        (Side::Buy, 10, 20.0, Signal)
    );
    assert_eq!(
        (first.bars_held, first.mfe_usd, first.mae_usd),
        (1, 2.0, 1.0)
    );
    // Short 5 from 102, covered at the window's last close 95.
    assert_eq!(
        (second.side, second.quantity, second.pnl_usd),
        (Side::Sell, 5, 35.0)
    );
    // Sold all: the stop does not wait for the next position, bought without protection.
    let ledger = Table::daily(&rows).run(&[(0, long), (1, sell(10)), (2, buy(3))]);
    assert_eq!(exits(&ledger), [(95.0, Close, ExitReason::WindowEnd)]);
    assert_eq!(fills(&ledger)[2].2, 3);
    // Sold some, with a bracket of its own: there is no short to protect, and the long keeps its stop.
    let less = sell(4).with_bracket(Bracket::stop_only(StopPlan::distance(1.0)));
    let ledger = Table::daily(&rows).run(&[(0, long), (1, less)]);
    assert_eq!(exits(&ledger), [(97.0, Trigger, Stop)]);
    assert_eq!(ledger.fills[2].quantity, 6);
}

#[test]
fn a_filled_target_takes_its_own_stop_along_and_leaves_the_other_brackets() {
    // 10 at 100 (stop 97, target 104), 10 more at 102 with a stop 8 away, 94. Thursday's 104 sells the
    // first ten; Friday's 96 is below their stop, which is gone (left behind, it sells the other ten at
    // 97), and above the other one.
    let rows = [
        QUIET,
        "100 101 99.5 100",
        "102 103 101 102",
        "103 104 101 103",
        "103 103 96 97",
        "98 98 98 98",
    ];
    let first = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let second = Bracket::stop_only(StopPlan::distance(8.0));
    let script = [
        (0, buy(10).with_bracket(first)),
        (1, buy(10).with_bracket(second)),
    ];
    let ledger = Table::daily(&rows).run(&script);
    let end = (98.0, Close, ExitReason::WindowEnd);
    assert_eq!(exits(&ledger), [(104.0, Touch, Target), end]);
}
