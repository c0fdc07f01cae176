//! How volatility lies over strikes: one curve in normalised log-moneyness, the same at every level.
//!
//! With z = ln(K/F) ÷ (σ√T), σ the at-the-money volatility of the tenor, the volatility of a strike is σ·√v(z), where
//!
//! v(z) = 1 + ½(c − p − q)z + ½(c + p)[h(z − m, w) − h(m, w)] + ½q[h(z − n, n/2) − h(n, n/2)],  h(x, w) = √(x² + w²).
//!
//! Seen from the forward, variance rises by p for a deviation down and, past a turn at m, by c for one up; from about n
//! on it rises faster by q: what crashes cost. Without q this is Gatheral's SVI. p, q and m change with tenor and settle
//! beyond a month or two: p(T) = p·exp(2g(1 − √(30 days ÷ T))). Far out v is a straight line, as fast as total variance may grow in log-moneyness (Lee 2004).
//! In z the density of outcomes depends on the level through one small term only (Gatheral and Jacquier 2014, their g),
//! so a curve is checked once, at the highest level, when it is made.

use serde::{Deserialize, Serialize};

use super::ratio::Ratios;

/// The tenors the slopes scale over, days: those that were fitted. Outside them the nearest holds.
pub const TENOR_DAYS: (f64, f64) = (2.0, 120.0);
/// The highest volatility at the money that a curve is checked for, a fraction a year: RVX never closed above 0.9.
pub const MAX_LEVEL: f64 = 1.2;
/// The highest σ√T at the money of the same: that level over 120 days.
pub const MAX_DEVIATION: f64 = 0.7;
/// The most the shipped curve may be bent by ([`Skew::scaled`]): at 1.4 of itself the density is negative where plans trade.
pub const MAX_SKEW_SCALE: f64 = 1.35;
/// What the curve depends on beside z: √(30 days ÷ tenor), the tenor held to those fitted.
pub(super) fn quickness(years: f64) -> f64 {
    let days = (years * YEAR_DAYS).clamp(TENOR_DAYS.0, TENOR_DAYS.1);
    (REFERENCE_DAYS / days).sqrt()
}

/// Tenors a curve is checked at, days.
const CHECKED_DAYS: [f64; 4] = [TENOR_DAYS.0, 7.0, REFERENCE_DAYS, TENOR_DAYS.1];
/// Days of the tenor the slopes are written for.
const REFERENCE_DAYS: f64 = 30.0;
/// Days of a year.
pub(super) const YEAR_DAYS: f64 = 365.0;

/// The numbers of a curve, as they are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkewParameters {
    /// p: rise of v for a deviation down, near the forward, at 30 days.
    pub put_slope: f64,
    /// c: rise of v for a deviation up, past the turn, at 30 days.
    pub call_slope: f64,
    /// m: deviations from the forward to the turn.
    pub centre: f64,
    /// w: deviations the turn takes.
    pub width: f64,
    /// q: further rise of v for a deviation down, past the crash side's onset.
    pub crash_slope: f64,
    /// n: deviations from the forward to that onset, below 0.
    pub crash_centre: f64,
    /// How the puts' slope grows with tenor (g above).
    pub put_slope_growth: f64,
    /// How the turn moves out with tenor, likewise.
    pub centre_growth: f64,
    /// How the crash slope grows with tenor, likewise.
    pub crash_slope_growth: f64,
}

impl SkewParameters {
    /// Fitted to the SPY chains of 11 to 13 February 2026, 2 to 120 days (docs/volatility.md has the errors and the
    /// command). No chain of IWM is at hand: its skew is taken to be that of SPY, which makes every price from it MODEL.
    pub const SPY: SkewParameters = SkewParameters {
        put_slope: 0.6824,
        call_slope: 0.3288,
        centre: 0.9255,
        width: 0.5292,
        crash_slope: 0.7288,
        crash_centre: -3.0042,
        put_slope_growth: 0.0959,
        centre_growth: -0.1266,
        crash_slope_growth: 0.2975,
    };

