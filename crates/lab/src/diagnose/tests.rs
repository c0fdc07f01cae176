//! Pairs and dollars by hand, and as properties.

use journal::RoundTrip;
use market::{ExitReason, FillRule, Side, Time, Trade};
use proptest::prelude::*;

use super::bridge::parts;
use super::ground::{Place, Placed};
use super::pairs::pairs;
use super::result::Component;

fn place(bar: usize) -> Place {
    Place {
        bar,
        session: bar as u32,
        time: Time(bar as i64 * 86_400_000_000),
        exact: true,
    }
}

fn trip(side: Side, quantity: f64, entry: f64, exit: f64, fees: f64) -> RoundTrip {
    let gross_usd = side.sign() * (exit - entry) * quantity;
    RoundTrip {
        number: 1,
        line: 2,
        side,
        quantity,
        entry_time: Time(0),
        entry_price: entry,
        exit_time: Time(0),
        exit_price: exit,
        exact: true,
        entries: 1,
        exits: 1,
        gross_usd,
        fees_usd: fees,
        other_usd: None,
        pnl_usd: gross_usd - fees,
    }
}

fn trade(side: Side, quantity: u64, entry: f64, exit: f64, cost: f64, dividends: f64) -> Trade {
    let gross = side.sign() * (exit - entry) * quantity as f64;
    Trade {
        trade_id: 1,
        symbol: 0,
        side,
        quantity,
        entry_time: Time(0),
        entry_price: entry,
        entry_rule: FillRule::Open,
        exit_time: Time(0),
        exit_price: exit,
        exit_rule: FillRule::Trigger,
        exit_reason: ExitReason::Stop,
        gross_pnl_usd: gross,
        commission_usd: cost,
        slippage_usd: 0.0,
        dividends_usd: dividends,
        financing_usd: 0.0,
        pnl_usd: gross + dividends - cost,
        return_fraction: 0.0,
        r_multiple: None,
        mae_usd: 0.0,
        mfe_usd: 0.0,
        atr_at_entry: None,
        stop_price: None,
        target_price: None,
        sessions_held: 0,
        bars_held: 0,
        ambiguous: false,
        unsettled: None,
        protected: false,
    }
}

fn placed<T>(trade: T, side: Side, entry: usize, exit: usize) -> Placed<T> {
    Placed {
        trade,
        side,
        entry: place(entry),
        exit: place(exit),
    }
}

#[test]
fn the_worked_example_of_the_docs() {
    // The plan: 100 at 200.00, stopped at 194.00 on bar 12, costs 2: −602, and 5 of dividends: −597.
    let plan = trade(Side::Buy, 100, 200.0, 194.0, 2.0, 5.0);
    // The log: 150 at 200.10 on the same bar, out at 190.00 on bar 15, costs 3: −1,515 − 3 = −1,518.
    let log = trip(Side::Buy, 150.0, 200.1, 190.0, 3.0);
    let found = parts(
        &placed(&log, Side::Buy, 10, 15),
        &placed(&plan, Side::Buy, 10, 12),
    );
    let want = [
        // (194 − 200) × (150 − 100)
        (Component::Size, -300.0),
        // (200.00 − 200.10) × 150
        (Component::EntryPrice, -15.0),
        // (190 − 194) × 150
        (Component::StopIgnored, -600.0),
        // 2 − 3
        (Component::Costs, -1.0),
        // none − 5
        (Component::Unlogged, -5.0),
    ];
    assert_eq!(found.len(), want.len());
    for ((component, usd), (wanted, dollars)) in found.iter().zip(want) {
        assert_eq!(*component, wanted);
        assert!((usd - dollars).abs() < 1e-9, "{component:?} {usd}");
    }
    // −597 − 300 − 15 − 600 − 1 − 5 = −1,518.
    let sum: f64 = found.iter().map(|(_, usd)| usd).sum();
    assert!((plan.pnl_usd + sum - log.pnl_usd).abs() < 1e-9);
}

