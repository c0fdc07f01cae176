//! The stationary bootstrap.

use crate::dice::{Dice, Purpose};

/// Draws sessions in blocks of random length, so that what one session owes to the one before is kept.
///
/// Politis and Romano (1994): blocks start anywhere, last a geometric number of sessions with a given mean, and run on
/// from the last session to the first. Draw `k` depends on the seed and `k` alone, so that any number of threads, in
/// any order, draws the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StationaryBootstrap {
    sessions: usize,
    mean_block_sessions: f64,
    seed: u64,
}

/// A run of sessions: from `start`, `sessions` of them, wrapping round at the end of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// First session.
    pub start: usize,
    /// How many; 1 or more, and no more than the window has.
    pub sessions: usize,
}

impl StationaryBootstrap {
    /// Of a window of `sessions` sessions. `None` without sessions, or with a mean block below 1 or not finite.
    pub fn new(sessions: usize, mean_block_sessions: f64, seed: u64) -> Option<Self> {
        let usable = sessions > 0 && mean_block_sessions >= 1.0 && mean_block_sessions.is_finite();
        usable.then_some(Self {
            sessions,
            mean_block_sessions,
            seed,
        })
    }

    /// Sessions of the window, and of every draw.
    pub fn sessions(&self) -> usize {
        self.sessions
    }

    /// Expected length of a block.
    pub fn mean_block_sessions(&self) -> f64 {
        self.mean_block_sessions
    }

    /// The blocks of draw `k`, in order; together as many sessions as the window.
    pub fn blocks(&self, k: u64) -> Vec<Block> {
        let mut dice = Dice::new(self.seed, Purpose::Blocks, k);
        // ln of the chance that a block goes on; minus infinity (every block of one) at a mean of 1.
        let goes_on = libm::log1p(-1.0 / self.mean_block_sessions);
        let mut blocks = Vec::new();
        let mut left = self.sessions;
        while left > 0 {
            let start = dice.below(self.sessions);
            let more = libm::log(dice.uniform()) / goes_on;
            let sessions = (more as usize).saturating_add(1).min(left);
            blocks.push(Block { start, sessions });
            left -= sessions;
        }
        blocks
    }

    /// How often draw `k` has each session; adds up to the sessions of the window. The order is lost: enough for
    /// means, not for drawdowns.
    pub fn counts(&self, k: u64) -> Vec<u32> {
        let mut change = vec![0_i32; self.sessions + 1];
        for block in self.blocks(k) {
            let end = block.start + block.sessions;
            change[block.start] += 1;
            if end > self.sessions {
                change[0] += 1;
                change[end - self.sessions] -= 1;
            } else {
                change[end] -= 1;
            }
        }
        let mut running = 0;
        change.truncate(self.sessions);
        let step = |change: i32| {
            running += change;
            running as u32
        };
        change.into_iter().map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::StationaryBootstrap;
    use proptest::prelude::*;

    #[test]
    fn blocks_have_the_length_they_should() {
        // 200 draws of 1,000 sessions: mean length 10 (the last is cut short: expect 100.9 blocks a draw), starts even.
        let bootstrap = StationaryBootstrap::new(1000, 10.0, 1).unwrap();
        let (mut blocks, mut starts) = (0, 0.0);
        for k in 0..200 {
            let drawn = bootstrap.blocks(k);
            blocks += drawn.len();
            starts += drawn.iter().map(|b| b.start as f64).sum::<f64>();
        }
        // 20,180 expected; standard deviation √(200 × 999 × 0.09) = 134.
        assert!(blocks.abs_diff(20_180) < 500, "{blocks}");
        assert!((starts / blocks as f64 - 499.5).abs() < 10.0);
        let single = StationaryBootstrap::new(50, 1.0, 1).unwrap();
        let endless = StationaryBootstrap::new(50, 1e300, 1).unwrap();
        assert_eq!(endless.blocks(0).len(), 1, "one block is the whole window");
        assert!(
            single.blocks(0).iter().all(|b| b.sessions == 1),
            "a mean of 1 is the plain bootstrap"
        );
    }

    #[test]
    fn no_window_no_draw() {
        for (sessions, block) in [(0, 10.0), (10, 0.5), (10, f64::NAN), (10, f64::INFINITY)] {
            assert_eq!(StationaryBootstrap::new(sessions, block, 1), None);
        }
    }

    proptest! {
        #[test]
        fn counts_are_the_blocks_counted(sessions in 1_usize..80, block in 1.0..200.0_f64, seed: u64, k: u64) {
            let bootstrap = StationaryBootstrap::new(sessions, block, seed).unwrap();
            let mut counted = vec![0_u32; sessions];
            for block in bootstrap.blocks(k) {
                prop_assert!(block.start < sessions && (1..=sessions).contains(&block.sessions));
                for step in 0..block.sessions {
                    counted[(block.start + step) % sessions] += 1;
                }
            }
            prop_assert_eq!(counted.iter().sum::<u32>() as usize, sessions);
            prop_assert_eq!(bootstrap.counts(k), counted);
        }
    }
}
