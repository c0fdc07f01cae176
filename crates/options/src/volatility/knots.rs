//! The level of volatility by tenor, from the strips of a real chain.

use std::sync::Arc;

use super::skew::{TENOR_DAYS, YEAR_DAYS};
use super::strip::Term;
use super::term::{INDEX_DAYS, LEAST_GROWTH, TermSource, growth};
use crate::chains::NoQuote;

/// A strip farther from 30 days than by a factor of two says little of them.
const ENOUGH_DAYS: (f64, f64) = (15.0, 60.0);
const DAY_MINUTES: f64 = 1440.0;

/// Tenors of one instant with their strips' total variance: one at least, ascending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Knots {
    list: Arc<[Knot]>,
    /// Whether one had to be raised.
    held: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    days: f64,
    /// Volatility² × years.
    total: f64,
}

impl Knots {
    /// A tenor whose total variance does not grow enough past the one before is raised to where it does: a stale quote must not
    /// make variance to come negative. The bounds are those of the indices' ratios.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] without a strip of 15 to 60 days.
    pub(super) fn new(strips: &[Term]) -> Result<Knots, NoQuote> {
        let usable = strips.iter().filter_map(|strip| {
            let days = strip.minutes / DAY_MINUTES;
            let total = strip.variance * days / YEAR_DAYS;
            let good = days >= TENOR_DAYS.0 && days.is_finite() && total > 0.0 && total.is_finite();
            good.then_some(Knot { days, total })
        });
        let mut list: Vec<Knot> = usable.collect();
        list.sort_by(|a, b| a.days.total_cmp(&b.days));
        list.dedup_by(|later, kept| later.days == kept.days);
        let (from, to) = ENOUGH_DAYS;
        if !list.iter().any(|knot| (from..=to).contains(&knot.days)) {
            return Err(NoQuote::NoVolatility);
        }
        let mut held = false;
        for i in 1..list.len() {
            let before = list[i - 1];
            let rate = if before.days < INDEX_DAYS {
                LEAST_GROWTH.0
            } else {
                LEAST_GROWTH.1
            };
            let least = before.total * growth(rate, before.days, list[i].days);
            held |= list[i].total < least;
            list[i].total = list[i].total.max(least);
        }
        let list = list.into();
        Ok(Knots { list, held })
    }

    /// Every volatility times `share`.
    ///
    /// # Errors
    /// [`NoQuote::NoVolatility`] if that leaves none.
    pub(super) fn scaled(&self, share: f64) -> Result<Knots, NoQuote> {
        let scaled = |knot: &Knot| Knot {
            total: knot.total * share * share,
            ..*knot
        };
        let list: Arc<[Knot]> = self.list.iter().map(scaled).collect();
        let good = |knot: &Knot| knot.total > 0.0 && knot.total.is_finite();
        if share > 0.0 && list.iter().all(good) {
            let held = self.held;
            return Ok(Knots { list, held });
        }
        Err(NoQuote::NoVolatility)
    }

    pub(super) const fn source(&self) -> TermSource {
        if self.held {
            TermSource::Held
        } else {
            TermSource::Strip
        }
    }

    /// Linear in time between the tenors, volatility flat beyond them.
    pub(super) fn total_variance(&self, years: f64) -> f64 {
        let days = years * YEAR_DAYS;
        let above = self.list.partition_point(|knot| knot.days <= days);
        match (
            above.checked_sub(1).map(|i| self.list[i]),
            self.list.get(above),
        ) {
            (Some(low), Some(high)) => {
                let share = (days - low.days) / (high.days - low.days);
                low.total + (high.total - low.total) * share
            }
            (Some(end), None) | (None, Some(&end)) => end.total * days / end.days,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::term::Level;
    use super::*;

    fn strip(days: f64, points: f64) -> Term {
        Term {
            minutes: days * DAY_MINUTES,
            variance: points * points / 1e4,
        }
    }

    fn points(level: &Level, days: f64) -> f64 {
        100.0 * level.volatility(days)
    }

    #[test]
    fn tenors_are_met_joined_in_variance_and_flat_beyond() {
        // In no order; of one day nothing is asked.
        let strips = [strip(44.0, 22.0), strip(16.0, 30.0), strip(1.0, 90.0)];
        let level = Level::of_strips(&strips).unwrap();
        for (days, hand) in [(3.0, 30.0), (16.0, 30.0), (44.0, 22.0), (300.0, 22.0)] {
            assert!((points(&level, days) - hand).abs() < 1e-10, "{days}");
        }
        // 30 days, halfway: (16·900 + 44·484) ÷ 2 = 17848, ÷ 30 = 594.93, √ = 24.391.
        let between = points(&level, 30.0);
        assert!((between * between - 17_848.0 / 30.0).abs() < 1e-9);
        assert!((between - 24.391).abs() < 5e-4);
        assert_eq!(level.near_source(), TermSource::Strip);
        let higher = level.scaled(1.1).unwrap();
        assert!((points(&higher, 30.0) - 1.1 * between).abs() < 1e-10);
        assert_eq!(level.scaled(0.0), Err(NoQuote::NoVolatility));
    }

    #[test]
    fn variance_that_would_fall_is_held_and_said() {
        // 16·3600 = 57600 > 44·484 = 21296: held at 57600·(1 + 0.135·28/16) = 71208, ÷ 44, √ = 40.229.
        let level = Level::of_strips(&[strip(16.0, 60.0), strip(44.0, 22.0)]).unwrap();
        assert!(
            (points(&level, 44.0).powi(2) - 57_600.0 * (1.0 + 0.135 * 28.0 / 16.0) / 44.0).abs()
                < 1e-8
        );
        assert!((points(&level, 16.0) - 60.0).abs() < 1e-10);
        assert_eq!(level.far_source(), TermSource::Held);
    }

    #[test]
    fn strips_far_from_a_month_level_nothing() {
        for strips in [
            vec![],
            vec![strip(14.9, 20.0), strip(61.0, 20.0)],
            vec![strip(30.0, 0.0)],
            vec![strip(30.0, f64::NAN)],
            vec![strip(f64::NAN, 20.0)],
        ] {
            assert_eq!(Level::of_strips(&strips), Err(NoQuote::NoVolatility));
        }
        for days in [15.0, 60.0] {
            assert!(Level::of_strips(&[strip(days, 20.0)]).is_ok());
        }
    }
}
