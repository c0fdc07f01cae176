//! `stormproof review`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use lab::review::{
    Date, Desk, DeskOptions, Kept, Quarter, Shelf, ShelfOptions, read_text, to_text,
};
use report::Reviewed;

use crate::args::{Format, PlanArgs, ReviewArgs};
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
    let mut shelf = Shelf::read(
        &shown,
        report::read_reviews(&folder)?,
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
    let (asked, written) = make(args, &plan, &folder, &mut shelf, &progress, stop)?;
    drop(progress);
    let reviewed = Reviewed {
        folder: &shown,
        shelf: &shelf,
        asked: &asked,
        written: &written,
        warnings: &plan.warnings,
    };
    if let Some(file) = &args.report {
        super::report::write(file, &report::reviews_page(&reviewed)?, args.running.quiet)?;
    }
    match args.running.format {
        Format::Table => out::results(&report::reviews(&reviewed))?,
        Format::Json => out::print(&report::reviews_json(&reviewed)?)?,
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

/// The names of the reviews asked for, and of those written now. Each is on the disk before the next is begun.
fn make(
    args: &ReviewArgs,
    plan: &Plan,
    folder: &Path,
    shelf: &mut Shelf,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<(Vec<String>, Vec<String>), Failure> {
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
        let Kept { name, review } = desk.review(*as_of, baseline_to, shelf)?;
        if shelf.named(&name).is_none() {
            let text = to_text(&review)?;
            if report::write_review(folder, &name, &text)? {
                written.push(name.clone());
            }
            // With its checksum, as it will be read the next time.
            let review = read_text(&name, &text)
                .map_err(|damage| Failure::Defect(format!("{name}: {damage}")))?;
            shelf.add(Kept {
                name: name.clone(),
                review,
            });
        }
        asked.push(name);
    }
    Ok((asked, written))
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

fn date<D: std::str::FromStr>(option: &str, text: &str) -> Result<D, Failure> {
    text.parse().map_err(|_| {
        Failure::input(
            format!("{option} {text}: expected a date like 2022-09-30"),
            "write year, month and day with hyphens",
        )
    })
}
