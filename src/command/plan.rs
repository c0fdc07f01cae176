//! `stormproof plan`.

use std::path::Path;
use std::sync::atomic::Ordering;

use lab::PlanOptions;

use crate::args::{SheetArgs, SheetFormat, date};
use crate::door::Failure;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::{out, signal};

/// Works the plan out on its date and prints it, or writes it into a file.
pub(crate) fn run(args: &SheetArgs) -> Result<(), Failure> {
    let stop = signal::watch();
    let on = args
        .on
        .as_deref()
        .map(|text| date("--on", text))
        .transpose()?;
    let plan = Plan::open(&args.plan)?;
    let progress = Progress::start("working out", args.quiet);
    let options = PlanOptions {
        on,
        equity_usd: args.equity,
        threads: 0,
        stop,
    };
    let mut sheet = lab::plan(&plan.scenario, &plan.regimes, &plan.tape, options)?;
    drop(progress);
    sheet.warnings.extend(plan.warnings);
    if stop.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let text = match args.format {
        SheetFormat::Terminal => report::plan_text(&sheet),
        SheetFormat::Markdown => report::plan_markdown(&sheet),
        SheetFormat::Json => report::plan_json(&sheet)?,
        SheetFormat::Html => report::plan_html(&sheet),
    };
    match args.out.as_deref().filter(|path| *path != Path::new("-")) {
        None if args.format == SheetFormat::Terminal => out::readings(&text),
        None => out::print(&text),
        Some(path) if is_the_plan(path, &args.plan.scenario) => Err(Failure::input(
            format!("--out {} is the plan itself", path.display()),
            "name another file: the plan that runs is kept as it is",
        )),
        Some(path) => {
            report::write_text(path, &text, true)?;
            if !args.quiet {
                out::note(&format!("plan: {}", path.display()));
            }
            Ok(())
        }
    }
}

/// True if both are one file, whatever links lead to it.
fn is_the_plan(out: &Path, scenario: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(out).is_some_and(|out| real(scenario) == Some(out))
}
