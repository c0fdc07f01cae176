//! A density over a space: a kernel about each of some combinations, and a flat one beneath them.

use std::f64::consts::{SQRT_2, TAU};

use super::axes::Axes;
use super::axis::Axis;
use super::draw::Dice;
use super::value::Point;

/// The least width of a kernel, as a share of its axis: narrower ones settle on the first good place they meet.
const MIN_WIDTH: f64 = 0.07;
/// The width where one combination says nothing of the spread.
const LONE_WIDTH: f64 = 0.2;
/// The chance that a kernel leaves its own word or switch for any of the axis.
const LEAVE: f64 = 0.3;

/// A product of one kernel an axis, truncated to the axis; all kernels weigh the same, the flat one too.
pub(super) struct Density<'a> {
    axes: &'a [Axis],
    /// A combination a row, by its way along each axis (0 to 1).
    centres: Vec<Vec<f64>>,
    /// Of each axis.
    widths: Vec<f64>,
    /// Logarithm of each kernel's constant: its normalisation on every axis.
    constants: Vec<f64>,
}

impl<'a> Density<'a> {
    /// About `combinations`, with widths by Scott's rule (1992): deviation · n^(−1/(d+4)) on each axis, at least
    /// 7 % of the axis and half a step.
    pub(super) fn about(axes: &'a Axes, combinations: &[&[Point]]) -> Self {
        let axes = axes.as_slice();
        let along = |points: &&[Point]| axes.iter().zip(*points).map(|(a, p)| a.unit(*p)).collect();
        let centres: Vec<Vec<f64>> = combinations.iter().map(along).collect();
        let widths = axes
            .iter()
            .enumerate()
            .map(|(n, axis)| width(axis, n, axes.len(), &centres));
        let widths: Vec<f64> = widths.collect();
        let constants = centres.iter().map(|centre| {
            let each = axes.iter().zip(centre).zip(&widths);
            each.map(|((axis, m), s)| constant(axis, *m, *s)).sum()
        });
        Self {
            constants: constants.collect(),
            axes,
            centres,
            widths,
        }
    }

    /// A combination drawn from it.
    pub(super) fn draw(&self, dice: &mut Dice) -> Vec<Point> {
        let kernel = (dice.unit() * (self.centres.len() + 1) as f64) as usize;
        let Some(centre) = self.centres.get(kernel) else {
            return self
                .axes
                .iter()
                .map(|axis| axis.along(dice.unit()))
                .collect();
        };
        let axes = self.axes.iter().zip(centre).zip(&self.widths);
        axes.map(|((axis, m), s)| {
            if axis.is_ordered() {
                axis.along(normal_within(*m, *s, dice))
            } else if dice.unit() < LEAVE {
                axis.along(dice.unit())
            } else {
                axis.along(*m)
            }
        })
        .collect()
    }

    /// The logarithm of its density at a combination, the flat density being 0 everywhere.
    pub(super) fn log(&self, points: &[Point]) -> f64 {
        let at: Vec<f64> = self
            .axes
            .iter()
            .zip(points)
            .map(|(a, p)| a.unit(*p))
            .collect();
        let kernels = self
            .centres
            .iter()
            .zip(&self.constants)
            .map(|(centre, constant)| {
                let each = self.axes.iter().zip(&at).zip(centre).zip(&self.widths);
                let exponent = each.map(|(((axis, x), m), s)| exponent(axis, *x, *m, *s));
                constant + exponent.sum::<f64>()
            });
        let logs: Vec<f64> = kernels.chain([0.0]).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| libm::exp(log - most)).sum();
        most + libm::log(sum / logs.len() as f64)
    }
}

