//! Bars replayed on the finer bars inside them. The clock is hourly; 10:30 to 11:30 is drawn in quarters, and some
//! quarters in five minutes. Shorts are the longs mirrored at 100.

use engine::{Bracket, Feed, FeedError, Intrabar, Ledger, Order, OrderKind, StopPlan};
use indicators::Column;
use market::{
    Bars, ExitReason, FillRule, Interval, RawBars, SessionTable, Side, Time, Trade, Unsettled,
    resample,
};
use proptest::prelude::*;

use crate::random::{Step, bars_at};
use crate::table::{Table, at, buy, day, limit, mirrored, raw, stop};
use ExitReason::{Stop, Target, TrailingStop, WindowEnd};

const QUIET: &str = "100 100 100 100";
const HOUR: Interval = Interval::Minutes(60);
const QUARTER: Interval = Interval::Minutes(15);
const FIVE: Interval = Interval::Minutes(5);

fn clock(hour: u32, minute: u32) -> Time {
    at(day(0), hour, minute)
}

/// What is drawn: hours from 9:30 on, the quarters from 10:30 on, five minutes from 10:45 on.
#[derive(Clone, Copy)]
struct Drawing<'a> {
    hours: &'a [&'a str],
    quarters: &'a [&'a str],
    fives: &'a [&'a str],
}

fn made(rows: &[&str], from: Time, interval: Interval) -> RawBars {
    let Interval::Minutes(minutes) = interval else {
        unreachable!()
    };
    raw(rows, |n| from.plus_minutes(n as i64 * i64::from(minutes)))
}

fn table(drawing: Drawing<'_>, side: Side) -> Table {
    let mirror = |rows: &[&str]| -> Vec<String> {
        match side {
            Side::Buy => rows.iter().map(|row| (*row).to_owned()).collect(),
            Side::Sell => mirrored(rows),
        }
    };
    let bars = |rows: &[&str], from, interval| {
        let rows = mirror(rows);
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        made(&rows, from, interval)
    };
    let sessions = SessionTable::covering(day(0), day(0));
    let finer = [
        (bars(drawing.quarters, clock(10, 30), QUARTER), QUARTER),
        (bars(drawing.fives, clock(10, 45), FIVE), FIVE),
    ];
    let finer = finer.map(|(raw, interval)| Bars::new("A", interval, raw, &sessions).unwrap());
    let hours = bars(drawing.hours, clock(9, 30), HOUR);
    let mut table = Table::new(vec![hours], HOUR, sessions);
    table.finer = finer.into();
    table.with(|account| account.fills.intrabar = Intrabar::Finer)
}

/// What a long sees, as (price, rule, reason, time, why not settled).
#[derive(Debug, PartialEq)]
struct Exit(f64, FillRule, ExitReason, Time, Option<Unsettled>);

/// Runs the order as a long and mirrored as a short, and gives the long's exit once the short's is the same.
fn both_sides(drawing: Drawing<'_>, order: impl Fn(Side) -> Order) -> (Exit, Trade) {
    let [long, short] = [Side::Buy, Side::Sell].map(|side| {
        let ledger = table(drawing, side).run(&[(0, order(side))]);
        let [trade] = ledger.trades.as_slice() else {
            panic!("{} trades", ledger.trades.len())
        };
        let seen = |price| {
            if side == Side::Buy {
                price
            } else {
                200.0 - price
            }
        };
        let exit = Exit(
            seen(trade.exit_price),
            trade.exit_rule,
            trade.exit_reason,
            trade.exit_time,
            trade.unsettled,
        );
        (exit, trade.clone())
    });
    assert_eq!(long.0, short.0, "a short is a long in the mirror");
    assert_eq!(
        (long.1.mae_usd, long.1.mfe_usd),
        (short.1.mae_usd, short.1.mfe_usd)
    );
    assert_eq!(long.1.entry_time, short.1.entry_time);
    long
}

