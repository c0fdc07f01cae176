//! The statistics of a sweep's finalists: 2,000 trials over 25 years that each moved on 500 of 6,300 sessions.

use criterion::{Criterion, criterion_group, criterion_main};
use stats::overfit::{Benchmark, Cscv, Overfitting, SpaTest, effective_trials};
use stats::resample::{PathIntervals, ResampledPaths};
use stats::{Dice, Purpose, SparseReturns};

const SESSIONS: usize = 6300;
const TRIALS: usize = 2000;
const MOVED: usize = 500;

fn trials() -> Vec<SparseReturns<'static>> {
    let mut dice = Dice::new(1, Purpose::Noise, 0);
    let mut trial = || {
        let mut moved: Vec<(u32, f64)> = Vec::with_capacity(MOVED);
        while moved.len() < MOVED {
            moved.push((dice.below(SESSIONS) as u32, 0.01 * dice.normal()));
        }
        moved.sort_by_key(|&(session, _)| session);
        moved.dedup_by_key(|&mut (session, _)| session);
        SparseReturns::new(SESSIONS, moved).expect("ascending")
    };
    (0..TRIALS).map(|_| trial()).collect()
}

fn finalists(c: &mut Criterion) {
    let trials = trials();
    let mut group = c.benchmark_group("finalists");
    group.sample_size(10);
    group.bench_function("spa of 2,000 trials, 1,000 resamples", |b| {
        b.iter(|| {
            let test = SpaTest::new(&trials, Benchmark::Cash, 10.0, 1).expect("they moved");
            test.simulate(0..1000).p_values()
        });
    });
    group.bench_function("pbo of 2,000 trials, 16 blocks", |b| {
        b.iter(|| {
            let mut cscv = Cscv::new(SESSIONS, 16).expect("even");
            for trial in &trials {
                cscv.push(trial).expect("one window");
            }
            Overfitting::of(&cscv.splits(0..cscv.pairs()))
        });
    });
    group.bench_function("effective number of 2,000 trials", |b| {
        b.iter(|| effective_trials(&trials));
    });
    group.bench_function("intervals of one trial, 10,000 resamples", |b| {
        let paths = ResampledPaths::new(&trials[0], 10.0, 1).expect("a window");
        b.iter(|| PathIntervals::of(&paths.draws(0..10_000), 0.95));
    });
    group.finish();
}

criterion_group!(benches, finalists);
criterion_main!(benches);
