//! `stormproof tape resample`.

use std::fmt::Write as _;
use std::thread;

use tape::{Resample, Tape};

use super::merged::merged;
use super::opening;
use crate::args::ResampleArgs;
use crate::door::Failure;
use crate::out;

/// Changed values shown; all are counted.
const LISTED: usize = 20;

pub(super) fn resample(args: &ResampleArgs) -> Result<(), Failure> {
    let interval = |option: &str, text: &str| {
        text.parse()
            .map_err(|error| Failure::input(format!("--{option}: {error}"), "name one of these"))
    };
    let to: Result<Vec<_>, Failure> = args.to.iter().map(|text| interval("to", text)).collect();
    let plan = Resample {
        symbols: args.symbols.clone(),
        from: interval("from", &args.from)?,
        to: to?,
        replace: args.replace,
    };
    let tape = Tape::open(&args.tape)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let report = tape.resample(&plan, LISTED, threads)?;
    let mut text = opening(&tape);
    for note in &report.notes {
        let _ = writeln!(text, "note: {note}");
    }
    out::print(&(text + &merged(&report.merge)))
}
