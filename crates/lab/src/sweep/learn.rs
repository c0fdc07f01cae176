//! A sweep that learns: each batch of combinations rests on the results so far.

use std::sync::atomic::AtomicBool;

use rayon::prelude::*;

use super::combination::{Bench, Worker};
use super::figures::FIGURES;
use super::run::{Block, Stopped, replayed};
use super::setup::Setup;
use super::space::{Bayes, Point, Space};
use crate::error::Error;
use crate::threads::{chosen, on_threads};

/// Combinations in a batch, which is a block of the results. It does not depend on the number of threads, or results would.
pub const BATCH: u64 = 64;
/// Combinations a thread takes at a time.
const PIECE: usize = 8;

/// Objectives by combination; more is better, `None` where there is none.
pub type Scores = Vec<(u64, Option<f64>)>;

/// What a search that learns needs of whoever keeps its results.
pub trait Keeper {
    /// Its failures.
    type Error;

    /// The objectives of a block that was done before; `None` if it was not.
    ///
    /// # Errors
    /// Results that cannot be read.
    fn recorded(&mut self, block: u64) -> Result<Option<Scores>, Self::Error>;

    /// Takes a block that was done now.
    ///
    /// # Errors
    /// A full disk for one.
    fn keep(&mut self, block: &Block) -> Result<(), Self::Error>;

    /// The objective of one combination's rows; `None` if it has none, or does not meet what is required.
    fn score(&self, rows: &[f64]) -> Option<f64>;
}

/// Searches for as many combinations as the manifest of `setup` says, and leaves in it those that were tried.
///
/// # Errors
/// A window without bars, what the keeper returns, and the request to stop.
pub fn learn<K: Keeper>(
    setup: &mut Setup,
    seed: u64,
    keeper: &mut K,
    threads: usize,
    stop: &AtomicBool,
) -> Result<(), Stopped<Learning<K::Error>>> {
    let failed = |error: Error| Stopped::Sink(Learning::Lab(error));
    let axes = setup.space.axes().clone();
    let bayes = Bayes::new(axes.clone(), setup.conditions.clone(), seed, BATCH as usize);
    let mut bayes = bayes.map_err(|error| failed(error.into()))?;
    let (samples, mut list) = (setup.manifest.combinations, Vec::new());
    let mut results = Vec::new();
    {
        let bench = setup.bench(&setup.manifest.windows).map_err(failed)?;
        for number in 0..samples.div_ceil(BATCH) {
            let mut batch = bayes.next_batch(&results);
            batch.truncate((samples - number * BATCH) as usize);
            let first = list.len() as u64;
            let indices: Vec<u64> = (first..first + batch.len() as u64).collect();
            list.extend(batch.iter().cloned());
            let kept = |error| Stopped::Sink(Learning::Keeper(error));
            let scores = if let Some(scores) = keeper.recorded(number).map_err(kept)? {
                scores
            } else {
                let block = batch_replayed(&bench, number, &indices, &batch, threads, stop);
                let block = block.ok_or(Stopped::Interrupted)?;
                keeper.keep(&block).map_err(kept)?;
                let rows = block.rows.chunks(bench.windows() * FIGURES.len());
                let scores = block.combinations.iter().copied().zip(rows);
                scores
                    .map(|(index, rows)| (index, keeper.score(rows)))
                    .collect()
            };
            let score = |index: &u64| {
                let at = scores
                    .binary_search_by_key(index, |(other, _)| *other)
                    .ok()?;
                scores.get(at)?.1
            };
            results = indices.iter().map(score).collect();
        }
    }
    setup.space = Space::listed(axes, list);
    Ok(())
}

/// Why a search that learns failed.
#[derive(Debug)]
pub enum Learning<E> {
    /// The plan or the tape.
    Lab(Error),
    /// What keeps the results.
    Keeper(E),
}

fn batch_replayed(
    bench: &Bench<'_>,
    number: u64,
    indices: &[u64],
    batch: &[Vec<Point>],
    threads: usize,
    stop: &AtomicBool,
) -> Option<Block> {
    let pieces = on_threads(chosen(threads), || {
        indices
            .par_chunks(PIECE)
            .zip(batch.par_chunks(PIECE))
            .map_init(Worker::default, |worker, (indices, tried)| {
                replayed(bench, indices, tried.to_vec(), worker, stop)
            })
            .collect::<Option<Vec<Block>>>()
    })?;
    let mut whole = Block {
        number,
        ..Block::default()
    };
    for piece in pieces {
        whole.combinations.extend(piece.combinations);
        whole.points.extend(piece.points);
        whole.rows.extend(piece.rows);
        whole.refused += piece.refused;
        whole.refusal = whole.refusal.or(piece.refusal);
    }
    Some(whole)
}
