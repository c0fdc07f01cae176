//! What every combination scores in every window: the search of each training window, and the field its choice is
//! held against in the test.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::error::Error;
use crate::regimes::Regime;
use crate::sweep::space::{Condition, Point};
use crate::sweep::{Better, FIGURES, Figure, Setup, Worker};
use crate::threads::{chosen, on_threads};

/// What combinations are judged by.
#[derive(Clone, Debug)]
pub struct Judge {
    /// The figure to choose by.
    pub objective: &'static Figure,
    /// What a combination must meet in training to be chosen.
    pub require: Vec<Condition>,
}

impl Judge {
    /// More is better: the objective of a row of figures, turned round where less is better; `None` if undefined.
    pub(super) fn score(&self, row: &[f64]) -> Option<f64> {
        let value = row
            .get(self.objective.place())
            .copied()
            .filter(|x| x.is_finite())?;
        Some(if self.objective.better == Better::Lower {
            -value
        } else {
            value
        })
    }

    /// Whether a row of figures meets all that is required.
    pub(super) fn admits(&self, row: &[f64]) -> bool {
        let number = |slot: usize| row.get(slot).copied().filter(|x| x.is_finite());
        self.require.iter().all(|one| one.holds_for(number))
    }
}

/// Told how many combinations are done, of how many.
pub type Watch<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// How a search is run.
#[derive(Clone, Copy)]
pub struct Running<'a> {
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop.
    pub stop: &'a AtomicBool,
    /// Told of progress, from any thread.
    pub watch: Watch<'a>,
}

/// Combinations and their scores.
#[derive(Debug)]
pub(super) struct Scores {
    /// The combinations that meet the constraints and make a plan.
    pub(super) points: Vec<Vec<Point>>,
    /// How many settings contradicted each other, or had no data.
    pub(super) refused: usize,
    /// Of the first of those, why.
    pub(super) refusal: Option<String>,
    /// A row a combination: its score in each training window (none where it does not meet what is required), then in
    /// each test window.
    table: Vec<Option<f64>>,
    windows: usize,
}

/// Scores held at once; beyond this, memory is no longer flat enough to promise.
pub const MOST_SCORES: u128 = 10_000_000;
/// Combinations a thread takes at a time: enough to share columns.
const CHUNK: usize = 512;

impl Scores {
    /// Scores all combinations of `setup` in `trained` and `tested` windows.
    ///
    /// # Errors
    /// Too many of them, a window without bars, no combination that makes a plan, the request to stop.
    pub(super) fn of(
        setup: &Setup,
        trained: &[Regime],
        tested: &[Regime],
        judge: &Judge,
        running: Running<'_>,
    ) -> Result<Self, Error> {
        let windows: Vec<Regime> = trained.iter().chain(tested).cloned().collect();
        let asked = setup.space.count().saturating_mul(windows.len() as u128);
        if asked > MOST_SCORES {
            return Err(Error::fit(
                format!(
                    "{} combinations in {} windows are {asked} replays, more than {MOST_SCORES}",
                    setup.space.count(),
                    windows.len()
                ),
                "take wider steps or fewer folds, or draw combinations: --sampler sobol --samples 10000",
            ));
        }
        let points = allowed(setup);
        let bench = setup.bench(&windows)?;
        let (done, all) = (AtomicUsize::new(0), points.len());
        let chunk = |worker: &mut Worker, points: &[Vec<Point>]| {
            let mut rows: Vec<Result<Vec<Option<f64>>, String>> =
                vec![Ok(Vec::new()); points.len()];
            bench.replay(points, worker, |at, row| {
                if running.stop.load(Ordering::Relaxed) {
                    return Err(Error::Interrupted);
                }
                rows[at] = row.map(|row| scored(row, trained.len(), judge));
                Ok(())
            })?;
            let done = done.fetch_add(points.len(), Ordering::Relaxed) + points.len();
            (running.watch)(done, all);
            Ok(rows)
        };
        let threads = chosen(running.threads);
        let size = CHUNK.min(all.div_ceil(4 * threads)).max(1);
        let rows: Result<Vec<Vec<_>>, Error> = on_threads(threads, || {
            points
                .par_chunks(size)
                .map_init(Worker::default, chunk)
                .collect()
        });
        Ok(Self::gathered(
            points,
            rows?.into_iter().flatten(),
            windows.len(),
        ))
    }

