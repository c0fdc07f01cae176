//! What an account was worth, close by close.

use crate::defined;

/// Equity at the start and at each close (of a session, or of a bar): a dense path, which figures turn into a
/// [`SparsePath`] first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquityPath<'a> {
    /// Dollars before the first session: the first peak, and the base of the first return.
    pub start_equity: f64,
    /// Dollars at each close, oldest first.
    pub closes: &'a [f64],
}

/// The same, with only those closes at which equity moved.
///
/// A plan is flat on most sessions. Their returns are exactly 0, so figures count them instead of visiting them, and cost as
/// much as the sessions that moved. This is the one definition: a dense path gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparsePath<'a> {
    /// Dollars before the first session.
    pub start_equity: f64,
    /// Closes in all, moved or not.
    pub sessions: usize,
    /// (close from 0, dollars), ascending; at all others equity is that of the one before. A close that did not move may
    /// be there too and changes nothing.
    pub moved: &'a [(u32, f64)],
}

impl EquityPath<'_> {
    /// Dollars at the last close; at the start if there is none.
    pub fn end_equity(&self) -> f64 {
        self.closes.last().copied().unwrap_or(self.start_equity)
    }

    /// End over start, less 1. `None` without a close or with a start that is not above 0.
    pub fn net_return(&self) -> Option<f64> {
        self.sparse(&self.moved()).net_return()
    }

    /// The return of each close on the one before, the first on the start equity. `None` if some base is
    /// not above 0: after a ruin there are no returns.
    pub fn returns(&self) -> Option<Vec<f64>> {
        let mut returns = Vec::new();
        let all: Vec<(u32, f64)> = (0..).zip(self.closes.iter().copied()).collect();
        self.sparse(&all)
            .write_returns(&mut returns)
            .then_some(returns)
    }

    /// The closes that differ from the one before.
    pub(crate) fn moved(&self) -> Vec<(u32, f64)> {
        let mut before = self.start_equity;
        let mut moved = Vec::new();
        for (close, &equity) in (0..).zip(self.closes) {
            if equity != before {
                moved.push((close, equity));
            }
            before = equity;
        }
        moved
    }

    pub(crate) const fn sparse<'m>(&self, moved: &'m [(u32, f64)]) -> SparsePath<'m> {
        SparsePath {
            start_equity: self.start_equity,
            sessions: self.closes.len(),
            moved,
        }
    }
}

impl SparsePath<'_> {
    /// Dollars at the last close; at the start if nothing moved.
    pub fn end_equity(&self) -> f64 {
        self.moved.last().map_or(self.start_equity, |last| last.1)
    }

    /// End over start, less 1. `None` without a close or with a start that is not above 0.
    pub fn net_return(&self) -> Option<f64> {
        if self.sessions == 0 || !self.is_usable() {
            return None;
        }
        defined(self.end_equity() / self.start_equity - 1.0)
    }

    /// Writes the returns of the closes in [`moved`](Self::moved), each on the equity before it; all others are 0. False if
    /// some base is not above 0: after a ruin there are no returns.
    pub(crate) fn write_returns(&self, returns: &mut Vec<f64>) -> bool {
        returns.clear();
        let mut base = self.start_equity;
        // A close after the last that moved would have the end equity as its base.
        let after = self.moved.last().map_or(0, |last| last.0 as usize + 1);
        let mut sound = after >= self.sessions || self.end_equity() > 0.0;
        returns.extend(self.moved.iter().map(|&(_, equity)| {
            let change = equity / base - 1.0;
            sound &= base > 0.0 && change.is_finite();
            base = equity;
            change
        }));
        sound
    }

    /// A start above 0 and finite dollars throughout.
    pub(crate) fn is_usable(&self) -> bool {
        self.start_equity > 0.0
            && self.start_equity.is_finite()
            // No shortcut on the way: this vectorises.
            && self.moved.iter().fold(true, |sound, close| sound & close.1.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::{EquityPath, SparsePath};

    #[test]
    fn the_first_return_starts_from_start_equity() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[110.0, 55.0],
        };
        // 110/100 − 1, 55/110 − 1, and 55/100 − 1 over all.
        assert_eq!(path.returns().unwrap(), [110.0 / 100.0 - 1.0, -0.5]);
        assert_eq!(path.net_return(), Some(55.0 / 100.0 - 1.0));
    }

    #[test]
    fn no_close_no_figure() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[],
        };
        assert_eq!((path.net_return(), path.returns()), (None, Some(vec![])));
    }

    #[test]
    fn ruin_is_a_net_return_but_no_base_for_another() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[-20.0],
        };
        assert_eq!(path.net_return(), Some(-1.2));
        assert_eq!(
            EquityPath {
                closes: &[0.0, 10.0],
                ..path
            }
            .returns(),
            None
        );
        assert_eq!(
            EquityPath {
                start_equity: 0.0,
                closes: &[1.0]
            }
            .net_return(),
            None
        );
        assert_eq!(
            EquityPath {
                closes: &[f64::NAN, 10.0],
                ..path
            }
            .net_return(),
            None
        );
    }

    #[test]
    fn flat_sessions_are_counted_and_not_listed() {
        // 100 100 110 110 55 55: moved at closes 2 and 4.
        let dense = EquityPath {
            start_equity: 100.0,
            closes: &[100.0, 100.0, 110.0, 110.0, 55.0, 55.0],
        };
        let moved = dense.moved();
        assert_eq!(moved, [(2, 110.0), (4, 55.0)]);
        let sparse = dense.sparse(&moved);
        let mut returns = Vec::new();
        assert!(sparse.write_returns(&mut returns));
        assert_eq!(returns, [110.0 / 100.0 - 1.0, -0.5]);
        assert_eq!((sparse.sessions, sparse.end_equity()), (6, 55.0));
        assert_eq!(sparse.net_return(), dense.net_return());
    }

    #[test]
    fn a_ruin_before_the_last_close_ends_the_returns_even_if_nothing_moves_any_more() {
        let ruined = |sessions| SparsePath {
            start_equity: 100.0,
            sessions,
            moved: &[(1, -5.0)],
        };
        let mut returns = Vec::new();
        assert!(ruined(2).write_returns(&mut returns), "no close after it");
        assert!(
            !ruined(3).write_returns(&mut returns),
            "one on a base of -5"
        );
    }
}
