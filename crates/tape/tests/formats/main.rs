//! Made-up files of every vendor: what they become, and how a wrong one is refused.

mod archives;
mod parquet;
mod seeds;
mod stamps;
mod vendors;

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use market::{Date, Interval, Known, RawBars, Time};
use proptest::prelude::*;
use table::{Column, Options, Table};
use tape::{Contents, Format, ImportOptions, Parsed, Tape, TapeError, parse_csv};

static GO: AtomicBool = AtomicBool::new(false);

fn parse(file: &str, bytes: impl AsRef<[u8]>) -> Result<Parsed, TapeError> {
    parse_csv(Path::new(file), bytes.as_ref(), None, &GO)
}

fn taken(file: &str, bytes: impl AsRef<[u8]>) -> (Format, Contents) {
    let parsed = parse(file, bytes).unwrap();
    (parsed.format, parsed.contents)
}

fn refused(file: &str, bytes: impl AsRef<[u8]>) -> String {
    parse(file, bytes).unwrap_err().to_string()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(date: &str, hour: u32, minute: u32) -> Time {
    Time::from_exchange(day(date), hour, minute).unwrap()
}

/// The one item of bars.
fn only(bars: &[(String, Interval, RawBars)]) -> (&str, Interval, &RawBars) {
    let [(symbol, interval, raw)] = bars else {
        panic!("{bars:?}");
    };
    (symbol, *interval, raw)
}
