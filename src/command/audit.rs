//! `stormproof audit`.

use std::fmt::Write as _;

use lab::options::QuoteSource;

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
    let quoted = !loaded.snapshot.chains.is_empty();
    let options = plan.scenario.options.as_ref();
    let priced = options.is_some_and(|rules| rules.quotes != QuoteSource::Quoted);
    let model = priced.then(|| report::model_banner(quoted).to_owned());
    let banners = report::simulated_banner(&loaded.snapshot.origin).into_iter();
    let mut text = String::new();
    for banner in banners.chain(model) {
        let _ = writeln!(text, "{banner}");
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
    out::readings(&text)?;
    if audit.mismatches.is_empty() {
        return Ok(());
    }
    Err(Failure::SawTheFuture(
        "decisions changed when only the future did: a column of this plan looks ahead".to_owned(),
    ))
}
