//! How volatility lies over strikes: one curve in normalised log-moneyness, the same at every level.
//!
//! With z = ln(K/F) ÷ (σ√T), σ the at-the-money volatility of the tenor, the volatility of a strike is σ·f(z), where
//!
//! f(z) = 1 + ½(c − p)z + ½(c + p)(√((z − m)² + w²) − √(m² + w²))
//!
//! falls by p for a deviation on the puts' side, rises by c on the calls' side and turns around m within w. The two slopes
//! scale with tenor, p(T) = p·(T ÷ 30 days)^g. Beyond [`PUT_WING`] and [`CALL_WING`] the *square* of f goes on in a
//! straight line, since total variance may not grow faster than that in log-moneyness (Lee 2004); inside it a line in
//! f fits real chains to a few hundredths of a deviation. In z the density of outcomes depends on the level through one
//! small term only (Gatheral and Jacquier 2014, their g(k)), so a curve is checked once, at the highest level, when it is made.

use serde::{Deserialize, Serialize};

use super::ratio::Ratios;

/// Deviations beyond which variance goes on in a straight line, puts' side.
pub const PUT_WING: f64 = -4.0;
/// Deviations beyond which variance goes on in a straight line, calls' side.
pub const CALL_WING: f64 = 3.0;
/// The tenors the slopes scale over, days: those that were fitted. Outside them the nearest holds.
pub const TENOR_DAYS: (f64, f64) = (2.0, 120.0);
/// The highest σ√T at the money that a curve is checked for: a level of 100 over half a year.
pub const MAX_DEVIATION: f64 = 0.7;
/// Days of the tenor the slopes are written for.
const REFERENCE_DAYS: f64 = 30.0;
/// Days of a year.
pub(super) const YEAR_DAYS: f64 = 365.0;

/// The numbers of a curve, as they are written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkewParameters {
    /// Rise of f for a deviation down, far from the turn, at 30 days.
    pub put_slope: f64,
    /// Rise of f for a deviation up, far from the turn, at 30 days.
    pub call_slope: f64,
    /// Deviations from the forward to the turn.
    pub centre: f64,
    /// Deviations the turn takes.
    pub width: f64,
    /// Exponent with which the puts' slope grows with tenor.
    pub put_slope_growth: f64,
    /// Exponent with which the calls' slope grows with tenor.
    pub call_slope_growth: f64,
}

impl SkewParameters {
    /// Fitted to the SPY chains of 11 to 13 February 2026, 2 to 120 days (docs/volatility.md has the errors and the
    /// command). No chain of IWM is at hand: its skew is taken to be that of SPY, which makes every price from it MODEL.
    pub const SPY: SkewParameters = SkewParameters {
        put_slope: 0.292,
        call_slope: 0.27,
        centre: 1.0,
        width: 0.4,
        put_slope_growth: 0.07,
        call_slope_growth: 0.0,
    };

    /// The same volatility at every strike.
    pub const FLAT: SkewParameters = SkewParameters {
        put_slope: 0.0,
        call_slope: 0.0,
        centre: 1.0,
        width: 0.4,
        put_slope_growth: 0.0,
        call_slope_growth: 0.0,
    };

