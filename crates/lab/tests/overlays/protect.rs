//! `[protect]` in a plan, by hand on made-up days: one fall of 2 % is a setup; the next open is bought, 3 dollars at risk a share.

use engine::{Account, Costs, Feed, Ledger, Pace, Window, replay};
use lab::Scenario;
use market::{Bars, ExitReason, Fill, FillRule, Interval, RawBars, SessionTable, Snapshot};
use strategies::Plan;

use ExitReason::{MaxSessions, Protect, Stop};
use FillRule::{Close, Gap, Open, Trigger};

use crate::made::{date, held_longer, parse};

/// Bars from Monday, 2020-06-01 on: 100 on Monday, Tuesday falls to 98 (the decision, true range 97.5 to 100.5 = 3), and then
/// `rows` of open, high, low, close from Wednesday, the entry's, on; quiet at the last close after them.
fn market(rows: &[[f64; 4]], mirror: bool) -> Snapshot {
    let sessions = SessionTable::covering(date("2020-06-01"), date("2020-07-31"));
    let first = sessions.on_or_after(date("2020-06-01"));
    let mut all = vec![[100.0, 100.0, 99.0, 100.0], [99.0, 100.5, 97.5, 98.0]];
    all.extend(rows);
    let last = all[all.len() - 1][3];
    all.resize(14, [last; 4]);
    let turned = |price: f64| if mirror { 196.0 - price } else { price };
    let column = |n: usize| all.iter().map(|row| turned(row[n])).collect::<Vec<_>>();
    let (high, low) = if mirror { (2, 1) } else { (1, 2) };
    let starts = sessions.as_slice()[first..].iter().map(|s| s.open);
    let raw = RawBars {
        start: starts.take(all.len()).collect(),
        open: column(0),
        high: column(high),
        low: column(low),
        close: column(3),
        volume: vec![1.0; all.len()],
    };
    Snapshot {
        bars: vec![Bars::new("IWM", Interval::Day, raw, &sessions).unwrap()],
        sessions,
        ..Snapshot::default()
    }
}

fn played(scenario: &Scenario, snapshot: &Snapshot) -> Ledger {
    let bars = snapshot.bars_of("IWM", Interval::Day).unwrap();
    let rules = scenario.rules();
    let prepared = rules.prepare(bars, snapshot);
    let feed = Feed::single(bars, &snapshot.sessions).unwrap();
    let feed = feed.with_atr(0, &prepared.atr);
    let account = Account {
        costs: Costs::NONE,
        ..Account::default()
    };
    let window = Window::between(&feed, date("2020-06-02"), date("2020-06-18")).unwrap();
    let [jumped, visited] = [Pace::Jump, Pace::Visit].map(|pace| {
        let mut plan = Plan::new(&rules, &prepared, 0);
        replay(&feed, &account, window, &mut plan, pace)
    });
    assert_eq!(jumped, visited);
    jumped
}

/// (June's day, shares, price, rule, reason) of every exit of the first trade.
fn exits(ledger: &Ledger) -> Vec<(u32, u64, f64, FillRule, ExitReason)> {
    let day = |fill: &Fill| {
        let text = fill.time.exchange().unwrap().format("%d").to_string();
        text.parse().unwrap()
    };
    let row = |f: &Fill| Some((day(f), f.quantity, f.price, f.rule, f.exit_reason?));
    let end = ledger.trades[0].exit_time;
    let first = ledger.fills.iter().filter(|fill| fill.time <= end);
    first.filter_map(row).collect()
}

/// The plan and its mirror: what a long does at 98 + x, the short does at 98 − x.
fn both(rows: &[[f64; 4]], protect: &str) -> [Ledger; 2] {
    let long = format!("{}[protect]\n{protect}", held_longer());
    let short =
        long.replace("[entry]\n", "[entry]\nside = \"short\"\n") + "[costs]\nborrow_rate = 0\n";
    let short = short.replace("close > ", "close < 196 - ");
    [
        played(&parse(&long, &[]), &market(rows, false)),
        played(&parse(&short, &[]), &market(rows, true)),
    ]
}

