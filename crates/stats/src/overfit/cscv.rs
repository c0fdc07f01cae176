//! Probability of backtest overfitting, by combinatorially symmetric cross-validation.

use std::ops::Range;

use crate::returns::SparseReturns;
use crate::{defined, mean};

/// Most blocks allowed: 20 make 184,756 splits.
const MOST_BLOCKS: usize = 20;

/// What a trial did in a block: sum and sum of squares of its returns.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    sum: f64,
    squares: f64,
}

/// Trials by blocks of sessions, ready to be split.
///
/// Bailey, Borwein, López de Prado and Zhu (2017), *The Probability of Backtest Overfitting*: cut the sessions into S
/// blocks; of every way to choose half of them, take the trial that did best in the chosen half and see where it
/// ranks among all trials in the other half. Only sums a block are kept, so memory is trials × S × 16 bytes however
/// long the window is.
///
/// Sessions that S does not divide are not dropped: block `i` runs from `⌊i T ÷ S⌋` to `⌊(i + 1) T ÷ S⌋`, so lengths
/// differ by one at most.
#[derive(Clone, Debug)]
pub struct Cscv {
    sessions: usize,
    blocks: usize,
    cells: Vec<Cell>,
}

/// Why there is no cross-validation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CscvError {
    /// Odd, too few or too many.
    #[error("{found} blocks; expected an even number from 2 to 20 (16 is usual)")]
    Blocks {
        /// Blocks asked for.
        found: usize,
    },
    /// Blocks of less than two sessions.
    #[error(
        "{sessions} sessions in {blocks} blocks; expected two sessions a block: take fewer blocks or a longer window"
    )]
    Short {
        /// Sessions of the window.
        sessions: usize,
        /// Blocks asked for.
        blocks: usize,
    },
    /// A trial of another window.
    #[error("a trial of {found} sessions among trials of {expected}; all must cover one window")]
    Sessions {
        /// Sessions of the trial.
        found: usize,
        /// Sessions of the others.
        expected: usize,
    },
}

/// One way to choose half of the blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// `ln(r ÷ (N + 1 − r))`, r being the rank (1 the worst) of the chosen trial in the other half. 0 or less: no
    /// better than the median.
    pub logit: f64,
    /// Sharpe ratio a session of the chosen trial where it was chosen; `None` if no trial moved there.
    pub in_sample: Option<f64>,
    /// The same in the other half; `None` if it did not move there.
    pub out_of_sample: Option<f64>,
    /// The chosen trial lost money in the other half.
    pub lost: bool,
}

impl Cscv {
    /// No trials yet, over `sessions` sessions in `blocks` blocks.
    ///
    /// # Errors
    /// Blocks odd, fewer than 2 or more than 20; fewer than two sessions a block.
    pub fn new(sessions: usize, blocks: usize) -> Result<Self, CscvError> {
        if blocks % 2 == 1 || !(2..=MOST_BLOCKS).contains(&blocks) {
            return Err(CscvError::Blocks { found: blocks });
        }
        if sessions < 2 * blocks {
            return Err(CscvError::Short { sessions, blocks });
        }
        Ok(Self {
            sessions,
            blocks,
            cells: Vec::new(),
        })
    }

    /// Adds a trial.
    ///
    /// # Errors
    /// A trial of another number of sessions.
    pub fn push(&mut self, trial: &SparseReturns<'_>) -> Result<(), CscvError> {
        if trial.sessions() != self.sessions {
            return Err(CscvError::Sessions {
                found: trial.sessions(),
                expected: self.sessions,
            });
        }
        let at = self.cells.len();
        self.cells.resize(at + self.blocks, Cell::default());
        let mut block = 0;
        for &(session, fraction) in trial.moved() {
            while session as usize >= self.start(block + 1) {
                block += 1;
            }
            let cell = &mut self.cells[at + block];
            cell.sum += fraction;
            cell.squares += fraction * fraction;
        }
        Ok(())
    }

    /// Trials added.
    pub fn trials(&self) -> usize {
        self.cells.len() / self.blocks
    }

    fn start(&self, block: usize) -> usize {
        block * self.sessions / self.blocks
    }

