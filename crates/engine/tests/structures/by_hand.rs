//! Structures worked by hand.

use engine::{Ledger, LegEvent, RejectReason, StructureOrder};
use market::{Dividend, ExitReason, FillRule, Right, Side, Split};

use crate::table::{Ask, Quotes, Table, day, leg, option, order};
use Right::{Call, Put};

/// Puts 94/96 and calls 105/107 that expire on Friday, 2020-06-05, the fifth day.
fn condor() -> StructureOrder {
    order(
        vec![
            leg(option(4, 94.0, Put), 1),
            leg(option(4, 96.0, Put), -1),
            leg(option(4, 105.0, Call), -1),
            leg(option(4, 107.0, Call), 1),
        ],
        1,
    )
}

/// The condor's quotes on days 1 to 4, calls rising with the underlying.
fn quotes() -> Quotes {
    let (p94, p96) = (option(4, 94.0, Put), option(4, 96.0, Put));
    let (c105, c107) = (option(4, 105.0, Call), option(4, 107.0, Call));
    Quotes::default()
        .with(1, p94, 0.20, 0.30)
        .with(1, p96, 0.50, 0.60)
        .with(1, c105, 0.55, 0.65)
        .with(1, c107, 0.20, 0.30)
        .with(2, p94, 0.05, 0.15)
        .with(2, p96, 0.20, 0.30)
        .with(2, c105, 0.70, 0.80)
        .with(2, c107, 0.25, 0.35)
        .with(3, p94, 0.00, 0.10)
        .with(3, p96, 0.05, 0.15)
        .with(3, c105, 1.00, 1.10)
        .with(3, c107, 0.30, 0.40)
        .with(4, p94, 0.00, 0.01)
        .with(4, p96, 0.00, 0.01)
        .with(4, c105, 1.45, 1.55)
        .with(4, c107, 0.00, 0.01)
}

/// Opens and closes: 106.50 at Friday's close, 107 at Monday's open.
const ROWS: [(f64, f64); 7] = [
    (100.0, 100.0),
    (100.0, 100.0),
    (100.0, 101.0),
    (101.0, 103.0),
    (103.0, 106.5),
    (107.0, 107.5),
    (107.5, 107.5),
];

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9, "{a} is not {b}");
}

fn events(ledger: &Ledger) -> Vec<(Option<usize>, LegEvent, f64, f64)> {
    let row = |fill: &engine::LegFill| (fill.leg, fill.event, fill.shares, fill.price);
    ledger.leg_fills.iter().map(row).collect()
}

#[test]
fn a_condor_from_entry_to_expiry_with_one_leg_assigned() {
    use LegEvent::{Assigned, Expired, Opened, SharesClosed};
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(condor()))]);
    // Decided at Monday's close, filled at Tuesday's: bought at the ask, sold at the bid. On Friday, at 106.50, the call sold
    // at 105 is assigned, the others expire; the 100 shares owed are bought at Monday's open.
    assert_eq!(
        events(&ledger),
        [
            (Some(0), Opened, 100.0, 0.30),
            (Some(1), Opened, -100.0, 0.50),
            (Some(2), Opened, -100.0, 0.55),
            (Some(3), Opened, 100.0, 0.30),
            (Some(0), Expired, -100.0, 0.0),
            (Some(1), Expired, 100.0, 0.0),
            (Some(2), Assigned, 100.0, 1.5),
            (Some(3), Expired, -100.0, 0.0),
            (None, SharesClosed, 100.0, 107.0),
        ]
    );
    let [trade] = ledger.trades.as_slice() else {
        panic!("one trade, not {}", ledger.trades.len())
    };
    // Credit 0.50 + 0.55 − 0.30 − 0.30 = 0.45. Shares: 10,500 received, 10,700 paid. 4 × 0.65 of commission.
    near(trade.entry_price, 0.45);
    near(trade.exit_price, 2.0);
    near(trade.gross_pnl_usd, 45.0 - 200.0);
    near(trade.commission_usd, 2.6);
    near(trade.pnl_usd, -157.6);
    assert_eq!(trade.side, Side::Sell);
    assert_eq!(trade.exit_reason, ExitReason::Assigned);
    assert_eq!(
        (trade.entry_rule, trade.exit_rule),
        (FillRule::Quote, FillRule::Open)
    );
    // Tuesday's close to Monday's open: Wednesday, Thursday and Friday.
    assert_eq!(trade.sessions_held, 3);
    // Risk: (2 − 0.45) × 100 + 2 × 2.60 = 160.20; the loss stays under it only by the commission never paid.
    near(trade.r_multiple.unwrap(), -157.6 / 160.2);
    near(trade.return_fraction, -157.6 / 160.2);
    near(ledger.end_equity_usd, 100_000.0 - 157.6);
}

