//! Dividends and splits: pays the holder, moves the resting orders.

use market::{ExitReason, Side};

use crate::order::OrderKind;
use crate::portfolio::Portfolio;
use crate::record::Record;
use crate::track::Action;

use super::Broker;
use super::book::{Entry, Exit, Resting};

impl<R: Record> Broker<'_, R> {
    /// The corporate actions that take effect at the start of `slot`.
    #[inline]
    pub(super) fn act(&mut self, portfolio: &mut Portfolio, symbol: usize, slot: usize) {
        let feed = self.feed;
        let actions = &feed.tracks()[symbol].actions;
        let from = self.books[symbol].action_from(actions, slot);
        for &action in actions[from..]
            .iter()
            .take_while(|action| action.slot() == slot)
        {
            if let Action::Split { ratio, .. } = action {
                self.pay_out_lost_fraction(portfolio, symbol, slot, ratio);
            }
            portfolio.act(action, symbol, feed);
            self.books[symbol].change(
                |entry| adjust_entry(entry, action),
                |exit| adjust_exit(exit, action),
            );
        }
    }

    /// A reverse split that leaves less than one share ends the position in cash at the prior close,
    /// without slippage.
    fn pay_out_lost_fraction(
        &mut self,
        portfolio: &mut Portfolio,
        symbol: usize,
        slot: usize,
        ratio: f64,
    ) {
        let lost = portfolio
            .position(symbol)
            .is_some_and(|p| p.quantity as f64 * ratio < 1.0 - 1e-9);
        if let (Some(before), true) = (slot.checked_sub(1), lost) {
            let worst = self.feed.tracks()[symbol].last_close(before);
            self.close_at_last_close(portfolio, symbol, before, ExitReason::CashInLieu, worst);
        }
    }
}

/// Moves a waiting entry with a corporate action: a dividend lowers buy limits and sell stops, not sell limits nor buy
/// stops (FINRA 5330); a split scales all prices and shares.
///
/// Its bracket is not resting yet: a dividend leaves its levels alone.
fn adjust_entry(entry: &mut Entry, action: Action) {
    let order = &mut entry.resting;
    match action {
        Action::Dividend { amount_usd, .. } => lower(order, amount_usd),
        Action::Split { ratio, .. } => {
            scale(order, ratio);
            // Never more than was asked for; forgives the rounding of a ratio like 1/3.
            order.quantity = (order.quantity as f64 * ratio + 1e-9) as u64;
            let bracket = &mut entry.bracket;
            bracket.target_distance_usd = bracket.target_distance_usd.map(|d| d / ratio);
            if let Some(plan) = &mut bracket.stop {
                plan.distance_usd = plan.distance_usd.map(|d| d / ratio);
                plan.level = plan.level.map(|p| p / ratio);
                plan.break_even_usd = plan.break_even_usd.map(|d| d / ratio);
            }
        }
    }
}

/// The same of a working exit, and of what its stop hangs from.
fn adjust_exit(exit: &mut Exit, action: Action) {
    let order = &mut exit.resting;
    match action {
        Action::Dividend { amount_usd, .. } => {
            lower(order, amount_usd);
            if let (OrderKind::Stop { .. }, Side::Sell, Some(moving)) =
                (order.kind, order.side, &mut exit.moving)
            {
                moving.lower(amount_usd);
            }
        }
        Action::Split { ratio, .. } => {
            scale(order, ratio);
            // Never less than is held: an exit takes at most the position's shares anyway.
            order.quantity = ((order.quantity as f64 * ratio - 1e-9).ceil() as u64).max(1);
            if exit.keeps > 0 {
                // To reduce is not to leave.
                exit.keeps = ((exit.keeps as f64 * ratio + 1e-9) as u64).max(1);
            }
            if let Some(moving) = &mut exit.moving {
                moving.split(ratio);
            }
        }
    }
}

fn lower(order: &mut Resting, amount_usd: f64) {
    match (&mut order.kind, order.side) {
        (OrderKind::Stop { stop }, Side::Sell) => *stop -= amount_usd,
        (OrderKind::Limit { limit }, Side::Buy) => *limit -= amount_usd,
        (OrderKind::StopLimit { stop, limit }, Side::Sell) => {
            *stop -= amount_usd;
            *limit -= amount_usd;
        }
        _ => {}
    }
}

/// The prices of an order on a new share basis.
fn scale(order: &mut Resting, ratio: f64) {
    match &mut order.kind {
        OrderKind::Limit { limit } => *limit /= ratio,
        OrderKind::Stop { stop } => *stop /= ratio,
        OrderKind::StopLimit { stop, limit } => {
            *stop /= ratio;
            *limit /= ratio;
        }
        OrderKind::Market | OrderKind::MarketOnClose { .. } => {}
    }
    order.atr = order.atr.map(|atr| atr / ratio);
}