    /// Pairs of complementary splits: half of `C(S, S/2)`.
    pub fn pairs(&self) -> usize {
        self.halves().count()
    }

    /// The halves that hold block 0, as bit masks, in ascending order: each stands for itself and its complement.
    fn halves(&self) -> impl Iterator<Item = u32> {
        let half = self.blocks as u32 / 2;
        (1..1_u32 << self.blocks)
            .step_by(2)
            .filter(move |mask| mask.count_ones() == half)
    }

    /// Both splits of each pair in a range (of [`Cscv::pairs`]), in order. Nothing with fewer than two trials.
    ///
    /// Joined in order, the ranges of any partition give the same as one range over all: that is for threads.
    pub fn splits(&self, pairs: Range<usize>) -> Vec<Split> {
        let mut splits = Vec::with_capacity(2 * pairs.len());
        if self.trials() < 2 {
            return splits;
        }
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for mask in self.halves().skip(pairs.start).take(pairs.len()) {
            self.score(mask, &mut ours);
            self.score(!mask, &mut theirs);
            splits.push(choose(&ours, &theirs));
            splits.push(choose(&theirs, &ours));
        }
        splits
    }

    /// Every trial's score in the blocks of a mask.
    fn score(&self, mask: u32, scores: &mut Vec<Score>) {
        let within = |block: usize| mask >> block & 1 == 1;
        let sessions: usize = (0..self.blocks)
            .filter(|&block| within(block))
            .map(|block| self.start(block + 1) - self.start(block))
            .sum();
        let chosen: Vec<usize> = (0..self.blocks).filter(|&block| within(block)).collect();
        scores.clear();
        scores.extend(self.cells.chunks_exact(self.blocks).map(|cells| {
            let mut total = Cell::default();
            for &block in &chosen {
                total.sum += cells[block].sum;
                total.squares += cells[block].squares;
            }
            Score::of(total, sessions as f64)
        }));
    }
}

/// A trial in one half.
#[derive(Clone, Copy, Debug)]
struct Score {
    /// Sharpe ratio a session, minus infinity without variance.
    sharpe: f64,
    sum: f64,
}

impl Score {
    fn of(total: Cell, sessions: f64) -> Self {
        let squares = total.squares - total.sum * total.sum / sessions;
        // The subtraction leaves the rounding of its terms, which is no variance.
        let moved = squares > 1e-12 * total.squares && squares > 1e-28 * sessions;
        let sharpe = if moved {
            total.sum / sessions / (squares / (sessions - 1.0)).sqrt()
        } else {
            f64::NEG_INFINITY
        };
        Self {
            sharpe,
            sum: total.sum,
        }
    }

    fn sharpe(self) -> Option<f64> {
        defined(self.sharpe)
    }
}

/// Takes the best of one half (of equals the first) and ranks it in the other (equals share their mean rank).
fn choose(inside: &[Score], outside: &[Score]) -> Split {
    let mut best = 0;
    for (trial, score) in inside.iter().enumerate() {
        if score.sharpe > inside[best].sharpe {
            best = trial;
        }
    }
    let (chosen, found) = (inside[best], outside[best]);
    let (mut worse, mut equal) = (0_u32, 0_u32);
    for score in outside {
        worse += u32::from(score.sharpe < found.sharpe);
        equal += u32::from(score.sharpe == found.sharpe);
    }
    let rank = f64::from(worse) + f64::midpoint(1.0, f64::from(equal));
    // Where nothing moved nothing was chosen: no better than the median.
    let logit = if chosen.sharpe().is_none() {
        0.0
    } else {
        libm::log(rank / (outside.len() as f64 + 1.0 - rank))
    };
    Split {
        logit,
        in_sample: chosen.sharpe(),
        out_of_sample: found.sharpe(),
        lost: found.sum < 0.0,
    }
}