#[test]
fn an_option_that_was_bought_is_exercised_and_not_assigned() {
    let long = order(vec![leg(option(4, 105.0, Call), 1)], 1);
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(long))]);
    // Bought at 0.65. On Friday, at 106.50, 100 shares come at 105; they are sold at Monday's open of 107.
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_reason, ExitReason::Exercised);
    near(trade.pnl_usd, -65.0 + 200.0 - 0.65);
    let held = &ledger.structures[0].structure;
    assert!(held.was_exercised && !held.was_assigned);
    // One that was sold beside it, deeper in the money and twice: what is left is owed.
    let ratio = order(
        vec![
            leg(option(4, 107.0, Call), 1),
            leg(option(4, 105.0, Call), -1),
        ],
        1,
    );
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(ratio))]);
    assert_eq!(ledger.trades[0].exit_reason, ExitReason::Assigned);
    // At 106.50 the 107 call is worth nothing.
    let held = &ledger.structures[0].structure;
    assert!(held.was_assigned && !held.was_exercised);
}

/// 20 spreads of calls: at 106.50 the one bought at 105 is in the money, the one sold at 107 is not.
fn debit_spreads(quantity: u32) -> StructureOrder {
    let legs = vec![
        leg(option(4, 105.0, Call), 1),
        leg(option(4, 107.0, Call), -1),
    ];
    order(legs, quantity)
}

#[test]
fn shares_beyond_buying_power_are_sold_at_the_close_of_expiry() {
    use LegEvent::{Exercised, Expired, Opened, SharesClosed};
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(debit_spreads(20)))]);
    // Paid 0.65 − 0.20 on 2,000 shares and 40 × 0.65: 926. At Friday's 106.50 the 2,000 shares have brought 3,000: equity 102,074
    // carries 958 of them (958.4), 1,042 go at once, the rest at Monday's open.
    assert_eq!(
        events(&ledger),
        [
            (Some(0), Opened, 2000.0, 0.65),
            (Some(1), Opened, -2000.0, 0.20),
            (Some(0), Exercised, -2000.0, 1.5),
            (Some(1), Expired, 2000.0, 0.0),
            (None, SharesClosed, -1042.0, 106.5),
            (None, SharesClosed, -958.0, 107.0),
        ]
    );
    let trade = &ledger.trades[0];
    near(trade.pnl_usd, -926.0 + 1042.0 * 1.5 + 958.0 * 2.0);
    assert_eq!(trade.exit_reason, ExitReason::Exercised);
    near(
        ledger.structures[0].structure.attribution.total_usd(),
        trade.pnl_usd,
    );
    // With twice the leverage 1,916 of them stay; nine spreads' 900 shares are carried whole.
    let mut table = Table::new(&ROWS, quotes());
    table.account.max_leverage = 2.0;
    let ledger = table.run(&[(0, Ask::Open(debit_spreads(20)))]);
    assert_eq!(events(&ledger)[4].2, -84.0);
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(debit_spreads(9)))]);
    assert_eq!(
        events(&ledger)[4],
        (None, SharesClosed, -900.0, 107.0),
        "whole"
    );
}

#[test]
fn structures_that_expire_together_share_the_buying_power_and_pay_for_closing() {
    let mut table = Table::new(&ROWS, quotes());
    table.account.costs = engine::Costs {
        slippage_bps: 50.0,
        ..engine::Costs::default()
    };
    let twice = [
        (0, Ask::Open(debit_spreads(8))),
        (0, Ask::Open(debit_spreads(8))),
    ];
    let ledger = table.run(&twice);
    let shares = |rule| {
        let fills = ledger
            .leg_fills
            .iter()
            .filter(move |fill| fill.rule == rule);
        fills.map(|fill| -fill.shares).collect::<Vec<f64>>()
    };
    // 800 shares each, 85,200 dollars; equity is about 101,000. Beside the second's shares the first keeps 150, the second then
    // all of its own.
    let (at_close, at_open) = (shares(FillRule::Close), shares(FillRule::Open));
    assert_eq!((at_close.len(), at_open.len()), (1, 2));
    near(at_close[0] + at_open.iter().sum::<f64>(), 1600.0);
    // Friday is the fourth mark from Tuesday on.
    let equity_usd = ledger.marks[3].equity_usd;
    let held_usd = at_open.iter().sum::<f64>() * 106.5;
    assert!(held_usd <= equity_usd, "{held_usd} of {equity_usd}");
    // Not a needless sale: closing costs at most 800 × 0.5325 + 4, so no more than five shares too many.
    assert!(
        held_usd > equity_usd - 5.0 * 106.5,
        "{held_usd} of {equity_usd}"
    );
}

