//! `stormproof signal` and `stormproof debrief`.

use std::path::Path;

use lab::signals::{
    AsOf, DeskOptions, NamedProfile, SignalDesk, SignalHistory, SignalSheet, debrief, scoreboard,
};
use tape::Tape;

use super::ON_EMBEDDED;
use crate::args::{DebriefArgs, Format, ReadingArgs, SignalArgs, date};
use crate::door::Failure;
use crate::{out, place, plan, signal};

/// The reading of a session, or of many.
pub(crate) fn signal(args: &SignalArgs) -> Result<(), Failure> {
    // Not left to the parser: it forgives what an argument requires if --on excludes that.
    if args.out.is_some() && args.reading.from.is_none() {
        return Err(Failure::input(
            "--out writes the sessions of a range, and there is none".to_owned(),
            "add --from DATE --to DATE; for one session give its date twice",
        ));
    }
    if let Some(path) = &args.out {
        report::check_signal_target(path)?;
    }
    let (desk, tape) = open(&args.reading)?;
    let json = args.reading.running.format == Format::Json;
    if args.reading.from.is_none() {
        let Some(sheet) = SignalSheet::of(&desk) else {
            return Err(Failure::Defect("a desk without rows was opened".to_owned()));
        };
        return if json {
            out::print(&report::signal_json(&sheet)?)
        } else {
            out::readings(&report::signal(&sheet))
        };
    }
    let history = SignalHistory::of(desk, &tape)?;
    if let Some(path) = &args.out {
        report::write_signal_history(path, &history)?;
        if !args.reading.running.quiet {
            out::note(&format!(
                "{} sessions: {}",
                history.rows.len(),
                path.display()
            ));
        }
    }
    if json {
        out::print(&report::history_json(&history)?)
    } else {
        out::readings(&report::signal_history(&history))
    }
}

/// A session against its reading, or a scoreboard of many.
pub(crate) fn debriefed(args: &DebriefArgs) -> Result<(), Failure> {
    let (desk, tape) = open(&args.reading)?;
    let json = args.reading.running.format == Format::Json;
    let text = if args.reading.from.is_none() {
        let told = debrief(&desk, &tape)?;
        if json {
            report::debrief_json(&told)?
        } else {
            report::debrief(&told)
        }
    } else {
        let board = scoreboard(&desk, &tape)?;
        if json {
            report::scoreboard_json(&board)?
        } else {
            report::scoreboard(&board)
        }
    };
    if json {
        out::print(&text)
    } else {
        out::readings(&text)
    }
}

fn open(args: &ReadingArgs) -> Result<(SignalDesk, Tape), Failure> {
    let stop = signal::watch();
    let asked = asked(args)?;
    let profile = match (&args.profile, &args.scenario) {
        (Some(named), _) => profile(named)?,
        (None, Some(scenario)) => {
            let (source, text) = plan::text(scenario)?;
            NamedProfile::of_plan(&source, &text)?
        }
        (None, None) => NamedProfile::shipped("iwm")?,
    };
    let tape = place::tape(args.tape.as_deref())?;
    if args.tape.is_none() && !args.running.quiet {
        out::note(ON_EMBEDDED);
    }
    let options = DeskOptions {
        threads: args.running.threads(),
        stop,
    };
    Ok((SignalDesk::open(profile, &tape, asked, options)?, tape))
}

/// A file, or else a shipped name.
fn profile(named: &Path) -> Result<NamedProfile, Failure> {
    if named.symlink_metadata().is_err() {
        return Ok(NamedProfile::shipped(&named.display().to_string())?);
    }
    let text = plan::read(named, "profile")?;
    Ok(NamedProfile::parse(&named.display().to_string(), &text)?)
}

fn asked(args: &ReadingArgs) -> Result<AsOf, Failure> {
    let given = |flag: &str, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|text| date(flag, text)).transpose()
    };
    match (given("--from", &args.from)?, given("--to", &args.to)?) {
        (Some(from), Some(to)) if to < from => Err(Failure::input(
            format!("--from {from} is after --to {to}"),
            "swap the dates",
        )),
        (Some(from), Some(to)) => Ok(AsOf::Range { from, to }),
        _ => Ok(given("--on", &args.on)?.map_or(AsOf::Last, AsOf::On)),
    }
}
