//! A sweep, from arguments to what is said of it.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use lab::sweep::space::{Axes, Axis, Sampling, Space};
use lab::sweep::{BATCH, BLOCK, Block, FIGURES, Question, Request, SearchOn, Setup, Stopped};
use report::sweep::{Folder, Ledger, Ranking, Results, Shard, Summary, SweepError, name_of};

use super::{estimate, learn};
use crate::args::{Format, On, PlanArgs, Sampler, SweepRunArgs};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Sweeps.
pub(crate) fn run(which: &PlanArgs, args: &SweepRunArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let ranking = Ranking::new(&args.objective, &args.require, usize::from(args.top))?;
    let budget = args.budget.as_deref().map(estimate::time).transpose()?;
    let shard = args.shard.as_deref().map_or(Ok(Shard::WHOLE), shard)?;
    let (space, sampler) = space(args)?;
    let learns = args.sampler == Sampler::Bayes;
    if learns && shard != Shard::WHOLE {
        return Err(Failure::input(
            "--shard with --sampler bayes: a search that learns cannot be cut into parts",
            "use another sampler, or one machine",
        ));
    }
    let on = search(which, args)?;
    let plan = Plan::open(which)?;
    if plan.on_embedded && !args.quiet {
        out::note(crate::command::ON_EMBEDDED);
    }
    let threads = args.threads.map_or(0, usize::from);
    let mut setup = Setup::new(
        Request {
            written: plan.written.clone(),
            space,
            sampler,
            block: if learns { BATCH } else { BLOCK },
            constraints: args.constraints.clone(),
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
        let how = (args.seed, threads, args.quiet);
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
    tell(which, &setup, &folder, &results, &ranking, args, stop)
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
    let progress = Mutex::new(Progress::start("replayed", args.quiet));
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

/// Ranks, gates, judges; writes and prints what there is to say.
fn tell(
    which: &PlanArgs,
    setup: &Setup,
    folder: &Folder,
    results: &Results,
    ranking: &Ranking,
    args: &SweepRunArgs,
    stop: &AtomicBool,
) -> Result<(), Failure> {
    let threads = args.threads.map_or(0, usize::from);
    let mut summary = Summary::new(results, ranking)?;
    summary.warnings.clone_from(&setup.loaded.warnings);
    summary.alone = Some(alone(which, setup));
    let finalists: Vec<u64> = summary.best.iter().map(|best| best.combination).collect();
    let gated = lab::sweep::gate(setup, &finalists, threads)?;
    for (finalist, gate) in summary.best.iter_mut().zip(gated) {
        finalist.gate = gate;
    }
    if let (Some(&best), Some(&objective)) = (finalists.first(), ranking.objectives.first()) {
        let progress = Progress::start("judging what was found", args.quiet);
        let ever = Ledger::beside(folder.path()).ever(&setup.manifest)?;
        let replayed = results.combinations()?;
        let question = Question {
            best,
            objective,
            replayed: &replayed,
            replayed_count: replayed.len() as u64,
            ever: &ever.sharpes(),
            ever_count: ever.count(),
            seed: args.seed,
        };
        let judged = lab::sweep::judge(setup, &question, threads, stop);
        summary.trust = Some(judged.map_err(|error| match error {
            lab::Error::Interrupted => Failure::Kept,
            other => other.into(),
        })?);
        drop(progress);
    }
    let json = summary.json()?;
    report::write_text(&folder.report(), &json, true)?;
    if !args.quiet {
        out::note(&format!("results: {}", folder.results().display()));
    }
    match args.format {
        Format::Table => out::print(&report::sweep::sweep_text(&summary)),
        Format::Json => out::print(&json),
    }
}

/// The command that replays a combination alone, its parameters still to be added.
fn alone(which: &PlanArgs, setup: &Setup) -> String {
    let mut words = vec![
        "stormproof run".to_owned(),
        which.scenario.display().to_string(),
    ];
    if let Some(tape) = &which.tape {
        words.push(format!("--tape {}", tape.display()));
    }
    words.extend(which.set.iter().map(|set| format!("--set '{set}'")));
    let searched = &setup.manifest.windows[..setup.manifest.searched];
    match searched {
        [window] if !setup.manifest.gates.is_empty() => {
            let kept: Vec<String> = setup
                .manifest
                .gates
                .iter()
                .map(|r| r.name.clone())
                .collect();
            if kept != setup.base.regimes {
                words.push(format!("--set 'regimes={kept:?}'"));
            }
            words.push(format!("--regimes history={}..{}", window.from, window.to));
        }
        _ => match (&which.from, &which.to) {
            (Some(from), Some(to)) => words.push(format!("--from {from} --to {to}")),
            _ if which.regimes.is_empty() => {}
            _ => words.push(format!("--regimes {}", which.regimes.join(","))),
        },
    }
    words.join(" ")
}

fn space(args: &SweepRunArgs) -> Result<(Space, String), Failure> {
    let axes: Result<Vec<Axis>, _> = args.vary.iter().map(|vary| vary.parse()).collect();
    let (samples, seed) = (args.samples, args.seed);
    let (sampling, name) = match args.sampler {
        Sampler::Grid => (Sampling::Grid, "grid"),
        Sampler::Random => (Sampling::Random { samples, seed }, "random"),
        Sampler::Latin => (Sampling::Latin { samples, seed }, "latin"),
        Sampler::Sobol => (Sampling::Sobol { samples, seed }, "sobol"),
        // Where it begins; what it asks for after that rests on what it finds.
        Sampler::Bayes => (Sampling::Sobol { samples, seed }, "bayes"),
    };
    let told = match sampling {
        Sampling::Grid => name.to_owned(),
        _ if args.sampler == Sampler::Bayes => {
            let require = args.require.join(" and ");
            format!(
                "bayes {samples} seed {seed} for {} {require}",
                args.objective.join(",")
            )
            .trim_end()
            .to_owned()
        }
        _ => format!("{name} {samples} seed {seed}"),
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
    let name = name_of(&setup.manifest.plan.name);
    PathBuf::from("sweeps").join(format!("{name}-{}", setup.manifest.digest()))
}
