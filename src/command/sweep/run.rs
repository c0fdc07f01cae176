//! A sweep, from arguments to results.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use lab::sweep::space::{Axes, Axis, Sampling, Space};
use lab::sweep::{Block, Request, SearchOn, Setup, Stopped};
use report::sweep::{Folder, Shard, SweepError};

use crate::args::{On, PlanArgs, Sampler, SweepRunArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::{out, signal};

/// Sweeps.
pub(crate) fn run(which: &PlanArgs, args: &SweepRunArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(which)?;
    let (space, sampler) = space(args)?;
    let threads = args.threads.map_or(0, usize::from);
    let setup = Setup::new(
        Request {
            written: plan.written.clone(),
            space,
            sampler,
            constraints: args.constraints.clone(),
            on: search(which, args)?,
            regimes: plan.regimes.clone(),
            tape: &plan.tape,
            version: env!("CARGO_PKG_VERSION"),
        },
        threads,
    )?;
    let shard = args.shard.as_deref().map_or(Ok(Shard::WHOLE), shard)?;
    let path = args.out.clone().unwrap_or_else(|| default_folder(&setup));
    let axes = setup.space.axes().as_slice();
    let folder = Folder::open(&path, &setup.manifest, axes, shard)?;
    sweep(&setup, &folder, threads, stop)?;
    let results = folder.finish()?;
    out::note(&format!("results: {}", results.display()));
    Ok(())
}

fn sweep(setup: &Setup, folder: &Folder, threads: usize, stop: &AtomicBool) -> Result<(), Failure> {
    let sweep = setup.sweep()?;
    let put = |block: Block| -> Result<(), SweepError> { folder.put(&block) };
    match sweep.run(&folder.todo(), threads, stop, put) {
        Ok(()) if !stop.load(Ordering::Relaxed) => Ok(()),
        Ok(()) | Err(Stopped::Interrupted) => Err(Failure::Interrupted),
        Err(Stopped::Sink(error)) => Err(error.into()),
    }
}

fn space(args: &SweepRunArgs) -> Result<(Space, String), Failure> {
    let axes: Result<Vec<Axis>, _> = args.vary.iter().map(|vary| vary.parse()).collect();
    let (samples, seed) = (args.samples, args.seed);
    let sampling = match args.sampler {
        Sampler::Grid => Sampling::Grid,
        Sampler::Random => Sampling::Random { samples, seed },
        Sampler::Latin => Sampling::Latin { samples, seed },
        Sampler::Sobol => Sampling::Sobol { samples, seed },
    };
    let told = match args.sampler {
        Sampler::Grid => "grid".to_owned(),
        Sampler::Random => format!("random {samples} seed {seed}"),
        Sampler::Latin => format!("latin {samples} seed {seed}"),
        Sampler::Sobol => format!("sobol {samples} seed {seed}"),
    };
    Ok((Space::new(Axes::new(axes?)?, sampling)?, told))
}

fn search(which: &PlanArgs, args: &SweepRunArgs) -> Result<SearchOn, Failure> {
    // A window of the user's own is searched itself.
    if which.from.is_some() {
        return Ok(SearchOn::Regimes);
    }
    Ok(match args.on {
        On::History => SearchOn::History,
        On::Regimes => SearchOn::Regimes,
        On::Split if args.in_sample > 0.0 && args.in_sample < 1.0 => SearchOn::Split {
            in_sample: args.in_sample,
        },
        On::Split => {
            return Err(Failure::input(
                format!("--in-sample {} is no share of history", args.in_sample),
                "give a fraction above 0 and below 1: --in-sample 0.7",
            ));
        }
    })
}

fn shard(text: &str) -> Result<Shard, Failure> {
    let told = text.split_once('/').and_then(|(part, of)| {
        let (part, of) = (
            part.trim().parse::<u64>().ok()?,
            of.trim().parse::<u64>().ok()?,
        );
        (part >= 1 && part <= of && of <= 10_000).then_some(Shard { part, of })
    });
    told.ok_or_else(|| {
        Failure::input(
            format!("--shard {text}: expected i/n with i from 1 to n"),
            "the first of four machines has --shard 1/4",
        )
    })
}

/// Where results go unless somebody says otherwise: the same command finds them again.
fn default_folder(setup: &Setup) -> PathBuf {
    let name: String = setup
        .manifest
        .plan
        .name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '-' {
                c
            } else {
                '-'
            }
        })
        .collect();
    PathBuf::from("sweeps").join(format!("{name}-{}", setup.manifest.digest()))
}
