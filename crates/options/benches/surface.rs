//! What a volatility costs: once a curve, once a session and expiry, once an option.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use options::volatility::iv_rank;
use options::{Level, Readings, Skew, SkewParameters, Surface};

fn surface(c: &mut Criterion) {
    let skew = Skew::new(SkewParameters::SPY).expect("the shipped curve is sound");
    let readings = Readings {
        index: Some(24.0),
        vix: Some(20.0),
        vix9d: Some(23.0),
        vix3m: Some(21.0),
    };
    let level = Level::new(&readings).expect("an index");
    let surface = Surface::new(level, &skew);
    let years = 38.0 / 365.0;
    let smile = surface.smile(years);
    let mut group = c.benchmark_group("surface");
    group.bench_function("skew", |b| {
        b.iter(|| Skew::new(black_box(SkewParameters::SPY)));
    });
    group.bench_function("level", |b| b.iter(|| Level::new(black_box(&readings))));
    group.bench_function("smile", |b| b.iter(|| surface.smile(black_box(years))));
    group.bench_function("option_of_a_smile", |b| {
        b.iter(|| smile.volatility(black_box(203.0), black_box(210.0)));
    });
    group.bench_function("option_alone", |b| {
        b.iter(|| surface.volatility(black_box(203.0), black_box(210.0), black_box(years)));
    });
    group.bench_function("strip", |b| b.iter(|| black_box(&smile).strip()));
    group.finish();
}

fn ranks(c: &mut Criterion) {
    // As many sessions as the real index has.
    let values: Vec<f64> = (0..4246)
        .map(|i| 20.0 + 8.0 * (f64::from(i) * 0.37).sin() + f64::from(i % 17))
        .collect();
    c.bench_function("iv_rank_252", |b| {
        b.iter(|| iv_rank(black_box(&values), 252));
    });
}

criterion_group!(benches, surface, ranks);
criterion_main!(benches);
