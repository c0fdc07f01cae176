//! A sweep, from arguments to what is said of it.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lab::sweep::{BATCH, BLOCK, Block, FIGURES, Request, SearchOn, Setup, Stopped};
use report::sweep::{Folder, Ledger, Ranking, Results, Shard, Summary, SweepError, name_of};

use super::judge::Judging;
use super::{alone::alone, estimate, learn};
use crate::args::{Format, On, PlanArgs, Sampler, SpaceArgs, SweepRunArgs};
use crate::command::space::space;
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// The share of history that is searched by `--on split`.
const IN_SAMPLE: f64 = 0.7;

/// Sweeps.
pub(crate) fn run(which: &PlanArgs, tried: &SpaceArgs, args: &SweepRunArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    crate::command::report::check(args.report.as_deref())?;
    let ranking = Ranking::new(&args.objective, &args.require, usize::from(args.top))?;
    let budget = args.budget.as_deref().map(estimate::time).transpose()?;
    let shard = args.shard.as_deref().map_or(Ok(Shard::WHOLE), shard)?;
    let (space, mut sampler) = space(tried)?;
    let learns = tried.sampler == Sampler::Bayes;
    if learns && shard != Shard::WHOLE {
        return Err(Failure::input(
            "--shard with --sampler bayes: a search that learns cannot be cut into parts",
            "use another sampler, or one machine",
        ));
    }
    if learns {
        // What it tries next depends on what it looks for.
        let require = args.require.iter().map(|one| format!(" and {one}"));
        let objective = args.objective.join(",");
        sampler = format!(
            "{sampler} for {objective}{}",
            require.collect::<Vec<_>>().concat()
        );
    }
    let on = search(which, args)?;
    let plan = Plan::open(which)?;
    if plan.on_embedded && !args.running.quiet {
        out::note(crate::command::ON_EMBEDDED);
    }
    let threads = args.running.threads();
    let mut setup = Setup::new(
        Request {
            written: plan.written.clone(),
            space,
            sampler,
            block: if learns { BATCH } else { BLOCK },
            constraints: tried.constraints.clone(),
            on,
            regimes: plan.regimes.clone(),
            tape: &plan.tape,
            version: env!("CARGO_PKG_VERSION"),
        },
        threads,
    )?;
    let path = args.out.clone().unwrap_or_else(|| default_folder(&setup));
    let axes = setup.space.axes().as_slice();
    let folder = Folder::open(&path, &setup.manifest, axes, shard)?;
    if !args.yes && budget.is_none() && !learns {
        estimate::refuse_endless(&setup, folder.todo().len() as u64, threads)?;
    }
    let ended = if learns {
        let how = (tried.seed, threads, args.running.quiet);
        learn::learn(&mut setup, &folder, &ranking, how, budget, stop)
    } else {
        replay(&setup, &folder, &ranking, args, threads, budget, stop)
    };
    let files = folder.files()?.into_iter().map(Ok);
    Ledger::beside(&path).note(&setup.manifest, files, &shard.to_string())?;
    if !ended? {
        let (done, all) = (folder.files()?.len(), folder.mine().count());
        out::note(&format!(
            "stopped by --budget with {done} of {all} blocks done in {}; the same command goes on",
            path.display()
        ));
        return Ok(());
    }
    let results = Results::open(&folder.finish()?)?;
    if shard != Shard::WHOLE {
        out::note(&format!(
            "shard {shard}: {}; join all with `stormproof sweep merge … --out DIR`",
            folder.results().display()
        ));
        return Ok(());
    }
    let mut summary = Summary::new(&results, &ranking)?;
    summary.alone = Some(alone(which, &setup));
    summary.warnings.clone_from(&setup.loaded.warnings);
    let progress = Progress::start("judging what was found", args.running.quiet);
    let seed = tried.seed;
    let judging = Judging {
        setup: &setup,
        folder: &folder,
        threads,
        stop,
        seed,
    };
    judging.judge(&results, &ranking, &mut summary)?;
    drop(progress);
    let json = summary.json()?;
    report::write_text(&folder.report(), &json, true)?;
    if !args.running.quiet {
        out::note(&format!("results: {}", folder.results().display()));
    }
    if let Some(file) = &args.report {
        let page = report::sweep_page(&summary, &results)?;
        crate::command::report::write(file, &page, args.running.quiet)?;
    }
    match args.running.format {
        Format::Table => out::results(&report::sweep::sweep_text(&summary)),
        Format::Json => out::print(&json),
    }
}

