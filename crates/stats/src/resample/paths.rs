//! Figures of resampled sessions.

use std::ops::Range;

use super::course::Course;
use super::interval::{Interval, percentile};
use super::stationary::StationaryBootstrap;
use crate::defined;
use crate::ratios::SESSIONS_A_YEAR;
use crate::returns::SparseReturns;

/// The headline figures of one path of session returns, compounded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathFigures {
    /// Mean return a session.
    pub mean_return: Option<f64>,
    /// End ÷ start − 1.
    pub net_return: Option<f64>,
    /// `(1 + net return)^(252 ÷ sessions) − 1`, whatever the length; to be withheld under a year.
    pub annualised_return: Option<f64>,
    /// Annual, over 0; see [`crate::sharpe`].
    pub sharpe: Option<f64>,
    /// Annual, over 0; see [`crate::sortino`].
    pub sortino: Option<f64>,
    /// At session closes, start included.
    pub max_drawdown: Option<f64>,
}

/// What a path leaves behind, session by session.
#[derive(Clone, Copy, Debug, Default)]
struct Walk {
    sum: f64,
    squares: f64,
    down_squares: f64,
    course: Course,
}

impl Walk {
    fn step(&mut self, fraction: f64) {
        self.sum += fraction;
        self.squares += fraction * fraction;
        let down = fraction.min(0.0);
        self.down_squares += down * down;
        self.course.step(fraction);
    }

    fn figures(&self, sessions: usize) -> PathFigures {
        if sessions == 0 {
            return PathFigures::default();
        }
        let n = sessions as f64;
        let year = SESSIONS_A_YEAR as f64;
        let mean = self.sum / n;
        let ratio = |square: f64| {
            // Below the rounding of returns there is nothing to divide by.
            let spread = Some(square.max(0.0).sqrt()).filter(|&spread| spread > 1e-14)?;
            defined(mean / spread * year.sqrt())
        };
        // The subtraction leaves rounding of the size of its terms.
        let around = self.squares - n * mean * mean;
        let varies = sessions > 1 && around > 1e-12 * self.squares;
        let growth = Some(self.course.end).filter(|&equity| equity >= 0.0);
        PathFigures {
            mean_return: defined(mean),
            net_return: defined(self.course.net_return()),
            annualised_return: growth.and_then(|g| defined(libm::pow(g, year / n) - 1.0)),
            sharpe: if varies {
                ratio(around / (n - 1.0))
            } else {
                None
            },
            sortino: ratio(self.down_squares / n),
            max_drawdown: defined(self.course.depth),
        }
    }
}

/// Returns ready to be resampled: a draw costs as much as the sessions that moved in it.
#[derive(Clone, Debug)]
pub struct ResampledPaths<'a> {
    returns: &'a SparseReturns<'a>,
    bootstrap: StationaryBootstrap,
    /// For each session, and one past the last, how many sessions before it moved.
    moved_before: Vec<u32>,
}

impl<'a> ResampledPaths<'a> {
    /// Of these returns; `None` without sessions or with a mean block below 1.
    pub fn new(
        returns: &'a SparseReturns<'a>,
        mean_block_sessions: f64,
        seed: u64,
    ) -> Option<Self> {
        let bootstrap = StationaryBootstrap::new(returns.sessions(), mean_block_sessions, seed)?;
        let mut moved_before = vec![0; returns.sessions() + 1];
        for &(session, _) in returns.moved() {
            moved_before[session as usize + 1] = 1;
        }
        let mut running = 0;
        for count in &mut moved_before {
            running += *count;
            *count = running;
        }
        Some(Self {
            returns,
            bootstrap,
            moved_before,
        })
    }

    /// The figures of the sessions as they were.
    pub fn point(&self) -> PathFigures {
        let mut walk = Walk::default();
        self.returns.moved().iter().for_each(|&(_, r)| walk.step(r));
        walk.figures(self.returns.sessions())
    }

    /// The figures of draw `k`.
    pub fn draw(&self, k: u64) -> PathFigures {
        let mut walk = Walk::default();
        self.each(k, |fraction| walk.step(fraction));
        walk.figures(self.returns.sessions())
    }

    /// The course of draw `k`, without its other figures.
    pub fn course(&self, k: u64) -> Course {
        let mut course = Course::default();
        self.each(k, |fraction| course.step(fraction));
        course
    }

    /// Shows every return of draw `k` that is not 0, in order.
    fn each(&self, k: u64, mut see: impl FnMut(f64)) {
        let sessions = self.returns.sessions();
        let mut run = |range: Range<usize>| {
            let (from, to) = (self.moved_before[range.start], self.moved_before[range.end]);
            for &(_, fraction) in &self.returns.moved()[from as usize..to as usize] {
                see(fraction);
            }
        };
        for block in self.bootstrap.blocks(k) {
            let end = block.start + block.sessions;
            run(block.start..end.min(sessions));
            run(0..end.saturating_sub(sessions));
        }
    }

    /// The figures of the draws of a range, in order; ranges may be split and joined.
    pub fn draws(&self, resamples: Range<u64>) -> Vec<PathFigures> {
        resamples.map(|k| self.draw(k)).collect()
    }
}

