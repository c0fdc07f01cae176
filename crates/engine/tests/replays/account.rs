//! Costs, buying power, borrow fees and interest.

use engine::setup::{Outcome, RejectReason};
use engine::{Bracket, Costs, Order, StopPlan};
use indicators::Column;
use market::{ExitReason, FillRule, Side};

use crate::table::{Ask, Table, buy, exits, fills, limit, sell, stop};
use FillRule::{Gap, Improved, Open, Touch, Trigger};

const QUIET: &str = "100 100 100 100";

fn costs(change: impl Fn(&mut Costs)) -> Costs {
    let mut costs = Costs::NONE;
    change(&mut costs);
    costs
}

#[test]
fn the_shipped_costs() {
    let costs = Costs::default();
    // 0.005 × 227 = 1.135; 0.005 × 100 = 0.5, at least 1 $. One basis point of 150.
    assert!((costs.commission_usd(227, 150.0) - 1.135).abs() < 1e-12);
    assert_eq!(costs.commission_usd(100, 150.0), 1.0);
    assert!((costs.slippage_usd(150.0, None) - 0.015).abs() < 1e-12);
}

#[test]
fn slippage_is_adverse_on_market_and_stop_fills_and_absent_on_limits() {
    // 100 bp + 0.5 $ + a quarter of an ATR of 2 $: on a price of 100, 1 + 0.5 + 0.5 = 2.
    let slip = costs(|c| {
        c.slippage_bps = 100.0;
        c.slippage_usd = 0.5;
        c.slippage_atr = 0.25;
    });
    // (order, bar, fill): the fill may lie outside the bar.
    let cases = [
        (buy(10), QUIET, (102.0, Open)),
        (sell(10), QUIET, (98.0, Open)),
        (
            buy(10).priced(stop(100.0)),
            "99 100 98 99",
            (102.0, Trigger),
        ),
        (buy(10).priced(stop(99.0)), "100 101 98 99", (102.0, Gap)),
        (
            sell(10).priced(stop(100.0)),
            "101 102 100 101",
            (98.0, Trigger),
        ),
        (buy(10).priced(limit(99.0)), "100 101 98 99", (99.0, Touch)),
        (
            buy(10).priced(limit(101.0)),
            "100 101 98 99",
            (100.0, Improved),
        ),
        (
            sell(10).priced(limit(101.0)),
            "100 101 98 99",
            (101.0, Touch),
        ),
    ];
    for (order, bar, expected) in cases {
        let table = Table::daily(&[QUIET, bar, QUIET]).with(|a| a.costs = slip);
        let ledger = table.run(&[(0, order.with_atr(2.0))]);
        let fill = ledger.fills[0];
        assert_eq!((fill.price, fill.rule), expected, "{order:?} on {bar}");
        let slipped = if fill.price == expected.0 && matches!(fill.rule, Touch | Improved) {
            0.0
        } else {
            2.0
        };
        assert_eq!(fill.slippage_per_share, slipped);
    }
}

#[test]
fn slippage_by_atr_takes_the_decisions_atr_else_the_last_known_one() {
    let table = Table::daily(&[QUIET; 3])
        .atr(&[2.0, 8.0, 8.0])
        .with(|a| a.costs.slippage_atr = 0.5);
    assert_eq!(fills(&table.run(&[(0, buy(10).with_atr(3.0))]))[0].3, 101.5);
    // Tuesday's own ATR of 8 is not known at its open.
    assert_eq!(fills(&table.run(&[(0, buy(10))]))[0].3, 101.0);
    // Across a 2:1 split Tuesday, Monday's ATR of 2 is one of the new dollars.
    let table = Table::daily(&[QUIET, "50 50 50 50", "50 50 50 50"])
        .atr(&[2.0, 1.0, 1.0])
        .split(0, 1, 2.0);
    let table = table.with(|a| a.costs.slippage_atr = 0.5);
    assert_eq!(
        fills(&table.run(&[(0, buy(10))]))[0],
        (1, Side::Buy, 20, 50.5, Open)
    );
}

