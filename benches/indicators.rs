//! Columns and masks, over five years of five-minute bars.
//!
//! `cargo bench --bench indicators`; criterion's "elem/s" are bars a second.

#![allow(missing_docs, reason = "criterion_group makes public functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use indicators::{
    Age, AsOf, Atr, Ema, Highest, Indicator, Prices, Rank, Roc, Rsi, Sma, StdDev, below, falling,
};
use market::Time;
use std::hint::black_box;

/// 78 bars a session, 252 sessions a year, five years.
const BARS: usize = 98_280;

struct Walk {
    high: Vec<f64>,
    low: Vec<f64>,
    close: Vec<f64>,
}

/// A walk from a linear congruence: the arithmetic does not care how random it is, branches would.
fn walk() -> Walk {
    let mut state = 42_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut walk = Walk {
        high: Vec::new(),
        low: Vec::new(),
        close: Vec::new(),
    };
    let mut close = 150.0;
    for _ in 0..BARS {
        close *= 1.0 + (next() - 0.5) * 0.002;
        walk.close.push(close);
        walk.high.push(close * (1.0 + next() * 0.001));
        walk.low.push(close * (1.0 - next() * 0.001));
    }
    walk
}

fn columns(criterion: &mut Criterion) {
    let walk = walk();
    let prices = Prices {
        high: &walk.high,
        low: &walk.low,
        close: &walk.close,
    };
    let mut group = criterion.benchmark_group("column");
    group.throughput(Throughput::Elements(BARS as u64));
    let all: [(&str, Box<dyn Indicator>); 8] = [
        ("atr14", Box::new(Atr { n: 14 })),
        ("ema21", Box::new(Ema { n: 21 })),
        ("sma50", Box::new(Sma { n: 50 })),
        ("stddev20", Box::new(StdDev { n: 20 })),
        ("roc3", Box::new(Roc { n: 3 })),
        ("rsi14", Box::new(Rsi { n: 14 })),
        ("highest20", Box::new(Highest { n: 20 })),
        ("rank252", Box::new(Rank { n: 252 })),
    ];
    for (name, indicator) in &all {
        group.bench_function(*name, |b| b.iter(|| indicator.compute(black_box(prices))));
    }
    group.finish();
}

fn masks(criterion: &mut Criterion) {
    let walk = walk();
    let roc = Roc { n: 3 }.of(&walk.close);
    let (a, b) = (falling(&walk.close, 3), below(&roc, -0.001));
    let known: Vec<Time> = (0..BARS as i64 / 78).map(|day| Time(day * 78)).collect();
    let values: Vec<f64> = known.iter().map(|t| t.micros() as f64).collect();
    let clock: Vec<Time> = (0..BARS as i64).map(Time).collect();
    let mut group = criterion.benchmark_group("mask");
    group.throughput(Throughput::Elements(BARS as u64));
    group.bench_function("falling3", |bench| {
        bench.iter(|| falling(black_box(&walk.close), 3));
    });
    group.bench_function("below", |bench| {
        bench.iter(|| below(black_box(&roc), -0.001));
    });
    group.bench_function("and", |bench| bench.iter(|| black_box(&a) & black_box(&b)));
    group.bench_function("ones", |bench| {
        bench.iter(|| black_box(&b).ones().sum::<usize>());
    });
    group.bench_function("as_of", |bench| {
        bench.iter(|| AsOf::join(black_box(&known), &clock, Age::Any).column(&values));
    });
    group.finish();
}

criterion_group!(benches, columns, masks);
criterion_main!(benches);
