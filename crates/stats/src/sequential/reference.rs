//! What the charts measure against: figures of the baseline, and the step that a trade makes on each chart.

use super::Outcome;
use crate::mean;

/// Standard deviations a trade that a chart of sizes forgives: half of the shift it is quickest to find, as for any
/// cumulative sum (Page 1954). A shift of half a deviation is about what it takes for a plan of trades to lose its edge.
const ALLOWANCE: f64 = 0.25;
/// Worse odds that the win rate's chart is quickest to find: half of the baseline's.
const ODDS: f64 = 0.5;
/// Deviations from the baseline's mean beyond which a size counts as that far: one gap through a stop must not raise an alarm
/// alone, and ranks would forget how much a loss cost.
const WINSOR: f64 = 2.5;
/// The least deviation of log sizes, a quarter. Stops and targets make sizes that hardly vary, and of those a change by
/// a hundredth would be many deviations, while what an edge hangs on is not touched.
const LEAST_SPREAD: f64 = 0.25;

/// The baseline as the charts know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// Steps of the win rate's chart at a win (below 0) and at a loss (above 0).
    win_rate: [f64; 2],
    expectancy: Option<Sizes>,
    gains: Option<Sizes>,
    losses: Option<Sizes>,
}

/// A sample's centre, spread and where it is cut off.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sizes {
    mean: f64,
    deviation: f64,
    low: f64,
    high: f64,
}

impl Sizes {
    /// Of `values`, with a deviation of `least` or more. `None` of fewer than two values, or without any deviation.
    fn of(values: &[f64], least: f64) -> Option<Self> {
        let mean = mean(values.iter().copied())?;
        let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
        let freedom = values.len().checked_sub(1).filter(|&n| n > 0)?;
        let deviation = (squares / freedom as f64).sqrt().max(least);
        // Rounding alone gives equal values a spread of some 1e-17.
        (deviation > 1e-12 * mean.abs().max(1e-12)).then_some(Self {
            mean,
            deviation,
            low: mean - WINSOR * deviation,
            high: mean + WINSOR * deviation,
        })
    }

    /// How far `value` lies below the mean, in deviations.
    fn below(&self, value: f64) -> f64 {
        (self.mean - value.clamp(self.low, self.high)) / self.deviation
    }
}

impl Reference {
    /// Of a baseline; `None` without trades.
    ///
    /// The odds of a win are taken as `(wins + ½) ÷ (losses + ½)`, so that a baseline that only won, or only lost, has some.
    /// With `p0` from them and `p1` from half of them, a win steps by `ln(p1 ÷ p0)` and a loss by `ln((1 − p1) ÷ (1 − p0))`.
    pub fn of(baseline: &[Outcome]) -> Option<Self> {
        Self::within(baseline, &mut Vec::new())
    }

    pub(super) fn within(baseline: &[Outcome], scratch: &mut Vec<f64>) -> Option<Self> {
        if baseline.is_empty() {
            return None;
        }
        let wins = baseline.iter().filter(|o| o.won).count();
        let odds = (wins as f64 + 0.5) / ((baseline.len() - wins) as f64 + 0.5);
        let worse = odds * ODDS;
        let (p0, p1) = (odds / (1.0 + odds), worse / (1.0 + worse));
        let mut sizes = |least: f64, of: &dyn Fn(f64) -> Option<f64>| {
            scratch.clear();
            let scores = baseline.iter().filter_map(|o| o.score);
            scratch.extend(scores.filter_map(of));
            Sizes::of(scratch, least)
        };
        Some(Self {
            win_rate: [libm::log(p1 / p0), libm::log((1.0 - p1) / (1.0 - p0))],
            expectancy: sizes(0.0, &Some),
            gains: sizes(LEAST_SPREAD, &|score| {
                (score > 0.0).then(|| libm::log(score))
            }),
            losses: sizes(LEAST_SPREAD, &|score| {
                (score < 0.0).then(|| libm::log(-score))
            }),
        })
    }

