//! `stormproof review`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use lab::review::{
    Date, Desk, DeskOptions, Kept, Quarter, Shelf, ShelfOptions, read_text, to_text,
};
use report::{Begun, Reviewed};

use crate::args::{Format, PlanArgs, ReviewArgs, date};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Makes the reviews that are asked for, keeps them and prints what they say.
pub(crate) fn run(args: &ReviewArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(&PlanArgs {
        scenario: args.scenario.clone(),
        tape: args.tape.clone(),
        regimes: Vec::new(),
        from: None,
        to: None,
        set: args.set.clone(),
    })?;
    let folder = folder(args);
    let shown = folder.display().to_string();
    let files = report::read_reviews(&folder)?;
    let mut shelf = Shelf::read(
        &shown,
        files,
        &ShelfOptions {
            plan: plan.scenario.name.clone(),
            renamed_from: args.renamed_from.clone(),
            ignore_damaged: args.ignore_damaged,
        },
    )?;
    report::check_reviews_target(&folder)?;
    super::report::check(args.report.as_deref())?;
    // The table begins with the same words.
    if plan.on_embedded && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let progress = Progress::start("reviewing", args.running.quiet);
    let mut warnings = plan.warnings.clone();
    if shelf.kept().is_empty() && args.reviews.is_none() {
        warnings.extend(elsewhere(&folder, &plan.scenario.name));
    }
    let Made {
        asked,
        written,
        failed,
    } = make(args, &plan, &folder, &mut shelf, &progress, stop)?;
    drop(progress);
    let reviewed = Reviewed {
        folder: &shown,
        shelf: &shelf,
        asked: &asked,
        written: &written,
        warnings: &warnings,
    };
    if let Some(file) = &args.report {
        super::report::write(file, &report::reviews_page(&reviewed)?, args.running.quiet)?;
    }
    match args.running.format {
        Format::Table => out::results(&report::reviews(&reviewed))?,
        Format::Json => out::print(&report::reviews_json(&reviewed)?)?,
    }
    if let Some(failure) = failed {
        out::note(&format!(
            "{} of the reviews asked for could be made and are kept; then:",
            asked.len()
        ));
        return Err(failure);
    }
    gate(args, &shelf, asked.last())
}

fn gate(args: &ReviewArgs, shelf: &Shelf, last: Option<&String>) -> Result<(), Failure> {
    let kept = last.and_then(|name| shelf.named(name));
    match args.gate.map(crate::args::EdgeGate::state).zip(kept) {
        Some((demanded, kept)) if !kept.review.edge.state.meets(demanded) => {
            Err(Failure::Gate(format!(
                "gate not met: the edge is {}, {} was demanded",
                kept.review.edge.state.as_str(),
                demanded.as_str()
            )))
        }
        _ => Ok(()),
    }
}

/// What came of a call.
struct Made {
    /// Names of the reviews that were asked for.
    asked: Vec<String>,
    /// Of those written now.
    written: Vec<String>,
    /// What ended a range early, after some that are kept.
    failed: Option<Failure>,
}

/// Makes what is asked for. Each review is on the disk before the next is begun.
fn make(
    args: &ReviewArgs,
    plan: &Plan,
    folder: &Path,
    shelf: &mut Shelf,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Made, Failure> {
    let options = DeskOptions {
        since: args
            .since
            .as_deref()
            .map(|text| date("--since", text))
            .transpose()?,
        threads: args.running.threads(),
    };
    let baseline_to = args
        .baseline_to
        .as_deref()
        .map(|text| date("--baseline-to", text))
        .transpose()?;
    let quarters = quarters(args)?;
    let mut desk = Desk::open(&plan.scenario, &plan.regimes, &plan.tape, options)?;
    let mut dates = Vec::new();
    for quarter in &quarters {
        dates.push(ended(*quarter, &desk)?);
    }
    if quarters.is_empty() {
        let asked = match &args.as_of {
            Some(text) => date("--as-of", text)?,
            None => desk.span().1,
        };
        dates.push(desk.session_by(asked)?);
    }
    let (mut asked, mut written) = (Vec::new(), Vec::new());
    for (n, as_of) in dates.iter().enumerate() {
        progress.at(n, dates.len());
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Kept);
        }
        let one = desk.review(*as_of, baseline_to, shelf);
        let kept = one
            .map_err(Failure::from)
            .and_then(|kept| keep(kept, folder, shelf));
        match kept {
            Ok((name, new)) => {
                if new {
                    written.push(name.clone());
                }
                asked.push(name);
            }
            Err(failure) if asked.is_empty() => return Err(failure),
            Err(failure) => {
                return Ok(Made {
                    asked,
                    written,
                    failed: Some(failure),
                });
            }
        }
    }
    Ok(Made {
        asked,
        written,
        failed: None,
    })
}

