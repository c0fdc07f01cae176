//! `stormproof tape …`: one file a subcommand.

mod breadth;
mod check;
mod import;
mod list;
mod manifest;
mod merged;
mod resample;
mod synth;

use tape::Tape;

use crate::args::TapeCommand;
use crate::door::Failure;
use crate::plain;

/// What is to be said of a tape before anything else: that its prices are simulated, that an import was cut off.
fn opening(tape: &Tape) -> String {
    let mut text = String::new();
    let banner = tape.simulated().as_ref().and_then(report::simulated_banner);
    for line in banner.into_iter().chain(unfinished(tape)) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn unfinished(tape: &Tape) -> Option<String> {
    let words = tape.unfinished()?;
    Some(format!("warning: {}", plain::message(&words)))
}

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
