//! Bars within a session: half days, bars that are missing, session counts.

use engine::{Bracket, Order, OrderKind};
use market::{Date, ExitReason, FillRule, Interval, SessionTable, Side};

use crate::table::{Table, at, buy, exits, fills, raw};
use ExitReason::{MaxSessions, Signal, TimeOfDay};
use FillRule::{Close, Open};

/// Hourly bars from `first` on: 09:30, 10:30 … The last of a session ends at its close.
fn hourly(days: &[(Date, &[&str])]) -> Table {
    let mut table = market::RawBars::default();
    for (date, rows) in days {
        let day = raw(rows, |n| at(*date, 9, 30).plus_minutes(60 * n as i64));
        table.start.extend(day.start);
        table.open.extend(day.open);
        table.high.extend(day.high);
        table.low.extend(day.low);
        table.close.extend(day.close);
    }
    let sessions = SessionTable::covering(days[0].0, days[0].0);
    Table::new(vec![table], Interval::Minutes(60), sessions)
}

const QUIET: &str = "100 100 100 100";

fn november(day: u32) -> Date {
    Date::from_ymd_opt(2020, 11, day).unwrap()
}

fn max_sessions(n: u32) -> Bracket {
    Bracket {
        max_sessions: Some(n),
        ..Bracket::default()
    }
}

#[test]
fn a_half_days_last_bar_ends_at_one_and_its_close_is_the_sessions() {
    // 2020-11-27 closes at 13:00: bars from 9:30, 10:30, 11:30, and 12:30 to 13:00.
    // Bought at 10:30's open; its first session's close is 13:00, at 107.
    let half: &[&str] = &[
        QUIET,
        "101 101 101 101",
        "102 102 102 102",
        "103 107 103 107",
    ];
    let monday: &[&str] = &["110 110 110 110"];
    let ledger = hourly(&[(november(27), half), (november(30), monday)])
        .run(&[(0, buy(10).with_bracket(max_sessions(1)))]);
    assert_eq!(exits(&ledger), [(107.0, Close, MaxSessions)]);
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_time, at(november(27), 13, 0));
    assert_eq!((trade.sessions_held, trade.bars_held), (1, 3));
}

#[test]
fn a_close_whose_bar_is_missing_is_the_next_open() {
    // Wednesday's last bar, 15:30, has no trades: nobody knew at 15:30 that the last close was the last.
    // Out at Friday's open, 110 (the last close seen: 105).
    let wednesday: &[&str] = &[QUIET, QUIET, QUIET, QUIET, QUIET, "104 105 104 105"];
    let friday: &[&str] = &["110 111 109 110", "112 112 112 112"];
    let table = hourly(&[(november(25), wednesday), (november(27), friday)]);
    let ledger = table.run(&[(0, buy(10).with_bracket(max_sessions(1)))]);
    assert_eq!(exits(&ledger), [(110.0, Open, MaxSessions)]);
    assert_eq!(ledger.trades[0].exit_time, at(november(27), 9, 30));
    // Held through Wednesday and, on Friday, at its opening print only.
    assert_eq!(
        (ledger.trades[0].sessions_held, ledger.trades[0].bars_held),
        (1, 5)
    );
    // The session is marked at the last close it had.
    let wednesday_mark = ledger.marks[0];
    assert_eq!(wednesday_mark.equity_usd, 100_050.0);
    assert_eq!(ledger.marks.len(), 2);
}

#[test]
fn an_entry_that_ends_with_its_session_is_out_at_that_close_wherever_it_filled() {
    let own = Bracket {
        ends_with_session: true,
        max_sessions: Some(2),
        ..Bracket::default()
    };
    let half: &[&str] = &[
        QUIET,
        "101 101 101 101",
        "102 102 102 102",
        "103 107 103 107",
    ];
    let monday: &[&str] = &[QUIET, QUIET, QUIET, QUIET, QUIET, QUIET, "110 110 110 111"];
    let table = hourly(&[(november(27), half), (november(30), monday)]);
    // Decided at 12:30, filled in the session's last bar, out at its 13:00 close.
    let ledger = table.run(&[(2, buy(10).with_bracket(own))]);
    assert_eq!(exits(&ledger), [(107.0, Close, TimeOfDay)]);
    assert_eq!(ledger.trades[0].exit_time, at(november(27), 13, 0));
    // Decided at that close, filled on Monday: Monday's close is meant.
    let ledger = table.run(&[(3, buy(10).with_bracket(own))]);
    assert_eq!(exits(&ledger), [(111.0, Close, TimeOfDay)]);
    assert_eq!(ledger.trades[0].exit_time, at(november(30), 16, 0));
}