    /// Each number with its name and the range it must lie in.
    fn bounded(&self) -> [(&'static str, f64, f64, f64); 6] {
        [
            ("put_slope", self.put_slope, 0.0, 0.6),
            ("call_slope", self.call_slope, 0.0, 0.6),
            ("centre", self.centre, -2.0, 2.5),
            ("width", self.width, 0.05, 3.0),
            ("put_slope_growth", self.put_slope_growth, -0.3, 0.3),
            ("call_slope_growth", self.call_slope_growth, -0.3, 0.3),
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
    /// A wing that falls away from the forward, and so to nothing somewhere.
    #[error(
        "skew: volatility falls beyond {z} deviations from the forward, expected it to rise; give that side a slope"
    )]
    Falling {
        /// Where the wing begins, deviations.
        z: f64,
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
    /// Checks the curve over `z` from −12 to 8, [`TENOR_DAYS`] and every level up to [`MAX_DEVIATION`], and prepares it
    /// (under a millisecond).
    ///
    /// # Errors
    /// A parameter out of range; a volatility near zero; a negative density.
    pub fn new(parameters: SkewParameters) -> Result<Skew, SkewError> {
        for (name, found, low, high) in parameters.bounded() {
            if !(low..=high).contains(&found) {
                return Err(SkewError::Range {
                    name,
                    found,
                    low,
                    high,
                });
            }
        }
        for days in [TENOR_DAYS.0, 7.0, REFERENCE_DAYS, TENOR_DAYS.1] {
            check_density(&Shape::new(&parameters, days / YEAR_DAYS), days)?;
        }
        let ratios = Ratios::new(&|years| Shape::new(&parameters, years));
        Ok(Skew { parameters, ratios })
    }

    /// The numbers it was made from.
    pub const fn parameters(&self) -> &SkewParameters {
        &self.parameters
    }

    /// The curve with every departure from flat times `share`: 1.25 is a skew a quarter steeper on both sides.
    ///
    /// # Errors
    /// As for [`Skew::new`].
    pub fn scaled(&self, share: f64) -> Result<Skew, SkewError> {
        Skew::new(SkewParameters {
            put_slope: self.parameters.put_slope * share,
            call_slope: self.parameters.call_slope * share,
            ..self.parameters
        })
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

/// Looks for a density below zero, at the highest level: the level enters g as −θ·(dv/dz)² ÷ 16 alone.
fn check_density(shape: &Shape, days: f64) -> Result<(), SkewError> {
    const STEPS: i32 = 400;
    for (wing, outwards) in [(&shape.put_wing, -1.0), (&shape.call_wing, 1.0)] {
        if wing.slope * outwards < 0.0 {
            return Err(SkewError::Falling { z: wing.z });
        }
    }
    let deviation = MAX_DEVIATION;
    let grid = || (0..=STEPS).map(|step| -12.0 + 20.0 * f64::from(step) / f64::from(STEPS));
    for z in grid() {
        let found = shape.ratio(z);
        if found < LEAST_RATIO {
            let least = LEAST_RATIO;
            return Err(SkewError::TooLow { z, found, least });
        }
    }
    for z in grid() {
        let found = shape.density(z, deviation);
        if found < 0.0 {
            return Err(SkewError::Butterfly {
                days,
                deviation,
                z,
                found,
            });
        }
    }
    Ok(())
}

/// Where the square of f goes on in a straight line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wing {
    /// Deviations at the joint.
    pub(super) z: f64,
    /// f² at the joint.
    pub(super) square: f64,
    /// Change of f² for a deviation.
    pub(super) slope: f64,
}

/// The curve of one tenor.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    tilt: f64,
    bend: f64,
    centre: f64,
    width_squared: f64,
    root: f64,
    pub(super) put_wing: Wing,
    pub(super) call_wing: Wing,
}

/// f and its first two derivatives in z.
#[derive(Clone, Copy, Debug)]
pub(super) struct Jet {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) bend: f64,
}

impl Shape {
    fn new(parameters: &SkewParameters, years: f64) -> Shape {
        let days = (years * YEAR_DAYS).clamp(TENOR_DAYS.0, TENOR_DAYS.1);
        let stretch = (days / REFERENCE_DAYS).ln();
        let put = parameters.put_slope * (parameters.put_slope_growth * stretch).exp();
        let call = parameters.call_slope * (parameters.call_slope_growth * stretch).exp();
        let width_squared = parameters.width * parameters.width;
        let nowhere = Wing {
            z: f64::NAN,
            square: f64::NAN,
            slope: f64::NAN,
        };
        let mut shape = Shape {
            tilt: 0.5 * (call - put),
            bend: 0.5 * (call + put),
            centre: parameters.centre,
            width_squared,
            root: (parameters.centre * parameters.centre + width_squared).sqrt(),
            put_wing: nowhere,
            call_wing: nowhere,
        };
        shape.put_wing = shape.wing(PUT_WING);
        shape.call_wing = shape.wing(CALL_WING);
        shape
    }

    fn wing(&self, z: f64) -> Wing {
        let jet = self.body(z);
        Wing {
            z,
            square: jet.value * jet.value,
            slope: 2.0 * jet.value * jet.slope,
        }
    }

    fn body(&self, z: f64) -> Jet {
        let from = z - self.centre;
        let root = (from * from + self.width_squared).sqrt();
        Jet {
            value: 1.0 + self.tilt * z + self.bend * (root - self.root),
            slope: self.tilt + self.bend * from / root,
            bend: self.bend * self.width_squared / (root * root * root),
        }
    }

    /// Volatility `z` deviations from the forward, as a share of that at the money; above 0.
    #[inline]
    pub fn ratio(&self, z: f64) -> f64 {
        if z < PUT_WING {
            straight(&self.put_wing, z).value
        } else if z > CALL_WING {
            straight(&self.call_wing, z).value
        } else {
            let from = z - self.centre;
            1.0 + self.tilt * z
                + self.bend * ((from * from + self.width_squared).sqrt() - self.root)
        }
    }

    pub(super) fn jet(&self, z: f64) -> Jet {
        if z < PUT_WING {
            straight(&self.put_wing, z)
        } else if z > CALL_WING {
            straight(&self.call_wing, z)
        } else {
            self.body(z)
        }
    }

