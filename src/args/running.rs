//! What the commands that replay, draw or count have in common: what they print, and how they work.

use clap::Args as ClapArgs;

use super::Format;

/// What to print, on how many threads, how quietly.
#[derive(Debug, ClapArgs)]
pub(crate) struct RunningArgs {
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Threads [default: one a core]. The result does not depend on it.
    #[arg(short = 'j', long = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress and no notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}

impl RunningArgs {
    /// Threads as the libraries count them: 0 is one a core.
    pub(crate) fn threads(&self) -> usize {
        self.threads.map_or(0, usize::from)
    }
}
