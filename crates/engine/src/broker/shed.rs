//! Shares that expiry would leave beyond buying power.

use market::FillRule;

use crate::account::Account;
use crate::portfolio::Portfolio;
use crate::record::Record;
use crate::structure::Structure;
use crate::structure::event::Instant;

use super::Broker;

impl<R: Record> Broker<'_, R> {
    /// Closes, at the close at which they came, the shares of expired structures that the account may not hold overnight.
    ///
    /// Brokers do not let an account be delivered what it cannot carry: they close it before the bell. What a spread paid for with
    /// hundreds may control is not to move the account by its gap of the night.
    pub(super) fn shed_shares(&mut self, portfolio: &mut Portfolio, expired: &[u32], at: &Instant) {
        let (account, journal) = (self.account, &mut self.journal);
        for &id in expired {
            let leverage = account.max_leverage;
            let power_usd = portfolio.power_for_shares(id, leverage, self.feed, at.slot);
            portfolio.change_structure(id, |structure| {
                let excess = excess_shares(structure, power_usd, account, at.spot_usd);
                if excess != 0.0 {
                    let (costs, rule) = (&account.costs, FillRule::Close);
                    journal.leg(structure.close_some_shares(excess, costs, at, rule));
                }
            });
        }
    }
}

/// The shares, negative if sold, beyond what `power_usd` carries at `spot_usd` once closing all of them is paid for.
fn excess_shares(structure: &Structure, power_usd: f64, account: &Account, spot_usd: f64) -> f64 {
    let left = structure.assigned_shares;
    let shares = left.abs();
    if shares * spot_usd <= power_usd {
        return 0.0;
    }
    let costs = &account.costs;
    let cost_usd = shares * costs.slippage_usd(spot_usd, structure.atr)
        + costs.commission_usd(shares.round() as u64, spot_usd);
    let kept = ((power_usd - account.max_leverage * cost_usd) / spot_usd).floor();
    left.signum() * (shares - kept.clamp(0.0, shares))
}
