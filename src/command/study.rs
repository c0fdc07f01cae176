//! `stormproof study`.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use lab::study::{Claim, StudyOptions};

use crate::args::{Format, StudyArgs, date};
use crate::claims;
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, place, signal};

/// Tests the claims, writes and prints what the tape says of them.
pub(crate) fn run(args: &StudyArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let (claims, asked) = family(args)?;
    let from = args
        .from
        .as_deref()
        .map(|text| date("--from", text))
        .transpose()?;
    let to = args
        .to
        .as_deref()
        .map(|text| date("--to", text))
        .transpose()?;
    if let Some(folder) = &args.out {
        report::check_study_target(folder)?;
    }
    let tape = place::tape(args.tape.as_deref())?;
    // Shipped ones are told as unknown where a tape lacks what they need; in a file of the user's a name may be a slip.
    for claim in claims.iter().filter(|claim| !claims::is_shipped(claim)) {
        claim.check_names(&tape)?;
    }
    // The table begins with the same words.
    if args.tape.is_none() && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let progress = Progress::start("testing claims", args.running.quiet);
    let options = StudyOptions {
        from,
        to,
        resamples: args.resamples,
        seed: args.seed,
        threads: args.running.threads(),
        stop,
    };
    let mut study = lab::study::study(&claims, &tape, &options)?;
    drop(progress);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    study.keep(&asked);
    if let Some(folder) = &args.out {
        report::write_study(folder, &study, stop)?;
        if !args.running.quiet {
            out::note(&format!("results: {}", folder.display()));
        }
    }
    match args.running.format {
        Format::Table => out::results(&report::study(&study)),
        Format::Json => out::print(&report::study_json(&study)?),
    }
}

/// The claims that are judged together, and the names of those that were asked for: of the shipped ones all or none are judged, so
/// that what is said of one does not depend on which others are looked at.
fn family(args: &StudyArgs) -> Result<(Vec<Claim>, BTreeSet<String>), Failure> {
    let mut own = Vec::new();
    let mut asked = BTreeSet::new();
    let mut with_shipped = args.claims.is_empty();
    for path in &args.claims {
        if let Some((name, _)) = claims::shipped(path) {
            with_shipped = true;
            if !asked.insert(name.to_owned()) {
                return Err(Failure::input(
                    format!("{name} is named twice"),
                    "name a claim once",
                ));
            }
        } else {
            own.push(claims::open(path)?);
        }
    }
    let mut all = Vec::new();
    if with_shipped {
        all = claims::all_shipped()?;
    }
    if args.claims.is_empty() {
        asked.extend(all.iter().map(|claim| claim.name.clone()));
    }
    asked.extend(own.iter().map(|claim| claim.name.clone()));
    all.extend(own);
    Ok((all, asked))
}
