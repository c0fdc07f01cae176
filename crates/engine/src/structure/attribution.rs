//! What moved a structure: the underlying, volatility, time, costs.

use options::LegQuote;

/// A result by its causes, dollars. The parts add up to the net result.
///
/// From mark to mark, with the greeks of the earlier mark: delta × ΔS, ½ gamma × ΔS², vega × Δσ, theta × Δt; what these four
/// leave is `other_usd` (rates, higher orders, time value lost or kept at exercise, marks from another source). Assigned
/// shares move by `delta_usd`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Attribution {
    /// The underlying's moves, first order, and those of assigned shares.
    pub delta_usd: f64,
    /// The underlying's moves, second order.
    pub gamma_usd: f64,
    /// Changes of implied volatility.
    pub vega_usd: f64,
    /// Time that passed.
    pub theta_usd: f64,
    /// Spread crossed, slippage of assigned shares, commissions and fees; negative or 0.
    pub costs_usd: f64,
    /// Dividends of assigned shares.
    pub dividends_usd: f64,
    /// What is left.
    pub other_usd: f64,
}

/// What lies between two marks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    /// Change of the underlying, dollars.
    pub(crate) spot_usd: f64,
    /// Time that passed, years of 365 days.
    pub(crate) years: f64,
}

impl Attribution {
    /// All parts together: the net result.
    pub fn total_usd(&self) -> f64 {
        self.delta_usd
            + self.gamma_usd
            + self.vega_usd
            + self.theta_usd
            + self.costs_usd
            + self.dividends_usd
            + self.other_usd
    }

    /// Adds another structure's parts.
    pub fn add(&mut self, more: &Attribution) {
        self.delta_usd += more.delta_usd;
        self.gamma_usd += more.gamma_usd;
        self.vega_usd += more.vega_usd;
        self.theta_usd += more.theta_usd;
        self.costs_usd += more.costs_usd;
        self.dividends_usd += more.dividends_usd;
        self.other_usd += more.other_usd;
    }

    /// Explains the change of `shares` of one option from one mark to the next.
    pub(crate) fn explain(&mut self, shares: f64, from: &LegQuote, to: &LegQuote, by: Move) {
        let greeks = &from.greeks;
        let delta_usd = shares * greeks.delta * by.spot_usd;
        let gamma_usd = shares * 0.5 * greeks.gamma * by.spot_usd * by.spot_usd;
        let theta_usd = shares * greeks.theta * by.years;
        let vega_usd = match (from.volatility, to.volatility) {
            (Some(before), Some(now)) => shares * greeks.vega * (now - before),
            _ => 0.0,
        };
        self.delta_usd += delta_usd;
        self.gamma_usd += gamma_usd;
        self.theta_usd += theta_usd;
        self.vega_usd += vega_usd;
        self.other_usd +=
            shares * (to.mid - from.mid) - delta_usd - gamma_usd - theta_usd - vega_usd;
    }
}
