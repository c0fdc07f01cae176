//! From a raw quote to a fill: slippage, commission, time stamp.

use market::{Fill, FillRule, Side};

use crate::record::Record;

use super::book::Resting;
use super::pricing::Quote;
use super::{Broker, Place};

/// True for fills at a bar's first print.
pub(super) const fn at_the_start(rule: FillRule) -> bool {
    match rule {
        FillRule::Open | FillRule::Gap | FillRule::Improved => true,
        FillRule::Trigger
        | FillRule::Touch
        | FillRule::Close
        | FillRule::Finer
        | FillRule::Quote
        | FillRule::Model
        | FillRule::Expiry => false,
    }
}

impl<'a, R: Record> Broker<'a, R> {
    /// A fill at a quote: slippage is adverse on market and stop fills, none on limits.
    pub(super) fn ticket(
        &self,
        at: Place<'a>,
        order: &Resting,
        side: Side,
        quantity: u64,
        quote: Quote,
    ) -> Fill {
        let mut price = (quote.price + side.sign() * self.slippage(at, order, quote)).max(0.0);
        if let Some(worst) = quote.worst {
            price = match side {
                Side::Buy => price.min(worst),
                Side::Sell => price.max(worst),
            };
        }
        let early = at_the_start(quote.rule);
        let bars = at.track.bars;
        let time = if early { bars.start() } else { bars.end() }[at.row];
        Fill {
            order_id: order.order_id,
            symbol: at.symbol,
            side,
            quantity,
            price,
            slippage_per_share: side.sign() * (price - quote.price),
            commission_usd: self.account.costs.commission_usd(quantity, price),
            time,
            slot: at.slot,
            session: bars.session()[at.row],
            at_session_open: early && self.feed.opens_session(at.slot),
            rule: quote.rule,
            exit_reason: None,
        }
    }

    /// Dollars a share. ATR is the order's own (the decision's), else the last one known before the bar.
    fn slippage(&self, at: Place<'a>, order: &Resting, quote: Quote) -> f64 {
        match quote.rule {
            FillRule::Touch | FillRule::Improved => 0.0,
            FillRule::Open
            | FillRule::Gap
            | FillRule::Trigger
            | FillRule::Close
            | FillRule::Finer
            | FillRule::Quote
            | FillRule::Model
            | FillRule::Expiry => {
                let costs = &self.account.costs;
                let atr = || order.atr.or_else(|| at.track.atr_before(at.slot));
                let atr = if costs.slippage_atr == 0.0 {
                    None
                } else {
                    atr()
                };
                costs.slippage_usd(quote.price, atr)
            }
        }
    }
}
