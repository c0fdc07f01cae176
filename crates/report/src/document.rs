//! The one JSON document of a run: `run.json` and `--format json` are the same bytes.
//!
//! What it holds is [`lab::record::Document`]; docs/run-json.md describes it for its readers.

use lab::Run;
use lab::record::Document;

pub use lab::record::SCHEMA;
pub(crate) use lab::record::without_nulls;

use crate::error::ReportError;

/// The document as text, ending with a newline. The same run gives the same bytes.
///
/// Numbers are the shortest that read back the same; a figure that is not defined is absent.
///
/// # Errors
/// [`ReportError::Json`], which is a defect of ours.
pub fn json(run: &Run) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(&Document::of(run)?)? + "\n")
}