#[test]
fn commissions_add_up_per_order() {
    // Per share 0.01, at least 2 $, plus 10 bp of the value.
    let fees = costs(|c| {
        c.commission_per_share_usd = 0.01;
        c.commission_min_usd = 2.0;
        c.commission_bps = 10.0;
    });
    let table = Table::daily(&[QUIET, QUIET, "110 110 110 110"]).with(|a| a.costs = fees);
    // 100 shares: 2 + 10 in, 2 + 11 out. 300: 3 + 30, 3 + 33.
    assert!((table.run(&[(0, buy(100))]).trades[0].commission_usd - 25.0).abs() < 1e-9);
    assert!((table.run(&[(0, buy(300))]).trades[0].commission_usd - 69.0).abs() < 1e-9);
}

/// Shares filled of an order for `wanted` at 100 with this cash.
fn filled(wanted: u64, equity_usd: f64, fees: Costs) -> u64 {
    let table = Table::daily(&[QUIET; 3]).with(|a| {
        a.equity_usd = equity_usd;
        a.costs = fees;
    });
    table
        .run(&[(0, buy(wanted))])
        .fills
        .first()
        .map_or(0, |f| f.quantity)
}

#[test]
fn an_entry_is_trimmed_to_what_cash_pays_for_commission_included() {
    assert_eq!(filled(11, 1000.0, Costs::NONE), 10);
    // 10 shares and a minimum of 1 $ need 1,001.
    let minimum = costs(|c| c.commission_min_usd = 1.0);
    assert_eq!(filled(11, 1000.0, minimum), 9);
    assert_eq!(filled(11, 1001.0, minimum), 10);
    assert_eq!(filled(10, 1001.0, minimum), 10);
    // 5 $ a share: 10 × 105 = 1,050. With 1,049.99 it is 9, and not 8 (trimming the missing dollars over
    // the price alone, and rounding up, takes one too many when several are missing).
    let per_share = costs(|c| c.commission_per_share_usd = 5.0);
    assert_eq!(filled(100, 1050.0, per_share), 10);
    assert_eq!(filled(100, 1049.99, per_share), 9);
    assert_eq!(filled(1000, 10_500.0, per_share), 100);
    // Slippage counts: at 101 a share, 1,000 $ pay for 9.
    assert_eq!(filled(100, 1000.0, costs(|c| c.slippage_bps = 100.0)), 9);
    // A size beyond counting is trimmed like any other.
    assert_eq!(filled(u64::MAX, 1000.0, Costs::NONE), 10);
}

#[test]
fn a_gap_up_trims_what_was_sized_at_the_close() {
    // 100 shares sized for 100 $; Tuesday opens at 125: 10,000 $ pay for 80.
    let table = Table::daily(&[QUIET, "125 125 125 125"]).with(|a| a.equity_usd = 10_000.0);
    let ledger = table.run(&[(0, Ask::Enter(buy(100)))]);
    assert_eq!(ledger.fills[0].quantity, 80);
    assert_eq!(
        (ledger.setups[0].outcome, ledger.rejections.len()),
        (Outcome::Entered, 0)
    );
}

#[test]
fn not_one_share_is_a_rejection_with_its_reason() {
    let table = Table::daily(&[QUIET; 3]).with(|a| a.equity_usd = 99.99);
    let ledger = table.run(&[(0, Ask::Enter(buy(5)))]);
    assert!(ledger.fills.is_empty());
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::BuyingPower)
    );
    // Slippage that eats the whole price of a short sale.
    let table = Table::daily(&[QUIET; 3]).with(|a| a.costs.slippage_usd = 100.0);
    let ledger = table.run(&[(0, Ask::Enter(sell(5)))]);
    assert_eq!(
        ledger.setups[0].outcome,
        Outcome::Rejected(RejectReason::BadPrice)
    );
}

#[test]
fn leverage_multiplies_equity_and_held_positions_use_it_up() {
    // 2 × 1,000: 20 shares at 100. At Wednesday's open, marked at Tuesday's 90: equity 800, twice that
    // 1,600, held 1,800: nothing more.
    let rows = [QUIET, "100 100 90 90", "90 90 90 90", "110 110 110 110"];
    let table = Table::daily(&rows).with(|a| {
        a.equity_usd = 1000.0;
        a.max_leverage = 2.0;
    });
    let ledger = table.run(&[(0, buy(100)), (1, buy(1))]);
    assert_eq!(ledger.fills[0].quantity, 20);
    assert_eq!(ledger.rejections[0].reason, RejectReason::BuyingPower);
    // A smaller first bite leaves room: 10 held at 90; equity 900, twice 1,800, less 900: 10 at 90.
    let ledger = table.run(&[(0, buy(10)), (1, buy(100))]);
    assert_eq!(ledger.fills[1].quantity, 10);
}

