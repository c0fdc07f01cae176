//! One JSON document: `study.json` and `--format json` are the same bytes.

use lab::TapeFacts;
use lab::study::{
    Claim, ClaimVerdict, Effect, Expect, Figures, Judged, Measure, Population, Study,
};
use market::{Date, Origin};
use serde::Serialize;

use super::words::{effect_word, why};
use crate::document::{SCHEMA, without_nulls};
use crate::error::ReportError;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    model: bool,
    tape: &'a TapeFacts,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Date>,
    resamples: u64,
    seed: u64,
    family: usize,
    warnings: &'a [String],
    claims: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    name: &'a str,
    claim: &'a str,
    source: &'a str,
    symbol: &'a str,
    interval: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    horizon_bars: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a str>,
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    than: Option<f64>,
    measure: Measure,
    expect: Expect,
    min_events: u32,
    verdict: ClaimVerdict,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<serde_json::Value>,
    notes: &'a [String],
    model: bool,
}

/// The document as text, ending with a newline. The same study gives the same bytes; what is not defined is absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn study_json(study: &Study) -> Result<String, ReportError> {
    let claims: Result<Vec<One<'_>>, ReportError> = study.claims.iter().map(one).collect();
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: study.tape.origin != Origin::Real,
        model: study.tape.model,
        tape: &study.tape,
        from: study.from,
        to: study.to,
        resamples: study.resamples,
        seed: study.seed,
        family: study.family,
        warnings: &study.warnings,
        claims: claims?,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn one(judged: &Judged) -> Result<One<'_>, ReportError> {
    let claim = &judged.claim;
    let figures = |figures: &Figures| serde_json::to_value(figures).map(without_nulls);
    Ok(One {
        name: &claim.name,
        claim: &claim.says,
        source: &claim.source,
        symbol: &claim.symbol,
        interval: claim.interval.to_string(),
        horizon_bars: claim.horizon(),
        plan: plan(claim),
        effect: effect_word(claim.effect),
        than: match claim.effect {
            Effect::Mean { than } => Some(than),
            Effect::Difference | Effect::Ratio => None,
        },
        measure: claim.measure,
        expect: claim.expect,
        min_events: claim.min_events,
        verdict: judged.verdict,
        why: why(judged),
        figures: judged.figures.as_ref().map(figures).transpose()?,
        notes: &judged.notes,
        model: judged.model,
    })
}

fn plan(claim: &Claim) -> Option<&str> {
    match &claim.population {
        Population::Trades { plan, .. } => Some(&plan.name),
        Population::Bars { .. } => None,
    }
}
