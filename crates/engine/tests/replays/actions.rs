//! Dividends and splits.

use engine::{Bracket, Order, OrderKind, StopPlan};
use market::{ExitReason, FillRule, Side};

use crate::table::{Table, buy, exits, fills, limit, sell, stop, stop_limit};
use ExitReason::{CashInLieu, Signal, Stop, Target, TrailingStop, WindowEnd};
use FillRule::{Close, Gap, Improved, Open, Touch, Trigger};

const QUIET: &str = "100 100 100 100";

#[test]
fn a_dividend_goes_to_the_holder_at_the_prior_close() {
    // Ex-date Wednesday, 0.50 a share on 10 shares.
    let table = Table::daily(&[QUIET; 5]).dividend(0, 2, 0.5);
    let paid = |enter: usize, leave: usize, order: Order| {
        let ledger = table.run(&[(enter, order), (leave, Order::exit(0, Signal))]);
        ledger.trades[0].dividends_usd
    };
    // Bought Tuesday, held over it; shorts pay.
    assert_eq!(paid(0, 2, buy(10)), 5.0);
    assert_eq!(paid(0, 2, sell(10)), -5.0);
    // Sold at the ex-date's open: paid (by the holder at Wednesday's close: 0).
    assert_eq!(paid(0, 1, buy(10)), 5.0);
    assert_eq!(paid(0, 1, sell(10)), -5.0);
    // Bought at the ex-date's open: none (by the holder during the ex-date: 5).
    assert_eq!(paid(1, 2, buy(10)), 0.0);
    assert_eq!(paid(1, 2, sell(10)), 0.0);
}

#[test]
fn dividends_are_part_of_the_result_but_not_of_the_prices() {
    let table = Table::daily(&[QUIET, "100 101 99 100", "99 100 98 99", QUIET]).dividend(0, 2, 1.5);
    let ledger = table.run(&[(0, buy(10)), (2, Order::exit(0, Signal))]);
    let trade = &ledger.trades[0];
    assert_eq!(
        (trade.gross_pnl_usd, trade.dividends_usd, trade.pnl_usd),
        (0.0, 15.0, 15.0)
    );
    assert_eq!(ledger.end_equity_usd, 100_015.0);
    // At Wednesday's close: 10 × 99 + cash 99,000 + 15.
    assert_eq!(ledger.marks[1].equity_usd, 100_005.0);
}

#[test]
fn resting_sell_stops_and_buy_limits_are_lowered_and_sell_limits_and_buy_stops_are_not() {
    // Ex 2 dollars on Wednesday, whose bar is given; the order rests since Monday's close.
    let entry = |side, kind| Order::entry(0, side, 10, kind);
    let cases = [
        // Sell stop 98 → 96.
        (entry(Side::Sell, stop(98.0)), "97 97.5 96.5 97", None),
        (
            entry(Side::Sell, stop(98.0)),
            "97 97.5 96 97",
            Some((96.0, Trigger)),
        ),
        // Buy limit 98 → 96.
        (entry(Side::Buy, limit(98.0)), "97 97.5 96.5 97", None),
        (
            entry(Side::Buy, limit(98.0)),
            "97 97.5 95 97",
            Some((96.0, Touch)),
        ),
        // Sell stop-limit 98/97 → 96/95.
        (
            entry(Side::Sell, stop_limit(98.0, 97.0)),
            "97 97.5 96.5 97",
            None,
        ),
        (
            entry(Side::Sell, stop_limit(98.0, 97.0)),
            "94 95 93 94",
            Some((95.0, Touch)),
        ),
        // Sell limit 102 and buy stop 102 stay.
        (entry(Side::Sell, limit(102.0)), "99 101 98 99", None),
        (
            entry(Side::Sell, limit(102.0)),
            "99 102 98 99",
            Some((102.0, Touch)),
        ),
        (entry(Side::Buy, stop(102.0)), "99 101 98 99", None),
        (
            entry(Side::Buy, stop(102.0)),
            "99 102 98 99",
            Some((102.0, Trigger)),
        ),
        (
            entry(Side::Buy, stop_limit(102.0, 103.0)),
            "99 101 98 99",
            None,
        ),
        // A market order waits for no price.
        (entry(Side::Buy, OrderKind::Market), "97 98 96 97", None),
    ];
    for (order, bar, expected) in cases {
        let table = Table::daily(&[QUIET, QUIET, bar, bar])
            .dividend(0, 2, 2.0)
            .window(0, 2);
        let ledger = table.run(&[(0, order)]);
        let found = fills(&ledger)
            .into_iter()
            .find(|f| f.0 == 2 && f.4 != Close);
        assert_eq!(found.map(|f| (f.3, f.4)), expected, "{order:?} on {bar}");
    }
}

