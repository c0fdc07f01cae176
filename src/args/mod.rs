//! The arguments.

mod compare;
mod date;
mod diagnose;
mod montecarlo;
mod options;
mod plan;
mod report;
mod review;
mod running;
mod signal;
mod space;
mod study;
mod sweep;
mod tape;
mod walk_forward;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use lab::Verdict;

use crate::door::Failure;
use crate::out::{self, Colour};

pub(crate) use compare::CompareArgs;
pub(crate) use date::date;
pub(crate) use diagnose::{DiagnoseArgs, LogFormat};
pub(crate) use montecarlo::MonteCarloArgs;
pub(crate) use options::{
    ChainArgs, FitArgs, LevelName, OptionsCommand, ValueArgs, VolatilityArgs,
};
pub(crate) use plan::{CheckupArgs, EdgeName, NewArgs, RulesArgs, SheetArgs, SheetFormat};
pub(crate) use report::ReportArgs;
pub(crate) use review::{EdgeGate, ReviewArgs};
pub(crate) use running::RunningArgs;
pub(crate) use signal::{DebriefArgs, ReadingArgs, SignalArgs};
pub(crate) use space::{Sampler, SpaceArgs};
pub(crate) use study::StudyArgs;
pub(crate) use sweep::{MergeArgs, On, ShowArgs, SweepArgs, SweepCommand, SweepRunArgs};
pub(crate) use tape::{
    BreadthArgs, CheckArgs, ImportArgs, Level, ListArgs, ManifestArgs, ResampleArgs, SynthArgs,
    TapeCommand,
};
pub(crate) use walk_forward::WalkForwardArgs;

/// Puts trading plans for IWM through the storms small caps have met, before money is at stake.
#[derive(Debug, Parser)]
#[command(name = "stormproof", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to colour what is printed: on terminals (auto), always, never. Files and JSON have no colours.
    #[arg(
        long,
        alias = "colour",
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = true
    )]
    pub(crate) color: Colour,
}

const EXAMPLES: &str = "\
Examples:
  stormproof run mean-reversion                    the shipped plan on the embedded simulated tape
  stormproof tape import history/ --tape mine      vendors' files into a tape of your own
  stormproof run my-plan.toml --tape mine          your plan on it
  stormproof audit my-plan.toml --tape mine        proof that no decision saw the future

Exit codes: 0 done, 2 the input is wrong, 3 the demanded gate was not met, 130 interrupted,
1 a defect of the program (or, of audit, of a plan's columns).";

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Replay a plan in its regimes and say whether it held, where it failed and why.
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Replay many combinations of a plan's parameters, and say whether what is found may be luck.
    #[command(after_help = sweep::SWEEP_EXAMPLES)]
    Sweep(Box<SweepArgs>),
    /// Choose parameters on the past, trade them on what comes next, again and again: what would have come of it.
    #[command(after_help = walk_forward::WALK_FORWARD_EXAMPLES)]
    WalkForward(Box<WalkForwardArgs>),
    /// Make one HTML page of results, to look at: charts, trades, verdict; it needs no network.
    #[command(after_help = report::EXAMPLES)]
    Report(ReportArgs),
    /// Make tapes and look at them.
    #[command(subcommand)]
    Tape(TapeCommand),
    /// Prove that no decision saw the future: replay on tapes cut off, and poisoned, at many instants.
    #[command(after_help = AUDIT_EXAMPLES)]
    Audit(AuditArgs),
    /// Put two runs side by side: trades in one and not in the other and why, figures and what of their difference may be chance.
    #[command(after_help = compare::EXAMPLES)]
    Compare(CompareArgs),
    /// How else it could have gone: trades and days drawn again, late and random entries, dearer trading, price noise.
    #[command(after_help = montecarlo::EXAMPLES)]
    Montecarlo(MonteCarloArgs),
    /// Put rules of thumb to the test: did the events they speak of come before what they say, by more than chance?
    #[command(after_help = study::EXAMPLES)]
    Study(StudyArgs),
    /// Ask again, quarter by quarter, whether the edge is intact, degrading or gone, and what changed since.
    #[command(after_help = review::EXAMPLES)]
    Review(Box<ReviewArgs>),
    /// Hold your own trades against the plan: what the plan made, what the trading made of it, which rules and conditions, what to test next.
    #[command(after_help = diagnose::EXAMPLES)]
    Diagnose(Box<DiagnoseArgs>),
    /// Read the market before the open: four layers, rotation, one composite, a size, the nearest flips, what changed.
    #[command(after_help = signal::SIGNAL_EXAMPLES)]
    Signal(SignalArgs),
    /// Hold a session against the reading before its open: which layer had it, what warned first; or many, as a scoreboard.
    #[command(after_help = signal::DEBRIEF_EXAMPLES)]
    Debrief(DebriefArgs),
    /// Print the written plan: checklist with its numbers, decision tree, size, levels, dates, daily review, past regimes.
    #[command(after_help = plan::PLAN_EXAMPLES)]
    Plan(SheetArgs),
    /// Validate a plan without running it: the resolved plan, its warm-up, the data it needs and whether the tape has it.
    #[command(after_help = plan::CHECK_EXAMPLES)]
    Check(CheckupArgs),
    /// Write a commented scenario to begin with.
    #[command(after_help = plan::NEW_EXAMPLES)]
    New(NewArgs),
    /// Print the words of the rule language: what each means, its unit, its warm-up, an example.
    #[command(after_help = plan::RULES_EXAMPLES)]
    Rules(RulesArgs),
    /// Look at option chains, fit the model to real ones, value an option.
    #[command(subcommand)]
    Options(OptionsCommand),
    /// Print completions for a shell.
    #[command(after_help = COMPLETION_EXAMPLES)]
    Completions {
        /// The shell.
        shell: Shell,
    },
}

