//! A plan in its regimes, in parallel.

use std::sync::atomic::{AtomicBool, Ordering};

use market::{Date, Origin};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tape::Tape;

use crate::conditions::{self, MarketConditions};
use crate::error::Error;
use crate::load::{Loaded, load, load_and};
use crate::options::{self, Beside, QuoteSource, beside, pooled_window};
use crate::outcome::RegimeRun;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::Stage;
use crate::threads::{chosen, on_threads};
use crate::verdict::{Standing, Verdict};

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions<'a> {
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next regime.
    pub stop: &'a AtomicBool,
}

/// What is known about the tape a run used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TapeFacts {
    /// Where it is.
    pub name: String,
    /// Real or simulated.
    #[serde(flatten)]
    pub origin: Origin,
    /// Fingerprint of the data used.
    pub fingerprint: String,
    /// First session of the instrument's bars.
    pub first: Option<Date>,
    /// Last session read.
    pub last: Option<Date>,
    /// True if option prices come from a model, some at least: in a run, if any fill or mark of it did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub model: bool,
    /// True if option prices are real quotes, some at least.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
}

/// A run: a plan in all its regimes, and the verdict.
#[derive(Clone, Debug)]
pub struct Run {
    /// The resolved plan.
    pub scenario: Scenario,
    /// The tape.
    pub tape: TapeFacts,
    /// The entry checklist, triggers first.
    pub criteria: Vec<String>,
    /// How many of the criteria are triggers.
    pub triggers: usize,
    /// The regimes in the order asked for.
    pub regimes: Vec<RegimeRun>,
    /// The verdict over all of them.
    pub verdict: Verdict,
    /// What stands beside it, of a plan that trades options.
    pub beside: Option<Beside>,
    /// Fingerprint of the data that trades are told apart by; none if it could not be read.
    pub conditions_fingerprint: Option<String>,
    /// What the result should be read with.
    pub warnings: Vec<String>,
}

/// Runs `scenario` in `regimes` on `tape`.
///
/// Every regime starts with a fresh account and decides and fills inside its window only; columns are
/// computed once from the tape's first bar and shared. The result is the same on any number of threads.
///
/// # Errors
/// What [`load`] refuses, and [`Error::Interrupted`].
pub fn run(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    options: RunOptions<'_>,
) -> Result<Run, Error> {
    let threads = chosen(options.threads);
    let load = || load_pooled(scenario, regimes, tape, threads);
    let market = || MarketConditions::read(scenario, regimes, tape);
    // What stands beside the run is read while the run's own data are.
    let (loaded, market) = if threads == 1 {
        (load(), market())
    } else {
        on_threads(threads, || rayon::join(load, market))
    };
    let (loaded, pooled) = loaded?;
    let stage = Stage::build(scenario, &loaded)?;
    let about_rules = stage.rule_warnings(regimes);
    let one = |regime: &Regime| {
        if options.stop.load(Ordering::Relaxed) {
            Err(Error::Interrupted)
        } else {
            stage.regime(regime)
        }
    };
    let told: Result<Vec<RegimeRun>, Error> = if threads == 1 || regimes.len() == 1 {
        regimes.iter().map(one).collect()
    } else {
        on_threads(threads.min(regimes.len()), || {
            regimes.par_iter().map(one).collect()
        })
    };
    let mut told = told?;
    let (read_beside, unread) = match market {
        Ok(market) => {
            for run in &mut told {
                run.conditions = market.of(&run.ledger);
                run.reasons.extend(conditions::sentence(&run.conditions));
            }
            (Some(market.fingerprint), None)
        }
        // What stands beside a run must not stop it.
        Err(error) => (
            None,
            Some(format!("trades by signal state are not shown: {error}")),
        ),
    };
    let work = || beside(scenario, regimes, pooled.as_ref(), &stage);
    let beside = match scenario.structure {
        Some(_) => Some(on_threads(threads, work)?),
        None => None,
    };
    let regimes = told;
    let gating = regimes.iter().filter(|r| r.regime.name != Regime::HISTORY);
    let standings: Vec<Standing> = gating.map(|r| r.standing).collect();
    let searched = (standings.len() < regimes.len()).then(|| {
        "history is where plans are found, and gates none: it has no part in the verdict".to_owned()
    });
    Ok(Run {
        scenario: scenario.clone(),
        tape: priced(facts(scenario, tape, &loaded), &regimes, beside.as_ref()),
        criteria: stage.criteria,
        triggers: stage.triggers,
        regimes,
        verdict: if standings.is_empty() {
            Verdict::Inconclusive
        } else {
            Verdict::over(&standings)
        },
        beside,
        conditions_fingerprint: read_beside,
        warnings: loaded
            .warnings
            .into_iter()
            .chain(about_rules)
            .chain(unread)
            .chain(searched)
            .collect(),
    })
}

/// What the plan needs for `regimes`; of a plan that trades options also for the whole of the tape, where that is fit to be
/// replayed: the window is given back.
fn load_pooled(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    threads: usize,
) -> Result<(Loaded, Option<Regime>), Error> {
    let pooled = match scenario.structure {
        Some(_) => pooled_window(scenario, regimes, tape)?,
        None => None,
    };
    let Some(pooled) = pooled else {
        return Ok((load(scenario, regimes, tape, threads)?, None));
    };
    let (loaded, fit) = load_and(scenario, regimes, &pooled, tape, threads)?;
    Ok((loaded, fit.then_some(pooled)))
}

/// What a run found of where its option prices are from, instead of what may be expected of its plan.
fn priced(facts: TapeFacts, regimes: &[RegimeRun], beside: Option<&Beside>) -> TapeFacts {
    if beside.is_none() {
        return facts;
    }
    let told = || regimes.iter().filter_map(|regime| regime.options.as_ref());
    TapeFacts {
        model: told().any(|one| one.model_fills + one.model_marks > 0)
            || beside.is_some_and(|beside| beside.model),
        quoted: told().any(|one| one.quoted_fills + one.quoted_marks > 0),
        ..facts
    }
}

/// The mark of a model is what may be expected of the plan: what asks more, knows more.
pub(crate) fn facts(scenario: &Scenario, tape: &Tape, loaded: &Loaded) -> TapeFacts {
    let instrument = &scenario.instrument;
    let span = loaded
        .snapshot
        .span_of(&instrument.symbol, instrument.interval);
    TapeFacts {
        name: tape.name(),
        origin: loaded.snapshot.origin.clone(),
        fingerprint: loaded.fingerprint.clone(),
        first: span.map(|s| s.0),
        last: span.map(|s| s.1),
        model: options::quote_source(scenario).is_some_and(|source| source != QuoteSource::Quoted),
        quoted: !loaded.snapshot.chains.is_empty(),
    }
}
