//! What was found, put through the regimes and held against luck.

use std::sync::atomic::AtomicBool;

use lab::sweep::{Question, Setup};
use report::sweep::{Folder, Ledger, Ranking, Results, Summary};

use crate::door::Failure;

/// What judging needs besides the results.
pub(crate) struct Judging<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) folder: &'a Folder,
    pub(crate) threads: usize,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) seed: u64,
}

impl Judging<'_> {
    /// Adds to `summary` how the best fare in the regimes, how sure their figures are, and whether the first may be luck.
    pub(crate) fn judge(
        &self,
        results: &Results,
        ranking: &Ranking,
        summary: &mut Summary,
    ) -> Result<(), Failure> {
        // The results are there by now, and stay.
        let kept = |error: lab::Error| match error {
            lab::Error::Interrupted => Failure::Kept,
            other => other.into(),
        };
        let finalists: Vec<u64> = summary.best.iter().map(|best| best.combination).collect();
        let gated = lab::sweep::gate(self.setup, &finalists, self.threads).map_err(kept)?;
        let sure =
            lab::sweep::intervals(self.setup, &finalists, self.seed, self.threads, self.stop);
        let each = gated.into_iter().zip(sure.map_err(kept)?);
        for (finalist, (gate, intervals)) in summary.best.iter_mut().zip(each) {
            finalist.gate = gate;
            finalist.intervals = intervals;
        }
        let (Some(&best), Some(&objective)) = (finalists.first(), ranking.objectives.first())
        else {
            return Ok(());
        };
        let ever = Ledger::beside(self.folder.path()).ever(&self.setup.manifest)?;
        let replayed = results.combinations()?;
        let question = Question {
            best,
            objective,
            replayed: &replayed,
            replayed_count: replayed.len() as u64,
            ever: &ever.sharpes(),
            ever_count: ever.count(),
            seed: self.seed,
        };
        let judged = lab::sweep::judge(self.setup, &question, self.threads, self.stop);
        summary.trust = Some(judged.map_err(kept)?);
        Ok(())
    }
}
