//! The rule language: reading a rule, judging it over 490,000 bars, and a plan written in it.
//!
//! `cargo bench --bench rules`. "plain" is the same expression as one loop over arrays, written by hand; both give a row
//! for each bar, and are first found to agree on every one.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

#[path = "../replay/walk.rs"]
mod walk;

mod plain;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{Account, Feed, Pace, Window, replay};
use indicators::SplitBasis;
use language::{Clock as Decides, NodeId, Words};
use market::{Bars, Interval, Snapshot};
use strategies::rules::{Evaluation, Rule, Written};
use strategies::{
    Clock, Edge, EntryRules, ExitRules, Filters, MeanReversion, Plan, RiskRules, RuleTriggers,
    Rules,
};

const BARS: usize = 490_000;

/// (what it is called, the rule, the same by hand)
type Case = (&'static str, &'static str, fn(&Bars) -> Vec<bool>);

const CASES: [Case; 4] = [
    (
        "prices",
        "close > open and high - low > 1.5 * (high[1] - low[1])",
        plain::prices,
    ),
    (
        "run",
        "count(close < close[1], 3) == 3 and close / close[3] - 1 < -0.2%",
        plain::run,
    ),
    (
        "indicators",
        "close < ema(21) and roc(10) < -0.3%",
        plain::indicators,
    ),
    (
        "channel",
        "close > highest(high, 20)[1] or not (close > sma(50) and close < open * 1.01)",
        plain::channel,
    ),
];

fn judged(words: &Words, rule: NodeId, snapshot: &Snapshot) -> usize {
    let basis = SplitBasis::default();
    let clock = Clock {
        bars: &snapshot.bars[0],
        snapshot,
        basis: &basis,
    };
    let profile = strategies::Written::default().signals;
    let judged = Evaluation::new(words.program(), clock, &[rule], &profile).judge(rule);
    judged.truth.held.count()
}

fn rows(criterion: &mut Criterion) {
    let snapshot = walk::snapshot(Interval::Minutes(1), BARS, 0.0004, 2018);
    let bars = &snapshot.bars[0];
    for (name, text, by_hand) in CASES {
        let mut words = Words::new(Decides::Minutes(1));
        let rule = words.condition(text).expect("a rule");
        let by_hand_held = by_hand(bars).iter().filter(|held| **held).count();
        assert_eq!(judged(&words, rule, &snapshot), by_hand_held, "{text}");
        let mut group = criterion.benchmark_group(format!("rule/{name}"));
        group.throughput(Throughput::Elements(BARS as u64));
        group.measurement_time(Duration::from_secs(2));
        group.bench_function("language", |bencher| {
            bencher.iter(|| black_box(judged(&words, rule, &snapshot)));
        });
        group.bench_function("plain", |bencher| {
            bencher.iter(|| black_box(by_hand(bars)));
        });
        group.finish();
    }
}

/// The rules of the shipped plan, and one as long as anybody would write it.
fn reading(criterion: &mut Criterion) {
    let long = (1..40)
        .map(|n| format!("(close < ema({n}) or roc({n}) < -{n}% and KRE.change > -1.5%)"))
        .collect::<Vec<_>>()
        .join(" and ");
    let mut group = criterion.benchmark_group("read");
    for (name, text) in [
        (
            "plan",
            "falling(close, 3) and roc(3) < -drop and KRE.change >= -1.5%",
        ),
        ("39 criteria", long.as_str()),
    ] {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                let mut words = Words::new(Decides::Daily);
                words.number("drop", 0.025).expect("a name");
                black_box(words.criteria(text).expect("rules").len())
            });
        });
    }
    group.finish();
}

fn built_in(min_decline: f64) -> Rules {
    let edge = MeanReversion {
        declines: 3,
        min_decline,
    };
    rules(Edge::MeanReversion(edge), Written::default())
}

fn in_words(min_decline: f64, decides: Decides) -> Rules {
    let mut words = Words::new(decides);
    words.number("drop", min_decline).expect("a name");
    let text = "falling(close, 3) and roc(3) < -drop";
    let triggers = Rule::read(text, &mut words).expect("rules");
    let when = triggers.iter().map(|rule| rule.text.clone()).collect();
    let written = Written {
        program: words.program().clone(),
        triggers,
        ..Written::default()
    };
    rules(Edge::Rules(RuleTriggers { when }), written)
}

fn rules(edge: Edge, written: Written) -> Rules {
    Rules {
        structure: None,
        protect: None,
        edge,
        entry: EntryRules::default(),
        exit: ExitRules {
            stop_atr: Some(1.5),
            target_atr: Some(2.5),
            time_stop_sessions: Some(3),
            time_stop_min_mfe_atr: Some(1.0),
            ..ExitRules::default()
        },
        risk: RiskRules::default(),
        filters: Filters::new(),
        overlays: strategies::Overlays::new(),
        written: written.into(),
    }
}

/// Columns, masks and the replay, as a run does them.
fn whole(rules: &Rules, snapshot: &Snapshot) -> usize {
    let bars = &snapshot.bars[0];
    let prepared = rules.prepare(bars, snapshot);
    let feed = Feed::single(bars, &snapshot.sessions).expect("whole bars");
    let window = Window::whole(&feed).expect("bars");
    let mut plan = Plan::new(rules, &prepared, 0);
    let ledger = replay(&feed, &Account::default(), window, &mut plan, Pace::Jump);
    ledger.trades.len()
}

fn plans(criterion: &mut Criterion) {
    for (name, interval, bars, step, decline) in [
        ("1d", Interval::Day, 6_300, 0.012, 0.025),
        ("1d, many", Interval::Day, 6_300, 0.012, 0.005),
    ] {
        let snapshot = walk::snapshot(interval, bars, step, 2018);
        let (built_in, in_words) = (built_in(decline), in_words(decline, Decides::Daily));
        let trades = whole(&built_in, &snapshot);
        assert_eq!(whole(&in_words, &snapshot), trades, "the same trades");
        let mut group = criterion.benchmark_group(format!("plan/{name}/{trades} trades"));
        group.throughput(Throughput::Elements(bars as u64));
        group.measurement_time(Duration::from_secs(2));
        group.bench_function("built-in", |bencher| {
            bencher.iter(|| black_box(whole(&built_in, &snapshot)));
        });
        group.bench_function("rules", |bencher| {
            bencher.iter(|| black_box(whole(&in_words, &snapshot)));
        });
        group.finish();
    }
}

criterion_group!(benches, reading, rows, plans);
criterion_main!(benches);
