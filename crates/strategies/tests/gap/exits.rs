//! How gap-momentum trades end.

use market::ExitReason::{self, Stop, Target, TimeOfDay};

use crate::market::{Case, Day, HALF, WHOLE, told};
use crate::up;

/// (exit time, price, reason) of the only trade.
fn exit(case: &Case) -> (String, f64, ExitReason) {
    let ledger = case.run();
    assert_eq!(ledger.trades.len(), 1);
    let (.., time, price, reason) = told(&ledger.trades[0]);
    (time, price, reason)
}

fn of(day: Day) -> (String, f64, ExitReason) {
    exit(&Case::of([day]))
}

#[test]
fn the_stop_and_the_target_come_first() {
    // Bought at 101.5: stop 100.5, target 103.5. The bar 11:00 to 11:05 reaches one of them (told at its end).
    let day = up(945, 101.5);
    let stop = ("25 11:05".to_owned(), 100.5, Stop);
    assert_eq!(of(day.clone().wide(1100, 101.5, 100.5)), stop);
    let target = ("25 11:05".to_owned(), 103.5, Target);
    assert_eq!(of(day.clone().wide(1100, 103.5, 101.5)), target);
    // Both: the stop.
    assert_eq!(of(day.wide(1100, 103.5, 100.5)), stop);
}

#[test]
fn the_exit_by_time_is_ordered_at_the_first_bar_that_ends_by_then() {
    // 102 from 15:30 on: the bar that ends at 15:30 orders, 15:30's open fills.
    let day = Day::steps(WHOLE, &[(930, 101.0), (945, 101.5), (1530, 102.0)]);
    assert_eq!(of(day.clone()), ("25 15:30".to_owned(), 102.0, TimeOfDay));
    // Without a bar that ends at 15:30 the next one orders: out at 15:35.
    let late = day.clone().without(1525..1530);
    assert_eq!(of(late), ("25 15:35".to_owned(), 102.0, TimeOfDay));
    // A time between two bars' ends: the bar that ends at 15:30 is the first after 15:27.
    let mut odd = Case::of([day]);
    odd.exit.time = Some("15:27".parse().unwrap());
    assert_eq!(exit(&odd), ("25 15:30".to_owned(), 102.0, TimeOfDay));
}

#[test]
fn what_closes_before_the_time_is_left_at_its_close() {
    // A half day: 13:00, at the close of the bar 12:55, 102.
    let half = Day::steps(HALF, &[(930, 101.0), (945, 101.5), (1255, 102.0)]);
    let case = Case::of([Day::quiet(WHOLE), half]);
    assert_eq!(exit(&case), ("27 13:00".to_owned(), 102.0, TimeOfDay));
    // No bar ends between 15:57 and the close: an exit ordered at the close would wait for the next session.
    let day = Day::steps(WHOLE, &[(930, 101.0), (945, 101.5), (1555, 102.0)]);
    let mut case = Case::of([day, Day::quiet(HALF)]);
    for time in ["15:56", "16:00"] {
        case.exit.time = Some(time.parse().unwrap());
        assert_eq!(exit(&case), ("25 16:00".to_owned(), 102.0, TimeOfDay));
    }
}

#[test]
fn a_session_cut_short_is_left_at_the_next_print() {
    // Nothing after 14:00: neither 15:30 nor the close is ever seen. Friday opens at 100, below the stop at 100.5, and the exit
    // that is due comes before the stop.
    let day = up(945, 101.5).without(1400..1600);
    let case = Case::of([day, Day::quiet(HALF)]);
    assert_eq!(exit(&case), ("27 09:30".to_owned(), 100.0, TimeOfDay));
    // Bars from 15:30 on, but for the last: out at the close.
    let day = Day::steps(WHOLE, &[(930, 101.0), (945, 101.5), (1555, 102.0)]);
    let case = Case::of([day.without(1525..1555), Day::quiet(HALF)]);
    assert_eq!(exit(&case), ("25 16:00".to_owned(), 102.0, TimeOfDay));
}
