//! All claims on one tape.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use market::{Date, Origin};
use rayon::prelude::*;
use serde::Serialize;
use stats::contrast::holm;
use tape::Tape;
use xxhash_rust::xxh3::xxh3_128;

use crate::error::Error;
use crate::run::TapeFacts;
use crate::threads::{chosen, on_threads};

use super::claim::Claim;
use super::found::Happening;
use super::tried::Tried;
use super::verdict::{ClaimVerdict, LEVEL, Why};

/// How to study.
#[derive(Clone, Copy, Debug)]
pub struct StudyOptions<'a> {
    /// First date of events.
    pub from: Option<Date>,
    /// Last date of outcomes.
    pub to: Option<Date>,
    /// Draws a claim.
    pub resamples: u64,
    /// Seed of all draws.
    pub seed: u64,
    /// Threads; 0 takes one a core.
    pub threads: usize,
    /// Set to stop at the next claim.
    pub stop: &'a AtomicBool,
}

/// What the tape says of the claims.
#[derive(Clone, Debug)]
pub struct Study {
    /// Where the data come from; its fingerprint is over what all claims read.
    pub tape: TapeFacts,
    /// First date of events, as asked.
    pub from: Option<Date>,
    /// Last date of outcomes, as asked.
    pub to: Option<Date>,
    /// Draws a claim.
    pub resamples: u64,
    /// Seed.
    pub seed: u64,
    /// Claims that p-values are corrected for.
    pub family: usize,
    /// The claims, in the order given.
    pub claims: Vec<Judged>,
    /// What the result should be read with.
    pub warnings: Vec<String>,
}

/// A claim and what is said of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The claim.
    pub claim: Claim,
    /// The verdict.
    pub verdict: ClaimVerdict,
    /// Why.
    pub why: Why,
    /// The figures, where the tape has what it takes.
    pub figures: Option<Figures>,
    /// Its events.
    pub happenings: Vec<Happening>,
    /// What was unknown or assumed.
    pub notes: Vec<String>,
    /// Option prices came from a model.
    pub model: bool,
}

/// The figures of a claim. What is not defined is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// First date on which everything was known.
    pub from: Option<Date>,
    /// Last one.
    pub to: Option<Date>,
    /// Bars from the one to the other.
    pub bars: usize,
    /// Events with an outcome.
    pub events: usize,
    /// Of these, those whose outcomes share no bar.
    pub events_apart: usize,
    /// Controls with an outcome.
    pub controls: usize,
    /// Of these, those whose outcomes share no bar.
    pub controls_apart: usize,
    /// Mean outcome after events.
    pub event_mean: Option<f64>,
    /// Mean outcome of controls.
    pub control_mean: Option<f64>,
    /// The effect.
    pub effect: Option<f64>,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Chance of as much in the claimed direction without any effect.
    pub p: Option<f64>,
    /// The same, corrected for the number of claims.
    pub p_corrected: Option<f64>,
    /// Bars of a block.
    pub block_bars: Option<usize>,
}

/// Tests `claims` on `tape`, and corrects each for the number of all of them.
///
/// A claim whose data the tape lacks is unknown and says what is lacking. The result is the same on any number of threads, and what is
/// said of a claim before correction does not depend on the others.
///
/// # Errors
/// [`Error::Fit`] for claims of one name, none at all, fewer than 100 resamples or more than a million; a broken tape;
/// [`Error::Interrupted`].
pub fn study(claims: &[Claim], tape: &Tape, options: &StudyOptions<'_>) -> Result<Study, Error> {
    check(claims, options)?;
    let one = |claim: &Claim| {
        if options.stop.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Tried::of(claim, tape, options)
    };
    let threads = chosen(options.threads);
    let tried: Result<Vec<Tried>, Error> =
        on_threads(threads, || claims.par_iter().map(one).collect());
    let tried = tried?;
    let p_values: Vec<Option<f64>> = tried.iter().map(Tried::p).collect();
    let facts = facts(tape, &tried);
    let judged = tried.into_iter().zip(holm(&p_values));
    Ok(Study {
        tape: facts,
        from: options.from,
        to: options.to,
        resamples: options.resamples,
        seed: options.seed,
        family: claims.len(),
        claims: judged.map(|(tried, p)| tried.judged(p)).collect(),
        warnings: warnings(claims.len(), options.resamples, tape),
    })
}

impl Judged {
    /// True if its p-value would do without correction for the number of claims.
    pub fn passes_alone(&self) -> bool {
        let p = self.figures.as_ref().and_then(|figures| figures.p);
        p.is_some_and(|p| p <= LEVEL)
    }
}

impl Study {
    /// Keeps the claims of these names, judged as among all of them.
    pub fn keep(&mut self, names: &BTreeSet<String>) {
        self.claims
            .retain(|judged| names.contains(&judged.claim.name));
        // The mark is for what is shown; that the tape is simulated was true of all.
        self.tape.model = self.claims.iter().any(|judged| judged.model);
    }
}

fn check(claims: &[Claim], options: &StudyOptions<'_>) -> Result<(), Error> {
    if claims.is_empty() {
        return Err(Error::fit("no claim was given", "name one"));
    }
    let mut names: Vec<(&str, &str)> = claims
        .iter()
        .map(|c| (c.name.as_str(), c.source.as_str()))
        .collect();
    names.sort_unstable();
    if let Some(pair) = names.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let ((name, first), (_, second)) = (pair[0], pair[1]);
        return Err(Error::fit(
            format!("two claims are called {name}: {first} and {second}"),
            "rename one of them, or name it once",
        ));
    }
    // Of fewer an interval of 95 % has no ends.
    if !(100..=1_000_000).contains(&options.resamples) {
        return Err(Error::fit(
            format!("{} resamples; expected 100 to 1,000,000", options.resamples),
            "10,000 tell p-values to a thousandth",
        ));
    }
    if let (Some(from), Some(to)) = (options.from, options.to)
        && to < from
    {
        return Err(Error::fit(
            format!("from {from} is after to {to}"),
            "swap the dates",
        ));
    }
    Ok(())
}

fn warnings(family: usize, resamples: u64, tape: &Tape) -> Vec<String> {
    let least = family as f64 / (resamples + 1) as f64;
    let coarse = (least > LEVEL).then(|| {
        format!("{resamples} resamples cannot support any of {family} claims: the least corrected p-value is {least:.2}")
    });
    coarse.into_iter().chain(tape.unfinished()).collect()
}

fn facts(tape: &Tape, tried: &[Tried]) -> TapeFacts {
    let found = || tried.iter().filter_map(|tried| tried.found.as_ref().ok());
    let prints: String = found().map(|found| found.fingerprint.as_str()).collect();
    let simulated = found()
        .map(|found| &found.origin)
        .find(|origin| **origin != Origin::Real);
    TapeFacts {
        name: tape.name(),
        origin: simulated.cloned().unwrap_or_default(),
        fingerprint: format!("{:032x}", xxh3_128(prints.as_bytes())),
        first: found().filter_map(|found| Some(found.span?.0)).min(),
        last: found().filter_map(|found| Some(found.span?.1)).max(),
        model: found().any(|found| found.model),
        quoted: false,
    }
}