#[test]
fn a_short_takes_buying_power_and_its_proceeds_give_none() {
    let rows = [QUIET, QUIET, QUIET, QUIET];
    let table = Table::daily(&rows).with(|a| a.equity_usd = 1000.0);
    assert_eq!(table.run(&[(0, sell(100))]).fills[0].quantity, 10);
    // 6 short: cash 1,600, but equity is 1,000 and 600 of it are used: 4 more. (By cash: 16.)
    let ledger = table.run(&[(0, sell(6)), (1, sell(100))]);
    assert_eq!(ledger.fills[1].quantity, 4);
}

#[test]
fn turning_round_frees_what_the_old_side_took_at_the_price_it_leaves() {
    // Short 8 from 100 on 1,000 $. Cover and go long at 120: equity is 1,000 − 160 = 840, which buys 7 at
    // 120. (Marked at the close before, 100: 1,160 → 9.)
    let rows = [QUIET, QUIET, "120 120 120 120", "120 120 120 120"];
    let table = Table::daily(&rows).with(|a| a.equity_usd = 1000.0);
    let ledger = table.run(&[(0, sell(8)), (1, buy(100))]);
    assert_eq!(fills(&ledger)[1], (2, Side::Buy, 15, 120.0, Open));
    assert_eq!(ledger.trades[0].pnl_usd, -160.0);
    assert_eq!(ledger.trades[1].quantity, 7);
    // A commission of 1 $ a share is shared by shares, 8 of 14 to the old trade. 1,016 − 160 − 8 for the
    // sale leave 848; with 8 for the cover 6 × 121 fit, 7 × 121 = 847 do not (without it they would).
    let table = table.with(|a| {
        a.equity_usd = 1016.0;
        a.costs.commission_per_share_usd = 1.0;
    });
    let ledger = table.run(&[(0, sell(8)), (1, buy(100))]);
    assert_eq!(ledger.fills[1].quantity, 14);
    assert_eq!(ledger.trades[0].commission_usd, 16.0);
    assert_eq!(ledger.trades[1].commission_usd, 12.0);
}

#[test]
fn a_split_does_not_swell_buying_power() {
    // 5 held at 100, 2:1 on Wednesday: 10 at 50. 1,000 − 500: 10 more at 50. (10 × the old close of 100
    // would make equity 1,500 and power 500 all the same at leverage 1; at leverage 2 it shows: 2 × 1,000
    // − 500 = 1,500 → 30; mismarked 2 × 1,500 − 1,000 = 2,000 → 40.)
    let rows = [QUIET, QUIET, "50 50 50 50", "50 50 50 50"];
    let table = Table::daily(&rows).split(0, 2, 2.0).with(|a| {
        a.equity_usd = 1000.0;
        a.max_leverage = 2.0;
    });
    let ledger = table.run(&[(0, buy(5)), (1, buy(1000))]);
    assert_eq!(fills(&ledger)[1], (2, Side::Buy, 30, 50.0, Open));
}

#[test]
fn borrowed_shares_cost_by_the_night_at_the_prior_close() {
    // 10 short, 36 % a year: 0.1 % a day of the prior close. Tuesday → Wednesday: 10 × 102 × 0.001 =
    // 1.02; Wednesday → Thursday 10 × 105 × 0.001 = 1.05. Bought back at Thursday's open: 2.07 in all.
    let rows = [
        QUIET,
        "100 103 99 102",
        "104 106 103 105",
        "107 107 107 107",
    ];
    let table = Table::daily(&rows).with(|a| a.costs.borrow_rate = Some(0.36));
    let ledger = table.run(&[(0, sell(10)), (2, Order::exit(0, ExitReason::Signal))]);
    let trade = &ledger.trades[0];
    assert!((trade.financing_usd - 2.07).abs() < 1e-12);
    assert!((trade.pnl_usd - (-70.0 - 2.07)).abs() < 1e-9);
    assert_eq!(table.run(&[(0, buy(10))]).trades[0].financing_usd, 0.0);
    // Over a weekend: Thursday's short is charged 1 night, then 3.
    let table = Table::daily(&[QUIET; 6]).with(|a| a.costs.borrow_rate = Some(0.36));
    let ledger = table.run(&[(2, sell(10)), (4, Order::exit(0, ExitReason::Signal))]);
    assert!((ledger.trades[0].financing_usd - 4.0).abs() < 1e-12);
}