const RUN_EXAMPLES: &str = "\
Examples:
  stormproof run mean-reversion
  stormproof run my-plan.toml --tape mine --out results --report report.html
  stormproof run my-plan.toml --regimes covid-2020,svb-2023 --set exit.target_atr=2.5
  stormproof run my-plan.toml --tape mine --from 2019-01-02 --to 2019-06-28
  stormproof run my-plan.toml --tape mine --gate paper-trade && echo go
  stormproof run mean-reversion --format json | jq .verdict";

const AUDIT_EXAMPLES: &str = "\
Examples:
  stormproof audit mean-reversion
  stormproof audit my-plan.toml --tape mine --cuts 200 --regimes covid-2020";

const COMPLETION_EXAMPLES: &str = "\
Examples:
  stormproof completions bash > ~/.local/share/bash-completion/completions/stormproof
  stormproof completions zsh > ~/.zfunc/_stormproof";

/// Which plan, on which tape, in which windows.
#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// A scenario file, or the name of a shipped one: mean-reversion, mean-reversion-prior-low, mean-reversion-rules, gap-momentum, gap-momentum-2022, iron-condor, mean-reversion-spread.
    pub(crate) scenario: PathBuf,
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// Regimes by name; `all` that the tape covers; `history`: all of the tape outside the scenario's [default: the scenario's].
    #[arg(long, value_name = "A,B|all|history", value_delimiter = ',', conflicts_with_all = ["from", "to"])]
    pub(crate) regimes: Vec<String>,
    /// First date of a window of your own, instead of regimes.
    #[arg(long, value_name = "DATE", requires = "to")]
    pub(crate) from: Option<String>,
    /// Last date of that window.
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<String>,
    /// Replace a value of the scenario by its dotted path; may be repeated.
    #[arg(long, value_name = "PATH=VALUE")]
    pub(crate) set: Vec<String>,
}

/// `run`.
#[derive(Debug, ClapArgs)]
pub(crate) struct RunArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Write run.json and the trades, equity, fills and decisions as Parquet into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Write the result as one HTML page, too.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Exit with 3 unless the verdict is at least this.
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub(crate) gate: Option<Gate>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}

/// `audit`.
#[derive(Debug, ClapArgs)]
pub(crate) struct AuditArgs {
    /// The plan.
    #[command(flatten)]
    pub(crate) plan: PlanArgs,
    /// Instants a regime at which the future is taken away, evenly spread, at most one a bar.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) cuts: u32,
    /// Threads [default: one a core]. The result does not depend on it.
    #[arg(short = 'j', long = "threads", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,
    /// No progress and no notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// What to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, 80 columns.
    #[default]
    Table,
    /// For programs.
    Json,
}

/// A verdict that can be demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Gate {
    /// It held somewhere.
    Rework,
    /// It held in at least two thirds of the regimes.
    PaperTrade,
    /// It held in all.
    PaperTradeStrong,
}

impl Gate {
    /// The verdict it stands for.
    pub(crate) const fn verdict(self) -> Verdict {
        match self {
            Gate::Rework => Verdict::Rework,
            Gate::PaperTrade => Verdict::PaperTrade,
            Gate::PaperTradeStrong => Verdict::PaperTradeStrong,
        }
    }
}

/// Prints what clap has to say: help and version were asked for, everything else is wrong usage.
pub(crate) fn explain(error: &clap::Error) -> Result<(), Failure> {
    let text = error.render();
    if error.use_stderr() {
        let coloured = out::colour_on_stderr();
        let text = if coloured {
            text.ansi().to_string()
        } else {
            text.to_string()
        };
        return Err(Failure::Usage(text));
    }
    let coloured = out::colour_on_stdout();
    out::print(&if coloured {
        text.ansi().to_string()
    } else {
        text.to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples() {
        fn leaves(command: &clap::Command, found: &mut Vec<clap::Command>) {
            if command.get_subcommands().next().is_none() {
                found.push(command.clone());
            }
            command.get_subcommands().for_each(|c| leaves(c, found));
        }
        let mut found = Vec::new();
        leaves(&Args::command(), &mut found);
        assert_eq!(found.len(), 29);
        for mut command in found {
            let help = command.render_help().to_string();
            assert!(
                help.contains("Examples:\n  stormproof"),
                "{}",
                command.get_name()
            );
        }
    }
}
