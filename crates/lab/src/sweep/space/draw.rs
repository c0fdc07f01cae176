//! Random numbers that are functions of (seed, index): nothing is drawn before them, so that a sweep resumes
//! anywhere and any shard finds its own.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// What a stream of numbers is drawn for. Streams of one seed never overlap.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Units = 1,
    Jitter = 2,
    Shuffle = 3,
    Scramble = 4,
    Search = 5,
}

/// A stream of one seed.
#[derive(Clone, Debug)]
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream as u64);
        Self(rng)
    }

    /// The same stream from its `number`-th draw on.
    pub(super) fn at(&self, number: u128) -> Self {
        let mut rng = self.0.clone();
        // Two words a draw.
        rng.set_word_pos(number << 1);
        Self(rng)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Even on [0, 1): 53 random bits.
    pub(super) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea & Flood 2014): every bit depends on every bit.
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A random order of 0..count, one element at a time and without a table: a Feistel network on the next even
/// number of bits, walked until it lands inside (Black & Rogaway 2002, "cycle walking").
#[derive(Clone, Debug)]
pub(super) struct Shuffle {
    count: u64,
    half_bits: u32,
    keys: [u64; Shuffle::ROUNDS],
}

impl Shuffle {
    /// Six are plenty for large sets; on a set of five they leave orders visibly uneven (a test counts them).
    const ROUNDS: usize = 12;

    pub(super) fn new(count: u64, dice: &mut Dice) -> Self {
        let bits = u64::BITS - count.saturating_sub(1).leading_zeros();
        Self {
            count,
            half_bits: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| dice.bits()),
        }
    }

    /// Where `index` (below the count) stands in the order.
    pub(super) fn of(&self, index: u64) -> u64 {
        // The network permutes a set at most four times the count, so the walk is short; it ends because the
        // cycle on which `index` lies holds `index` itself, which is inside.
        let mut at = self.once(index);
        while at >= self.count {
            at = self.once(at);
        }
        at
    }

    fn once(&self, x: u64) -> u64 {
        let mask = u64::MAX >> (u64::BITS - self.half_bits);
        let (mut left, mut right) = (x >> self.half_bits, x & mask);
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) & mask));
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_shuffle_meets_everything_once(count in 1_u64..3000, seed in any::<u64>()) {
            let shuffle = Shuffle::new(count, &mut Dice::new(seed, Stream::Shuffle));
            let mut met: Vec<u64> = (0..count).map(|index| shuffle.of(index)).collect();
            met.sort_unstable();
            prop_assert!(met.into_iter().eq(0..count));
        }
    }

    /// Of 4,000 orders of 0..5, every one of the 120 is met about 33 times: chi-squared below its 0.1 % bound
    /// (119 degrees of freedom: 173.6).
    #[test]
    fn orders_are_even() {
        let mut met = std::collections::BTreeMap::new();
        for seed in 0..4000 {
            let shuffle = Shuffle::new(5, &mut Dice::new(seed, Stream::Shuffle));
            let order: Vec<u64> = (0..5).map(|index| shuffle.of(index)).collect();
            *met.entry(order).or_insert(0.0) += 1.0;
        }
        let expected = 4000.0 / 120.0;
        let met: Vec<f64> = met.into_values().collect();
        let missing = (120 - met.len()) as f64 * expected;
        let chi: f64 = met
            .iter()
            .map(|n| (n - expected) * (n - expected) / expected)
            .sum();
        assert!(chi + missing < 173.6, "{}", chi + missing);
    }

    #[test]
    fn a_draw_is_found_again_anywhere() {
        let dice = Dice::new(7, Stream::Units);
        let mut from_start = dice.at(0);
        let drawn: Vec<u64> = (0..100).map(|_| from_start.bits()).collect();
        for number in [0, 1, 7, 31, 99] {
            assert_eq!(dice.at(number as u128).bits(), drawn[number]);
        }
        assert_ne!(Dice::new(7, Stream::Jitter).at(0).bits(), drawn[0]);
    }
}
