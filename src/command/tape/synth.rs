//! `stormproof tape synth`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tape::synth::{self, Intraday, IntradayMade, SOURCE};
use tape::{Merge, Tape};

use super::merged::merged;
use super::opening;
use crate::args::SynthArgs;
use crate::door::Failure;
use crate::{out, signal};

pub(super) fn synth(args: &SynthArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let mut merge = Merge::begin(&tape, 0)?;
    if let Some(interval) = &args.interval {
        let made = from_daily(args, interval, stop)?;
        merge.add(&made.contents, &made.source)?;
    } else {
        merge.add(&synth::synthesise(args.seed), SOURCE)?;
    }
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let report = merge.commit()?;
    out::print(&(opening(&tape) + &merged(&report)))
}

fn from_daily(
    args: &SynthArgs,
    interval: &str,
    stop: &AtomicBool,
) -> Result<IntradayMade, Failure> {
    let daily = crate::place::tape(args.source.as_deref())?;
    let wrong = |option: &str, found: &str| {
        Failure::input(
            format!("--{option} {found}: expected a date like 2019-01-02"),
            "write year, month and day with hyphens",
        )
    };
    let date = |option: &str, text: &Option<String>| {
        text.as_ref()
            .map(|text| text.parse().map_err(|_| wrong(option, text)))
            .transpose()
    };
    let plan = Intraday {
        symbols: args.from_daily.clone(),
        interval: interval
            .parse()
            .map_err(|error| Failure::input(format!("--interval: {error}"), "name one of these"))?,
        from: date("from", &args.from)?,
        to: date("to", &args.to)?,
        seed: args.seed,
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    Ok(synth::intraday(&daily, &plan, threads, stop)?)
}