    /// The same volatility at every strike.
    pub const FLAT: SkewParameters = SkewParameters {
        put_slope: 0.0,
        call_slope: 0.0,
        centre: 1.0,
        width: 0.5,
        crash_slope: 0.0,
        crash_centre: -3.5,
        put_slope_growth: 0.0,
        centre_growth: 0.0,
        crash_slope_growth: 0.0,
    };

    /// Every number within its range.
    pub(super) fn check_ranges(&self) -> Result<(), SkewError> {
        for (name, found, low, high) in self.bounded() {
            if !(low..=high).contains(&found) {
                return Err(SkewError::Range {
                    name,
                    found,
                    low,
                    high,
                });
            }
        }
        Ok(())
    }

    /// Gatheral's g where it is least, at each tenor checked: what a fit must keep above 0.
    pub(super) fn least_densities(&self) -> [f64; 4] {
        let reach = Reach::EVERYWHERE;
        CHECKED_DAYS.map(|days| {
            let shape = self.shape(days / YEAR_DAYS);
            least_density(&shape, reach.deviation(days), &reach).1
        })
    }

    /// The curve of a tenor.
    pub(super) fn shape(&self, years: f64) -> Shape {
        Shape::new(self, years)
    }

    /// Each number with its name and the range it must lie in.
    fn bounded(&self) -> [(&'static str, f64, f64, f64); 9] {
        [
            ("put_slope", self.put_slope, 0.0, 2.0),
            ("call_slope", self.call_slope, 0.0, 2.0),
            ("centre", self.centre, -2.0, 2.5),
            ("width", self.width, 0.05, 3.0),
            ("crash_slope", self.crash_slope, 0.0, 2.0),
            ("crash_centre", self.crash_centre, -8.0, -0.5),
            ("put_slope_growth", self.put_slope_growth, -0.3, 0.3),
            ("centre_growth", self.centre_growth, -0.3, 0.3),
            ("crash_slope_growth", self.crash_slope_growth, -0.5, 0.5),
        ]
    }
}

/// Why a curve cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SkewError {
    /// A number that is outside its range or none at all.
    #[error(
        "skew: {name} = {found}, expected {low} to {high}; take the fitted parameters or fit again"
    )]
    Range {
        /// The parameter.
        name: &'static str,
        /// What it is.
        found: f64,
        /// The least it may be.
        low: f64,
        /// The most it may be.
        high: f64,
    },
    /// A strike's volatility would fall to little or nothing.
    #[error(
        "skew: the volatility {z:.2} deviations from the forward is {found:.3} of that at the money, expected at least {least}; \
         lower the slopes or widen the turn"
    )]
    TooLow {
        /// Where, deviations.
        z: f64,
        /// f there.
        found: f64,
        /// The least it may be.
        least: f64,
    },
    /// A butterfly would cost less than nothing.
    #[error(
        "skew: at {days} days and {deviation:.2} of total deviation the density {z:.2} deviations from the forward is negative \
         (g = {found:.4}), expected none below 0; lower the slopes"
    )]
    Butterfly {
        /// The tenor, days.
        days: f64,
        /// σ√T at the money.
        deviation: f64,
        /// Where, deviations.
        z: f64,
        /// Gatheral's g there.
        found: f64,
    },
}

/// The least share of the at-the-money volatility a strike may have.
const LEAST_RATIO: f64 = 0.2;

/// A checked curve with what is computed from it once: how its strips compare with its volatilities at the money.
#[derive(Clone, Debug)]
pub struct Skew {
    parameters: SkewParameters,
    ratios: Ratios,
}

