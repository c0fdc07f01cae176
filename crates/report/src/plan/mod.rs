//! A written plan on paper: terminal text, Markdown, JSON, HTML. All four say what [`sections::sections`] says.

mod html;
mod markdown;
mod sections;
mod structure;
mod svg;
mod terminal;
mod values;

use lab::PlanSheet;
use market::Origin;
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;

pub use html::plan_html;
pub use markdown::plan_markdown;
pub use terminal::plan_text;

/// The sheet as one JSON document, ending with a newline; docs/plan.md describes it.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn plan_json(sheet: &PlanSheet) -> Result<String, ReportError> {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: u32,
        stormproof: &'static str,
        simulated: bool,
        #[serde(flatten)]
        sheet: &'a PlanSheet,
    }
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        simulated: sheet.tape.origin != Origin::Real,
        sheet,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
