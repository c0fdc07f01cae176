//! `stormproof run`.

use std::sync::atomic::Ordering;

use lab::RunOptions;
use lab::record::Record;
use report::ReportError;

use crate::args::{Format, RunArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Runs the plan, writes and prints what it says, and holds it to the gate.
pub(crate) fn run(args: &RunArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(&args.plan)?;
    super::report::check(args.report.as_deref())?;
    if let Some(folder) = &args.out {
        report::check_target(folder)?;
    }
    // The table begins with the same words.
    if plan.on_embedded && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let threads = args.running.threads();
    let progress = Progress::start("replaying", args.running.quiet);
    let mut run = lab::run(
        &plan.scenario,
        &plan.regimes,
        &plan.tape,
        RunOptions { threads, stop },
    )?;
    drop(progress);
    run.warnings.extend(plan.warnings);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let text = match args.running.format {
        Format::Table => report::table(&run, out::colour_on_stdout()),
        Format::Json => report::json(&run)?,
    };
    if let Some(folder) = &args.out {
        report::write_results(folder, &run, stop)?;
        if !args.running.quiet {
            out::note(&format!("results: {}", folder.display()));
        }
    }
    if let Some(file) = &args.report {
        let page = report::run_page(&[Record::of(&run).map_err(ReportError::from)?])?;
        super::report::write(file, &page, args.running.quiet)?;
    }
    out::print(&text)?;
    match args.gate.map(crate::args::Gate::verdict) {
        Some(demanded) if !run.verdict.meets(demanded) => Err(Failure::Gate(format!(
            "gate not met: the verdict is {}, {} was demanded",
            run.verdict.as_str(),
            demanded.as_str()
        ))),
        _ => Ok(()),
    }
}