/// What the splits say.
#[derive(Clone, Debug, PartialEq)]
pub struct Overfitting {
    /// Splits counted.
    pub splits: usize,
    /// Share of splits in which the best of one half was no better than the median of the other (logit ≤ 0): the
    /// probability of backtest overfitting. About one half if choosing is no better than drawing lots.
    pub probability: f64,
    /// Mean of the logits.
    pub mean_logit: f64,
    /// The logits in ascending order.
    pub logits: Vec<f64>,
    /// Share of splits in which the chosen trial lost money in the other half.
    pub loss_probability: f64,
    /// Slope of the chosen trial's Sharpe ratio out of sample on that in sample, over the splits that have both. The
    /// two halves make one window, so a slope below 0 is usual; it tells how much of a good half was lent by the other.
    pub degradation_slope: Option<f64>,
    /// Mean Sharpe ratio a session of the chosen, in sample, over the same splits.
    pub mean_in_sample: Option<f64>,
    /// Mean Sharpe ratio a session of the chosen, out of sample, over the same splits.
    pub mean_out_of_sample: Option<f64>,
}

impl Overfitting {
    /// Of all splits, in order; `None` of none.
    pub fn of(splits: &[Split]) -> Option<Self> {
        let share = |of: fn(&Split) -> bool| {
            mean(splits.iter().map(|split| if of(split) { 1.0 } else { 0.0 }))
        };
        let mut logits: Vec<f64> = splits.iter().map(|split| split.logit).collect();
        let mean_logit = mean(logits.iter().copied())?;
        logits.sort_by(f64::total_cmp);
        let both: Vec<(f64, f64)> = splits
            .iter()
            .filter_map(|split| split.in_sample.zip(split.out_of_sample))
            .collect();
        Some(Self {
            splits: splits.len(),
            probability: share(|split| split.logit <= 0.0)?,
            mean_logit,
            logits,
            loss_probability: share(|split| split.lost)?,
            degradation_slope: slope(&both),
            mean_in_sample: mean(both.iter().map(|pair| pair.0)),
            mean_out_of_sample: mean(both.iter().map(|pair| pair.1)),
        })
    }
}

/// Least squares of the second on the first; `None` if the first does not vary.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let x_mean = mean(points.iter().map(|p| p.0))?;
    let y_mean = mean(points.iter().map(|p| p.1))?;
    let (mut squares, mut products) = (0.0, 0.0);
    for &(x, y) in points {
        squares += (x - x_mean) * (x - x_mean);
        products += (x - x_mean) * (y - y_mean);
    }
    if squares <= 1e-28 {
        return None;
    }
    defined(products / squares)
}

#[cfg(test)]
mod tests {
    use super::{Cscv, CscvError, Overfitting};
    use crate::dice::{Dice, Purpose};
    use crate::returns::SparseReturns;
    use proptest::prelude::*;

    fn of(trials: &[Vec<f64>], blocks: usize) -> (Cscv, Option<Overfitting>) {
        let mut cscv = Cscv::new(trials[0].len(), blocks).unwrap();
        for trial in trials {
            cscv.push(&SparseReturns::of_dense(trial).unwrap()).unwrap();
        }
        let splits = cscv.splits(0..cscv.pairs());
        (cscv, Overfitting::of(&splits))
    }

    #[test]
    fn two_blocks_by_hand() {
        // a is good in the first half and bad in the second, b the other way round, c is between, d never trades.
        let a = vec![0.03, 0.01, -0.03, -0.01];
        let b = vec![-0.03, -0.01, 0.03, 0.01];
        let c = vec![0.01, -0.01, 0.01, -0.01];
        let (cscv, found) = of(&[a, b, c, vec![0.0; 4]], 2);
        let found = found.unwrap();
        assert_eq!((cscv.trials(), cscv.pairs(), found.splits), (4, 1, 2));
        // Sharpe a half: ±0.02/√0.0002 = ±√2. Chosen: a, then b; both rank second of four (above d, which has no
        // variance) in the other half: ln(2/3).
        assert_eq!(found.probability, 1.0);
        assert!((found.mean_logit - (2.0_f64 / 3.0).ln()).abs() < 1e-12);
        assert_eq!(found.loss_probability, 1.0);
        assert!((found.mean_in_sample.unwrap() - 2.0_f64.sqrt()).abs() < 1e-12);
        assert!((found.mean_out_of_sample.unwrap() + 2.0_f64.sqrt()).abs() < 1e-12);
        assert_eq!(
            found.degradation_slope, None,
            "one in-sample value twice has no slope"
        );
    }

