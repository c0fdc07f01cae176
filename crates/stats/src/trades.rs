//! What the closed trades say.

use market::{ExitReason, Trade};

use crate::interval::{Interval95, wilson_95};
use crate::{defined, mean};

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
        let pnl = || trades.iter().map(|trade| trade.pnl_usd);
        let gains = || pnl().filter(|&usd| usd > 0.0);
        let losses = || pnl().filter(|&usd| usd < 0.0);
        let r = || trades.iter().filter_map(|trade| trade.r_multiple);
        let wins = gains().count();
        let lost_usd: f64 = losses().sum();
        Self {
            trades: trades.len(),
            wins,
            win_rate: mean(pnl().map(|usd| if usd > 0.0 { 1.0 } else { 0.0 })),
            win_rate_95: wilson_95(wins, trades.len()),
            average_holding_sessions: mean(trades.iter().map(|t| f64::from(t.sessions_held))),
            median_holding_sessions: median_holding(trades),
            // Not sum(): of nothing that is −0.0, and would be printed so.
            net_pnl_usd: pnl().fold(0.0, |sum, usd| sum + usd),
            expectancy_usd: mean(pnl()),
            expectancy_r: mean(r()),
            trades_with_r: r().count(),
            profit_factor: if lost_usd < 0.0 {
                defined(gains().fold(0.0, |sum, usd| sum + usd) / -lost_usd)
            } else {
                None
            },
            average_gain_usd: mean(gains()),
            average_loss_usd: mean(losses()),
            longest_losing_run: longest_losing_run(trades),
            exits: exits(trades),
            ambiguous: trades.iter().filter(|trade| trade.ambiguous).count(),
        }
    }
}

fn median_holding(trades: &[Trade]) -> Option<f64> {
    let mut held: Vec<u32> = trades.iter().map(|trade| trade.sessions_held).collect();
    held.sort_unstable();
    let upper = *held.get(held.len() / 2)?;
    // Of an odd number both are the middle one.
    let lower = *held.get((held.len() - 1) / 2)?;
    Some(f64::midpoint(f64::from(lower), f64::from(upper)))
}

fn longest_losing_run(trades: &[Trade]) -> usize {
    let runs = trades.iter().scan(0, |run, trade| {
        *run = if trade.pnl_usd > 0.0 { 0 } else { *run + 1 };
        Some(*run)
    });
    runs.max().unwrap_or(0)
}

fn exits(trades: &[Trade]) -> Vec<(ExitReason, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for trade in trades {
        *counts.entry(trade.exit_reason).or_insert(0) += 1;
    }
    counts.into_iter().collect()
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
