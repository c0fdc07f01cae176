//! The volatilities of one instant: a level by tenor and a skew, joined so that the surface's own variance strip has the level.
//!
//! An index such as RVX is the price of a strip of all out-of-the-money options, not a volatility at the money. On the real
//! SPY chains of February 2026 the strip read 17.3 where the money stood at 14.3; a surface levelled at the money would
//! sell every option a fifth too dear.

use super::ratio::Legendre;
use super::skew::{Shape, Skew, YEAR_DAYS};
use super::term::Level;

/// Least time a surface computes with, years: a second. At an expiry's very close there is no volatility to speak of.
const LEAST_YEARS: f64 = 1.0 / (YEAR_DAYS * 86_400.0);

/// The volatilities of one instant.
#[derive(Clone, Debug)]
pub struct Surface<'s> {
    level: Level,
    skew: &'s Skew,
}

/// The volatilities of one expiry at one instant. Ask for it once an expiry: it carries what strikes share.
#[derive(Clone, Copy, Debug)]
pub struct Smile {
    at_the_money: f64,
    deviation: f64,
    years: f64,
    shape: Shape,
}

impl<'s> Surface<'s> {
    /// Joins a level and a skew; nothing is computed yet.
    pub const fn new(level: Level, skew: &'s Skew) -> Surface<'s> {
        Surface { level, skew }
    }

    /// The level it was made with.
    pub const fn level(&self) -> &Level {
        &self.level
    }

    /// The skew it was made with.
    pub const fn skew(&self) -> &'s Skew {
        self.skew
    }

    /// The expiry `years` away: its volatility at the money is solved so that its strip has the level's total variance.
    pub fn smile(&self, years: f64) -> Smile {
        let years = if years > LEAST_YEARS {
            years
        } else {
            LEAST_YEARS
        };
        let strip = self.level.total_variance(years).sqrt();
        let deviation = self.skew.ratios().at_the_money(years, strip);
        Smile {
            at_the_money: deviation / years.sqrt(),
            deviation,
            years,
            shape: self.skew.shape(years),
        }
    }

    /// Volatility of one option, a fraction a year, above 0: [`Surface::smile`] and [`Smile::volatility`] in one.
    pub fn volatility(&self, strike: f64, forward: f64, years: f64) -> f64 {
        self.smile(years).volatility(strike, forward)
    }
}

impl Smile {
    /// A smile by its volatility at the money (a fraction a year, above 0), as when it is fitted to quotes.
    pub fn new(at_the_money: f64, years: f64, skew: &Skew) -> Smile {
        Smile {
            at_the_money,
            deviation: at_the_money * years.sqrt(),
            years,
            shape: skew.shape(years),
        }
    }

    /// Volatility where the strike is the forward, a fraction a year.
    pub const fn at_the_money(&self) -> f64 {
        self.at_the_money
    }

    /// Time to expiry, years.
    pub const fn years(&self) -> f64 {
        self.years
    }

    /// σ√T at the money.
    pub const fn deviation(&self) -> f64 {
        self.deviation
    }

    /// ln(strike ÷ forward) in deviations of σ√T at the money.
    pub fn deviations(&self, strike: f64, forward: f64) -> f64 {
        (strike / forward).ln() / self.deviation
    }

    /// Volatility of a strike, a fraction a year. Strike and forward (both positive) are dollars a share.
    #[inline]
    pub fn volatility(&self, strike: f64, forward: f64) -> f64 {
        self.at_the_money * self.shape.ratio(self.deviations(strike, forward))
    }

    /// The smile's own variance strip over every strike, as a volatility (a fraction a year), by quadrature.
    pub fn strip(&self) -> f64 {
        let over = Legendre::new().strip_over_level(&self.shape, self.deviation);
        self.at_the_money * over.sqrt()
    }

    /// Gatheral's g at a strike: below 0 a butterfly there would cost less than nothing.
    pub fn density(&self, strike: f64, forward: f64) -> f64 {
        self.shape
            .density(self.deviations(strike, forward), self.deviation)
    }
}

#[cfg(test)]
mod tests {
    use super::super::skew::{SkewParameters, TENOR_DAYS};
    use super::super::term::Readings;
    use super::*;
    use crate::chains::NoQuote;

    fn spy() -> Skew {
        Skew::new(SkewParameters::SPY).expect("the shipped curve is sound")
    }

    #[test]
    fn a_flat_curve_is_its_own_strip() {
        let flat = Skew::new(SkewParameters::FLAT).unwrap();
        let level = Level::flat(0.25).unwrap();
        let smile = Surface::new(level, &flat).smile(0.1);
        assert!((smile.at_the_money() - 0.25).abs() < 1e-12);
        assert!((smile.strip() - 0.25).abs() < 1e-12);
        for strike in [50.0, 99.0, 180.0] {
            assert!((smile.volatility(strike, 100.0) - 0.25).abs() < 1e-12);
        }
    }

