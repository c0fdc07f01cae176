//! `stormproof sweep`.

mod alone;
mod estimate;
mod judge;
mod learn;
mod merge;
mod run;
mod show;

use crate::args::{SweepArgs, SweepCommand};
use crate::door::Failure;

/// Sweeps, or does something with results.
pub(crate) fn run(args: &SweepArgs) -> Result<(), Failure> {
    match (&args.command, &args.plan, &args.space) {
        (Some(SweepCommand::Show(args)), ..) => show::run(args),
        (Some(SweepCommand::Merge(args)), ..) => merge::run(args),
        (None, Some(plan), Some(space)) => run::run(plan, space, &args.run),
        // clap asks for both.
        (None, ..) => Err(Failure::input(
            "no plan and nothing to vary were named",
            "stormproof sweep mean-reversion --vary exit.target_atr=1..4:0.5",
        )),
    }
}
