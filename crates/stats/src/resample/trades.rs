//! Intervals of trade figures.

use market::Trade;

use super::interval::{Interval, bca};
use crate::defined;
use crate::dice::{Dice, Purpose};

/// Bias-corrected bootstrap intervals of trade figures, trades being drawn with replacement as if they were independent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TradeIntervals {
    /// Mean net profit a trade, dollars.
    pub expectancy_usd: Option<Interval>,
    /// Mean R multiple, of the trades that have one.
    pub expectancy_r: Option<Interval>,
    /// Share of trades with a net profit above 0.
    pub win_rate: Option<Interval>,
    /// Gains ÷ losses. Absent where more resamples than a tail holds have no loss.
    pub profit_factor: Option<Interval>,
    /// Mean net profit of those above 0, dollars.
    pub average_gain_usd: Option<Interval>,
    /// Mean net loss of those below 0, dollars, negative.
    pub average_loss_usd: Option<Interval>,
}

/// Sums over drawn trades.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    trades: f64,
    wins: f64,
    losses: f64,
    gained: f64,
    lost: f64,
    with_r: f64,
    r: f64,
}

type Figure = fn(&Sums) -> Option<f64>;

impl Sums {
    /// Adds a trade, or with a weight of −1 takes one out.
    fn add(&mut self, pnl_usd: f64, r: Option<f64>, weight: f64) {
        self.trades += weight;
        if pnl_usd > 0.0 {
            self.wins += weight;
            self.gained += weight * pnl_usd;
        } else if pnl_usd < 0.0 {
            self.losses += weight;
            self.lost += weight * pnl_usd;
        }
        if let Some(r) = r {
            self.with_r += weight;
            self.r += weight * r;
        }
    }

    fn of(trades: impl Iterator<Item = (f64, Option<f64>)>) -> Self {
        let mut sums = Self::default();
        trades.for_each(|(pnl_usd, r)| sums.add(pnl_usd, r, 1.0));
        sums
    }
}

fn ratio(over: f64, under: f64) -> Option<f64> {
    if under == 0.0 {
        None
    } else {
        defined(over / under)
    }
}

/// Intervals of the figures of `trades` at a level (0.95 for 95 %), from so many resamples of a seed. All absent of
/// fewer than two trades.
pub fn trade_intervals(trades: &[Trade], resamples: u64, seed: u64, level: f64) -> TradeIntervals {
    if trades.len() < 2 {
        return TradeIntervals::default();
    }
    let trades: Vec<(f64, Option<f64>)> =
        trades.iter().map(|t| (t.pnl_usd, t.r_multiple)).collect();
    let all = Sums::of(trades.iter().copied());
    let draw = |k: u64| {
        let mut dice = Dice::new(seed, Purpose::Trades, k);
        Sums::of((0..trades.len()).map(|_| trades[dice.below(trades.len())]))
    };
    let drawn: Vec<Sums> = (0..resamples).map(draw).collect();
    // Added anew rather than subtracted, so that no rounding is taken for a loss.
    let without = |out: usize| {
        let others = trades.iter().enumerate().filter(move |(i, _)| *i != out);
        Sums::of(others.map(|(_, trade)| *trade))
    };
    // The square of the number of trades; beyond this many the acceleration, of order 1/√n, no longer matters.
    let left_out: Vec<Sums> = if trades.len() <= 2000 {
        (0..trades.len()).map(without).collect()
    } else {
        Vec::new()
    };
    let interval = |figure: Figure| {
        let of = |sums: &[Sums]| sums.iter().map(figure).collect::<Vec<_>>();
        bca(figure(&all)?, &of(&drawn), &of(&left_out), level)
    };
    TradeIntervals {
        expectancy_usd: interval(|s| ratio(s.gained + s.lost, s.trades)),
        expectancy_r: interval(|s| ratio(s.r, s.with_r)),
        win_rate: interval(|s| ratio(s.wins, s.trades)),
        profit_factor: interval(|s| ratio(s.gained, -s.lost)),
        average_gain_usd: interval(|s| ratio(s.gained, s.wins)),
        average_loss_usd: interval(|s| ratio(s.lost, s.losses)),
    }
}

#[cfg(test)]
mod tests {
    use super::{TradeIntervals, trade_intervals};
    use crate::sample::trade;
    use market::Trade;

    fn some_trades() -> Vec<Trade> {
        (0..60)
            .map(|i| {
                let usd = f64::from((i * 37) % 60) * 10.0 - 250.0;
                trade(usd, Some(usd / 200.0), 2)
            })
            .collect()
    }

    #[test]
    fn they_hold_their_figures_and_widen_with_the_level() {
        let trades = some_trades();
        let wide = trade_intervals(&trades, 2000, 1, 0.95);
        let narrow = trade_intervals(&trades, 2000, 1, 0.8);
        let figures = crate::TradeFigures::of(&trades);
        let cases = [
            (
                wide.expectancy_usd,
                narrow.expectancy_usd,
                figures.expectancy_usd,
            ),
            (wide.expectancy_r, narrow.expectancy_r, figures.expectancy_r),
            (wide.win_rate, narrow.win_rate, figures.win_rate),
            (
                wide.profit_factor,
                narrow.profit_factor,
                figures.profit_factor,
            ),
            (
                wide.average_gain_usd,
                narrow.average_gain_usd,
                figures.average_gain_usd,
            ),
            (
                wide.average_loss_usd,
                narrow.average_loss_usd,
                figures.average_loss_usd,
            ),
        ];
        for (wide, narrow, point) in cases {
            let (wide, narrow, point) = (wide.unwrap(), narrow.unwrap(), point.unwrap());
            assert!(
                wide.low < narrow.low && narrow.low < point,
                "{wide:?} {narrow:?} {point}"
            );
            assert!(
                point < narrow.high && narrow.high < wide.high,
                "{wide:?} {narrow:?} {point}"
            );
        }
        // Sixty dollars amounts 10 apart: standard deviation 10 √((60² − 1)/12) = 173.2, of the mean 22.4: ± 1.96 × 22.4.
        let found = wide.expectancy_usd.unwrap();
        assert!(
            (found.high - found.low - 2.0 * 43.8).abs() < 8.0,
            "{found:?}"
        );
    }

    #[test]
    fn without_losses_gains_have_an_interval_and_the_factor_has_none() {
        let won: Vec<Trade> = (1..20).map(|i| trade(f64::from(i), None, 1)).collect();
        let found = trade_intervals(&won, 500, 1, 0.95);
        assert!(found.expectancy_usd.is_some() && found.average_gain_usd.is_some());
        assert_eq!(
            (
                found.profit_factor,
                found.average_loss_usd,
                found.expectancy_r
            ),
            (None, None, None)
        );
        // All won in every resample: the point is in the middle of equals.
        let rate = found.win_rate.unwrap();
        assert_eq!((rate.low, rate.high), (1.0, 1.0));
    }

    #[test]
    fn too_few_trades_say_nothing() {
        assert_eq!(
            trade_intervals(&[], 100, 1, 0.95),
            TradeIntervals::default()
        );
        assert_eq!(
            trade_intervals(&[trade(5.0, None, 1)], 100, 1, 0.95),
            TradeIntervals::default()
        );
        assert_eq!(
            trade_intervals(&some_trades(), 0, 1, 0.95),
            TradeIntervals::default()
        );
    }

    #[test]
    fn a_seed_is_a_result() {
        let of = |seed| trade_intervals(&some_trades(), 200, seed, 0.9);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
