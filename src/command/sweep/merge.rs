//! `stormproof sweep merge`.

use crate::args::MergeArgs;
use crate::door::Failure;
use crate::out;

/// Joins shards.
pub(crate) fn run(args: &MergeArgs) -> Result<(), Failure> {
    report::sweep::merge(&args.shards, &args.out)?;
    out::note(&format!("results: {}", args.out.display()));
    Ok(())
}
