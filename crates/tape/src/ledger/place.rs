//! A file of the tape, and what becomes of it.

use std::path::Path;

use market::{Date, Origin};
use table::{Reader, StagedFile};

use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::ledger::Settling;
use crate::ledger::quarrels::Quarrels;
use crate::merge::{MergedItem, SourceFile};
use crate::quotes;
use crate::rows::RowTally;
use crate::sheet::Change;
use crate::store::is_parquet;

/// Files on the disk but not in their places, and what became of their rows.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) staged: Vec<StagedFile>,
    pub(crate) items: Vec<MergedItem>,
    pub(crate) changes: Changes,
}

/// Replaced values: the first of them listed, the others counted, so that a universe adjusted anew fills no memory.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) room: usize,
    pub(crate) listed: Vec<Change>,
    pub(crate) unlisted: u64,
}

impl Changes {
    pub(super) fn push(&mut self, change: impl FnOnce() -> Change) {
        if self.listed.len() < self.room {
            self.listed.push(change());
        } else {
            self.unlisted += 1;
        }
    }
}

impl Drop for Settled {
    /// The last first: folders that several files share were made by the first of them.
    fn drop(&mut self) {
        while self.staged.pop().is_some() {}
    }
}

/// `closes of smallcap`, `members of smallcap`, `cpi events`, `quotes of SPY on 2026-02-11`.
pub(super) fn describe(item: &Item, date: Option<Date>) -> String {
    let name = &item.name;
    match (item.sort, date) {
        (Sort::Constituents, _) => format!("closes of {name}"),
        (Sort::Events, _) => format!("{name} events"),
        (sort, None) => format!("{} of {name}", sort.as_str()),
        (sort, Some(date)) => format!("{} of {name} on {date}", sort.as_str()),
    }
}

/// One file of the tape: where it is, and what it holds.
pub(super) struct Place<'a> {
    pub(super) root: &'a Path,
    pub(super) path: String,
    pub(super) name: String,
    date: Option<Date>,
    pub(super) reader: Option<Reader>,
    sources: &'a [SourceFile],
}

impl<'a> Place<'a> {
    pub(super) fn new(
        by: &Settling<'a>,
        item: &Item,
        date: Option<Date>,
    ) -> Result<Self, TapeError> {
        let tape = by.tape;
        let (folder, path) = match date {
            Some(date) => (
                quotes::folder(&item.name, date),
                quotes::path(&item.name, date),
            ),
            None => (item.folder(), item.path()),
        };
        for child in tape.store.children(&folder)? {
            let found = format!("{folder}/{}", child.name);
            if found != path && (child.is_folder || is_parquet(&child.name)) {
                let path = tape.store.place(&found);
                return Err(TapeError::Foreign { path });
            }
        }
        let held = tape.store.has(&path);
        let reader = held.then(|| tape.store.open(&path)).transpose()?;
        Ok(Place {
            root: by.root,
            name: describe(item, date),
            date,
            path,
            reader,
            sources: by.sources,
        })
    }

    pub(super) fn facts(&self, origin: &Origin) -> Result<Facts, TapeError> {
        match &self.reader {
            Some(reader) => Facts::of(reader),
            None => Ok(Facts {
                origin: origin.clone(),
                ..Facts::default()
            }),
        }
    }

    pub(super) fn file(&self, rank: usize) -> String {
        let source = self.sources.get(rank);
        source.map_or_else(String::new, |source| source.file.clone())
    }

    pub(super) fn note(&self, facts: &mut Facts, ranks: impl Iterator<Item = usize>) {
        for source in ranks.filter_map(|rank| self.sources.get(rank)) {
            facts.add_source(&source.format);
        }
    }

    pub(super) fn merged(&self, tally: RowTally, quarrels: Quarrels, written: bool) -> MergedItem {
        MergedItem {
            disagreements: quarrels.told(self.sources),
            item: self.name.clone(),
            day: self.date,
            rows_added: tally.added,
            rows_equal: tally.equal,
            rows_changed: tally.changed,
            written,
        }
    }
}