impl Skew {
    /// Checks the curve over `z` from −12 to 8, [`TENOR_DAYS`] and every level up to [`MAX_LEVEL`], and prepares it
    /// (a millisecond or two).
    ///
    /// # Errors
    /// A parameter out of range; a volatility near zero; a negative density.
    pub fn new(parameters: SkewParameters) -> Result<Skew, SkewError> {
        Skew::checked(parameters, &Reach::EVERYWHERE)
    }

    fn checked(parameters: SkewParameters, reach: &Reach) -> Result<Skew, SkewError> {
        parameters.check_ranges()?;
        for days in CHECKED_DAYS.into_iter().filter(|days| *days >= reach.days) {
            check_density(&parameters.shape(days / YEAR_DAYS), days, reach)?;
        }
        let ratios = Ratios::new(&|years| Shape::new(&parameters, years));
        Ok(Skew { parameters, ratios })
    }

    /// The numbers it was made from.
    pub const fn parameters(&self) -> &SkewParameters {
        &self.parameters
    }

    /// The curve with every departure of variance from that at the money times `share`: 1.25 is a skew a quarter steeper on
    /// both sides.
    ///
    /// A curve that is bent to see what hangs on it is checked where plans trade: from 4 deviations down to 3 up, a
    /// week or more from expiry, at levels up to 50. The fitted one is close to the edge of arbitrage far beyond that.
    ///
    /// # Errors
    /// As for [`Skew::new`], within that reach.
    pub fn scaled(&self, share: f64) -> Result<Skew, SkewError> {
        let parameters = SkewParameters {
            put_slope: self.parameters.put_slope * share,
            call_slope: self.parameters.call_slope * share,
            crash_slope: self.parameters.crash_slope * share,
            ..self.parameters
        };
        Skew::checked(parameters, &Reach::TRADED)
    }

    /// The curve of a tenor.
    pub fn shape(&self, years: f64) -> Shape {
        Shape::new(&self.parameters, years)
    }

    /// Strips against volatilities at the money, by tenor and level.
    pub(super) const fn ratios(&self) -> &Ratios {
        &self.ratios
    }
}

/// Where a curve is looked at.
struct Reach {
    /// Deviations from the forward, first and last.
    z: (f64, f64),
    /// The highest level, a fraction a year.
    level: f64,
    /// The shortest tenor.
    days: f64,
}

impl Reach {
    const EVERYWHERE: Reach = Reach {
        z: (-12.0, 8.0),
        level: MAX_LEVEL,
        days: 0.0,
    };
    const TRADED: Reach = Reach {
        z: (-4.0, 3.0),
        level: 0.5,
        days: 7.0,
    };

    fn grid(&self) -> impl Iterator<Item = f64> {
        let (first, last) = self.z;
        let steps = (0..=400).map(move |step| -12.0 + 0.05 * f64::from(step));
        steps.filter(move |z| (first..=last).contains(z))
    }

    /// The highest σ√T at the money at a tenor.
    fn deviation(&self, days: f64) -> f64 {
        (self.level * (days / YEAR_DAYS).sqrt()).min(MAX_DEVIATION)
    }
}

/// Looks for a volatility near zero, then for a density below zero, at the highest level: the level enters g as
/// −θ·(dv/dz)² ÷ 16 alone.
fn check_density(shape: &Shape, days: f64, reach: &Reach) -> Result<(), SkewError> {
    for z in reach.grid() {
        let found = shape.ratio(z);
        // Not a number is too low, too.
        if found.is_nan() || found < LEAST_RATIO {
            let least = LEAST_RATIO;
            return Err(SkewError::TooLow { z, found, least });
        }
    }
    let deviation = reach.deviation(days);
    let (z, found) = least_density(shape, deviation, reach);
    if found < 0.0 {
        return Err(SkewError::Butterfly {
            days,
            deviation,
            z,
            found,
        });
    }
    Ok(())
}

