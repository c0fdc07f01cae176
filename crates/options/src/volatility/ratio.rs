//! A curve's variance strip against its volatility at the money.
//!
//! The strip of all out-of-the-money options is worth the mean of total variance over d₂, a standard normal under the
//! curve (Gatheral 2006, eq. 11.5): W = ∫ φ(d₂) w dd₂. With w = θ·v(z), v = f², k = z·s and s = √θ,
//!
//! W ÷ θ = ∫ φ(d₂(z)) · (f − z·v′ ÷ 2f + ¼s·f·v′) dz,  d₂ = −z ÷ f − ½s·f.
//!
//! A level is wanted the other way round: what stands at the money under a strip of so much. That share depends on tenor and,
//! weakly, on the level, both smoothly. It is kept as a Chebyshev polynomial, and a level costs a row of multiplications
//! instead of a root of an integral.

use std::f64::consts::PI;

use super::skew::{MAX_DEVIATION, Shape, TENOR_DAYS, YEAR_DAYS, quickness};

/// Terms in the strip's σ√T and in the tenor's quickness: the eighth digit is right up to a strip of 120.
const LEVELS: usize = 14;
const TENORS: usize = 15;
/// The highest σ√T of a strip the polynomial reaches to: 130 over 120 days. Higher strips take its last share.
const MAX_STRIP: f64 = 0.75;
/// Levels at which a tenor's integral is taken.
const INTEGRALS: usize = 16;

/// √(θ ÷ W) of a curve, the money's share of the strip, as a polynomial.
#[derive(Clone, Debug)]
pub(super) struct Ratios {
    /// `[tenor][level]`, Chebyshev coefficients.
    coefficients: [[f64; LEVELS]; TENORS],
}

impl Ratios {
    /// Integrates the curve at every node.
    pub(super) fn new(shape: &dyn Fn(f64) -> Shape) -> Ratios {
        let rule = Legendre::new();
        let mut along_levels = [[0.0; LEVELS]; TENORS];
        for (j, row) in along_levels.iter_mut().enumerate() {
            let (low, high) = Ratios::span();
            let quickness = 0.5 * (low + high) + 0.5 * (high - low) * node(j, TENORS);
            let shape = shape(TENOR_DAYS.1 / YEAR_DAYS * (low / quickness).powi(2));
            *row = transform(&shares(&rule, &shape));
        }
        let mut coefficients = [[0.0; LEVELS]; TENORS];
        for level in 0..LEVELS {
            let column: [f64; TENORS] = std::array::from_fn(|j| along_levels[j][level]);
            for (j, c) in transform(&column).into_iter().enumerate() {
                coefficients[j][level] = c;
            }
        }
        Ratios { coefficients }
    }

    /// The quickness of the longest and of the shortest tenor.
    fn span() -> (f64, f64) {
        (
            quickness(TENOR_DAYS.1 / YEAR_DAYS),
            quickness(TENOR_DAYS.0 / YEAR_DAYS),
        )
    }

    /// The σ√T at the money whose strip is `deviation`² (positive).
    pub(super) fn at_the_money(&self, years: f64, deviation: f64) -> f64 {
        let (low, high) = Ratios::span();
        let tenor = ((2.0 * quickness(years) - low - high) / (high - low)).clamp(-1.0, 1.0);
        let (mut before, mut term) = (1.0, tenor);
        let mut row = self.coefficients[0];
        for coefficients in &self.coefficients[1..] {
            for (sum, c) in row.iter_mut().zip(coefficients) {
                *sum += term * c;
            }
            (before, term) = (term, 2.0 * tenor * term - before);
        }
        let level = (2.0 * deviation / MAX_STRIP - 1.0).min(1.0);
        deviation * value_and_slope(&row, level).0
    }
}

