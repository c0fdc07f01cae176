//! The arguments of the commands about a plan that do not run it: `plan`, `check`, `new`, `rules`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::{Format, PlanArgs};

pub(super) const PLAN_EXAMPLES: &str = "\
Examples:
  stormproof plan my-plan.toml --tape mine
  stormproof plan mean-reversion --on 2020-03-09
  stormproof plan my-plan.toml --tape mine --equity 25000 --format html --out plan.html
  stormproof plan mean-reversion --format json | jq .day.checklist";

pub(super) const CHECK_EXAMPLES: &str = "\
Exit code: 0 if the plan can run on the tape in all its regimes, else 2.

Examples:
  stormproof check my-plan.toml
  stormproof check my-plan.toml --tape mine --regimes all
  stormproof check gap-momentum --format json | jq -r .resolved > my-plan.toml";

pub(super) const NEW_EXAMPLES: &str = "\
Examples:
  stormproof new rules
  stormproof new mean-reversion --out my-plan.toml
  stormproof new gap-momentum --out -";

pub(super) const RULES_EXAMPLES: &str = "\
Examples:
  stormproof rules
  stormproof rules relative_volume
  stormproof rules session
  stormproof rules --format json | jq -r '.words[].form'";

/// `plan`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SheetArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// The session at whose last bar the plan is judged [default: the tape's last].
    #[arg(long, value_name = "DATE")]
    pub(crate) on: Option<String>,
    /// What the account is worth, dollars [default: the scenario's].
    #[arg(long, value_name = "USD", allow_negative_numbers = true)]
    pub(crate) equity: Option<f64>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: SheetFormat,
    /// Write it into this file, replacing an earlier one.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// No progress and no notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// The forms of a written plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SheetFormat {
    /// For people, 80 columns.
    #[default]
    Terminal,
    /// For notes and repositories.
    Markdown,
    /// For programs (docs/plan.md).
    Json,
    /// One page that needs nothing else; prints well.
    Html,
}

/// `check`.
#[derive(Debug, ClapArgs)]
pub(crate) struct CheckupArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `new`.
#[derive(Debug, ClapArgs)]
pub(crate) struct NewArgs {
    /// The edge the plan is built on.
    #[arg(value_enum)]
    pub(crate) edge: EdgeName,
    /// The file to write, or - for standard output [default: the edge's name and .toml].
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if there is one.
    #[arg(long)]
    pub(crate) force: bool,
}

/// `rules`.
#[derive(Debug, ClapArgs)]
pub(crate) struct RulesArgs {
    /// One word, or what stands before a dot (`session`) [default: all words].
    pub(crate) word: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// An edge that a plan can be built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EdgeName {
    /// Several lower closes in a row; buy the next open (daily).
    MeanReversion,
    /// A gap on volume that goes on; out the same day (5-minute bars).
    GapMomentum,
    /// Calm implied volatility; sell an iron condor (daily, MODEL prices).
    IronCondor,
    /// Conditions of your own in the rule language.
    Rules,
}

impl EdgeName {
    /// As scenarios call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            EdgeName::MeanReversion => "mean-reversion",
            EdgeName::GapMomentum => "gap-momentum",
            EdgeName::IronCondor => "iron-condor",
            EdgeName::Rules => "rules",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_has_a_scenario_to_begin_with() {
        let ours: Vec<&str> = EdgeName::value_variants()
            .iter()
            .map(|e| e.name())
            .collect();
        assert_eq!(ours, strategies::Edge::NAMES);
    }
}
