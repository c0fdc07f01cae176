//! When a structure is left.

use engine::{Structure, View};
use market::{ExitReason, Right, Side};

use crate::exits::ExitRules;

/// Why a structure is to be left as things stand at this close; `None` to hold it. The first of these that holds:
/// the premium's target and stop, a strike sold that was reached, the underlying's stop, target or move, days to expiry,
/// the longest holding period.
///
/// Everything is judged at closes and filled at the next, but for the strike, which the bar's own range must have reached.
pub fn leaves(
    exit: &ExitRules,
    structure: &Structure,
    side: Side,
    view: &View<'_>,
) -> Option<ExitReason> {
    premium(exit, structure)
        .or_else(|| strike(exit, structure, view))
        .or_else(|| underlying(exit, structure, side, view))
        .or_else(|| days(exit, structure, view))
}

/// Profit or loss so far, at mid and without costs of leaving, as a multiple of the premium.
fn premium(exit: &ExitRules, structure: &Structure) -> Option<ExitReason> {
    let premium = structure.premium_usd;
    if premium == 0.0 {
        return None;
    }
    let gained = (premium - structure.cost_to_close_usd()) / premium.abs();
    if exit.target_premium.is_some_and(|target| gained >= target) {
        return Some(ExitReason::Target);
    }
    let stopped = exit.stop_premium.is_some_and(|stop| gained <= -stop);
    stopped.then_some(ExitReason::Stop)
}

/// The bar reached a strike that was sold.
fn strike(exit: &ExitRules, structure: &Structure, view: &View<'_>) -> Option<ExitReason> {
    // The range of the entry's own bar came before the entry.
    if !exit.short_strike || view.slot() == structure.opened.slot {
        return None;
    }
    let high = *view.highs(structure.symbol).last()?;
    let low = *view.lows(structure.symbol).last()?;
    let sold = structure.legs.iter().filter(|leg| leg.shares < 0.0);
    let reached = sold.into_iter().any(|leg| match leg.contract.right {
        Right::Call => high >= leg.contract.strike,
        Right::Put => low <= leg.contract.strike,
    });
    reached.then_some(ExitReason::ShortStrike)
}

/// The underlying's close against where it was at entry, in ATR of the decision.
fn underlying(
    exit: &ExitRules,
    structure: &Structure,
    side: Side,
    view: &View<'_>,
) -> Option<ExitReason> {
    let atr = structure.atr.filter(|atr| *atr > 0.0)?;
    let close = *view.closes(structure.symbol).last()?;
    let moved = (close - structure.opened.spot_usd) / atr;
    let favourable = side.sign() * moved;
    if exit.stop_atr.is_some_and(|stop| favourable <= -stop) {
        return Some(ExitReason::Stop);
    }
    if exit.target_atr.is_some_and(|target| favourable >= target) {
        return Some(ExitReason::Target);
    }
    let far = exit.move_atr.is_some_and(|most| moved.abs() >= most);
    far.then_some(ExitReason::AtrMove)
}

/// The calendar: days left to expiry, sessions held.
fn days(exit: &ExitRules, structure: &Structure, view: &View<'_>) -> Option<ExitReason> {
    let today = view.session_at(view.session())?.date;
    let left = structure
        .legs
        .iter()
        .filter(|leg| leg.is_open())
        .map(|leg| (leg.contract.expiry - today).num_days())
        .min()?;
    let wanted = exit.days_to_expiry.map(i64::from);
    if wanted.is_some_and(|days| left <= days) {
        return Some(ExitReason::DaysToExpiry);
    }
    // The entry session is the 1st; what is decided now fills at the close of the next.
    let next = view.session() + 1 - structure.opened.session + 1;
    let over = exit.max_sessions.is_some_and(|most| next >= most);
    over.then_some(ExitReason::MaxSessions)
}
