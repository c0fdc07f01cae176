//! Why an order is refused at once.

use crate::order::{Bracket, Order, Purpose, StopPlan};
use crate::portfolio::Portfolio;
use crate::setup::RejectReason;

/// The first reason against an order; `None` accepts it.
#[inline]
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
    if order.has_no_price() || order.atr.is_some_and(is_no_distance) {
        return Some(RejectReason::BadPrice);
    }
    match order.purpose {
        Purpose::Exit(_) | Purpose::Reduce { .. } => portfolio
            .position(order.symbol)
            .is_none()
            .then_some(RejectReason::NothingToClose),
        Purpose::Entry(ref bracket) => is_nonsense(bracket).then_some(RejectReason::BadPrice),
    }
}

/// Distances are 0 or more: a negative one would put a stop on the winning side. A level may lie
/// anywhere, also where no price ever goes.
fn is_nonsense(bracket: &Bracket) -> bool {
    let nonsense = |distance: Option<f64>| distance.is_some_and(is_no_distance);
    let of_stop = |plan: &StopPlan| {
        nonsense(plan.distance_usd)
            || nonsense(plan.trail_atr)
            || nonsense(plan.break_even_usd)
            || plan.level.is_some_and(|level| !level.is_finite())
    };
    nonsense(bracket.target_distance_usd) || bracket.stop.as_ref().is_some_and(of_stop)
}

#[inline]
fn is_no_distance(value: f64) -> bool {
    !(0.0..f64::INFINITY).contains(&value)
}