#[test]
fn idle_cash_earns_and_borrowed_cash_pays_the_rate_known_the_night_before() {
    // 3.6 %: 0.01 % a day. Flat over Monday to Tuesday: 100,000 × 0.0001 = 10. Tuesday buys 500 for 50,000:
    // 50,010 × 0.0001 = 5.001 to Wednesday.
    let table = Table::daily(&[QUIET; 3]).with(|a| a.cash_rate = Some(Column::new(vec![0.036; 3])));
    let ledger = table.run(&[(0, buy(500))]);
    assert!((ledger.interest_usd - 15.001).abs() < 1e-9);
    assert!((ledger.end_equity_usd - 100_015.001).abs() < 1e-6);
    // Tuesday's rate is not known on Monday night; where there is none, nothing is paid.
    let rates = Column::new(vec![0.036, f64::NAN, 0.5]);
    let table = Table::daily(&[QUIET; 3]).with(|a| a.cash_rate = Some(rates.clone()));
    assert!((table.run::<Order>(&[]).interest_usd - 10.0).abs() < 1e-9);
    // The proceeds of a short earn nothing: 100,010 to Wednesday, not 150,010.
    let table = Table::daily(&[QUIET; 3]).with(|a| a.cash_rate = Some(Column::new(vec![0.036; 3])));
    assert!((table.run(&[(0, sell(500))]).interest_usd - 20.001).abs() < 1e-9);
    // On leverage 2: 2,000 shares are bought for 200,000; the 100,000 borrowed pay 9.999.
    let table = table.with(|a| a.max_leverage = 2.0);
    let ledger = table.run(&[(0, buy(2000))]);
    assert!((ledger.interest_usd - (10.0 - 9.999)).abs() < 1e-9);
}

#[test]
fn the_drawdown_at_bar_closes_runs_from_the_peak_start_included() {
    // 500 shares at 100 on 100,000: closes 90, 120, 102 → equity 95,000, 110,000, 101,000.
    let rows = [QUIET, "100 100 90 90", "95 120 95 120", "110 110 102 102"];
    let ledger = Table::daily(&rows).run(&[(0, buy(500))]);
    // Troughs: 5,000 / 100,000 and 9,000 / 110,000.
    assert_eq!(ledger.max_drawdown_bar, 9000.0 / 110_000.0);
    let worth: Vec<(u32, f64)> = ledger
        .marks
        .iter()
        .map(|m| (m.session - ledger.marks[0].session, m.equity_usd))
        .collect();
    assert_eq!(worth, [(0, 95_000.0), (1, 110_000.0), (2, 101_000.0)]);
    let bracket = Bracket::stop_only(StopPlan::distance(50.0));
    assert_eq!(
        exits(&Table::daily(&rows).run(&[(0, buy(500).with_bracket(bracket))])).len(),
        1
    );
}

#[test]
fn what_was_bought_at_this_open_counts_at_its_own_price() {
    // Equity 1,000, leverage 2, Tuesday opens at 120: 5 for 600, then 2 × 1,000 − 600 = 1,400 buy 11.
    // (Marked at Monday's 100: 2 × 900 − 500 = 1,300 → 10.)
    let table = Table::daily(&[QUIET, "120 120 120 120", "120 120 120 120"]).with(|a| {
        a.equity_usd = 1000.0;
        a.max_leverage = 2.0;
    });
    let ledger = table.run(&[(0, buy(5)), (0, buy(100))]);
    assert_eq!(ledger.fills[1].quantity, 11);
}
