//! What so many trades of the baseline may look like.

use super::Outcome;
use super::limits::draw;
use crate::dice::{Dice, Purpose};
use crate::{defined, mean, quantile};

/// The middle of a figure's distribution, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Where the figures of so many trades like the baseline's lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expected {
    /// Share won.
    pub win_rate: Option<Range>,
    /// Mean score.
    pub expectancy: Option<Range>,
    /// Mean score of those above 0 ÷ mean size of those below; absent where more draws than a tail holds have none.
    pub payoff: Option<Range>,
    /// Longest run without a win.
    pub longest_losing_run: Option<Range>,
}

/// The middle `level` (0.99 for 99 %) of the figures of `count` trades drawn from `baseline`. Empty without trades.
pub fn expected(baseline: &[Outcome], count: usize, level: f64, draws: u64, seed: u64) -> Expected {
    if baseline.is_empty() || count == 0 {
        return Expected::default();
    }
    let mut drawn = Vec::new();
    let mut figures: [Vec<f64>; 4] = Default::default();
    for k in 0..draws {
        let mut dice = Dice::new(seed, Purpose::SequentialMonths, k);
        draw(baseline, count, &mut dice, &mut drawn);
        for (all, one) in figures.iter_mut().zip(of(&drawn)) {
            all.extend(one);
        }
    }
    let mut range = |n: usize| {
        let values: &mut Vec<f64> = &mut figures[n];
        let missing = draws as f64 - values.len() as f64;
        if missing > (1.0 - level) / 2.0 * draws as f64 {
            return None;
        }
        values.sort_by(f64::total_cmp);
        Some(Range {
            low: quantile(values, (1.0 - level) / 2.0)?,
            high: quantile(values, f64::midpoint(1.0, level))?,
        })
    };
    Expected {
        win_rate: range(0),
        expectancy: range(1),
        payoff: range(2),
        longest_losing_run: range(3),
    }
}

/// Win rate, mean score, payoff, longest losing run.
fn of(trades: &[Outcome]) -> [Option<f64>; 4] {
    let (mut run, mut longest) = (0, 0);
    for trade in trades {
        run = if trade.won { 0 } else { run + 1 };
        longest = longest.max(run);
    }
    let scores = || trades.iter().filter_map(|trade| trade.score);
    let gain = mean(scores().filter(|&score| score > 0.0));
    let loss = mean(scores().filter(|&score| score < 0.0));
    [
        mean(trades.iter().map(|trade| f64::from(u8::from(trade.won)))),
        mean(scores()),
        gain.zip(loss)
            .and_then(|(gain, loss)| defined(gain / -loss)),
        Some(f64::from(longest)),
    ]
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
    fn figures_by_hand() {
        let trades = [2.0, -1.0, -3.0, 4.0, -2.0].map(outcome);
        // 2 of 5; 0 ÷ 5; 3 ÷ 2; two in a row.
        assert_eq!(of(&trades), [Some(0.4), Some(0.0), Some(1.5), Some(2.0)]);
        assert_eq!(of(&trades[..1])[2], None);
    }

    #[test]
    fn one_trade_may_be_any_and_many_are_near_the_mean() {
        let baseline: Vec<Outcome> = (0..200)
            .map(|i| outcome(if i % 2 == 0 { 1.0 } else { -1.0 }))
            .collect();
        let one = expected(&baseline, 1, 0.99, 2000, 1);
        let both = |range: Range| (range.low, range.high);
        assert_eq!(one.win_rate.map(both), Some((0.0, 1.0)));
        assert_eq!(one.expectancy.map(both), Some((-1.0, 1.0)));
        assert_eq!(one.payoff, None, "one trade is a gain or a loss, not both");
        let many = expected(&baseline, 100, 0.99, 2000, 1).win_rate.unwrap();
        assert!(
            many.low > 0.3 && many.high < 0.7 && many.low < 0.5,
            "{many:?}"
        );
        assert_eq!(expected(&[], 5, 0.99, 10, 1), Expected::default());
    }
}
