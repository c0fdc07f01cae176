//! `stormproof diagnose`.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;
use std::sync::atomic::Ordering;

use journal::{ColumnMap, JournalError, Log, ReadOptions};
use lab::{DiagnoseOptions, Override, Said, Scenario};

use crate::args::{DiagnoseArgs, Format, LogFormat, date};
use crate::door::Failure;
use crate::progress::Progress;
use crate::{out, place, plan, signal};

/// No log is longer; something else was named by mistake.
const MOST_BYTES: u64 = 64 << 20;

/// Reads the log, holds it against the plan and prints what comes of it.
pub(crate) fn run(args: &DiagnoseArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let (source, text) = plan::text(&args.scenario)?;
    let set: Result<Vec<Override>, _> = args.set.iter().map(|set| set.parse()).collect();
    let scenario = Scenario::parse(&source, &text, &set?)?;
    let from = args
        .from
        .as_deref()
        .map(|text| date("--from", text))
        .transpose()?;
    let to = args
        .to
        .as_deref()
        .map(|text| date("--to", text))
        .transpose()?;
    let log = log(args, &scenario.instrument.symbol)?;
    let tape = place::tape(args.tape.as_deref())?;
    // The table begins with the same words.
    if args.tape.is_none() && args.running.format == Format::Json && !args.running.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let progress = Progress::start("replaying", args.running.quiet);
    let options = DiagnoseOptions {
        from,
        to,
        draws: args.resamples,
        seed: args.seed,
        threads: args.running.threads(),
        stop,
        said: said(args),
    };
    let diagnosis = lab::diagnose(&scenario, &log, &tape, &options)?;
    drop(progress);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    match args.running.format {
        Format::Table => out::results(&report::diagnosis(&diagnosis)),
        Format::Json => out::print(&report::diagnosis_json(&diagnosis)?),
    }
}

/// The words of this call that a suggested command repeats.
fn said(args: &DiagnoseArgs) -> Said {
    let mut log = vec!["--trades".to_owned(), args.trades.display().to_string()];
    let named = args
        .log_format
        .map(|format| known(format).word().to_owned());
    for (option, value) in [
        ("--log-format", &named),
        ("--map", &args.map),
        ("--time-format", &args.time_format),
        ("--timezone", &args.timezone),
        ("--from", &args.from),
        ("--to", &args.to),
    ] {
        if let Some(value) = value {
            log.extend([option.to_owned(), value.clone()]);
        }
    }
    Said {
        scenario: args.scenario.display().to_string(),
        tape: args.tape.as_ref().map(|tape| tape.display().to_string()),
        set: args.set.clone(),
        log,
    }
}

const fn known(format: LogFormat) -> journal::Format {
    match format {
        LogFormat::Ib => journal::Format::InteractiveBrokers,
        LogFormat::IbFlex => journal::Format::InteractiveBrokersFlex,
        LogFormat::Schwab => journal::Format::Schwab,
        LogFormat::Thinkorswim => journal::Format::Thinkorswim,
        LogFormat::Tastytrade => journal::Format::Tastytrade,
        LogFormat::Stormproof => journal::Format::Stormproof,
        LogFormat::Map => journal::Format::Map,
    }
}

/// The log, read for one symbol.
fn log(args: &DiagnoseArgs, symbol: &str) -> Result<Log, Failure> {
    let about = |error: JournalError| Failure::input(error.to_string(), error.help);
    let map = args
        .map
        .as_deref()
        .map(ColumnMap::parse)
        .transpose()
        .map_err(about)?;
    let bytes = bytes(&args.trades)?;
    let options = ReadOptions {
        symbol,
        format: args.log_format.map(known),
        map: map.as_ref(),
        time_format: args.time_format.as_deref(),
        zone: args.timezone.as_deref(),
    };
    journal::read(&bytes, &options).map_err(|error| {
        let name = args.trades.display();
        Failure::input(format!("{name}: {error}"), error.help)
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let name = path.display();
    let export =
        "name the CSV that your broker exports; `stormproof diagnose --help` lists the known ones";
    let found = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::input(format!("there is no log {name}"), export),
        _ => Failure::input(
            format!("cannot read {name}: {error}"),
            "check its permissions",
        ),
    })?;
    // Opening a pipe waits for whoever writes into it, and no signal ends that wait.
    if !found.is_file() {
        return Err(Failure::input(
            format!("{name} is not a regular file; expected a log of trades, a CSV file"),
            export,
        ));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            Failure::input(
                format!("cannot read {name}: {error}"),
                "check its permissions",
            )
        })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::input(
            format!("{name} is larger than 64 MiB; expected a log of trades, a CSV file"),
            "check the path, or export a shorter span",
        ));
    }
    Ok(bytes)
}
