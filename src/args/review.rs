//! The arguments of `review`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use lab::review::State;

use super::RunningArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof review my-plan.toml --tape mine                       as of the tape's last session
  stormproof review my-plan.toml --tape mine --quarter 2022Q3
  stormproof review my-plan.toml --tape mine --from 2018Q1 --to 2026Q1
  stormproof review my-plan.toml --tape mine --report review.html
  stormproof review my-plan.toml --tape mine --gate intact || mail -s 'look at the plan' me
  stormproof review my-plan.toml --tape mine --format json | jq '.timeline[] | [.as_of, .state]'

Reviews are kept beside the plan, in my-plan.reviews (of a shipped plan in the current folder), one
small file each, never changed. The first one freezes the baseline.";

/// `review`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReviewArgs {
    /// A scenario file, or the name of a shipped one.
    pub(crate) scenario: PathBuf,
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// Replace a value of the scenario by its dotted path; may be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
    /// Review as of the last session of a quarter, or of each from one to another.
    #[arg(long, value_name = "2022Q3|2018Q1..2026Q1", conflicts_with_all = ["as_of", "from", "to"])]
    pub(crate) quarter: Option<String>,
    /// Review as of a date: the last session on or before it [default: the tape's last].
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
    pub(crate) as_of: Option<String>,
    /// First of several quarters.
    #[arg(long, value_name = "QUARTER", requires = "to")]
    pub(crate) from: Option<String>,
    /// Last of them.
    #[arg(long, value_name = "QUARTER", requires = "from")]
    pub(crate) to: Option<String>,
    /// Trades closed by this date are the baseline [default: what the first review froze; of the first, its own date].
    #[arg(long, value_name = "DATE")]
    pub(crate) baseline_to: Option<String>,
    /// First date of the history [default: the first session on which the plan is warm].
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Where reviews are kept [default: beside the plan].
    #[arg(long, value_name = "DIR")]
    pub(crate) reviews: Option<PathBuf>,
    /// What the plan was called in its earlier reviews.
    #[arg(long, value_name = "NAME")]
    pub(crate) renamed_from: Option<String>,
    /// Go on without earlier reviews that are damaged or missing, and say so.
    #[arg(long)]
    pub(crate) ignore_damaged: bool,
    /// Exit with 3 if the edge is worse than this, or cannot be told.
    #[arg(long, value_enum, value_name = "STATE")]
    pub(crate) gate: Option<EdgeGate>,
    /// Write the last review and the timeline as one HTML page, too.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

/// A state that can be demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EdgeGate {
    /// No alarm.
    Intact,
    /// An alarm at most.
    Degrading,
}

impl EdgeGate {
    /// The state it stands for.
    pub(crate) const fn state(self) -> State {
        match self {
            EdgeGate::Intact => State::Intact,
            EdgeGate::Degrading => State::Degrading,
        }
    }
}
