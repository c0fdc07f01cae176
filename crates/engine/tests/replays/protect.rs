//! What protects a position beside its bracket: a stop brought nearer, a part that is sold.

use engine::{Bracket, Ledger, Order, OrderKind, StopPlan};
use market::{ExitReason, FillRule, Side};

use crate::table::{Ask, Table, buy, exits, fills, mirrored, sell};
use ExitReason::{Protect, Stop, Target, TrailingStop, WindowEnd};
use FillRule::{Close, Gap, Open, Touch, Trigger};

const QUIET: &str = "100 100 100 100";

/// Ten shares from Tuesday's open of 100, stop 95.
fn long() -> Order {
    buy(10).with_bracket(Bracket::stop_only(StopPlan::distance(5.0)))
}

fn short() -> Order {
    sell(10).with_bracket(Bracket::stop_only(StopPlan::distance(5.0)))
}

fn tightened(rows: &[&str], stops: &[(usize, f64)]) -> Ledger {
    played(&Table::daily(rows), long(), stops)
}

fn played(table: &Table, order: Order, stops: &[(usize, f64)]) -> Ledger {
    let stops = stops
        .iter()
        .map(|&(slot, stop)| (slot, Ask::Tighten(0, stop)));
    let script: Vec<(usize, Ask)> = [(0, Ask::Submit(order))].into_iter().chain(stops).collect();
    table.run(&script)
}

#[test]
fn a_tightened_stop_acts_from_the_next_bar() {
    // To 101 at Tuesday's end; Tuesday's own low of 99.5 must not meet it. Wednesday's 100.5 does.
    let rows = [QUIET, "100 104 99.5 103", "103 104 100.5 102", QUIET];
    let ledger = tightened(&rows, &[(1, 101.0)]);
    assert_eq!(exits(&ledger), [(101.0, Trigger, Protect)]);
    let trade = &ledger.trades[0];
    // R is measured from the stop as first placed: 1 won on 5 at risk.
    assert_eq!(
        (trade.stop_price, trade.r_multiple),
        (Some(95.0), Some(0.2))
    );
    assert!(trade.protected);
    // The short mirror: to 99.
    let rows = mirrored(&rows);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let ledger = played(&Table::daily(&rows), short(), &[(1, 99.0)]);
    assert_eq!(exits(&ledger), [(99.0, Trigger, Protect)]);
}

#[test]
fn a_tightened_stop_that_the_open_has_passed_fills_there() {
    let rows = [QUIET, "100 104 99.5 103", "99 104 98 102", QUIET];
    let ledger = tightened(&rows, &[(1, 101.0)]);
    assert_eq!(exits(&ledger), [(99.0, Gap, Protect)]);
    let rows = mirrored(&rows);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let ledger = played(&Table::daily(&rows), short(), &[(1, 99.0)]);
    assert_eq!(exits(&ledger), [(101.0, Gap, Protect)]);
}

#[test]
fn a_stop_is_tightened_again_and_again_but_never_eased() {
    // 97, then 96 (farther: stays 97), then 98.5. Friday's low of 98 meets 98.5.
    let rows = [
        QUIET,
        "100 101 99 100",
        "100 101 99 100",
        "100 101 99 100",
        "100 101 98 99",
        QUIET,
    ];
    let ledger = tightened(&rows, &[(1, 97.0), (2, 96.0), (3, 98.5)]);
    assert_eq!(exits(&ledger), [(98.5, Trigger, Protect)]);
    assert_eq!(ledger.fills[1].slot, 4);
    // Without the third the 97 holds, and 96 has not replaced it: Friday falls to 96.5.
    let rows = [QUIET, rows[1], rows[2], rows[3], "100 101 96.5 99", QUIET];
    let ledger = tightened(&rows, &[(1, 97.0), (2, 96.0)]);
    assert_eq!(exits(&ledger), [(97.0, Trigger, Protect)]);
    // Farther than the first stop: nothing is protected, and the stop's reason stays.
    let rows = [QUIET, "100 101 99 100", "100 101 94 99", QUIET];
    let ledger = tightened(&rows, &[(1, 94.0), (1, f64::NAN), (1, f64::INFINITY)]);
    assert_eq!(exits(&ledger), [(95.0, Trigger, Stop)]);
    assert!(!ledger.trades[0].protected);
}

