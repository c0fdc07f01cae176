//! The edges and the parts they share: checklist, filters, exits, sizing.
//!
//! An *edge* (one file each) says when its triggers hold. Everything else of a directional plan
//! ([`filters`], [`exits`], [`sizing`], the decision log) is shared, and [`plan::Plan`] puts the
//! parts together into the one [`engine::Strategy`] that the loop runs.
//!
//! To add an edge: a file with its parameters and its triggers (see [`mean_reversion`]), a variant of
//! [`Edge`], and a line in each `match` the compiler then asks for.

pub mod calendar;
pub mod checklist;
pub mod clock;
pub mod edge;
pub mod exits;
pub mod filters;
pub mod gap_momentum;
pub mod iron_condor;
mod layers;
pub mod mean_reversion;
mod one_or_many;
pub mod overlays;
pub mod plan;
pub mod protect;
pub mod readings;
pub mod rules;
pub mod session;
pub mod sizing;
pub mod structure;
pub mod ticket;

pub use checklist::{Checklist, Criterion};
pub use clock::Clock;
pub use edge::{Edge, EntryRules, RuleTriggers};
pub use exits::{ExitRules, StopKind};
pub use filters::{FilterRule, Filters};
pub use gap_momentum::GapMomentum;
pub use iron_condor::IronCondor;
pub use mean_reversion::MeanReversion;
pub use overlays::{OverlayRule, Overlays};
pub use plan::{Plan, Prepared, Rules, WarmUp};
pub use protect::{ProtectAction, ProtectRules, Protection};
pub use readings::{Gauge, Gauges, Reading};
pub use rules::Written;
pub use session::SessionField;
pub use sizing::RiskRules;
pub use structure::{StructureKind, StructureRules, StructureTicket};
pub use ticket::Ticket;
