//! The end of a merge: every item judged, staged whole, then renamed.

use market::Known;
use table::Reader;

use crate::error::TapeError;
use crate::facts::{Basis, Facts};
use crate::layout::Item;
use crate::ledger::Settling;
use crate::merge::judge::{Before, Judge};
use crate::merge::pile::{ROWS_IN_MEMORY, Run};
use crate::merge::report::{Blind, Count, MergeReport};
use crate::merge::{Merge, stage};
use crate::read::{agrees, open_item};
use crate::sheet::Sheet;
use crate::store::is_parquet;

/// What a commit is about to do with an item.
struct Plan<'m> {
    item: &'m Item,
    runs: &'m [(usize, Run)],
    old: Option<Reader>,
    facts: Facts,
    written: bool,
}

impl Merge<'_> {
    /// Judges all rows, writes every file that differs beside its place, and when all of them are on the disk, renames
    /// them.
    ///
    /// # Errors
    /// As [`Tape::merge`](crate::Tape::merge), the tape being untouched unless a rename itself fails.
    pub fn commit(mut self) -> Result<MergeReport, TapeError> {
        let ledger = std::mem::take(&mut self.ledger);
        let mut report = MergeReport::default();
        let mut judge = Judge::default();
        let mut plans = Vec::new();
        for (item, runs) in &self.runs {
            let plan = self.plan(item, runs, &mut judge, &mut report)?;
            // Of what stays as it is nothing has to be kept open.
            plans.extend(plan.written.then_some(plan));
        }
        stage::sweep(self.root);
        let mut staged = Vec::new();
        for plan in plans {
            match self.stage(&plan) {
                Ok(file) => staged.push(file),
                Err(error) => {
                    // The last first: folders that several files share were made by the first of them.
                    while staged.pop().is_some() {}
                    return Err(error);
                }
            }
        }
        let room = self.listed.saturating_sub(report.changes.len());
        let settled = ledger.settle(
            &Settling {
                tape: self.tape,
                root: self.root,
                sources: &self.sources,
                spool: &self.spool,
                look: &|| self.look(),
            },
            room,
        );
        let settled = settled.and_then(|settled| self.look().map(|()| settled));
        let mut settled = match settled {
            Ok(settled) => settled,
            Err(error) => {
                while staged.pop().is_some() {}
                return Err(error);
            }
        };
        report.items.append(&mut settled.items);
        report.changes.append(&mut settled.changes.listed);
        report.changes_unlisted += settled.changes.unlisted;
        for file in staged
            .into_iter()
            .chain(std::mem::take(&mut settled.staged))
        {
            file.commit()?;
        }
        Ok(report)
    }

    /// Weaves an item without writing it: what would become of each row, and whether a run could use it.
    fn plan<'m>(
        &'m self,
        item: &'m Item,
        runs: &'m [(usize, Run)],
        judge: &mut Judge,
        report: &mut MergeReport,
    ) -> Result<Plan<'m>, TapeError> {
        self.alone(item)?;
        let old = open_item(self.tape, item)?;
        let before = match &old {
            Some(reader) => {
                if let Some(interval) = item.interval {
                    agrees(reader, Some(&item.name), interval)?;
                }
                Some(Facts::of(reader)?)
            }
            None => None,
        };
        let mut count = Count::new(item, &self.sources, report, self.listed);
        let mut weave = self.weave(item, runs, old.as_ref());
        let mut rows = Sheet::empty(item.sort);
        let mut so_far = Before::default();
        loop {
            self.look()?;
            weave.fill(&mut rows, ROWS_IN_MEMORY, &mut count)?;
            if rows.keys.is_empty() {
                break;
            }
            rows = judge.judge(item, rows, &mut so_far)?;
            rows.clear();
        }
        let mut facts = before.clone().unwrap_or_else(|| Facts {
            origin: self.origin.clone().unwrap_or_default(),
            // Whatever a source counts in, its rows were converted to one basis on their way in.
            splits: runs.first().map_or(Basis::Raw, |(_, run)| run.told.basis),
            ..Facts::default()
        });
        // What is there already has its basis; an importer converts what it brings to that.
        if old.as_ref().is_none_or(|reader| reader.rows() == 0)
            && let Some((_, run)) = runs.first()
        {
            facts.splits = run.told.basis;
        }
        for source in count
            .brought
            .iter()
            .filter_map(|&rank| self.sources.get(rank))
        {
            facts.add_source(&source.format);
        }
        // Of two statements the later knowledge holds: it is the one that cannot look ahead.
        if runs
            .iter()
            .any(|(_, run)| run.told.known == Known::NextSession)
        {
            facts.known = Known::NextSession;
        }
        let written = before != Some(facts.clone()) || count.added + count.changed > 0;
        let merged = count.merged(written);
        drop(weave);
        report.items.push(merged);
        Ok(Plan {
            item,
            runs,
            old,
            facts,
            written,
        })
    }

    /// Refuses an item beside whose file lies another, which would be read together with it.
    fn alone(&self, item: &Item) -> Result<(), TapeError> {
        let folder = item.folder();
        for child in self.tape.store.children(&folder)? {
            let path = format!("{folder}/{}", child.name);
            if path != item.path() && (child.is_folder || is_parquet(&child.name)) {
                let path = self.tape.store.place(&path);
                return Err(TapeError::Foreign { path });
            }
        }
        Ok(())
    }

    /// Weaves an item into a file beside its place.
    fn stage(&self, plan: &Plan<'_>) -> Result<table::StagedFile, TapeError> {
        let path = self.root.join(plan.item.path());
        let mut file = stage::Staging::begin(plan.item, &plan.facts, &path)?;
        let mut weave = self.weave(plan.item, plan.runs, plan.old.as_ref());
        let mut rows = Sheet::empty(plan.item.sort);
        loop {
            self.look()?;
            weave.fill(&mut rows, stage::rows_per_group(), &mut Blind)?;
            if rows.keys.is_empty() {
                return file.finish();
            }
            file.write(&rows)?;
            rows.clear();
        }
    }
}
