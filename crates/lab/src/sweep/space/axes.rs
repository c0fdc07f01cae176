//! The axes of a space together, and the arithmetic of its grid.

use crate::error::InputError;

use super::axis::Axis;
use super::value::Point;

/// More parameters than this at once are a slip of the pen.
pub const MAX_AXES: usize = 32;

/// Axes of different parameters, in the order they were given.
///
/// On the grid a combination has a number, its *rank*: the first axis is the slowest, as in nested loops.
#[derive(Clone, Debug, PartialEq)]
pub struct Axes {
    axes: Vec<Axis>,
}

impl Axes {
    /// Puts axes together.
    ///
    /// # Errors
    /// None or too many of them, two of the same parameter, or one that lies inside another.
    pub fn new(axes: Vec<Axis>) -> Result<Self, InputError> {
        let Some(last) = axes.last() else {
            return Err(wrong(
                "--vary",
                "no parameter is varied".to_owned(),
                "name one with its values: --vary exit.target_atr=1..4:0.5",
            ));
        };
        if axes.len() > MAX_AXES {
            let message = format!(
                "{} parameters are varied, at most {MAX_AXES} are allowed",
                axes.len()
            );
            return Err(wrong(last.given(), message, "fix some with --set"));
        }
        for (n, axis) in axes.iter().enumerate() {
            let earlier = axes[..n].iter();
            let mut clash = earlier.filter(|other| {
                axis.path.starts_with(&other.path) || other.path.starts_with(&axis.path)
            });
            if let Some(other) = clash.next() {
                let message = if other.path == axis.path {
                    format!("`{}` is varied twice", axis.dotted())
                } else {
                    format!(
                        "`{}` and `{}` are inside each other",
                        other.dotted(),
                        axis.dotted()
                    )
                };
                return Err(wrong(
                    axis.given(),
                    message,
                    "vary every parameter once, with all its values",
                ));
            }
        }
        Ok(Self { axes })
    }

    /// The axes.
    pub fn as_slice(&self) -> &[Axis] {
        &self.axes
    }

    /// How many parameters.
    pub fn len(&self) -> usize {
        self.axes.len()
    }

    /// Never true: there is at least one axis.
    pub fn is_empty(&self) -> bool {
        self.axes.is_empty()
    }

    /// Where a parameter stands among the axes.
    pub fn position(&self, dotted: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.dotted() == dotted)
    }

    /// Points of the grid; `None` with a continuous axis. Saturates at `u128::MAX`, which nobody waits for.
    pub fn grid_count(&self) -> Option<u128> {
        self.axes.iter().try_fold(1_u128, |product, axis| {
            axis.count()
                .map(|count| product.saturating_mul(u128::from(count)))
        })
    }

    /// The combination of a rank, into `points` (as many as there are axes). A rank beyond the grid wraps around.
    pub fn of_rank(&self, mut rank: u128, points: &mut [Point]) {
        for (axis, point) in self.axes.iter().zip(points).rev() {
            let count = u128::from(axis.count().unwrap_or(1));
            *point = Point::Step((rank % count) as u32);
            rank /= count;
        }
    }

    /// The rank of a combination; `None` off the grid, or where ranks do not fit.
    pub fn rank(&self, points: &[Point]) -> Option<u128> {
        if points.len() != self.axes.len() {
            return None;
        }
        self.axes
            .iter()
            .zip(points)
            .try_fold(0_u128, |rank, (axis, point)| {
                let count = axis.count()?;
                match *point {
                    Point::Step(step) if step < count => rank
                        .checked_mul(u128::from(count))?
                        .checked_add(u128::from(step)),
                    _ => None,
                }
            })
    }

    /// The neighbours of a rank: one step down, one step up, on every axis of numbers. Switches and words have
    /// no order, so nothing is next to them.
    pub fn neighbours(&self, rank: u128) -> Vec<u128> {
        let mut found = Vec::with_capacity(2 * self.axes.len());
        let mut stride = 1_u128;
        for axis in self.axes.iter().rev() {
            let count = u128::from(axis.count().unwrap_or(1));
            let step = rank / stride % count;
            if axis.is_ordered() && step > 0 {
                found.push(rank - stride);
            }
            if axis.is_ordered() && step + 1 < count {
                found.push(rank + stride);
            }
            stride = stride.saturating_mul(count);
        }
        found.sort_unstable();
        found
    }
}

pub(super) fn wrong(source: &str, message: String, help: &str) -> InputError {
    let source = if source.starts_with("--") {
        source.to_owned()
    } else {
        format!("--vary {source}")
    };
    InputError {
        source,
        position: None,
        message,
        help: Some(help.to_owned()),
        excerpt: None,
    }
}
