//! Where sources of one call disagree about rows under keys of their own.

use std::collections::BTreeMap;

use crate::merge::{Disagreement, FieldGap, SourceFile};
use crate::rows::Row;

/// Where sources of one call say otherwise, by the rank that is kept and the other.
#[derive(Debug, Default)]
pub(super) struct Quarrels(BTreeMap<(usize, usize), Quarrel>);

#[derive(Debug, Default)]
struct Quarrel {
    shared: u64,
    rows: u64,
    /// By column: rows that differ, and the greatest difference.
    fields: BTreeMap<&'static str, (u64, f64)>,
    first: Option<(String, &'static str, f64, f64)>,
}

impl Quarrels {
    pub(super) fn both<R: Row>(
        &mut self,
        ranks: (usize, usize),
        kept: &R,
        other: &R,
        at: impl Fn() -> String,
    ) {
        let quarrel = self.0.entry(ranks).or_default();
        quarrel.shared += 1;
        let mut differs = false;
        kept.clone().renew(other, &mut |field, ours, theirs| {
            differs = true;
            let first = || (at(), field, ours, theirs);
            quarrel.first.get_or_insert_with(first);
            let relative = (ours - theirs).abs() / ours.abs().max(theirs.abs());
            let (rows, largest) = quarrel.fields.entry(field).or_default();
            *rows += 1;
            *largest = largest.max(relative);
        });
        quarrel.rows += u64::from(differs);
    }

    pub(super) fn told(self, sources: &[SourceFile]) -> Vec<Disagreement> {
        let file = |rank: usize| {
            sources
                .get(rank)
                .map_or_else(String::new, |s| s.file.clone())
        };
        let told = self.0.into_iter().filter_map(|((kept, other), quarrel)| {
            let (at, field, kept_value, other_value) = quarrel.first?;
            let gap = |(field, (rows, largest))| FieldGap {
                field,
                rows,
                largest,
            };
            Some(Disagreement {
                kept: file(kept),
                other: file(other),
                rows_shared: quarrel.shared,
                rows: quarrel.rows,
                fields: quarrel.fields.into_iter().map(gap).collect(),
                at,
                field,
                kept_value,
                other_value,
            })
        });
        told.collect()
    }
}
