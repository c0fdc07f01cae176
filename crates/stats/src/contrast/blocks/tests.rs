//! Draws against a second route, and what has no error.

use proptest::prelude::*;

use super::*;
use crate::contrast::Tested;

fn sample(events: &[(u32, f64)], controls: &[(u32, f64)], rows: usize) -> Sample {
    Sample {
        rows,
        events: events.to_vec(),
        controls: controls.to_vec(),
    }
}

/// The same draw from lists of rows, without running sums: row by row through every block.
fn naive(sample: &Sample, effect: Effect, length: usize, seed: u64, k: u64) -> Option<(f64, f64)> {
    let mut dice = Dice::new(seed, Purpose::Study, k);
    let mut blocks: Vec<Vec<usize>> = Vec::new();
    let mut left = sample.rows;
    while left > 0 {
        let rows = length.min(left);
        let start = dice.below(sample.rows);
        blocks.push((start..start + rows).map(|row| row % sample.rows).collect());
        left -= rows;
    }
    let of = |list: &[(u32, f64)], rows: &[usize]| -> Vec<f64> {
        let at = |row: &usize| {
            list.iter()
                .filter(|one| one.0 as usize == *row)
                .map(|one| one.1)
                .collect::<Vec<_>>()
        };
        rows.iter().flat_map(at).collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let whole: Vec<usize> = blocks.iter().flatten().copied().collect();
    let (e, c) = (of(&sample.events, &whole), of(&sample.controls, &whole));
    let scaled = |e: f64, c: f64| match effect {
        Effect::Difference => e - c,
        Effect::Ratio => libm::log(e / c),
        Effect::Mean { .. } => e,
    };
    let (me, mc) = (mean(&e), mean(&c));
    let all = scaled(sample.event_mean()?, sample.control_mean().unwrap_or(0.0));
    let squares: f64 = blocks
        .iter()
        .map(|rows| {
            let pull = |list: &[(u32, f64)], mean: f64, n: usize| {
                of(list, rows).iter().map(|v| v - mean).sum::<f64>() / n as f64
            };
            let (ue, uc) = (
                pull(&sample.events, me, e.len()),
                pull(&sample.controls, mc, c.len()),
            );
            let u = match effect {
                Effect::Difference => ue - uc,
                Effect::Ratio => ue / me - uc / mc,
                Effect::Mean { .. } => ue,
            };
            u * u
        })
        .sum();
    let change = scaled(me, mc) - all;
    (change.is_finite() && squares > 0.0).then(|| (change, change / squares.sqrt()))
}

proptest! {
    #[test]
    fn running_sums_say_what_the_rows_say(
        flags in proptest::collection::vec((0..3_u8, 0.1..2.0_f64), 20..120),
        seed: u64, k in 0..50_u64, which in 0..3_u8, horizon in 1..8_usize,
    ) {
        let mut made = sample(&[], &[], flags.len());
        for (row, (side, value)) in flags.iter().enumerate() {
            let list = if *side == 0 { &mut made.events } else { &mut made.controls };
            list.push((row as u32, *value));
        }
        let effect = [Effect::Difference, Effect::Ratio, Effect::Mean { than: 1.0 }][usize::from(which)];
        if let Ok(blocks) = Blocks::new(&made, effect, horizon, seed) {
            let ours = blocks.draw(k, &mut Scratch::default());
            let theirs = naive(&made, effect, blocks.length(), seed, k);
            match (ours, theirs) {
                (Some(ours), Some((change, studentised))) => {
                    prop_assert!((ours.change - change).abs() < 1e-9, "{} {}", ours.change, change);
                    let scale = studentised.abs().max(1.0);
                    prop_assert!((ours.studentised - studentised).abs() < 1e-6 * scale, "{} {}", ours.studentised, studentised);
                }
                // Where a block's pull cancels to nothing, one route may be left with dust.
                (None, None) => {}
                (ours, theirs) => {
                    let (_, t) = theirs.unwrap_or((0.0, ours.map_or(0.0, |d| d.studentised)));
                    prop_assert!(t.abs() > 1e3 || t == 0.0, "{:?} {:?}", ours, theirs);
                }
            }
        }
    }
}

#[test]
fn the_standard_error_by_hand() {
    // Four rows, all events, outcomes 1 2 3 6: mean 3, influences (−2 −1 0 3) ÷ 4. Horizon 2 makes blocks of two, whose
    // influences from each start are −3/4, −1/4, 3/4, 1/4 (the last wraps round): mean square (9 + 1 + 9 + 1) ÷ 16 ÷ 4 = 5/16;
    // two blocks in four rows: √(2 × 5/16) = √0.625.
    let all = sample(&[(0, 1.0), (1, 2.0), (2, 3.0), (3, 6.0)], &[], 4);
    let blocks = Blocks::new(&all, Effect::Mean { than: 0.0 }, 2, 1).unwrap();
    assert_eq!(blocks.length(), 2);
    assert!((blocks.standard_error() - 0.625_f64.sqrt()).abs() < 1e-12);
    // Independent rows: √(mean square influence × rows) = √(14/16 ÷ 4 × 4).
    let blocks = Blocks::new(&all, Effect::Mean { than: 0.0 }, 1, 1).unwrap();
    assert!((blocks.standard_error() - (14.0_f64 / 16.0).sqrt()).abs() < 1e-12);
}

#[test]
fn what_does_not_vary_has_no_error() {
    let same = sample(&[(0, 1.0), (5, 1.0)], &[(2, 1.0), (3, 1.0)], 20);
    let found = Blocks::new(&same, Effect::Difference, 1, 1);
    assert_eq!(found.err(), Some(Undefined::NoVariation));
    let none = Blocks::new(&sample(&[], &[(1, 1.0)], 20), Effect::Difference, 1, 1);
    assert_eq!(none.err(), Some(Undefined::NoEvents));
}

#[test]
fn a_draw_without_an_event_is_none_and_many_of_them_leave_no_interval() {
    let mut rare = sample(&[(7, 1.0), (8, 2.0)], &[], 400);
    rare.controls = (20..400).map(|row| (row, f64::from(row % 7))).collect();
    let blocks = Blocks::new(&rare, Effect::Difference, 1, 3).unwrap();
    let mut scratch = Scratch::default();
    let draws: Vec<_> = (0..400).map(|k| blocks.draw(k, &mut scratch)).collect();
    assert!(draws.iter().any(Option::is_none) && draws.iter().any(Option::is_some));
    assert_eq!(
        Tested::of(&blocks, &draws).err(),
        Some(Undefined::NoVariation)
    );
}

#[test]
fn blocks_are_as_long_as_outcomes_overlap() {
    let rows = 1000;
    let events: Vec<(u32, f64)> = (0..rows)
        .step_by(7)
        .map(|r| (r, f64::from(r % 11)))
        .collect();
    let controls: Vec<(u32, f64)> = (0..rows).map(|r| (r, f64::from(r % 13))).collect();
    let all = sample(&events, &controls, rows as usize);
    let of = |horizon| Blocks::new(&all, Effect::Difference, horizon, 1);
    assert!(of(1).unwrap().length() >= 10, "the cube root of 1,000 rows");
    assert_eq!(of(50).unwrap().length(), 50);
    // One block is the whole timeline, and every draw of it the sample.
    assert_eq!(of(5000).err(), Some(Undefined::NoVariation));
}

#[test]
fn an_effect_that_is_there_is_found() {
    // Outcomes after events are one standard deviation higher: t of about 7 for 60 events.
    let mut dice = Dice::new(5, Purpose::Noise, 0);
    let mut made = sample(&[], &[], 1200);
    for row in 0..1200 {
        if row % 20 == 0 {
            made.events.push((row, 1.0 + dice.normal()));
        } else {
            made.controls.push((row, dice.normal()));
        }
    }
    let blocks = Blocks::new(&made, Effect::Difference, 1, 9).unwrap();
    let mut scratch = Scratch::default();
    let draws: Vec<_> = (0..999).map(|k| blocks.draw(k, &mut scratch)).collect();
    let tested = Tested::of(&blocks, &draws).unwrap();
    assert_eq!((tested.p_above, tested.p_below), (0.001, 1.0));
    assert!(
        tested.interval.low > 0.5 && tested.interval.high < 1.5,
        "{tested:?}"
    );
    assert!(
        (tested.effect - (made.event_mean().unwrap() - made.control_mean().unwrap())).abs() < 1e-12
    );
}
