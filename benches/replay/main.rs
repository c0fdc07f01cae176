//! The whole engine (broker, fill provenance, decision log) with the real mean-reversion plan, against
//! a plain hand-written loop over arrays that makes the same trades.
//!
//! `cargo bench --bench replay`; criterion's "elem/s" are bars a second. "columns" leaves indicators
//! and masks out of the timed part on both sides, "indicators" has them in it on both.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

mod pair;
mod plain;
mod walk;

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
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
            let mut time = |what: &str, run: &dyn Fn() -> usize| {
                group.bench_function(BenchmarkId::from_parameter(what), |bencher| {
                    bencher.iter(|| black_box(run()));
                });
            };
            time("columns/plain", &|| pair.plain().len());
            time("columns/engine", &|| pair.engine().trades.len());
            time("indicators/plain", &|| pair.plain_whole().len());
            time("indicators/engine", &|| pair.engine_whole().trades.len());
            group.finish();
        }
    }
}

criterion_group!(benches, replays);
criterion_main!(benches);