/// The money's share of the strip at the Chebyshev nodes of strips up to [`MAX_STRIP`], for one tenor.
fn shares(rule: &Legendre, shape: &Shape) -> [f64; LEVELS] {
    let strips = std::array::from_fn(|i| {
        let s = 0.5 * MAX_DEVIATION * (1.0 + node(i, INTEGRALS));
        rule.strip_over_level(shape, s).sqrt()
    });
    let coefficients: [f64; INTEGRALS] = transform(&strips);
    std::array::from_fn(|i| {
        let deviation = 0.5 * MAX_STRIP * (1.0 + node(i, LEVELS));
        at_the_money(&coefficients, deviation) / deviation
    })
}

/// The σ√T at the money whose strip is `deviation`²: Newton's method on s·√(W ÷ θ)(s), which rises. The money is never above
/// the strip by much, nor below a tenth of it.
fn at_the_money(coefficients: &[f64; INTEGRALS], deviation: f64) -> f64 {
    const STEPS: usize = 12;
    let mut s = 0.8 * deviation;
    for _ in 0..STEPS {
        let (value, slope) = value_and_slope(coefficients, 2.0 * s / MAX_DEVIATION - 1.0);
        let step = (s * value - deviation) / (value + s * slope * 2.0 / MAX_DEVIATION);
        s = (s - step).clamp(0.1 * deviation, 1.1 * deviation);
    }
    s
}

/// A Chebyshev polynomial and its derivative at x (Clenshaw's recurrence, and the same once more).
fn value_and_slope<const N: usize>(coefficients: &[f64; N], x: f64) -> (f64, f64) {
    let (mut b1, mut b2, mut d1, mut d2) = (0.0, 0.0, 0.0, 0.0);
    for &c in coefficients[1..].iter().rev() {
        let d0 = 2.0 * (b1 + x * d1) - d2;
        let b0 = c + 2.0 * x * b1 - b2;
        (b2, b1, d2, d1) = (b1, b0, d1, d0);
    }
    (coefficients[0] + x * b1 - b2, b1 + x * d1 - d2)
}

/// The i-th of n Chebyshev nodes on [−1, 1].
fn node(i: usize, n: usize) -> f64 {
    (PI * (i as f64 + 0.5) / n as f64).cos()
}

/// Coefficients of the polynomial through `values` at the Chebyshev nodes.
fn transform<const N: usize>(values: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|k| {
        let sum: f64 = values
            .iter()
            .enumerate()
            .map(|(i, v)| v * (PI * k as f64 * (i as f64 + 0.5) / N as f64).cos())
            .sum();
        let weight = if k == 0 { 1.0 } else { 2.0 };
        weight * sum / N as f64
    })
}

/// A Gauss–Legendre rule on [−1, 1].
pub(super) struct Legendre {
    points: [(f64, f64); Legendre::ORDER],
}

impl Legendre {
    const ORDER: usize = 16;
    /// Deviations between which the integral runs in z itself, in panels a deviation wide.
    const BODY: (f64, f64) = (-5.0, 4.0);
    const BODY_PANELS: usize = 9;
    const WING_PANELS: usize = 4;
    /// Normal deviations at which a wing is cut: φ(10) is 1e-22.
    const FAR: f64 = 10.0;

    pub(super) fn new() -> Legendre {
        let order = Legendre::ORDER;
        let points = std::array::from_fn(|i| {
            let mut x = (PI * (i as f64 + 0.75) / (order as f64 + 0.5)).cos();
            let mut slope = 1.0;
            for _ in 0..8 {
                let (mut before, mut value) = (1.0, x);
                for n in 2..=order {
                    let n = n as f64;
                    (before, value) = (
                        value,
                        ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n,
                    );
                }
                slope = order as f64 * (x * value - before) / (x * x - 1.0);
                x -= value / slope;
            }
            (x, 2.0 / ((1.0 - x * x) * slope * slope))
        });
        Legendre { points }
    }

    fn integrate(&self, low: f64, high: f64, panels: usize, f: impl Fn(f64) -> f64) -> f64 {
        let half = 0.5 * (high - low) / panels as f64;
        let mut sum = 0.0;
        for panel in 0..panels {
            let middle = low + half * (2.0 * panel as f64 + 1.0);
            for (x, weight) in &self.points {
                sum += weight * f(middle + half * x);
            }
        }
        sum * half
    }

