//! The arguments of `study`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use super::RunningArgs;

pub(super) const EXAMPLES: &str = "\
Examples:
  stormproof study --tape mine                        every shipped claim
  stormproof study kre-days flight-setups --tape mine
  stormproof study my-claim.toml --tape mine --from 2013-01-01 --to 2019-12-31
  stormproof study --tape mine --out results --format json | jq '.claims[].verdict'

Shipped claims are always corrected for the number of all shipped ones, whichever are printed.";

/// `study`.
#[derive(Debug, ClapArgs)]
pub(crate) struct StudyArgs {
    /// Claim files, or names of shipped claims [default: all shipped ones].
    #[arg(value_name = "CLAIM")]
    pub(crate) claims: Vec<PathBuf>,
    /// The tape's folder, or s3://, gs://, az://, http(s):// [default: the embedded tape, which is SIMULATED].
    #[arg(long, value_name = "DIR|URL")]
    pub(crate) tape: Option<PathBuf>,
    /// First date of events [default: the tape's first].
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Last date of outcomes [default: the tape's last].
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Draws of the timeline a claim.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) resamples: u64,
    /// Seed of all draws.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Write study.json, claims.parquet and events.parquet into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What to print, and how to work.
    #[command(flatten)]
    pub(crate) running: RunningArgs,
}
