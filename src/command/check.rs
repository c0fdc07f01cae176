//! `stormproof check`.

use crate::args::{CheckupArgs, Format};
use crate::door::Failure;
use crate::out;
use crate::plan::Plan;

/// Holds the plan against the tape, prints what came of it, and fails if it cannot run.
pub(crate) fn run(args: &CheckupArgs) -> Result<(), Failure> {
    let plan = Plan::open(&args.plan)?;
    let mut checkup = lab::check(&plan.scenario, &plan.regimes, &plan.tape)?;
    checkup.warnings.extend(plan.warnings);
    out::print(&match args.format {
        Format::Table => report::checkup(&checkup),
        Format::Json => report::checkup_json(&checkup)?,
    })?;
    match checkup.obstacle {
        None => Ok(()),
        Some(obstacle) => Err(Failure::input(
            format!(
                "{} cannot run on this tape: {}",
                checkup.plan, obstacle.message
            ),
            obstacle.help.unwrap_or_default(),
        )),
    }
}
