//! How high implied volatility stands by its own past.
//!
//! Columns have one value a session, NaN where none was published. A window is the last n *published* values, today's
//! included: a session the source left out neither shortens it nor counts twice, and has no rank itself. There is no rank
//! before the window is full.

/// Too few published values for a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "IV rank: {found} published values up to session {session}, expected {needed} for a full window; \
     start later, lower rank_sessions, or give a tape with more of the index"
)]
pub struct TooShort {
    /// The session asked about, counted from 0.
    pub session: usize,
    /// Values there are up to it.
    pub found: usize,
    /// Values its window needs.
    pub needed: usize,
}

/// Whether the window of `n` published values is full by session `at`.
///
/// # Errors
/// [`TooShort`] with how many there are and how many are needed.
pub fn full_window(values: &[f64], at: usize, n: usize) -> Result<(), TooShort> {
    let found = values
        .iter()
        .take(at.saturating_add(1))
        .filter(|v| !v.is_nan())
        .count();
    if found < n {
        return Err(TooShort {
            session: at,
            found,
            needed: n,
        });
    }
    Ok(())
}

/// IV rank, 0 to 100: (now − low) ÷ (high − low) × 100 over the last `n` published values, today's included. NaN where today
/// has no value, before the window is full, and where the window has no range.
pub fn iv_rank(values: &[f64], n: usize) -> Vec<f64> {
    over_windows(values, n, |window, now| {
        let low = window.iter().copied().fold(f64::INFINITY, f64::min);
        let high = window.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if high > low {
            (now - low) / (high - low) * 100.0
        } else {
            f64::NAN
        }
    })
}

/// IV percentile, 0 to below 100: the share of the last `n` published values, today's included, that lie below today's. NaN where
/// today has no value and before the window is full.
pub fn iv_percentile(values: &[f64], n: usize) -> Vec<f64> {
    over_windows(values, n, |window, now| {
        let below = window.iter().filter(|v| **v < now).count();
        below as f64 / window.len() as f64 * 100.0
    })
}

/// `figure` of the last `n` published values and today's, session by session.
///
/// A window is walked anew every session: 252 comparisons over seventeen years take under a millisecond, once a tape.
fn over_windows(values: &[f64], n: usize, figure: impl Fn(&[f64], f64) -> f64) -> Vec<f64> {
    let mut published = Vec::with_capacity(values.len());
    values
        .iter()
        .map(|&now| {
            if now.is_nan() || n == 0 {
                return f64::NAN;
            }
            published.push(now);
            match published.len().checked_sub(n) {
                Some(start) => figure(&published[start..], now),
                None => f64::NAN,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NONE: f64 = f64::NAN;

    /// NaN counts as equal to NaN.
    fn same(found: &[f64], expected: &[f64]) {
        let as_options = |column: &[f64]| -> Vec<Option<f64>> {
            column.iter().map(|v| (!v.is_nan()).then_some(*v)).collect()
        };
        assert_eq!(as_options(found), as_options(expected));
    }

    #[test]
    fn rank_by_hand() {
        // 20 10 15: (15 − 10)/(20 − 10) = 50. 10 15 30: at the high. 15 30 18: (18 − 15)/15 = 20.
        let values = [20.0, 10.0, 15.0, 30.0, 18.0];
        same(&iv_rank(&values, 3), &[NONE, NONE, 50.0, 100.0, 20.0]);
        // Below 15: 10 of three. Below 30: two. Below 18: one.
        let third = 1.0 / 3.0 * 100.0;
        same(
            &iv_percentile(&values, 3),
            &[NONE, NONE, third, 2.0 / 3.0 * 100.0, third],
        );
    }

    #[test]
    fn a_session_without_a_value_has_no_rank_and_does_not_shorten_the_window() {
        // The window of the last session is 20 10 15, whatever lies between.
        let values = [20.0, NONE, 10.0, NONE, NONE, 15.0];
        same(&iv_rank(&values, 3), &[NONE, NONE, NONE, NONE, NONE, 50.0]);
        same(
            &iv_percentile(&values, 1),
            &[0.0, NONE, 0.0, NONE, NONE, 0.0],
        );
    }

    #[test]
    fn a_flat_window_has_a_percentile_and_no_rank() {
        same(&iv_rank(&[5.0; 3], 2), &[NONE; 3]);
        same(&iv_percentile(&[5.0; 3], 2), &[NONE, 0.0, 0.0]);
        same(&iv_rank(&[5.0, 6.0], 0), &[NONE; 2]);
        same(&iv_percentile(&[5.0, 6.0], 0), &[NONE; 2]);
        same(&iv_rank(&[5.0, 6.0], usize::MAX), &[NONE; 2]);
    }

    #[test]
    fn a_series_too_short_says_how_many_are_needed() {
        let values = [20.0, NONE, 10.0, 15.0];
        assert_eq!(full_window(&values, 3, 3), Ok(()));
        assert_eq!(full_window(&values, usize::MAX, 3), Ok(()));
        let error = full_window(&values, 2, 252).unwrap_err();
        assert_eq!((error.found, error.needed), (2, 252));
        assert!(error.to_string().starts_with(
            "IV rank: 2 published values up to session 2, expected 252 for a full window;"
        ));
    }

    proptest! {
        #[test]
        fn ranks_lie_within_their_range_and_see_nothing_later(
            values in prop::collection::vec(prop_oneof![4 => 8.0..90.0_f64, 1 => Just(NONE)], 1..80),
            n in 1_usize..12,
            cut in 0_usize..80,
        ) {
            let (rank, percentile) = (iv_rank(&values, n), iv_percentile(&values, n));
            for (i, value) in values.iter().enumerate() {
                prop_assert!(rank[i].is_nan() || (0.0..=100.0).contains(&rank[i]));
                prop_assert!(percentile[i].is_nan() || (0.0..100.0).contains(&percentile[i]));
                let full = full_window(&values, i, n).is_ok() && !value.is_nan();
                prop_assert_eq!(full, !percentile[i].is_nan());
            }
            let cut = cut.min(values.len());
            same(&iv_rank(&values[..cut], n), &rank[..cut]);
            same(&iv_percentile(&values[..cut], n), &percentile[..cut]);
        }

        #[test]
        fn a_rank_does_not_depend_on_units(values in prop::collection::vec(8.0..90.0_f64, 10..40)) {
            let doubled: Vec<f64> = values.iter().map(|v| 2.0 * v).collect();
            same(&iv_rank(&values, 10), &iv_rank(&doubled, 10));
        }
    }
}
