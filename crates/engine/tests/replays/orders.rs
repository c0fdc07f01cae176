//! One bar, one order: every fill rule, for buys and sells, as entries and as exits.

use engine::setup::{Outcome, RejectReason};
use engine::{LimitFill, Order, OrderKind};
use market::{ExitReason, FillRule, Side};

use crate::table::{
    Ask, Table, buy, closing, exits, fills, limit, opening, sell, stop, stop_limit,
};
use FillRule::{Close, Gap, Improved, Open, Touch, Trigger};
use Side::{Buy, Sell};

const QUIET: &str = "100 100 100 100";

/// What the order does as an entry on `bar`, and as the exit of an opposite position.
fn both_ways(
    side: Side,
    kind: OrderKind,
    bar: &str,
    through: bool,
) -> [Option<(f64, FillRule)>; 2] {
    let table = Table::daily(&[QUIET, QUIET, bar, QUIET]).with(|account| {
        if through {
            account.fills.limit_fill = LimitFill::Through;
        }
    });
    let entry = table.run(&[(1, Order::entry(0, side, 10, kind))]);
    let exit = table.run(&[
        (0, Order::market(0, side.opposite(), 10)),
        (1, Order::exit(0, ExitReason::Signal).priced(kind)),
    ]);
    let at_two = |ledger: &engine::Ledger| {
        let fill = fills(ledger).into_iter().find(|f| f.0 == 2)?;
        assert_eq!(fill.1, side);
        Some((fill.3, fill.4))
    };
    [at_two(&entry), at_two(&exit)]
}

