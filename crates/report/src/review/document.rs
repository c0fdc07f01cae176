//! One JSON document: what was asked for in full, and the timeline up to its end.

use lab::review::{Review, TimelineRow, timeline};
use serde::Serialize;

use super::Reviewed;
use crate::document::SCHEMA;
use crate::error::ReportError;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stormproof: &'static str,
    simulated: bool,
    model: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a str>,
    folder: &'a str,
    written: &'a [String],
    warnings: Vec<&'a String>,
    timeline: Vec<TimelineRow>,
    reviews: Vec<One<'a>>,
}

#[derive(Serialize)]
struct One<'a> {
    file: &'a str,
    review: &'a Review,
}

/// The document as text, ending with a newline. What is not defined is absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn reviews_json(reviewed: &Reviewed<'_>) -> Result<String, ReportError> {
    let all: Vec<One<'_>> = reviewed
        .reviews()
        .map(|kept| One {
            file: &kept.name,
            review: &kept.review,
        })
        .collect();
    let last = all.last().map(|one| one.review);
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: all.iter().any(|one| one.review.simulated),
        model: all.iter().any(|one| one.review.model),
        plan: last.map(|review| review.plan.as_str()),
        folder: reviewed.folder,
        written: reviewed.written,
        warnings: reviewed
            .shelf
            .notes()
            .iter()
            .chain(reviewed.warnings)
            .collect(),
        timeline: last.map_or_else(Vec::new, |last| timeline(reviewed.shelf.by(last.as_of))),
        reviews: all,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
