//! What an account was worth, close by close.

use crate::defined;

/// Equity at the start and at each close (of a session, or of a bar).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquityPath<'a> {
    /// Dollars before the first session: the first peak, and the base of the first return.
    pub start_equity: f64,
    /// Dollars at each close, oldest first.
    pub closes: &'a [f64],
}

impl EquityPath<'_> {
    /// Dollars at the last close; at the start if there is none.
    pub fn end_equity(&self) -> f64 {
        self.closes.last().copied().unwrap_or(self.start_equity)
    }

    /// End over start, less 1. `None` without a close or with a start that is not above 0.
    pub fn net_return(&self) -> Option<f64> {
        if self.closes.is_empty() || !self.is_usable() {
            return None;
        }
        defined(self.end_equity() / self.start_equity - 1.0)
    }

    /// The return of each close on the one before, the first on the start equity. `None` if some base is
    /// not above 0: after a ruin there are no returns.
    pub fn returns(&self) -> Option<Vec<f64>> {
        let mut base = self.start_equity;
        let step = |&close: &f64| {
            let change = if base > 0.0 {
                defined(close / base - 1.0)
            } else {
                None
            };
            base = close;
            change
        };
        self.closes.iter().map(step).collect()
    }

    /// A start above 0 and finite dollars throughout.
    pub(crate) fn is_usable(&self) -> bool {
        self.start_equity > 0.0
            && self.start_equity.is_finite()
            && self.closes.iter().all(|close| close.is_finite())
    }
}

#[cfg(test)]
mod tests {
    use super::EquityPath;

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
}
