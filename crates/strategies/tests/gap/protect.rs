//! Protection within the session, by hand. The plan is that of the other tests: 500 shares from 9:50 at 101.5 (the mirror
//! sells short), ATR 2, stop 1 dollar and target 2 dollars away, out at 15:30.

use engine::{Costs, Ledger};
use market::ExitReason::{self, Protect, Stop, Target, TimeOfDay};
use market::{Fill, FillRule};
use strategies::ProtectAction::{Leave, Reduce, Tighten};

use crate::market::{Case, Day, WHOLE};
use FillRule::{Gap, Open, Touch, Trigger};

/// 101 at first, 101.5 from 9:45 on, then these prices.
fn day(steps: &[(u32, f64)]) -> Day {
    let first = [(930, 101.0), (945, 101.5)];
    Day::steps(WHOLE, &[&first[..], steps].concat())
}

/// The mirror at 100: a gap down, and a break below.
fn mirrored(steps: &[(u32, f64)]) -> Case {
    let first = [(930, 99.0), (945, 98.5)];
    let steps: Vec<(u32, f64)> = steps
        .iter()
        .map(|&(at, price)| (at, 200.0 - price))
        .collect();
    Case::of([Day::steps(WHOLE, &[&first[..], &steps].concat())]).short()
}

/// (time, shares, price, rule, reason) of every exit.
fn exits(ledger: &Ledger) -> Vec<(String, u64, f64, FillRule, ExitReason)> {
    let row = |fill: &Fill| {
        let time = fill.time.exchange().unwrap().format("%H:%M").to_string();
        Some((
            time,
            fill.quantity,
            fill.price,
            fill.rule,
            fill.exit_reason?,
        ))
    };
    ledger.fills.iter().filter_map(row).collect()
}

fn out(
    time: &str,
    shares: u64,
    price: f64,
    rule: FillRule,
    reason: ExitReason,
) -> (String, u64, f64, FillRule, ExitReason) {
    (time.to_owned(), shares, price, rule, reason)
}

#[test]
fn a_tightened_stop_lies_by_the_decisions_atr_from_the_bars_close() {
    // The bar 11:00 to 11:05 closes at 102.6, above 102.5: the stop goes to 102.6 − 0.25 × 2 = 102.1. Bars at 102.2 do not
    // reach it, 12:00's open of 102 has passed it: a gap.
    let steps = [(1100, 102.6), (1105, 102.2), (1200, 102.0)];
    let plan = |case: Case, when| case.protected(when, Tighten, Some(0.25)).run();
    let ledger = plan(Case::of([day(&steps)]), "close > 102.5");
    assert_eq!(exits(&ledger), [out("12:00", 500, 102.0, Gap, Protect)]);
    let trade = &ledger.trades[0];
    assert!(trade.protected);
    assert_eq!(
        (trade.stop_price, trade.r_multiple),
        (Some(100.5), Some(0.5))
    );
    let ledger = plan(mirrored(&steps), "close < 97.5");
    assert_eq!(exits(&ledger), [out("12:00", 500, 98.0, Gap, Protect)]);
    // A bar that trades through it: at the stop.
    let through = day(&[(1100, 102.6), (1105, 102.2)]).wide(1200, 102.2, 101.9);
    let ledger = plan(Case::of([through]), "close > 102.5");
    assert_eq!(exits(&ledger), [out("12:05", 500, 102.1, Trigger, Protect)]);
}

#[test]
fn a_condition_that_goes_on_tightens_at_every_bar() {
    // Stops at 102.0, 102.2 and 102.1, which is farther and changes nothing: 13:00's low of 102.15 meets 102.2.
    let steps = [(1100, 102.5), (1105, 102.7), (1110, 102.6)];
    let falls = day(&steps).wide(1300, 102.6, 102.15);
    let ledger = Case::of([falls])
        .protected("close > 102.4", Tighten, Some(0.25))
        .run();
    assert_eq!(exits(&ledger), [out("13:05", 500, 102.2, Trigger, Protect)]);
}

#[test]
fn the_entry_bar_is_the_first_at_whose_end_protection_is_asked() {
    // The condition holds at the decision (9:50) and at the end of the entry's own bar (9:55), where the stop goes to
    // 101.5 − 0.5 = 101. The entry's bar itself falls to 100.9, which must not meet it; the next falls there too.
    let steps = [(1000, 101.5)];
    let inside = |bar| {
        let case = Case::of([day(&steps).wide(bar, 101.5, 100.9)]);
        case.protected("close > 101.2", Tighten, Some(0.25)).run()
    };
    assert_eq!(
        exits(&inside(950)),
        [out("15:30", 500, 101.5, Open, TimeOfDay)]
    );
    assert_eq!(
        exits(&inside(955)),
        [out("10:00", 500, 101.0, Trigger, Protect)]
    );
}