    #[test]
    fn equals_share_their_rank() {
        // a and its copy are chosen (the first of them), and both are best in the other half: rank 2.5 of 3.
        let a = vec![0.01, 0.02, 0.01, 0.02];
        let low = vec![0.01, -0.02, 0.01, -0.02];
        let (_, found) = of(&[a.clone(), low, a], 2);
        let found = found.unwrap();
        assert_eq!(found.probability, 0.0);
        assert!((found.mean_logit - (2.5_f64 / 1.5).ln()).abs() < 1e-12);
    }

    #[test]
    fn plans_that_never_trade_prove_nothing() {
        let (_, found) = of(&[vec![0.0; 8], vec![0.0; 8], vec![0.01; 8]], 4);
        let found = found.unwrap();
        assert_eq!((found.probability, found.mean_logit), (1.0, 0.0));
        assert_eq!((found.mean_in_sample, found.loss_probability), (None, 0.0));
        let (_, alone) = of(&[vec![0.01, 0.02, 0.03, 0.01]], 2);
        assert_eq!(alone, None, "one trial was not chosen among others");
    }

    #[test]
    fn what_cannot_be_split() {
        for found in [0, 1, 7, 22] {
            assert_eq!(
                Cscv::new(1000, found).unwrap_err(),
                CscvError::Blocks { found }
            );
        }
        let short = CscvError::Short {
            sessions: 15,
            blocks: 8,
        };
        assert_eq!(Cscv::new(15, 8).unwrap_err(), short);
        let mut cscv = Cscv::new(16, 8).unwrap();
        let other = SparseReturns::new(17, vec![]).unwrap();
        let wrong = CscvError::Sessions {
            found: 17,
            expected: 16,
        };
        assert_eq!(cscv.push(&other).unwrap_err(), wrong);
    }

    #[test]
    fn blocks_cover_what_they_do_not_divide() {
        let cscv = Cscv::new(23, 4).unwrap();
        let starts: Vec<usize> = (0..=4).map(|block| cscv.start(block)).collect();
        assert_eq!(starts, [0, 5, 11, 17, 23]);
    }

    #[test]
    fn noise_is_a_coin_and_an_edge_is_not() {
        // 200 sweeps of 20 trials of 160 sessions; then the same with one trial of Sharpe ratio 0.5 a session.
        let (mut noise, mut edge) = (0.0, 0.0);
        for seed in 0..200 {
            let mut dice = Dice::new(seed, Purpose::Noise, 0);
            let mut trials: Vec<Vec<f64>> = (0..20)
                .map(|_| (0..160).map(|_| 0.01 * dice.normal()).collect())
                .collect();
            noise += of(&trials, 8).1.unwrap().probability / 200.0;
            trials[7].iter_mut().for_each(|r| *r += 0.005);
            edge += of(&trials, 8).1.unwrap().probability / 200.0;
        }
        // Standard deviation of one sweep's probability is about 0.2: of the mean of 200, 0.015.
        assert!((noise - 0.5).abs() < 0.06, "{noise}");
        assert!(edge < 0.1, "{edge}");
    }

    proptest! {
        #[test]
        fn ranges_join_and_shares_are_shares(
            trials in proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(0.0), -0.1..0.1_f64], 21), 2..8),
            cut in 0_usize..=35,
        ) {
            let (cscv, found) = of(&trials, 8);
            let found = found.unwrap();
            prop_assert_eq!(cscv.pairs(), 35);
            let mut parts = cscv.splits(0..cut);
            parts.extend(cscv.splits(cut..35));
            prop_assert_eq!(Overfitting::of(&parts), Some(found.clone()));
            prop_assert!((0.0..=1.0).contains(&found.probability) && (0.0..=1.0).contains(&found.loss_probability));
            let end = (trials.len() as f64).ln();
            prop_assert!(found.logits.iter().all(|l| l.abs() <= end + 1e-12));
        }
    }
}
