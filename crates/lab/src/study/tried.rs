//! One claim on a tape, before it is corrected for the number of all.

use rayon::prelude::*;
use stats::contrast::{Blocks, Sample, Scratch, Tested, Undefined};
use tape::{Tape, TapeError};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::error::Error;

use super::claim::{Claim, Population};
use super::found::Found;
use super::run::{Figures, Judged, StudyOptions};
use super::verdict::{ClaimVerdict, Why, conclude, one_sided};
use super::{bars, trades};

/// A claim before it is corrected.
pub(super) struct Tried {
    claim: Claim,
    /// What was found, or what the tape lacks.
    pub(super) found: Result<Found, String>,
    figures: Figures,
    tested: Result<Tested, Why>,
}

impl Tried {
    pub(super) fn of(
        claim: &Claim,
        tape: &Tape,
        options: &StudyOptions<'_>,
    ) -> Result<Self, Error> {
        let between = (options.from, options.to);
        let found = match &claim.population {
            Population::Bars { horizon } => bars::find(claim, *horizon, tape, between),
            Population::Trades {
                plan,
                after_bars,
                outcome,
            } => {
                let looked = trades::Looked {
                    plan,
                    after_bars: *after_bars,
                    outcome: *outcome,
                };
                trades::find(claim, looked, tape, between)
            }
        };
        let found = lacking(claim, tape, found)?;
        let (figures, tested) = match &found {
            Err(lacks) => (Figures::default(), Err(Why::Lacks(lacks.clone()))),
            Ok(found) => test(claim, found, options),
        };
        Ok(Self {
            claim: claim.clone(),
            found,
            figures,
            tested,
        })
    }

    pub(super) fn p(&self) -> Option<f64> {
        let tested = self.tested.as_ref().ok()?;
        Some(one_sided(tested, self.claim.expect.direction))
    }

    pub(super) fn judged(mut self, corrected: Option<f64>) -> Judged {
        let (verdict, why) = match (&self.tested, corrected) {
            (Ok(tested), Some(p)) => conclude(tested, self.claim.effect, self.claim.expect, p),
            (Ok(_), None) => (
                ClaimVerdict::Unknown,
                Why::Undefined(Undefined::NoVariation),
            ),
            (Err(why), _) => (silent(why), why.clone()),
        };
        self.figures.p_corrected = corrected;
        let (found, figures) = match self.found {
            Ok(found) => (Some(found), Some(self.figures)),
            Err(_) => (None, None),
        };
        Judged {
            claim: self.claim,
            verdict,
            why,
            figures,
            model: found.as_ref().is_some_and(|found| found.model),
            notes: found
                .as_ref()
                .map_or_else(Vec::new, |found| found.notes.clone()),
            happenings: found.map_or_else(Vec::new, |found| found.happenings),
        }
    }
}

/// The verdict on a claim that could not be tested.
fn silent(why: &Why) -> ClaimVerdict {
    match why {
        Why::FewEvents | Why::FewControls => ClaimVerdict::TooFew,
        _ => ClaimVerdict::Unknown,
    }
}

/// What the tape lacks is told of the claim; what is broken in it is nobody's claim.
fn lacking(
    claim: &Claim,
    tape: &Tape,
    found: Result<Found, Error>,
) -> Result<Result<Found, String>, Error> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(Error::Fit { message, .. }) => Ok(Err(message)),
        Err(Error::Input(error)) => Ok(Err(error.message)),
        Err(Error::Tape(error @ TapeError::Absent { .. })) => Ok(Err(absent(claim, tape, &error))),
        Err(other) => Err(other),
    }
}

/// Everything the tape lacks of what the rules name, at once.
fn absent(claim: &Claim, tape: &Tape, error: &TapeError) -> String {
    use language::Mentioned;
    let Ok(entries) = tape.catalog() else {
        return error.to_string();
    };
    let holds = |sort: tape::Sort, name: &str| {
        let mut of_sort = entries.iter().filter(|entry| entry.sort == sort);
        of_sort.any(|entry| entry.name.as_deref().is_none_or(|held| held == name))
    };
    let mut lacks: Vec<String> = Vec::new();
    for (what, name) in claim.mentions.names() {
        let missing = match what {
            Mentioned::Symbol if !holds(tape::Sort::Bars, name) => format!("no bars of {name}"),
            Mentioned::Series if !holds(tape::Sort::Series, name) => format!("no series {name}"),
            _ => continue,
        };
        lacks.push(missing);
    }
    if lacks.is_empty() {
        return error.to_string();
    }
    lacks.sort();
    format!("the tape {} has {}", tape.name(), lacks.join(", "))
}

/// Counts, means, and the test if there is enough to test.
fn test(
    claim: &Claim,
    found: &Found,
    options: &StudyOptions<'_>,
) -> (Figures, Result<Tested, Why>) {
    let sample = &found.sample;
    // Trades of one plan do not overlap.
    let apart = claim.horizon().unwrap_or(1);
    let mut figures = Figures {
        from: found.span.map(|span| span.0),
        to: found.span.map(|span| span.1),
        bars: sample.rows,
        events: sample.events.len(),
        events_apart: Sample::apart(&sample.events, apart),
        event_mean: sample.event_mean(),
        ..Figures::default()
    };
    if claim.effect.compares() {
        figures.controls = sample.controls.len();
        figures.controls_apart = Sample::apart(&sample.controls, apart);
        figures.control_mean = sample.control_mean();
    }
    let control = figures
        .control_mean
        .or((!claim.effect.compares()).then_some(0.0));
    let effect = figures.event_mean.zip(control);
    figures.effect = effect.and_then(|(event, control)| claim.effect.of(event, control));
    let tested = tested(claim, found, &mut figures, options);
    if matches!(tested, Err(Why::Undefined(_))) {
        figures.effect = None;
    }
    (figures, tested)
}

fn tested(
    claim: &Claim,
    found: &Found,
    figures: &mut Figures,
    options: &StudyOptions<'_>,
) -> Result<Tested, Why> {
    let least = claim.min_events as usize;
    if found.same && claim.effect.compares() {
        return Err(Why::SameBars);
    }
    if figures.events_apart < least {
        return Err(Why::FewEvents);
    }
    if claim.effect.compares() && figures.controls_apart < least {
        return Err(Why::FewControls);
    }
    // Its own name keeps a claim's draws what they are, whatever else is asked.
    let seed = xxh3_64_with_seed(claim.name.as_bytes(), options.seed);
    let blocks =
        Blocks::new(&found.sample, claim.effect, found.horizon, seed).map_err(Why::Undefined)?;
    figures.block_bars = Some(blocks.length());
    let draws: Vec<_> = (0..options.resamples)
        .into_par_iter()
        .map_init(Scratch::default, |scratch, k| blocks.draw(k, scratch))
        .collect();
    let tested = Tested::of(&blocks, &draws).map_err(Why::Undefined)?;
    figures.effect = Some(tested.effect);
    (figures.low, figures.high) = (Some(tested.interval.low), Some(tested.interval.high));
    figures.p = Some(one_sided(&tested, claim.expect.direction));
    Ok(tested)
}
