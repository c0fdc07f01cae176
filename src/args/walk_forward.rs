//! The arguments of `walk-forward`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::{PlanArgs, RunningArgs, SpaceArgs};

pub(crate) const WALK_FORWARD_EXAMPLES: &str = "\
Examples:
  stormproof walk-forward mean-reversion --vary exit.target_atr=1..4:0.5 --vary entry.declines=2..4
  stormproof walk-forward my-plan.toml --tape mine --vary exit.stop_atr=1..3:0.5 --anchored \\
      --train 1260 --test 252 --require \"trades >= 20\" --out forward
  stormproof walk-forward my-plan.toml --tape mine --vary exit.target_atr=1..4:0.5 --folds 8 \\
      --objective calmar --where \"exit.target_atr > exit.stop_atr\"
  stormproof walk-forward my-plan.toml --tape mine --vary exit.target_atr=1..4:0.5 --combinatorial 6,2

Ranges are those of `stormproof sweep`. History is all of the tape outside the plan's regimes; --from and --to name a
window instead.";

/// `walk-forward`.
#[derive(Debug, ClapArgs)]
pub(crate) struct WalkForwardArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// The combinations.
    #[command(flatten)]
    pub(crate) space: SpaceArgs,
    /// A condition on figures that a combination must meet in training to be chosen; may be repeated.
    #[arg(long, value_name = "CONDITION")]
    pub(crate) require: Vec<String>,
    /// The figure to choose by.
    #[arg(long, value_name = "FIGURE", default_value = "sharpe")]
    pub(crate) objective: String,
    /// Sessions of a training window, what is purged included.
    #[arg(long, value_name = "SESSIONS", default_value_t = 756)]
    pub(crate) train: usize,
    /// Sessions of a test window.
    #[arg(long, value_name = "SESSIONS", default_value_t = 126)]
    pub(crate) test: usize,
    /// Instead of --train and --test: so many tests, each as long as the first training window.
    #[arg(long, value_name = "N", conflicts_with_all = ["train", "test"])]
    pub(crate) folds: Option<usize>,
    /// Training windows of one length, moving on; the default.
    #[arg(long)]
    pub(crate) rolling: bool,
    /// Training windows that all begin with history, growing.
    #[arg(long, conflicts_with = "rolling")]
    pub(crate) anchored: bool,
    /// Instead of walking forward: N groups of history, every K of them tested after training on the others.
    #[arg(long, value_name = "N,K", conflicts_with_all = ["train", "test", "folds", "rolling", "anchored"])]
    pub(crate) combinatorial: Option<String>,
    /// Sessions before a test that are not trained on [default: the longest holding: `exit.max_sessions`, else the
    /// plan's longest trade].
    #[arg(long, value_name = "SESSIONS")]
    pub(crate) purge: Option<usize>,
    /// Further sessions left out before a test (with --combinatorial: after one).
    #[arg(long, value_name = "SESSIONS", default_value_t = 0)]
    pub(crate) embargo: usize,
    /// Write walk-forward.json, and the stitched equity and the folds as Parquet, into this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "combinatorial")]
    pub(crate) out: Option<PathBuf>,
    /// Write what came of it as one HTML page, too.
    #[arg(long, value_name = "FILE.html", conflicts_with = "combinatorial")]
    pub(crate) report: Option<PathBuf>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}