/// 500 dollars over 3 a share: 166 shares, bought at Wednesday's open of 98, stop 95.
const SHARES: u64 = 166;

#[test]
fn a_tightened_stop_by_hand_long_and_short() {
    // Thursday the 4th closes at 101, above 100.5: stop to 101 − 0.5 × 3 = 99.5. Thursday's own low of 99 must not meet it.
    // Friday stays above; Monday the 8th falls through 99.5.
    let rows = [
        [98.0, 99.0, 97.0, 98.5],
        [99.0, 101.5, 99.0, 101.0],
        [101.0, 101.0, 99.6, 100.0],
        [100.0, 100.5, 97.0, 97.5],
    ];
    let protect = "when = \"close > 100.5\"\naction = \"tighten\"\nstop_atr = 0.5\n";
    let [long, short] = both(&rows, protect);
    assert_eq!(exits(&long), [(8, SHARES, 99.5, Trigger, Protect)]);
    assert_eq!(exits(&short), [(8, SHARES, 96.5, Trigger, Protect)]);
    // 1.5 won on 3 at risk; the stop as first placed is what is remembered.
    let trade = &long.trades[0];
    assert_eq!(
        (trade.stop_price, trade.r_multiple),
        (Some(95.0), Some(0.5))
    );
    assert!(trade.protected && short.trades[0].protected);
    // Monday opens below it: a gap, filled at the open.
    let mut gapped = rows;
    gapped[3] = [98.0, 98.5, 97.0, 97.5];
    let [long, short] = both(&gapped, protect);
    assert_eq!(exits(&long), [(8, SHARES, 98.0, Gap, Protect)]);
    assert_eq!(exits(&short), [(8, SHARES, 98.0, Gap, Protect)]);
    // Without protection that Monday is survived, and the 9th is the fifth session.
    let without = parse(&held_longer(), &[]);
    let ledger = played(&without, &market(&rows, false));
    assert_eq!(exits(&ledger), [(9, SHARES, 97.5, Close, MaxSessions)]);
}

#[test]
fn leaving_by_hand_long_and_short() {
    let rows = [
        [98.0, 99.0, 97.0, 98.5],
        [99.0, 101.5, 99.0, 101.0],
        [100.0, 101.0, 99.0, 100.0],
    ];
    let [long, short] = both(&rows, "when = \"close > 100.5\"\naction = \"leave\"\n");
    // Decided on Thursday, out at Friday's open of 100: 2 × 166.
    assert_eq!(exits(&long), [(5, SHARES, 100.0, Open, Protect)]);
    assert_eq!(exits(&short), [(5, SHARES, 96.0, Open, Protect)]);
    assert_eq!(
        (long.trades[0].pnl_usd, short.trades[0].pnl_usd),
        (332.0, 332.0)
    );
}

#[test]
fn reducing_by_hand_long_and_short() {
    // 0.4 × 166 = 66.4: 66 stay, 100 go at Friday's open of 100. The condition holds on Friday too: once a trade. The 66 are
    // stopped at 95 on Monday: 100 × 2 − 66 × 3 = 2.
    let rows = [
        [98.0, 99.0, 97.0, 98.5],
        [99.0, 101.5, 99.0, 101.0],
        [100.0, 101.0, 99.0, 101.0],
        [100.0, 100.5, 94.0, 96.0],
    ];
    let protect = "when = \"close > 100.5\"\naction = \"reduce\"\nreduce_to = 0.4\n";
    let [long, short] = both(&rows, protect);
    assert_eq!(
        exits(&long),
        [(5, 100, 100.0, Open, Protect), (8, 66, 95.0, Trigger, Stop)]
    );
    assert_eq!(
        exits(&short),
        [(5, 100, 96.0, Open, Protect), (8, 66, 101.0, Trigger, Stop)]
    );
    let trade = &long.trades[0];
    assert_eq!((trade.quantity, trade.exit_reason), (SHARES, Stop));
    assert_eq!(trade.exit_price, (100.0 * 100.0 + 66.0 * 95.0) / 166.0);
    assert_eq!(trade.gross_pnl_usd, 2.0);
    assert!(trade.protected);
}