#[test]
fn protection_is_lowered_like_any_resting_order_from_the_entry_fill_on() {
    // Long from 100: stop 97 → 95 ex 2 dollars, target 104 stays.
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    let exit = |bar: &str, order: Order| {
        let table = Table::daily(&[QUIET, QUIET, bar, QUIET])
            .dividend(0, 2, 2.0)
            .window(0, 2);
        exits(&table.run(&[(0, order.with_bracket(bracket))]))[0]
    };
    assert_eq!(exit("98 99 95.5 97", buy(10)), (97.0, Close, WindowEnd));
    assert_eq!(exit("98 99 94 97", buy(10)), (95.0, Trigger, Stop));
    assert_eq!(exit("98 104 96 97", buy(10)), (104.0, Touch, Target));
    // Short from 100: stop 103 stays, target 96 → 94.
    assert_eq!(exit("98 103 96 97", sell(10)), (103.0, Trigger, Stop));
    assert_eq!(exit("98 99 95 97", sell(10)), (97.0, Close, WindowEnd));
    assert_eq!(exit("98 99 94 97", sell(10)), (94.0, Touch, Target));
}

#[test]
fn a_bracket_that_waits_for_its_entry_is_not_resting_yet() {
    // Decided Monday with a stop at the level 97; Tuesday goes ex 2 dollars and opens at 96.5. The level
    // is a price of the decision: gapped at once. (Lowered to 95 it would have held.)
    let table = Table::daily(&[QUIET, "96.5 98 96 97", "97 97 97 97"]).dividend(0, 1, 2.0);
    let bracket = Bracket::stop_only(StopPlan::level(97.0));
    let ledger = table.run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(96.5, Gap, Stop)]);
}

