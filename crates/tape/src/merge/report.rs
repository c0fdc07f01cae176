//! What became of the rows of a merge.

use std::collections::BTreeMap;

use market::Date;

use crate::layout::Item;
use crate::merge::weave::Witness;
use crate::sheet::{Change, at, describe, field_names, same};

/// What became of the rows of a merge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MergeReport {
    /// Each item that was given, in order of its path.
    pub items: Vec<MergedItem>,
    /// The first changes, up to the number asked for.
    pub changes: Vec<Change>,
    /// Changed values beyond those listed.
    pub changes_unlisted: u64,
}

/// One symbol, series or record of a merge.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedItem {
    /// `1d bars of IWM`, `series RVX`, `dividends of IWM`, `quotes of SPY on 2026-02-11`.
    pub item: String,
    /// The day, of quotes, which have a file a day.
    pub day: Option<Date>,
    /// Rows the tape did not have.
    pub rows_added: u64,
    /// Rows it had, equal within 1e-6 of the value.
    pub rows_equal: u64,
    /// Rows of which at least one value was replaced.
    pub rows_changed: u64,
    /// Files of the same call that bring rows another, given before, has with other values; the first file's are kept.
    pub disagreements: Vec<Disagreement>,
    /// False if the file on disk was already so and was not touched.
    pub written: bool,
}

/// Rows that two files of one call bring with different values.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The file whose values were kept.
    pub kept: String,
    /// The other.
    pub other: String,
    /// Rows both have.
    pub rows_shared: u64,
    /// Those of them with at least one value that differs by more than 1e-6 of itself.
    pub rows: u64,
    /// Each column that differs somewhere.
    pub fields: Vec<FieldGap>,
    /// Where the first of them is: a date, or exchange time for bars within a session.
    pub at: String,
    /// The first column that differs there.
    pub field: &'static str,
    /// The kept value there.
    pub kept_value: f64,
    /// The other file's.
    pub other_value: f64,
}

/// How far two files are apart in one column.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldGap {
    /// The column.
    pub field: &'static str,
    /// Rows in which it differs by more than 1e-6 of itself.
    pub rows: u64,
    /// The greatest difference, as a fraction of the greater value.
    pub largest: f64,
}

/// Where rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The file, or what stands for one.
    pub(crate) file: String,
    /// The format, noted in what it adds to.
    pub(crate) format: String,
}

/// Counts what the weaver meets in one item.
pub(crate) struct Count<'a> {
    item: &'a Item,
    sources: &'a [Origin],
    report: &'a mut MergeReport,
    listed: usize,
    pub(crate) added: u64,
    pub(crate) equal: u64,
    pub(crate) changed: u64,
    /// Ranks of those that added or changed something.
    pub(crate) brought: Vec<usize>,
    pairs: BTreeMap<(usize, usize), Pair>,
}

#[derive(Default)]
struct Pair {
    shared: u64,
    differ: u64,
    /// By column: rows that differ, and the greatest difference.
    columns: BTreeMap<usize, (u64, f64)>,
    first: Option<(i64, usize, f64, f64)>,
}

impl<'a> Count<'a> {
    pub(crate) fn new(
        item: &'a Item,
        sources: &'a [Origin],
        report: &'a mut MergeReport,
        listed: usize,
    ) -> Self {
        Self {
            item,
            sources,
            report,
            listed,
            added: 0,
            equal: 0,
            changed: 0,
            brought: Vec::new(),
            pairs: BTreeMap::new(),
        }
    }

    fn bring(&mut self, rank: usize) {
        if self.brought.last() != Some(&rank) && !self.brought.contains(&rank) {
            self.brought.push(rank);
        }
    }

    fn file(&self, rank: usize) -> String {
        let source = self.sources.get(rank);
        source.map_or_else(String::new, |s| s.file.clone())
    }

    /// The item's line of the report.
    pub(crate) fn merged(&self, written: bool) -> MergedItem {
        let pairs = self.pairs.iter().filter_map(|(&(kept, other), pair)| {
            let (key, field, kept_value, other_value) = pair.first?;
            let name = |column: usize| {
                let names = field_names(self.item.sort);
                names.get(column).copied().unwrap_or("")
            };
            let columns = pair.columns.iter();
            Some(Disagreement {
                kept: self.file(kept),
                other: self.file(other),
                rows_shared: pair.shared,
                rows: pair.differ,
                fields: columns
                    .map(|(&column, &(rows, largest))| FieldGap {
                        field: name(column),
                        rows,
                        largest,
                    })
                    .collect(),
                at: at(self.item, key),
                field: name(field),
                kept_value,
                other_value,
            })
        });
        MergedItem {
            item: describe(self.item),
            day: None,
            rows_added: self.added,
            rows_equal: self.equal,
            rows_changed: self.changed,
            disagreements: pairs.collect(),
            written,
        }
    }
}

impl Witness for Count<'_> {
    fn added(&mut self, rank: usize, rows: usize) {
        self.added += rows as u64;
        self.bring(rank);
    }

    fn met(&mut self, rank: usize, key: i64, old: &[f64], new: &[f64]) {
        let differ = |(_, (old, new)): &(usize, (&f64, &f64))| !same(**old, **new);
        let mut differing = old.iter().zip(new).enumerate().filter(differ).peekable();
        if differing.peek().is_none() {
            self.equal += 1;
            return;
        }
        self.changed += 1;
        self.bring(rank);
        for (column, (&old, &new)) in differing {
            if self.report.changes.len() < self.listed {
                self.report.changes.push(Change {
                    item: describe(self.item),
                    at: at(self.item, key),
                    field: field_names(self.item.sort)
                        .get(column)
                        .copied()
                        .unwrap_or(""),
                    old,
                    new,
                    file: self.file(rank),
                });
            } else {
                self.report.changes_unlisted += 1;
            }
        }
    }

    fn twice(&mut self, key: i64, kept: (usize, &[f64]), other: (usize, &[f64])) {
        let pair = self.pairs.entry((kept.0, other.0)).or_default();
        pair.shared += 1;
        let mut differs = false;
        for (column, (&ours, &theirs)) in kept.1.iter().zip(other.1).enumerate() {
            if same(ours, theirs) {
                continue;
            }
            differs = true;
            pair.first.get_or_insert((key, column, ours, theirs));
            let relative = (ours - theirs).abs() / ours.abs().max(theirs.abs());
            let (rows, largest) = pair.columns.entry(column).or_default();
            *rows += 1;
            *largest = largest.max(relative);
        }
        pair.differ += u64::from(differs);
    }
}

/// Sees nothing.
pub(crate) struct Blind;

impl Witness for Blind {
    fn added(&mut self, _: usize, _: usize) {}
    fn met(&mut self, _: usize, _: i64, _: &[f64], _: &[f64]) {}
    fn twice(&mut self, _: i64, _: (usize, &[f64]), _: (usize, &[f64])) {}
}
