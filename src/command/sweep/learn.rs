//! A sweep that learns from its results.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lab::sweep::{BATCH, Block, Keeper, Learning, Scores, Setup, Stopped};
use report::sweep::{Folder, Ranking, Results, SweepError};

use crate::door::Failure;
use crate::progress::Progress;

/// What ends a search before its time.
enum End {
    Budget,
    Failed(SweepError),
}

struct Kept<'a> {
    folder: &'a Folder,
    ranking: &'a Ranking,
    searched: usize,
    /// The objectives of finished results, if they are finished.
    finished: Option<Scores>,
    until: Option<Instant>,
    progress: Mutex<Progress>,
    done: u64,
    all: u64,
    best: f64,
}

/// Searches, as far as it was not done before; false if the budget was over before the end.
pub(crate) fn learn(
    setup: &mut Setup,
    folder: &Folder,
    ranking: &Ranking,
    (seed, threads, quiet): (u64, usize, bool),
    budget: Option<Duration>,
    stop: &AtomicBool,
) -> Result<bool, Failure> {
    let finished = folder
        .is_finished()
        .then(|| Results::open(&folder.results()).and_then(|results| ranking.scores(&results)));
    let mut kept = Kept {
        folder,
        ranking,
        searched: setup.manifest.searched,
        finished: finished.transpose()?,
        until: budget.map(|budget| Instant::now() + budget),
        progress: Mutex::new(Progress::start("searched", quiet)),
        done: 0,
        all: setup.manifest.combinations,
        best: f64::NEG_INFINITY,
    };
    match lab::sweep::learn(setup, seed, &mut kept, threads, stop) {
        Ok(()) => Ok(true),
        Err(Stopped::Interrupted) => Err(Failure::Kept),
        Err(Stopped::Sink(Learning::Lab(error))) => Err(error.into()),
        Err(Stopped::Sink(Learning::Keeper(End::Failed(error)))) => Err(error.into()),
        Err(Stopped::Sink(Learning::Keeper(End::Budget))) => Ok(false),
    }
}

impl Kept<'_> {
    fn tell(&mut self, best: Option<f64>) {
        self.done = (self.done + BATCH).min(self.all);
        self.best = best.map_or(self.best, |best| best.max(self.best));
        let word = if self.best.is_finite() {
            format!(
                "; best {} {:.3}",
                self.ranking.objectives[0].name, self.best
            )
        } else {
            String::new()
        };
        if let Ok(progress) = self.progress.lock() {
            progress.say(self.done, self.all, word);
        }
    }
}

impl Keeper for Kept<'_> {
    type Error = End;

    fn recorded(&mut self, block: u64) -> Result<Option<Scores>, End> {
        if let Some(finished) = &self.finished {
            let own = block * BATCH..(block + 1) * BATCH;
            let scores = finished.iter().filter(|(index, _)| own.contains(index));
            return Ok(Some(scores.copied().collect()));
        }
        let Some(results) = self.folder.block(block).map_err(End::Failed)? else {
            return Ok(None);
        };
        let scores = self.ranking.scores(&results).map_err(End::Failed)?;
        self.tell(
            scores
                .iter()
                .filter_map(|(_, score)| *score)
                .reduce(f64::max),
        );
        Ok(Some(scores))
    }

    fn keep(&mut self, block: &Block) -> Result<(), End> {
        self.folder.put(block).map_err(End::Failed)?;
        let rows = block
            .rows
            .chunks((block.rows.len() / block.combinations.len().max(1)).max(1));
        let best = rows.filter_map(|rows| self.score(rows)).reduce(f64::max);
        self.tell(best);
        match self.until {
            Some(until) if Instant::now() >= until => Err(End::Budget),
            _ => Ok(()),
        }
    }

    fn score(&self, rows: &[f64]) -> Option<f64> {
        self.ranking.score(rows, self.searched)
    }
}
