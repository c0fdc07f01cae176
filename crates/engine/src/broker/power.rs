//! How many shares of an entry can be paid for.

use market::Fill;

use crate::portfolio::Portfolio;
use crate::record::Record;

use super::Broker;

/// Beyond this a float no longer counts shares one by one.
const MOST_SHARES: f64 = 9_007_199_254_740_992.0;

impl<R: Record> Broker<'_, R> {
    /// The shares of an entry that buying power can take, commission included: the most for which
    /// new shares × price + the commission of the whole order ≤ buying power.
    ///
    /// Shares that close an opposite position take no buying power and give its own back.
    pub(super) fn affordable(&self, portfolio: &Portfolio, fill: &Fill) -> u64 {
        let opposite = portfolio
            .position(fill.symbol)
            .filter(|held| held.side != fill.side);
        let closing = opposite.map_or(0, |held| held.quantity.min(fill.quantity));
        let wanted = fill.quantity - closing;
        if wanted == 0 {
            return closing;
        }
        let closed_at = opposite.map(|_| (fill.symbol, fill.price));
        let power =
            portfolio.power_at_fill(self.account.max_leverage, self.feed, fill.slot, closed_at);
        closing + self.payable(power, fill.price, wanted, closing)
    }

    fn payable(&self, power_usd: f64, price: f64, wanted: u64, closing: u64) -> u64 {
        let costs = &self.account.costs;
        let cost = |shares: u64| {
            shares as f64 * price + costs.commission_usd(shares.saturating_add(closing), price)
        };
        if cost(wanted) <= power_usd {
            return wanted.min(MOST_SHARES as u64);
        }
        // Commission grows with shares, so this bound is at most a few shares too many.
        let most = (power_usd / price)
            .min(wanted as f64)
            .clamp(0.0, MOST_SHARES);
        let (mut fits, mut fails) = (0, most as u64 + 1);
        while fails - fits > 1 {
            let middle = fits + (fails - fits) / 2;
            if cost(middle) <= power_usd {
                fits = middle;
            } else {
                fails = middle;
            }
        }
        fits
    }
}
