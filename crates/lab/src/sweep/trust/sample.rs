//! The trials that the best is held against.

use stats::{Dice, Purpose};

use super::{Question, SAMPLE};
use crate::sweep::setup::Setup;
use crate::sweep::space::{Point, Sampling, Space};

/// Even points that are asked whether they meet the constraints.
const ASKED: u32 = 200_000;

/// The best, and some of the trials beside it: all where they are few.
pub(super) fn sample(setup: &Setup, question: &Question<'_>) -> Vec<Vec<Point>> {
    let best = setup.space.combination(question.best);
    let others = if setup.space.sampling() == Sampling::Listed {
        even(setup, question.seed, &best)
    } else {
        drawn(setup, question)
    };
    std::iter::once(best).chain(others).collect()
}

/// Of a search that learns: trials spread evenly over its axes, as many as a sample holds however few it made.
///
/// Its own trials crowd around what it found, and a sample of them would make one try of many. Even trials as few as it made
/// would not do either: it climbs to where chance was kindest, which few even trials miss.
fn even(setup: &Setup, seed: u64, best: &[Point]) -> Vec<Vec<Point>> {
    let axes = setup.space.axes();
    let small = axes
        .grid_count()
        .is_some_and(|points| points <= SAMPLE as u128);
    let sampling = if small {
        Sampling::Grid
    } else {
        let samples = ASKED;
        Sampling::Sobol { samples, seed }
    };
    let Ok(space) = Space::new(axes.clone(), sampling) else {
        return Vec::new();
    };
    let allowed = |points: &Vec<Point>| setup.conditions.iter().all(|c| c.holds(axes, points));
    let all = (0..u64::try_from(space.count()).unwrap_or(0)).map(|index| space.combination(index));
    let others = all.filter(|points| points != best).filter(allowed);
    others.take(SAMPLE - 1).collect()
}

/// Of any other: its own trials, drawn without replacement where they are many.
fn drawn(setup: &Setup, question: &Question<'_>) -> Vec<Vec<Point>> {
    let mut sample: Vec<u64> = question.replayed.to_vec();
    sample.retain(|&index| index != question.best);
    if sample.len() >= SAMPLE {
        // Fisher and Yates, as far as needed.
        let mut dice = Dice::new(question.seed, Purpose::Sample, 0);
        for at in 0..SAMPLE - 1 {
            let other = at + dice.below(sample.len() - at);
            sample.swap(at, other);
        }
        sample.truncate(SAMPLE - 1);
        sample.sort_unstable();
    }
    let points = |index| setup.space.combination(index);
    sample.into_iter().map(points).collect()
}