#[test]
fn without_a_stop_there_is_none_to_tighten() {
    let rows = [QUIET, "100 101 99 100", "100 101 90 99", QUIET];
    let script = [
        (0, Ask::Tighten(0, 99.0)),
        (0, Ask::Submit(buy(10))),
        (1, Ask::Tighten(0, 99.0)),
        (1, Ask::Tighten(7, 99.0)),
    ];
    let ledger = Table::daily(&rows).run(&script);
    assert_eq!(exits(&ledger), [(100.0, Close, WindowEnd)]);
    assert!(!ledger.trades[0].protected);
    // A stop order of the strategy's own is no protection that an entry brought along: it stays at 96.
    let own = Order::exit(0, ExitReason::Signal).priced(OrderKind::Stop { stop: 96.0 });
    let script = [
        (0, Ask::Submit(buy(10))),
        (1, Ask::Submit(own)),
        (1, Ask::Tighten(0, 99.0)),
    ];
    let ledger = Table::daily(&rows).run(&script);
    assert_eq!(exits(&ledger), [(96.0, Trigger, ExitReason::Signal)]);
}

#[test]
fn a_tightened_stop_and_a_trailing_one_share_the_nearer_price() {
    let trailing = |atr: f64| {
        buy(10).with_bracket(Bracket::stop_only(StopPlan {
            trail_atr: Some(atr),
            ..StopPlan::distance(5.0)
        }))
    };
    // Tuesday: 104 − 2 × 1 = 102 by the chandelier, then 103 by protection. Wednesday's high of 104.5 trails to 102.5 only.
    let rows = [
        QUIET,
        "100 104 99.5 103.5",
        "104 104.5 103.2 104",
        "104 104.2 102 103",
        QUIET,
    ];
    let table = Table::daily(&rows).atr(&[1.0; 5]);
    let ledger = played(&table, trailing(2.0), &[(1, 103.0)]);
    assert_eq!(exits(&ledger), [(103.0, Trigger, Protect)]);
    // A chandelier of 1 ATR is at 103.5 after Wednesday: its own again, though the trade had been protected.
    let ledger = played(&table, trailing(1.0), &[(1, 103.1)]);
    assert_eq!(exits(&ledger), [(103.5, Trigger, TrailingStop)]);
    assert!(ledger.trades[0].protected);
}

#[test]
fn dividends_and_splits_move_a_tightened_stop_as_any_other() {
    // 101, ex 1 dollar on Wednesday: 100. Its low of 100.5 holds, Thursday's 99.9 does not.
    let rows = [
        QUIET,
        "100 104 99.5 103",
        "102 102 100.5 102",
        "102 102 99.9 101",
        QUIET,
    ];
    let table = Table::daily(&rows).dividend(0, 2, 1.0);
    let ledger = played(&table, long(), &[(1, 101.0)]);
    assert_eq!(exits(&ledger), [(100.0, Trigger, Protect)]);
    assert_eq!(ledger.fills[1].slot, 3);
    // Two for one on Wednesday: 50.5.
    let rows = [QUIET, "100 104 99.5 103", "51 52 50.4 51", QUIET];
    let table = Table::daily(&rows).split(0, 2, 2.0);
    let ledger = played(&table, long(), &[(1, 101.0)]);
    assert_eq!(exits(&ledger), [(50.5, Trigger, Protect)]);
}

