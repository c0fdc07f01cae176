//! `stormproof compare`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use lab::compare::CompareOptions;
use lab::{Record, RunOptions};

use crate::args::{CompareArgs, Format, PlanArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Reads or runs both, and prints what tells them apart.
pub(crate) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    no_idle_options(args)?;
    let a = record(args, &args.a, &args.set_a, "--set-a", stop)?;
    let b = record(args, &args.b, &args.set_b, "--set-b", stop)?;
    let options = CompareOptions {
        resamples: args.resamples,
        seed: args.seed,
    };
    let progress = Progress::start("drawing again", args.running.quiet);
    let comparison = lab::compare::compare(&a, &b, options)?;
    drop(progress);
    match args.running.format {
        Format::Table => out::results(&report::comparison(&comparison, args.trades)),
        Format::Json => out::print(&report::comparison_json(&comparison)?),
    }
}

/// Options that only plans have, where both are folders, would do nothing.
fn no_idle_options(args: &CompareArgs) -> Result<(), Failure> {
    if !(args.a.is_dir() && args.b.is_dir()) {
        return Ok(());
    }
    let idle = [
        ("--tape", args.tape.is_some()),
        ("--regimes", !args.regimes.is_empty()),
        ("--from", args.from.is_some()),
    ];
    match idle.into_iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((option, _)) => Err(Failure::input(
            format!(
                "{option} is for plans, and both {} and {} are folders of results",
                args.a.display(),
                args.b.display()
            ),
            "leave it out, or name plans",
        )),
    }
}

/// A folder's record, or that of a plan that is run now.
fn record(
    args: &CompareArgs,
    of: &Path,
    set: &[String],
    option: &str,
    stop: &AtomicBool,
) -> Result<Record, Failure> {
    if of.is_dir() {
        if !set.is_empty() {
            return Err(Failure::input(
                format!(
                    "{option} is for plans, and {} is a folder of results",
                    of.display()
                ),
                "name the plan instead, or leave the option out",
            ));
        }
        return Ok(report::read_results(of)?);
    }
    let plan = Plan::open(&PlanArgs {
        scenario: of.to_owned(),
        tape: args.tape.clone(),
        regimes: args.regimes.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
        set: set.to_vec(),
    })?;
    if plan.on_embedded && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let progress = Progress::start("replaying", args.running.quiet);
    let mut run = lab::run(
        &plan.scenario,
        &plan.regimes,
        &plan.tape,
        RunOptions {
            threads: args.running.threads(),
            stop,
        },
    )?;
    drop(progress);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    run.warnings.extend(plan.warnings);
    Record::of(&run).map_err(|error| report::ReportError::Json(error).into())
}