/// Percentile intervals of the headline figures.
///
/// A drawdown's interval need not hold the drawdown itself in its middle: blocks taken out of a long decline end it early.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PathIntervals {
    /// Of the mean return a session.
    pub mean_return: Option<Interval>,
    /// Of the net return.
    pub net_return: Option<Interval>,
    /// Of the annualised return.
    pub annualised_return: Option<Interval>,
    /// Of the Sharpe ratio.
    pub sharpe: Option<Interval>,
    /// Of the Sortino ratio.
    pub sortino: Option<Interval>,
    /// Of the maximum drawdown.
    pub max_drawdown: Option<Interval>,
}

impl PathIntervals {
    /// Of drawn figures; `level` is 0.95 for 95 %.
    pub fn of(draws: &[PathFigures], level: f64) -> Self {
        let interval = |figure: fn(&PathFigures) -> Option<f64>| {
            percentile(&draws.iter().map(figure).collect::<Vec<_>>(), level)
        };
        Self {
            mean_return: interval(|f| f.mean_return),
            net_return: interval(|f| f.net_return),
            annualised_return: interval(|f| f.annualised_return),
            sharpe: interval(|f| f.sharpe),
            sortino: interval(|f| f.sortino),
            max_drawdown: interval(|f| f.max_drawdown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PathFigures, PathIntervals, ResampledPaths};
    use crate::dice::{Dice, Purpose};
    use crate::path::EquityPath;
    use crate::returns::SparseReturns;
    use crate::{annualised_return, max_drawdown, sharpe, sortino};
    use proptest::prelude::*;

    fn plain(returns: &[f64]) -> PathFigures {
        let mut equity = 1.0;
        let step = |r: &f64| {
            equity *= 1.0 + r;
            equity
        };
        let closes: Vec<f64> = returns.iter().map(step).collect();
        let path = EquityPath {
            start_equity: 1.0,
            closes: &closes,
        };
        PathFigures {
            mean_return: crate::mean(returns.iter().copied()),
            net_return: path.net_return(),
            annualised_return: annualised_return(&path),
            sharpe: sharpe(returns),
            sortino: sortino(returns),
            max_drawdown: max_drawdown(&path),
        }
    }

    fn near(a: Option<f64>, b: Option<f64>) -> bool {
        match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(1.0),
            (a, b) => a == b,
        }
    }

    fn same(a: PathFigures, b: PathFigures) -> bool {
        near(a.mean_return, b.mean_return)
            && near(a.net_return, b.net_return)
            && near(a.annualised_return, b.annualised_return)
            && near(a.sharpe, b.sharpe)
            && near(a.sortino, b.sortino)
            && near(a.max_drawdown, b.max_drawdown)
    }

    #[test]
    fn the_interval_of_a_mean_covers_it_at_its_level() {
        // 300 windows of 150 sessions with a mean of 0.001, 300 draws each, at 90 %: 270 expected, standard deviation 5.2;
        // block bootstraps of short windows cover a little less.
        let mut covered = 0;
        for seed in 0..300 {
            let mut dice = Dice::new(seed, Purpose::Noise, 0);
            let dense: Vec<f64> = (0..150).map(|_| 0.001 + 0.01 * dice.normal()).collect();
            let returns = SparseReturns::of_dense(&dense).unwrap();
            let paths = ResampledPaths::new(&returns, 3.0, seed).unwrap();
            let interval = PathIntervals::of(&paths.draws(0..300), 0.9)
                .mean_return
                .unwrap();
            covered += i32::from(interval.low <= 0.001 && 0.001 <= interval.high);
        }
        assert!((245..=285).contains(&covered), "{covered} of 300");
    }

    #[test]
    fn a_plan_that_never_traded_has_no_ratios() {
        let returns = SparseReturns::new(20, vec![]).unwrap();
        let paths = ResampledPaths::new(&returns, 3.0, 1).unwrap();
        let expected = PathFigures {
            mean_return: Some(0.0),
            net_return: Some(0.0),
            annualised_return: Some(0.0),
            max_drawdown: Some(0.0),
            ..PathFigures::default()
        };
        assert_eq!((paths.point(), paths.draw(0)), (expected, expected));
        assert!(ResampledPaths::new(&SparseReturns::new(0, vec![]).unwrap(), 3.0, 1).is_none());
        assert_eq!(PathIntervals::of(&[], 0.95), PathIntervals::default());
    }

    proptest! {
        #[test]
        fn sparse_and_dense_agree(dense in proptest::collection::vec(prop_oneof![3 => Just(0.0), 1 => -0.2..0.2_f64], 2..60), block in 1.0..30.0_f64, seed: u64, k: u64) {
            let returns = SparseReturns::of_dense(&dense).unwrap();
            let paths = ResampledPaths::new(&returns, block, seed).unwrap();
            prop_assert!(same(paths.point(), plain(&dense)), "{:?} {:?}", paths.point(), plain(&dense));
            let drawn: Vec<f64> = paths.bootstrap.blocks(k).iter()
                .flat_map(|b| (b.start..b.start + b.sessions).map(|s| dense[s % dense.len()]))
                .collect();
            prop_assert!(same(paths.draw(k), plain(&drawn)), "{:?} {:?}", paths.draw(k), plain(&drawn));
        }
    }
}
