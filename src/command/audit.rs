//! `stormproof audit`.

use std::fmt::Write as _;

use crate::args::AuditArgs;
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Audits the plan and prints every decision that changed when the future did.
pub(crate) fn run(args: &AuditArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let plan = Plan::open(&args.plan)?;
    if plan.on_embedded && !args.quiet {
        out::note(super::ON_EMBEDDED);
    }
    let loaded = lab::load(&plan.scenario, &plan.regimes, &plan.tape, 1)?;
    let progress = Progress::start("auditing", args.quiet);
    let audit = lab::audit(
        &plan.scenario,
        &plan.regimes,
        &loaded,
        lab::AuditOptions {
            cuts: args.cuts as usize,
            threads: args.threads.map_or(0, usize::from),
            stop,
        },
    )?;
    drop(progress);
    let mut text = report::simulated_banner(&loaded.snapshot.origin).unwrap_or_default();
    if !text.is_empty() {
        text.push('\n');
    }
    for warning in plan.warnings {
        let _ = writeln!(text, "warning: {warning}");
    }
    for mismatch in &audit.mismatches {
        let _ = writeln!(
            text,
            "{} at {}, future {}: {}",
            mismatch.regime,
            mismatch.cut,
            mismatch.mode.as_str(),
            mismatch.what
        );
    }
    let _ = writeln!(
        text,
        "audit of {}: {} replays, {} setups and fills compared, {} differed",
        plan.scenario.name,
        audit.replays,
        audit.compared,
        audit.mismatches.len()
    );
    out::print(&text)?;
    if audit.mismatches.is_empty() {
        return Ok(());
    }
    Err(Failure::SawTheFuture(
        "decisions changed when only the future did: a column of this plan looks ahead".to_owned(),
    ))
}
