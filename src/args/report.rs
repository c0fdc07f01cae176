//! The arguments of `report`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof report results
  stormproof report results --out mean-reversion.html
  stormproof report before after --out both.html
  stormproof report sweeps/mean-reversion-0123456789abcdef --out sweep.html

`run`, `sweep` and `walk-forward` write the same page with --report FILE.html.";

/// `report`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    /// Folders of results: of one or more runs, or of one sweep or walk forward.
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
    /// The file to write, or - for standard output. An earlier report is replaced, nothing else.
    #[arg(long, value_name = "FILE.html", default_value = "report.html")]
    pub(crate) out: PathBuf,
    /// No notes.
    #[arg(long)]
    pub(crate) quiet: bool,
}
