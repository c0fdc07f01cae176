//! Everything a run says of one window.

use market::Trade;

use crate::drawdown::{Drawdown, deepest_of, depth_of};
use crate::path::{EquityPath, SparsePath};
use crate::ratios::{SESSIONS_A_YEAR, Sums, annualised, over_drawdown};
use crate::tail::Tail;
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
        Self::of_sparse(&path.sparse(&path.moved()), trades)
    }

    /// The same of a path that lists only the closes at which equity moved.
    pub fn of_sparse(path: &SparsePath<'_>, trades: &[Trade]) -> Self {
        let mut reckoner = Reckoner::default();
        reckoner.figures(path, trades);
        reckoner.figures
    }
}

/// Works out one set of figures after another in the same memory: a sweep allocates nothing for them.
#[derive(Clone, Debug, Default)]
pub struct Reckoner {
    figures: Figures,
    returns: Vec<f64>,
    room: Vec<f64>,
    held: Vec<u32>,
}

impl Reckoner {
    /// The figures of a path and its trades: see [`Figures::of`]. They last until the next ones.
    pub fn figures(&mut self, path: &SparsePath<'_>, trades: &[Trade]) -> &Figures {
        let sound = path.write_returns(&mut self.returns);
        let returns = self.returns.as_slice();
        let sums = sound.then(|| Sums::of(returns, path.sessions)).flatten();
        let tail = sound
            .then(|| Tail::of(returns, path.sessions, &mut self.room))
            .flatten();
        let of_sums = |figure: fn(&Sums) -> Option<f64>| sums.as_ref().and_then(figure);
        let short_sample = path.sessions < SESSIONS_A_YEAR;
        let net_return = path.net_return();
        let deepest = deepest_of(path);
        let max_drawdown = depth_of(path, deepest.as_ref());
        let annualised_return = net_return
            .filter(|_| !short_sample)
            .and_then(|net_return| annualised(net_return, path.sessions));
        self.figures.trades.fill(trades, &mut self.held);
        self.figures = Figures {
            sessions: path.sessions,
            short_sample,
            net_return,
            max_drawdown,
            deepest_drawdown: deepest,
            volatility: of_sums(Sums::volatility),
            sharpe: of_sums(Sums::sharpe),
            sortino: of_sums(Sums::sortino),
            annualised_return,
            calmar: annualised_return
                .zip(max_drawdown)
                .and_then(|(annual, depth)| over_drawdown(annual, depth)),
            skewness: of_sums(Sums::skewness),
            excess_kurtosis: of_sums(Sums::excess_kurtosis),
            value_at_risk_5pct: tail.as_ref().and_then(Tail::value_at_risk),
            conditional_value_at_risk_5pct: tail.as_ref().and_then(Tail::conditional_value_at_risk),
            trades: std::mem::take(&mut self.figures.trades),
        };
        &self.figures
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Reckoner};
    use crate::drawdown::deepest;
    use crate::path::{EquityPath, SparsePath};
    use crate::ratios::{
        calmar, conditional_value_at_risk_5pct, excess_kurtosis, sharpe, skewness, sortino,
        value_at_risk_5pct, volatility,
    };
    use crate::sample::trade;
    use crate::trades::TradeFigures;
    use proptest::prelude::*;

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

    /// Closes that move now and then.
    fn closes() -> impl Strategy<Value = Vec<f64>> {
        let step = prop_oneof![5 => Just(0.0), 2 => -0.03..0.03_f64];
        proptest::collection::vec(step, 0..700).prop_map(|steps| {
            let grow = |equity: &mut f64, step: f64| {
                *equity *= 1.0 + step;
                Some(*equity)
            };
            steps.into_iter().scan(100.0, grow).collect()
        })
    }

    proptest! {
        #[test]
        fn a_dense_path_and_a_sparse_one_give_the_same_bits(closes in closes()) {
            let dense = EquityPath { start_equity: 100.0, closes: &closes };
            let whole: Vec<(u32, f64)> = (0..).zip(closes.iter().copied()).collect();
            let every = SparsePath { start_equity: 100.0, sessions: closes.len(), moved: &whole };
            let figures = Figures::of(&dense, &[]);
            prop_assert_eq!(&Figures::of_sparse(&every, &[]), &figures, "closes that did not move change nothing");
            if let Some(returns) = dense.returns() {
                // The functions of a whole list of returns are those of the sparse one.
                let lists = [
                    (figures.sharpe, sharpe(&returns)), (figures.sortino, sortino(&returns)),
                    (figures.volatility, volatility(&returns)), (figures.skewness, skewness(&returns)),
                    (figures.excess_kurtosis, excess_kurtosis(&returns)),
                    (figures.value_at_risk_5pct, value_at_risk_5pct(&returns)),
                    (figures.conditional_value_at_risk_5pct, conditional_value_at_risk_5pct(&returns)),
                ];
                for (figure, of_list) in lists {
                    prop_assert_eq!(figure, of_list);
                }
            }
        }

        #[test]
        fn used_memory_changes_nothing(paths in proptest::collection::vec(closes(), 1..4)) {
            let mut reckoner = Reckoner::default();
            for closes in paths {
                let dense = EquityPath { start_equity: 100.0, closes: &closes };
                let trades = vec![trade(closes.len() as f64 - 300.0, Some(1.0), 3); closes.len() % 7];
                let (moved, whole) = (dense.moved(), Figures::of(&dense, &trades));
                prop_assert_eq!(reckoner.figures(&dense.sparse(&moved), &trades), &whole);
            }
        }
    }
}
