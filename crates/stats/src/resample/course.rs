//! Where an account went: its end, its deepest drawdown, its lowest point.

use crate::dice::{Dice, Purpose};

/// The course of an account that starts at 1, over trades or sessions, compounded. Courses follow one another with
/// [`then`](Self::then).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Course {
    /// Equity at the end ÷ start equity.
    pub end: f64,
    /// Highest equity ÷ start equity, the start included.
    pub peak: f64,
    /// Lowest equity ÷ start equity, the start included.
    pub least: f64,
    /// Deepest loss from a running peak, a fraction.
    pub depth: f64,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            end: 1.0,
            peak: 1.0,
            least: 1.0,
            depth: 0.0,
        }
    }
}

impl Course {
    /// Goes on by one return, a fraction. An account with nothing left stays where it is.
    #[inline]
    pub fn step(&mut self, fraction: f64) {
        if self.end <= 0.0 {
            return;
        }
        self.end *= 1.0 + fraction;
        self.peak = self.peak.max(self.end);
        self.least = self.least.min(self.end);
        self.depth = self.depth.max(1.0 - self.end / self.peak);
    }

    /// Of returns in order.
    pub fn of(fractions: impl IntoIterator<Item = f64>) -> Self {
        let mut course = Self::default();
        for fraction in fractions {
            course.step(fraction);
        }
        course
    }

    /// This one, and then the other with what this one left: as if both had been walked in one.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        if self.end <= 0.0 {
            return self;
        }
        let least = self.end * next.least;
        Self {
            end: self.end * next.end,
            peak: self.peak.max(self.end * next.peak),
            least: self.least.min(least),
            // Within either, or from a peak before to a low after.
            depth: self.depth.max(next.depth).max(1.0 - least / self.peak),
        }
    }

    /// End ÷ start − 1.
    pub fn net_return(&self) -> f64 {
        self.end - 1.0
    }

    /// True if equity ever fell to `1 − loss` of the start or below: 0.2 is the loss of a fifth.
    pub fn ruined(&self, loss: f64) -> bool {
        self.least <= 1.0 - loss
    }
}

/// The course of as many returns drawn from `fractions` with replacement, draw `k` of a seed.
pub fn drawn_again(fractions: &[f64], seed: u64, k: u64) -> Course {
    let mut dice = Dice::new(seed, Purpose::Trades, k);
    Course::of((0..fractions.len()).map(|_| fractions[dice.below(fractions.len())]))
}

/// The course of the same returns in a random order, draw `k` of a seed. The end does not depend on the order (but for
/// the last bits), the drawdown does.
pub fn reordered(fractions: &[f64], seed: u64, k: u64) -> Course {
    let mut order = fractions.to_vec();
    Dice::new(seed, Purpose::Order, k).shuffle(&mut order);
    Course::of(order)
}

#[cfg(test)]
mod tests {
    use super::{Course, drawn_again, reordered};
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        // 1 → 1.5 → 0.75 → 0.9: peak 1.5, half of it lost, lowest 0.75.
        let course = Course::of([0.5, -0.5, 0.2]);
        assert!((course.net_return() + 0.1).abs() < 1e-12);
        assert_eq!((course.peak, course.least, course.depth), (1.5, 0.75, 0.5));
        assert!(course.ruined(0.25) && !course.ruined(0.2501));
        assert_eq!(Course::of([]), Course::default());
    }

    #[test]
    fn what_is_gone_does_not_come_back() {
        let gone = Course::of([-1.0, 5.0]);
        assert_eq!((gone.end, gone.depth), (0.0, 1.0));
        assert_eq!(gone.then(Course::of([1.0])), gone);
        // A short squeezed beyond the account.
        assert_eq!(Course::of([-1.5, 1.0]).end, -0.5);
    }

    #[test]
    fn draws_are_of_what_is_there() {
        // Of one gain and one loss: both, or the same twice: ends 1.1², 1.1 × 0.9, 0.9², in quarters and a half.
        let ends: Vec<f64> = (0..400)
            .map(|k| drawn_again(&[0.1, -0.1], 1, k).end)
            .collect();
        let share = |end: f64| ends.iter().filter(|&&e| (e - end).abs() < 1e-12).count();
        let counts = [share(1.21), share(0.99), share(0.81)];
        assert_eq!(counts.iter().sum::<usize>(), 400);
        // Standard deviations √(400·3/16) = 8.7 and 10.
        assert!(
            counts[0].abs_diff(100) < 35 && counts[1].abs_diff(200) < 40,
            "{counts:?}"
        );
        assert_eq!(drawn_again(&[], 1, 1), Course::default());
    }

    proptest! {
        #[test]
        fn one_after_the_other_is_both_in_one(a in proptest::collection::vec(-0.9..0.9_f64, 0..20), b in proptest::collection::vec(-0.9..0.9_f64, 0..20)) {
            let whole = Course::of(a.iter().chain(&b).copied());
            let joined = Course::of(a).then(Course::of(b));
            for (x, y) in [(whole.end, joined.end), (whole.peak, joined.peak), (whole.least, joined.least), (whole.depth, joined.depth)] {
                prop_assert!((x - y).abs() <= 1e-9 * x.abs().max(1.0), "{} {}", x, y);
            }
        }

        #[test]
        fn the_order_does_not_matter_to_the_end(fractions in proptest::collection::vec(-0.5..0.5_f64, 0..30), seed: u64, k: u64) {
            let (there, other) = (Course::of(fractions.iter().copied()), reordered(&fractions, seed, k));
            prop_assert!((there.end - other.end).abs() <= 1e-9 * there.end);
        }
    }
}