    fn gathered(
        points: Vec<Vec<Point>>,
        rows: impl Iterator<Item = Result<Vec<Option<f64>>, String>>,
        windows: usize,
    ) -> Self {
        let mut gathered = Self {
            points: Vec::with_capacity(points.len()),
            refused: 0,
            refusal: None,
            table: Vec::with_capacity(points.len() * windows),
            windows,
        };
        for (points, row) in points.into_iter().zip(rows) {
            match row {
                Ok(row) => {
                    gathered.points.push(points);
                    gathered.table.extend(row);
                }
                Err(refusal) => {
                    gathered.refused += 1;
                    gathered.refusal.get_or_insert(refusal);
                }
            }
        }
        gathered
    }

    /// The best combination in a window; of equals the first.
    pub(super) fn best(&self, window: usize) -> Option<usize> {
        let scored = (0..self.points.len()).filter_map(|n| Some((n, self.at(n, window)?)));
        let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(n, _)| n)
    }

    /// The share of the other combinations that `chosen` beats in a window, ties counting half; one without a score
    /// is beaten by all that have one. `None` if there is no other.
    pub(super) fn beaten(&self, chosen: usize, window: usize) -> Option<f64> {
        let key = |n: usize| self.at(n, window).unwrap_or(f64::NEG_INFINITY);
        let own = key(chosen);
        let others = (0..self.points.len()).filter(|&n| n != chosen);
        let beaten: f64 = others
            .map(|n| match own.total_cmp(&key(n)) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            })
            .sum();
        (self.points.len() > 1).then(|| beaten / (self.points.len() - 1) as f64)
    }

    fn at(&self, combination: usize, window: usize) -> Option<f64> {
        *self.table.get(combination * self.windows + window)?
    }
}

/// The combinations that meet the constraints.
fn allowed(setup: &Setup) -> Vec<Vec<Point>> {
    let count = u64::try_from(setup.space.count()).unwrap_or(u64::MAX);
    let axes = setup.space.axes();
    (0..count)
        .map(|index| setup.space.combination(index))
        .filter(|points| setup.conditions.iter().all(|one| one.holds(axes, points)))
        .collect()
}

/// The scores of a combination from its figures in all windows, the first `trained` of which are for training.
fn scored(row: &[f64], trained: usize, judge: &Judge) -> Vec<Option<f64>> {
    let windows = row.chunks_exact(FIGURES.len()).enumerate();
    let one = |(n, row): (usize, &[f64])| {
        let counts = n >= trained || judge.admits(row);
        judge.score(row).filter(|_| counts)
    };
    windows.map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(table: &[&[Option<f64>]]) -> Scores {
        let points = vec![vec![Point::Step(0)]; table.len()];
        let rows = table.iter().map(|row| Ok(row.to_vec()));
        Scores::gathered(points, rows, table[0].len())
    }

    #[test]
    fn the_best_is_the_first_of_equals_and_has_a_score() {
        let scores = scores(&[
            &[None, None],
            &[Some(1.0), None],
            &[Some(2.0), None],
            &[Some(2.0), None],
        ]);
        assert_eq!(scores.best(0), Some(2));
        assert_eq!(scores.best(1), None);
    }

    /// By hand: the chosen (2.0) meets 1.0 (beaten), 2.0 (half), 3.0 (not), none (beaten): 2.5 / 4.
    #[test]
    fn ties_count_half_and_no_score_is_beaten() {
        let scores = scores(&[
            &[Some(2.0)],
            &[Some(1.0)],
            &[Some(2.0)],
            &[Some(3.0)],
            &[None],
        ]);
        assert_eq!(scores.beaten(0, 0), Some(2.5 / 4.0));
        assert_eq!(scores.beaten(3, 0), Some(1.0));
        assert_eq!(scores.beaten(4, 0), Some(0.0));
    }

    #[test]
    fn less_is_better_where_the_figure_says_so() {
        let judge = Judge {
            objective: Figure::named("max_drawdown").unwrap(),
            require: Vec::new(),
        };
        let mut row = vec![f64::NAN; FIGURES.len()];
        assert_eq!(judge.score(&row), None);
        row[judge.objective.place()] = 0.25;
        assert_eq!(judge.score(&row), Some(-0.25));
    }
}
