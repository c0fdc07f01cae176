//! Random numbers whose bytes are the same on every platform.
//!
//! `ChaCha` for the bits and `libm` for every transcendental function: the standard library's `exp`
//! and `ln` are whatever the platform's C library gives, and may differ in the last bit.

use std::f64::consts::TAU;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One independent stream of random numbers.
pub(super) struct Dice(ChaCha12Rng);

/// What a stream is drawn for. Streams of one seed never overlap, so a change in how many numbers
/// one part of the market needs leaves the other parts as they were.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Iwm = 1,
    Spy = 2,
    Kre = 3,
    Path = 4,
    Volume = 5,
    Breadth = 6,
}

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha12Rng::from_seed(key);
        rng.set_stream(stream as u64);
        Dice(rng)
    }

    /// Uniform, strictly between 0 and 1.
    pub(super) fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.0.next_u64() >> 11) as f64 + 0.5) * STEP
    }

    /// Standard normal (Box and Muller, the cosine half).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(TAU * self.uniform())
    }

    /// A random scale s such that s × a standard normal is a Student-t of `2 × half_freedom` degrees
    /// of freedom with variance 1: s² = (ν − 2) ÷ χ²(ν).
    ///
    /// Several symbols sharing one scale have their bad days together, which is what makes small
    /// caps' tails worse than their correlations say.
    pub(super) fn student_scale(&mut self, half_freedom: u32) -> f64 {
        // χ² with an even number of degrees of freedom is a sum of exponentials.
        let product = (0..half_freedom).fold(1.0, |p, _| p * self.uniform());
        let freedom = f64::from(2 * half_freedom);
        ((freedom - 2.0) / (-2.0 * libm::log(product))).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_a_seed_are_their_own_and_repeat() {
        let draw = |seed, stream| Dice::new(seed, stream).uniform();
        assert_eq!(draw(1, Stream::Iwm), draw(1, Stream::Iwm));
        assert_ne!(draw(1, Stream::Iwm), draw(1, Stream::Spy));
        assert_ne!(draw(1, Stream::Iwm), draw(2, Stream::Iwm));
    }

    #[test]
    fn moments_are_those_of_the_named_distributions() {
        let n = 200_000;
        let mut dice = Dice::new(7, Stream::Path);
        let moments = |draws: &[f64]| {
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let power =
                |p: i32| draws.iter().map(|x| (x - mean).powi(p)).sum::<f64>() / draws.len() as f64;
            (mean, power(2), power(4) / (power(2) * power(2)))
        };
        let normals: Vec<f64> = (0..n).map(|_| dice.normal()).collect();
        let (mean, variance, kurtosis) = moments(&normals);
        // Standard errors at this n: 0.0022, 0.0032, 0.011; five of each allowed.
        assert!(mean.abs() < 0.012, "{mean}");
        assert!((variance - 1.0).abs() < 0.016, "{variance}");
        assert!((kurtosis - 3.0).abs() < 0.055, "{kurtosis}");
        // Student-t of 12 degrees of freedom, scaled: variance 1, kurtosis 3 + 6 / (12 − 4) = 3.75.
        let students: Vec<f64> = (0..n)
            .map(|_| dice.student_scale(6) * dice.normal())
            .collect();
        let (_, variance, kurtosis) = moments(&students);
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
        assert!((kurtosis - 3.75).abs() < 0.3, "{kurtosis}");
    }
}
