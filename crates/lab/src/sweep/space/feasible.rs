//! How many combinations meet the constraints: known before hours are spent on none.

use super::condition::Condition;
use super::draw::{Dice, Stream};
use super::plan::Space;
use super::value::Point;

/// What share of a space meets its constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feasible {
    /// Combinations that meet all of them.
    pub met: u64,
    /// Combinations that were asked.
    pub asked: u64,
    /// All that will be tried were asked; else that many drawn at random, with a seed of their own.
    pub exact: bool,
}

impl Feasible {
    /// The share that meets them, 0 to 1; `None` if nothing was asked.
    pub fn share(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.met as f64 / self.asked as f64)
    }
}

impl Space {
    /// Counts the combinations that meet all of `conditions`: of those it tries if they are no more than `limit`,
    /// else of `limit` random ones.
    pub fn feasible(&self, conditions: &[Condition], limit: u64) -> Feasible {
        let axes = self.axes();
        let mut points = vec![Point::Step(0); axes.len()];
        let exact = self.count() <= u128::from(limit);
        let asked = u64::try_from(self.count()).map_or(limit, |count| count.min(limit));
        let dice = Dice::new(0, Stream::Units);
        let mut met = 0;
        for index in 0..asked {
            if exact {
                self.fill(index, &mut points);
            } else {
                let mut dice = dice.at(u128::from(index) * axes.len() as u128);
                for (axis, point) in axes.as_slice().iter().zip(&mut points) {
                    *point = axis.along(dice.unit());
                }
            }
            met += u64::from(conditions.iter().all(|one| one.holds(axes, &points)));
        }
        Feasible { met, asked, exact }
    }
}
