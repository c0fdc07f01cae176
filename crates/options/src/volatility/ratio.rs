//! A curve's variance strip against its volatility at the money.
//!
//! The strip of all out-of-the-money options is worth the mean of total variance over d₂, a standard normal under the
//! curve (Gatheral 2006, eq. 11.5): W = ∫ φ(d₂) w dd₂. With w = θ·f(z)², k = z·s and s = √θ,
//!
//! W ÷ θ = ∫ φ(d₂(z)) · (f − z·f′ + ½s·f²·f′) dz,  d₂ = −z ÷ f − ½s·f.
//!
//! For a curve in z that depends on tenor and, weakly, on s. Both dependences are smooth: the square root of the integral
//! is kept as a Chebyshev polynomial, and a level costs a handful of multiplications instead of an integral.

use std::f64::consts::PI;

use super::skew::{CALL_WING, Jet, MAX_DEVIATION, PUT_WING, Shape, TENOR_DAYS, Wing, YEAR_DAYS};

/// Terms in σ√T and in the logarithm of the tenor. More do not change the tenth digit.
const LEVELS: usize = 16;
const TENORS: usize = 11;

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
            let (low, high) = (TENOR_DAYS.0.ln(), TENOR_DAYS.1.ln());
            let days = (0.5 * (low + high) + 0.5 * (high - low) * node(j, TENORS)).exp();
            let shape = shape(days / YEAR_DAYS);
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

    /// The polynomial in the level at a tenor.
    pub(super) fn at(&self, years: f64) -> Ratio {
        let (low, high) = (TENOR_DAYS.0.ln(), TENOR_DAYS.1.ln());
        let days = (years * YEAR_DAYS).clamp(TENOR_DAYS.0, TENOR_DAYS.1);
        let x = ((2.0 * days.ln() - low - high) / (high - low)).clamp(-1.0, 1.0);
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
    /// Panels a deviation wide resolve a turn of a twentieth of it to ten digits and more.
    const BODY_PANELS: usize = 16;
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
        let body = self.integrate(PUT_WING, CALL_WING, Legendre::BODY_PANELS, |z| {
            weighed(z, shape.jet(z), s)
        });
        body + self.wing(&shape.put_wing, s) + self.wing(&shape.call_wing, s)
    }

    /// A wing, with f itself as the variable: there f² is linear in z, and d₂ nearly linear in f.
    fn wing(&self, wing: &Wing, s: f64) -> f64 {
        let start = wing.square.sqrt();
        let jet = |f: f64| Jet {
            value: f,
            slope: 0.5 * wing.slope / f,
            bend: 0.0,
        };
        if wing.slope == 0.0 {
            // A flat wing: z runs on by itself.
            let far = wing.z + wing.z.signum() * Legendre::FAR * start;
            return self.integrate(
                wing.z.min(far),
                wing.z.max(far),
                Legendre::WING_PANELS,
                |z| weighed(z, jet(start), s),
            );
        }
        // d₂ ≈ f·(1/|slope| ∓ ½s) far out; Lee's bound keeps the bracket above 0 on the side where it could fail.
        let rate = (1.0 / wing.slope.abs() + 0.5 * s * wing.slope.signum()).max(0.05);
        let end = start + Legendre::FAR / rate;
        self.integrate(start, end, 2 * Legendre::WING_PANELS, |f| {
            let z = wing.z + (f * f - wing.square) / wing.slope;
            weighed(z, jet(f), s) * 2.0 * f / wing.slope.abs()
        })
    }
}

/// The integrand of W ÷ θ in z.
fn weighed(z: f64, jet: Jet, s: f64) -> f64 {
    let Jet { value, slope, .. } = jet;
    let d2 = -z / value - 0.5 * s * value;
    let density = (-0.5 * d2 * d2).exp() / (2.0 * PI).sqrt();
    density * (value - z * slope + 0.5 * s * value * value * slope)
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
            for s in [1e-4, 0.01, 0.03, 0.1, 0.25, 0.4, 0.6, MAX_DEVIATION] {
                let exact = s * rule.strip_over_level(&skew.shape(years), s).sqrt();
                let found = skew.ratios().at(years).strip(s);
                assert!(
                    (found / exact - 1.0).abs() < 2e-9,
                    "{days} {s}: {found} {exact}"
                );
                let back = skew.ratios().at(years).at_the_money(exact);
                assert!((back / s - 1.0).abs() < 2e-9, "{days} {s}: {back}");
            }
        }
    }
}