/// Writes a review, unless it is there; its name, and whether it was written.
fn keep(kept: Kept, folder: &Path, shelf: &mut Shelf) -> Result<(String, bool), Failure> {
    let Kept { name, review } = kept;
    if shelf.named(&name).is_some() {
        return Ok((name, false));
    }
    if shelf.ignored().contains(&name) {
        return Err(Failure::input(
            format!(
                "{} is damaged, and it stands where the review belongs",
                folder.join(&name).display()
            ),
            "take it away, and run the command again: the review will be the same as it was",
        ));
    }
    let text = to_text(&review)?;
    let new = if shelf.kept().is_empty() {
        match report::begin_reviews(folder, shelf.ignored(), &name, &text)? {
            Begun::Written => true,
            Begun::There => false,
            Begun::Otherwise(other) => {
                return Err(Failure::input(
                    format!(
                        "another call began {} meanwhile, with {other}: its baseline is that one's",
                        folder.display()
                    ),
                    "run the command again",
                ));
            }
        }
    } else {
        report::write_review(folder, &name, &text)?
    };
    // With its checksum, as it will be read the next time.
    let review =
        read_text(&name, &text).map_err(|damage| Failure::Defect(format!("{name}: {damage}")))?;
    shelf.add(Kept {
        name: name.clone(),
        review,
    });
    Ok((name, new))
}

/// Other folders of reviews beside this one that hold a plan of the same name: the plan's file may have been renamed.
fn elsewhere(folder: &Path, plan: &str) -> Vec<String> {
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut found: Vec<PathBuf> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "reviews"))
        .filter(|path| path.file_name() != folder.file_name())
        .collect();
    found.sort();
    let options = ShelfOptions {
        plan: plan.to_owned(),
        ..ShelfOptions::default()
    };
    let holds = |path: &PathBuf| {
        let files = report::read_reviews(path).ok()?;
        let shelf = Shelf::read("", files, &options).ok()?;
        (!shelf.kept().is_empty()).then(|| {
            let shown = path.display();
            format!(
                "{shown} holds reviews of a plan called {plan} too; to go on with those: --reviews {shown}"
            )
        })
    };
    found.iter().filter_map(holds).collect()
}

/// The last session of a quarter, if the tape holds it.
fn ended(quarter: Quarter, desk: &Desk<'_>) -> Result<Date, Failure> {
    let (first, last) = desk.span();
    let session = quarter.last_session().filter(|session| *session <= last);
    let session = session.ok_or_else(|| {
        Failure::input(
            format!("{quarter} has not ended on this tape: the plan's history on it is {first} to {last}"),
            "import what came since, or name an earlier quarter",
        )
    })?;
    Ok(desk.session_by(session)?)
}

fn quarters(args: &ReviewArgs) -> Result<Vec<Quarter>, Failure> {
    let (from, to) = match (&args.quarter, &args.from, &args.to) {
        (Some(text), ..) => text.split_once("..").unwrap_or((text, text)),
        (None, Some(from), Some(to)) => (from.as_str(), to.as_str()),
        _ => return Ok(Vec::new()),
    };
    let all = from.parse::<Quarter>()?.through(to.parse()?);
    if all.is_empty() {
        return Err(Failure::input(
            format!("{from} is after {to}"),
            "name the earlier quarter first",
        ));
    }
    Ok(all)
}

/// Beside the plan; of a shipped plan in the current folder.
fn folder(args: &ReviewArgs) -> PathBuf {
    if let Some(folder) = &args.reviews {
        return folder.clone();
    }
    let mut name = args.scenario.file_stem().unwrap_or_default().to_owned();
    name.push(".reviews");
    args.scenario.with_file_name(name)
}
