//! Rows of one file of the tape that a call brings, and their way into it.

use std::fs;

use market::Origin;
use table::{Options, Reader, Table};

use crate::error::TapeError;
use crate::ledger::place::{Place, Settled};
use crate::ledger::quarrels::Quarrels;
use crate::rows::{self, Row};
use crate::sheet::Change;

/// Rows of one file of the tape, sorted, each with the rank of its source.
#[derive(Debug)]
pub(super) struct Brought<R> {
    pub(super) rows: Vec<Sourced<R>>,
    origin: Origin,
    quarrels: Quarrels,
}

/// A row and who brings it.
#[derive(Clone, Debug)]
pub(super) struct Sourced<R> {
    pub(super) rank: usize,
    pub(super) row: R,
}

impl<R: Row> Row for Sourced<R> {
    type Key = R::Key;

    fn key(&self) -> Self::Key {
        self.row.key()
    }

    fn at(&self) -> String {
        self.row.at()
    }

    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool {
        self.row.renew(&new.row, told)
    }

    fn fault(&self) -> Option<(String, &'static str)> {
        self.row.fault()
    }
}

impl<R: Row> Brought<R> {
    pub(super) fn new(origin: &Origin) -> Self {
        Brought {
            rows: Vec::new(),
            origin: origin.clone(),
            quarrels: Quarrels::default(),
        }
    }

    pub(super) fn take(
        &mut self,
        name: &str,
        mut new: Vec<R>,
        rank: usize,
    ) -> Result<(), TapeError> {
        new.sort_by_key(Row::key);
        rows::check(name, &new)?;
        let new: Vec<Sourced<R>> = new.into_iter().map(|row| Sourced { rank, row }).collect();
        let quarrels = &mut self.quarrels;
        self.rows = rows::first_wins(std::mem::take(&mut self.rows), new, &mut |kept, other| {
            quarrels.both((kept.rank, rank), kept, other, || kept.at());
        });
        Ok(())
    }

    pub(super) fn settle(
        self,
        place: &Place<'_>,
        load: impl Fn(&Reader) -> Result<Vec<R>, TapeError>,
        judge: impl Fn(&[R]) -> Result<(), TapeError>,
        table: impl Fn(&[R]) -> Table<'static>,
        settled: &mut Settled,
    ) -> Result<(), TapeError> {
        let old = place
            .reader
            .as_ref()
            .map(load)
            .transpose()?
            .unwrap_or_default();
        let old = old
            .into_iter()
            .map(|row| Sourced { rank: 0, row })
            .collect();
        let ranks: Vec<usize> = self.rows.iter().map(|row| row.rank).collect();
        let (merged, tally) = rows::merge(old, self.rows, &mut |row, field, old, new| {
            settled.changes.push(|| Change {
                item: place.name.clone(),
                at: row.at(),
                field,
                old,
                new,
                file: place.file(row.rank),
            });
        });
        let merged: Vec<R> = merged.into_iter().map(|sourced| sourced.row).collect();
        judge(&merged)?;
        let mut facts = place.facts(&self.origin)?;
        if tally.added + tally.changed > 0 {
            place.note(&mut facts, ranks.into_iter());
        }
        let table = facts.write(table(&merged), false);
        let path = place.root.join(&place.path);
        let bytes = table.to_bytes(&Options::default())?;
        let written = !fs::read(&path).is_ok_and(|old| old == bytes);
        if written {
            settled
                .staged
                .push(table.stage(&path, &Options::default())?);
        }
        settled
            .items
            .push(place.merged(tally, self.quarrels, written));
        Ok(())
    }
}