#[test]
fn protection_leaves_at_the_next_open() {
    let steps = [(1100, 102.6), (1105, 102.4), (1110, 102.2)];
    let ledger = Case::of([day(&steps)])
        .protected("close > 102.5", Leave, None)
        .run();
    assert_eq!(exits(&ledger), [out("11:05", 500, 102.4, Open, Protect)]);
    assert!((ledger.trades[0].pnl_usd - 450.0).abs() < 1e-9); // 500 × 0.9
    let ledger = mirrored(&steps)
        .protected("close < 97.5", Leave, None)
        .run();
    assert_eq!(exits(&ledger), [out("11:05", 500, 97.6, Open, Protect)]);
}

#[test]
fn protection_reduces_once_a_trade_and_rounds_down() {
    // 0.333 × 500 = 166.5: 166 stay, 334 go at 11:05's open of 102. The condition holds again at 12:00: nothing more.
    let steps = [
        (1100, 102.6),
        (1105, 102.0),
        (1200, 102.6),
        (1205, 101.8),
        (1300, 103.6),
    ];
    let plan = |case: Case, when| case.protected(when, Reduce, Some(0.333)).run();
    let ledger = plan(Case::of([day(&steps)]), "close > 102.5");
    assert_eq!(
        exits(&ledger),
        [
            out("11:05", 334, 102.0, Open, Protect),
            // 13:00 opens above the target: the better open, for what is left.
            out("13:00", 166, 103.6, FillRule::Improved, Target),
        ]
    );
    let trade = &ledger.trades[0];
    let average = (334.0 * 102.0 + 166.0 * 103.6) / 500.0;
    assert_eq!((trade.quantity, trade.exit_price), (500, average));
    assert_eq!((trade.exit_reason, trade.protected), (Target, true));
    // What was made at both exits: 334 × 0.5 + 166 × 2.1 = 515.6.
    assert!((trade.pnl_usd - 515.6).abs() < 1e-9);
    let ledger = plan(mirrored(&steps), "close < 97.5");
    assert_eq!(
        exits(&ledger),
        [
            out("11:05", 334, 98.0, Open, Protect),
            out("13:00", 166, 96.4, FillRule::Improved, Target),
        ]
    );
}

#[test]
fn what_is_left_is_stopped_targeted_and_timed_out_as_it_would_have_been() {
    let held = [(1100, 102.6), (1105, 102.0)];
    let plan = |day: Day| {
        Case::of([day])
            .protected("close > 102.5", Reduce, Some(0.5))
            .run()
    };
    let first = out("11:05", 250, 102.0, Open, Protect);
    assert_eq!(
        exits(&plan(day(&held))),
        [first.clone(), out("15:30", 250, 102.0, Open, TimeOfDay)]
    );
    assert_eq!(
        exits(&plan(day(&held).wide(1300, 102.0, 100.2))),
        [first.clone(), out("13:05", 250, 100.5, Trigger, Stop)]
    );
    assert_eq!(
        exits(&plan(day(&held).wide(1300, 103.5, 102.0))),
        [first, out("13:05", 250, 103.5, Touch, Target)]
    );
}

#[test]
fn a_plans_own_exit_on_the_same_bar_comes_before_protection() {
    // At 15:30 the plan leaves by the clock, whatever protection says of that bar.
    let steps = [(1525, 102.6), (1530, 102.4)];
    for (action, number) in [(Leave, None), (Reduce, Some(0.5)), (Tighten, Some(0.1))] {
        let ledger = Case::of([day(&steps)])
            .protected("close > 102.5", action, number)
            .run();
        assert_eq!(exits(&ledger), [out("15:30", 500, 102.4, Open, TimeOfDay)]);
        assert!(!ledger.trades[0].protected, "{action:?}");
    }
}

#[test]
fn an_unknown_condition_protects_nothing() {
    // No bar of KRE on the tape: unknown at every bar, and `not` of it as unknown.
    for when in ["KRE.close < 50", "not (KRE.close < 50)"] {
        for (action, number) in [(Leave, None), (Reduce, Some(0.5)), (Tighten, Some(0.1))] {
            let ledger = Case::of([day(&[(1100, 102.6)])])
                .protected(when, action, number)
                .run();
            assert_eq!(exits(&ledger), [out("15:30", 500, 102.6, Open, TimeOfDay)]);
            assert!(!ledger.trades[0].protected);
        }
    }
}

#[test]
fn each_part_pays_its_commission() {
    let case = Case::of([day(&[(1100, 102.6), (1105, 102.0)])]);
    let costs = Costs {
        commission_min_usd: 1.0,
        ..Costs::NONE
    };
    let ledger = case
        .protected("close > 102.5", Reduce, Some(0.5))
        .run_with(costs);
    assert_eq!(ledger.trades[0].commission_usd, 3.0);
}
