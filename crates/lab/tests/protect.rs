//! `[protect]` in a plan: by hand on made-up days, what a person may get wrong, and what a run, a sheet and a sweep say of it.

use std::sync::atomic::AtomicBool;

use engine::{Account, Costs, Feed, Ledger, Pace, Window, replay};
use lab::plan::PlanOptions;
use lab::{Override, Protected, Regimes, RunOptions, Scenario, run};
use market::{Bars, Date, ExitReason, Fill, FillRule, Interval, RawBars, SessionTable, Snapshot};
use strategies::Plan;
use tape::Tape;

use ExitReason::{MaxSessions, Protect, Stop};
use FillRule::{Close, Gap, Open, Trigger};

/// One fall of 2 % is a setup; the next open is bought, 3 dollars at risk a share.
const PLAN: &str = r#"
name = "by hand"
strategy = "mean-reversion"
[instrument]
symbol = "IWM"
interval = "1d"
[risk]
atr_sessions = 1
[entry]
declines = 1
min_decline = 0.015
[exit]
stop_atr = 1.0
max_sessions = 5
[filters.any]
rule = "low > 1"
"#;

const SHIPPED: &str = include_str!("../../../scenarios/mean-reversion.toml");

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn parse(text: &str, sets: &[&str]) -> Scenario {
    let overrides: Vec<Override> = sets.iter().map(|set| set.parse().unwrap()).collect();
    Scenario::parse("plan.toml", text, &overrides).unwrap_or_else(|e| panic!("{e}: {:?}", e.help))
}

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
    let long = format!("{PLAN}[protect]\n{protect}");
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
    let without = parse(PLAN, &[]);
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

/// The message and the help of what is refused.
fn refused(text: &str) -> String {
    let error = Scenario::parse("plan.toml", text, &[]).map(|_| panic!("taken:\n{text}"));
    let error = error.unwrap_err();
    let place = error
        .position
        .map_or_else(String::new, |p| format!("{p:?}"));
    format!(
        "{place} {error} / {}",
        error.help.clone().unwrap_or_default()
    )
}

