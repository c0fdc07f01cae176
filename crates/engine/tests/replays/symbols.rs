//! Several symbols in one account.

use engine::{Bracket, Feed, FeedError, Order, OrderKind, StopPlan};
use market::{BarDefect, Bars, ExitReason, FillRule, Interval, SessionTable, Side};

use crate::table::{Table, at, buy, closing, day, exits, fills, limit, opening, raw, stop};
use ExitReason::{Signal, Stop, WindowEnd};
use FillRule::{Close, Open, Trigger};

const QUIET: &str = "100 100 100 100";

fn buy_b(shares: u64) -> Order {
    Order::market(1, Side::Buy, shares)
}

#[test]
fn an_order_waits_for_its_own_symbols_next_bar() {
    // B has no bar on Tuesday: decided Monday, filled at Wednesday's open 52.
    let a = [QUIET; 4];
    let b = ["50 50 50 50", "-", "52 53 51 52", "54 54 54 54"];
    let table = Table::symbols(&[&a, &b]);
    let ledger = table.run(&[(0, buy_b(10))]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 10, 52.0, Open));
    let trade = &ledger.trades[0];
    assert_eq!(
        (trade.sessions_held, trade.bars_held, trade.pnl_usd),
        (2, 2, 20.0)
    );
}

#[test]
fn a_missing_bar_keeps_the_last_close_as_the_mark() {
    // 10 B at 50; Tuesday closes at 55, Wednesday has no bar: still 550. Then 40.
    let a = [QUIET; 4];
    let b = ["50 50 50 50", "50 55 50 55", "-", "40 40 40 40"];
    let ledger = Table::symbols(&[&a, &b]).run(&[(0, buy_b(10))]);
    let worth: Vec<f64> = ledger
        .marks
        .iter()
        .map(|m| m.equity_usd - 100_000.0)
        .collect();
    // Wednesday's mark is no different from Tuesday's and is left out.
    assert_eq!(worth, [50.0, -100.0]);
    assert_eq!(ledger.trades[0].bars_held, 2);
}

#[test]
fn a_symbol_without_a_last_bar_is_closed_at_its_own_last_close() {
    let a = [QUIET; 4];
    let b = ["50 50 50 50", "50 52 49 51", "51 54 50 53", "-"];
    let ledger = Table::symbols(&[&a, &b]).run(&[(0, buy_b(10))]);
    assert_eq!(exits(&ledger), [(53.0, Close, WindowEnd)]);
    // The fill lies where the price was made: Wednesday's close.
    assert_eq!(
        (ledger.fills[1].time, ledger.trades[0].sessions_held),
        (closing(2), 2)
    );
}

#[test]
fn what_an_exit_frees_buys_at_the_same_open_whatever_the_symbols_order() {
    // All the cash is in B (or in A); Wednesday's open sells it and buys the other.
    let table = Table::symbols(&[&[QUIET; 4], &[QUIET; 4]]).with(|a| a.equity_usd = 1000.0);
    for (held, next) in [(0, 1), (1, 0)] {
        let ledger = table.run(&[
            (0, Order::market(held, Side::Buy, 10)),
            (1, Order::market(next, Side::Buy, 10)),
            (1, Order::exit(held, Signal)),
        ]);
        assert_eq!(
            ledger.fills[2].quantity, 10,
            "bought {next} with what {held} freed"
        );
        assert!(ledger.rejections.is_empty());
    }
    // A stop gapped at the open frees its cash for a limit the same open improves.
    let fall = [QUIET, QUIET, "90 90 90 90", QUIET];
    for (held, next) in [(0, 1), (1, 0)] {
        let table = Table::symbols(&[&fall, &fall]).with(|a| a.equity_usd = 1000.0);
        let long = Order::market(held, Side::Buy, 10)
            .with_bracket(Bracket::stop_only(StopPlan::distance(5.0)));
        let dip = Order::market(next, Side::Buy, 10).priced(limit(95.0));
        let ledger = table.run(&[(0, long), (1, dip)]);
        // Out at 90: 900 $ left, which is 10 at 90.
        assert_eq!(ledger.fills[2].quantity, 10);
    }
    // And at a close.
    for (held, next) in [(0, 1), (1, 0)] {
        let named = OrderKind::MarketOnClose { close: closing(2) };
        let ledger = table.run(&[
            (0, Order::market(held, Side::Buy, 10)),
            (1, Order::market(next, Side::Buy, 10).priced(named)),
            (1, Order::exit(held, Signal).priced(named)),
        ]);
        assert_eq!(ledger.fills[2].quantity, 10);
    }
}

#[test]
fn orders_that_compete_for_cash_are_served_oldest_first() {
    let table = Table::symbols(&[&[QUIET; 3], &[QUIET; 3]]).with(|a| a.equity_usd = 1500.0);
    let ledger = table.run(&[(0, buy_b(10)), (0, buy(10))]);
    assert_eq!([ledger.fills[0].symbol, ledger.fills[1].symbol], [1, 0]);
    assert_eq!(
        [ledger.fills[0].quantity, ledger.fills[1].quantity],
        [10, 5]
    );
}

