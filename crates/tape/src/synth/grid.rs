//! The sessions of the simulated market and the stretches between its turning points.

use market::calendar;
use market::{Session, SessionTable};

use super::turning::{TURNING_POINTS, TurningPoint};

/// Volatility of a half day ÷ that of a full one.
const HALF_DAY_ACTIVITY: f64 = 0.7;

/// Every session from the first turning point to the last.
pub(super) struct Grid {
    pub(super) sessions: Vec<Session>,
    /// Volatility of each session relative to a full day.
    pub(super) activity: Vec<f64>,
    pub(super) stretches: Vec<Stretch>,
}

/// The sessions after one turning point up to and including the next.
#[derive(Clone, Copy)]
pub(super) struct Stretch {
    /// Index of the session of `start`.
    pub(super) from: usize,
    /// Index of the session of `end`, always above `from`.
    pub(super) to: usize,
    pub(super) start: TurningPoint,
    pub(super) end: TurningPoint,
}

impl Stretch {
    pub(super) fn len(&self) -> usize {
        self.to - self.from
    }

    /// The geometric line from `a` to `b` at session `index` of this stretch.
    pub(super) fn line(&self, a: f64, b: f64, index: usize) -> f64 {
        let share = index.saturating_sub(self.from) as f64 / self.len() as f64;
        a * libm::exp(share * libm::log(b / a))
    }
}

impl Grid {
    pub(super) fn new() -> Grid {
        let [first, .., last] = TURNING_POINTS;
        let sessions: Vec<Session> = SessionTable::covering(first.date, last.date)
            .as_slice()
            .iter()
            .copied()
            .filter(|s| (first.date..=last.date).contains(&s.date))
            .collect();
        let activity = sessions
            .iter()
            .map(|s| {
                if calendar::half_day(s.date) {
                    HALF_DAY_ACTIVITY
                } else {
                    1.0
                }
            })
            .collect();
        let at = |point: &TurningPoint| sessions.partition_point(|s| s.date < point.date);
        let stretches = TURNING_POINTS
            .windows(2)
            .map(|pair| Stretch {
                from: at(&pair[0]),
                to: at(&pair[1]),
                start: pair[0],
                end: pair[1],
            })
            .collect();
        Grid {
            sessions,
            activity,
            stretches,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_turning_point_is_a_session_and_the_stretches_join_up() {
        let grid = Grid::new();
        for (stretch, next) in grid.stretches.iter().zip(&grid.stretches[1..]) {
            assert_eq!(stretch.to, next.from);
            assert!(stretch.from < stretch.to);
        }
        for point in &TURNING_POINTS {
            assert!(grid.sessions.iter().any(|s| s.date == point.date));
        }
        // Sessions 2016-07-01 to 2023-12-29: 127 of 2016 (July 1 on), then
        // 251 + 251 + 252 + 253 + 252 + 251 + 250.
        assert_eq!(grid.len(), 127 + 1760);
        assert_eq!(grid.stretches.len(), TURNING_POINTS.len() - 1);
    }

    #[test]
    fn a_line_starts_and_ends_where_it_should() {
        let stretch = Grid::new().stretches[0];
        assert_eq!(stretch.line(100.0, 121.0, stretch.from), 100.0);
        assert!((stretch.line(100.0, 121.0, stretch.to) - 121.0).abs() < 1e-9);
    }
}
