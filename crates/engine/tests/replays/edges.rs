//! Sentences of the spec that another reading would break: the window's edges, the same instant, the
//! gapped entry. Each test names the other reading's figure.

use engine::setup::{Outcome, RejectReason};
use engine::{Bracket, Desk, Feed, Order, Pace, StopPlan, Strategy, View, Window, replay};
use market::{ExitReason, FillRule, Side};

use crate::table::{Ask, Table, buy, closing, day, exits, fills, opening, sell};
use ExitReason::{Signal, Stop, WindowEnd};
use FillRule::{Close, Gap, Open};

const QUIET: &str = "100 100 100 100";

#[test]
fn an_open_position_is_closed_at_the_windows_last_close_with_its_costs() {
    // Window Monday to Wednesday. In at 100, out at Wednesday's close 103; costs 1 $ and 0.5 $ a share
    // each way: 10 × (102.5 − 100.5) − 2 = 18. (Left open and marked at the close: 10 × 2.5 − 1 = 24;
    // at Thursday's open: 10 × (109.5 − 100.5) − 2 = 88.)
    let rows = [
        QUIET,
        "100 101 99 100",
        "102 104 101 103",
        "110 111 109 110",
    ];
    let table = Table::daily(&rows).window(0, 2).with(|a| {
        a.costs.commission_min_usd = 1.0;
        a.costs.slippage_usd = 0.5;
    });
    for (order, pnl) in [(buy(10), 18.0), (sell(10), -42.0)] {
        let ledger = table.run(&[(0, order)]);
        let trade = &ledger.trades[0];
        assert_eq!((trade.exit_rule, trade.exit_reason), (Close, WindowEnd));
        assert_eq!((trade.exit_time, trade.pnl_usd), (closing(2), pnl));
        assert_eq!(ledger.end_equity_usd, 100_000.0 + pnl);
        // The last mark is the one after the costs of leaving.
        assert_eq!(ledger.marks.last().unwrap().equity_usd, 100_000.0 + pnl);
    }
}

#[test]
fn an_entry_decided_on_the_last_bar_is_cancelled_and_the_log_says_so() {
    // (Filled at the open after the window: 110. Filled at the last close: 103.)
    let rows = [
        QUIET,
        "100 101 99 100",
        "102 104 101 103",
        "110 111 109 110",
    ];
    let ledger = Table::daily(&rows)
        .window(0, 2)
        .run(&[(2, Ask::Enter(buy(10)))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::WindowEnd)
    );
    assert_eq!(ledger.rejections[0].time, closing(2));
    // A resting entry that never filled, likewise.
    let resting = buy(10).priced(crate::table::limit(50.0));
    let ledger = Table::daily(&rows)
        .window(0, 2)
        .run(&[(0, Ask::Enter(resting))]);
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::WindowEnd)
    );
}

#[test]
fn nothing_is_decided_or_filled_outside_the_window() {
    // The script would buy on Monday, before the window; Tuesday is the first day that may decide.
    let rows = [
        "100 100 100 100",
        "101 101 101 101",
        "102 102 102 102",
        "103 103 103 103",
    ];
    let table = Table::daily(&rows).window(1, 2);
    assert!(table.run(&[(0, buy(10))]).fills.is_empty());
    assert_eq!(fills(&table.run(&[(1, buy(10))]))[0].3, 102.0);
}

#[test]
fn a_decision_at_a_close_fills_at_the_next_bars_open_not_at_that_close() {
    // Decided at Monday's close 100; Tuesday opens at 103 (the same bar's close: 100; Tuesday's close: 104).
    let ledger = Table::daily(&[QUIET, "103 105 102 104"]).run(&[(0, buy(10))]);
    assert_eq!(fills(&ledger)[0], (1, Side::Buy, 10, 103.0, Open));
    assert_eq!(ledger.fills[0].time, opening(1));
}

/// Notes what a decision sees.
#[derive(Default)]
struct Witness(Vec<(usize, f64, f64, Option<u64>)>);

impl Strategy for Witness {
    fn decide(&mut self, view: &View<'_>, desk: &mut Desk) {
        let closes = view.closes(0);
        let held = view.position(0).map(|p| p.quantity);
        self.0.push((
            closes.len(),
            *closes.last().unwrap(),
            view.equity_usd(),
            held,
        ));
        if view.slot() == 0 {
            desk.submit(buy(10).with_bracket(Bracket::default().with_target(4.0)));
        }
    }
}

#[test]
fn ends_come_before_decisions_and_decisions_before_starts() {
    // Tuesday's end: the target was touched inside the bar, so the decision at Tuesday's close sees the
    // position gone and the 40 $ booked (fills after the decision: still 10 shares, equity 100,020).
    let table = Table::daily(&[QUIET, "100 105 99 102", "90 91 89 90"]);
    let feed = table.feed();
    let mut witness = Witness::default();
    let window = Window::whole(&feed).unwrap();
    replay(&feed, &table.account, window, &mut witness, Pace::Jump);
    assert_eq!(
        witness.0,
        [
            (1, 100.0, 100_000.0, None),
            (2, 102.0, 100_040.0, None),
            (3, 90.0, 100_040.0, None)
        ]
    );
}