    /// Where each chart stands after `outcome`, from where it stood. A chart that the baseline has no spread for stays.
    pub(super) fn step(&self, at: &mut [f64; 4], outcome: Outcome) {
        let [win, loss] = self.win_rate;
        let sum = |from: f64, step: f64| (from + step).max(0.0);
        at[0] = sum(at[0], if outcome.won { win } else { loss });
        if let Some(score) = outcome.score {
            if let Some(sizes) = &self.expectancy {
                at[1] = sum(at[1], sizes.below(score) - ALLOWANCE);
            }
            let worse = if score > 0.0 {
                self.gains.map(|gains| gains.below(libm::log(score)))
            } else if score < 0.0 {
                self.losses.map(|losses| -losses.below(libm::log(-score)))
            } else {
                None
            };
            if let Some(worse) = worse {
                at[2] = sum(at[2], worse - ALLOWANCE);
            }
        }
        at[3] = if outcome.won { 0.0 } else { at[3] + 1.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(score: f64) -> Outcome {
        Outcome {
            won: score > 0.0,
            score: Some(score),
        }
    }

    #[test]
    fn steps_by_hand() {
        // Gains 1 and 4, losses −1 and −4, twice each: odds 4.5 ÷ 4.5 = 1, p0 = ½, p1 = ⅓: a win steps by ln ⅔, a loss by ln 4⁄3.
        let baseline = [1.0, 4.0, -1.0, -4.0, 1.0, 4.0, -1.0, -4.0].map(outcome);
        let reference = Reference::of(&baseline).unwrap();
        let mut at = [0.0; 4];
        reference.step(&mut at, outcome(-1.0));
        let loss = (4.0_f64 / 3.0).ln();
        assert!((at[0] - loss).abs() < 1e-12);
        // Scores: mean 0, squares 4 · 17 = 68, deviation √(68 ÷ 7); −1 lies 1 ÷ 3.1168 = 0.3208 below, less the allowance.
        let deviation = (68.0_f64 / 7.0).sqrt();
        assert!((at[1] - (1.0 / deviation - 0.25)).abs() < 1e-12, "{at:?}");
        // A loss of 1 is a small one: ln 1 = 0 lies below the mean ln 2, and the sum stays at 0.
        assert_eq!((at[2], at[3]), (0.0, 1.0));
        // A loss of 4: ln 4 is ln 2 above the mean of 0 and ln 4; of four values the deviation is ln 2 · √(4 ÷ 3).
        reference.step(&mut at, outcome(-4.0));
        let worse = (3.0_f64 / 4.0).sqrt() - 0.25;
        assert!((at[2] - worse).abs() < 1e-12, "{at:?}");
        assert!((at[0] - 2.0 * loss).abs() < 1e-12);
        // A win: ln ⅔ = −0.405 brings 0.575 to 0.170; the run is over.
        reference.step(&mut at, outcome(4.0));
        assert!((at[0] - (2.0 * loss + (2.0_f64 / 3.0).ln())).abs() < 1e-12);
        assert_eq!(at[3], 0.0);
    }

    #[test]
    fn one_gap_counts_as_a_bad_trade_and_no_more() {
        let baseline: Vec<Outcome> = (0..40)
            .map(|i| outcome(if i % 2 == 0 { 1.5 } else { -1.0 }))
            .collect();
        let reference = Reference::of(&baseline).unwrap();
        let (mut bad, mut ruin) = ([0.0; 4], [0.0; 4]);
        reference.step(&mut bad, outcome(-3.0));
        reference.step(&mut ruin, outcome(-20.0));
        assert_eq!(bad, ruin);
        // Two and a half deviations, less the allowance.
        assert!(
            (bad[1] - 2.25).abs() < 1e-12 && (bad[2] - 2.25).abs() < 1e-12,
            "{bad:?}"
        );
    }

    #[test]
    fn sizes_that_hardly_vary_are_not_held_to_their_hundredths() {
        // Stops at −1 and targets at 1.5, to a hundredth; then each a hundredth worse, forty times.
        let sized = |i: usize, by: f64| {
            outcome(
                (if i.is_multiple_of(2) {
                    1.5 - by
                } else {
                    -1.0 - by
                }) + 0.01 * (i % 3) as f64,
            )
        };
        let baseline: Vec<Outcome> = (0..60).map(|i| sized(i, 0.0)).collect();
        let reference = Reference::of(&baseline).unwrap();
        let (mut at, mut halved) = ([0.0; 4], [0.0; 4]);
        for i in 0..40 {
            reference.step(&mut at, sized(i, 0.01));
            reference.step(&mut halved, sized(i, 0.75));
        }
        assert_eq!(at[2], 0.0);
        assert!(halved[2] > 40.0, "{halved:?}");
    }

    #[test]
    fn charts_without_spread_stay() {
        let same = [outcome(1.0); 5];
        let reference = Reference::of(&same).unwrap();
        let mut at = [0.0; 4];
        reference.step(&mut at, outcome(-3.0));
        assert!(at[0] > 0.0 && at[1] == 0.0 && at[2] == 0.0 && at[3] == 1.0);
        let unscored = Outcome {
            won: false,
            score: None,
        };
        reference.step(&mut at, unscored);
        assert_eq!((at[1], at[3]), (0.0, 2.0));
        assert_eq!(Reference::of(&[]), None);
    }
}