#[test]
fn it_is_marked_at_mid_and_at_what_closing_at_once_would_bring() {
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(condor()))]);
    let equity: Vec<f64> = ledger.marks.iter().map(|mark| mark.equity_usd).collect();
    // Tuesday, mids .25 .55 .60 .25: 45 − 2.60 − 65. Wednesday .10 .25 .75 .30: −60. Thursday .05 .10 1.05 .35: −75.
    // Friday: 1.5 × 100 owed in shares. Monday: 200 lost on them.
    let expected = [-22.6, -17.6, -32.6, -107.6, -157.6];
    assert_eq!(equity.len(), expected.len());
    for (equity, expected) in equity.iter().zip(expected) {
        near(*equity, 100_000.0 + expected);
    }
    // At the far side on Tuesday: .20 + .20 − .60 − .65 = −0.85.
    near(ledger.liquidations[0].1, 100_000.0 + 42.4 - 85.0);
}

#[test]
fn what_moved_it_adds_up_to_its_result() {
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(condor()))]);
    let closed = &ledger.structures[0].structure;
    near(closed.attribution.total_usd(), ledger.trades[0].pnl_usd);
    // Each leg crossed 5 cents: 4 × 5; commission 2.60.
    near(closed.attribution.costs_usd, -22.6);
    // All legs have delta 0.3, so the options' deltas cancel; the shares, short since Friday's close, lost 50 to the open.
    near(closed.attribution.delta_usd, -50.0);
    assert!(closed.was_assigned && !closed.was_pinned);
}

#[test]
fn it_is_closed_at_the_close_after_the_decision() {
    let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(condor())), (2, Ask::Close(1))]);
    let trade = &ledger.trades[0];
    // Thursday: 1.10 + 0.15 paid, 0.00 + 0.30 received.
    near(trade.exit_price, 0.95);
    near(trade.pnl_usd, 45.0 - 95.0 - 5.2);
    assert_eq!(trade.exit_reason, ExitReason::Signal);
    assert_eq!(trade.sessions_held, 2);
    // The worst mark was Thursday's, costs paid: −55.20; on one share of one structure.
    near(trade.mae_usd, 0.552);
    near(trade.mfe_usd, 0.0);
}

#[test]
fn legs_can_be_closed_by_themselves() {
    let closed = [(0, Ask::Open(condor())), (1, Ask::CloseLegs(1, vec![2, 3]))];
    let ledger = Table::new(&ROWS, quotes()).run(&closed);
    let trade = &ledger.trades[0];
    // The calls cost 0.80 − 0.25 on Wednesday; the puts expire on Friday.
    near(trade.pnl_usd, 45.0 - 55.0 - 2.6 - 1.3);
    assert_eq!(trade.exit_rule, FillRule::Expiry);
}

#[test]
fn all_legs_fill_or_none() {
    let mut quotes = quotes();
    let hole = option(4, 107.0, Call).to_string();
    quotes.by_option.remove(&(1, hole));
    let ledger = Table::new(&ROWS, quotes).run(&[(0, Ask::Open(condor()))]);
    assert!(ledger.leg_fills.is_empty() && ledger.trades.is_empty());
    assert_eq!(ledger.rejections[0].reason, RejectReason::NotQuoted);
    assert_eq!(ledger.counts.rejected(), 1);
    near(ledger.end_equity_usd, 100_000.0);
}

#[test]
fn a_closing_without_a_price_waits_and_the_mark_stays() {
    let mut quotes = quotes();
    for slot in [2, 3] {
        let hole = option(4, 94.0, Put).to_string();
        quotes.by_option.remove(&(slot, hole));
    }
    let ledger = Table::new(&ROWS, quotes).run(&[(0, Ask::Open(condor())), (1, Ask::Close(1))]);
    // Asked for on Wednesday and Thursday in vain, closed on Friday: 1.55 + 0.01 paid, nothing received.
    assert_eq!(ledger.counts.unfilled_closings, 2);
    assert_eq!(ledger.counts.stale_marks, 2);
    near(ledger.trades[0].exit_price, 1.56);
    // Wednesday's mark keeps Tuesday's 0.25 for the put: .25 − .25 − .75 + .30.
    near(ledger.marks[1].equity_usd, 100_042.4 - 45.0);
}

