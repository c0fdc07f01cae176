//! The arguments of `sweep`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use super::{Format, PlanArgs, RunningArgs, SpaceArgs};

pub(crate) const SWEEP_EXAMPLES: &str = "\
Examples:
  stormproof sweep mean-reversion --vary exit.target_atr=1..4:0.25 --vary entry.declines=2..4
  stormproof sweep my-plan.toml --tape mine --vary exit.stop_atr=1..3:0.5 \\
      --vary exit.target_atr=1..4:0.5 --require \"trades >= 20\" \\
      --where \"exit.target_atr > exit.stop_atr\"
  stormproof sweep my-plan.toml --tape mine --on regimes --objective calmar,net_return \\
      --vary entry.min_decline=0.01..0.05 --sampler sobol --samples 4096
  stormproof sweep my-plan.toml --tape mine --vary exit.target_atr=1..4:0.01 --shard 1/4 --out s1
  stormproof sweep merge s1 s2 s3 s4 --out whole
  stormproof sweep show whole --top 20 --require \"max_drawdown < 0.1\"
  stormproof sweep show whole --heatmap exit.stop_atr,exit.target_atr

Ranges: 1..4:0.25 (both ends), 2..5 (whole numbers), 2,3,5 or atr,nearer (lists), 0.5..3 or
log:0.001..0.1 (any number in between; not for grids). The same command goes on where it was stopped.";

/// `sweep`, or one of its commands.
#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct SweepArgs {
    /// What else to do with results.
    #[command(subcommand)]
    pub(crate) command: Option<SweepCommand>,
    /// The plan.
    // Beside each other, because clap knows no group inside a group.
    #[command(flatten)]
    pub(crate) plan: Option<PlanArgs>,
    /// The combinations.
    #[command(flatten)]
    pub(crate) space: Option<SpaceArgs>,
    /// The sweep.
    #[command(flatten)]
    // All of its arguments may be left out, so it is always there.
    pub(crate) run: SweepRunArgs,
}

/// What is done with results.
#[derive(Debug, Subcommand)]
pub(crate) enum SweepCommand {
    /// Rank, filter and draw the results of a sweep.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
    /// Join the shards of a sweep into the file that one machine alone would have written.
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(MergeArgs),
}

const SHOW_EXAMPLES: &str = "\
Examples:
  stormproof sweep show sweeps/mean-reversion
  stormproof sweep show results.parquet --objective calmar --top 20 --require \"trades >= 30\"
  stormproof sweep show results.parquet --heatmap exit.stop_atr,exit.target_atr";

const MERGE_EXAMPLES: &str = "\
Examples:
  stormproof sweep merge s1 s2 s3 s4 --out whole";

/// A sweep.
#[derive(Debug, ClapArgs)]
pub(crate) struct SweepRunArgs {
    /// A condition on figures that results must meet to be ranked; may be repeated.
    #[arg(long, value_name = "CONDITION")]
    pub(crate) require: Vec<String>,
    /// The figure to rank by; several make a Pareto front.
    #[arg(
        long,
        value_name = "FIGURE[,FIGURE]",
        value_delimiter = ',',
        default_value = "sharpe"
    )]
    pub(crate) objective: Vec<String>,
    /// Where combinations are searched [default: history; with --from and --to, that window].
    #[arg(long, value_enum, conflicts_with_all = ["from", "to"])]
    pub(crate) on: Option<On>,
    /// Of --on split: the share of history that is searched, the rest being out of sample [default: 0.7].
    #[arg(long, value_name = "SHARE")]
    pub(crate) in_sample: Option<f64>,
    /// The folder of results [default: sweeps/NAME-HASH, so that the same command finds it again].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write what was found as one HTML page, too.
    #[arg(long, value_name = "FILE.html", conflicts_with = "shard")]
    pub(crate) report: Option<PathBuf>,
    /// Do only the i-th of n parts; `sweep merge` joins them.
    #[arg(long, value_name = "i/n")]
    pub(crate) shard: Option<String>,
    /// Stop after so long (90s, 10m, 2h) and keep what is done.
    #[arg(long, value_name = "TIME")]
    pub(crate) budget: Option<String>,
    /// Begin even if it will take long.
    #[arg(long)]
    pub(crate) yes: bool,
    /// How many of the best to show.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) top: u16,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

/// Where combinations are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum On {
    /// All of the tape outside the regimes, which gate what is found.
    History,
    /// The regimes themselves (or --from, --to).
    Regimes,
    /// The first part of history; the rest is out of sample.
    Split,
}

/// `sweep show`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ShowArgs {
    /// A results.parquet, or its folder.
    pub(crate) results: PathBuf,
    /// The figure to rank by; several make a Pareto front.
    #[arg(
        long,
        value_name = "FIGURE[,FIGURE]",
        value_delimiter = ',',
        default_value = "sharpe"
    )]
    pub(crate) objective: Vec<String>,
    /// A condition on figures that results must meet; may be repeated.
    #[arg(long, value_name = "CONDITION")]
    pub(crate) require: Vec<String>,
    /// Two parameters to draw the objective over.
    #[arg(long, value_name = "PATH,PATH", value_delimiter = ',')]
    pub(crate) heatmap: Vec<String>,
    /// How many of the best to show.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) top: u16,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `sweep merge`.
#[derive(Debug, ClapArgs)]
pub(crate) struct MergeArgs {
    /// The shards: files of results, or their folders.
    #[arg(required = true)]
    pub(crate) shards: Vec<PathBuf>,
    /// The folder for the whole.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
