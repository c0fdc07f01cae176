//! Why an order is refused at once.

use crate::order::{Bracket, Order, Purpose};
use crate::portfolio::Portfolio;
use crate::setup::RejectReason;

/// The first reason against an order; `None` accepts it.
pub(super) fn refusal(
    order: &Order,
    symbols: usize,
    portfolio: &Portfolio,
) -> Option<RejectReason> {
    if order.symbol >= symbols {
        return Some(RejectReason::UnknownSymbol);
    }
    if order.quantity == 0 {
        return Some(RejectReason::ZeroSize);
    }
    let unusable = |price: &f64| !price.is_finite() || *price <= 0.0;
    if order.prices().iter().flatten().any(unusable) || order.atr.is_some_and(is_no_distance) {
        return Some(RejectReason::BadPrice);
    }
    match order.purpose {
        Purpose::Exit(_) => portfolio
            .position(order.symbol)
            .is_none()
            .then_some(RejectReason::NothingToClose),
        Purpose::Entry(bracket) => is_nonsense(&bracket).then_some(RejectReason::BadPrice),
    }
}

/// Distances are 0 or more: a negative one would put a stop on the winning side. A level may lie
/// anywhere, also where no price ever goes.
fn is_nonsense(bracket: &Bracket) -> bool {
    let plan = bracket.stop;
    let distances = [
        bracket.target_distance_usd,
        plan.and_then(|p| p.distance_usd),
        plan.and_then(|p| p.trail_atr),
        plan.and_then(|p| p.break_even_usd),
    ];
    distances.into_iter().flatten().any(is_no_distance)
        || plan.and_then(|p| p.level).is_some_and(|l| !l.is_finite())
}

fn is_no_distance(value: f64) -> bool {
    !value.is_finite() || value < 0.0
}
