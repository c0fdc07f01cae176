//! `stormproof sweep show`.

use report::sweep::{Ranking, Results, Summary, heatmap, sweep_text};

use crate::args::{Format, ShowArgs};
use crate::door::Failure;
use crate::out;

/// Ranks, filters and draws.
pub(crate) fn run(args: &ShowArgs) -> Result<(), Failure> {
    let ranking = Ranking::new(&args.objective, &args.require, usize::from(args.top))?;
    let results = Results::open_whole(&args.results)?;
    if !args.heatmap.is_empty() {
        if args.format == Format::Json {
            return Err(Failure::input(
                "--heatmap is a drawing; it has no JSON",
                "leave out --format json, or --heatmap",
            ));
        }
        let [down, across] = args.heatmap.as_slice() else {
            return Err(Failure::input(
                format!(
                    "--heatmap {}: expected two parameters",
                    args.heatmap.join(",")
                ),
                "the first goes down, the second across: --heatmap exit.stop_atr,exit.target_atr",
            ));
        };
        return out::print(&heatmap(
            &results,
            &ranking,
            down,
            across,
            out::colour_on_stdout(),
        )?);
    }
    let summary = Summary::new(&results, &ranking)?;
    match args.format {
        Format::Table => out::results(&sweep_text(&summary)),
        Format::Json => out::print(&summary.json()?),
    }
}
