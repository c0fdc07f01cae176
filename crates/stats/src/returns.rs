//! Session returns of a plan that is flat most of the time.

use std::borrow::Cow;

use crate::defined;
use crate::path::SparsePath;

/// Spread below this is the rounding of the returns themselves.
const ROUNDING: f64 = 1e-14;

/// Returns of `sessions` sessions, of which only those that are not 0 are kept.
///
/// A plan that trades now and then has a return of exactly 0 on most sessions. All the statistics of overfitting and
/// resampling cost as much as the sessions that moved, not as much as the window is long. Fractions: 0.01 is one
/// per cent.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseReturns<'a> {
    sessions: usize,
    moved: Cow<'a, [(u32, f64)]>,
}

/// Why a list of returns is none.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ReturnsError {
    /// Not after the one before.
    #[error(
        "entry {entry}: session {found} comes after session {before}; expected sessions to ascend, each at most once: sort them"
    )]
    Order {
        /// Place in the list.
        entry: usize,
        /// Session of the entry before.
        before: u32,
        /// Session found.
        found: u32,
    },
    /// Outside the window.
    #[error(
        "entry {entry}: session {found} of a window of {sessions}; expected 0 to {sessions} less 1"
    )]
    Outside {
        /// Place in the list.
        entry: usize,
        /// Session found.
        found: u32,
        /// Sessions of the window.
        sessions: usize,
    },
    /// NaN or infinite.
    #[error(
        "session {session}: a return of {found}; expected a finite fraction: after a ruin there are no returns, leave such a trial out"
    )]
    NotFinite {
        /// The session.
        session: u32,
        /// The return found.
        found: f64,
    },
}

impl<'a> SparseReturns<'a> {
    /// The returns `moved`, as (session from 0, fraction) in ascending order of sessions; all other sessions have 0.
    ///
    /// # Errors
    /// Sessions out of order, twice, or outside the window; a return that is not finite.
    pub fn new(
        sessions: usize,
        moved: impl Into<Cow<'a, [(u32, f64)]>>,
    ) -> Result<Self, ReturnsError> {
        let moved = moved.into();
        let mut before: Option<u32> = None;
        for (entry, &(session, fraction)) in moved.iter().enumerate() {
            if let Some(before) = before.filter(|&before| before >= session) {
                return Err(ReturnsError::Order {
                    entry,
                    before,
                    found: session,
                });
            }
            if session as usize >= sessions {
                return Err(ReturnsError::Outside {
                    entry,
                    found: session,
                    sessions,
                });
            }
            if !fraction.is_finite() {
                return Err(ReturnsError::NotFinite {
                    session,
                    found: fraction,
                });
            }
            before = Some(session);
        }
        Ok(Self { sessions, moved })
    }

    /// Several windows as one, each following on the one before.
    pub fn joined(windows: &[SparseReturns<'_>]) -> SparseReturns<'static> {
        let (mut sessions, mut moved) = (0, Vec::new());
        for window in windows {
            let after = |&(session, fraction): &(u32, f64)| (session + sessions as u32, fraction);
            moved.extend(window.moved.iter().map(after));
            sessions += window.sessions;
        }
        SparseReturns {
            sessions,
            moved: Cow::Owned(moved),
        }
    }

    /// The same of a return for every session.
    ///
    /// # Errors
    /// A return that is not finite.
    pub fn of_dense(returns: &[f64]) -> Result<SparseReturns<'static>, ReturnsError> {
        let moved: Vec<(u32, f64)> = (0_u32..)
            .zip(returns)
            .filter(|&(_, &fraction)| fraction != 0.0)
            .map(|(session, &fraction)| (session, fraction))
            .collect();
        SparseReturns::new(returns.len(), moved)
    }

    /// The returns of an equity path. `None` if some base is not above 0 or not finite: after a ruin there are no returns.
    pub fn of_path(path: &SparsePath<'_>) -> Option<SparseReturns<'static>> {
        let mut fractions = Vec::new();
        if !path.write_returns(&mut fractions) {
            return None;
        }
        let sessions = path.moved.iter().map(|&(session, _)| session);
        let moved = sessions.zip(fractions).filter(|&(_, r)| r != 0.0);
        SparseReturns::new(path.sessions, moved.collect::<Vec<_>>()).ok()
    }

    /// Sessions of the window, moved or not.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Sessions that moved, ascending, with their returns.
    pub fn moved(&self) -> &[(u32, f64)] {
        &self.moved
    }

    /// Writes the return of every session.
    pub(crate) fn fill(&self, dense: &mut Vec<f64>) {
        dense.clear();
        dense.resize(self.sessions, 0.0);
        for &(session, fraction) in self.moved.iter() {
            dense[session as usize] = fraction;
        }
    }

    /// Mean return a session; `None` without sessions.
    pub fn mean(&self) -> Option<f64> {
        let sum = self
            .moved
            .iter()
            .fold(0.0, |sum, &(_, fraction)| sum + fraction);
        if self.sessions == 0 {
            return None;
        }
        defined(sum / self.sessions as f64)
    }

    /// Mean, spread and shape; `None` of fewer than two sessions or if all returns are equal.
    pub fn moments(&self) -> Option<Moments> {
        if self.sessions < 2 {
            return None;
        }
        let n = self.sessions as f64;
        let mean = self.mean()?;
        let still = (self.sessions - self.moved.len()) as f64;
        let mut powers = [2, 3, 4].map(|power| still * (-mean).powi(power));
        for &(_, fraction) in self.moved.iter() {
            let deviation = fraction - mean;
            let square = deviation * deviation;
            powers[0] += square;
            powers[1] += square * deviation;
            powers[2] += square * square;
        }
        let [squares, cubes, fourths] = powers;
        let deviation = (squares / (n - 1.0)).sqrt();
        if deviation.is_nan() || deviation <= ROUNDING {
            return None;
        }
        let variance = squares / n;
        Some(Moments {
            sessions: self.sessions,
            mean,
            deviation,
            skew: defined(cubes / n / (variance * variance.sqrt()))?,
            kurtosis: defined(fourths / n / (variance * variance))?,
        })
    }
}

/// Mean, spread and shape of session returns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// How many returns.
    pub sessions: usize,
    /// Mean, a fraction a session.
    pub mean: f64,
    /// Standard deviation (n − 1), a fraction a session; above 0.
    pub deviation: f64,
    /// `m₃ ÷ m₂^1.5`, moments over n.
    pub skew: f64,
    /// `m₄ ÷ m₂²`, moments over n: *plain* kurtosis, 3 for the normal distribution.
    pub kurtosis: f64,
}

impl Moments {
    /// Sharpe ratio a session (not annual) over a rate of 0: mean ÷ standard deviation.
    pub fn sharpe(&self) -> f64 {
        self.mean / self.deviation
    }
}

#[cfg(test)]
mod tests {
    use super::{ReturnsError, SparseReturns};
    use crate::path::SparsePath;
    use proptest::prelude::*;

