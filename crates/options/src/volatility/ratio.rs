//! A curve's variance strip against its volatility at the money.
//!
//! The strip of all out-of-the-money options is worth the mean of total variance over d₂, a standard normal under the
//! curve (Gatheral 2006, eq. 11.5): W = ∫ φ(d₂) w dd₂. With w = θ·v(z), v = f², k = z·s and s = √θ,
//!
//! W ÷ θ = ∫ φ(d₂(z)) · (f − z·v′ ÷ 2f + ¼s·f·v′) dz,  d₂ = −z ÷ f − ½s·f.
//!
//! For a curve in z that depends on tenor and, weakly, on s. Both dependences are smooth: the square root of the integral
//! is kept as a Chebyshev polynomial, and a level costs a handful of multiplications instead of an integral.

use std::f64::consts::PI;

use super::skew::{MAX_DEVIATION, Shape, TENOR_DAYS, YEAR_DAYS, quickness};

/// Terms in σ√T and in the tenor's quickness. With these the eighth digit is right up to a strip of 120.
const LEVELS: usize = 16;
const TENORS: usize = 14;

/// √(W ÷ θ) of a curve as a polynomial.
#[derive(Clone, Debug)]
pub(super) struct Ratios {
    /// `[tenor][level]`, Chebyshev coefficients.
    coefficients: [[f64; LEVELS]; TENORS],
}

/// √(W ÷ θ) at one tenor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ratio {
    coefficients: [f64; LEVELS],
}

impl Ratios {
    /// Integrates the curve at every node.
    pub(super) fn new(shape: &dyn Fn(f64) -> Shape) -> Ratios {
        let rule = Legendre::new();
        let mut values = [[0.0; LEVELS]; TENORS];
        for (j, row) in values.iter_mut().enumerate() {
            let (low, high) = Ratios::span();
            let quickness = 0.5 * (low + high) + 0.5 * (high - low) * node(j, TENORS);
            let shape = shape(TENOR_DAYS.1 / YEAR_DAYS * (low / quickness).powi(2));
            for (i, value) in row.iter_mut().enumerate() {
                let s = 0.5 * MAX_DEVIATION * (1.0 + node(i, LEVELS));
                *value = rule.strip_over_level(&shape, s).sqrt();
            }
        }
        let along_levels = values.map(|row| transform(&row));
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

    /// The polynomial in the level at a tenor.
    pub(super) fn at(&self, years: f64) -> Ratio {
        let (low, high) = Ratios::span();
        let x = ((2.0 * quickness(years) - low - high) / (high - low)).clamp(-1.0, 1.0);
        let mut terms = [1.0; TENORS];
        terms[1] = x;
        for j in 2..TENORS {
            terms[j] = 2.0 * x * terms[j - 1] - terms[j - 2];
        }
        let mut coefficients = [0.0; LEVELS];
        for (term, row) in terms.iter().zip(&self.coefficients) {
            for (sum, c) in coefficients.iter_mut().zip(row) {
                *sum += term * c;
            }
        }
        Ratio { coefficients }
    }
}

impl Ratio {
    /// √(W ÷ θ) and its derivative in s; beyond [`MAX_DEVIATION`] the last value holds.
    fn value_and_slope(&self, s: f64) -> (f64, f64) {
        let x = (2.0 * s / MAX_DEVIATION - 1.0).min(1.0);
        // Clenshaw's recurrence, and the same once more for the derivative.
        let (mut b1, mut b2, mut d1, mut d2) = (0.0, 0.0, 0.0, 0.0);
        for &c in self.coefficients[1..].iter().rev() {
            let d0 = 2.0 * (b1 + x * d1) - d2;
            let b0 = c + 2.0 * x * b1 - b2;
            (b2, b1, d2, d1) = (b1, b0, d1, d0);
        }
        let value = self.coefficients[0] + x * b1 - b2;
        let slope = if x < 1.0 { b1 + x * d1 - d2 } else { 0.0 };
        (value, slope * 2.0 / MAX_DEVIATION)
    }

    /// The σ√T at the money whose strip is `deviation`² (both positive): Newton's method on s·ratio(s), which rises.
    pub(super) fn at_the_money(&self, deviation: f64) -> f64 {
        const MOST_STEPS: usize = 12;
        const ENOUGH: f64 = 1e-15;
        let mut s = deviation / self.value_and_slope(deviation).0;
        for _ in 0..MOST_STEPS {
            let (value, slope) = self.value_and_slope(s);
            let step = (s * value - deviation) / (value + s * slope);
            // The strip is never below a tenth of the level at the money, nor more than ten times it.
            s = (s - step).clamp(0.1 * deviation, 10.0 * deviation);
            if step.abs() <= ENOUGH * s {
                break;
            }
        }
        s
    }

    /// √W of a curve with σ√T `s` at the money.
    #[cfg(test)]
    pub(super) fn strip(&self, s: f64) -> f64 {
        s * self.value_and_slope(s).0
    }
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
    /// Deviations between which the integral runs in z itself, in panels half a deviation wide.
    const BODY: (f64, f64) = (-5.0, 4.0);
    const BODY_PANELS: usize = 18;
    const WING_PANELS: usize = 8;
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
        // Far out v is a line of slope c, so d₂ runs as √|z|: with z = end ± t² it runs as t/√c ∓ ½s√c·t, and Lee's bound
        // keeps that rising on the puts' side, where it could fail.
        let (put, call) = shape.wing_slopes();
        let wing = |end: f64, slope: f64, sign: f64| {
            let root = slope.max(1.0).sqrt();
            let rate = (1.0 / root + sign * 0.5 * s * root).max(0.05);
            self.integrate(0.0, Legendre::FAR / rate, Legendre::WING_PANELS, |t| {
                2.0 * t * weighed(shape, end + sign * t * t, s)
            })
        };
        body + wing(low, put, -1.0) + wing(high, call, 1.0)
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
            let years = days / YEAR_DAYS;
            for volatility in [0.01, 0.05, 0.2, 0.4, 0.7] {
                let s: f64 = volatility * years.sqrt();
                let exact = s * rule.strip_over_level(&skew.shape(years), s).sqrt();
                let found = skew.ratios().at(years).strip(s);
                assert!(
                    (found / exact - 1.0).abs() < 5e-9,
                    "{days} {s}: {found} {exact}"
                );
                let back = skew.ratios().at(years).at_the_money(exact);
                assert!((back / s - 1.0).abs() < 5e-9, "{days} {s}: {back}");
            }
        }
    }
}
