//! The whole engine (broker, fill provenance, decision log) with the real mean-reversion plan, against
//! a plain hand-written loop over arrays that makes the same trades.
//!
//! `cargo bench --bench replay`; criterion's "elem/s" are bars a second. "columns" leaves indicators
//! and masks out of the timed part on both sides, "indicators" has them in it on both. "reused" is what a sweep pays: the
//! replayer's memory is kept, and fills, setups and rejections are counted; "figures" works out all of them as well.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

#[allow(dead_code, reason = "the bench of sweeps needs the rest")]
mod pair;
mod plain;
mod walk;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{Counted, Replayer, Window};
use lab::Appraiser;
use market::Interval;

use pair::Pair;

/// (name, interval, bars, standard deviation of a bar, declines that make few, some and many trades).
const MARKETS: [(&str, Interval, usize, f64, [f64; 4]); 3] = [
    (
        "5m",
        Interval::Minutes(5),
        98_280,
        0.001,
        [0.006, 0.0045, 0.0035, 0.001],
    ),
    (
        "1m",
        Interval::Minutes(1),
        490_000,
        0.0004,
        [0.0026, 0.002, 0.0016, 0.0004],
    ),
    (
        "1d",
        Interval::Day,
        6_300,
        0.012,
        [0.06, 0.05, 0.025, 0.005],
    ),
];

fn replays(criterion: &mut Criterion) {
    for (name, interval, count, step, thresholds) in MARKETS {
        let snapshot = walk::snapshot(interval, count, step, 2018);
        for min_decline in thresholds {
            let pair = Pair::new(&snapshot, min_decline);
            let trades = pair.assert_same_trades();
            let mut group = criterion.benchmark_group(format!("{name}/{trades} trades"));
            group.throughput(Throughput::Elements(count as u64));
            group.measurement_time(Duration::from_secs(2));
            group.warm_up_time(Duration::from_millis(500));
            let mut time = |what: &str, run: &mut dyn FnMut() -> usize| {
                group.bench_function(BenchmarkId::from_parameter(what), |bencher| {
                    bencher.iter(|| black_box(run()));
                });
            };
            let feed = pair.feed();
            let window = [Window::whole(&feed).expect("bars")];
            let mut replayer = Replayer::<Counted>::new();
            let mut appraiser = Appraiser::default();
            time("columns/plain", &mut || pair.plain().len());
            time("columns/engine", &mut || pair.engine().trades.len());
            time("columns/engine reused", &mut || {
                pair.engine_reused(&feed, &mut replayer).trades.len()
            });
            time("columns/engine reused + figures", &mut || {
                let ledger = pair.engine_reused(&feed, &mut replayer);
                appraiser
                    .appraise(&feed, &window, ledger)
                    .figures
                    .trades
                    .trades
            });
            time("indicators/plain", &mut || pair.plain_whole().len());
            time("indicators/engine", &mut || {
                pair.engine_whole().trades.len()
            });
            group.finish();
        }
    }
}

criterion_group!(benches, replays);
criterion_main!(benches);
