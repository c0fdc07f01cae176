//! The figures of overfitting on trials without any edge: the table "Held to noise" of docs/overfitting.md.
//!
//! `cargo test --release -p stats --test noise -- --ignored --nocapture`. Each build holds a small part of it.
#![allow(clippy::print_stdout)] // The table is there to be read.

use stats::overfit::{
    Benchmark, Cscv, Overfitting, SharpeSample, SpaTest, deflated_sharpe, trials_spread,
};
use stats::{Dice, Purpose, SparseReturns};

/// Trials, sessions, and the share of them that move.
type Shape = (usize, usize, f64);

const SHAPES: [Shape; 3] = [(20, 250, 1.0), (50, 1500, 0.05), (50, 1500, 0.02)];

#[derive(Debug, Default)]
struct Counted {
    hansen_10: usize,
    hansen_5: usize,
    white_10: usize,
    lower_10: usize,
    deflated: usize,
    pbo: f64,
}

fn trials((count, sessions, moving): Shape, seed: u64) -> Vec<SparseReturns<'static>> {
    let trial = |n: u64| {
        let mut dice = Dice::new(seed, Purpose::Noise, n);
        let all = 0..sessions as u32;
        let moved: Vec<(u32, f64)> = all
            .filter_map(|session| {
                let moves = moving >= 1.0 || dice.uniform() < moving;
                moves.then(|| (session, 0.01 * dice.normal()))
            })
            .collect();
        SparseReturns::new(sessions, moved).unwrap()
    };
    (0..count as u64).map(trial).collect()
}

fn sweep(shape: Shape, seed: u64, counted: &mut Counted) {
    let trials = trials(shape, seed);
    let test = SpaTest::new(&trials, Benchmark::Cash, 5.0, seed).unwrap();
    let p = test.simulate(0..199).p_values();
    counted.hansen_10 += usize::from(p.hansen() <= 0.10);
    counted.hansen_5 += usize::from(p.hansen() <= 0.05);
    counted.white_10 += usize::from(p.white() <= 0.10);
    counted.lower_10 += usize::from(p.studentised.lower <= 0.10);
    let mut cscv = Cscv::new(shape.1, 8).unwrap();
    for trial in &trials {
        cscv.push(trial).unwrap();
    }
    counted.pbo += Overfitting::of(&cscv.splits(0..cscv.pairs()))
        .unwrap()
        .probability;
    let samples = trials
        .iter()
        .filter_map(SparseReturns::moments)
        .map(SharpeSample::from);
    let samples: Vec<SharpeSample> = samples.collect();
    let sharpes: Vec<f64> = samples.iter().map(|sample| sample.sharpe).collect();
    let best = samples
        .iter()
        .max_by(|a, b| a.sharpe.total_cmp(&b.sharpe))
        .unwrap();
    let variance = trials_spread(&sharpes).unwrap().variance;
    let deflated = deflated_sharpe(best, sharpes.len() as f64, variance);
    counted.deflated += usize::from(deflated.is_some_and(|p| p > 0.95));
}

fn count(shape: Shape, sweeps: u64) -> Counted {
    let mut counted = Counted::default();
    (1..=sweeps).for_each(|seed| sweep(shape, seed, &mut counted));
    counted
}

#[test]
#[ignore = "minutes; prints a table of the docs"]
fn table() {
    const SWEEPS: u64 = 1000;
    println!(
        "| trials, sessions, moving | SPA 0.10 | 0.05 | White 0.10 | lower 0.10 | PBO | DSR 0.95 |"
    );
    for shape in SHAPES {
        let counted = count(shape, SWEEPS);
        let share = |n: usize| 100.0 * n as f64 / SWEEPS as f64;
        println!(
            "| {shape:?} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} | {:.1} |",
            share(counted.hansen_10),
            share(counted.hansen_5),
            share(counted.white_10),
            share(counted.lower_10),
            counted.pbo / SWEEPS as f64,
            share(counted.deflated),
        );
    }
}

/// 60 sweeps: at a rate of 0.10 more than 14 of them have a chance of 0.0007, of 0.13 (the docs' worst) of 0.01.
#[test]
fn a_small_part_of_it() {
    let counted = count(SHAPES[1], 60);
    assert!(
        counted.hansen_10 <= 14 && counted.white_10 <= 14,
        "{counted:?}"
    );
    assert!(counted.deflated <= 3, "{counted:?}");
    let pbo = counted.pbo / 60.0;
    assert!((0.35..0.65).contains(&pbo), "{pbo}");
}
