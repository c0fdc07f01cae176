//! Everything a run says of one window.

use market::Trade;

use crate::drawdown::{Drawdown, deepest, max_drawdown};
use crate::path::EquityPath;
use crate::ratios::{
    SESSIONS_A_YEAR, annualised_return, calmar, conditional_value_at_risk_5pct, excess_kurtosis,
    sharpe, skewness, sortino, value_at_risk_5pct, volatility,
};
use crate::trades::TradeFigures;

/// The figures of one window: of its equity at session closes and of its closed trades.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Session closes in the path.
    pub sessions: usize,
    /// Fewer than 252 sessions: ratios are shown, but say little; annual figures are withheld.
    pub short_sample: bool,
    /// Equity at the end ÷ start equity − 1.
    pub net_return: Option<f64>,
    /// Depth of the deepest drawdown from the running peak, start equity included; 0 if there was none.
    pub max_drawdown: Option<f64>,
    /// The deepest drawdown itself, with indices into the path's closes.
    pub deepest_drawdown: Option<Drawdown>,
    /// Annual volatility of session returns.
    pub volatility: Option<f64>,
    /// Sharpe ratio, annual, over a rate of 0.
    pub sharpe: Option<f64>,
    /// Sortino ratio, annual, over a target of 0.
    pub sortino: Option<f64>,
    /// Compound annual return; `None` in a short sample.
    pub annualised_return: Option<f64>,
    /// Annualised return ÷ maximum drawdown; `None` in a short sample.
    pub calmar: Option<f64>,
    /// Skewness of session returns, corrected for sample size.
    pub skewness: Option<f64>,
    /// Excess kurtosis of session returns, corrected for sample size.
    pub excess_kurtosis: Option<f64>,
    /// 5 % quantile of session returns.
    pub value_at_risk_5pct: Option<f64>,
    /// Mean session return at or below it.
    pub conditional_value_at_risk_5pct: Option<f64>,
    /// Figures of the closed trades.
    pub trades: TradeFigures,
}

impl Figures {
    /// The figures of equity at session closes and the trades closed meanwhile, in the order they were closed.
    pub fn of(path: &EquityPath<'_>, trades: &[Trade]) -> Self {
        let returns = path.returns();
        let of_returns = |figure: fn(&[f64]) -> Option<f64>| returns.as_deref().and_then(figure);
        let short_sample = path.closes.len() < SESSIONS_A_YEAR;
        let of_years = |figure: fn(&EquityPath<'_>) -> Option<f64>| {
            if short_sample { None } else { figure(path) }
        };
        Self {
            sessions: path.closes.len(),
            short_sample,
            net_return: path.net_return(),
            max_drawdown: max_drawdown(path),
            deepest_drawdown: deepest(path),
            volatility: of_returns(volatility),
            sharpe: of_returns(sharpe),
            sortino: of_returns(sortino),
            annualised_return: of_years(annualised_return),
            calmar: of_years(calmar),
            skewness: of_returns(skewness),
            excess_kurtosis: of_returns(excess_kurtosis),
            value_at_risk_5pct: of_returns(value_at_risk_5pct),
            conditional_value_at_risk_5pct: of_returns(conditional_value_at_risk_5pct),
            trades: TradeFigures::of(trades),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;
    use crate::drawdown::deepest;
    use crate::path::EquityPath;
    use crate::ratios::{calmar, sharpe};
    use crate::sample::trade;
    use crate::trades::TradeFigures;

    fn wavy(sessions: usize) -> Vec<f64> {
        (0..sessions)
            .map(|i| 100.0 + i as f64 * 0.1 + (i % 5) as f64)
            .collect()
    }

    #[test]
    fn a_year_is_252_sessions_and_not_one_less() {
        for (sessions, short) in [(251, true), (252, false)] {
            let closes = wavy(sessions);
            let path = EquityPath {
                start_equity: 100.0,
                closes: &closes,
            };
            let figures = Figures::of(&path, &[]);
            assert_eq!(figures.short_sample, short);
            assert_eq!(
                (
                    figures.calmar.is_none(),
                    figures.annualised_return.is_none()
                ),
                (short, short)
            );
            assert!(figures.sharpe.is_some(), "marked, not withheld");
            if !short {
                assert_eq!(figures.calmar, calmar(&path));
            }
        }
    }

    #[test]
    fn a_window_without_trades_has_a_path_and_no_ratios() {
        let figures = Figures::of(
            &EquityPath {
                start_equity: 100.0,
                closes: &[100.0; 63],
            },
            &[],
        );
        assert_eq!(
            (figures.net_return, figures.max_drawdown),
            (Some(0.0), Some(0.0))
        );
        assert_eq!(
            (figures.sharpe, figures.sortino, figures.skewness),
            (None, None, None)
        );
        assert_eq!(figures.deepest_drawdown, None);
        assert_eq!(figures.trades, TradeFigures::default());
    }

    #[test]
    fn an_empty_window_has_nothing() {
        let figures = Figures::of(
            &EquityPath {
                start_equity: 100.0,
                closes: &[],
            },
            &[],
        );
        assert_eq!(
            figures,
            Figures {
                short_sample: true,
                ..Figures::default()
            }
        );
    }

    #[test]
    fn the_parts_are_those_of_their_own_functions() {
        let closes = wavy(80);
        let path = EquityPath {
            start_equity: 101.0,
            closes: &closes,
        };
        let trades = [trade(10.0, Some(1.0), 2), trade(-5.0, Some(-0.5), 1)];
        let figures = Figures::of(&path, &trades);
        assert_eq!(figures.sharpe, sharpe(&path.returns().unwrap()));
        assert_eq!(figures.deepest_drawdown, deepest(&path));
        assert_eq!(figures.max_drawdown, deepest(&path).map(|d| d.depth));
        assert_eq!(figures.trades, TradeFigures::of(&trades));
    }

    #[test]
    fn ruin_leaves_the_figures_that_have_a_meaning() {
        // 100 → −20 → 10: down 120 % from the peak, and no return on a negative base.
        let figures = Figures::of(
            &EquityPath {
                start_equity: 100.0,
                closes: &[-20.0, 10.0],
            },
            &[],
        );
        assert_eq!(
            (figures.net_return, figures.max_drawdown),
            (Some(10.0 / 100.0 - 1.0), Some(1.2))
        );
        assert_eq!((figures.sharpe, figures.volatility), (None, None));
    }
}
