//! The arguments of the commands about a plan that do not run it: `new`, `rules`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::Format;

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
    /// Conditions of your own in the rule language.
    Rules,
}

impl EdgeName {
    /// As scenarios call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            EdgeName::MeanReversion => "mean-reversion",
            EdgeName::GapMomentum => "gap-momentum",
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