/// Bought at 10:30's open, 100: stop 97, target 104.
fn market(side: Side) -> Order {
    let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
    Order { side, ..buy(10) }.with_bracket(bracket)
}

fn drawn<'a>(hours: &'a [&'a str], quarters: &'a [&'a str]) -> Drawing<'a> {
    Drawing {
        hours,
        quarters,
        fives: &[],
    }
}

const BOTH: [&str; 3] = [QUIET, "100 105 96 101", "101 101 101 101"];

#[test]
fn the_stop_came_first() {
    // 10:45 to 11:00 falls to 96: out at 97. The rise to 105 comes later.
    let quarters = [
        "100 101 99 99.5",
        "99.5 100 96 98",
        "98 105 98 104",
        "104 104 100 101",
    ];
    let (exit, trade) = both_sides(drawn(&BOTH, &quarters), market);
    assert_eq!(exit, Exit(97.0, FillRule::Finer, Stop, clock(11, 0), None));
    assert!(trade.ambiguous);
    // Of the quarter before, 101 counts in favour; against, nothing below the stop.
    assert_eq!((trade.mae_usd, trade.mfe_usd), (3.0, 1.0));
    assert_eq!((trade.bars_held, trade.sessions_held), (1, 1));
}

#[test]
fn the_target_came_first() {
    // 104 between 10:45 and 11:00. Against: 98.5, of that same quarter, which may have come before.
    let quarters = [
        "100 101 99 100",
        "100 105 98.5 104.5",
        "104.5 104.5 96 97",
        "97 101 96.5 101",
    ];
    let (exit, trade) = both_sides(drawn(&BOTH, &quarters), market);
    assert_eq!(
        exit,
        Exit(104.0, FillRule::Finer, Target, clock(11, 0), None)
    );
    assert_eq!((trade.mae_usd, trade.mfe_usd), (1.5, 4.0));
}

#[test]
fn a_quarter_that_opens_beyond_a_price_fills_at_its_open() {
    // From 99 to 96.5 between the quarters: out at 96.5, at 10:45.
    let down = [
        "100 101 99 99",
        "96.5 98 96 98",
        "98 105 98 104",
        "104 104 100 101",
    ];
    let (exit, _) = both_sides(drawn(&BOTH, &down), market);
    assert_eq!(exit, Exit(96.5, FillRule::Finer, Stop, clock(10, 45), None));
    // Up to 104.5: better than the limit.
    let up = [
        "100 101 99 101",
        "104.5 105 104 104",
        "104 104 96 97",
        "97 101 97 101",
    ];
    let (exit, _) = both_sides(drawn(&BOTH, &up), market);
    assert_eq!(
        exit,
        Exit(104.5, FillRule::Finer, Target, clock(10, 45), None)
    );
    // A print of 95 is not inside the hour, whose low is 96: out at 96.
    let beyond = [
        "100 101 99 99",
        "95 98 95 98",
        "98 105 98 104",
        "104 104 100 101",
    ];
    let (exit, _) = both_sides(drawn(&BOTH, &beyond), market);
    assert_eq!(exit, Exit(96.0, FillRule::Finer, Stop, clock(10, 45), None));
}

#[test]
fn the_first_quarters_own_open_decides_nothing() {
    // The venue's first print is 96.9, the hour's open 100: through the stop on the way, at 97.
    let quarters = [
        "96.9 101 96 101",
        "101 105 101 104",
        "104 104 101 101",
        "101 101 101 101",
    ];
    let (exit, _) = both_sides(drawn(&BOTH, &quarters), market);
    assert_eq!(exit, Exit(97.0, FillRule::Finer, Stop, clock(10, 45), None));
}

/// The second quarter holds stop and target itself.
const OPEN_QUARTER: [&str; 4] = [
    "100 101 99 100",
    "100 105 96 101",
    "101 102 100 101",
    "101 101 101 101",
];

#[test]
fn a_quarter_that_holds_both_is_asked_in_five_minutes() {
    // Target at 10:55, stop only later.
    let fives = ["100 103 99 103", "103 105 102 104", "104 104 96 101"];
    let drawing = Drawing {
        fives: &fives,
        ..drawn(&BOTH, &OPEN_QUARTER)
    };
    let (exit, _) = both_sides(drawing, market);
    assert_eq!(
        exit,
        Exit(104.0, FillRule::Finer, Target, clock(10, 55), None)
    );
}

#[test]
fn a_finest_bar_that_holds_both_is_pessimistic_and_counted() {
    let (exit, trade) = both_sides(drawn(&BOTH, &OPEN_QUARTER), market);
    let why = Some(Unsettled::Ambiguous);
    assert_eq!(exit, Exit(97.0, FillRule::Finer, Stop, clock(11, 0), why));
    assert_eq!(trade.mfe_usd, 1.0);
    // Five-minute bars that do not reach 104, as the quarter did, settle nothing either.
    let fives = ["100 103 99 103", "103 103.5 102 103", "103 103 96 101"];
    let drawing = Drawing {
        fives: &fives,
        ..drawn(&BOTH, &OPEN_QUARTER)
    };
    assert_eq!(
        both_sides(drawing, market).0,
        Exit(97.0, FillRule::Finer, Stop, clock(11, 0), why)
    );
}

#[test]
fn where_finer_bars_cannot_tell_the_stop_came_first_and_the_run_says_why() {
    let target_first = [
        "100 101 99 100",
        "100 105 98.5 104.5",
        "104.5 104.5 96 97",
        "97 101 96.5 101",
    ];
    let mut with_a_hole = target_first;
    with_a_hole[0] = "-";
    let mut never_at_the_stop = target_first;
    never_at_the_stop[2] = "104.5 104.5 97.1 98";
    never_at_the_stop[3] = "97.1 101 97.1 101";
    let cases = [
        (&target_first[..0], Unsettled::Absent),
        (&target_first[..3], Unsettled::Incomplete),
        (&with_a_hole[..], Unsettled::Incomplete),
        (&never_at_the_stop[..], Unsettled::Contradiction),
    ];
    for (quarters, why) in cases {
        let (exit, trade) = both_sides(drawn(&BOTH, quarters), market);
        assert_eq!(
            exit,
            Exit(97.0, FillRule::Trigger, Stop, clock(11, 30), Some(why))
        );
        assert!(trade.ambiguous);
    }
}

#[test]
fn levels_that_one_bar_reaches_alone_ask_no_finer_bar() {
    // Only the target: filled by touch, whatever the quarters say.
    let hours = [QUIET, "100 105 98 101", "101 101 101 101"];
    let quarters = ["100 100 90 90", "90 90 90 90", "90 90 90 90", "90 90 90 90"];
    let (exit, trade) = both_sides(drawn(&hours, &quarters), market);
    assert_eq!(
        exit,
        Exit(104.0, FillRule::Touch, Target, clock(11, 30), None)
    );
    assert!(!trade.ambiguous);
}

fn entry(kind: impl Fn(f64) -> OrderKind, price: f64) -> impl Fn(Side) -> Order {
    move |side| {
        let price = if side == Side::Buy {
            price
        } else {
            200.0 - price
        };
        let bracket = Bracket::stop_only(StopPlan::distance(3.0)).with_target(4.0);
        Order::entry(0, side, 10, kind(price)).with_bracket(bracket)
    }
}

#[test]
fn a_stop_entry_is_not_stopped_by_what_came_before_it() {
    // Bought at 102 between 10:45 and 11:00, stop 99, target 106. The low of 96 came before; 106 comes at 11:15.
    let hours = [QUIET, "100 107 96 103", "103 103 103 103"];
    let quarters = [
        "100 101 96 100",
        "100 103 100 102.5",
        "102.5 107 102 106",
        "106 106 103 103",
    ];
    let (exit, trade) = both_sides(drawn(&hours, &quarters), entry(stop, 102.0));
    assert_eq!(
        exit,
        Exit(106.0, FillRule::Finer, Target, clock(11, 15), None)
    );
    assert_eq!(
        (trade.entry_rule, trade.entry_time),
        (FillRule::Finer, clock(11, 0))
    );
    assert!(trade.ambiguous);
    // The entry's quarter fell to 100, 2 below it, perhaps before.
    assert_eq!((trade.mae_usd, trade.mfe_usd), (2.0, 4.0));
    // On the hour alone it is stopped: its low counts.
    let (exit, trade) = both_sides(drawn(&hours, &[]), entry(stop, 102.0));
    let why = Some(Unsettled::Absent);
    assert_eq!(
        exit,
        Exit(99.0, FillRule::Trigger, Stop, clock(11, 30), why)
    );
    assert!(trade.ambiguous);
}

#[test]
fn a_limit_entry_takes_a_target_that_came_after_it_and_none_that_came_before() {
    // Bought at 98, stop 95, target 102, the close 101. High of 103 before the entry: held to the last close.
    let hours = [QUIET, "100 103 97 101", "101.5 101.5 101.5 101.5"];
    let before = [
        "100 103 100 101",
        "101 101 97 98",
        "98 101 98 101",
        "101 101 101 101",
    ];
    let (exit, trade) = both_sides(drawn(&hours, &before), entry(limit, 98.0));
    assert_eq!(
        exit,
        Exit(101.5, FillRule::Close, WindowEnd, clock(12, 30), None)
    );
    assert_eq!(trade.entry_time, clock(11, 0));
    assert_eq!((trade.mae_usd, trade.mfe_usd), (1.0, 3.5));
    let after = [
        "100 100 97 98",
        "98 103 98 102",
        "102 102 100 101",
        "101 101 101 101",
    ];
    let (exit, trade) = both_sides(drawn(&hours, &after), entry(limit, 98.0));
    assert_eq!(
        exit,
        Exit(102.0, FillRule::Finer, Target, clock(11, 0), None)
    );
    assert_eq!(trade.entry_time, clock(10, 45));
}

#[test]
fn an_entrys_own_finest_bar_has_the_rules_of_an_entry_bar() {
    // Bought at 102 in a quarter that also reaches 98: whether before, nobody knows. Out at 99, and counted.
    let hours = [QUIET, "100 107 96 103", "103 103 103 103"];
    let quarters = [
        "100 101 99.5 100",
        "100 103 98 102.5",
        "102.5 107 96 106",
        "106 106 103 103",
    ];
    let (exit, _) = both_sides(drawn(&hours, &quarters), entry(stop, 102.0));
    let why = Some(Unsettled::Ambiguous);
    assert_eq!(exit, Exit(99.0, FillRule::Finer, Stop, clock(11, 0), why));
    // In five minutes: 98 came before, at 10:50; bought at 10:55, and at 106 by 11:15... the third quarter
    // holds both 99 and 106, so it is the stop after all.
    let fives = ["100 100 98 99", "99 103 99 102", "102 103 101 102.5"];
    let drawing = Drawing {
        fives: &fives,
        ..drawn(&hours, &quarters)
    };
    let (exit, trade) = both_sides(drawing, entry(stop, 102.0));
    assert_eq!(trade.entry_time, clock(10, 55));
    // The five minutes of the entry start at 99, its stop, and nobody knows what came first there.
    assert_eq!(exit, Exit(99.0, FillRule::Finer, Stop, clock(10, 55), why));
    let fives = ["100 100 98 99.5", "99.5 103 99.5 102", "102 103 101 102.5"];
    let drawing = Drawing {
        fives: &fives,
        ..drawing
    };
    let (exit, trade) = both_sides(drawing, entry(stop, 102.0));
    assert_eq!(trade.entry_time, clock(10, 55));
    assert_eq!(exit, Exit(99.0, FillRule::Finer, Stop, clock(11, 15), why));
}

#[test]
fn an_entry_at_a_quarters_open_is_held_through_all_of_that_quarter() {
    // The quarter opens at 102.5, beyond the entry's 102: bought there; stop 99.5, target 106.5.
    let hours = [QUIET, "100 107 96 103", "103 103 103 103"];
    let quarters = [
        "100 101 96 101",
        "102.5 103 102 103",
        "103 107 103 106",
        "106 106 103 103",
    ];
    let (exit, trade) = both_sides(drawn(&hours, &quarters), entry(stop, 102.0));
    assert_eq!(
        (trade.entry_time, trade.entry_rule),
        (clock(10, 45), FillRule::Finer)
    );
    assert_eq!(
        exit,
        Exit(106.5, FillRule::Finer, Target, clock(11, 15), None)
    );
    assert_eq!((trade.mae_usd, trade.mfe_usd), (0.5, 4.0));
}

#[test]
fn a_trailing_stop_stands_where_it_stood_when_the_bar_began() {
    // Bought at 100, trailing 2. The hour to 11:30 rises to 103: from then on 101, target 104. The next hour is
    // drawn too: up to 103.9, down to 101.5 (a stop that trailed in between would be at 101.9), then 104 first.
    let sessions = SessionTable::covering(day(0), day(0));
    let hours = [
        QUIET,
        "100 103 99 103",
        "103 105 100 102",
        "102 102 102 102",
    ];
    let quarters = [
        "103 103.9 103 103",
        "103 103 101.5 102",
        "102 105 102 104",
        "104 104 100 102",
    ];
    let run = |quarters: &[&str]| -> Ledger {
        let mut table = Table::new(
            vec![made(&hours, clock(9, 30), HOUR)],
            HOUR,
            sessions.clone(),
        );
        let finer = made(quarters, clock(11, 30), QUARTER);
        table.finer = vec![Bars::new("A", QUARTER, finer, &sessions).unwrap()];
        table.atr = Some(Column::new(vec![1.0; 4]));
        let plan = StopPlan {
            trail_atr: Some(2.0),
            ..StopPlan::distance(3.0)
        };
        let bracket = Bracket::stop_only(plan).with_target(4.0);
        table
            .with(|account| account.fills.intrabar = Intrabar::Finer)
            .run(&[(0, buy(10).with_bracket(bracket))])
    };
    let told = |ledger: &Ledger| {
        let trade = &ledger.trades[0];
        (
            trade.exit_price,
            trade.exit_reason,
            trade.exit_time,
            trade.exit_rule,
        )
    };
    let finer = FillRule::Finer;
    assert_eq!(told(&run(&quarters)), (104.0, Target, clock(12, 15), finer));
    // The other way round: 101 in the first quarter.
    let down = [
        "103 103 100 102",
        "102 105 102 104",
        "104 104 102 102",
        "102 102 102 102",
    ];
    assert_eq!(
        told(&run(&down)),
        (101.0, TrailingStop, clock(11, 45), finer)
    );
}

#[test]
fn stops_slip_and_targets_do_not_whatever_bars_they_were_found_on() {
    let price = |quarters: &[&str]| {
        let table = table(drawn(&BOTH, quarters), Side::Buy)
            .with(|account| account.costs.slippage_usd = 0.25);
        table.run(&[(0, market(Side::Buy))]).trades[0].exit_price
    };
    // Entry 100.25; stop 97.25 less 0.25, target 104.25 as it is.
    let stop_first = [
        "100 101 99 99.5",
        "99.5 100 96 98",
        "98 105 98 104",
        "104 104 100 101",
    ];
    assert_eq!(price(&stop_first), 97.0);
    let target_first = [
        "100 101 99 100",
        "100 105 98.5 104.5",
        "104.5 104.5 96 97",
        "97 101 96.5 101",
    ];
    assert_eq!(price(&target_first), 104.25);
}

#[test]
fn bars_that_do_not_lie_inside_the_clocks_are_no_finer_bars() {
    let sessions = SessionTable::covering(day(0), day(0));
    let bars = |name, minutes| {
        let raw = made(&[QUIET], clock(9, 30), Interval::Minutes(minutes));
        Bars::new(name, Interval::Minutes(minutes), raw, &sessions).unwrap()
    };
    let clock_bars = bars("A", 30);
    let error = |finer: &Bars| {
        let feed = Feed::single(&clock_bars, &sessions).unwrap();
        feed.with_finer(0, [finer]).err()
    };
    assert_eq!(error(&bars("A", 15)), None);
    for (name, minutes) in [("A", 30), ("A", 20), ("A", 60), ("B", 15)] {
        assert!(
            matches!(error(&bars(name, minutes)), Some(FeedError::Finer { .. })),
            "{name} {minutes}"
        );
    }
}

/// Five-minute bars of a session on a grid of half dollars, and the same seen in half hours.
fn session_of(steps: &[Step]) -> (Bars, Bars, SessionTable) {
    let sessions = SessionTable::covering(day(0), day(0));
    let raw = bars_at(steps, 0.0, |n| clock(9, 30).plus_minutes(5 * n as i64));
    let fine = Bars::new("A", FIVE, raw, &sessions).unwrap();
    let coarse = resample(&fine, Interval::Minutes(30), &sessions).unwrap();
    (fine, coarse, sessions)
}

fn one_session() -> impl proptest::strategy::Strategy<Value = Vec<Step>> {
    let bar = (-2i8..=2, -3i8..=3, 0u8..3, 0u8..3);
    prop::collection::vec(bar.prop_map(Some), 78)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// The plan on half hours with five-minute bars to ask ends its trade as it would on the five-minute clock.
    #[test]
    fn a_trade_ends_as_it_does_on_the_finer_clock(
        steps in one_session(),
        slot in 0_usize..8,
        how in 0_u8..3,
        offset in -4_i32..=4,
        out in 1_u8..6,
        gain in 1_u8..6,
        short in any::<bool>(),
    ) {
        let (fine, coarse, sessions) = session_of(&steps);
        let side = if short { Side::Sell } else { Side::Buy };
        let price = coarse.close()[slot] + 0.5 * f64::from(offset);
        let kind = match how {
            0 => OrderKind::Market,
            1 => OrderKind::Stop { stop: price },
            _ => OrderKind::Limit { limit: price },
        };
        let bracket = Bracket::stop_only(StopPlan::distance(0.5 * f64::from(out))).with_target(0.5 * f64::from(gain));
        // For half an hour only, so that both clocks ask for the same bars' prices.
        let expires = coarse.end()[slot].plus_minutes(30);
        let order = Order::entry(0, side, 10, kind).with_bracket(bracket).good_until(expires);
        let run = |bars: &Bars, finer: Vec<Bars>, slot: usize| {
            let mut table = Table::new(vec![bars.raw().clone()], bars.interval, sessions.clone());
            table.finer = finer;
            table.with(|account| account.fills.intrabar = Intrabar::Finer).run(&[(slot, order)])
        };
        let on_coarse = run(&coarse, vec![fine.clone()], slot);
        let on_fine = run(&fine, Vec::new(), 6 * slot + 5);
        prop_assert_eq!(on_coarse.trades.len(), on_fine.trades.len());
        if let ([coarse], [fine]) = (on_coarse.trades.as_slice(), on_fine.trades.as_slice()) {
            // Only an exit that one bar decides alone is priced by that bar, and so not by a finer one's open.
            prop_assert_eq!(coarse.entry_price, fine.entry_price);
            prop_assert_eq!(coarse.exit_reason, fine.exit_reason);
            if coarse.exit_rule == FillRule::Finer {
                prop_assert_eq!((coarse.exit_price, coarse.exit_time), (fine.exit_price, fine.exit_time));
            }
            if coarse.unsettled.is_some() {
                prop_assert_eq!(coarse.unsettled, Some(Unsettled::Ambiguous));
            }
            prop_assert!(coarse.entry_time <= coarse.exit_time);
        }
    }
}
