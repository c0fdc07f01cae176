//! `stormproof sweep show`.

use crate::args::ShowArgs;
use crate::door::Failure;

/// Ranks, filters and draws.
pub(crate) fn run(args: &ShowArgs) -> Result<(), Failure> {
    let _ = args;
    Ok(())
}