    #[test]
    fn what_is_no_list_of_returns() {
        let of = |moved: &[(u32, f64)]| SparseReturns::new(3, moved.to_vec()).map(|_| ());
        assert_eq!(of(&[(0, 0.1), (2, -0.1)]), Ok(()));
        let order = |found| ReturnsError::Order {
            entry: 1,
            before: 1,
            found,
        };
        assert_eq!(of(&[(1, 0.1), (0, 0.1)]), Err(order(0)));
        assert_eq!(of(&[(1, 0.1), (1, 0.1)]), Err(order(1)));
        let outside = ReturnsError::Outside {
            entry: 0,
            found: 3,
            sessions: 3,
        };
        assert_eq!(of(&[(3, 0.1)]), Err(outside));
        assert!(matches!(
            of(&[(0, f64::NAN)]),
            Err(ReturnsError::NotFinite { session: 0, .. })
        ));
    }

    #[test]
    fn moments_by_hand() {
        // 0 0 0.04 0: mean 0.01; deviations −1 −1 3 −1 hundredths: squares 12, cubes 24, fourths 84.
        let moments = SparseReturns::of_dense(&[0.0, 0.0, 0.04, 0.0])
            .unwrap()
            .moments()
            .unwrap();
        let near = |have: f64, want: f64| assert!((have - want).abs() < 1e-12, "{have} {want}");
        near(moments.mean, 0.01);
        near(moments.deviation, 0.02); // √(12/3) hundredths
        near(moments.sharpe(), 0.5);
        near(moments.skew, 6.0 / 3.0_f64.powf(1.5)); // 24/4 over (12/4)^1.5
        near(moments.kurtosis, 21.0 / 9.0);
    }

    #[test]
    fn no_spread_no_moments() {
        let moments = |dense: &[f64]| SparseReturns::of_dense(dense).unwrap().moments();
        assert_eq!(moments(&[]), None);
        assert_eq!(moments(&[0.1]), None);
        assert_eq!(moments(&[0.0; 9]), None);
        assert_eq!(moments(&[0.1; 9]), None);
        assert_eq!(SparseReturns::of_dense(&[]).unwrap().mean(), None);
    }

    #[test]
    fn a_path_has_the_returns_of_its_closes() {
        let path = |moved| SparsePath {
            start_equity: 100.0,
            sessions: 5,
            moved,
        };
        // 110/100 − 1, unchanged, 55/110 − 1.
        let returns = SparseReturns::of_path(&path(&[(1, 110.0), (2, 110.0), (4, 55.0)])).unwrap();
        assert_eq!(returns.moved(), [(1, 110.0 / 100.0 - 1.0), (4, -0.5)]);
        assert_eq!(returns.sessions(), 5);
        assert_eq!(SparseReturns::of_path(&path(&[(1, 0.0), (2, 10.0)])), None);
        assert_eq!(
            SparseReturns::of_path(&path(&[(5, 90.0)])),
            None,
            "outside its window"
        );
    }

    proptest! {
        #[test]
        fn what_did_not_move_counts_as_nought(dense in proptest::collection::vec(prop_oneof![Just(0.0), -0.1..0.1_f64], 2..60)) {
            let sparse = SparseReturns::of_dense(&dense).unwrap();
            prop_assert_eq!(sparse.sessions(), dense.len());
            let annual = crate::sharpe(&dense);
            let ours = sparse.moments().map(|m| m.sharpe() * 252.0_f64.sqrt());
            match (annual, ours) {
                (Some(a), Some(b)) => prop_assert!((a - b).abs() <= 1e-9 * a.abs().max(1.0)),
                (a, b) => prop_assert_eq!(a, b),
            }
            let mut back = Vec::new();
            sparse.fill(&mut back);
            prop_assert_eq!(back, dense);
        }
    }
}
