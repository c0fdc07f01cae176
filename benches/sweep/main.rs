//! A sweep's combinations, replayed and with all figures, beside the loop an expert writes by hand for this one rule.
//!
//! `cargo bench --bench sweep`. The grid is of 960 combinations on 6,300 daily bars; both sides are first found to make the
//! same trades in every one. "by hand" notes trades and nothing else; "by hand, ATR each time" is what it is without the
//! idea of sharing. "curve" replays one combination of about 40 trades over ever more bars.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

mod grid;
#[path = "../replay/pair.rs"]
#[allow(dead_code, reason = "the other bench needs the rest")]
mod pair;
#[path = "../replay/plain.rs"]
mod plain;
#[path = "../replay/walk.rs"]
mod walk;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{Counted, Feed, Pace, Replayer, Window};
use lab::sweep::space::Point;
use lab::sweep::{Bench, Figure, Worker};
use lab::{Appraiser, Loaded, Regime, Scenario};
use market::{Interval, Snapshot};

use grid::Grid;

const BARS: usize = 6_300;

/// The shipped plan without its macro filter; a plan has three criteria, so one of them always holds.
const PLAN: &str = r#"
name = "bench"
strategy = "mean-reversion"
[instrument]
symbol = "IWM"
interval = "1d"
[entry]
declines = 3
min_decline = 0.025
[exit]
stop_atr = 1.5
target_atr = 2.0
time_stop_sessions = 3
time_stop_min_mfe_atr = 1.0
[filters.always]
symbol = "IWM"
min_change = -0.99
"#;

const VARY: [&str; 4] = [
    "entry.declines=2..4",
    "entry.min_decline=0.02..0.055:0.005",
    "exit.stop_atr=1..3:0.5",
    "exit.target_atr=0.5..4:0.5",
];

/// What the combinations are replayed on.
struct Ground {
    grid: Grid,
    base: Scenario,
    loaded: Loaded,
    window: Regime,
}

impl Ground {
    fn new() -> Self {
        let snapshot = walk::snapshot(Interval::Day, BARS, 0.012, 2018);
        let sessions = snapshot.sessions.as_slice();
        // The filter has no value on the first bar; ATR has none on the first 14.
        let window = Regime::named("all", sessions[20].date, sessions[BARS - 1].date);
        Self {
            grid: Grid::new(PLAN, &VARY),
            base: Scenario::parse("bench", PLAN, &[]).expect("a plan"),
            loaded: Loaded {
                snapshot,
                fingerprint: String::new(),
                warnings: Vec::new(),
                resampled: Vec::new(),
            },
            window,
        }
    }

    fn bench(&self) -> Bench<'_> {
        let windows = std::slice::from_ref(&self.window);
        let axes = self.grid.space.axes().as_slice();
        Bench::new(&self.grid.written, axes, &self.base, windows, &self.loaded).expect("a bench")
    }

    fn rule(&self, points: &[Point]) -> plain::Rule {
        let axes = self.grid.space.axes().as_slice();
        let number = |n: usize| axes[n].value(points[n]).number().expect("a number");
        plain::Rule {
            declines: number(0) as usize,
            min_decline: number(1),
            stop_atr: number(2),
            target_atr: number(3),
            time_stop_sessions: 3,
            min_mfe_atr: 1.0,
            atr_bars: 14,
            risk: 0.005,
            slippage: 1e-4,
            per_share: 0.005,
            minimum: 1.0,
        }
    }
}

/// The market as the hand-written loop sees it: from the window's first bar on.
struct Hand {
    snapshot: Snapshot,
    atr: Vec<f64>,
    ends: Vec<bool>,
}

impl Hand {
    fn new(ground: &Ground) -> Self {
        let snapshot = ground.loaded.snapshot.clone();
        let bars = &snapshot.bars[0];
        // Before the window nothing may be decided: without an ATR the loop does not.
        let mut atr = plain::atr(bars, 14);
        let first = bars
            .rows_between(ground.window.from, ground.window.to, &snapshot.sessions)
            .start;
        atr[..first].fill(f64::NAN);
        Self {
            ends: plain::session_ends(bars, &snapshot.sessions),
            atr,
            snapshot,
        }
    }

    fn run(&self, rule: &plain::Rule) -> Vec<plain::PlainTrade> {
        plain::run(
            &self.snapshot.bars[0],
            &self.atr,
            &self.ends,
            rule,
            100_000.0,
        )
    }

