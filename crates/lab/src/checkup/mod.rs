//! A plan held against a tape without being run: what it says in full, what it needs, and whether it is there.

mod data;
mod warm_up;

use market::Origin;
use serde::Serialize;
use tape::Tape;

use crate::error::{Error, InputError};
use crate::load::load;
use crate::needs::needs;
use crate::regimes::Regime;
use crate::scenario::Scenario;
use crate::stage::Stage;

pub use data::DataNeed;
pub use warm_up::WarmUpNeed;

/// What a plan needs and whether a tape has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checkup {
    /// The plan's name.
    pub plan: String,
    /// The plan as TOML with every default filled in. It reads back as the same plan.
    pub resolved: String,
    /// Where the tape is.
    pub tape: String,
    /// Real or simulated: the worst of what the plan reads.
    #[serde(flatten)]
    pub origin: Origin,
    /// What must lie before the first decision, by who asks for it.
    pub warm_up: Vec<WarmUpNeed>,
    /// What is read of the tape.
    pub data: Vec<DataNeed>,
    /// The regimes, and whether the tape covers them.
    pub regimes: Vec<Coverage>,
    /// The checklist over the covered regimes: on how many bars each line holds.
    pub criteria: Vec<CriterionCount>,
    /// What a result should be read with.
    pub warnings: Vec<String>,
    /// Why the plan cannot run on this tape in these regimes; absent if it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
}

/// Why a plan cannot run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Whether the tape covers a regime.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// The regime.
    #[serde(flatten)]
    pub regime: Regime,
    /// True if the plan can run in it.
    pub covered: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One line of the checklist over all covered regimes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CriterionCount {
    /// What it says.
    pub name: String,
    /// `trigger` or `filter`.
    pub kind: &'static str,
    /// Bars on which it holds.
    pub holds: usize,
    /// Bars on which a value it needs is unknown.
    pub unknown: usize,
    /// Bars in all.
    pub bars: usize,
}

/// Holds `scenario` against `tape`. What is wrong with the tape, or too little for the regimes, is told in the result.
///
/// # Errors
/// [`Error::Interrupted`], and a plan that cannot be put into TOML, which no plan that was read from it can be.
pub fn check(scenario: &Scenario, regimes: &[Regime], tape: &Tape) -> Result<Checkup, Error> {
    let mut checkup = Checkup {
        plan: scenario.name.clone(),
        resolved: resolved(scenario)?,
        tape: tape.name(),
        origin: Origin::Real,
        warm_up: warm_up::needed(scenario),
        data: Vec::new(),
        regimes: Vec::new(),
        criteria: Vec::new(),
        warnings: Vec::new(),
        obstacle: None,
    };
    match needs(scenario, regimes, tape).and_then(|needs| data::found(&needs, tape)) {
        Ok((data, origin)) => (checkup.data, checkup.origin) = (data, origin),
        Err(error) => {
            checkup.obstacle = obstacle(error)?;
            // What it would have read is not known: the mark is that of anything on the tape.
            let entries = tape.catalog().unwrap_or_default();
            let made = entries
                .into_iter()
                .find(|entry| entry.origin != Origin::Real);
            checkup.origin = made.map_or(Origin::Real, |entry| entry.origin);
        }
    }
    for regime in regimes {
        let refused = match load(scenario, std::slice::from_ref(regime), tape, 1) {
            Ok(_) => None,
            Err(error) => obstacle(error)?,
        };
        checkup.regimes.push(Coverage {
            regime: regime.clone(),
            covered: refused.is_none(),
            why: refused.as_ref().map(|refused| refused.message.clone()),
        });
        checkup.obstacle = checkup.obstacle.or(refused);
    }
    let covered = checkup.regimes.iter().filter(|r| r.covered);
    let covered: Vec<Regime> = covered.map(|r| r.regime.clone()).collect();
    if !covered.is_empty() {
        // Each was read by itself, so what all of them need together was, too.
        if let Err(error) = judge(scenario, &covered, tape, &mut checkup) {
            checkup.obstacle = checkup.obstacle.or(obstacle(error)?);
        }
    }
    Ok(checkup)
}

/// The plan as TOML with every default filled in. It reads back as the same plan.
///
/// # Errors
/// None that a plan read from TOML can cause.
pub fn resolved(scenario: &Scenario) -> Result<String, Error> {
    toml::to_string(scenario).map_err(|error| {
        Error::Input(InputError {
            source: scenario.name.clone(),
            position: None,
            message: format!("the plan cannot be written as TOML: {error}"),
            help: None,
            excerpt: None,
        })
    })
}

fn obstacle(error: Error) -> Result<Option<Obstacle>, Error> {
    let (message, help) = match error {
        Error::Interrupted | Error::Tape(tape::TapeError::Interrupted) => {
            return Err(Error::Interrupted);
        }
        Error::Input(error) => (error.to_string(), error.help),
        Error::Tape(error) => (error.to_string(), error.help().map(str::to_owned)),
        Error::Fit { message, help } => (message, Some(help)),
    };
    Ok(Some(Obstacle { message, help }))
}

/// Judges the checklist in the covered regimes, and says what a person should know of it.
fn judge(
    scenario: &Scenario,
    regimes: &[Regime],
    tape: &Tape,
    checkup: &mut Checkup,
) -> Result<(), Error> {
    let loaded = load(scenario, regimes, tape, 1)?;
    let stage = Stage::build(scenario, &loaded)?;
    checkup.origin = loaded.snapshot.origin.clone();
    checkup.criteria = stage.criterion_counts(regimes);
    // An edge's own triggers are unknown early in a session by their nature; the counts tell of it.
    let written = matches!(scenario.entry.edge, strategies::Edge::Rules(_));
    let told = |c: &&CriterionCount| c.unknown > 0 && (written || c.kind == "filter");
    let unknown = checkup.criteria.iter().filter(told);
    let unknown = unknown.map(|c| {
        format!(
            "`{}` is unknown on {} of {} bars of the windows: there it does not hold",
            c.name, c.unknown, c.bars
        )
    });
    checkup.warnings.clone_from(&loaded.warnings);
    checkup.warnings.extend(stage.rule_warnings(regimes));
    checkup.warnings.extend(unknown);
    Ok(())
}
