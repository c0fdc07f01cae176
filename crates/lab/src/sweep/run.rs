//! A sweep: blocks of combinations, each a unit of work that any thread or machine can do alone.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::combination::{Bench, Worker};
use super::figures::FIGURES;
use super::space::{Condition, Point, Space};
use crate::threads::{chosen, on_threads};

/// Combinations in a block: with three windows 25,000 rows, some megabytes on their way to the disk.
pub const BLOCK: u64 = 8192;

/// A block of combinations, replayed.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Which block: it holds the combinations from `number` × [`BLOCK`] on.
    pub number: u64,
    /// The combinations that were replayed, by their index.
    pub combinations: Vec<u64>,
    /// Where they stand on the axes.
    pub points: Vec<Vec<Point>>,
    /// [`FIGURES`] of each window of each combination, one after the other; NaN where one is not defined.
    pub rows: Vec<f64>,
    /// Combinations that a constraint rules out.
    pub ruled_out: u64,
    /// Combinations that are no plan: their settings contradict each other.
    pub refused: u64,
    /// The first of those, and why.
    pub refusal: Option<(u64, String)>,
}

/// Why a sweep stopped.
#[derive(Debug)]
pub enum Stopped<E> {
    /// On request.
    Interrupted,
    /// What takes the blocks failed.
    Sink(E),
}

/// A sweep at work.
pub struct Sweep<'a> {
    /// Replays combinations.
    pub bench: Bench<'a>,
    /// The combinations.
    pub space: &'a Space,
    /// What they must meet.
    pub conditions: &'a [Condition],
}

impl Sweep<'_> {
    /// How many combinations there are, constraints not yet applied.
    pub fn combinations(&self) -> u64 {
        u64::try_from(self.space.count()).unwrap_or(u64::MAX)
    }

    /// How many blocks they make.
    pub fn blocks(&self) -> u64 {
        self.combinations().div_ceil(BLOCK)
    }

    /// Replays block `number`; `None` if `stop` was raised meanwhile.
    pub fn block(&self, number: u64, worker: &mut Worker, stop: &AtomicBool) -> Option<Block> {
        let first = number * BLOCK;
        let last = (first + BLOCK).min(self.combinations());
        let mut block = Block {
            number,
            ..Block::default()
        };
        let mut indices = Vec::new();
        let mut tried = Vec::new();
        for index in first..last {
            let points = self.space.combination(index);
            if self
                .conditions
                .iter()
                .all(|c| c.holds(self.space.axes(), &points))
            {
                indices.push(index);
                tried.push(points);
            } else {
                block.ruled_out += 1;
            }
        }
        let replayed = replayed(&self.bench, &indices, tried, worker, stop)?;
        Some(Block {
            number,
            ruled_out: block.ruled_out,
            ..replayed
        })
    }

    /// Replays the blocks of `todo` on `threads` threads and hands each to `sink`, in whatever order they are done.
    ///
    /// # Errors
    /// The first of `sink`, or the request to stop. Blocks handed over before are done.
    pub fn run<E: Send>(
        &self,
        todo: &[u64],
        threads: usize,
        stop: &AtomicBool,
        sink: impl Fn(Block) -> Result<(), E> + Sync,
    ) -> Result<(), Stopped<E>> {
        let one = |worker: &mut Worker, number: &u64| {
            let interrupted = || Stopped::Interrupted;
            let block = (!stop.load(Ordering::Relaxed))
                .then(|| self.block(*number, worker, stop))
                .flatten()
                .ok_or_else(interrupted)?;
            sink(block).map_err(Stopped::Sink)
        };
        on_threads(chosen(threads), || {
            todo.par_iter()
                .with_max_len(1)
                .try_for_each_init(Worker::default, one)
        })
    }
}

/// Replays combinations, `tried`, by their `indices`; `None` if `stop` was raised meanwhile.
pub(super) fn replayed(
    bench: &Bench<'_>,
    indices: &[u64],
    tried: Vec<Vec<Point>>,
    worker: &mut Worker,
    stop: &AtomicBool,
) -> Option<Block> {
    let width = bench.windows() * FIGURES.len();
    let mut rows = vec![f64::NAN; tried.len() * width];
    let mut refusals: Vec<Option<String>> = vec![None; tried.len()];
    let done = bench.replay(&tried, worker, |at, row| {
        match row {
            Ok(row) => rows[at * width..][..width].copy_from_slice(row),
            Err(refusal) => refusals[at] = Some(refusal),
        }
        if stop.load(Ordering::Relaxed) {
            Err(())
        } else {
            Ok(())
        }
    });
    done.ok()?;
    let mut block = Block::default();
    for (at, (&index, points)) in indices.iter().zip(tried).enumerate() {
        if let Some(refusal) = refusals[at].take() {
            block.refused += 1;
            block.refusal.get_or_insert((index, refusal));
        } else {
            block.combinations.push(index);
            block.points.push(points);
            block.rows.extend_from_slice(&rows[at * width..][..width]);
        }
    }
    Some(block)
}
