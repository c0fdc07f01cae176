//! Entries triggered inside a bar: the stop counts if touched in that bar, the target only if the
//! close is beyond it. Shorts are the longs mirrored at 100.

use engine::{Bracket, Intrabar, Order, OrderKind, StopPlan};
use market::{ExitReason, FillRule, Side};

use crate::table::{Table, exits, limit, mirrored, stop};
use ExitReason::{Stop, Target, WindowEnd};
use FillRule::{Close, Touch, Trigger};

const QUIET: &str = "100 100 100 100";

struct Expected {
    exit: (f64, FillRule, ExitReason),
    ambiguous: bool,
    excursions: (f64, f64),
}

fn check(kind: OrderKind, bar: &str, policy: Intrabar, expected: &Expected) {
    let rows = [QUIET, bar, "101.5 101.5 101.5 101.5"];
    let mirror = mirrored(&rows);
    for side in [Side::Buy, Side::Sell] {
        let (rows, kind): (Vec<&str>, _) = match (side, kind) {
            (Side::Buy, kind) => (rows.to_vec(), kind),
            (Side::Sell, OrderKind::Stop { stop }) => (
                mirror.iter().map(String::as_str).collect(),
                OrderKind::Stop { stop: 200.0 - stop },
            ),
            (Side::Sell, OrderKind::Limit { limit }) => (
                mirror.iter().map(String::as_str).collect(),
                OrderKind::Limit {
                    limit: 200.0 - limit,
                },
            ),
            _ => unreachable!(),
        };
        let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
        let table = Table::daily(&rows).with(|a| a.fills.intrabar = policy);
        let ledger = table.run(&[(0, Order::entry(0, side, 10, kind).with_bracket(bracket))]);
        let (price, rule, reason) = exits(&ledger)[0];
        let seen = if side == Side::Buy {
            price
        } else {
            200.0 - price
        };
        let trade = &ledger.trades[0];
        assert_eq!(
            (seen, rule, reason),
            expected.exit,
            "{side:?} {kind:?} {bar}"
        );
        assert_eq!(
            trade.ambiguous, expected.ambiguous,
            "{side:?} {kind:?} {bar}"
        );
        let excursions = (trade.mae_usd, trade.mfe_usd);
        assert_eq!(
            excursions, expected.excursions,
            "{side:?} {kind:?} {bar}: adverse, favourable"
        );
    }
}

#[test]
fn a_limit_entry_is_stopped_by_a_touch_in_its_own_bar() {
    // Bought at 98 on the way down, stop 95, low 94: out. (From the next bar on: held to 101.5.)
    let exit = (95.0, Trigger, Stop);
    let expected = Expected {
        exit,
        ambiguous: false,
        excursions: (3.0, 0.0),
    };
    check(
        limit(98.0),
        "100 101 94 99",
        Intrabar::Pessimistic,
        &expected,
    );
    // Optimism does not help: the target was not beyond the close.
    check(
        limit(98.0),
        "100 103 94 99",
        Intrabar::Optimistic,
        &expected,
    );
}

#[test]
fn a_high_that_may_have_come_before_the_entry_takes_no_target() {
    // Bought at 98, target 102. The high of 103 may lie before the entry; the close of 101 is not
    // beyond: held. (Another reading sells at 102 inside the bar, by touch.) The last close, 101.5,
    // ends the window. Only the close, 101, counts in favour on the entry bar, the low of 97 against.
    let exit = (101.5, Close, WindowEnd);
    let expected = Expected {
        exit,
        ambiguous: false,
        excursions: (1.0, 3.5),
    };
    check(
        limit(98.0),
        "100 103 97 101",
        Intrabar::Pessimistic,
        &expected,
    );
}

#[test]
fn a_close_beyond_the_target_takes_it() {
    // Target 102, close 102.5: it was reached after the entry, for certain.
    let expected = Expected {
        exit: (102.0, Touch, Target),
        ambiguous: false,
        excursions: (1.0, 4.0),
    };
    check(
        limit(98.0),
        "100 103 97 102.5",
        Intrabar::Pessimistic,
        &expected,
    );
    // "Beyond" includes at: 102.
    check(
        limit(98.0),
        "100 103 97 102",
        Intrabar::Pessimistic,
        &expected,
    );
}

#[test]
fn with_the_stop_touched_and_the_close_beyond_the_target_the_trade_is_ambiguous() {
    let bar = "100 103 94 102.5";
    let stopped = Expected {
        exit: (95.0, Trigger, Stop),
        ambiguous: true,
        excursions: (3.0, 0.0),
    };
    check(limit(98.0), bar, Intrabar::Pessimistic, &stopped);
    check(limit(98.0), bar, Intrabar::Path, &stopped);
    let target = Expected {
        exit: (102.0, Touch, Target),
        ambiguous: true,
        excursions: (4.0, 4.0),
    };
    check(limit(98.0), bar, Intrabar::Optimistic, &target);
}

#[test]
fn a_stop_entry_counts_the_low_of_its_bar_whenever_it_was() {
    // Bought at 101 on the way up, stop 98. The low of 97.5 came before or after, nobody knows: out.
    let exit = (98.0, Trigger, Stop);
    let expected = Expected {
        exit,
        ambiguous: false,
        excursions: (3.0, 0.0),
    };
    check(
        stop(101.0),
        "100 103 97.5 103",
        Intrabar::Pessimistic,
        &expected,
    );
    // Not touched: held. The high of 103 did come after a buy stop, and counts in favour.
    let exit = (101.5, Close, WindowEnd);
    let expected = Expected {
        exit,
        ambiguous: false,
        excursions: (2.5, 2.0),
    };
    check(
        stop(101.0),
        "100 103 98.5 101.5",
        Intrabar::Pessimistic,
        &expected,
    );
    // Target 105, high 106, close 104: not beyond, held.
    let expected = Expected {
        exit,
        ambiguous: false,
        excursions: (2.5, 5.0),
    };
    check(
        stop(101.0),
        "100 106 98.5 104",
        Intrabar::Pessimistic,
        &expected,
    );
}

#[test]
fn entered_inside_beyond_the_stop_is_out_where_it_came_in() {
    // A limit at 98 with the stop at the level 99: the stop is passed already at the entry. Sold at 98,
    // not at the 99 that was never to be had.
    let rows = [QUIET, "100 100 97 97.5", QUIET];
    let bracket = Bracket::stop_only(StopPlan::level(99.0));
    let order = Order::entry(0, Side::Buy, 10, limit(98.0)).with_bracket(bracket);
    let ledger = Table::daily(&rows).run(&[(0, order)]);
    assert_eq!(exits(&ledger), [(98.0, Trigger, Stop)]);
    // Cancelled, if the plan says so.
    let bracket = Bracket {
        cancel_if_gapped: true,
        ..bracket
    };
    let ledger = Table::daily(&rows).run(&[(0, order.with_bracket(bracket))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(ledger.rejections.len(), 1);
}

#[test]
fn an_improved_limit_entry_was_there_from_the_open_on() {
    // Opens at 97, below the limit: bought there, and the whole bar counts: target 101 by touch.
    let rows = [QUIET, "97 101 96 98", QUIET];
    let bracket = Bracket::default().with_target(4.0);
    let order = Order::entry(0, Side::Buy, 10, limit(98.0)).with_bracket(bracket);
    let ledger = Table::daily(&rows).run(&[(0, order)]);
    assert_eq!(exits(&ledger), [(101.0, Touch, Target)]);
}