#[test]
fn one_symbols_stop_does_not_touch_the_others_position() {
    let a = [QUIET, QUIET, "99 99 96 96", "96 96 96 96"];
    let bracket = Bracket::stop_only(StopPlan::distance(3.0));
    let table = Table::symbols(&[&a, &[QUIET; 4]]);
    let ledger = table.run(&[
        (0, buy(10).with_bracket(bracket)),
        (0, buy_b(10).with_bracket(bracket)),
    ]);
    assert_eq!(
        exits(&ledger),
        [(97.0, Trigger, Stop), (100.0, Close, WindowEnd)]
    );
    assert_eq!([ledger.trades[0].symbol, ledger.trades[1].symbol], [0, 1]);
}

#[test]
fn actions_take_effect_at_the_symbols_own_next_bar() {
    // B splits 2:1 on Wednesday, when it has no bar: until Thursday it is 10 shares marked at 50, then
    // 20 at 25. (Split on Wednesday and marked at the old close: 1,000 too many.)
    let b = ["50 50 50 50", "50 50 50 50", "-", "25 26 24 25"];
    let table = Table::symbols(&[&[QUIET; 4], &b]).split(1, 2, 2.0);
    let ledger = table.run(&[(0, buy_b(10))]);
    assert_eq!(ledger.max_drawdown_bar, 0.0);
    assert!(ledger.marks.iter().all(|m| m.equity_usd == 100_000.0));
    assert_eq!(
        (ledger.trades[0].quantity, ledger.trades[0].pnl_usd),
        (20, 0.0)
    );
}

#[test]
fn bars_that_overlap_are_refused() {
    let sessions = SessionTable::covering(day(0), day(0));
    let half_hours = |offset: i64| {
        raw(&[QUIET; 3], move |n| {
            opening(0).plus_minutes(offset + 30 * n as i64)
        })
    };
    let bars = |name, interval, raw| Bars::new(name, interval, raw, &sessions);
    let hour = Interval::Minutes(60);
    // Within one symbol: hourly bars every half hour. A decision at 10:30 would fill at the 10:00 open.
    let defect = bars("A", hour, half_hours(0)).unwrap_err();
    assert!(
        matches!(defect, BarDefect::Overlap { row: 1, .. }),
        "{defect}"
    );
    // Two daily bars of one session.
    let twice = raw(&[QUIET; 2], |n| at(day(0), 9 + n as u32, 30));
    assert!(matches!(
        bars("A", Interval::Day, twice),
        Err(BarDefect::Overlap { row: 1, .. })
    ));
    // Between symbols: 30-minute bars a quarter of an hour apart.
    let (a, b) = (
        bars("A", Interval::Minutes(30), half_hours(0)).unwrap(),
        bars("B", Interval::Minutes(30), half_hours(15)).unwrap(),
    );
    let refused = Feed::new(&[&a, &b], &sessions).unwrap_err();
    let (start, end) = (opening(0).plus_minutes(15), opening(0).plus_minutes(30));
    assert_eq!(refused, FeedError::Overlap { start, end });
    assert!(Feed::new(&[&a, &a], &sessions).is_ok());
}

#[test]
fn a_feed_says_what_it_lacks() {
    let table = Table::daily(&[QUIET; 2]);
    assert_eq!(
        Feed::new(&[], &table.sessions).unwrap_err(),
        FeedError::Empty
    );
    let mut without = raw(&[QUIET; 2], opening);
    without.low.clear();
    let bars = Bars::new("A", Interval::Day, without, &table.sessions).unwrap();
    let error = Feed::single(&bars, &table.sessions).unwrap_err();
    assert_eq!(
        error,
        FeedError::Column {
            symbol: "A".to_owned(),
            field: "low"
        }
    );
    let minutes = Bars::new(
        "M",
        Interval::Minutes(30),
        raw(&[QUIET], opening),
        &table.sessions,
    )
    .unwrap();
    assert!(matches!(
        Feed::new(&[&table.bars[0], &minutes], &table.sessions),
        Err(FeedError::Interval { .. })
    ));
}

#[test]
fn stops_rest_over_bars_their_symbol_does_not_have() {
    let b = [
        "50 50 50 50",
        "50 50 50 50",
        "-",
        "-",
        "48 48 44 45",
        "45 45 45 45",
    ];
    let table = Table::symbols(&[&[QUIET; 6], &b]);
    let order = buy_b(10).with_bracket(Bracket::stop_only(StopPlan::distance(5.0)));
    let ledger = table.run(&[(0, order)]);
    assert_eq!(exits(&ledger), [(45.0, Trigger, Stop)]);
    assert_eq!(ledger.fills[1].slot, 4);
    let resting = Order::market(1, Side::Buy, 1).priced(stop(47.0));
    let ledger = table.run(&[(1, resting)]);
    assert_eq!(ledger.fills[0].slot, 4); // gapped at 48
}