#[test]
fn every_way_of_leaving_has_its_name() {
    let log = trip(Side::Buy, 100.0, 200.0, 190.0, 0.0);
    let name = |reason, mine, plans| {
        let mut plan = trade(Side::Buy, 100, 200.0, 194.0, 0.0, 0.0);
        plan.exit_reason = reason;
        parts(
            &placed(&log, Side::Buy, 1, mine),
            &placed(&plan, Side::Buy, 1, plans),
        )[0]
        .0
    };
    assert_eq!(name(ExitReason::TrailingStop, 5, 4), Component::StopIgnored);
    assert_eq!(name(ExitReason::TimeStop, 5, 4), Component::HeldTooLong);
    assert_eq!(name(ExitReason::Target, 5, 4), Component::TargetPassed);
    assert_eq!(name(ExitReason::Signal, 5, 4), Component::ExitRuleIgnored);
    assert_eq!(name(ExitReason::Stop, 3, 4), Component::LeftEarly);
    assert_eq!(name(ExitReason::Stop, 4, 4), Component::ExitPrice);
}

#[test]
fn the_nearest_entries_are_paired_first_and_once() {
    let (log, plan) = (
        trip(Side::Buy, 1.0, 1.0, 1.0, 0.0),
        trade(Side::Buy, 1, 1.0, 1.0, 0.0, 0.0),
    );
    let mine = |entry, exit| placed(&log, Side::Buy, entry, exit);
    let plans = |entry, exit| placed(&plan, Side::Buy, entry, exit);
    // The second is entered on the plan's bar, the first two bars earlier: the second has it, and the first nothing.
    let found = pairs(&[mine(8, 11), mine(10, 12)], &[plans(10, 14)]);
    assert_eq!(found, [None, Some(0)]);
    // Too far, never held together, of the other side.
    assert_eq!(pairs(&[mine(4, 20)], &[plans(10, 14)]), [None]);
    assert_eq!(pairs(&[mine(8, 9)], &[plans(10, 14)]), [None]);
    let short = placed(&log, Side::Sell, 10, 12);
    assert_eq!(pairs(&[short], &[plans(10, 14)]), [None]);
}

proptest! {
    /// Whatever was traded, the parts are the difference to the cent.
    #[test]
    fn parts_add_up(
        short: bool,
        shares in 1..5000_u64, plans_shares in 1..5000_u64,
        prices in proptest::array::uniform4(10.0..400.0_f64),
        costs in (0.0..50.0_f64, 0.0..50.0_f64), dividends in 0.0..500.0_f64,
        bars in proptest::array::uniform4(0..40_usize),
    ) {
        let side = if short { Side::Sell } else { Side::Buy };
        let [e, x, pe, px] = prices;
        let log = trip(side, shares as f64, e, x, costs.0);
        let plan = trade(side, plans_shares, pe, px, costs.1, dividends);
        let found = parts(&placed(&log, side, bars[0], bars[1]), &placed(&plan, side, bars[2], bars[3]));
        let sum: f64 = found.iter().map(|(_, usd)| usd).sum();
        prop_assert!((plan.pnl_usd + sum - log.pnl_usd).abs() < 1e-6);
        prop_assert!(found.len() <= 5);
    }

    /// One to one, of one side, held together: and the same whichever way the plan's trades are numbered.
    #[test]
    fn pairs_are_one_to_one(spans in proptest::collection::vec((0..60_usize, 0..6_usize, any::<bool>(), any::<bool>()), 0..24)) {
        let (log, plan) = (trip(Side::Buy, 1.0, 1.0, 1.0, 0.0), trade(Side::Buy, 1, 1.0, 1.0, 0.0, 0.0));
        let (mut logged, mut planned) = (Vec::new(), Vec::new());
        for (entry, length, short, mine) in spans {
            let side = if short { Side::Sell } else { Side::Buy };
            if mine {
                logged.push(placed(&log, side, entry, entry + length));
            } else {
                planned.push(placed(&plan, side, entry, entry + length));
            }
        }
        let found = pairs(&logged, &planned);
        let mut used: Vec<usize> = found.iter().flatten().copied().collect();
        used.sort_unstable();
        let count = used.len();
        used.dedup();
        prop_assert_eq!(used.len(), count);
        for (mine, pair) in logged.iter().zip(&found) {
            if let Some(k) = pair {
                prop_assert!(mine.side == planned[*k].side && mine.overlaps(&planned[*k]));
                prop_assert!(mine.entry.bar.abs_diff(planned[*k].entry.bar) <= 3);
            }
        }
    }
}
