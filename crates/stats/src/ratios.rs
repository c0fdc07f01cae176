//! Return and risk: functions of a series of returns, one a session.

use crate::defined;
use crate::drawdown::max_drawdown;
use crate::path::EquityPath;
use crate::tail::Tail;

/// Sessions in a year, for every annual figure.
pub const SESSIONS_A_YEAR: usize = 252;

/// Spread below this is the rounding of the returns themselves (a return carries an error of about 1e−16), and a
/// ratio to it would be noise, though finite.
const ROUNDING: f64 = 1e-14;

fn root_of_year() -> f64 {
    (SESSIONS_A_YEAR as f64).sqrt()
}

/// Sums over returns, from which the figures below follow. Returns of exactly 0 are counted, not visited: a list with its
/// zeros and one without them, of as many sessions, give the same bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    count: usize,
    mean: f64,
    /// Squares, cubes and fourth powers of the deviations from the mean.
    powers: [f64; 3],
    /// Squares of the negative returns.
    downside: f64,
}

impl Sums {
    /// The sums over `count` returns, of which those that are not in `returns` are 0. `None` without returns, and if their
    /// sum is no number.
    pub(crate) fn of(returns: &[f64], count: usize) -> Option<Self> {
        let sum: f64 = returns.iter().sum();
        let mean = defined(sum / count as f64)?;
        let moved = returns.iter().filter(|&&r| r != 0.0).count();
        let zeros = count.saturating_sub(moved) as f64;
        let square = mean * mean;
        let mut powers = [
            zeros * square,
            zeros * square * -mean,
            zeros * square * square,
        ];
        let mut downside = 0.0;
        for &r in returns.iter().filter(|&&r| r != 0.0) {
            let (deviation, fall) = (r - mean, r.min(0.0));
            let square = deviation * deviation;
            powers[0] += square;
            powers[1] += square * deviation;
            powers[2] += square * square;
            downside += fall * fall;
        }
        Some(Self {
            count,
            mean,
            powers,
            downside,
        })
    }

    /// Sample standard deviation (n − 1), if there is any deviation.
    fn spread(&self) -> Option<f64> {
        let degrees = self.count.checked_sub(1).filter(|&n| n > 0)?;
        Some((defined(self.powers[0])? / degrees as f64).sqrt())
    }

    pub(crate) fn volatility(&self) -> Option<f64> {
        defined(self.spread()? * root_of_year())
    }

    pub(crate) fn sharpe(&self) -> Option<f64> {
        let spread = self.spread().filter(|&spread| spread > ROUNDING)?;
        defined(self.mean / spread * root_of_year())
    }

    pub(crate) fn sortino(&self) -> Option<f64> {
        let downside = defined(self.downside / self.count as f64)?.sqrt();
        let downside = Some(downside).filter(|&downside| downside > ROUNDING)?;
        defined(self.mean / downside * root_of_year())
    }