/// Replays what is left; false if the budget was over before the end.
fn replay(
    setup: &Setup,
    folder: &Folder,
    ranking: &Ranking,
    args: &SweepRunArgs,
    threads: usize,
    budget: Option<Duration>,
    stop: &AtomicBool,
) -> Result<bool, Failure> {
    enum End {
        Budget,
        Failed(SweepError),
    }
    let sweep = setup.sweep()?;
    let todo = folder.todo();
    let before = (folder.done() as u64 * BLOCK).min(setup.manifest.combinations);
    let all = (before + todo.len() as u64 * BLOCK).min(setup.manifest.combinations);
    let begun = Instant::now();
    let progress = Mutex::new(Progress::start("replayed", args.running.quiet));
    let done = AtomicU64::new(before);
    let best = Mutex::new(f64::NEG_INFINITY);
    let put = |block: Block| -> Result<(), End> {
        folder.put(&block).map_err(End::Failed)?;
        let now = done.fetch_add(BLOCK, Ordering::Relaxed) + BLOCK;
        let score = best_of(&block, ranking, setup);
        if let (Ok(mut best), Ok(progress)) = (best.lock(), progress.lock()) {
            *best = best.max(score);
            let now = now.min(all);
            let rate = (now - before) as f64 / begun.elapsed().as_secs_f64().max(1e-3);
            let left = Duration::from_secs_f64((all - now) as f64 / rate.max(1e-3));
            let mut word = format!(", {rate:.0} a second, {} s left", left.as_secs());
            if best.is_finite() {
                let objective = ranking.objectives[0].name;
                word = format!("{word}; best {objective} {:.3}", *best);
            }
            progress.say(now, all, word);
        }
        match budget {
            Some(budget) if begun.elapsed() >= budget => Err(End::Budget),
            _ => Ok(()),
        }
    };
    match sweep.run(&todo, threads, stop, put) {
        Ok(()) if stop.load(Ordering::Relaxed) => Err(Failure::Kept),
        Ok(()) => Ok(true),
        Err(Stopped::Interrupted) => Err(Failure::Kept),
        Err(Stopped::Sink(End::Budget)) => Ok(folder.todo().is_empty()),
        Err(Stopped::Sink(End::Failed(error))) => Err(error.into()),
    }
}

fn best_of(block: &Block, ranking: &Ranking, setup: &Setup) -> f64 {
    let Some(objective) = ranking.objectives.first() else {
        return f64::NEG_INFINITY;
    };
    let (windows, searched) = (setup.manifest.windows.len(), setup.manifest.searched);
    let rows = block.rows.chunks(windows.max(1) * FIGURES.len());
    let scores = rows.filter_map(|row| objective.score(row, searched));
    scores.fold(f64::NEG_INFINITY, f64::max)
}

fn search(which: &PlanArgs, args: &SweepRunArgs) -> Result<SearchOn, Failure> {
    let share = |in_sample: f64| {
        let wrong = |what: &str| {
            Failure::input(
                format!("--in-sample {in_sample}{what}"),
                "for example: --on split --in-sample 0.7",
            )
        };
        if args.on != Some(On::Split) {
            return Err(wrong(": only --on split has a sample"));
        }
        if in_sample > 0.0 && in_sample < 1.0 {
            return Ok(in_sample);
        }
        Err(wrong(": expected a share of history above 0 and below 1"))
    };
    let in_sample = args.in_sample.map(share).transpose()?;
    Ok(match args.on {
        // A window of the user's own is searched itself.
        None if which.from.is_some() => SearchOn::Regimes,
        None | Some(On::History) => SearchOn::History,
        Some(On::Regimes) => SearchOn::Regimes,
        Some(On::Split) => SearchOn::Split {
            in_sample: in_sample.unwrap_or(IN_SAMPLE),
        },
    })
}

fn shard(text: &str) -> Result<Shard, Failure> {
    Shard::read(text).ok_or_else(|| {
        Failure::input(
            format!("--shard {text}: expected i/n with i from 1 to n"),
            "the first of four machines has --shard 1/4",
        )
    })
}

/// Where results go unless somebody says otherwise: the same command finds them again.
fn default_folder(setup: &Setup) -> PathBuf {
    let name = name_of(&setup.manifest.plan.name);
    PathBuf::from("sweeps").join(format!("{name}-{}", setup.manifest.digest()))
}
