//! `stormproof tape …`: one file a subcommand.

mod breadth;
mod check;
mod import;
mod list;
mod manifest;
mod merged;
mod resample;
mod synth;

use crate::args::TapeCommand;
use crate::door::Failure;

/// Does what the arguments say.
pub(crate) fn run(command: &TapeCommand) -> Result<(), Failure> {
    match command {
        TapeCommand::Breadth(args) => breadth::breadth(args),
        TapeCommand::Import(args) => import::import(args),
        TapeCommand::Check(args) => check::check(args),
        TapeCommand::List(args) => list::list(args),
        TapeCommand::Resample(args) => resample::resample(args),
        TapeCommand::Manifest(args) => manifest::manifest(args),
        TapeCommand::Synth(args) => synth::synth(args),
    }
}