#[test]
fn a_window_ends_at_the_quotes_last_seen_and_gives_nothing_away() {
    // Quoted on Tuesday alone; the window ends on Thursday at 103, where 105 and 107 are out of the money and so is every put.
    let mut quotes = quotes();
    quotes.by_option.retain(|(slot, _), _| *slot == 1);
    let ledger = Table::new(&ROWS[..4], quotes).run(&[(0, Ask::Open(condor()))]);
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_reason, ExitReason::WindowEnd);
    // Tuesday's far sides: .60 + .65 paid, .20 + .20 received.
    near(trade.exit_price, 0.85);
    near(trade.pnl_usd, 45.0 - 85.0 - 5.2);
    // Closed at once on Wednesday it would have cost the same 85.
    near(ledger.liquidations[1].1, 100_000.0 + 42.4 - 85.0);
}

#[test]
fn a_stale_quote_follows_exercise_up_and_down() {
    // A call of 101 bought at 1.10 on Tuesday and never quoted again: 104 on Wednesday, 101.50 on Thursday.
    let call = option(9, 101.0, Call);
    let quotes = Quotes::default().with(1, call, 1.00, 1.10);
    let rows = [
        (100.0, 100.0),
        (100.0, 100.0),
        (100.0, 104.0),
        (104.0, 101.5),
    ];
    let long = order(vec![leg(call, 1)], 1);
    let ledger = Table::new(&rows, quotes).run(&[(0, Ask::Open(long))]);
    // Exercise brings 3 on Wednesday: that is bid, mid and ask.
    near(ledger.marks[1].equity_usd, 100_000.0 - 110.65 + 300.0);
    near(ledger.liquidations[1].1, 100_000.0 - 110.65 + 300.0);
    // On Thursday it would bring 0.50, less than the bid of 1.00 last seen, at which it is sold.
    near(ledger.trades[0].pnl_usd, 100.0 - 110.0 - 1.3);
}

#[test]
fn too_small_a_premium_is_left_alone() {
    let asked = |least| StructureOrder {
        least_premium_usd: Some(least),
        ..condor()
    };
    let table = Table::new(&ROWS, quotes());
    assert_eq!(table.run(&[(0, Ask::Open(asked(0.44)))]).trades.len(), 1);
    let ledger = table.run(&[(0, Ask::Open(asked(0.46)))]);
    assert_eq!(ledger.rejections[0].reason, RejectReason::PremiumTooSmall);
}

#[test]
fn buying_power_trims_the_size_at_the_fill() {
    let quantity = |equity_usd| {
        let wanted = StructureOrder {
            quantity: 10,
            ..condor()
        };
        let mut table = Table::new(&ROWS, quotes());
        table.account.equity_usd = equity_usd;
        let ledger = table.run(&[(0, Ask::Open(wanted))]);
        ledger.trades.first().map_or(0, |trade| trade.quantity)
    };
    assert_eq!(quantity(100_000.0), 10);
    // Margin 200 less the credit of 45 and plus 2.60 of commission: 157.60 each.
    assert_eq!(quantity(630.4), 4);
    assert_eq!(quantity(157.0), 0);
}

#[test]
fn what_can_never_fill_is_refused_at_once() {
    let refused = |order: StructureOrder| {
        let ledger = Table::new(&ROWS, quotes()).run(&[(0, Ask::Open(order))]);
        assert!(ledger.trades.is_empty());
        ledger.rejections[0].reason
    };
    let legs = |legs| order(legs, 1);
    assert_eq!(refused(order(condor().legs, 0)), RejectReason::ZeroSize);
    assert_eq!(refused(legs(Vec::new())), RejectReason::ZeroSize);
    let two = vec![leg(option(4, 96.0, Put), -1), leg(option(3, 96.0, Put), 1)];
    assert_eq!(refused(legs(two)), RejectReason::SeveralExpiries);
    let nowhere = vec![leg(option(4, f64::NAN, Put), -1)];
    assert_eq!(refused(legs(nowhere)), RejectReason::BadPrice);
}

#[test]
fn an_entry_for_the_last_close_is_cancelled_and_the_window_closes_what_is_open() {
    let ledger = Table::new(&ROWS[..2], quotes()).run(&[(0, Ask::Open(condor()))]);
    assert_eq!(ledger.rejections[0].reason, RejectReason::WindowEnd);
    let ledger = Table::new(&ROWS[..3], quotes()).run(&[(0, Ask::Open(condor()))]);
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_reason, ExitReason::WindowEnd);
    // Wednesday's far sides: .80 + .30 − .05 − .25.
    near(trade.exit_price, 0.80);
}

