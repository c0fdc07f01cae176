//! The commands, one file each.

mod audit;
mod check;
mod compare;
mod completions;
mod diagnose;
mod montecarlo;
mod new;
mod options;
mod plan;
mod reading;
mod report;
mod review;
mod rules;
mod run;
mod space;
mod study;
mod sweep;
mod tape;
mod walk_forward;

use crate::args::{Args, Command};
use crate::door::Failure;

/// Does what the arguments say.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::Run(args) => run::run(args),
        Command::Sweep(args) => sweep::run(args),
        Command::WalkForward(args) => walk_forward::run(args),
        Command::Report(args) => report::run(args),
        Command::Tape(command) => tape::run(command),
        Command::Compare(args) => compare::run(args),
        Command::Montecarlo(args) => montecarlo::run(args),
        Command::Study(args) => study::run(args),
        Command::Review(args) => review::run(args),
        Command::Audit(args) => audit::run(args),
        Command::Check(args) => check::run(args),
        Command::New(args) => new::run(args),
        Command::Diagnose(args) => diagnose::run(args),
        Command::Signal(args) => reading::signal(args),
        Command::Debrief(args) => reading::debriefed(args),
        Command::Plan(args) => plan::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Options(command) => options::run(command),
        Command::Completions { shell } => completions::run(*shell),
    }
}

/// Said whenever no tape was named, so that nobody takes made prices for traded ones.
const ON_EMBEDDED: &str =
    "note: no --tape was named, so this is the embedded tape: SIMULATED prices";
