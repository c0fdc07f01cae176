//! Scenarios, regimes, runs, audits and diagnosis: what the doors (command line, later Python) call.
//!
//! The way through: [`Scenario::parse`] → [`load`](load::load) the data it needs from a tape →
//! [`run`](run::run) it in every regime in parallel → a [`Run`] that `report` shows. [`audit`](mod@audit)
//! proves that no decision saw the future. Nothing here prints, exits or reads a clock.

pub mod absent;
mod agreement;
pub mod appraisal;
pub mod audit;
pub mod breadth;
pub mod checkup;
pub mod compare;
pub mod conditions;
mod coverage;
mod cut;
pub mod diagnose;
pub mod diagnosis;
mod dollars;
pub mod error;
mod events;
pub mod fingerprint;
pub mod funnel;
mod history;
pub mod load;
mod measure;
pub mod montecarlo;
pub mod needs;
pub mod options;
pub mod outcome;
pub mod plan;
pub mod protected;
pub mod record;
pub mod regimes;
pub mod review;
pub mod rule_warnings;
pub mod rule_words;
mod run;
mod same_prices;
pub mod scenario;
pub mod signals;
mod stage;
pub mod study;
pub mod sweep;
mod threads;
pub mod verdict;
pub mod walk_forward;

pub use agreement::{Agreement, agreement};
pub use appraisal::{Appraisal, Appraiser};
pub use audit::{Audit, AuditOptions, Mismatch, audit};
pub use breadth::{BreadthOptions, UniverseBreadth, bars_breadth, universe_breadth};
pub use checkup::{Checkup, check};
pub use conditions::{ByCondition, ConditionRow, MarketConditions};
pub use diagnose::{DiagnoseOptions, Diagnosis, Said, diagnose};
pub use error::{Error, Excerpt, InputError, did_you_mean};
pub use funnel::{Funnel, OverlayCounts, phase};
pub use history::history;
pub use load::{Loaded, load};
pub use montecarlo::{MonteCarlo, MonteCarloOptions, monte_carlo};
pub use needs::Resampled;
pub use outcome::{Band, BandEnd, EquityPoint, ExitCount, RegimeRun, Settled};
pub use plan::{PlanDesk, PlanOptions, PlanSheet, plan};
pub use protected::Protected;
pub use record::Record;
pub use regimes::{Regime, Regimes};
pub use rule_words::rule_words;
pub use run::{Run, RunOptions, TapeFacts, run};
pub use scenario::{Override, Scenario};
pub use verdict::{Standing, Verdict};

/// Where a tape's data come from: doors show it without importing the market.
pub use market::{Origin, steers};

/// How an overlay applied: doors read it without importing the strategies.
pub use strategies::overlays::Phase;

/// What breadth is counted by and into: doors read them without importing the indicators.
pub use indicators::{Breadth, BreadthFigures, Figure};

/// A number beside a line of the checklist: doors show it without importing the strategies.
pub use strategies::Reading;

/// The words of the rule language: doors show them without importing it.
pub use language::{Entry as RuleWord, GRAMMAR as RULE_GRAMMAR, Group as RuleGroup};

/// Words of the engine that stand in a [`RegimeRun`]: doors read them without importing the engine.
pub use engine::{ClosedStructure, LegFill, Outcome, Overlaid, RejectReason, Setup};