    pub(crate) fn skewness(&self) -> Option<f64> {
        let n = self.count as f64;
        if self.count < 3 || self.spread()? <= ROUNDING {
            return None;
        }
        let [squares, cubes, _] = self.powers;
        let variance = squares / n;
        let plain = defined(cubes)? / n / (variance * variance.sqrt());
        defined(plain * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    pub(crate) fn excess_kurtosis(&self) -> Option<f64> {
        let n = self.count as f64;
        if self.count < 4 || self.spread()? <= ROUNDING {
            return None;
        }
        let [squares, _, fourths] = self.powers;
        let variance = squares / n;
        let plain = defined(fourths)? / n / (variance * variance) - 3.0;
        defined((n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * plain + 6.0))
    }
}

/// Annual volatility: sample standard deviation (n − 1) × √252. `None` of fewer than two returns.
pub fn volatility(returns: &[f64]) -> Option<f64> {
    Sums::of(returns, returns.len())?.volatility()
}

/// Sharpe ratio over a rate of 0: mean ÷ sample standard deviation (n − 1) × √252 (Sharpe 1994). `None` of
/// fewer than two returns or if all are equal.
pub fn sharpe(returns: &[f64]) -> Option<f64> {
    Sums::of(returns, returns.len())?.sharpe()
}

/// Sortino ratio over a target of 0: mean ÷ downside deviation × √252, the downside being the root mean square of
/// the negative returns over *all* periods (Sortino and Price 1994). `None` without a negative return.
pub fn sortino(returns: &[f64]) -> Option<f64> {
    Sums::of(returns, returns.len())?.sortino()
}

/// Compound annual return: `(end ÷ start)^(252 ÷ sessions) − 1`. `None` without a close or if the account
/// ended below 0. Of a path shorter than a year it extrapolates; [`crate::Figures`] withholds it then.
pub fn annualised_return(path: &EquityPath<'_>) -> Option<f64> {
    annualised(path.net_return()?, path.closes.len())
}

/// See [`annualised_return`].
pub(crate) fn annualised(net_return: f64, sessions: usize) -> Option<f64> {
    let growth = Some(net_return + 1.0).filter(|&growth| growth >= 0.0)?;
    defined(growth.powf(SESSIONS_A_YEAR as f64 / sessions as f64) - 1.0)
}

/// Calmar ratio: annualised return ÷ maximum drawdown. `None` where either is, or without a drawdown. See
/// [`annualised_return`] for short paths.
pub fn calmar(path: &EquityPath<'_>) -> Option<f64> {
    over_drawdown(annualised_return(path)?, max_drawdown(path)?)
}

/// See [`calmar`].
pub(crate) fn over_drawdown(annualised_return: f64, max_drawdown: f64) -> Option<f64> {
    let depth = Some(max_drawdown).filter(|&depth| depth > 0.0)?;
    defined(annualised_return / depth)
}

/// Skewness, corrected for the size of the sample (G₁ of Joanes and Gill 1998, as pandas and Excel have it).
/// `None` of fewer than three returns or if all are equal.
pub fn skewness(returns: &[f64]) -> Option<f64> {
    Sums::of(returns, returns.len())?.skewness()
}

/// Excess kurtosis (0 for the normal distribution), corrected for the size of the sample (G₂ of Joanes and Gill 1998).
/// `None` of fewer than four returns or if all are equal.
///
/// Not what probabilistic Sharpe ratios ask for: their formula takes plain kurtosis, 3 for the normal distribution.
pub fn excess_kurtosis(returns: &[f64]) -> Option<f64> {
    Sums::of(returns, returns.len())?.excess_kurtosis()
}

/// The 5 % quantile of the returns, interpolated between neighbours: one session in twenty was worse. A return,
/// so a loss is negative. `None` without returns.
pub fn value_at_risk_5pct(returns: &[f64]) -> Option<f64> {
    Tail::of(returns, returns.len(), &mut Vec::new())?.value_at_risk()
}

/// The mean of the returns at or below the 5 % quantile's lower neighbour. A return, so a loss is negative. `None`
/// without returns.
pub fn conditional_value_at_risk_5pct(returns: &[f64]) -> Option<f64> {
    Tail::of(returns, returns.len(), &mut Vec::new())?.conditional_value_at_risk()
}

#[cfg(test)]
mod tests {
    use super::{
        annualised_return, calmar, excess_kurtosis, sharpe, skewness, sortino, volatility,
    };
    use crate::path::EquityPath;
    use crate::{conditional_value_at_risk_5pct, max_drawdown, value_at_risk_5pct};
    use proptest::prelude::*;

    type OfReturns = fn(&[f64]) -> Option<f64>;

    fn near(figure: Option<f64>, expected: f64) {
        let figure = figure.expect("defined");
        assert!(
            (figure - expected).abs() <= 1e-8,
            "{figure}, not {expected}"
        );
    }

    #[test]
    fn empyrical_mixed_returns() {
        let returns = [1.0, 10.0, -4.0, 2.0, 3.0, 2.0, 1.0, -10.0].map(|percent| percent / 100.0);
        near(sharpe(&returns), 1.723_861_40);
        near(sortino(&returns), 2.605_531_25);
        let mut equity = 100.0;
        let closes = returns.map(|r| {
            equity *= 1.0 + r;
            equity
        });
        near(
            max_drawdown(&EquityPath {
                start_equity: 100.0,
                closes: &closes,
            }),
            0.10,
        );
    }

    #[test]
    fn nautilus_cases() {
        near(sharpe(&[0.01, -0.02, 0.015, -0.005, 0.025]), 4.489_988_86);
        near(sortino(&[-0.01, 0.02, -0.015, 0.005, -0.02]), -5.273_224_49);
    }

    #[test]
    fn ratios_by_hand() {
        // Mean 0.01; deviations ∓0.02, n − 1 = 1: √0.0008 a session. Downside √(0.01² / 2).
        let returns = [-0.01, 0.03];
        near(volatility(&returns), 0.0008_f64.sqrt() * 252.0_f64.sqrt());
        near(
            sharpe(&returns),
            0.01 / 0.0008_f64.sqrt() * 252.0_f64.sqrt(),
        );
        near(
            sortino(&returns),
            0.01 / (0.0001_f64 / 2.0).sqrt() * 252.0_f64.sqrt(),
        );
    }

    #[test]
    fn a_year_by_hand() {
        // Two years of 252 sessions, 100 → 144: √1.44 − 1 = 0.2 a year. Down a tenth on the way: 0.2 / 0.1.
        let mut closes = vec![100.0; 504];
        (closes[100], closes[503]) = (90.0, 144.0);
        let path = EquityPath {
            start_equity: 100.0,
            closes: &closes,
        };
        near(annualised_return(&path), 0.2);
        near(calmar(&path), 2.0);
    }

    #[test]
    fn shape_by_hand() {
        // −1 −1 2: mean 0, squares 6/3 = 2, cubes 6/3 = 2: 2/2^1.5 = 1/√2, times √(3·2)/1 = √3.
        near(skewness(&[-1.0, -1.0, 2.0]), 3.0_f64.sqrt());
        // −1 −1 1 1: squares 1, fourths 1: 1 − 3 = −2; 3/(2·1) × (5·−2 + 6) = −6.
        near(excess_kurtosis(&[-1.0, -1.0, 1.0, 1.0]), -6.0);
    }

    #[test]
    fn the_worst_twentieth_by_hand() {
        // 41 returns −20 … 20 %: the quantile's place is 0.05 × 40 = 2, the third worst: −18 %. Worst three: −19 %.
        let returns: Vec<f64> = (-20..=20).rev().map(|r| f64::from(r) / 100.0).collect();
        near(value_at_risk_5pct(&returns), -0.18);
        near(conditional_value_at_risk_5pct(&returns), -0.19);
        // Of two, a twentieth of the way from the worse to the better.
        near(value_at_risk_5pct(&[0.1, -0.1]), -0.09);
    }

    #[test]
    fn what_is_not_defined_is_absent() {
        let none: [OfReturns; 7] = [
            sharpe,
            sortino,
            volatility,
            skewness,
            excess_kurtosis,
            value_at_risk_5pct,
            conditional_value_at_risk_5pct,
        ];
        for figure in none {
            assert_eq!(figure(&[]), None);
            assert_eq!(figure(&[f64::NAN, 0.1, f64::INFINITY, 0.2]), None);
        }
        assert_eq!(sharpe(&[0.01]), None);
        assert_eq!(volatility(&[0.01, 0.01]), Some(0.0));
        assert_eq!(sortino(&[0.01, 0.02]), None, "no loss, no downside");
        assert_eq!(
            sortino(&[0.01, -1.2e-16]),
            None,
            "a rounding error is no loss"
        );
    }

    #[test]
    fn equal_returns_but_for_rounding_have_no_ratio() {
        // A steady 7 % by multiplication: the returns differ in the last bit, and dividing by that would give
        // a Sharpe ratio of 1e15.
        let mut equity = 100.0;
        let closes: Vec<f64> = (0..50)
            .map(|_| {
                equity *= 1.07;
                equity
            })
            .collect();
        let returns = EquityPath {
            start_equity: 100.0,
            closes: &closes,
        }
        .returns()
        .unwrap();
        assert!(
            returns.windows(2).any(|pair| pair[0] != pair[1]),
            "else this tests nothing"
        );
        assert_eq!(
            (
                sharpe(&returns),
                skewness(&returns),
                excess_kurtosis(&returns)
            ),
            (None, None, None)
        );
    }

    #[test]
    fn an_account_below_nothing_has_no_annual_return() {
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[-5.0],
        };
        assert_eq!((annualised_return(&path), calmar(&path)), (None, None));
        assert_eq!(
            annualised_return(&EquityPath {
                closes: &[0.0],
                ..path
            }),
            Some(-1.0)
        );
        assert_eq!(
            calmar(&EquityPath {
                closes: &[101.0],
                ..path
            }),
            None,
            "no drawdown, no ratio to it"
        );
    }

    fn returns() -> impl Strategy<Value = Vec<f64>> {
        proptest::collection::vec(-0.2..0.2_f64, 4..60)
    }

    proptest! {
        #[test]
        fn leverage_changes_the_spread_and_not_the_ratio(returns in returns(), power in -4_i32..4) {
            // Powers of two are exact; no return falls under the rounding guard.
            let scale = 2.0_f64.powi(power);
            let scaled: Vec<f64> = returns.iter().map(|r| r * scale).collect();
            prop_assert_eq!(sharpe(&scaled), sharpe(&returns));
            prop_assert_eq!(sortino(&scaled), sortino(&returns));
            prop_assert_eq!(volatility(&scaled), volatility(&returns).map(|v| v * scale));
        }

        #[test]
        fn the_order_of_returns_matters_only_to_the_path(mut returns in returns()) {
            // The tail's mean is a sum too, and runs in order of time like every other.
            let all = |returns: &[f64]| {
                [sharpe(returns), sortino(returns), volatility(returns), skewness(returns), conditional_value_at_risk_5pct(returns)]
            };
            let before = all(&returns);
            let edge = value_at_risk_5pct(&returns);
            returns.reverse();
            let after = all(&returns);
            for (before, after) in before.into_iter().zip(after) {
                let (before, after) = (before.unwrap_or(0.0), after.unwrap_or(0.0));
                // Sums in another order: equal up to rounding (a mean near 0 has nothing to be relative to).
                prop_assert!((before - after).abs() <= 1e-9 * (1.0 + before.abs()));
            }
            prop_assert_eq!(edge, value_at_risk_5pct(&returns));
        }

        #[test]
        fn the_tail_is_never_better_than_its_edge(returns in returns()) {
            let (edge, tail) = (value_at_risk_5pct(&returns).unwrap(), conditional_value_at_risk_5pct(&returns).unwrap());
            let worst = returns.iter().copied().fold(f64::INFINITY, f64::min);
            prop_assert!(tail <= edge && worst <= tail);
        }

        #[test]
        fn ratios_have_the_sign_of_the_mean(returns in returns()) {
            let total: f64 = returns.iter().sum();
            for ratio in [sharpe(&returns), sortino(&returns)].into_iter().flatten() {
                prop_assert!(ratio == 0.0 || (ratio > 0.0) == (total > 0.0));
            }
        }

        #[test]
        fn arbitrary_numbers_give_numbers_or_nothing(returns in proptest::collection::vec(any::<f64>(), 0..20)) {
            let path = EquityPath { start_equity: returns.first().copied().unwrap_or(1.0), closes: &returns };
            let all = [
                sharpe(&returns), sortino(&returns), volatility(&returns), skewness(&returns), excess_kurtosis(&returns),
                value_at_risk_5pct(&returns), conditional_value_at_risk_5pct(&returns),
                annualised_return(&path), calmar(&path), max_drawdown(&path), path.net_return(),
            ];
            prop_assert!(all.into_iter().flatten().all(f64::is_finite));
        }
    }
}
