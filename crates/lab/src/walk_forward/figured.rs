//! The few figures that paths are compared by.

use serde::{Deserialize, Serialize};
use stats::overfit::{SharpeSample, probabilistic_sharpe};
use stats::{EquityPath, SparseReturns};

/// The few figures that are shown beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figured {
    /// End ÷ start − 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// Largest drawdown at session closes, a fraction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// Sharpe ratio, annual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharpe: Option<f64>,
    /// Probability that the true Sharpe ratio is above 0, had this path been the only one tried
    /// ([`stats::overfit::probabilistic_sharpe`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharpe_above_0: Option<f64>,
    /// Closed trades.
    pub trades: usize,
}

impl Figured {
    pub(super) fn of(figures: &stats::Figures, start_equity: f64, closes: &[f64]) -> Self {
        let path = EquityPath {
            start_equity,
            closes,
        };
        let returns = path
            .returns()
            .and_then(|returns| SparseReturns::of_dense(&returns).ok());
        let sample = returns
            .and_then(|returns| returns.moments())
            .map(SharpeSample::from);
        Self {
            sharpe_above_0: sample.and_then(|sample| probabilistic_sharpe(&sample, 0.0)),
            net_return: figures.net_return,
            max_drawdown: figures.max_drawdown,
            sharpe: figures.sharpe,
            trades: figures.trades.trades,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: closes 101, 101, 102.01 from 100: returns 1 %, 0, 1 %; mean 2/300, Σ squared deviations 2/30,000, so the
    /// ratio of one session is (2/300) ÷ √(1/30,000) = 1.1547005; skew −1/√2, kurtosis 1.5. PSR = Φ(1.1547005 · √2 ÷
    /// √(1 + 0.8164966 + 0.125 · 1.3333333)) = Φ(1.6329932 ÷ √1.9831633) = Φ(1.1595918) = 0.8768925.
    #[test]
    fn the_chance_of_a_sharpe_above_0_is_the_probabilistic_one() {
        let closes = [101.0, 101.0, 102.01];
        let path = EquityPath {
            start_equity: 100.0,
            closes: &closes,
        };
        let figures = stats::Figures::of(&path, &[]);
        let chance = Figured::of(&figures, 100.0, &closes)
            .sharpe_above_0
            .unwrap();
        assert!((chance - 0.876_892_5).abs() < 1e-7, "{chance}");
        let flat = [100.0; 3];
        assert_eq!(Figured::of(&figures, 100.0, &flat).sharpe_above_0, None);
    }
}
