//! Random numbers that depend on a seed and on what they are for, and on nothing else.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What numbers are drawn for: two uses of one seed never share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Blocks of the stationary bootstrap.
    Blocks = 1,
    /// Trades drawn with replacement.
    Trades = 2,
    /// The order of trades.
    Order = 3,
    /// Entries at random.
    Entries = 4,
    /// Noise on prices.
    Noise = 5,
    /// Samples of trials.
    Sample = 6,
    /// Blocks of the timeline of a claim.
    Study = 7,
    /// Trades that control limits are drawn from.
    Sequential = 8,
    /// Trades that the limits of a month are drawn from.
    SequentialMonths = 9,
    /// Signs of differences.
    Flips = 11,
    /// Labels of groups.
    Labels = 12,
}

/// One stream of random numbers, the same on every platform.
#[derive(Clone, Debug)]
pub struct Dice(ChaCha12Rng);

impl Dice {
    /// Stream `draw` of a seed and a purpose: any thread that makes the same draw gets the same numbers.
    pub fn new(seed: u64, purpose: Purpose, draw: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        let mut rng = ChaCha12Rng::from_seed(key);
        rng.set_stream(draw);
        Self(rng)
    }

    /// Uniform, strictly between 0 and 1.
    pub fn uniform(&mut self) -> f64 {
        const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
        ((self.0.next_u64() >> 11) as f64 + 0.5) * STEP
    }

    /// Uniform among `0..count`; 0 if `count` is 0. The bias of the multiplication is below count ÷ 2⁶⁴.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }

    /// Standard normal (Box and Muller, the cosine half).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// A uniformly random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dice, Purpose};

    #[test]
    fn streams_are_their_own() {
        let first = |seed, purpose, draw| Dice::new(seed, purpose, draw).uniform().to_bits();
        let one = first(1, Purpose::Blocks, 0);
        assert_eq!(one, first(1, Purpose::Blocks, 0));
        assert_ne!(one, first(2, Purpose::Blocks, 0));
        assert_ne!(one, first(1, Purpose::Trades, 0));
        assert_ne!(one, first(1, Purpose::Blocks, 1));
    }

    #[test]
    fn every_place_and_every_order_is_as_likely() {
        let mut dice = Dice::new(7, Purpose::Order, 0);
        let mut orders = std::collections::BTreeMap::new();
        let mut places = [0_u32; 3];
        for _ in 0..6000 {
            let mut items = [0, 1, 2];
            dice.shuffle(&mut items);
            *orders.entry(items).or_insert(0_u32) += 1;
            places[dice.below(3)] += 1;
        }
        // 1,000 of each of six orders, standard deviation √(6000·5/36) = 29; 2,000 of each place, 37.
        assert_eq!(orders.len(), 6);
        assert!(
            orders.values().all(|&n| n.abs_diff(1000) < 120),
            "{orders:?}"
        );
        assert!(places.iter().all(|&n| n.abs_diff(2000) < 150), "{places:?}");
    }

    #[test]
    fn normals_have_their_moments() {
        let mut dice = Dice::new(3, Purpose::Noise, 0);
        let draws: Vec<f64> = (0..10_000).map(|_| dice.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 1e4;
        let square = draws.iter().map(|x| x * x).sum::<f64>() / 1e4;
        assert!(
            mean.abs() < 0.05 && (square - 1.0).abs() < 0.06,
            "{mean} {square}"
        );
    }
}