#[test]
fn a_call_is_assigned_the_evening_before_a_dividend_larger_than_its_time_value() {
    // Thursday's close 103, call 101 at 2.20: 0.20 of time value.
    let call = option(9, 101.0, Call);
    let at = |dividend: f64| {
        let mut quotes = Quotes::default();
        for slot in 1..6 {
            quotes = quotes.with(slot, call, 2.10, 2.30);
        }
        quotes.dividends.insert(3, dividend);
        let mut table = Table::new(&ROWS, quotes);
        table.dividends.push(Dividend {
            ex_date: day(4),
            amount_usd: dividend,
        });
        table.run(&[(0, Ask::Open(order(vec![leg(call, -1)], 1)))])
    };
    let ledger = at(0.30);
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_reason, ExitReason::Assigned);
    // 210 received, shares sold at 101 and bought at Friday's open of 103; 30 of dividend paid while short over the ex-date.
    near(trade.gross_pnl_usd, 210.0 + 10_100.0 - 10_300.0);
    near(trade.dividends_usd, -30.0);
    near(trade.pnl_usd, 10.0 - 30.0 - 0.65);
    near(
        ledger.structures[0].structure.attribution.total_usd(),
        trade.pnl_usd,
    );
    // A dividend under the time value: nobody exercises, and the window ends it.
    assert_eq!(at(0.19).trades[0].exit_reason, ExitReason::WindowEnd);
}

#[test]
fn a_put_without_time_value_is_assigned_and_the_rest_goes_with_it() {
    // Puts 110/112 at 103 on Thursday: the one sold has no time value left.
    let (low, high) = (option(9, 110.0, Put), option(9, 112.0, Put));
    let mut quotes = Quotes::default();
    for slot in [1, 2] {
        quotes = quotes
            .with(slot, low, 11.2, 11.3)
            .with(slot, high, 13.1, 13.2);
    }
    quotes = quotes.with(3, low, 7.2, 7.3).with(3, high, 8.99, 9.01);
    quotes = quotes.with(4, low, 3.8, 3.9).with(4, high, 5.7, 5.8);
    let spread = order(vec![leg(low, 1), leg(high, -1)], 2);
    let ledger = Table::new(&ROWS, quotes).run(&[(0, Ask::Open(spread))]);
    let trade = &ledger.trades[0];
    assert_eq!(trade.exit_reason, ExitReason::Assigned);
    // Two spreads: 13.10 − 11.30 received; 200 shares bought at 112, sold at Friday's open of 103; the puts that were bought
    // go at Friday's bid of 3.80.
    let gross = 360.0 - 200.0 * (112.0 - 103.0) + 760.0;
    near(trade.gross_pnl_usd, gross);
    near(trade.pnl_usd, gross - 6.0 * 0.65);
}

#[test]
fn an_expiry_close_to_a_strike_that_was_sold_is_pinned() {
    let pinned = |close: f64| {
        let mut rows = ROWS;
        rows[4] = (103.0, close);
        let ledger = Table::new(&rows, quotes()).run(&[(0, Ask::Open(condor()))]);
        ledger.structures[0].structure.was_pinned
    };
    // A quarter of a percent of 105 is 0.2625.
    assert!(pinned(104.75));
    assert!(!pinned(104.70));
}

#[test]
fn a_split_leaves_the_result_what_it_would_have_been() {
    let put = option(4, 96.0, Put);
    let quotes = |halved: bool| {
        let mut quotes = Quotes::default().with(1, put, 0.50, 0.60);
        for slot in [2, 3, 4] {
            quotes = if halved {
                quotes.with(slot, option(4, 48.0, Put), 0.20, 0.25)
            } else {
                quotes.with(slot, put, 0.40, 0.50)
            };
        }
        quotes
    };
    let script = [(0, Ask::Open(order(vec![leg(put, -1)], 1)))];
    let rows = |by: f64| {
        let mut rows = ROWS;
        rows[4] = (103.0, 90.0);
        for row in &mut rows[2..] {
            *row = (row.0 / by, row.1 / by);
        }
        rows
    };
    let plain = Table::new(&rows(1.0), quotes(false)).run(&script);
    let mut split = Table::new(&rows(2.0), quotes(true));
    split.splits.push(Split {
        ex_date: day(2),
        ratio: 2.0,
    });
    let split = split.run(&script);
    // Assigned at 96, sold at 107: 50 + 1,100 less commission, before and after.
    near(plain.trades[0].pnl_usd, 50.0 + 1_100.0 - 0.65);
    near(split.trades[0].pnl_usd, plain.trades[0].pnl_usd);
    assert_eq!(plain.marks.len(), split.marks.len());
}
