//! Rows under keys of their own (a quote's, an event's, a member's), sorted, merged.

use crate::error::TapeError;
pub(crate) use crate::sheet::same;

/// A row that a file keeps once for its key.
pub(crate) trait Row: Clone + std::fmt::Debug {
    type Key: Ord + std::fmt::Debug;

    fn key(&self) -> Self::Key;

    /// The row, for people: a date, an option.
    fn at(&self) -> String;

    /// Takes over what `new` says. What it does not say stays. Each number that is replaced by another is told: the
    /// field, the old value, the new one. True if anything is now different.
    fn renew(&mut self, new: &Self, told: &mut dyn FnMut(&'static str, f64, f64)) -> bool;

    /// What is wrong with the row itself, and what was expected.
    fn fault(&self) -> Option<(String, &'static str)>;
}

/// Rows counted by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowTally {
    pub(crate) added: u64,
    pub(crate) equal: u64,
    pub(crate) changed: u64,
}

impl RowTally {
    pub(crate) fn add(&mut self, other: RowTally) {
        self.added += other.added;
        self.equal += other.equal;
        self.changed += other.changed;
    }
}

/// Merges `new` into `old`, both sorted; where both have a row, it is renewed.
pub(crate) fn merge<R: Row>(
    old: Vec<R>,
    new: Vec<R>,
    told: &mut dyn FnMut(&R, &'static str, f64, f64),
) -> (Vec<R>, RowTally) {
    let mut tally = RowTally::default();
    let mut merged = Vec::with_capacity(old.len().max(new.len()));
    let mut old = old.into_iter().peekable();
    for new in new {
        while let Some(row) = old.next_if(|row| row.key() < new.key()) {
            merged.push(row);
        }
        if let Some(mut row) = old.next_if(|row| row.key() == new.key()) {
            let changed = row.renew(&new, &mut |field, a, b| told(&new, field, a, b));
            tally.changed += u64::from(changed);
            tally.equal += u64::from(!changed);
            merged.push(row);
        } else {
            tally.added += 1;
            merged.push(new);
        }
    }
    merged.extend(old);
    (merged, tally)
}

/// Adds the rows of `more` whose keys `first` does not have; both are sorted. Of rows that both have, `first`'s stays, and
/// `both` sees it and the other.
pub(crate) fn first_wins<R: Row>(
    first: Vec<R>,
    more: Vec<R>,
    both: &mut dyn FnMut(&R, &R),
) -> Vec<R> {
    if first.is_empty() {
        return more;
    }
    let mut all = Vec::with_capacity(first.len().max(more.len()));
    let mut first = first.into_iter().peekable();
    for row in more {
        let key = row.key();
        while let Some(before) = first.next_if(|held| held.key() < key) {
            all.push(before);
        }
        if let Some(held) = first.next_if(|held| held.key() == key) {
            both(&held, &row);
            all.push(held);
        } else {
            all.push(row);
        }
    }
    all.extend(first);
    all
}

/// Refuses rows that are wrong in themselves, out of order or there twice; `path` is what the error names.
pub(crate) fn check<R: Row>(path: &str, rows: &[R]) -> Result<(), TapeError> {
    check_by(path, rows, Row::fault)
}

/// As [`check`], with another look at each row.
pub(crate) fn check_by<R: Row>(
    path: &str,
    rows: &[R],
    mut fault: impl FnMut(&R) -> Option<(String, &'static str)>,
) -> Result<(), TapeError> {
    for (at, row) in rows.iter().enumerate() {
        let wrong = |found: String, expected| TapeError::Record {
            path: path.to_owned(),
            row: at,
            date: row.at(),
            found,
            expected,
        };
        if let Some((found, expected)) = fault(row) {
            return Err(wrong(found, expected));
        }
        if at > 0 && rows[at - 1].key() >= row.key() {
            let found = "a row not after the one before it".to_owned();
            return Err(wrong(found, "rows in order of their keys, each once"));
        }
    }
    Ok(())
}

/// [`Row::renew`] of one number.
pub(crate) fn renew_number(
    old: &mut Option<f64>,
    new: Option<f64>,
    field: &'static str,
    told: &mut dyn FnMut(&'static str, f64, f64),
) -> bool {
    match (*old, new) {
        (Some(was), Some(is)) if same(was, is) => return false,
        (_, None) => return false,
        (Some(was), Some(is)) => told(field, was, is),
        (None, Some(_)) => {}
    }
    *old = new;
    true
}

/// [`Row::renew`] of a whole number.
pub(crate) fn renew_count(
    old: &mut Option<i64>,
    new: Option<i64>,
    field: &'static str,
    told: &mut dyn FnMut(&'static str, f64, f64),
) -> bool {
    match (*old, new) {
        (_, None) => return false,
        (Some(was), Some(is)) if was == is => return false,
        (Some(was), Some(is)) => told(field, was as f64, is as f64),
        (None, Some(_)) => {}
    }
    *old = new;
    true
}