    /// W ÷ θ of a curve whose σ√T at the money is `s`.
    pub(super) fn strip_over_level(&self, shape: &Shape, s: f64) -> f64 {
        let (low, high) = Legendre::BODY;
        let body = self.integrate(low, high, Legendre::BODY_PANELS, |z| weighed(shape, z, s));
        body + self.wings(shape, s, Legendre::WING_PANELS)
    }

    /// Far out v is a line of slope c, so d₂ runs as √|z|: with z = end ± t² it runs as t/√c ∓ ½s√c·t, and Lee's bound keeps
    /// that rising on the puts' side, where it could fail.
    fn wings(&self, shape: &Shape, s: f64, panels: usize) -> f64 {
        let (low, high) = Legendre::BODY;
        let (put, call) = shape.wing_slopes();
        let wing = |end: f64, slope: f64, sign: f64| {
            let root = slope.max(1.0).sqrt();
            let rate = (1.0 / root + sign * 0.5 * s * root).max(0.05);
            self.integrate(0.0, Legendre::FAR / rate, panels, |t| {
                2.0 * t * weighed(shape, end + sign * t * t, s)
            })
        };
        wing(low, put, -1.0) + wing(high, call, 1.0)
    }
}

/// The integrand of W ÷ θ in z.
fn weighed(shape: &Shape, z: f64, s: f64) -> f64 {
    let jet = shape.jet(z);
    let f = jet.value.sqrt();
    let d2 = -z / f - 0.5 * s * f;
    let density = (-0.5 * d2 * d2).exp() / (2.0 * PI).sqrt();
    density * (f - 0.5 * z * jet.slope / f + 0.25 * s * f * jet.slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::volatility::{Skew, SkewParameters};

    #[test]
    fn the_rule_integrates_what_a_rule_of_its_order_must() {
        // 16 points are exact to degree 31: ∫ x³⁰ over [−1, 1] = 2/31.
        let rule = Legendre::new();
        let found = rule.integrate(-1.0, 1.0, 1, |x| x.powi(30));
        assert!((found - 2.0 / 31.0).abs() < 1e-14);
        assert!((rule.integrate(0.0, 3.0, 4, |x| x * x) - 9.0).abs() < 1e-13);
    }

    #[test]
    fn the_polynomial_is_the_integral_between_its_nodes() {
        let skew = Skew::new(SkewParameters::SPY).unwrap();
        let rule = Legendre::new();
        for days in [2.0, 3.3, 8.0, 10.0, 30.0, 77.0, 120.0] {
            let years: f64 = days / YEAR_DAYS;
            for volatility in [0.01, 0.05, 0.2, 0.4, 0.7, 1.2] {
                let deviation = volatility * years.sqrt();
                let s = skew.ratios().at_the_money(years, deviation);
                let strip = s * rule.strip_over_level(&skew.shape(years), s).sqrt();
                assert!(
                    (strip / deviation - 1.0).abs() < 5e-9,
                    "{days} {volatility}: {}",
                    strip / deviation - 1.0
                );
            }
        }
    }

    #[test]
    fn panels_are_narrow_enough() {
        // A rule of twice the panels gives the same.
        let shape = Skew::new(SkewParameters::SPY).unwrap().shape(0.1);
        let rule = Legendre::new();
        for s in [0.01, 0.1, 0.3, 0.6] {
            let (low, high) = Legendre::BODY;
            let coarse =
                rule.integrate(low, high, Legendre::BODY_PANELS, |z| weighed(&shape, z, s));
            let fine = rule.integrate(low, high, 2 * Legendre::BODY_PANELS, |z| {
                weighed(&shape, z, s)
            });
            assert!((coarse / fine - 1.0).abs() < 1e-11, "{s}");
            let coarse = rule.wings(&shape, s, Legendre::WING_PANELS);
            let fine = rule.wings(&shape, s, 4 * Legendre::WING_PANELS);
            assert!((coarse - fine).abs() < 1e-10, "{s}: {coarse} {fine}");
        }
    }
}
