//! Each logged trade against the plan, and the plan's trades against the log.

use engine::{Outcome, Setup};
use journal::RoundTrip;
use market::Trade;

use super::bridge::parts;
use super::ground::Placed;
use super::result::{Component, Judged, Missed, Planned};
use super::verdict::SIZE_TOLERANCE;
use crate::outcome::RegimeRun;
use crate::stage::Stage;

/// What made a trade differ, in dollars.
type Parts = Vec<(Component, f64)>;
/// The rules it broke, in dollars.
type Broke = Vec<(String, f64)>;

/// Less than half a cent is rounding.
const HALF_A_CENT: f64 = 0.005;

pub(super) fn planned(trade: &Trade) -> Planned {
    Planned {
        trade_id: trade.trade_id,
        quantity: trade.quantity,
        entry_time: trade.entry_time,
        entry_price: trade.entry_price,
        exit_time: trade.exit_time,
        exit_price: trade.exit_price,
        exit_reason: trade.exit_reason,
        pnl_usd: trade.pnl_usd,
        slippage_usd: trade.slippage_usd,
    }
}

/// A logged trade with the plan's beside it, if it has one.
pub(super) fn judged(
    mine: &Placed<&RoundTrip>,
    plans: Option<&Placed<&Trade>>,
    stage: &Stage<'_>,
    run: &RegimeRun,
) -> Judged {
    let log = mine.trade;
    let (parts, broke) = match plans {
        Some(plans) => {
            let parts = parts(mine, plans);
            let broke = broken(mine, plans, &parts);
            (parts, broke)
        }
        None => unplanned(mine, stage, run),
    };
    Judged {
        number: log.number,
        line: log.line,
        side: log.side,
        quantity: log.quantity,
        entry_time: log.entry_time,
        entry_price: log.entry_price,
        exit_time: log.exit_time,
        exit_price: log.exit_price,
        pnl_usd: log.pnl_usd,
        plan: plans.map(|plans| planned(plans.trade)),
        parts,
        broke,
    }
}

/// The rules that a paired trade broke, each with the dollars of its part.
fn broken(
    mine: &Placed<&RoundTrip>,
    plans: &Placed<&Trade>,
    parts: &[(Component, f64)],
) -> Vec<(String, f64)> {
    let ratio = mine.trade.quantity / plans.trade.quantity as f64;
    let rule = |&(component, usd): &(Component, f64)| {
        let words = match component {
            Component::Size if ratio > 1.0 + SIZE_TOLERANCE => "size beyond the plan's",
            Component::Size if ratio < 1.0 - SIZE_TOLERANCE => "size below the plan's",
            Component::EntryTiming if mine.entry.is_after(plans.entry) => {
                "entered after the plan's bar"
            }
            Component::EntryTiming => "entered before the plan's bar",
            // Prices and costs are no one's to choose; only what they cost is told.
            Component::EntryPrice | Component::ExitPrice | Component::Costs
                if usd < -HALF_A_CENT =>
            {
                component.words()
            }
            Component::StopIgnored
            | Component::HeldTooLong
            | Component::TargetPassed
            | Component::ExitRuleIgnored
            | Component::LeftEarly => component.words(),
            _ => return None,
        };
        Some((words.to_owned(), usd))
    };
    parts.iter().filter_map(rule).collect()
}

/// Why the plan would not have entered: its whole result is one part.
fn unplanned(mine: &Placed<&RoundTrip>, stage: &Stage<'_>, run: &RegimeRun) -> (Parts, Broke) {
    let pnl = mine.trade.pnl_usd;
    let decided = mine.entry.bar.checked_sub(1);
    let at = |setup: &&Setup| Some(setup.slot) == decided;
    let setup = run.ledger.setups.iter().find(at);
    let component = match setup {
        None => Component::NoSetup,
        Some(setup) if setup.side != mine.side => Component::OtherSide,
        Some(setup) => match setup.outcome {
            Outcome::Entered => Component::Again,
            Outcome::Vetoed { .. } => Component::AgainstVeto,
            Outcome::Busy => Component::WhileBusy,
            Outcome::CoolingDown => Component::CoolingDown,
            Outcome::Rejected(_) => Component::Refused,
        },
    };
    let words: Vec<String> = match (component, setup.map(|setup| setup.outcome)) {
        (Component::NoSetup, _) => lacking(decided, stage),
        (Component::AgainstVeto, Some(Outcome::Vetoed { criterion })) => {
            vec![vetoed(usize::from(criterion), decided, stage)]
        }
        (Component::Refused, Some(Outcome::Rejected(reason))) => {
            vec![format!("{}: {}", component.words(), reason.as_str())]
        }
        _ => vec![component.words().to_owned()],
    };
    let broke = words.into_iter().map(|rule| (rule, pnl)).collect();
    (vec![(component, pnl)], broke)
}

/// Each trigger that did not hold.
fn lacking(decided: Option<usize>, stage: &Stage<'_>) -> Vec<String> {
    let Some(bar) = decided else {
        return vec![Component::NoSetup.words().to_owned()];
    };
    let state = stage.state(bar);
    let triggers = stage.criteria.iter().enumerate().take(stage.triggers);
    let failing = triggers.filter(|(n, _)| state.held & (1 << n) == 0);
    let words: Vec<String> = failing
        .map(|(n, name)| {
            let how = if state.unknown & (1 << n) == 0 {
                "did not hold"
            } else {
                "was unknown"
            };
            format!("no setup: {name} {how}")
        })
        .collect();
    if words.is_empty() {
        vec![Component::NoSetup.words().to_owned()]
    } else {
        words
    }
}

fn vetoed(criterion: usize, decided: Option<usize>, stage: &Stage<'_>) -> String {
    let name = stage
        .criteria
        .get(criterion)
        .map_or("a filter", String::as_str);
    let unknown = decided.is_some_and(|bar| stage.state(bar).unknown & (1 << criterion) != 0);
    if unknown {
        format!("against the veto of {name} (unknown)")
    } else {
        format!("against the veto of {name}")
    }
}

/// A trade of the plan that nobody took, and why, as far as the log tells.
pub(super) fn missed(plans: &Placed<&Trade>, logged: &[Placed<&RoundTrip>]) -> Missed {
    let held = |mine: &Placed<&RoundTrip>| {
        mine.entry.bar <= plans.entry.bar && mine.exit.is_after(plans.entry)
    };
    Missed {
        plan: planned(plans.trade),
        because: if logged.iter().any(held) {
            "another trade was still on"
        } else {
            "the log has no entry"
        },
    }
}
