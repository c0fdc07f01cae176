//! Gap momentum by hand: what it buys, when it leaves, and what it does not guess.
//!
//! Every session before opens and closes at 100 with a true range of 2 dollars, so ATR(1) is 2: the stop lies 0.5 × 2 = 1
//! dollar from the fill, the target 2. Risk is 0.5 % of 100,000: 500 ÷ 1 = 500 shares.

mod exits;
mod market;
mod missing;
mod protect;

use ::market::ExitReason;
use engine::{Outcome, RejectReason};

use crate::market::{Case, Day, HALF, WHOLE, log, told};

/// A session that opens at 101, one per cent up, and goes to `price` at `clock`.
fn up(clock: u32, price: f64) -> Day {
    Day::steps(WHOLE, &[(930, 101.0), (clock, price)])
}

#[test]
fn a_close_above_the_range_on_volume_is_bought_at_the_next_open() {
    // 101 all along the range; the bar 9:45 to 9:50 closes at 101.5, and 9:50's open is 101.5.
    let ledger = Case::of([up(945, 101.5)]).run();
    assert_eq!(
        ledger.trades.iter().map(told).collect::<Vec<_>>(),
        [(
            "25 09:50".to_owned(),
            101.5,
            500,
            "25 15:30".to_owned(),
            101.5,
            ExitReason::TimeOfDay
        )]
    );
    // The stop 1 below, the target 2 above the fill.
    let trade = &ledger.trades[0];
    assert_eq!(
        (trade.stop_price, trade.target_price, trade.atr_at_entry),
        (Some(100.5), Some(103.5), Some(2.0))
    );
    // Of the five bars that close above the range in the window the first is taken.
    let busy = ["25 09:55", "25 10:00", "25 10:05", "25 10:10"];
    let mut rows = vec![("25 09:50".to_owned(), Outcome::Entered)];
    rows.extend(busy.map(|clock| (clock.to_owned(), Outcome::Busy)));
    assert_eq!(log(&ledger), rows);
}

#[test]
fn the_range_includes_its_last_bar_and_that_bar_is_no_breakout() {
    // 102 from 9:40 on: the range's high is 102, and no later close is above it.
    assert_eq!(log(&Case::of([up(940, 102.0)]).run()), []);
    // A spike of the range's high stands in the way as well.
    let spiked = up(950, 102.0).wide(935, 102.5, 101.0);
    assert_eq!(log(&Case::of([spiked]).run()), []);
}

#[test]
fn what_equals_its_bound_is_not_beyond_it() {
    // A gap of exactly 1/128, and one a cent larger.
    let opens = |open: f64| Day::steps(WHOLE, &[(930, open), (945, 103.0)]);
    let gap_of = |open: f64| {
        let mut case = Case::of([opens(open)]);
        case.edge.min_gap = 0.007_812_5;
        case.run().trades.len()
    };
    assert_eq!((gap_of(100.781_25), gap_of(100.79)), (0, 1));
    // 100 shares a bar on each day before: 100 is the mean itself, 101 above it.
    let on = |volume| Case::of([up(945, 101.5).volume(volume)]).run().trades.len();
    assert_eq!((on(100.0), on(101.0)), (0, 1));
    // Twice the mean asked for: 150 ÷ 100 is less.
    let mut case = Case::of([up(945, 101.5)]);
    case.edge.min_relative_volume = 1.5;
    assert_eq!(case.run().trades.len(), 0);
    case.edge.min_relative_volume = 1.49;
    assert_eq!(case.run().trades.len(), 1);
}

#[test]
fn the_fill_must_start_before_the_window_is_over() {
    // Broken out in the bar that ends 10:10: filled then, five minutes before the window's end.
    let last = Case::of([up(1005, 101.5)]).run();
    assert_eq!(log(&last), [("25 10:10".to_owned(), Outcome::Entered)]);
    assert_eq!(told(&last.trades[0]).0, "25 10:10");
    // A bar later: it would fill at 10:15, which is not within the first 45 minutes.
    assert_eq!(log(&Case::of([up(1010, 101.5)]).run()), []);
    let mut wider = Case::of([up(1010, 101.5)]);
    wider.edge.entry_window_minutes = 46;
    assert_eq!(told(&wider.run().trades[0]).0, "25 10:15");
}

#[test]
fn an_entry_that_finds_no_bar_in_the_window_expires() {
    // Decided at 10:10; the next bar starts at 10:15. At 10:10 there was none.
    let ledger = Case::of([up(1005, 101.5).without(1010..1015)]).run();
    let expired = Outcome::Rejected(RejectReason::Expired);
    assert_eq!(log(&ledger), [("25 10:10".to_owned(), expired)]);
    assert_eq!(ledger.trades.len(), 0);
    // Decided at 10:05, filled at 10:10 for want of an earlier bar.
    let late = Case::of([up(1000, 101.5).without(1005..1010)]).run();
    assert_eq!(told(&late.trades[0]).0, "25 10:10");
}

#[test]
fn a_session_is_traded_once() {
    // Stopped at 100.5 by the bar 9:55; 10:00 to 10:10 close above the range again.
    let day = up(945, 101.5).wide(955, 101.5, 100.4);
    let ledger = Case::of([day.clone()]).run();
    let cooling = |clock: &str| (clock.to_owned(), Outcome::CoolingDown);
    assert_eq!(
        log(&ledger)[1..],
        [
            ("25 09:55".to_owned(), Outcome::Busy),
            cooling("25 10:00"),
            cooling("25 10:05"),
            cooling("25 10:10")
        ]
    );
    // The next session is another.
    let next = Day::steps(HALF, &[(930, 101.0), (945, 101.5)]);
    let ledger = Case::of([day, next]).run();
    assert_eq!(ledger.trades.len(), 2);
    // Without a pause the same session is traded again.
    let mut again = Case::of([up(945, 101.5).wide(955, 101.5, 100.4)]);
    again.entry.cooldown_sessions = 0;
    assert_eq!(again.run().trades.len(), 2);
}

#[test]
fn the_short_mirror_sells_a_gap_that_goes_on_falling() {
    // Opens at 99; the range's low is 99, the bar 9:45 closes at 98.5. Stop 99.5, target 96.5; out at 15:30 at 98.
    let down = Day::steps(WHOLE, &[(930, 99.0), (945, 98.5), (1200, 98.0)]);
    let ledger = Case::of([down.clone()]).short().run();
    let trade = &ledger.trades[0];
    assert_eq!(
        told(trade),
        (
            "25 09:50".to_owned(),
            98.5,
            500,
            "25 15:30".to_owned(),
            98.0,
            ExitReason::TimeOfDay
        )
    );
    assert_eq!(
        (trade.stop_price, trade.target_price, trade.pnl_usd),
        (Some(99.5), Some(96.5), 250.0)
    );
    // Neither side trades the other's gap.
    assert_eq!(log(&Case::of([down]).run()), []);
    assert_eq!(log(&Case::of([up(945, 101.5)]).short().run()), []);
}
