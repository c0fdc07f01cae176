//! What trading cost.

use market::Trade;

use super::found::Costs;
use crate::scenario::Scenario;

/// Costs of `trades`; `None` of none.
///
/// Spreads are not estimated beside them: estimators from daily highs, lows and closes (Corwin and Schultz 2012, Abdi and
/// Ranaldo 2017) are built for illiquid stocks, and say some tens of basis points of a fund that trades within one.
pub(super) fn of(trades: &[Trade], scenario: &Scenario) -> Option<Costs> {
    let sum = |of: fn(&Trade) -> f64| trades.iter().map(of).fold(0.0, |sum, one| sum + one);
    let count = trades.len() as f64;
    let (commission, slippage) = (sum(|t| t.commission_usd), sum(|t| t.slippage_usd));
    let cost = commission + slippage;
    // Premiums are quoted a share, and a contract is of a hundred.
    let each = if scenario.structure.is_some() {
        ::options::SHARES_A_CONTRACT
    } else {
        1.0
    };
    let bought = each * sum(|t| (t.entry_price * t.quantity as f64).abs());
    let risks = trades.iter().filter_map(|t| Some((t, risk_usd(t)?)));
    let in_r: Vec<f64> = risks
        .map(|(t, risk)| (t.commission_usd + t.slippage_usd) / risk)
        .collect();
    let before = sum(|t| t.pnl_usd) + cost;
    let defined = |value: f64| value.is_finite().then_some(value);
    (!trades.is_empty()).then(|| Costs {
        trades: trades.len(),
        commission_usd: commission / count,
        slippage_usd: slippage / count,
        bps: defined(cost / bought * 10_000.0),
        r: defined(in_r.iter().sum::<f64>() / in_r.len() as f64),
        of_gross_profit: Some(before)
            .filter(|&b| b > 0.0)
            .and_then(|before| defined(cost / before)),
        assumed: crate::plan::costs_assumed(scenario),
    })
}

/// What a trade risked, dollars: the distance from its entry to its first stop, times its shares; without a stop (options), what
/// its R multiple is of.
fn risk_usd(trade: &Trade) -> Option<f64> {
    let r = trade.r_multiple?;
    let Some(stop) = trade.stop_price else {
        return Some(trade.pnl_usd / r).filter(|risk| risk.is_finite() && *risk > 0.0);
    };
    Some((trade.entry_price - stop).abs() * trade.quantity as f64).filter(|risk| *risk > 0.0)
}