type Case = (Side, OrderKind, &'static str, Option<(f64, FillRule)>);

/// Checks cases of (side, order, bar as open high low close, fill), as entry and as exit.
fn check(cases: &[Case], through: bool) {
    for &(side, kind, bar, expected) in cases {
        let found = both_ways(side, kind, bar, through);
        assert_eq!(found, [expected; 2], "{side:?} {kind:?} on {bar}");
    }
}

#[test]
fn limits_and_stops_fill_at_the_open_that_passed_them_or_at_their_price() {
    check(
        &[
            // Limits: the open at or beyond is better or equal and fills; else a touch at the limit.
            (Buy, limit(98.0), "97 99 96 98", Some((97.0, Improved))),
            (Buy, limit(98.0), "98 99 97 98", Some((98.0, Improved))),
            (Buy, limit(98.0), "99 99.5 98 99", Some((98.0, Touch))),
            (Buy, limit(98.0), "99 99.5 98.01 99", None),
            (
                Sell,
                limit(102.0),
                "103 104 101 102",
                Some((103.0, Improved)),
            ),
            (
                Sell,
                limit(102.0),
                "102 103 101 102",
                Some((102.0, Improved)),
            ),
            (
                Sell,
                limit(102.0),
                "101 102 100.5 101",
                Some((102.0, Touch)),
            ),
            (Sell, limit(102.0), "101 101.99 100.5 101", None),
            // Stops: the open at or beyond fills at the (worse) open, else at the stop.
            (Sell, stop(98.0), "97 99 96 98", Some((97.0, Gap))),
            (Sell, stop(98.0), "98 99 97 98", Some((98.0, Gap))),
            (Sell, stop(98.0), "99 99.5 98 99", Some((98.0, Trigger))),
            (Sell, stop(98.0), "99 99.5 90 91", Some((98.0, Trigger))),
            (Sell, stop(98.0), "99 99.5 98.01 99", None),
            (Buy, stop(102.0), "103 104 101 102", Some((103.0, Gap))),
            (Buy, stop(102.0), "102 103 101 102", Some((102.0, Gap))),
            (
                Buy,
                stop(102.0),
                "101 102 100.5 101",
                Some((102.0, Trigger)),
            ),
            (Buy, stop(102.0), "101 101.99 100.5 101", None),
        ],
        false,
    );
}

#[test]
fn stop_limits_fill_within_their_limit_and_wait_beyond_it() {
    check(
        &[
            // Stop-limits, limit beyond the stop: gap within it, trigger inside, gap beyond and back.
            (
                Buy,
                stop_limit(102.0, 103.0),
                "102.5 104 102 103",
                Some((102.5, Gap)),
            ),
            (
                Buy,
                stop_limit(102.0, 103.0),
                "101 105 100 104",
                Some((102.0, Trigger)),
            ),
            (
                Buy,
                stop_limit(102.0, 103.0),
                "104 105 103 104",
                Some((103.0, Touch)),
            ),
            (Buy, stop_limit(102.0, 103.0), "104 105 103.5 104", None),
            (Buy, stop_limit(102.0, 103.0), "101 101.5 100 101", None),
            (
                Sell,
                stop_limit(98.0, 97.0),
                "97.5 98 96 97",
                Some((97.5, Gap)),
            ),
            (
                Sell,
                stop_limit(98.0, 97.0),
                "99 100 95 96",
                Some((98.0, Trigger)),
            ),
            (
                Sell,
                stop_limit(98.0, 97.0),
                "96 97 95 96",
                Some((97.0, Touch)),
            ),
            (Sell, stop_limit(98.0, 97.0), "96 96.5 95 96", None),
            // A limit better than the stop: only the close tells that it was reached after the trigger.
            (
                Buy,
                stop_limit(102.0, 99.0),
                "101 103 98.5 99",
                Some((99.0, Touch)),
            ),
            (Buy, stop_limit(102.0, 99.0), "101 103 98 100", None),
            (
                Sell,
                stop_limit(98.0, 101.0),
                "99 101.5 97 101",
                Some((101.0, Touch)),
            ),
            (Sell, stop_limit(98.0, 101.0), "99 102 97 100", None),
        ],
        false,
    );
}

#[test]
fn market_orders_fill_at_the_next_open_and_named_closes_at_the_close() {
    check(
        &[
            // The next open, and a named close.
            (
                Buy,
                OrderKind::Market,
                "103 104 101 102",
                Some((103.0, Open)),
            ),
            (Sell, OrderKind::Market, "97 104 91 102", Some((97.0, Open))),
            (
                Buy,
                OrderKind::MarketOnClose { close: closing(2) },
                "97 99 96 98",
                Some((98.0, Close)),
            ),
            (
                Sell,
                OrderKind::MarketOnClose { close: closing(2) },
                "97 99 96 98",
                Some((98.0, Close)),
            ),
        ],
        false,
    );
}

#[test]
fn through_demands_one_tick_more_inside_the_bar_and_nothing_more_at_the_open() {
    let cases = [
        (Buy, limit(98.0), "99 99.5 98 99", None),
        (Buy, limit(98.0), "99 99.5 97.99 99", Some((98.0, Touch))),
        (Buy, limit(98.0), "98 99.5 98 99", Some((98.0, Improved))),
        (Sell, limit(102.0), "101 102 100 101", None),
        (
            Sell,
            limit(102.0),
            "101 102.01 100 101",
            Some((102.0, Touch)),
        ),
        (
            Sell,
            limit(102.0),
            "102 102 100 101",
            Some((102.0, Improved)),
        ),
        // 99.99 + 0.01 and 100.01 − 0.01 are not exact in floats; the tick must not fail for that.
        (Sell, limit(99.99), "99 100 98 99", Some((99.99, Touch))),
        (
            Buy,
            limit(100.01),
            "101 101 100 100.5",
            Some((100.01, Touch)),
        ),
        // A stop-limit whose limit is better than its stop: a close at the limit is a touch only.
        (Buy, stop_limit(102.0, 99.0), "101 103 98.5 99", None),
        (
            Buy,
            stop_limit(102.0, 99.0),
            "101 103 98.5 98.99",
            Some((99.0, Touch)),
        ),
    ];
    check(&cases, true);
}

#[test]
fn a_stop_limit_once_triggered_is_a_limit_order_from_then_on() {
    // Triggered by the gap to 105, beyond the limit 103; the day after opens at 101, below the stop
    // even, and fills there as a limit does (a fresh stop-limit would wait for 102 again).
    let rows = [
        "100 100 100 100",
        "105 106 104 105",
        "101 101.5 100 101",
        "101 101 101 101",
    ];
    let ledger = Table::daily(&rows).run(&[(0, buy(10).priced(stop_limit(102.0, 103.0)))]);
    assert_eq!(fills(&ledger)[0], (2, Buy, 10, 101.0, Improved));
    let rows = [
        "100 100 100 100",
        "95 96 94 95",
        "99 99.5 98 99",
        "99 99 99 99",
    ];
    let ledger = Table::daily(&rows).run(&[(0, sell(10).priced(stop_limit(98.0, 97.0)))]);
    assert_eq!(fills(&ledger)[0], (2, Sell, 10, 99.0, Improved));
}

#[test]
fn slippage_never_carries_a_stop_limit_past_its_limit() {
    // Trigger at 102 plus 200 bp would be 104.04; the limit is 103.
    let table =
        Table::daily(&[QUIET, "101 105 100 104", QUIET]).with(|a| a.costs.slippage_bps = 200.0);
    let ledger = table.run(&[(0, buy(10).priced(stop_limit(102.0, 103.0)))]);
    assert_eq!(fills(&ledger)[0], (1, Buy, 10, 103.0, Trigger));
    assert_eq!(ledger.fills[0].slippage_per_share, 1.0);
}

#[test]
fn a_close_that_has_passed_or_never_comes_is_the_next_open() {
    let named = |close| buy(10).priced(OrderKind::MarketOnClose { close });
    let rows = [QUIET, "100 104 99 103", "105 105 105 105", QUIET];
    // Named: Tuesday's close, 103.
    let ledger = Table::daily(&rows).run(&[(0, named(closing(1)))]);
    assert_eq!(fills(&ledger)[0], (1, Buy, 10, 103.0, Close));
    // Named at Tuesday's end: Tuesday's own close. All of that bar is known, so it may not be had (103):
    // Wednesday's open.
    let ledger = Table::daily(&rows).run(&[(1, named(closing(1)))]);
    assert_eq!(fills(&ledger)[0], (2, Buy, 10, 105.0, Open));
    // Named: a Saturday's close. The first open after it is Monday's.
    let rows = [QUIET, QUIET, QUIET, QUIET, QUIET, "107 108 106 107", QUIET];
    let saturday = closing(4).plus_minutes(24 * 60);
    let ledger = Table::daily(&rows).run(&[(3, named(saturday))]);
    assert_eq!(fills(&ledger)[0], (5, Buy, 10, 107.0, Open));
}

#[test]
fn an_expired_order_is_withdrawn_before_the_bar_that_starts_then() {
    let rows = [QUIET, "99 99.5 98.5 99", "99 99.5 97 98", QUIET];
    let order = buy(10).priced(limit(98.0)).good_until(opening(2));
    let ledger = Table::daily(&rows).run(&[(0, Ask::Enter(order))]);
    assert!(ledger.fills.is_empty());
    let rejection = ledger.rejections[0];
    assert_eq!(
        (rejection.time, rejection.reason),
        (opening(2), RejectReason::Expired)
    );
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::Expired)
    );
    // One instant more, and Wednesday's low fills it.
    let order = buy(10)
        .priced(limit(98.0))
        .good_until(opening(2).plus_minutes(1));
    assert_eq!(
        fills(&Table::daily(&rows).run(&[(0, order)]))[0],
        (2, Buy, 10, 98.0, Touch)
    );
}

