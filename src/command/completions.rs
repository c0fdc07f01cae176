//! `stormproof completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Args;
use crate::door::Failure;
use crate::out;

/// Prints the completions of `shell`.
pub(crate) fn run(shell: Shell) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "stormproof", &mut bytes);
    out::print(&String::from_utf8_lossy(&bytes))
}
