//! `stormproof tape synth`.

use tape::{Merge, Tape};

use super::merged::merged;
use crate::args::SynthArgs;
use crate::door::Failure;
use crate::{out, signal};

pub(super) fn synth(args: &SynthArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let mut merge = Merge::begin(&tape, 0)?;
    merge.add(&tape::synth::synthesise(args.seed), "synth")?;
    if stop.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let report = merge.commit()?;
    out::print(&merged(&report))
}