#[test]
fn a_withdrawn_entry_says_so_in_the_log() {
    let rows = [QUIET, QUIET, "100 100 90 95", QUIET];
    let order = buy(10).priced(limit(95.0));
    let ledger = Table::daily(&rows).run(&[(0, Ask::Enter(order)), (1, Ask::Withdraw(1))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::Withdrawn)
    );
    assert_eq!(ledger.rejections[0].time, closing(1));
    // Withdrawing what is filled, or never was, does nothing.
    let ledger = Table::daily(&rows).run(&[
        (0, Ask::Enter(buy(10))),
        (1, Ask::Withdraw(1)),
        (1, Ask::Withdraw(77)),
    ]);
    assert_eq!((ledger.fills.len(), ledger.rejections.len()), (2, 0));
}

#[test]
fn orders_that_make_no_sense_are_refused_with_the_reason() {
    use RejectReason::{BadPrice, NothingToClose, UnknownSymbol, ZeroSize};
    let table = Table::daily(&[QUIET; 3]);
    let bracket = |stop: engine::StopPlan| buy(10).with_bracket(engine::Bracket::stop_only(stop));
    let distance = engine::StopPlan::distance;
    let cases = [
        (Order::market(1, Buy, 10), UnknownSymbol),
        (buy(0), ZeroSize),
        (buy(10).priced(limit(0.0)), BadPrice),
        (buy(10).priced(limit(f64::NAN)), BadPrice),
        (buy(10).priced(stop(-3.0)), BadPrice),
        (buy(10).priced(stop_limit(100.0, f64::INFINITY)), BadPrice),
        (bracket(distance(f64::NAN)), BadPrice),
        (bracket(distance(-1.0)), BadPrice),
        (
            bracket(engine::StopPlan::level(f64::NEG_INFINITY)),
            BadPrice,
        ),
        (
            bracket(engine::StopPlan {
                trail_atr: Some(-2.0),
                ..distance(1.0)
            }),
            BadPrice,
        ),
        (
            bracket(engine::StopPlan {
                break_even_usd: Some(f64::NAN),
                ..distance(1.0)
            }),
            BadPrice,
        ),
        (
            buy(10).with_bracket(engine::Bracket {
                target_distance_usd: Some(-1.0),
                ..engine::Bracket::default()
            }),
            BadPrice,
        ),
        (buy(10).with_atr(f64::NAN), BadPrice),
        (Order::exit(0, ExitReason::Signal), NothingToClose),
        (Order::exit(0, ExitReason::Signal).shares(0), ZeroSize),
    ];
    for (order, reason) in cases {
        let ledger = table.run(&[(1, Ask::Enter(order))]);
        assert!(ledger.fills.is_empty(), "{order:?}");
        let [rejection] = ledger.rejections[..] else {
            panic!("{order:?}")
        };
        assert_eq!(
            (rejection.order_id, rejection.time, rejection.reason),
            (1, closing(1), reason),
            "{order:?}"
        );
        assert_eq!(ledger.setups[0].outcome, Outcome::Rejected(reason));
    }
}

#[test]
fn part_of_a_position_can_be_left_and_the_trade_closes_with_the_last_share() {
    // 10 bought at 100; 4 out at 110 and 6 at 105: (40 + 30) = 70 gross, average exit 107.
    let rows = [
        QUIET,
        "100 101 99 100",
        "110 111 109 110",
        "105 106 104 105",
        QUIET,
    ];
    let ledger = Table::daily(&rows).run(&[
        (0, buy(10)),
        (1, Order::exit(0, ExitReason::Signal).shares(4)),
        (2, Order::exit(0, ExitReason::TimeStop)),
    ]);
    let [trade] = &ledger.trades[..] else {
        panic!()
    };
    assert_eq!(
        (trade.quantity, trade.exit_price, trade.gross_pnl_usd),
        (10, 107.0, 70.0)
    );
    assert_eq!(
        (trade.exit_reason, trade.sessions_held),
        (ExitReason::TimeStop, 2)
    );
    assert_eq!(exits(&ledger).len(), 2);
}