#[test]
fn protection_that_makes_no_sense_is_refused_with_a_remedy() {
    let when = "when = \"close < ema(5)\"\n";
    for (keys, words) in [
        (
            "action = \"leave\"",
            &["`protect.when` is missing", "KRE.change < -3%"][..],
        ),
        (
            "when = \" \"\naction = \"leave\"",
            &["`protect.when` is missing or empty"],
        ),
        (
            "when = \"clsoe < 1\"\naction = \"leave\"",
            &["`protect.when`", "did you mean `close`"],
        ),
        ("when = \"close\"\naction = \"leave\"", &["`protect.when`"]),
        ("when = 3\naction = \"leave\"", &["`protect.when`", "text"]),
        (
            "WHEN",
            &[
                "`protect.action` is not given",
                "tighten, reduce, leave",
                "action = \"leave\"",
            ],
        ),
        (
            "WHENaction = \"exit\"",
            &["\"exit\"; expected one of: tighten, reduce, leave"],
        ),
        ("WHENaction = \"tightn\"", &["did you mean \"tighten\""]),
        (
            "WHENaction = \"tighten\"",
            &["`protect.stop_atr` is not given", "stop_atr = 0.5"],
        ),
        (
            "WHENaction = \"reduce\"",
            &["`protect.reduce_to` is not given", "reduce_to = 0.5"],
        ),
        (
            "WHENaction = \"leave\"\nstop_atr = 0.5",
            &[
                "`protect.stop_atr` has no effect",
                "\"leave\"",
                "action = \"tighten\"",
            ],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = 0.5\nreduce_to = 0.5",
            &["`protect.reduce_to` has no effect", "action = \"reduce\""],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = 0",
            &[
                "`protect.stop_atr` is 0",
                "above 0 and at most 100",
                "action = \"leave\"",
            ],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = -0.5",
            &["`protect.stop_atr` is -0.5"],
        ),
        (
            "WHENaction = \"tighten\"\nstop_atr = nan",
            &["`protect.stop_atr` is NaN"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = 1.0",
            &[
                "`protect.reduce_to` is 1",
                "above 0 and below 1",
                "0.5 is half",
            ],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = 0",
            &["`protect.reduce_to` is 0"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_to = nan",
            &["`protect.reduce_to` is NaN"],
        ),
        (
            "WHENaction = \"reduce\"\nreduce_too = 0.5",
            &["did you mean `reduce_to`"],
        ),
    ] {
        let keys = keys.replace("WHEN", when);
        let message = refused(&format!("{PLAN}[protect]\n{keys}\n"));
        for word in words {
            assert!(message.contains(word), "{keys}: {message} lacks {word}");
        }
    }
}

#[test]
fn a_fault_of_the_rule_is_placed_under_its_word() {
    let text = format!("{PLAN}[protect]\naction = \"leave\"\nwhen = \"close > 1 and clsoe < 1\"\n");
    let error = Scenario::parse("plan.toml", &text, &[]).unwrap_err();
    let excerpt = error.excerpt.unwrap();
    assert_eq!(&excerpt.text[excerpt.span], "clsoe");
}

#[test]
fn protection_is_overridden_by_its_paths_and_shown_resolved() {
    let text =
        format!("{PLAN}[protect]\nwhen = \"close < 90\"\naction = \"tighten\"\nstop_atr = 0.5\n");
    let shown = serde_json::to_value(parse(&text, &["protect.stop_atr=0.25"])).unwrap();
    assert_eq!(
        shown["protect"],
        serde_json::json!({"when": "close < 90", "action": "tighten", "stop_atr": 0.25})
    );
    let plain = serde_json::to_value(parse(PLAN, &[])).unwrap();
    assert!(plain.get("protect").is_none());
}

fn ran(text: &str) -> lab::Run {
    let names = ["q4-2018", "covid-2020", "tightening-2022"].map(str::to_owned);
    let windows = Regimes::shipped().unwrap().pick(&names).unwrap();
    let stop = AtomicBool::new(false);
    let options = RunOptions {
        threads: 1,
        stop: &stop,
    };
    run(&parse(text, &[]), &windows, &Tape::embedded(), options).unwrap()
}

/// Of a run over the embedded tape: every regime's.
fn told(text: &str) -> Vec<(Protected, Vec<String>, usize)> {
    let each = ran(text).regimes.into_iter();
    each.map(|r| (r.protected.unwrap(), r.reasons, r.ledger.trades.len()))
        .collect()
}

#[test]
fn a_run_counts_the_trades_it_protected_and_says_so() {
    // SPY is named by the protection alone: it is read for it.
    for (keys, exits) in [
        ("action = \"leave\"", true),
        ("action = \"reduce\"\nreduce_to = 0.5", false),
        ("action = \"tighten\"\nstop_atr = 0.2", true),
    ] {
        let text = format!("{SHIPPED}\n[protect]\nwhen = \"SPY.change < 0\"\n{keys}\n");
        let mut protected = 0;
        for regime in ran(&text).regimes {
            let told = regime.protected.unwrap();
            let trades = regime.ledger.trades.iter().filter(|t| t.protected);
            assert_eq!(told.trades, trades.clone().count());
            assert!((told.pnl_usd - trades.map(|t| t.pnl_usd).sum::<f64>()).abs() < 1e-6);
            assert!(told.bars > 0 && told.bars < told.all_bars && told.unknown_bars == 0);
            let by_reason = regime.exits.get(&Protect).map_or(0, |count| count.trades);
            assert!(
                by_reason <= told.trades && (exits || by_reason == 0),
                "{keys}"
            );
            let sentence = format!("acted on {} of {}", told.trades, regime.ledger.trades.len());
            let said = regime
                .reasons
                .iter()
                .any(|reason| reason.contains(&sentence));
            assert!(said || told.trades == 0, "{:?}", regime.reasons);
            protected += told.trades;
        }
        assert!(protected >= 3, "{keys}: {protected}");
    }
    assert!(ran(SHIPPED).regimes.iter().all(|r| r.protected.is_none()));
}

#[test]
fn a_rule_that_never_holds_and_one_that_is_unknown_are_told() {
    let text = format!("{SHIPPED}\n[protect]\nwhen = \"close < 1\"\naction = \"leave\"\n");
    for (protected, reasons, _) in told(&text) {
        assert_eq!((protected.trades, protected.bars), (0, 0));
        let said = format!(
            "acted on no trade: its rule held on 0 of {} bars",
            protected.all_bars
        );
        assert!(
            reasons.iter().any(|reason| reason.contains(&said)),
            "{reasons:?}"
        );
    }
    let run = ran(&text);
    let warned = |words: &str| run.warnings.iter().any(|w| w.contains(words));
    assert!(
        warned("protect.when: `close < 1` holds on no bar"),
        "{:?}",
        run.warnings
    );
    // Divided by zero it is unknown, on every bar.
    let text = format!(
        "{SHIPPED}\n[protect]\nwhen = \"close / (close - close) > 0\"\naction = \"leave\"\n"
    );
    for (protected, reasons, _) in told(&text) {
        assert_eq!(
            (protected.trades, protected.unknown_bars),
            (0, protected.all_bars)
        );
        let said = "its rule was unknown, and nothing was protected";
        assert!(
            reasons.iter().any(|reason| reason.contains(said)),
            "{reasons:?}"
        );
    }
}

#[test]
fn the_sheet_says_what_protects_and_whether_it_does_today() {
    let stop = AtomicBool::new(false);
    for (keys, words) in [
        (
            "action = \"leave\"",
            "Protect: once SPY.change < 0 at a bar's end, out at the next open.",
        ),
        (
            "action = \"reduce\"\nreduce_to = 0.29",
            "down to 29 % of the shares entered (rounded down, one at least) at the next open; once a trade.",
        ),
        (
            "action = \"tighten\"\nstop_atr = 0.2",
            "the stop comes to 0.2 ATR below that bar's close, never farther than it was",
        ),
    ] {
        let text = format!("{SHIPPED}\n[protect]\nwhen = \"SPY.change < 0\"\n{keys}\n");
        let scenario = parse(&text, &[]);
        let options = PlanOptions {
            on: Some(date("2020-02-24")),
            equity_usd: None,
            threads: 1,
            stop: &stop,
        };
        let sheet = lab::plan::plan(&scenario, &[], &Tape::embedded(), options).unwrap();
        assert!(
            sheet.exits.iter().any(|line| line.contains(words)),
            "{:?}",
            sheet.exits
        );
        let morning = &sheet.review.morning;
        assert!(
            morning.iter().any(|line| line.contains("protect rule")),
            "{morning:?}"
        );
        let rule = sheet.day.protect_rule.unwrap();
        assert_eq!(
            (rule.name.as_str(), rule.kind),
            ("SPY.change < 0", "protect")
        );
        assert_eq!(rule.readings.len(), 1);
        let change = rule.readings[0].value.unwrap();
        assert_eq!(rule.state == lab::plan::Held::Holds, change < 0.0);
    }
}
