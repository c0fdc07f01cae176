//! `stormproof walk-forward`.

use std::sync::atomic::AtomicBool;

use lab::sweep::{BLOCK, Request, SearchOn, Setup};
use lab::walk_forward::{Growth, Judge, Lengths, Options, Running, combine, groups, walk_forward};

use super::space::space;
use crate::args::{Format, Sampler, WalkForwardArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Walks the plan forward, writes and prints what came of it.
pub(crate) fn run(args: &WalkForwardArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(&args.plan)?;
    let options = Options {
        judge: Judge::parse(&args.objective, &args.require)?,
        purge: args.purge,
        embargo: args.embargo,
    };
    super::report::check(args.report.as_deref())?;
    if let Some(folder) = &args.out {
        report::check_walk_forward_target(folder)?;
    }
    // The table begins with the same words.
    if plan.on_embedded && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let setup = setup(&plan, args)?;
    let warnings: Vec<String> = setup
        .loaded
        .warnings
        .iter()
        .chain(&plan.warnings)
        .cloned()
        .collect();
    let progress = Progress::start("replaying combinations", args.running.quiet);
    let watch = |done: usize, all: usize| progress.at(done, all);
    let running = Running {
        threads: args.running.threads(),
        stop,
        watch: &watch,
    };
    let text = match &args.combinatorial {
        Some(pair) => combined(
            &setup,
            &options,
            pair,
            running,
            args.running.format,
            &warnings,
        )?,
        None => forward(&setup, &options, args, running, &warnings, stop)?,
    };
    drop(progress);
    match args.running.format {
        Format::Table => out::results(&text),
        Format::Json => out::print(&text),
    }
}

fn combined(
    setup: &Setup,
    options: &Options,
    pair: &str,
    running: Running<'_>,
    format: Format,
    warnings: &[String],
) -> Result<String, Failure> {
    let said = combine(setup, options, groups(pair)?, running)?;
    Ok(match format {
        Format::Table => report::combined(&said, warnings),
        Format::Json => report::combined_json(&said, warnings)?,
    })
}

fn forward(
    setup: &Setup,
    options: &Options,
    args: &WalkForwardArgs,
    running: Running<'_>,
    warnings: &[String],
    stop: &AtomicBool,
) -> Result<String, Failure> {
    let lengths = match args.folds {
        Some(folds) => Lengths::Folds(folds),
        None => Lengths::Sessions {
            train: args.train,
            test: args.test,
        },
    };
    let growth = if args.anchored {
        Growth::Anchored
    } else {
        Growth::Rolling
    };
    let said = walk_forward(setup, options, lengths, growth, running)?;
    if let Some(folder) = &args.out {
        report::write_walk_forward(folder, &said, warnings, stop)?;
        if !args.running.quiet {
            out::note(&format!("results: {}", folder.display()));
        }
    }
    if let Some(file) = &args.report {
        let page = report::walk_forward_page(&said, warnings)?;
        super::report::write(file, &page, args.running.quiet)?;
    }
    Ok(match args.running.format {
        Format::Table => report::walk_forward(&said, warnings),
        Format::Json => report::walk_forward_json(&said, warnings)?,
    })
}

fn setup(plan: &Plan, args: &WalkForwardArgs) -> Result<Setup, Failure> {
    if args.space.sampler == Sampler::Bayes {
        return Err(Failure::input(
            "--sampler bayes: a search that learns would see other combinations in every fold",
            "draw the same ones for all of them: --sampler sobol",
        ));
    }
    let (space, sampler) = space(&args.space)?;
    let setup = Setup::new(
        Request {
            written: plan.written.clone(),
            space,
            sampler,
            constraints: args.space.constraints.clone(),
            // A window of the user's own is walked over itself.
            on: match &args.plan.from {
                Some(_) => SearchOn::Regimes,
                None => SearchOn::History,
            },
            regimes: plan.regimes.clone(),
            tape: &plan.tape,
            block: BLOCK,
            version: env!("CARGO_PKG_VERSION"),
        },
        args.running.threads(),
    )?;
    Ok(setup)
}
