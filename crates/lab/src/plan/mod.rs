//! The written plan: one sheet a trader can print and trade tomorrow from, out of the very file that runs.
//!
//! Every number on it comes from the functions that decide in a run: the checklist from [`strategies::Rules::prepare`], the
//! size and the levels from [`strategies::Rules::ticket`]. [`PlanDesk`] prepares a plan once and gives a sheet a bar;
//! [`plan`] adds what past regimes said.

mod dates;
mod day;
mod desk;
mod past;
mod structure;
mod tree;
mod words;

use std::sync::atomic::AtomicBool;

use market::{Date, Interval, Origin};
use serde::Serialize;
use tape::Tape;

use crate::error::Error;
use crate::load::read;
use crate::regimes::Regime;
use crate::run::TapeFacts;
use crate::scenario::Scenario;

pub(crate) use dates::is_session;
pub use day::{
    CheckLine, DaySheet, Decision, Held, Levels, OverlayLine, Schedule, SetupOfDay, Sizing,
};
pub use desk::PlanDesk;
pub use past::{Past, PastRegime};
pub use structure::{LegOfDay, StructureEntry, StructureOfDay};
pub use tree::{Answer, Step};
pub(crate) use words::costs as costs_assumed;
pub use words::{Ahead, Review};

/// A plan on paper.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanSheet {
    /// What the plan is called.
    pub name: String,
    /// The edge it is built on.
    pub strategy: String,
    /// Why it should work.
    pub hypothesis: String,
    /// What is traded.
    pub symbol: String,
    /// The decision clock.
    pub interval: Interval,
    /// `long` or `short`; `neutral` for structures that take no side.
    pub side: &'static str,
    /// The tape all of this is read from.
    pub tape: TapeFacts,
    /// The state on the date.
    pub day: DaySheet,
    /// What of an entry is no criterion: the order, cool-down, `require`.
    pub entry: Vec<String>,
    /// How a trade ends, in words.
    pub exits: Vec<String>,
    /// What changes the size and the thresholds, and when; as the plan writes it.
    pub overlays: Vec<String>,
    /// What trading costs, in words.
    pub costs: Vec<String>,
    /// Scheduled events ahead, of the kinds the plan looks at.
    pub events: Vec<Ahead>,
    /// What to look at every day.
    pub review: Review,
    /// What past regimes said.
    pub past: Past,
    /// What this should be read with.
    pub warnings: Vec<String>,
    /// The plan in full, every default filled in.
    pub scenario: serde_json::Value,
}

/// Which day, with how much.
#[derive(Clone, Copy, Debug)]
pub struct PlanOptions<'a> {
    /// The session; the tape's last one if `None`.
    pub on: Option<Date>,
    /// Equity to size with, dollars; the scenario's if `None`.
    pub equity_usd: Option<f64>,
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next regime.
    pub stop: &'a AtomicBool,
}

/// The plan as it stands at the last bar of a session of `tape`, and what `regimes` said of it.
///
/// # Errors
/// [`Error::Fit`] for a date that is no session (with those beside it), that the tape lacks, or that comes before the plan
/// is warm; for an equity that is no amount; what reading refuses. Regimes that the tape does not cover are no error:
/// the sheet says so.
pub fn plan(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    options: PlanOptions<'_>,
) -> Result<PlanSheet, Error> {
    let equity_usd = equity(scenario, options.equity_usd)?;
    let on = dates::chosen(scenario, tape, options.on)?;
    let window = [Regime::unnamed(on, on)];
    let loaded = read(
        scenario,
        &window,
        tape,
        crate::threads::chosen(options.threads),
    )?;
    let desk = PlanDesk::open(scenario, &loaded)?;
    let row = desk.row_on(on)?;
    let past = past::past(scenario, regimes, tape, options)?;
    let day = desk.sheet(row, equity_usd);
    let snapshot = &loaded.snapshot;
    let mut facts = crate::run::facts(scenario, tape, &loaded);
    if facts.origin == Origin::Real {
        facts.origin = past.origin.clone();
    }
    let events = words::ahead(snapshot, on);
    let resolved = serde_json::to_value(scenario).unwrap_or_default();
    Ok(PlanSheet {
        name: scenario.name.clone(),
        strategy: scenario.strategy.clone(),
        hypothesis: scenario.hypothesis.clone(),
        symbol: scenario.instrument.symbol.clone(),
        interval: scenario.instrument.interval,
        side: match scenario.structure {
            Some(structure) if !structure.kind.is_directional() => "neutral",
            _ => scenario.entry.rules.side.direction(),
        },
        tape: facts,
        entry: words::entry(scenario),
        exits: words::exits(scenario),
        overlays: words::overlays(&resolved),
        costs: words::costs(scenario),
        review: words::review(scenario, &day, &events),
        events,
        day,
        warnings: past.warnings.clone(),
        past,
        scenario: resolved,
    })
}

fn equity(scenario: &Scenario, given: Option<f64>) -> Result<f64, Error> {
    let equity = given.unwrap_or(scenario.account.equity_usd);
    if equity.is_finite() && equity > 0.0 && equity <= 1e12 {
        return Ok(equity);
    }
    Err(Error::fit(
        format!("an equity of {equity} dollars is none; expected more than 0, at most 1e12"),
        "give what the account is worth in dollars: --equity 25000",
    ))
}
