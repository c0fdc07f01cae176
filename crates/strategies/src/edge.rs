//! The edges a plan can be built on.

use indicators::Mask;
use market::{Session, Side, Time};
use serde::{Deserialize, Serialize};

use crate::checklist::{Checklist, Criterion};
use crate::clock::Clock;
use crate::gap_momentum::GapMomentum;
use crate::iron_condor::IronCondor;
use crate::mean_reversion::MeanReversion;

/// An edge with its parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Edge {
    /// Several lower closes in a row, far enough down together.
    MeanReversion(MeanReversion),
    /// A gap on volume that goes on after the opening range.
    GapMomentum(GapMomentum),
    /// Implied volatility calm by its own standards.
    IronCondor(IronCondor),
    /// Conditions in the rule language.
    Rules(RuleTriggers),
}

/// The triggers of a plan that is written in rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleTriggers {
    /// Conditions, all of which must hold. What `and` joins is several.
    #[serde(deserialize_with = "crate::one_or_many::conditions")]
    pub when: Vec<String>,
}

impl Edge {
    /// The names scenarios call edges by.
    pub const NAMES: [&'static str; 4] = ["mean-reversion", "gap-momentum", "iron-condor", "rules"];

    /// The name scenarios call it by.
    pub const fn name(&self) -> &'static str {
        match self {
            Edge::MeanReversion(_) => "mean-reversion",
            Edge::GapMomentum(_) => "gap-momentum",
            Edge::IronCondor(_) => "iron-condor",
            Edge::Rules(_) => "rules",
        }
    }

    /// Bars before the first one on which its triggers can be judged.
    pub const fn warm_up(&self) -> usize {
        match self {
            Edge::MeanReversion(edge) => edge.warm_up(),
            Edge::GapMomentum(_) | Edge::IronCondor(_) | Edge::Rules(_) => 0,
        }
    }

    /// Sessions of the clock's own bars before the first one in which its triggers can be judged.
    pub const fn warm_up_sessions(&self) -> usize {
        match self {
            Edge::MeanReversion(_) | Edge::IronCondor(_) | Edge::Rules(_) => 0,
            Edge::GapMomentum(edge) => edge.relative_volume_sessions as usize,
        }
    }

    /// How many triggers it has.
    pub fn trigger_count(&self) -> usize {
        match self {
            Edge::MeanReversion(_) => MeanReversion::TRIGGERS,
            Edge::GapMomentum(_) => GapMomentum::TRIGGERS,
            Edge::IronCondor(_) => IronCondor::TRIGGERS,
            Edge::Rules(edge) => edge.when.len(),
        }
    }

    /// True if its triggers look at volumes of the clock's bars.
    pub const fn needs_volume(&self) -> bool {
        match self {
            Edge::MeanReversion(_) | Edge::IronCondor(_) | Edge::Rules(_) => false,
            Edge::GapMomentum(_) => true,
        }
    }

    /// The edge with its threshold multiplied: the decline or the gap that must be exceeded. Written rules keep theirs in
    /// named numbers, which their reader multiplies.
    #[must_use]
    pub fn tightened(&self, by: f64) -> Edge {
        match self {
            Edge::MeanReversion(edge) => Edge::MeanReversion(MeanReversion {
                min_decline: edge.min_decline * by,
                ..*edge
            }),
            Edge::GapMomentum(edge) => Edge::GapMomentum(GapMomentum {
                min_gap: edge.min_gap * by,
                ..*edge
            }),
            Edge::IronCondor(edge) => Edge::IronCondor(IronCondor {
                // A bound from above is tightened downwards.
                max_iv_rank: edge.max_iv_rank / by,
                ..edge.clone()
            }),
            Edge::Rules(edge) => Edge::Rules(edge.clone()),
        }
    }

    /// The trigger that the edge's threshold decides, by its place; `None` for written rules.
    pub fn threshold_trigger(&self, clock: &Clock<'_>, side: Side) -> Option<(usize, Criterion)> {
        match self {
            Edge::MeanReversion(edge) => {
                let place = MeanReversion::THRESHOLD;
                let decline = edge.triggers(clock, side).into_iter().nth(place)?;
                Some((place, decline))
            }
            Edge::GapMomentum(edge) => Some((GapMomentum::THRESHOLD, edge.gap(clock, side))),
            Edge::IronCondor(edge) => Some((0, edge.triggers(clock).remove(0))),
            Edge::Rules(_) => None,
        }
    }

    /// Its triggers on every bar of the clock.
    pub fn triggers(&self, clock: &Clock<'_>, side: Side) -> Vec<Criterion> {
        match self {
            Edge::MeanReversion(edge) => edge.triggers(clock, side),
            Edge::GapMomentum(edge) => edge.triggers(clock, side),
            Edge::IronCondor(edge) => edge.triggers(clock),
            // Written rules are judged all at once, by whoever prepares the plan.
            Edge::Rules(_) => Vec::new(),
        }
    }

    /// The bars on which the log says that a session could not be judged for want of bars; `checklist` holds its triggers.
    pub fn skips(&self, clock: &Clock<'_>, checklist: &Checklist) -> Mask {
        match self {
            Edge::MeanReversion(_) | Edge::IronCondor(_) | Edge::Rules(_) => Mask::default(),
            Edge::GapMomentum(edge) => edge.skips(clock, checklist),
        }
    }

    /// The instant before which an entry decided in `session` must fill; `None` if it may wait.
    pub fn deadline(&self, session: &Session) -> Option<Time> {
        match self {
            Edge::MeanReversion(_) | Edge::IronCondor(_) | Edge::Rules(_) => None,
            Edge::GapMomentum(edge) => Some(edge.deadline(session)),
        }
    }
}

/// What of an entry is the same for every edge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EntryRules {
    /// `long` or `short`.
    #[serde(serialize_with = "direction")]
    pub side: Side,
    /// Sessions to wait after an exit; 0 lets the exit bar's own close decide anew.
    pub cooldown_sessions: u32,
    /// How many criteria of the checklist must hold; all of them if absent.
    pub require: Option<u32>,
    /// What happens when the entry's own open is already beyond the stop.
    pub gapped_entry: GappedEntry,
}

/// What happens when the entry's own open is already beyond the stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GappedEntry {
    /// Bought and stopped out at the same open, both costs paid.
    #[default]
    StopOut,
    /// Not bought. This knows the open before it trades at it.
    Cancel,
}

impl Default for EntryRules {
    fn default() -> Self {
        Self {
            side: Side::Buy,
            cooldown_sessions: 0,
            require: None,
            gapped_entry: GappedEntry::default(),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature serde asks for.
fn direction<S: serde::Serializer>(side: &Side, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(side.direction())
}
