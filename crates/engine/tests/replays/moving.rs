//! Stops that move: the chandelier and break-even.

use engine::{Bracket, Order, StopPlan};
use market::{ExitReason, FillRule, Side};

use crate::table::{Table, buy, exits, limit, mirrored, sell};
use ExitReason::{BreakEven, Stop, TrailingStop, WindowEnd};
use FillRule::{Close, Gap, Trigger};

const QUIET: &str = "100 100 100 100";

fn trailing(atr: f64) -> Bracket {
    Bracket::stop_only(StopPlan {
        trail_atr: Some(atr),
        ..StopPlan::distance(5.0)
    })
}

fn break_even(usd: f64) -> Bracket {
    Bracket::stop_only(StopPlan {
        break_even_usd: Some(usd),
        ..StopPlan::distance(5.0)
    })
}

#[test]
fn the_chandelier_acts_from_the_next_bar_and_uses_the_current_atr() {
    // Bought at 100, stop 95, trailing 2 ATR. Tuesday: high 104, ATR 1.5: 104 − 3 = 101 for Wednesday.
    // Tuesday's own low of 99.5 is below 101 and must not fill it.
    // Wednesday: high 106, low 101.5, ATR 2: 106 − 4 = 102. (With the entry's ATR of 1.5: 103, which
    // Thursday's low of 102.5 would have met.)
    // Thursday: 102.5 holds; high 104, ATR 1: 106 − 2 = 104 for Friday, from the highest high so far.
    // Friday: opens at 105, low 103: out at 104.
    let rows = [
        QUIET,
        "100 104 99.5 103",
        "103 106 101.5 105",
        "105 105.5 102.5 105",
        "105 105.5 103 103.5",
        QUIET,
    ];
    let atr = [1.0, 1.5, 2.0, 1.0, 1.0, 1.0];
    let ledger = Table::daily(&rows)
        .atr(&atr)
        .run(&[(0, buy(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(104.0, Trigger, TrailingStop)]);
    assert_eq!(ledger.fills[1].slot, 4);
    // The trade remembers the stop as first placed: R is measured from it.
    assert_eq!(ledger.trades[0].stop_price, Some(95.0));
    assert_eq!(ledger.trades[0].r_multiple, Some(4.0 / 5.0));
    // The short mirror.
    let rows = mirrored(&rows);
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let ledger = Table::daily(&rows)
        .atr(&atr)
        .run(&[(0, sell(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(96.0, Trigger, TrailingStop)]);
}

#[test]
fn a_wider_atr_never_moves_the_stop_back() {
    // Tuesday: 104 − 2 × 1 = 102. Wednesday's ATR of 4 would put it to 96; it stays at 102, and
    // Thursday gaps to 101.
    let rows = [
        QUIET,
        "100 104 100 103",
        "103 104 102.5 103",
        "101 102 96.5 99",
        QUIET,
    ];
    let atr = [1.0, 1.0, 4.0, 4.0, 4.0];
    let ledger = Table::daily(&rows)
        .atr(&atr)
        .run(&[(0, buy(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(101.0, Gap, TrailingStop)]);
    // Without an ATR (not warm) the first stop stands.
    let atr = [f64::NAN; 5];
    let ledger = Table::daily(&rows)
        .atr(&atr)
        .run(&[(0, buy(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Close, WindowEnd)]);
    // A chandelier that never got beyond the first stop leaves its reason alone.
    let rows = [QUIET, "100 101 100 100", "99 99 94 95", QUIET];
    let ledger = Table::daily(&rows)
        .atr(&[9.0; 4])
        .run(&[(0, buy(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(95.0, Trigger, Stop)]);
}

#[test]
fn break_even_moves_the_stop_to_the_entry_from_the_next_bar() {
    // 4 dollars in favour on Tuesday (high 104), low 99.9 the same day: not out at 100 yet.
    // Wednesday's 99.8: out at 100.
    let rows = [QUIET, "100 104 99.9 103", "103 103.5 99.8 100", QUIET];
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(break_even(4.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Trigger, BreakEven)]);
    assert_eq!(ledger.trades[0].pnl_usd, 0.0);
    // 4.01 asked for: not reached, still open at the end.
    let ledger = Table::daily(&rows).run(&[(0, buy(10).with_bracket(break_even(4.01)))]);
    assert_eq!(exits(&ledger), [(100.0, Close, WindowEnd)]);
    let mirror = mirrored(&rows);
    let rows: Vec<&str> = mirror.iter().map(String::as_str).collect();
    let ledger = Table::daily(&rows).run(&[(0, sell(10).with_bracket(break_even(4.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Trigger, BreakEven)]);
}

#[test]
fn the_entry_price_of_break_even_includes_slippage() {
    // Filled at 100.50. The open is 50 cents away from it, the stop goes to 100.50, and slips again.
    let rows = [QUIET, "100 105 100 104", "103 103.5 99 100", QUIET];
    let table = Table::daily(&rows).with(|a| a.costs.slippage_usd = 0.5);
    let ledger = table.run(&[(0, buy(10).with_bracket(break_even(4.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Trigger, BreakEven)]);
    assert_eq!(ledger.trades[0].slippage_usd, 10.0);
}

#[test]
fn an_entry_inside_its_bar_trails_from_what_came_after_it() {
    // Limit 98 touched on Tuesday; the day's high of 105 came before or after, so only the close of 100
    // counts: 100 − 2 = 98. (From the high: 103, and Wednesday's open of 101 would be a gap.)
    let rows = [QUIET, "100 105 97 100", "101 101.5 97.5 98", QUIET];
    let order = Order::entry(0, Side::Buy, 10, limit(98.0)).with_bracket(trailing(2.0));
    let ledger = Table::daily(&rows).atr(&[1.0; 4]).run(&[(0, order)]);
    assert_eq!(exits(&ledger), [(98.0, Trigger, TrailingStop)]);
}

#[test]
fn a_dividend_lowers_a_moved_stop_and_the_next_bar_does_not_undo_it() {
    // Tuesday: 104 − 2 = 102. Wednesday goes ex 1 dollar: stop 101, and the highest price so far counts
    // as 103 too: 103 − 2 = 101 again after Wednesday. Thursday's low of 101.5 holds. (The raw 104 would
    // have put the stop back to 102 and sold there.)
    let rows = [
        QUIET,
        "100 104 100 103",
        "102 102.5 101.2 102",
        "102 102.5 101.5 102",
        QUIET,
    ];
    let table = Table::daily(&rows).dividend(0, 2, 1.0);
    let ledger = table
        .atr(&[1.0; 5])
        .run(&[(0, buy(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Gap, TrailingStop)]); // Friday opens at 100, below 101
    assert_eq!(ledger.fills[1].slot, 4);
    // Break-even likewise: 100, lowered to 99. Wednesday is 4 dollars above the entry again, but the move
    // was made; Thursday's 99.5 holds.
    let rows = [
        QUIET,
        "100 104 100 103",
        "102 104.5 100.5 104",
        "102 102.5 99.5 102",
        QUIET,
    ];
    let table = Table::daily(&rows).dividend(0, 2, 1.0);
    let ledger = table.run(&[(0, buy(10).with_bracket(break_even(4.0)))]);
    assert_eq!(exits(&ledger), [(100.0, Close, WindowEnd)]);
    // A short's buy stop is not lowered: 96 + 2 = 98 stays, and Thursday's 98 meets it.
    let rows = [
        QUIET,
        "100 100 96 97",
        "97 97.5 96.5 97",
        "97 98 96.5 97",
        QUIET,
    ];
    let table = Table::daily(&rows).dividend(0, 2, 1.0);
    let ledger = table
        .atr(&[1.0; 5])
        .run(&[(0, sell(10).with_bracket(trailing(2.0)))]);
    assert_eq!(exits(&ledger), [(98.0, Trigger, TrailingStop)]);
}