    /// The other way to the strip: 2/T ∫ Q(K)/K² dK over out-of-the-money prices, by Simpson's rule.
    fn strip_by_prices(smile: &Smile) -> f64 {
        let normal = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
        let price = |k: f64| {
            let total = smile.volatility(k.exp(), 1.0) * smile.years().sqrt();
            let (d1, d2) = (-k / total + 0.5 * total, -k / total - 0.5 * total);
            if k < 0.0 {
                normal(-d2) - (-k).exp() * normal(-d1)
            } else {
                (-k).exp() * normal(d1) - normal(d2)
            }
        };
        // In two halves, since the integrand has a kink at the forward.
        let half = |to: f64| {
            const STEPS: i32 = 40_000;
            let h = to / f64::from(STEPS);
            let sum: f64 = (0..=STEPS)
                .map(|i| {
                    let weight = match i {
                        0 | STEPS => 1.0,
                        i if i % 2 == 1 => 4.0,
                        _ => 2.0,
                    };
                    // The put side at the forward is the limit from below; both sides agree there.
                    weight * price(h * f64::from(i))
                })
                .sum();
            sum * h.abs() / 3.0
        };
        let far = smile.deviation();
        (2.0 * (half(-90.0 * far) + half(40.0 * far)) / smile.years()).sqrt()
    }

    #[test]
    fn the_strip_by_density_is_the_strip_by_prices() {
        let skew = spy();
        for (points, days) in [(12.0, 9.0), (25.0, 30.0), (80.0, 30.0), (60.0, 93.0)] {
            let level = Level::flat(points / 100.0).unwrap();
            let smile = Surface::new(level, &skew).smile(days / YEAR_DAYS);
            let (density, prices) = (smile.strip(), strip_by_prices(&smile));
            assert!((density / prices - 1.0).abs() < 1e-7, "{density} {prices}");
        }
    }

    #[test]
    fn a_surface_strips_to_its_level_at_every_tenor_and_level() {
        let skew = spy();
        let mut highest = 0.0;
        for points in (8..=120).step_by(4) {
            let readings = Readings {
                index: Some(f64::from(points)),
                vix: Some(20.0),
                vix9d: Some(23.0),
                vix3m: Some(21.0),
            };
            let surface = Surface::new(Level::new(&readings).unwrap(), &skew);
            for days in [1.0, 2.5, 9.0, 17.0, 30.0, 45.0, 93.0, 120.0] {
                let strip = surface.smile(days / YEAR_DAYS).strip();
                let wanted = surface.level().volatility(days);
                assert!(
                    (strip - wanted).abs() < 1e-8,
                    "{points} {days}: {strip} {wanted}"
                );
            }
            let at_the_money = surface.smile(30.0 / YEAR_DAYS).at_the_money();
            assert!(at_the_money > highest, "monotone in the level");
            highest = at_the_money;
        }
    }

    #[test]
    fn no_butterfly_and_no_calendar_is_for_nothing() {
        let skew = spy();
        for points in [8.0, 20.0, 45.0, 90.0, 120.0] {
            let surface = Surface::new(Level::flat(points / 100.0).unwrap(), &skew);
            let mut shorter: Option<Smile> = None;
            for days in [2.0, 5.0, 9.0, 14.0, 30.0, 45.0, 70.0, 93.0, 120.0] {
                let smile = surface.smile(days / YEAR_DAYS);
                for step in -300..=200 {
                    let strike = 100.0 * (smile.deviation() * 0.03 * f64::from(step)).exp();
                    assert!(
                        smile.density(strike, 100.0) >= 0.0,
                        "{points} {days} {strike}"
                    );
                    let total = smile.volatility(strike, 100.0).powi(2) * smile.years();
                    let before = shorter
                        .as_ref()
                        .map_or(0.0, |s| s.volatility(strike, 100.0).powi(2) * s.years());
                    // The calls' wing turns up more steeply in short tenors; where it crosses is said in the docs.
                    if shorter.is_none_or(|s| s.deviations(strike, 100.0) < 3.0) {
                        assert!(
                            total >= before,
                            "{points} {days} {strike}: {total} {before}"
                        );
                    }
                }
                shorter = Some(smile);
            }
        }
    }

    #[test]
    fn beyond_its_range_a_surface_still_answers() {
        let skew = spy();
        let surface = Surface::new(Level::flat(3.0).unwrap(), &skew);
        for years in [-1.0, 0.0, f64::NAN, 1e-9, TENOR_DAYS.1, 30.0] {
            let volatility = surface.volatility(90.0, 100.0, years);
            assert!(volatility.is_finite() && volatility > 0.0, "{years}");
        }
        assert_eq!(Level::flat(0.0), Err(NoQuote::NoVolatility));
    }
}