fn width(axis: &Axis, n: usize, dimensions: usize, centres: &[Vec<f64>]) -> f64 {
    let count = centres.len() as f64;
    let mean = centres.iter().map(|c| c[n]).sum::<f64>() / count;
    let squares: f64 = centres.iter().map(|c| (c[n] - mean) * (c[n] - mean)).sum();
    let scott = if centres.len() < 2 {
        LONE_WIDTH
    } else {
        let deviation = (squares / (count - 1.0)).sqrt();
        deviation * libm::pow(count, -1.0 / (dimensions as f64 + 4.0))
    };
    let half_step = axis.count().map_or(0.0, |count| 0.5 / f64::from(count));
    scott.max(MIN_WIDTH).max(half_step)
}

/// The share of a normal kernel about `m` that lies on 0 to 1, under the density's own constant.
fn constant(axis: &Axis, m: f64, s: f64) -> f64 {
    if !axis.is_ordered() {
        return 0.0;
    }
    let below = |x: f64| 0.5 * (1.0 + libm::erf((x - m) / (s * SQRT_2)));
    -libm::log((below(1.0) - below(0.0)) * s * TAU.sqrt())
}

fn exponent(axis: &Axis, x: f64, m: f64, s: f64) -> f64 {
    if axis.is_ordered() {
        let z = (x - m) / s;
        return -0.5 * z * z;
    }
    // Relative to the flat density, which gives each of the values 1 / count.
    let count = axis.count().map_or(1.0, f64::from);
    let stays = if x == m { (1.0 - LEAVE) * count } else { 0.0 };
    libm::log(stays + LEAVE)
}

/// A normal number on 0 to 1 (Box & Muller; those outside are drawn again).
fn normal_within(mean: f64, deviation: f64, dice: &mut Dice) -> f64 {
    for _ in 0..64 {
        let radius = (-2.0 * libm::log(1.0 - dice.unit())).sqrt();
        let x = mean + deviation * radius * libm::cos(TAU * dice.unit());
        if (0.0..=1.0).contains(&x) {
            return x;
        }
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::super::draw::Stream;
    use super::*;

    fn axes(given: &[&str]) -> Axes {
        Axes::new(given.iter().map(|one| one.parse().unwrap()).collect()).unwrap()
    }

    /// The integral over the square, by 200 × 200 midpoints.
    #[test]
    fn the_density_is_one_in_all() {
        let axes = axes(&["a=0.0..1", "b=0.0..1"]);
        let centres = [
            [Point::At(0.02), Point::At(0.9)],
            [Point::At(0.3), Point::At(0.5)],
        ];
        let density = Density::about(&axes, &[&centres[0], &centres[1]]);
        let middle = |n: u32| Point::At((f64::from(n) + 0.5) / 200.0);
        let cells = (0..200).flat_map(|a| (0..200).map(move |b| (a, b)));
        let sum: f64 = cells
            .map(|(a, b)| libm::exp(density.log(&[middle(a), middle(b)])))
            .sum();
        assert!((sum / 40_000.0 - 1.0).abs() < 1e-3, "{}", sum / 40_000.0);
    }

    /// Words: one kernel on `x` of three, LEAVE = 0.3: half flat (1/3), half 0.7 + 0.1 on x and 0.1 elsewhere.
    #[test]
    fn words_keep_or_leave() {
        let axes = axes(&["a=x,y,z"]);
        let density = Density::about(&axes, &[&[Point::Step(0)]]);
        let chance = |n: u32| libm::exp(density.log(&[Point::Step(n)])) / 3.0;
        assert!((chance(0) - (0.5 / 3.0 + 0.5 * 0.8)).abs() < 1e-12);
        assert!((chance(2) - (0.5 / 3.0 + 0.5 * 0.1)).abs() < 1e-12);
        let mut dice = Dice::new(1, Stream::Search);
        let drawn = (0..6000)
            .filter(|_| density.draw(&mut dice)[0] == Point::Step(0))
            .count();
        // 0.5667 · 6000 = 3400, deviation 38; held to four of them.
        assert!((3246..3554).contains(&drawn), "{drawn}");
    }
}
