//! The arguments of `compare`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::RunningArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof compare results-before results-after
  stormproof compare mean-reversion mean-reversion-prior-low --tape mine
  stormproof compare my-plan.toml my-plan.toml --set-b exit.target_atr=2.5 --tape mine
  stormproof compare results my-plan.toml --tape mine --format json | jq '.regimes[].bridge'

A and B are folders that `run --out` wrote, or plans, which are run first.";

/// `compare`.
#[derive(Debug, ClapArgs)]
pub(crate) struct CompareArgs {
    /// A folder of results, or a plan: a scenario file or the name of a shipped one.
    pub(crate) a: PathBuf,
    /// What it is compared with: likewise.
    pub(crate) b: PathBuf,
    /// The tape plans are run on [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// Regimes of plans [default: each scenario's].
    #[arg(long, value_name = "A,B|all|history", value_delimiter = ',', conflicts_with_all = ["from", "to"])]
    pub(crate) regimes: Vec<String>,
    /// First date of a window of your own, for plans.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub(crate) from: Option<String>,
    /// Last date of that window.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// Replace a value of plan A by its dotted path; may be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set_a: Vec<String>,
    /// Replace a value of plan B.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set_b: Vec<String>,
    /// Draws of sessions for the intervals.
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub(crate) resamples: u64,
    /// Seed of all draws.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// List at most so many trades of a kind in a regime; JSON has all.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub(crate) trades: usize,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}
