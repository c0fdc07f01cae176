//! As-of joins: what was known when.

use market::Time;

use crate::column::Column;
use crate::mask::Mask;

/// How old a value may be and still count.
#[derive(Clone, Copy, Debug)]
pub enum Age<'a> {
    /// Any age: the last known value stands until the next.
    Any,
    /// At most this many microseconds between becoming known and being asked for.
    Micros(i64),
    /// Known at or after the given instant, one for each row asked for: "not older than one session"
    /// is the close of the session before. Rows without an instant get no value.
    Since(&'a [Time]),
}

/// Which row of one column each row of another clock sees. Made once, used for every column of the source.
///
/// A value known *at* an instant is seen by a decision at that instant: ends come before starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    // Row of the source plus one; 0 for none. Half the memory of Option<usize>, and read once a row.
    rows: Vec<u32>,
}

impl AsOf {
    /// For each instant of `at`, the last source row with `known_at ≤ at` that is not too old.
    ///
    /// `known_at` ascends (of equal instants the last row counts). Should it not, rows behind the
    /// first later instant are never seen: unsorted input can hide values, not show the future.
    pub fn join(known_at: &[Time], at: &[Time], age: Age<'_>) -> Self {
        let (mut seen, mut last) = (0, Time::MIN);
        let row = |(i, &now): (usize, &Time)| {
            if now < last {
                seen = 0;
            }
            last = now;
            while known_at.get(seen).is_some_and(|&known| known <= now) {
                seen += 1;
            }
            let known = known_at[..seen].last()?;
            let fresh = match age {
                Age::Any => true,
                Age::Micros(limit) => now.micros().saturating_sub(known.micros()) <= limit,
                Age::Since(oldest) => oldest.get(i).is_some_and(|oldest| known >= oldest),
            };
            fresh.then_some(seen as u32)
        };
        Self {
            rows: at
                .iter()
                .enumerate()
                .map(row)
                .map(|seen: Option<u32>| seen.unwrap_or(0))
                .collect(),
        }
    }

    /// Rows of the asking clock.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The source row that row `i` sees.
    pub fn row(&self, i: usize) -> Option<usize> {
        (*self.rows.get(i)? as usize).checked_sub(1)
    }

    /// A source column on the asking clock. An unknown value of the source is unknown here too, not
    /// filled from an older one.
    pub fn column(&self, values: &[f64]) -> Column {
        let value = |&row: &u32| {
            (row as usize)
                .checked_sub(1)
                .and_then(|row| values.get(row))
        };
        Column::new(
            self.rows
                .iter()
                .map(|row| value(row).copied().unwrap_or(f64::NAN))
                .collect(),
        )
    }

    /// A source mask on the asking clock; false where nothing is known.
    pub fn mask(&self, mask: &Mask) -> Mask {
        Mask::from_fn(self.len(), |i| self.row(i).is_some_and(|row| mask.get(row)))
    }
}

/// `values`, known at `known_at`, as seen at each instant of `at`: [`AsOf::join`], then [`AsOf::column`].
pub fn as_of(known_at: &[Time], values: &[f64], at: &[Time], age: Age<'_>) -> Column {
    AsOf::join(known_at, at, age).column(values)
}

#[cfg(test)]
mod tests {
    use super::{Age, AsOf, as_of};
    use crate::column::Column;
    use crate::mask::Mask;
    use market::Time;
    use proptest::prelude::*;

    const NONE: f64 = f64::NAN;

    fn times(micros: &[i64]) -> Vec<Time> {
        micros.iter().map(|&t| Time(t)).collect()
    }

    #[test]
    fn a_value_is_seen_from_its_instant_on_and_not_before() {
        let (known, at) = (times(&[10, 20]), times(&[9, 10, 11, 19, 20, 99]));
        let seen = as_of(&known, &[1.0, 2.0], &at, Age::Any);
        assert_eq!(seen, Column::new(vec![NONE, 1.0, 1.0, 1.0, 2.0, 2.0]));
    }

    #[test]
    fn age_counts_from_the_instant_it_became_known() {
        let (known, at) = (times(&[10, 20]), times(&[15, 16, 20, 25, 26]));
        let seen = as_of(&known, &[1.0, 2.0], &at, Age::Micros(5));
        assert_eq!(seen, Column::new(vec![1.0, NONE, 2.0, 2.0, NONE]));
    }

    #[test]
    fn an_oldest_instant_for_each_row() {
        // Closes at 10 20 30 40; the value of the second is never published. At 30 the close before
        // is 20, so the value of 10 is one session too old.
        let (known, at) = (times(&[10, 30, 40]), times(&[10, 20, 30, 40, 50]));
        let oldest = times(&[0, 10, 20, 30]);
        let seen = as_of(&known, &[1.0, 3.0, 4.0], &at, Age::Since(&oldest));
        assert_eq!(seen, Column::new(vec![1.0, 1.0, 3.0, 4.0, NONE]));
        let stale = as_of(
            &times(&[10]),
            &[1.0],
            &times(&[30]),
            Age::Since(&times(&[20])),
        );
        assert_eq!(stale, Column::unknown(1));
    }

    #[test]
    fn of_equal_instants_the_last_counts_and_holes_stay_holes() {
        let known = times(&[10, 10, 20]);
        let seen = as_of(&known, &[1.0, 2.0, NONE], &times(&[10, 20]), Age::Any);
        assert_eq!(seen, Column::new(vec![2.0, NONE]));
    }

    #[test]
    fn masks_and_short_columns_join_alike() {
        let join = AsOf::join(&times(&[10, 20]), &times(&[5, 10, 20]), Age::Any);
        assert_eq!(
            [join.row(0), join.row(1), join.row(2), join.row(3)],
            [None, Some(0), Some(1), None]
        );
        let mask: Mask = [true, true].into_iter().collect();
        assert_eq!(join.mask(&mask).ones().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(join.column(&[7.0]), Column::new(vec![NONE, 7.0, NONE]));
    }

    #[test]
    fn extreme_instants_do_not_overflow() {
        let seen = as_of(
            &[Time::MIN],
            &[1.0],
            &[Time::MAX],
            Age::Micros(i64::MAX - 1),
        );
        assert_eq!(seen, Column::unknown(1));
    }

    proptest! {
        #[test]
        fn a_join_is_what_a_search_finds(
            mut known in proptest::collection::vec(0_i64..50, 0..30),
            at in proptest::collection::vec(-5_i64..60, 0..40),
            limit in 0_i64..20,
        ) {
            known.sort_unstable();
            let join = AsOf::join(&times(&known), &times(&at), Age::Micros(limit));
            for (i, &now) in at.iter().enumerate() {
                let found = known.iter().rposition(|&k| k <= now).filter(|&row| now - known[row] <= limit);
                prop_assert_eq!(join.row(i), found, "row {}", i);
            }
        }

        #[test]
        fn no_order_of_rows_shows_the_future(
            known in proptest::collection::vec(0_i64..50, 0..30),
            at in proptest::collection::vec(-5_i64..60, 0..40),
        ) {
            let join = AsOf::join(&times(&known), &times(&at), Age::Any);
            for (i, &now) in at.iter().enumerate() {
                prop_assert!(join.row(i).is_none_or(|row| known[row] <= now), "row {}", i);
            }
        }
    }
}
