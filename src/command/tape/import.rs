//! `stormproof tape import`.

use std::fmt::Write as _;

use tape::{Format, ImportOptions, ImportReport, Tape};

use super::merged::merged;
use crate::args::ImportArgs;
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, signal};

/// Changed values shown by an import; all are counted.
const LISTED: usize = 20;

pub(super) fn import(args: &ImportArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let tape = Tape::open_or_new(&args.tape)?;
    let options = ImportOptions {
        symbol: args.symbol.clone(),
        format: args.format.as_deref().map(Format::named).transpose()?,
        zone: args.zone.as_deref().map(tape::zone).transpose()?,
        changes_listed: LISTED,
    };
    let progress = Progress::start("importing", args.quiet);
    let mut step = |at: tape::Progress| progress.at(at.done, at.total);
    let report = tape.import(&args.paths, &options, &mut step, stop)?;
    drop(progress);
    out::print(&imported(&report))
}

fn imported(report: &ImportReport) -> String {
    let mut text = String::new();
    for file in &report.files {
        let _ = writeln!(
            text,
            "{}: {} rows, {}",
            file.path,
            file.rows,
            file.format.as_str()
        );
        if let Some(zone) = &file.zone {
            let _ = writeln!(text, "  times in {zone}");
        }
        for note in &file.notes {
            let _ = writeln!(text, "  {note}");
        }
    }
    for warning in &report.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    for left in &report.skipped {
        let _ = writeln!(text, "{}: left, {}", left.path, left.reason);
    }
    text + "\n" + &merged(&report.merge)
}
