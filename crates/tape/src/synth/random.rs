//! Random numbers whose bytes are the same on every platform.
//!
//! `ChaCha` for the bits and `libm` for every transcendental function: the standard library's `exp`
//! and `ln` are whatever the platform's C library gives, and may differ in the last bit.

use std::f64::consts::TAU;

use chrono::Datelike as _;
use market::Date;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use xxhash_rust::xxh3::xxh3_64;

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
    Vix = 7,
    Vix9d = 8,
    Vix3m = 9,
    Rates = 10,
    Credit = 11,
}

/// What a stream of one session is drawn for.
#[derive(Clone, Copy)]
pub(super) enum DayStream {
    Activity = 1,
    Path = 2,
    Volume = 3,
}

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha12Rng::from_seed(key);
        rng.set_stream(stream as u64);
        Dice(rng)
    }

    /// The stream of one symbol's one session, or of the whole market's with an empty symbol. Nothing but its
    /// arguments decides it, so a longer range gives the same numbers on the same days.
    pub(super) fn of_day(seed: u64, symbol: &str, date: Date, stream: DayStream) -> Dice {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&xxh3_64(symbol.as_bytes()).to_le_bytes());
        // Never zero after 1 BCE, which keeps these keys apart from those of `new`.
        key[16..20].copy_from_slice(&date.num_days_from_ce().to_le_bytes());
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

    /// Fills a column with standard normals, both halves of each pair.
    pub(super) fn fill_normal(&mut self, values: &mut [f64]) {
        for pair in values.chunks_mut(2) {
            let radius = (-2.0 * libm::log(self.uniform())).sqrt();
            let (sine, cosine) = libm::sincos(TAU * self.uniform());
            pair[0] = radius * cosine;
            if let Some(second) = pair.get_mut(1) {
                *second = radius * sine;
            }
        }
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
    fn a_session_has_streams_of_its_own() {
        let date = |day| Date::from_ymd_opt(2020, 3, day).unwrap();
        let draw =
            |seed, symbol, day, stream| Dice::of_day(seed, symbol, date(day), stream).uniform();
        let one = draw(1, "IWM", 23, DayStream::Path);
        assert_eq!(one, draw(1, "IWM", 23, DayStream::Path));
        let others = [
            draw(2, "IWM", 23, DayStream::Path),
            draw(1, "SPY", 23, DayStream::Path),
            draw(1, "IWM", 24, DayStream::Path),
            draw(1, "IWM", 23, DayStream::Volume),
        ];
        assert!(others.iter().all(|&other| other != one));
    }

    #[test]
    fn a_filled_column_is_standard_normal() {
        let mut values = vec![0.0; 100_001];
        Dice::new(11, Stream::Path).fill_normal(&mut values);
        let n = values.len() as f64;
        let power = |p: i32| values.iter().map(|x| x.powi(p)).sum::<f64>() / n;
        // Standard errors at this n: 0.0032, 0.0045 and, of the fourth moment, 0.031; five of each allowed.
        assert!(power(1).abs() < 0.016, "{}", power(1));
        assert!((power(2) - 1.0).abs() < 0.023, "{}", power(2));
        assert!((power(4) - 3.0).abs() < 0.155, "{}", power(4));
        // The halves of a pair are independent: the mean of their products has the error 1 ÷ √50,000.
        let products = values.chunks_exact(2).map(|pair| pair[0] * pair[1]);
        assert!((products.sum::<f64>() / 50_000.0).abs() < 0.023);
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