#[test]
fn a_two_for_one_split_doubles_shares_and_halves_every_price() {
    // 10 at 100, stop 90, target 120. Wednesday: 20 shares, stop 45, target 60.
    let bracket = Bracket::stop_only(StopPlan::distance(10.0)).with_target(20.0);
    let rows = [
        QUIET,
        "100 104 98 102",
        "51 55 47.5 54",
        "58 61 57 60",
        "60 60 60 60",
    ];
    let table = Table::daily(&rows).split(0, 2, 2.0);
    let ledger = table.run(&[(0, buy(10).with_bracket(bracket).with_atr(4.0))]);
    let trade = &ledger.trades[0];
    assert_eq!(exits(&ledger), [(60.0, Touch, Target)]);
    assert_eq!(
        (trade.quantity, trade.entry_price, trade.gross_pnl_usd),
        (20, 50.0, 200.0)
    );
    assert_eq!(
        (trade.stop_price, trade.target_price, trade.atr_at_entry),
        (Some(45.0), Some(60.0), Some(2.0))
    );
    // Excursions on the new basis: low 47.5, and no phantom fall from 100 to 51; R = 5 × 20 shares.
    assert_eq!(
        (trade.mae_usd, trade.mfe_usd, trade.r_multiple),
        (2.5, 10.0, Some(2.0))
    );
    // Equity does not jump: 10 × 102 on Tuesday, 20 × 54 on Wednesday.
    let worth: Vec<f64> = ledger
        .marks
        .iter()
        .map(|m| m.equity_usd - 100_000.0)
        .collect();
    assert_eq!(worth, [20.0, 80.0, 200.0]);
    // The stop of a short: 110 → 55.
    let bracket = Bracket::stop_only(StopPlan::distance(10.0));
    let ledger = table.run(&[(0, sell(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(55.0, Trigger, Stop)]);
    assert_eq!(
        (ledger.trades[0].quantity, ledger.trades[0].pnl_usd),
        (20, -100.0)
    );
}

#[test]
fn a_trailing_stop_crosses_a_split() {
    // Tuesday: high 104, ATR 2, 2 ATR: 100. Split 2:1: stop 50, best 52. Wednesday: high 51.5, ATR 1 on
    // the new basis: max(50, 52 − 2) = 50. Thursday's 49.5 meets it. (Best left at 104: stop 102, out at
    // Thursday's open 50.8.)
    let bracket = Bracket::stop_only(StopPlan {
        trail_atr: Some(2.0),
        ..StopPlan::distance(10.0)
    });
    let rows = [
        QUIET,
        "100 104 100.5 102",
        "51 51.5 50.5 51",
        "50.8 51 49.5 50",
        "50 50 50 50",
    ];
    let table = Table::daily(&rows)
        .split(0, 2, 2.0)
        .atr(&[2.0, 2.0, 1.0, 1.0, 1.0]);
    let ledger = table.run(&[(0, buy(10).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(50.0, Trigger, TrailingStop)]);
}

#[test]
fn a_three_for_two_split_pays_the_fraction_in_cash() {
    // 7 × 1.5 = 10.5: 10 shares, and half a share at Tuesday's close 102 ÷ 1.5 = 68 → 34 $.
    // Sold at Thursday's open 70: 700 + 34 − 700 (7 × 100) = 34.
    let rows = [QUIET, "100 103 99 102", "68 69 67 68", "70 71 69 70"];
    let table = Table::daily(&rows).split(0, 2, 1.5);
    for (order, sign) in [(buy(7), 1.0), (sell(7), -1.0)] {
        let bracket = Bracket::stop_only(StopPlan::distance(60.0));
        let ledger = table.run(&[
            (0, order.with_bracket(bracket)),
            (2, Order::exit(0, Signal)),
        ]);
        assert_eq!(ledger.fills[1].quantity, 10);
        let trade = &ledger.trades[0];
        assert_eq!(trade.pnl_usd, sign * 34.0);
        // 10.5 shares at 66.67 were entered; the record rounds.
        assert!((trade.entry_price - 200.0 / 3.0).abs() < 1e-12);
    }
}

#[test]
fn a_reverse_split_scales_and_a_last_fraction_of_a_share_is_paid_out() {
    // 1:10. 25 shares → 2 and half a share in cash at 10 × Tuesday's close 102 = 1,020: 510 $.
    let rows = [
        QUIET,
        "100 103 99 102",
        "1020 1030 1010 1025",
        "1030 1030 1030 1030",
    ];
    let table = Table::daily(&rows).split(0, 2, 0.1);
    let ledger = table.run(&[(0, buy(25)), (2, Order::exit(0, Signal))]);
    assert_eq!(fills(&ledger)[1], (3, Side::Sell, 2, 1030.0, Open));
    // 2 × 1030 + 510 − 2500 = 70.
    assert!((ledger.trades[0].pnl_usd - 70.0).abs() < 1e-9);
    // 5 shares → half a share: the position is over, 5 × 102 at Tuesday's close.
    let bracket = Bracket::stop_only(StopPlan::distance(50.0));
    let ledger = table.run(&[(0, buy(5).with_bracket(bracket))]);
    assert_eq!(exits(&ledger), [(102.0, Close, CashInLieu)]);
    assert_eq!((ledger.trades[0].pnl_usd, ledger.fills.len()), (10.0, 2));
    let ledger = table.run(&[(0, sell(5))]);
    assert_eq!(
        (exits(&ledger)[0], ledger.trades[0].pnl_usd),
        ((102.0, Close, CashInLieu), -10.0)
    );
    // 10 shares → exactly one, no fraction: 0.1 in floats is not a tenth, but ten of it are one.
    let ledger = table.run(&[(0, buy(10))]);
    assert_eq!(fills(&ledger)[1].2, 1);
}

#[test]
fn waiting_orders_cross_a_split() {
    // A limit to buy 10 at 90 becomes 20 at 45, with a stop 5 → 2.5 away: 42.5.
    let rows = [QUIET, QUIET, "48 49 44.9 46", "45 45 42 43", "43 43 43 43"];
    let table = Table::daily(&rows).split(0, 2, 2.0);
    let order = buy(10)
        .priced(limit(90.0))
        .with_bracket(Bracket::stop_only(StopPlan::distance(5.0)));
    let ledger = table.run(&[(0, order)]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 20, 45.0, Touch));
    assert_eq!(exits(&ledger), [(42.5, Trigger, Stop)]);
    // A market order decided the evening before: 10 → 20 shares, its level stop 96 → 48.
    let rows = [QUIET, QUIET, "50 51 47 48", "48 48 48 48"];
    let table = Table::daily(&rows).split(0, 2, 2.0);
    let order = buy(10).with_bracket(Bracket::stop_only(StopPlan::level(96.0)));
    let ledger = table.run(&[(1, order)]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 20, 50.0, Open));
    assert_eq!(exits(&ledger), [(48.0, Trigger, Stop)]);
    // 5 shares of a 1:10 reverse split are no share: no entry.
    let table = Table::daily(&[QUIET, QUIET, "1000 1000 1000 1000"]).split(0, 2, 0.1);
    let ledger = table.run(&[(1, buy(5))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(ledger.rejections[0].reason, engine::RejectReason::ZeroSize);
}

#[test]
fn a_split_comes_before_a_dividend_of_the_same_date_and_after_one_of_an_earlier_date() {
    // Same date: 20 shares × 0.5.
    let rows = [QUIET, QUIET, "50 50 50 50", "50 50 50 50"];
    let table = Table::daily(&rows).dividend(0, 2, 0.5).split(0, 2, 2.0);
    assert_eq!(table.run(&[(0, buy(10))]).trades[0].dividends_usd, 10.0);
    // Wednesday's dividend on old shares and Thursday's split, with no bar on Wednesday: both on Thursday,
    // 10 × 0.5 before the split.
    let rows = [QUIET, QUIET, "-", "50 50 50 50"];
    let table = Table::daily(&rows).dividend(0, 2, 0.5).split(0, 3, 2.0);
    assert_eq!(table.run(&[(0, buy(10))]).trades[0].dividends_usd, 5.0);
}

#[test]
fn amounts_that_are_no_positive_numbers_are_dropped() {
    let mut table = Table::daily(&[QUIET; 4]);
    for amount in [f64::NAN, -1.0, 0.0, f64::INFINITY] {
        table = table.dividend(0, 2, amount).split(0, 2, amount);
    }
    let trade = &table.run(&[(0, buy(10))]).trades[0];
    assert_eq!((trade.quantity, trade.pnl_usd), (10, 0.0));
}

#[test]
fn an_improved_entry_limit_on_the_ex_date_is_the_lowered_one() {
    // Buy limit 100 → 98: Wednesday's open of 99 is no improvement (unlowered: bought at 99).
    let table = Table::daily(&[
        "101 101 101 101",
        "101 101 101 101",
        "99 99.5 97.5 99",
        "98 98 98 98",
    ])
    .dividend(0, 2, 2.0);
    let ledger = table.run(&[(0, buy(10).priced(limit(100.0)))]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 10, 98.0, Touch));
    let ledger = Table::daily(&["101 101 101 101", "101 101 101 101", "99 99.5 97.5 99"])
        .run(&[(0, buy(10).priced(limit(100.0)))]);
    assert_eq!(fills(&ledger)[0], (2, Side::Buy, 10, 99.0, Improved));
}

#[test]
fn two_brackets_of_odd_shares_still_cover_the_whole_position_after_a_split() {
    // 7 + 7 shares, 3:2 → 21. Each stop covers 10.5: rounded down, one share would stay behind.
    let bracket = Bracket::stop_only(StopPlan::distance(15.0));
    let rows = [
        QUIET,
        QUIET,
        QUIET,
        "66 67 65 66",
        "60 60 55 56",
        "57 57 57 57",
    ];
    let table = Table::daily(&rows).split(0, 3, 1.5);
    let ledger = table.run(&[
        (0, buy(7).with_bracket(bracket)),
        (1, buy(7).with_bracket(bracket)),
    ]);
    let left: u64 = ledger.fills[2..].iter().map(|fill| fill.quantity).sum();
    assert_eq!(left, 21);
    assert!(
        exits(&ledger).iter().all(|exit| exit.2 == Stop),
        "{:?}",
        exits(&ledger)
    );
}