#[test]
fn reducing_sells_at_the_next_open_and_the_rest_stays_protected() {
    // Ten at 100, four kept: six at Wednesday's 104. Thursday's low of 94 stops the four at 95.
    // (6 × 104 + 4 × 95) ÷ 10 = 100.4 on average; 24 − 20 = 4 gross.
    let rows = [
        QUIET,
        "100 101 99 100",
        "104 105 103 104",
        "100 101 94 96",
        QUIET,
    ];
    let reduce = Order::reduce(0, 4, Protect);
    let ledger = Table::daily(&rows).run(&[(0, long()), (1, reduce)]);
    assert_eq!(
        fills(&ledger)[1..],
        [
            (2, Side::Sell, 6, 104.0, Open),
            (3, Side::Sell, 4, 95.0, Trigger)
        ]
    );
    assert_eq!(
        exits(&ledger),
        [(104.0, Open, Protect), (95.0, Trigger, Stop)]
    );
    let [trade] = &ledger.trades[..] else {
        panic!("one trade, whatever its parts")
    };
    assert_eq!((trade.quantity, trade.exit_price), (10, 100.4));
    assert_eq!((trade.exit_reason, trade.gross_pnl_usd), (Stop, 4.0));
    assert!(trade.protected);
    // The short mirror: 200 − 104 = 96 and 105.
    let mirror = mirrored(&rows);
    let mirror: Vec<&str> = mirror.iter().map(String::as_str).collect();
    let ledger = Table::daily(&mirror).run(&[(0, short()), (1, reduce)]);
    assert_eq!(
        exits(&ledger),
        [(96.0, Open, Protect), (105.0, Trigger, Stop)]
    );
    assert_eq!(ledger.trades[0].gross_pnl_usd, 4.0);
}

#[test]
fn what_is_reduced_reaches_its_target_and_the_windows_end_with_the_rest() {
    let rows = [
        QUIET,
        "100 101 99 100",
        "100 101 99 100",
        "100 104 99 103",
        QUIET,
    ];
    let reduce = Order::reduce(0, 4, Protect);
    let target = buy(10).with_bracket(Bracket::default().with_target(3.0));
    let ledger = Table::daily(&rows).run(&[(0, target), (1, reduce)]);
    assert_eq!(fills(&ledger)[2], (3, Side::Sell, 4, 103.0, Touch));
    assert_eq!(ledger.trades[0].exit_reason, Target);
    let ledger = Table::daily(&rows).run(&[(0, long()), (1, reduce)]);
    assert_eq!(fills(&ledger)[2], (4, Side::Sell, 4, 100.0, Close));
    assert_eq!(ledger.trades[0].exit_reason, WindowEnd);
}

#[test]
fn a_reduction_due_at_an_open_comes_before_the_stop_that_the_open_has_passed() {
    let rows = [QUIET, "100 101 99 100", "94 95 93 94", QUIET];
    let ledger = Table::daily(&rows).run(&[(0, long()), (1, Order::reduce(0, 4, Protect))]);
    assert_eq!(
        fills(&ledger)[1..],
        [
            (2, Side::Sell, 6, 94.0, Open),
            (2, Side::Sell, 4, 94.0, Gap)
        ]
    );
}

#[test]
fn a_reduction_to_no_less_than_is_held_sells_nothing() {
    let rows = [QUIET, "100 101 99 100", "104 105 103 104", QUIET];
    for keeps in [10, 11, u64::MAX] {
        let ledger = Table::daily(&rows).run(&[(0, long()), (1, Order::reduce(0, keeps, Protect))]);
        assert_eq!(exits(&ledger), [(100.0, Close, WindowEnd)]);
        assert!(!ledger.trades[0].protected);
    }
}

#[test]
fn a_split_scales_what_a_reduction_keeps_and_leaves_one_share_at_least() {
    let reduce = |keeps| [(0, long()), (1, Order::reduce(0, keeps, Protect))];
    // Two for one before the fill: 20 held, 8 kept, 12 sold.
    let rows = [QUIET, "100 101 99 100", "52 53 51 52", QUIET];
    let ledger = Table::daily(&rows).split(0, 2, 2.0).run(&reduce(4));
    assert_eq!(fills(&ledger)[1], (2, Side::Sell, 12, 52.0, Open));
    // One for ten: one share is left, and that one stays.
    let rows = [
        QUIET,
        "100 101 99 100",
        "1040 1050 1030 1040",
        "1000 1000 1000 1000",
    ];
    let ledger = Table::daily(&rows).split(0, 2, 0.1).run(&reduce(4));
    assert_eq!(exits(&ledger), [(1000.0, Close, WindowEnd)]);
}
