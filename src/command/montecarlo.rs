//! `stormproof montecarlo`.

use std::sync::atomic::Ordering;

use lab::MonteCarloOptions;

use crate::args::{Format, MonteCarloArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Draws, replays and prints what came of it.
pub(crate) fn run(args: &MonteCarloArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(&args.plan)?;
    // The table begins with the same words.
    if plan.on_embedded && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let progress = Progress::start("drawing", args.running.quiet);
    let options = MonteCarloOptions {
        resamples: args.resamples,
        replays: args.replays,
        seed: args.seed,
        ruin: args.ruin,
        noise_atr: args.noise_atr,
        block_sessions: args.block,
        threads: args.running.threads(),
        stop,
        progress: &|done, all| progress.at(done, all),
    };
    let mut carlo = lab::monte_carlo(&plan.scenario, &plan.regimes, &plan.tape, &options)?;
    drop(progress);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    carlo.warnings.extend(plan.warnings);
    match args.running.format {
        Format::Table => out::results(&report::monte_carlo(&carlo)),
        Format::Json => out::print(&report::monte_carlo_json(&carlo)?),
    }
}
