//! The arguments of `signal` and `debrief`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::RunningArgs;

pub(super) const SIGNAL_EXAMPLES: &str = "\
Examples:
  stormproof signal --tape mine                          what stands before the next open
  stormproof signal --tape mine --on 2020-02-24
  stormproof signal --tape mine --profile my-profile.toml --format json | jq .composite
  stormproof signal --tape mine --from 2013-10-01 --to 2026-05-01 --out signals.parquet

The reading of a date is the one at its close, for the next open. docs/signals.md explains it.";

pub(super) const DEBRIEF_EXAMPLES: &str = "\
Examples:
  stormproof debrief --tape mine --on 2022-06-16
  stormproof debrief --tape mine --from 2013-10-01 --to 2026-05-01       a scoreboard of layers
  stormproof debrief --tape mine --on 2022-06-16 --format json | jq .first_warning";

/// Which profile, on which tape, of which sessions.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReadingArgs {
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// A shipped profile (iwm, kre, qqq, xbi) or a profile file [default: iwm].
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "scenario")]
    pub(crate) profile: Option<PathBuf>,
    /// Take the profile from the `[signals]` table of this plan.
    #[arg(long, value_name = "PLAN")]
    pub(crate) scenario: Option<PathBuf>,
    /// The session [default: the tape's last].
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    pub(crate) on: Option<String>,
    /// First date of a range.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub(crate) from: Option<String>,
    /// Last date of that range.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

/// `signal`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SignalArgs {
    /// What to read.
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
    /// Write every column of the range into this Parquet file, new or written so before.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `debrief`.
#[derive(Debug, ClapArgs)]
pub(crate) struct DebriefArgs {
    /// What to read.
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}
