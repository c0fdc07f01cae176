//! A search that learns: tree-structured Parzen estimators (Bergstra et al. 2011), their kernels over all
//! parameters at once as in BOHB (Falkner et al. 2018), since a stop and a target matter together.
//!
//! Why not a crate: `tpe` is kept well, but knows one parameter at a time, and can neither leave out what was tried
//! nor wait for a batch; `optimizer` does, behind thirty thousand lines, hash maps and a store of its own; both
//! draw on the platform's `ln` and `exp`, so that the same seed need not give the same bytes elsewhere. What is
//! wanted is two hundred lines.

use std::collections::BTreeSet;

use crate::error::InputError;

use super::axes::Axes;
use super::condition::Condition;
use super::draw::{Dice, Stream};
use super::parzen::Density;
use super::plan::{Sampling, Space};
use super::value::Point;

/// Candidates that are drawn from the good ones' density for every proposal.
const CANDIDATES: usize = 32;
/// At most so many count as good.
const MAX_GOOD: usize = 25;
/// At most so many of the others are looked at, evenly chosen: a proposal stays cheap however long the search.
const MAX_REST: usize = 256;
/// How long the even sequence is walked for a combination that meets the constraints.
const PATIENCE: u64 = 100_000;

/// A sequential search. Each batch rests on all results so far; the whole is a function of (axes, conditions,
/// seed, batch size, results), so that it resumes by being given the recorded results again, batch by batch.
#[derive(Clone, Debug)]
pub struct Bayes {
    axes: Axes,
    conditions: Vec<Condition>,
    batch: usize,
    dice: Dice,
    /// Even and without repetition: how the search begins, and what it falls back on.
    even: Space,
    walked: u64,
    tried: Vec<Vec<Point>>,
    results: Vec<Option<f64>>,
    ranks: BTreeSet<u128>,
}

impl Bayes {
    /// A search of `axes` within `conditions`, `batch` combinations at a time (at least 1). A larger batch keeps more
    /// threads busy and learns later; it must not depend on the number of threads, or results would.
    ///
    /// # Errors
    /// None for axes that were put together by [`Axes::new`]; those of [`Space::new`].
    pub fn new(
        axes: Axes,
        conditions: Vec<Condition>,
        seed: u64,
        batch: usize,
    ) -> Result<Self, InputError> {
        let samples = axes
            .grid_count()
            .map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        let sampling = match samples {
            Some(samples) => Sampling::Random { samples, seed },
            None => Sampling::Sobol {
                samples: u32::MAX,
                seed,
            },
        };
        Ok(Self {
            even: Space::new(axes.clone(), sampling)?,
            axes,
            conditions,
            batch: batch.max(1),
            dice: Dice::new(seed, Stream::Search),
            walked: 0,
            tried: Vec::new(),
            results: Vec::new(),
            ranks: BTreeSet::new(),
        })
    }

    /// The next combinations. `results` are the objectives (more is better) of the batch before, in its order; `None`
    /// for a combination without one, or that met no requirement. Empty when nothing is left to try, or nothing
    /// that meets the conditions is found.
    pub fn next_batch(&mut self, results: &[Option<f64>]) -> Vec<Vec<Point>> {
        let known = results
            .iter()
            .map(|result| result.filter(|x| x.is_finite()));
        self.results.extend(known);
        // A missing result is an undefined one.
        self.results.resize(self.tried.len(), None);
        let mut batch = Vec::with_capacity(self.batch);
        while batch.len() < self.batch {
            let Some(points) = self.propose() else { break };
            self.ranks.extend(self.axes.rank(&points));
            self.tried.push(points.clone());
            batch.push(points);
        }
        batch
    }

    /// Combinations handed out so far.
    pub fn tried(&self) -> usize {
        self.tried.len()
    }

    fn propose(&mut self) -> Option<Vec<Point>> {
        let enough = self.results.len() >= 10.max(3 * self.axes.len());
        let learnt = if enough { self.learnt() } else { None };
        learnt.or_else(|| self.next_even())
    }

    /// Of the candidates from the good ones' density, the one most likely among them and least among the rest:
    /// Bergstra's expected improvement.
    fn learnt(&self) -> Option<Vec<Point>> {
        let (good, rest) = self.split();
        let (good, rest) = (
            Density::about(&self.axes, &good),
            Density::about(&self.axes, &rest),
        );
        // Each proposal draws from a place of its own, however many draws the one before took.
        let mut dice = self.dice.at((self.tried.len() as u128) << 20);
        let mut best: Option<(f64, Vec<Point>)> = None;
        for _ in 0..CANDIDATES {
            let points = good.draw(&mut dice);
            if !self.is_open(&points) {
                continue;
            }
            let gain = good.log(&points) - rest.log(&points);
            if best.as_ref().is_none_or(|(most, _)| gain > *most) {
                best = Some((gain, points));
            }
        }
        best.map(|(_, points)| points)
    }

    /// The best by result, and the rest. What is still pending counts among the rest, so that a batch spreads.
    fn split(&self) -> (Vec<&[Point]>, Vec<&[Point]>) {
        let mut order: Vec<usize> = (0..self.tried.len()).collect();
        let key = |n: usize| self.results.get(n).copied().flatten();
        // Stable: of equals the earlier.
        order.sort_by(|&a, &b| {
            let (a, b) = (
                key(a).unwrap_or(f64::NEG_INFINITY),
                key(b).unwrap_or(f64::NEG_INFINITY),
            );
            b.total_cmp(&a)
        });
        let defined = order.iter().filter(|n| key(**n).is_some()).count();
        // More than Bergstra's tenth: with a tenth of few tries, chance decides who is good.
        let share = self.results.len() as f64 * 0.15;
        let good = (share.ceil() as usize).clamp(2, MAX_GOOD).min(defined);
        let (good, rest) = order.split_at(good);
        let of = |n: &usize| self.tried[*n].as_slice();
        let stride = rest.len().div_ceil(MAX_REST).max(1);
        (
            good.iter().map(of).collect(),
            rest.iter().step_by(stride).map(of).collect(),
        )
    }

    fn next_even(&mut self) -> Option<Vec<Point>> {
        let end = u128::from(self.walked.saturating_add(PATIENCE)).min(self.even.count());
        while u128::from(self.walked) < end {
            let points = self.even.combination(self.walked);
            self.walked += 1;
            if self.is_open(&points) {
                return Some(points);
            }
        }
        None
    }

    /// Meets the conditions, and was not handed out before.
    fn is_open(&self, points: &[Point]) -> bool {
        let tried = self
            .axes
            .rank(points)
            .is_some_and(|rank| self.ranks.contains(&rank));
        !tried
            && self
                .conditions
                .iter()
                .all(|one| one.holds(&self.axes, points))
    }
}