/// Where the density is least, and what g is there, at a σ√T.
fn least_density(shape: &Shape, deviation: f64, reach: &Reach) -> (f64, f64) {
    reach
        .grid()
        .map(|z| (z, shape.density(z, deviation)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((0.0, 1.0))
}

/// The curve of one tenor.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Of the turn: slope halfway, half the change of slope, where, how wide (squared), and the root at the forward.
    tilt: f64,
    bend: f64,
    centre: f64,
    width_squared: f64,
    root: f64,
    /// Of the crash side, likewise.
    crash_bend: f64,
    crash_centre: f64,
    crash_width_squared: f64,
    crash_root: f64,
}

/// v = f² and its first two derivatives in z.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) bend: f64,
}

impl Shape {
    fn new(parameters: &SkewParameters, years: f64) -> Shape {
        let stretch = 2.0 * (1.0 - quickness(years));
        let scaled = |number: f64, growth: f64| number * (growth * stretch).exp();
        let put = scaled(parameters.put_slope, parameters.put_slope_growth);
        let call = parameters.call_slope;
        let crash = scaled(parameters.crash_slope, parameters.crash_slope_growth);
        let centre = scaled(parameters.centre, parameters.centre_growth);
        let (width_squared, crash_width_squared) = (
            parameters.width * parameters.width,
            0.25 * parameters.crash_centre * parameters.crash_centre,
        );
        let root = |centre: f64, width_squared: f64| (centre * centre + width_squared).sqrt();
        Shape {
            tilt: 0.5 * (call - put - crash),
            bend: 0.5 * (call + put),
            centre,
            width_squared,
            root: root(centre, width_squared),
            crash_bend: 0.5 * crash,
            crash_centre: parameters.crash_centre,
            crash_width_squared,
            crash_root: root(parameters.crash_centre, crash_width_squared),
        }
    }

    /// Volatility `z` deviations from the forward, as a share of that at the money; above 0.
    #[inline]
    pub fn ratio(&self, z: f64) -> f64 {
        let (from, crash) = (z - self.centre, z - self.crash_centre);
        let root = (from * from + self.width_squared).sqrt() - self.root;
        let crash_root = (crash * crash + self.crash_width_squared).sqrt() - self.crash_root;
        (1.0 + self.tilt * z + self.bend * root + self.crash_bend * crash_root).sqrt()
    }

    /// v and its derivatives.
    pub(super) fn jet(&self, z: f64) -> Jet {
        let (from, crash) = (z - self.centre, z - self.crash_centre);
        let root = (from * from + self.width_squared).sqrt();
        let crash_root = (crash * crash + self.crash_width_squared).sqrt();
        Jet {
            value: 1.0
                + self.tilt * z
                + self.bend * (root - self.root)
                + self.crash_bend * (crash_root - self.crash_root),
            slope: self.tilt + self.bend * from / root + self.crash_bend * crash / crash_root,
            bend: self.bend * self.width_squared / root.powi(3)
                + self.crash_bend * self.crash_width_squared / crash_root.powi(3),
        }
    }

    /// The slopes of v far out: how fast it rises towards the puts' and towards the calls' end, both at least 0.
    pub(super) fn wing_slopes(&self) -> (f64, f64) {
        let far = self.bend + self.crash_bend;
        (far - self.tilt, far + self.tilt)
    }

    /// Gatheral's g: the density of outcomes over that of a lognormal with the volatility of the strike. Butterflies cost
    /// something where it is above 0. `deviation` is σ√T at the money.
    ///
    /// With w = θ·v(z), k = z√θ: g = (1 − z·v′ ÷ 2v)² − v′²/4 · (1/v + θ/4) + v″/2.
    pub fn density(&self, z: f64, deviation: f64) -> f64 {
        let Jet { value, slope, bend } = self.jet(z);
        let lever = 1.0 - 0.5 * z * slope / value;
        let level = deviation * deviation;
        lever * lever - 0.25 * slope * slope * (1.0 / value + 0.25 * level) + 0.5 * bend
    }
}

#[cfg(test)]
mod tests;
