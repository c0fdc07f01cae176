//! What the closed trades say.

use market::{ExitReason, Trade};

use crate::defined;
use crate::interval::{Interval95, wilson_95};

/// Figures of closed trades, net of all costs.
///
/// A trade is *won* if its net profit is above 0. One that came out at exactly 0 was not won: it counts
/// against the win rate and prolongs a losing run, but is neither a gain nor a loss in dollars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TradeFigures {
    /// Closed trades.
    pub trades: usize,
    /// Trades with a net profit above 0.
    pub wins: usize,
    /// Won ÷ all.
    pub win_rate: Option<f64>,
    /// 95 % Wilson interval of the win rate.
    pub win_rate_95: Option<Interval95>,
    /// Mean of `sessions_held`.
    pub average_holding_sessions: Option<f64>,
    /// Median of `sessions_held` (of an even number, the mean of the middle two).
    pub median_holding_sessions: Option<f64>,
    /// Sum of net profits and losses.
    pub net_pnl_usd: f64,
    /// Mean net profit a trade.
    pub expectancy_usd: Option<f64>,
    /// Mean R multiple of the trades that have one.
    pub expectancy_r: Option<f64>,
    /// How many trades have an R multiple.
    pub trades_with_r: usize,
    /// Sum of gains ÷ sum of losses, 0 or more. `None` without a loss.
    pub profit_factor: Option<f64>,
    /// Mean net profit of the trades above 0.
    pub average_gain_usd: Option<f64>,
    /// Mean net loss of the trades below 0, a negative number.
    pub average_loss_usd: Option<f64>,
    /// Most trades in a row, in the order given, of which none was won.
    pub longest_losing_run: usize,
    /// Trades by exit reason, in the order of the reasons; those that did not occur are left out.
    pub exits: Vec<(ExitReason, usize)>,
    /// Trades in which the order of events inside a bar had to be assumed.
    pub ambiguous: usize,
}

impl TradeFigures {
    /// The figures of `trades`, in the order they were closed.
    pub fn of(trades: &[Trade]) -> Self {
        let mut figures = Self::default();
        figures.fill(trades, &mut Vec::new());
        figures
    }

    /// Becomes the figures of `trades`, in its own memory; `held` is written over.
    pub(crate) fn fill(&mut self, trades: &[Trade], held: &mut Vec<u32>) {
        let sums = Sums::of(trades);
        self.exits.clear();
        let counted = ExitReason::ALL.into_iter().zip(sums.exits);
        self.exits.extend(counted.filter(|(_, count)| *count > 0));
        held.clear();
        held.extend(trades.iter().map(|trade| trade.sessions_held));
        let count = trades.len();
        let mean = |sum: f64, count: usize| defined(sum / count as f64);
        *self = Self {
            trades: count,
            wins: sums.wins,
            win_rate: mean(sums.wins as f64, count),
            win_rate_95: wilson_95(sums.wins, count),
            average_holding_sessions: mean(sums.held, count),
            median_holding_sessions: median(held),
            net_pnl_usd: sums.pnl_usd,
            expectancy_usd: mean(sums.pnl_usd, count),
            expectancy_r: mean(sums.r, sums.with_r),
            trades_with_r: sums.with_r,
            profit_factor: if sums.lost_usd < 0.0 {
                defined(sums.gained_usd / -sums.lost_usd)
            } else {
                None
            },
            average_gain_usd: mean(sums.gained_usd, sums.wins),
            average_loss_usd: mean(sums.lost_usd, sums.losses),
            longest_losing_run: sums.longest_losing_run,
            exits: std::mem::take(&mut self.exits),
            ambiguous: sums.ambiguous,
        };
    }
}

/// What one pass over the trades adds up.
#[derive(Default)]
struct Sums {
    wins: usize,
    losses: usize,
    // Not sum(): of nothing that is −0.0, and would be printed so.
    pnl_usd: f64,
    gained_usd: f64,
    lost_usd: f64,
    held: f64,
    r: f64,
    with_r: usize,
    longest_losing_run: usize,
    ambiguous: usize,
    exits: [usize; ExitReason::ALL.len()],
}

impl Sums {
    fn of(trades: &[Trade]) -> Self {
        let (mut sums, mut losing_run) = (Self::default(), 0);
        for trade in trades {
            let usd = trade.pnl_usd;
            sums.pnl_usd += usd;
            if usd > 0.0 {
                sums.wins += 1;
                sums.gained_usd += usd;
                losing_run = 0;
            } else {
                losing_run += 1;
                sums.longest_losing_run = sums.longest_losing_run.max(losing_run);
            }
            if usd < 0.0 {
                sums.losses += 1;
                sums.lost_usd += usd;
            }
            if let Some(r) = trade.r_multiple {
                sums.with_r += 1;
                sums.r += r;
            }
            sums.held += f64::from(trade.sessions_held);
            sums.ambiguous += usize::from(trade.ambiguous);
            sums.exits[trade.exit_reason as usize] += 1;
        }
        sums
    }
}

