//! `--out`: the document, the stitched equity and the folds, all of them or none.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use chrono::Datelike as _;
use lab::sweep::space::Value;
use lab::walk_forward::{Chosen, FoldSaid, Said, WalkForward};
use market::{Date, Origin};
use table::{Column, Options, Table};

use super::document::walk_forward_json;
use crate::error::ReportError;
use crate::frames::EPOCH_FROM_CE;
use crate::results::put_folder;
use crate::target::check_target_for;

/// The files of a folder of walking forward.
pub const WALK_FORWARD_FILES: [&str; 3] = ["walk-forward.json", "equity.parquet", "folds.parquet"];

/// Whether the results of walking forward may be put under the name `folder`. Worth asking before a long run.
///
/// # Errors
/// As [`check_target`](crate::check_target).
pub fn check_walk_forward_target(folder: &Path) -> Result<(), ReportError> {
    check_target_for(folder, &WALK_FORWARD_FILES)
}

/// Writes [`WALK_FORWARD_FILES`] into `folder`, as [`write_results`](crate::write_results) writes a run's.
///
/// # Errors
/// As [`write_results`](crate::write_results).
pub fn write_walk_forward(
    folder: &Path,
    said: &WalkForward,
    warnings: &[String],
    stop: &AtomicBool,
) -> Result<(), ReportError> {
    put_folder(folder, &WALK_FORWARD_FILES, stop, |fresh| {
        let path = fresh.join(WALK_FORWARD_FILES[0]);
        let mut file = table::AtomicFile::create(&path)?;
        file.write_all(walk_forward_json(said, warnings)?.as_bytes())
            .map_err(ReportError::io("write", &path))?;
        file.commit()?;
        equity(said).write_atomic(&fresh.join(WALK_FORWARD_FILES[1]), &Options::default())?;
        folds(said).write_atomic(&fresh.join(WALK_FORWARD_FILES[2]), &Options::default())?;
        Ok(())
    })
}

fn begin<'a>(said: &WalkForward) -> Table<'a> {
    let summary = &said.summary;
    let table = Table::new()
        .fact("plan", &summary.plan)
        .fact("stormproof", env!("CARGO_PKG_VERSION"))
        .fact("tape_fingerprint", &summary.tape.fingerprint);
    match summary.tape.origin {
        Origin::Real => table.fact("origin", "real"),
        Origin::Simulated { seed } => table
            .fact("origin", "simulated")
            .fact("seed", &seed.to_string()),
    }
}

/// A row a session out of sample.
fn equity(said: &WalkForward) -> Table<'_> {
    let stitched = &said.stitched;
    let mut peak = stitched.start_equity_usd;
    let drawdowns = stitched.closes.iter().map(|close| {
        peak = peak.max(*close);
        (peak - close) / peak
    });
    let drawdowns: Vec<f64> = drawdowns.collect();
    begin(said)
        .column("fold", fold_numbers(stitched.folds.iter().copied()))
        .column("date", days(stitched.dates.iter().copied()))
        .column("equity", Column::number(stitched.closes.as_slice()))
        .column("drawdown", Column::number(drawdowns))
}

/// A row a fold: its windows, its choice, and what that did in sample and out of sample.
fn folds(said: &WalkForward) -> Table<'_> {
    let folds = &said.folds;
    let dates = |of: fn(&FoldSaid) -> Date| days(folds.iter().map(of));
    let number = |of: fn(&Chosen) -> Option<f64>| {
        let cells: Vec<Option<f64>> = folds
            .iter()
            .map(|fold| fold.chosen.as_ref().and_then(of))
            .collect();
        Column::maybe_number(cells)
    };
    let mut table = begin(said)
        .column("fold", fold_numbers(0..folds.len()))
        .column("train_from", dates(|fold| fold.train.0))
        .column("train_to", dates(|fold| fold.train.1))
        .column("test_from", dates(|fold| fold.test.0))
        .column("test_to", dates(|fold| fold.test.1))
        .column("objective_in", number(|c| c.trained.objective))
        .column("objective_out", number(|c| c.tested.objective))
        .column("net_return_in", number(|c| c.trained.net_return))
        .column("net_return_out", number(|c| c.tested.net_return))
        .column("trades_in", count(folds, |c| c.trained))
        .column("trades_out", count(folds, |c| c.tested))
        .column("beaten", number(|c| c.beaten))
        .column(
            "end_equity_usd",
            Column::number(
                folds
                    .iter()
                    .map(|fold| fold.end_equity_usd)
                    .collect::<Vec<_>>(),
            ),
        );
    for (axis, name) in said.summary.axes.iter().enumerate() {
        table = table.column(name, parameter(folds, axis));
    }
    table
}

/// The chosen values of one parameter, in its own type.
fn parameter<'a>(folds: &[FoldSaid], axis: usize) -> Column<'a> {
    let cells = || {
        folds
            .iter()
            .map(|fold| fold.chosen.as_ref()?.values.get(axis))
    };
    match cells().flatten().next() {
        Some(Value::Number(_)) => {
            Column::maybe_number(cells().map(|v| v?.number()).collect::<Vec<_>>())
        }
        Some(Value::Whole(_)) => {
            let whole = |value: Option<&Value>| match value? {
                Value::Whole(n) => Some(*n),
                _ => None,
            };
            Column::maybe_integer(cells().map(whole).collect::<Vec<_>>())
        }
        _ => Column::maybe_text(cells().map(|value| value.map(Value::to_string))),
    }
}

fn count<'a>(folds: &[FoldSaid], of: fn(&Chosen) -> Said) -> Column<'a> {
    let cell = |fold: &FoldSaid| Some(of(fold.chosen.as_ref()?).trades? as i64);
    Column::maybe_integer(folds.iter().map(cell).collect::<Vec<_>>())
}

/// Counted from 1, as on the terminal.
fn fold_numbers<'a>(folds: impl Iterator<Item = usize>) -> Column<'a> {
    Column::integer(folds.map(|fold| fold as i64 + 1).collect::<Vec<_>>())
}

fn days<'a>(dates: impl Iterator<Item = Date>) -> Column<'a> {
    Column::date_days(
        dates
            .map(|date| date.num_days_from_ce() - EPOCH_FROM_CE)
            .collect::<Vec<_>>(),
    )
}
