//! Two runs side by side: on the terminal, and as JSON.

mod terminal;

use lab::compare::Comparison;
use serde::Serialize;

use crate::document::SCHEMA;
use crate::error::ReportError;

pub use terminal::comparison;

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    stormproof: &'static str,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// The comparison as JSON, ending with a newline. Undefined figures are absent.
///
/// # Errors
/// [`ReportError::Json`], a defect of ours.
pub fn comparison_json(comparison: &Comparison) -> Result<String, ReportError> {
    let document = Document {
        schema: SCHEMA,
        stormproof: env!("CARGO_PKG_VERSION"),
        comparison,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