#[test]
fn a_fill_already_beyond_the_stop_is_stopped_out_at_the_same_open() {
    // Stop at the level 99; Tuesday opens at 98. In and out at 98, both costs paid: −2 × 1 $ −
    // 2 × 0.25 × 10 = −7. (Stopped at the old level: +3. Protected from the next bar on: out at
    // Wednesday's open 104.)
    let rows = [QUIET, "98 103 97 102", "104 105 103 104"];
    let table = Table::daily(&rows).with(|a| {
        a.costs.commission_min_usd = 1.0;
        a.costs.slippage_usd = 0.25;
    });
    let bracket = Bracket::stop_only(StopPlan::level(99.0)).with_target(3.0);
    let ledger = table.run(&[(0, buy(10).with_bracket(bracket))]);
    let [trade] = &ledger.trades[..] else {
        panic!()
    };
    assert_eq!(
        (trade.entry_price, trade.exit_price, trade.pnl_usd),
        (98.25, 97.75, -7.0)
    );
    assert_eq!(
        (trade.entry_rule, trade.exit_rule, trade.exit_reason),
        (Open, Gap, Stop)
    );
    assert_eq!(
        (trade.entry_time, trade.exit_time),
        (opening(1), opening(1))
    );
    assert_eq!((trade.sessions_held, trade.bars_held), (0, 0));
    // R would be negative: there is none. Nothing of the bar after its open counts.
    assert_eq!(
        (trade.r_multiple, trade.mfe_usd, trade.mae_usd),
        (None, 0.0, 0.25)
    );
    // A short above its stop.
    let rows = [QUIET, "102 103 97 98", "96 97 95 96"];
    let bracket = Bracket::stop_only(StopPlan::level(101.0));
    let ledger = Table::daily(&rows).run(&[(0, sell(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(102.0, Gap, Stop)]);
    // At the stop exactly is beyond it.
    let rows = [QUIET, "99 103 97 102", "104 105 103 104"];
    let bracket = Bracket::stop_only(StopPlan::level(99.0));
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(99.0, Gap, Stop)]);
}

#[test]
fn a_gapped_entry_may_be_cancelled_instead() {
    let rows = [QUIET, "98 103 97 102", "104 105 103 104"];
    let bracket = Bracket {
        cancel_if_gapped: true,
        ..Bracket::stop_only(StopPlan::level(99.0))
    };
    let ledger = Table::daily(&rows).run(&[(0, Ask::Enter(buy(10).with_bracket(bracket)))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(ledger.rejections[0].time, opening(1));
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::GappedBeyondStop)
    );
    // Not beyond: it enters.
    let rows = [QUIET, "99.01 103 99.005 102", QUIET];
    let ledger = Table::daily(&rows).run(&[(0, Ask::Enter(buy(10).with_bracket(bracket)))]);
    assert_eq!(ledger.fills.len(), 2);
    assert_eq!(ledger.setups[0].outcome, Outcome::Entered);
}

#[test]
fn an_entry_at_a_close_beyond_its_stop_is_out_at_that_close() {
    let rows = [QUIET, "100 101 97 98", "104 105 103 104"];
    let named = buy(10).priced(engine::OrderKind::MarketOnClose { close: closing(1) });
    let bracket = Bracket::stop_only(StopPlan::level(99.0));
    let ledger = Table::daily(&rows).run(&[(0, named.with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(98.0, Close, Stop)]);
    assert_eq!(ledger.fills[1].slot, 1);
    // Not beyond: that bar's earlier low of 97 is no touch of a stop at 97.5.
    let bracket = Bracket::stop_only(StopPlan::level(97.5));
    let ledger = Table::daily(&rows).run(&[(0, named.with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(104.0, Close, WindowEnd)]);
    // Its excursions begin after the close: Wednesday's 103 and 105 only.
    assert_eq!(
        (ledger.trades[0].mae_usd, ledger.trades[0].mfe_usd),
        (0.0, 7.0)
    );
}

#[test]
fn sessions_held_leaves_out_the_session_of_which_only_the_opening_print_was_held() {
    // Bought Tuesday's open, sold Friday's open: Tuesday, Wednesday, Thursday: 3. (Counting both ends: 4.)
    let ledger = Table::daily(&[QUIET; 6]).run(&[(0, buy(10)), (3, Order::exit(0, Signal))]);
    assert_eq!(
        (ledger.trades[0].sessions_held, ledger.trades[0].bars_held),
        (3, 3)
    );
    assert_eq!(ledger.trades[0].exit_time, opening(4));
    // Over a weekend: sessions, not days. Thursday's open to Tuesday's open: Thu, Fri, Mon.
    let ledger = Table::daily(&[QUIET; 8]).run(&[(2, buy(10)), (5, Order::exit(0, Signal))]);
    assert_eq!(ledger.trades[0].sessions_held, 3);
}

#[test]
fn windows_are_made_of_sessions_and_empty_ones_are_none() {
    let table = Table::daily(&[QUIET; 7]);
    let feed = table.feed();
    // Saturday to Sunday holds no session; Friday to Monday holds two.
    let saturday = day(4).succ_opt().unwrap();
    let sunday = saturday.succ_opt().unwrap();
    assert_eq!(Window::between(&feed, saturday, sunday), None);
    assert_eq!(
        Window::between(&feed, day(4), day(5)),
        Some(Window { first: 4, last: 5 })
    );
    assert_eq!(Window::between(&feed, day(5), day(4)), None);
    assert_eq!(Window::between(&feed, day(20), day(21)), None);
    let bars = market::Bars::new(
        "A",
        market::Interval::Day,
        market::RawBars::default(),
        &table.sessions,
    )
    .unwrap();
    assert_eq!(
        Window::whole(&Feed::single(&bars, &table.sessions).unwrap()),
        None
    );
}
