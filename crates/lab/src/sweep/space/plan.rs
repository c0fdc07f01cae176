//! A space: axes, and which of their combinations are tried.

use crate::error::InputError;

use super::axes::{Axes, wrong};
use super::draw::{Dice, Shuffle, Stream};
use super::sobol::Dimension;
use super::value::Point;

/// Which combinations are tried, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Every point of the grid, the first axis slowest.
    Grid,
    /// At random. Where all axes are stepped or listed, no combination comes twice.
    Random {
        /// How many.
        samples: u32,
        /// The seed.
        seed: u64,
    },
    /// A Latin hypercube (`McKay` et al. 1979): every axis is cut into as many equal parts as there are samples,
    /// and each part is met once.
    Latin {
        /// How many.
        samples: u32,
        /// The seed.
        seed: u64,
    },
    /// Those that a search has asked for: see [`Space::listed`].
    Listed,
    /// Sobol's sequence with Owen's scrambling: evenest at powers of two.
    Sobol {
        /// How many.
        samples: u32,
        /// The seed.
        seed: u64,
    },
}

/// What a sampling needs at hand.
#[derive(Clone, Debug)]
enum Draw {
    Grid,
    /// Without replacement: the ranks of the grid in a random order.
    Shuffled(Shuffle),
    Units(Dice),
    Latin {
        samples: u32,
        strata: Vec<Shuffle>,
        jitter: Dice,
    },
    Sobol(Vec<Dimension>),
    Listed(Vec<Vec<Point>>),
}

/// Axes and the combinations of them that are tried: the `index`-th is a function of the space, the seed and the
/// index alone, so that a sweep resumes anywhere and shards need not talk.
///
/// On stepped and listed axes Latin and Sobol samples fall on the values, each taking an equal part of the axis; a
/// grid coarser than the sample is then met more than once at some points ([`Axes::rank`] tells equal ones).
#[derive(Clone, Debug)]
pub struct Space {
    axes: Axes,
    sampling: Sampling,
    draw: Draw,
}

impl Space {
    /// The space of `axes` tried as `sampling` says.
    ///
    /// # Errors
    /// A grid with a continuous axis; no samples; more samples without replacement than the grid has points.
    pub fn new(axes: Axes, sampling: Sampling) -> Result<Self, InputError> {
        let draw = match sampling {
            Sampling::Grid => grid(&axes)?,
            Sampling::Random { samples, seed } => random(&axes, sampled(samples)?, seed)?,
            Sampling::Latin { samples, seed } => {
                let mut dice = Dice::new(seed, Stream::Shuffle);
                let count = u64::from(sampled(samples)?);
                Draw::Latin {
                    samples,
                    strata: axes
                        .as_slice()
                        .iter()
                        .map(|_| Shuffle::new(count, &mut dice))
                        .collect(),
                    jitter: Dice::new(seed, Stream::Jitter),
                }
            }
            Sampling::Listed => Draw::Listed(Vec::new()),
            Sampling::Sobol { samples, seed } => {
                sampled(samples)?;
                let mut dice = Dice::new(seed, Stream::Scramble);
                Draw::Sobol(
                    (0..axes.len())
                        .map(|n| Dimension::new(n, &mut dice))
                        .collect(),
                )
            }
        };
        Ok(Self {
            axes,
            sampling,
            draw,
        })
    }

    /// The combinations of `list`, in its order: what a search that learns has asked for.
    pub fn listed(axes: Axes, list: Vec<Vec<Point>>) -> Self {
        Self {
            axes,
            sampling: Sampling::Listed,
            draw: Draw::Listed(list),
        }
    }

    /// The axes.
    pub fn axes(&self) -> &Axes {
        &self.axes
    }

    /// Which combinations are tried.
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// How many combinations are tried, before any constraint. Saturates at `u128::MAX`.
    pub fn count(&self) -> u128 {
        match self.sampling {
            Sampling::Grid => self.axes.grid_count().unwrap_or(u128::MAX),
            Sampling::Random { samples, .. }
            | Sampling::Latin { samples, .. }
            | Sampling::Sobol { samples, .. } => u128::from(samples),
            Sampling::Listed => match &self.draw {
                Draw::Listed(list) => list.len() as u128,
                _ => 0,
            },
        }
    }

    /// The `index`-th combination (below [`Space::count`]) into `points`, as many as there are axes. Allocates
    /// nothing.
    pub fn fill(&self, index: u64, points: &mut [Point]) {
        let axes = self.axes.as_slice();
        match &self.draw {
            Draw::Grid => self.axes.of_rank(u128::from(index), points),
            Draw::Shuffled(shuffle) => {
                self.axes.of_rank(u128::from(shuffle.of(index)), points);
            }
            Draw::Units(dice) => {
                let mut dice = dice.at(u128::from(index) * axes.len() as u128);
                for (axis, point) in axes.iter().zip(points) {
                    *point = axis.along(dice.unit());
                }
            }
            Draw::Latin {
                samples,
                strata,
                jitter,
            } => {
                let mut dice = jitter.at(u128::from(index) * axes.len() as u128);
                for ((axis, shuffle), point) in axes.iter().zip(strata).zip(points) {
                    let stratum = shuffle.of(index) as f64;
                    *point = axis.along((stratum + dice.unit()) / f64::from(*samples));
                }
            }
            Draw::Listed(list) => {
                let listed = usize::try_from(index)
                    .ok()
                    .and_then(|index| list.get(index));
                for (to, from) in points.iter_mut().zip(listed.into_iter().flatten()) {
                    *to = *from;
                }
            }
            Draw::Sobol(dimensions) => {
                for ((axis, dimension), point) in axes.iter().zip(dimensions).zip(points) {
                    *point = axis.along(dimension.unit(index as u32));
                }
            }
        }
    }

    /// The `index`-th combination.
    pub fn combination(&self, index: u64) -> Vec<Point> {
        let mut points = vec![Point::Step(0); self.axes.len()];
        self.fill(index, &mut points);
        points
    }
}

fn sampled(samples: u32) -> Result<u32, InputError> {
    if samples == 0 {
        let message = "no samples are asked for".to_owned();
        return Err(wrong("--samples 0", message, "ask for at least one"));
    }
    Ok(samples)
}

fn grid(axes: &Axes) -> Result<Draw, InputError> {
    match axes.as_slice().iter().find(|axis| axis.count().is_none()) {
        None => Ok(Draw::Grid),
        Some(axis) => Err(wrong(
            axis.given(),
            format!("a grid needs steps, and `{}` has none", axis.dotted()),
            "add a step (1..4:0.25), or draw samples with --sampler sobol --samples 1000",
        )),
    }
}

fn random(axes: &Axes, samples: u32, seed: u64) -> Result<Draw, InputError> {
    let Some(count) = axes.grid_count() else {
        return Ok(Draw::Units(Dice::new(seed, Stream::Units)));
    };
    if u128::from(samples) > count {
        return Err(wrong(
            &format!("--samples {samples}"),
            format!("the grid has {count} combinations, fewer than the samples asked for"),
            "try them all with --sampler grid",
        ));
    }
    Ok(match u64::try_from(count) {
        Ok(count) => Draw::Shuffled(Shuffle::new(count, &mut Dice::new(seed, Stream::Shuffle))),
        // So large that no two of at most 2^32 draws are likely to be equal.
        Err(_) => Draw::Units(Dice::new(seed, Stream::Units)),
    })
}
