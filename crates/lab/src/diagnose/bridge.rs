//! From the plan's dollars to the log's, part by part.

use journal::RoundTrip;
use market::{ExitReason, Trade};

use super::ground::Placed;
use super::result::{BridgeLine, Component, Judged, Missed};

/// Dollars that are the last bits of a sum, and nothing that was traded.
const DUST_USD: f64 = 1e-7;
/// The smallest step of a price, dollars a share.
const TICK_USD: f64 = 0.01;

/// What makes a logged trade differ from the plan's: the parts add up to the difference of their net results.
///
/// With s = ±1 the side, q shares, e and x the average entry and exit, c costs and d dividends less borrow fees (mine and the
/// plan's): size `s (xₚ − eₚ)(q − qₚ)`, entry `s (eₚ − e) q`, exit `s (x − xₚ) q`, costs `cₚ − c`, unlogged `d − dₚ`. Their sum is
/// `s (x − e) q − c + d` less `s (xₚ − eₚ) qₚ − cₚ + dₚ`.
pub(super) fn parts(mine: &Placed<&RoundTrip>, plans: &Placed<&Trade>) -> Vec<(Component, f64)> {
    let (log, plan) = (mine.trade, plans.trade);
    let (sign, shares) = (mine.side.sign(), log.quantity);
    let unlogged = plan.dividends_usd - plan.financing_usd;
    let parts = [
        (
            Component::Size,
            sign * (plan.exit_price - plan.entry_price) * (shares - plan.quantity as f64),
        ),
        (
            entry(mine, plans),
            sign * (plan.entry_price - log.entry_price) * shares,
        ),
        (
            exit(mine, plans),
            sign * (log.exit_price - plan.exit_price) * shares,
        ),
        (Component::Costs, plan.commission_usd - log.fees_usd),
        (Component::Unlogged, log.other_usd.unwrap_or(0.0) - unlogged),
    ];
    parts
        .into_iter()
        .filter(|(_, usd)| usd.abs() > DUST_USD)
        .collect()
}

fn entry(mine: &Placed<&RoundTrip>, plans: &Placed<&Trade>) -> Component {
    if mine.entry.meets(plans.entry) {
        Component::EntryPrice
    } else {
        Component::EntryTiming
    }
}

/// Which rule of leaving was not kept.
fn exit(mine: &Placed<&RoundTrip>, plans: &Placed<&Trade>) -> Component {
    if mine.exit.meets(plans.exit) {
        Component::ExitPrice
    } else if mine.exit.is_after(plans.exit) {
        match plans.trade.exit_reason {
            ExitReason::Stop | ExitReason::TrailingStop | ExitReason::BreakEven => {
                Component::StopIgnored
            }
            ExitReason::TimeStop
            | ExitReason::MaxSessions
            | ExitReason::TimeOfDay
            | ExitReason::WindowEnd => Component::HeldTooLong,
            ExitReason::Target => Component::TargetPassed,
            _ => Component::ExitRuleIgnored,
        }
    } else {
        Component::LeftEarly
    }
}

/// The lines of the bridge, in their order; components that no trade has are left out.
pub(super) fn lines(trades: &[Judged], missed: &[Missed]) -> Vec<BridgeLine> {
    let of = |component: Component| {
        let parts = trades.iter().flat_map(|trade| &trade.parts);
        let own: Vec<f64> = parts
            .filter(|(c, _)| *c == component)
            .map(|(_, usd)| *usd)
            .collect();
        let (count, usd) = if component == Component::Missed {
            (missed.len(), missed.iter().map(|m| -m.plan.pnl_usd).sum())
        } else {
            (own.len(), own.iter().sum())
        };
        BridgeLine {
            component,
            trades: count,
            usd,
        }
    };
    Component::ALL
        .into_iter()
        .map(of)
        .filter(|line| line.trades > 0)
        .collect()
}

/// What of each trade is no one's but the trader's: the log's trades and then the missed ones, dollars.
pub(super) fn differences(trades: &[Judged], missed: &[Missed]) -> Vec<f64> {
    let own = |trade: &Judged| {
        let parts = trade.parts.iter().filter(|(c, _)| !c.is_bookkeeping());
        parts.map(|(_, usd)| usd).sum()
    };
    let not_taken = missed.iter().map(|missed| -missed.plan.pnl_usd);
    trades.iter().map(own).chain(not_taken).collect()
}

/// The same without what no one chose: fees, and prices within a tick or the plan's own slippage of a fill.
pub(super) fn judged(trades: &[Judged], missed: &[Missed]) -> Vec<f64> {
    let own = |trade: &Judged| {
        let slippage_usd = trade
            .plan
            .as_ref()
            .map_or(0.0, |plan| plan.slippage_usd / (2.0 * plan.quantity as f64));
        // A hair more than a tick: prices are no exact fractions.
        let allowed = trade.quantity * slippage_usd.max(TICK_USD) * (1.0 + 1e-6);
        let counts = |(component, usd): &&(Component, f64)| match component {
            Component::Costs | Component::Unlogged => false,
            Component::EntryPrice | Component::ExitPrice => usd.abs() > allowed,
            _ => true,
        };
        trade.parts.iter().filter(counts).map(|(_, usd)| usd).sum()
    };
    let not_taken = missed.iter().map(|missed| -missed.plan.pnl_usd);
    trades.iter().map(own).chain(not_taken).collect()
}