#[test]
fn sessions_count_from_the_first_print_of_the_day_only() {
    let day: &[&str] = &[QUIET, QUIET, QUIET];
    let table = hourly(&[
        (november(23), day),
        (november(24), day),
        (november(25), day),
    ]);
    let held = |enter: usize, leave: usize| {
        let ledger = table.run(&[(enter, buy(10)), (leave, Order::exit(0, Signal))]);
        (ledger.trades[0].sessions_held, ledger.trades[0].bars_held)
    };
    // Bought Monday 10:30, sold Monday 11:30: one session, one bar.
    assert_eq!(held(0, 1), (1, 1));
    // Sold at Tuesday's opening print: Monday only. Sold Tuesday 10:30: two.
    assert_eq!(held(0, 2), (1, 2));
    assert_eq!(held(0, 3), (2, 3));
    // Bought at Tuesday's opening print, sold at Wednesday's: one.
    assert_eq!(held(2, 5), (1, 3));
}

#[test]
fn a_session_whose_first_bar_is_missing_has_no_opening_print() {
    // Tuesday starts at 10:30: sold there, the session had begun without us selling at its opening.
    let monday: &[&str] = &[QUIET, QUIET];
    let late: &[&str] = &["-", QUIET, QUIET];
    let table = hourly(&[(november(23), monday), (november(24), late)]);
    let ledger = table.run(&[(0, buy(10)), (1, Order::exit(0, Signal))]);
    assert_eq!(fills(&ledger)[1].0, 2);
    assert_eq!(ledger.trades[0].sessions_held, 2);
}

#[test]
fn marks_are_one_a_session_and_the_bar_drawdown_sees_inside() {
    // 500 shares at 100: 95, 80, 98 within Monday, 99 at Tuesday's only close.
    let monday: &[&str] = &[QUIET, "100 100 95 95", "90 90 80 80", "90 98 90 98"];
    let tuesday: &[&str] = &["99 99 99 99"];
    let ledger = hourly(&[(november(23), monday), (november(24), tuesday)]).run(&[(0, buy(500))]);
    let worth: Vec<f64> = ledger.marks.iter().map(|m| m.equity_usd).collect();
    assert_eq!(worth, [99_000.0, 99_500.0]);
    assert_eq!(ledger.max_drawdown_bar, 0.1);
}

#[test]
fn dividends_and_interest_come_once_with_the_first_bar_of_the_session() {
    let day: &[&str] = &[QUIET, QUIET, QUIET];
    let mut table = hourly(&[(november(23), day), (november(24), day)]);
    table.dividends[0].push(market::Dividend {
        ex_date: november(24),
        amount_usd: 0.5,
    });
    table.account.cash_rate = Some(indicators::Column::new(vec![0.036; 6]));
    // Held over the night: 10 × 0.5, and a day's interest on 99,000 at 0.01 %.
    let ledger = table.run(&[(0, buy(10))]);
    assert_eq!(ledger.trades[0].dividends_usd, 5.0);
    assert!((ledger.interest_usd - 9.9).abs() < 1e-9);
    // Bought on the ex-date's second bar: none.
    let ledger = table.run(&[(3, buy(10))]);
    assert_eq!(ledger.trades[0].dividends_usd, 0.0);
}

#[test]
fn an_order_at_a_named_close_inside_the_session_knows_only_the_bar_before() {
    let monday: &[&str] = &[QUIET, "101 102 101 102", "103 104 103 104"];
    let table = hourly(&[(november(23), monday)]);
    let named = |hour, minute| OrderKind::MarketOnClose {
        close: at(november(23), hour, minute),
    };
    // Decided at 10:30: the bar that ends at 11:30, at 102.
    let ledger = table.run(&[(0, buy(10).priced(named(11, 30)))]);
    assert_eq!(fills(&ledger)[0], (1, Side::Buy, 10, 102.0, Close));
    // A time at which no bar ends: the open after it.
    let ledger = table.run(&[(0, buy(10).priced(named(11, 0)))]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 10, 103.0, Open));
}