    fn whole(&self, rule: &plain::Rule) -> Vec<plain::PlainTrade> {
        let bars = &self.snapshot.bars[0];
        let atr = plain::atr(bars, rule.atr_bars);
        plain::run(bars, &atr, &self.ends, rule, 100_000.0)
    }
}

/// Both sides make the same trades in every combination; how many there are in all.
fn agree(ground: &Ground, hand: &Hand) -> usize {
    let (trades, profit) = (place("trades"), place("net_profit_usd"));
    let mut all = 0;
    let replayed = ground.bench().replay(
        &ground.grid.combinations,
        &mut Worker::default(),
        |at, row| {
            let row = row.expect("a plan");
            let plain = hand.run(&ground.rule(&ground.grid.combinations[at]));
            assert_eq!(plain.len() as f64, row[trades], "as many trades");
            let by_hand: f64 = plain.iter().map(|trade| trade.pnl).sum();
            assert!(
                (by_hand - row[profit]).abs() < 1e-6,
                "{by_hand} by hand, {}",
                row[profit]
            );
            all += plain.len();
            Ok::<(), ()>(())
        },
    );
    replayed.expect("nothing stops it");
    all
}

fn place(name: &str) -> usize {
    Figure::named(name).expect("a figure").place()
}

fn swept(bench: &Bench<'_>, combinations: &[Vec<Point>]) -> f64 {
    let (mut sum, profit) = (0.0, place("net_profit_usd"));
    let each = |_: usize, row: Result<&[f64], String>| {
        sum += row.map_or(0.0, |row| row[profit]);
        Ok::<(), ()>(())
    };
    let _ = bench.replay(combinations, &mut Worker::default(), each);
    sum
}

fn combinations(criterion: &mut Criterion) {
    let ground = Ground::new();
    let hand = Hand::new(&ground);
    let trades = agree(&ground, &hand);
    let count = ground.grid.combinations.len();
    let bench = ground.bench();
    let rules: Vec<plain::Rule> = ground
        .grid
        .combinations
        .iter()
        .map(|c| ground.rule(c))
        .collect();
    let mut group = criterion.benchmark_group(format!(
        "{count} combinations, {} trades each",
        trades / count
    ));
    group.throughput(Throughput::Elements(count as u64));
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(4));
    let mut time = |what: &str, run: &dyn Fn() -> f64| {
        group.bench_function(BenchmarkId::from_parameter(what), |bencher| {
            bencher.iter(|| black_box(run()));
        });
    };
    let sum = |trades: Vec<plain::PlainTrade>| trades.iter().map(|trade| trade.pnl).sum::<f64>();
    time("by hand", &|| {
        rules.iter().map(|rule| sum(hand.run(rule))).sum()
    });
    time("by hand, ATR each time", &|| {
        rules.iter().map(|rule| sum(hand.whole(rule))).sum()
    });
    time("sweep", &|| swept(&bench, &ground.grid.combinations));
    // One for each: the first half of the grid trades more than the second.
    let turns = ground.grid.combinations.chunks(2);
    let (first, second): (Vec<_>, Vec<_>) =
        turns.map(|pair| (pair[0].clone(), pair[1].clone())).unzip();
    time("sweep, two threads", &|| {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| swept(&bench, &second));
            swept(&bench, &first) + other.join().expect("no panic")
        })
    });
    group.finish();
}

/// Bars, interval, the step of the walk and the decline that makes some 40 trades of it.
const CURVE: [(usize, Interval, f64, f64); 3] = [
    (BARS, Interval::Day, 0.012, 0.049),
    (10 * BARS, Interval::Minutes(5), 0.001, 0.0055),
    (100 * BARS, Interval::Minutes(1), 0.0004, 0.002_65),
];

fn curve(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("curve");
    for (bars, interval, step, decline) in CURVE {
        let snapshot = walk::snapshot(interval, bars, step, 2018);
        let pair = pair::Pair::new(&snapshot, decline);
        let trades = pair.assert_same_trades();
        let (account, rules, prepared) = pair.parts();
        let feed = Feed::single(&snapshot.bars[0], &snapshot.sessions).expect("whole bars");
        let window = [Window::whole(&feed).expect("bars")];
        let (mut replayer, mut appraiser) = (Replayer::<Counted>::new(), Appraiser::default());
        let name = format!("{bars} bars, {trades} trades");
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                let mut plan = strategies::Plan::new(rules, prepared, 0);
                let ledger = replayer.replay(&feed, account, window[0], &mut plan, Pace::Jump);
                black_box(appraiser.appraise(&feed, &window, ledger).exposure)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, combinations, curve);
criterion_main!(benches);