/// The middle value, or the mean of the middle two.
fn median(values: &mut [u32]) -> Option<f64> {
    let (middle, even) = (values.len() / 2, values.len().is_multiple_of(2));
    if values.is_empty() {
        return None;
    }
    let (before, &mut upper, _) = values.select_nth_unstable(middle);
    let lower = before.iter().max().filter(|_| even).copied();
    Some(f64::midpoint(
        f64::from(lower.unwrap_or(upper)),
        f64::from(upper),
    ))
}

#[cfg(test)]
mod tests {
    use super::TradeFigures;
    use crate::interval::wilson_95;
    use crate::sample::trade;
    use market::{ExitReason, Trade};
    use proptest::prelude::*;

    #[test]
    fn five_trades_by_hand() {
        let mut trades = [
            trade(300.0, Some(1.5), 2),
            trade(-100.0, Some(-0.5), 1),
            trade(0.0, Some(0.0), 9),
            trade(-200.0, None, 4),
            trade(100.0, Some(0.5), 3),
        ];
        trades[1].exit_reason = ExitReason::Stop;
        trades[3].exit_reason = ExitReason::Stop;
        trades[3].ambiguous = true;
        let expected = TradeFigures {
            trades: 5,
            wins: 2,
            win_rate: Some(2.0 / 5.0),
            win_rate_95: wilson_95(2, 5),
            average_holding_sessions: Some(19.0 / 5.0), // 2+1+9+4+3
            median_holding_sessions: Some(3.0),         // 1 2 3 4 9
            net_pnl_usd: 100.0,                         // 300 − 100 + 0 − 200 + 100
            expectancy_usd: Some(20.0),
            expectancy_r: Some(0.375), // (1.5 − 0.5 + 0 + 0.5) / 4: one has none
            trades_with_r: 4,
            profit_factor: Some(400.0 / 300.0),
            average_gain_usd: Some(200.0),
            average_loss_usd: Some(-150.0),
            longest_losing_run: 3, // −100, 0, −200: coming out even is not winning
            exits: vec![(ExitReason::Stop, 2), (ExitReason::Target, 3)],
            ambiguous: 1,
        };
        assert_eq!(TradeFigures::of(&trades), expected);
    }

    #[test]
    fn no_trades_no_figures() {
        let figures = TradeFigures::of(&[]);
        assert_eq!(figures, TradeFigures::default());
        assert!(
            figures.net_pnl_usd.is_sign_positive(),
            "nothing is not minus nothing"
        );
    }

    #[test]
    fn without_losses_there_is_no_profit_factor() {
        let won = TradeFigures::of(&[trade(10.0, None, 1), trade(0.0, None, 2)]);
        assert_eq!((won.profit_factor, won.average_loss_usd), (None, None));
        assert_eq!(won.median_holding_sessions, Some(1.5));
        assert_eq!(won.expectancy_r, None);
        let lost = TradeFigures::of(&[trade(-10.0, None, 1)]);
        assert_eq!(
            (lost.profit_factor, lost.average_gain_usd),
            (Some(0.0), None)
        );
    }

    proptest! {
        #[test]
        fn only_the_losing_run_knows_the_order(pnl in proptest::collection::vec(-500_i32..500, 1..40)) {
            // Whole dollars: sums are exact in any order.
            let trades: Vec<Trade> = pnl.iter().map(|&usd| trade(f64::from(usd), None, usd.unsigned_abs())).collect();
            let backwards: Vec<Trade> = trades.iter().rev().cloned().collect();
            let (one, other) = (TradeFigures::of(&trades), TradeFigures::of(&backwards));
            prop_assert_eq!(&one, &other, "reversing keeps even the longest run");
            let mut sorted = trades.clone();
            sorted.sort_by(|a, b| a.pnl_usd.total_cmp(&b.pnl_usd));
            let sorted = TradeFigures::of(&sorted);
            prop_assert_eq!(sorted.longest_losing_run, one.trades - one.wins, "all losers in a row");
            prop_assert!(one.longest_losing_run <= sorted.longest_losing_run);
            prop_assert_eq!(TradeFigures { longest_losing_run: one.longest_losing_run, ..sorted }, one);
        }

        #[test]
        fn the_parts_make_the_whole(pnl in proptest::collection::vec(-500_i32..500, 1..40)) {
            let trades: Vec<Trade> = pnl.iter().map(|&usd| trade(f64::from(usd), None, 1)).collect();
            let figures = TradeFigures::of(&trades);
            let losses = pnl.iter().filter(|&&usd| usd < 0).count();
            let gained = figures.average_gain_usd.unwrap_or(0.0) * figures.wins as f64;
            let lost = figures.average_loss_usd.unwrap_or(0.0) * losses as f64;
            prop_assert!((gained + lost - figures.net_pnl_usd).abs() < 1e-9);
            prop_assert_eq!(figures.profit_factor.is_some(), losses > 0);
            if let Some(factor) = figures.profit_factor {
                prop_assert_eq!(factor > 1.0, figures.net_pnl_usd > 0.0);
            }
        }
    }
}
