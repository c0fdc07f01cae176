//! Why a trade of one run is not in the other: what the other's decision log says of the bar on which it was decided.

use market::{Time, Trade};
use serde::Serialize;

use super::pairs::Half;
use crate::record::{Criterion, SetupOutcome, SetupRow};

/// Why the other run has no such trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// A filter said no.
    Vetoed {
        /// Which.
        by: String,
    },
    /// It held another position, or had an entry open.
    Busy {
        /// Its trade that was on, if one was.
        #[serde(rename = "busy_with", skip_serializing_if = "Option::is_none")]
        trade: Option<u32>,
    },
    /// It was too soon after its last exit.
    CoolingDown,
    /// Its order was refused or withdrawn.
    Rejected {
        /// Why.
        reason: String,
    },
    /// It ordered an entry too, which became no trade of this time.
    OrderedOtherwise,
    /// Its triggers did not all hold on that bar.
    NoSetup {
        /// Triggers that it asks and the other does not; of these one at least did not hold, or the numbers beneath them differ.
        asks: Vec<String>,
    },
    /// The bar on which it was decided is not known.
    Unknown,
}

impl Why {
    /// In words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Vetoed { by } => format!("vetoed by {by}"),
            Self::Busy { trade: Some(trade) } => format!("busy with its trade {trade}"),
            Self::Busy { trade: None } => "busy with an open order".to_owned(),
            Self::CoolingDown => "cooling down after an exit".to_owned(),
            Self::Rejected { reason } => format!("order refused: {reason}"),
            Self::OrderedOtherwise => "ordered too, filled otherwise".to_owned(),
            Self::NoSetup { asks } if asks.is_empty() => "no setup on that bar".to_owned(),
            Self::NoSetup { asks } => format!("no setup: it asks {}", asks.join(", ")),
            Self::Unknown => "its decision is not in the log".to_owned(),
        }
    }
}

/// Why `other` has no trade like `trade` of `own`.
pub(super) fn why(trade: &Trade, own: Half<'_>, other: Half<'_>) -> Why {
    let Some(decided) = decided(trade, own) else {
        return Why::Unknown;
    };
    let met = other
        .rows
        .setups
        .iter()
        .filter(|setup| setup.time == decided.time);
    let Some(setup) = met.into_iter().find(|setup| setup.side == decided.side) else {
        return Why::NoSetup {
            asks: asks(own.criteria, other.criteria),
        };
    };
    let reason = || setup.reason.clone().unwrap_or_default();
    match setup.outcome {
        SetupOutcome::Vetoed => Why::Vetoed { by: reason() },
        SetupOutcome::Rejected => Why::Rejected { reason: reason() },
        SetupOutcome::CoolingDown => Why::CoolingDown,
        SetupOutcome::Entered => Why::OrderedOtherwise,
        SetupOutcome::Busy => Why::Busy {
            trade: on_at(decided.time, &other.rows.trades),
        },
    }
}

/// The setup a trade came of: the last one that was entered before it was filled.
fn decided<'a>(trade: &Trade, own: Half<'a>) -> Option<&'a SetupRow> {
    let mut entered = own.rows.setups.iter().filter(|setup| {
        setup.outcome == SetupOutcome::Entered
            && setup.side == trade.side
            && setup.time <= trade.entry_time
    });
    entered.next_back()
}

/// The trade that was on at an instant.
fn on_at(time: Time, trades: &[Trade]) -> Option<u32> {
    let on = trades
        .iter()
        .find(|t| t.entry_time <= time && time <= t.exit_time);
    on.map(|trade| trade.trade_id)
}

/// Triggers of `other` that `own` does not ask.
fn asks(own: &[Criterion], other: &[Criterion]) -> Vec<String> {
    let more = other
        .iter()
        .filter(|one| one.kind == "trigger" && !own.contains(one));
    more.map(|one| one.name.clone()).collect()
}
