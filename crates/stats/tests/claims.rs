//! The test of a claim, held to data without any effect: the table "Held to noise" of docs/study.md.
//!
//! `cargo test --release -p stats --test claims -- --ignored --nocapture`. Each build holds a small part of it.
#![allow(clippy::print_stdout)] // The table is there to be read.

use stats::contrast::{Blocks, Effect, Sample, Scratch, Tested};
use stats::{Dice, Purpose};

/// A made market: rows, horizon, how long conditions last, memory of volatility, and whether events count once a run.
#[derive(Clone, Copy, Debug)]
struct Shape {
    name: &'static str,
    rows: usize,
    horizon: usize,
    /// First-order memory of what the condition looks at.
    memory: f64,
    /// The condition holds above this many standard deviations.
    bound: f64,
    /// Every bar of a run, or its first.
    every_bar: bool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Mean forward return.
    Returns,
    /// Share of forward returns below zero.
    Rate,
    /// Ratio of the two rates.
    Ratio,
}

const fn shape(name: &'static str, horizon: usize, memory: f64, bound: f64, kind: Kind) -> Shape {
    Shape {
        name,
        rows: 3300,
        horizon,
        memory,
        bound,
        every_bar: true,
        kind,
    }
}

const SHAPES: [Shape; 7] = [
    shape("5 days ahead, 16 % of days", 5, 0.5, 1.0, Kind::Returns),
    shape(
        "10 ahead, runs of weeks, half the days",
        10,
        0.95,
        0.0,
        Kind::Returns,
    ),
    shape(
        "20 ahead, runs of months, half the days",
        20,
        0.98,
        0.0,
        Kind::Returns,
    ),
    Shape {
        every_bar: false,
        ..shape(
            "10 ahead, first day of a run, 3 %",
            10,
            0.9,
            1.0,
            Kind::Returns,
        )
    },
    Shape {
        every_bar: false,
        ..shape("5 ahead, first day, rare (1 %)", 5, 0.5, 2.2, Kind::Rate)
    },
    shape("10 ahead, rate, runs of weeks", 10, 0.95, 0.5, Kind::Rate),
    shape(
        "10 ahead, ratio of rates, runs of weeks",
        10,
        0.95,
        0.5,
        Kind::Ratio,
    ),
];

/// Daily returns whose volatility comes and goes, and a condition that knows nothing of what comes.
fn sample(shape: Shape, seed: u64) -> (Sample, Effect) {
    let mut dice = Dice::new(seed, Purpose::Noise, 1);
    let (mut state, mut log_volatility, mut price) = (0.0, 0.0, 0.0);
    let (mut prices, mut holds) = (Vec::new(), Vec::new());
    for _ in 0..shape.rows {
        state = shape.memory * state + (1.0 - shape.memory * shape.memory).sqrt() * dice.normal();
        log_volatility = 0.95 * log_volatility + 0.15 * dice.normal();
        price += 0.01 * f64::exp(log_volatility) * dice.normal();
        prices.push(price);
        holds.push(state > shape.bound);
    }
    let outcome = |row: usize| {
        let forward = prices.get(row + shape.horizon)? - prices[row];
        Some(match shape.kind {
            Kind::Returns => forward,
            Kind::Rate | Kind::Ratio => f64::from(u8::from(forward < 0.0)),
        })
    };
    let mut sample = Sample {
        rows: shape.rows,
        ..Sample::default()
    };
    for row in 1..shape.rows {
        let Some(y) = outcome(row) else { continue };
        if holds[row] && (shape.every_bar || !holds[row - 1]) {
            sample.events.push((row as u32, y));
        } else if !holds[row] {
            sample.controls.push((row as u32, y));
        }
    }
    let effect = match shape.kind {
        Kind::Ratio => Effect::Ratio,
        Kind::Returns | Kind::Rate => Effect::Difference,
    };
    (sample, effect)
}

#[derive(Debug, Default)]
struct Counted {
    above: u32,
    below: u32,
    covered: u32,
    defined: u32,
}

fn count(shape: Shape, worlds: u64, resamples: u64) -> Counted {
    let mut counted = Counted::default();
    let mut scratch = Scratch::default();
    for seed in 0..worlds {
        let (sample, effect) = sample(shape, seed);
        let Ok(blocks) = Blocks::new(&sample, effect, shape.horizon, seed) else {
            continue;
        };
        let draws: Vec<_> = (0..resamples)
            .map(|k| blocks.draw(k, &mut scratch))
            .collect();
        let Ok(tested) = Tested::of(&blocks, &draws) else {
            continue;
        };
        let (low, high) = (tested.interval.low, tested.interval.high);
        counted.defined += 1;
        counted.above += u32::from(tested.p_above <= 0.05);
        counted.below += u32::from(tested.p_below <= 0.05);
        counted.covered += u32::from(low <= effect.none() && effect.none() <= high);
    }
    counted
}

#[test]
#[ignore = "minutes; prints a table of the docs"]
fn table() {
    const WORLDS: u64 = 1000;
    println!("| made market | p above ≤ 0.05 | p below ≤ 0.05 | 95 % interval covers |");
    for shape in SHAPES {
        let counted = count(shape, WORLDS, 999);
        let share = |n: u32| 100.0 * f64::from(n) / f64::from(counted.defined);
        println!(
            "| {} | {:.1} % | {:.1} % | {:.1} % |",
            shape.name,
            share(counted.above),
            share(counted.below),
            share(counted.covered),
        );
    }
}

/// 200 worlds: at a rate of 0.05 more than 24 have a chance of 0.00002, at one of 0.12 they are as likely as not; fewer than two
/// would be a test that never finds anything (0.0004).
#[test]
fn a_small_part_of_it() {
    for shape in [SHAPES[0], SHAPES[3]] {
        let counted = count(shape, 200, 299);
        assert_eq!(counted.defined, 200);
        for found in [counted.above, counted.below] {
            assert!((2..=24).contains(&found), "{shape:?}: {counted:?}");
        }
        assert!(counted.covered >= 176, "{shape:?}: {counted:?}");
    }
}