    /// Gatheral's g: the density of outcomes over that of a lognormal with the volatility of the strike. Butterflies cost
    /// something where it is above 0. `deviation` is σ√T at the money.
    ///
    /// With w = θ·f(z)², k = z√θ: g = (1 − z·f′/f)² + f·f″ − θ·(f·f′)² ÷ 4.
    pub fn density(&self, z: f64, deviation: f64) -> f64 {
        let Jet { value, slope, bend } = self.jet(z);
        let lever = 1.0 - z * slope / value;
        let turn = deviation * value * slope;
        lever * lever + value * bend - 0.25 * turn * turn
    }
}

/// f = √v on a wing where v is a line: f′ = v′/(2f), f″ = −v′²/(4f³).
fn straight(wing: &Wing, z: f64) -> Jet {
    let value = (wing.square + wing.slope * (z - wing.z)).sqrt();
    Jet {
        value,
        slope: 0.5 * wing.slope / value,
        bend: -0.25 * wing.slope * wing.slope / (value * value * value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spy() -> Skew {
        Skew::new(SkewParameters::SPY).expect("the shipped curve is sound")
    }

    #[test]
    fn a_curve_worked_by_hand() {
        // p = 0.3, c = 0.2, m = 1.2, w = 0.5: √(m² + w²) = 1.3. At z = 0.0: 1. At z = 2.4 the root is 1.3 again, so
        // f = 1 + ½(0.2 − 0.3)·2.4 = 0.88. At z = 1.2 the root is 0.5: f = 1 − 0.05·1.2 + 0.25·(0.5 − 1.3) = 0.74.
        let parameters = SkewParameters {
            put_slope: 0.3,
            call_slope: 0.2,
            centre: 1.2,
            width: 0.5,
            put_slope_growth: 0.0,
            call_slope_growth: 0.0,
        };
        let shape = Skew::new(parameters).unwrap().shape(0.1);
        for (z, expected) in [(0.0, 1.0), (2.4, 0.88), (1.2, 0.74)] {
            assert!((shape.ratio(z) - expected).abs() < 1e-14, "{z}");
        }
    }

    #[test]
    fn wings_join_smoothly_and_variance_is_straight_beyond() {
        let shape = spy().shape(30.0 / YEAR_DAYS);
        for (joint, out) in [(PUT_WING, -1.0), (CALL_WING, 1.0)] {
            let (inside, outside) = (shape.jet(joint), shape.jet(joint + out * 1e-9));
            assert!((inside.value - outside.value).abs() < 1e-8);
            assert!((inside.slope - outside.slope).abs() < 1e-8);
            let square = |steps: f64| shape.ratio(joint + out * steps).powi(2);
            assert!((square(9.0) - 2.0 * square(5.0) + square(1.0)).abs() < 1e-10);
        }
    }

    #[test]
    fn derivatives_are_those_of_the_curve() {
        let shape = spy().shape(0.05);
        let h = 1e-4;
        for z in [-8.0, -3.5, -1.0, 0.0, 0.9, 1.4, 2.5, 5.0] {
            let (down, at, up) = (shape.ratio(z - h), shape.ratio(z), shape.ratio(z + h));
            let jet = shape.jet(z);
            assert!((jet.slope - (up - down) / (2.0 * h)).abs() < 1e-7, "{z}");
            assert!(
                (jet.bend - (up - 2.0 * at + down) / (h * h)).abs() < 1e-6,
                "{z}"
            );
        }
    }

    #[test]
    fn what_cannot_be_a_curve_is_refused_with_its_reason() {
        let spy = SkewParameters::SPY;
        let steep = SkewParameters {
            put_slope: 0.55,
            ..spy
        };
        assert!(matches!(Skew::new(steep), Err(SkewError::Butterfly { .. })));
        let nan = SkewParameters {
            centre: f64::NAN,
            ..spy
        };
        let error = Skew::new(nan).unwrap_err();
        assert_eq!(
            error.to_string(),
            "skew: centre = NaN, expected -2 to 2.5; take the fitted parameters or fit again"
        );
        // At 120 days the puts' slope is 0.32·4^0.1 = 0.368: f falls to 1 − 2.3·0.368 = 0.15 at the turn, 0.17 with its width.
        let deep = SkewParameters {
            put_slope: 0.32,
            call_slope: 0.1,
            centre: 2.3,
            width: 0.2,
            put_slope_growth: 0.1,
            call_slope_growth: 0.0,
        };
        let error = Skew::new(deep).unwrap_err();
        assert!(matches!(error, SkewError::TooLow { .. }), "{error}");
        let fallen = SkewParameters {
            put_slope: 0.0,
            centre: -2.0,
            width: 3.0,
            ..spy
        };
        let error = Skew::new(fallen).unwrap_err();
        assert_eq!(error, SkewError::Falling { z: PUT_WING });
    }

    #[test]
    fn scaling_moves_every_strike_towards_or_away_from_flat() {
        let (skew, half) = (spy(), spy().scaled(0.5).unwrap());
        for z in [-4.0, -1.0, 1.0, 2.0] {
            let (full, less) = (skew.shape(0.1).ratio(z), half.shape(0.1).ratio(z));
            assert!((less - 1.0 - 0.5 * (full - 1.0)).abs() < 1e-12);
        }
    }
}
