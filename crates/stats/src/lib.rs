//! Performance figures: pure functions of returns, equity and trades.
//!
//! A figure that is not defined is `None`: never 0, NaN or infinite. Returns and drawdowns are
//! fractions (0.02 is two per cent), money is in dollars, a year has [`SESSIONS_A_YEAR`] sessions and
//! the rate of the riskless alternative is 0. Sums run in order, so equal input gives equal bits.
//! `docs/figures.md` says the same in plain words; `docs/overfitting.md` of [`overfit`] and [`resample`], `docs/study.md` of [`contrast`],
//! `docs/review.md` of [`sequential`].

pub mod contrast;
pub mod dice;
pub mod drawdown;
pub mod exposure;
pub mod figures;
pub mod histogram;
pub mod interval;
mod lanes;
pub mod normal;
pub mod overfit;
pub mod path;
pub mod periods;
pub mod permutation;
pub mod quantile;
pub mod ratios;
pub mod resample;
pub mod returns;
pub mod rolling;
pub mod sequential;
mod tail;
pub mod trades;

#[cfg(test)]
mod sample;

pub use dice::{Dice, Purpose};
pub use drawdown::{Drawdown, deepest, drawdowns, max_drawdown, underwater, worst_drawdowns};
pub use exposure::{exposure, sessions_held};
pub use figures::{Figures, Reckoner};
pub use histogram::{Histogram, histogram};
pub use interval::{Interval95, wilson_95};
pub use normal::{normal_cdf, normal_quantile};
pub use path::{EquityPath, SparsePath};
pub use periods::{PeriodReturn, monthly_returns, yearly_returns};
pub use quantile::quantile;
pub use ratios::{
    SESSIONS_A_YEAR, annualised_return, calmar, conditional_value_at_risk_5pct, excess_kurtosis,
    sharpe, skewness, sortino, value_at_risk_5pct, volatility,
};
pub use returns::{Moments, ReturnsError, SparseReturns};
pub use rolling::rolling_sharpe;
pub use trades::TradeFigures;

/// A number if it is one.
fn defined(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

/// The mean, summed in order; `None` of nothing.
fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values {
        sum += value;
        count += 1;
    }
    if count == 0 {
        None
    } else {
        defined(sum / f64::from(count))
    }
}
