//! A grid of combinations, ready to be replayed.

use lab::sweep::Written;
use lab::sweep::space::{Axes, Axis, Point, Sampling, Space};

/// A plan, the axes it is varied along, and every combination of them.
pub(crate) struct Grid {
    pub(crate) written: Written,
    pub(crate) space: Space,
    pub(crate) combinations: Vec<Vec<Point>>,
}

impl Grid {
    pub(crate) fn new(plan: &str, vary: &[&str]) -> Self {
        let axes = vary.iter().map(|vary| vary.parse().expect("an axis"));
        let axes: Vec<Axis> = axes.collect();
        let space = Space::new(Axes::new(axes).expect("axes"), Sampling::Grid).expect("a grid");
        let written = Written {
            source: "bench".to_owned(),
            text: plan.to_owned(),
            set: Vec::new(),
        };
        let count = u64::try_from(space.count()).expect("a small grid");
        Self {
            combinations: (0..count).map(|index| space.combination(index)).collect(),
            written,
            space,
        }
    }
}
