//! The history of readings as one Parquet file: every column, a row a session.

use std::path::Path;

use chrono::Datelike as _;
use lab::signals::{Flag, Flip, FlipAt, Layer, Number, Reading, Rotation, SignalHistory, State};
use market::Origin;
use table::{Column, Options, Table};

use crate::error::ReportError;
use crate::frames::EPOCH_FROM_CE;

/// Writes the history to `path`, whole or not at all; a file that is there is replaced.
///
/// # Errors
/// As [`check_signal_target`], and what the system refuses.
pub fn write_signal_history(path: &Path, history: &SignalHistory) -> Result<(), ReportError> {
    check_signal_target(path)?;
    Ok(frame(history).write_atomic(path, &Options::default())?)
}

/// Whether a history may be put under the name `path`: nothing is there, or an earlier history. Worth asking before a long run.
///
/// A name proves nothing: an earlier history is a Parquet file with our facts and first columns.
///
/// # Errors
/// [`ReportError::NoFile`] for what is no regular file, or a link that leads nowhere; [`ReportError::OtherFile`] for a file
/// that `signal --out` did not write.
pub fn check_signal_target(path: &Path) -> Result<(), ReportError> {
    match std::fs::metadata(path) {
        // A link that leads nowhere would be replaced, and with it what its owner meant.
        Err(_) if path.symlink_metadata().is_ok() => Err(ReportError::NoFile(path.to_owned())),
        // What else may be wrong with the path is the system's to say, once it is written to.
        Err(_) => Ok(()),
        Ok(found) if !found.is_file() => Err(ReportError::NoFile(path.to_owned())),
        Ok(_) if is_history(path) => Ok(()),
        Ok(_) => Err(ReportError::OtherFile(path.to_owned())),
    }
}

fn is_history(path: &Path) -> bool {
    table::Reader::open(path).is_ok_and(|file| {
        let facts = ["profile", "symbol", "stormproof"];
        let columns = file.columns().iter().map(|(name, _)| name.as_str());
        facts.iter().all(|fact| file.fact(fact).is_some())
            && columns.take(FIRST_COLUMNS.len()).eq(FIRST_COLUMNS)
    })
}

/// How the columns of a history begin, which tells one from other tables of ours.
const FIRST_COLUMNS: [&str; 3] = ["date", "close_usd", "composite"];

fn frame(history: &SignalHistory) -> Table<'static> {
    let readings: Vec<(usize, Reading)> = history
        .rows
        .clone()
        .filter_map(|row| Some((row, history.columns.at(row)?)))
        .collect();
    let rows: Vec<usize> = readings.iter().map(|(row, _)| *row).collect();
    let of: Vec<Reading> = readings.into_iter().map(|(_, reading)| reading).collect();
    let mut table = facts(history);
    let dates: Vec<i32> = rows
        .iter()
        .filter_map(|&row| history.dates.get(row))
        .map(|date| date.num_days_from_ce() - EPOCH_FROM_CE)
        .collect();
    table = table.column("date", Column::date_days(dates));
    table = table.column("close_usd", number(&of, |r| r.close_usd));
    table = table.column(
        "composite",
        words(&of, |r| r.composite.state.map(State::word)),
    );
    table = table.column("sum", whole(&of, |r| r.composite.sum.map(i64::from)));
    table = table.column(
        "layers_known",
        whole(&of, |r| Some(r.composite.rests_on.len() as i64)),
    );
    table = table.column("size", words(&of, |r| Some(r.size.word())));
    table = table.column("size_why", words(&of, |r| Some(r.size.why())));
    table = table.column("size_scale", number(&of, |r| Some(r.size_scale)));
    table = table.column(
        "rotation",
        words(&of, |r| r.rotation.state.map(Rotation::word)),
    );
    for layer in Layer::ALL {
        let state = words(&of, |r| r.state(layer).map(State::word));
        table = table.column(&layer.word().replace('-', "_"), state);
    }
    for flag in Flag::ALL {
        let set = whole(&of, |r| r.flag(flag).map(i64::from));
        table = table.column(&flag.word().replace('-', "_"), set);
    }
    for one in Number::ALL {
        let column = history.columns.number(one);
        let values: Vec<Option<f64>> = rows.iter().map(|&row| column.get(row)).collect();
        table = table.column(one.word(), Column::maybe_number(values));
    }
    prices(flips(table, &of), &of)
}

/// Dollars of each session's own share basis.
fn prices(table: Table<'static>, of: &[Reading]) -> Table<'static> {
    table
        .column("fast_usd", number(of, |r| r.trend.fast_usd))
        .column("slow_usd", number(of, |r| r.trend.slow_usd))
        .column("atr_usd", number(of, |r| r.trend.atr_usd))
        .column(
            "leadership_above_usd",
            number(of, |r| r.rotation.leadership_above_usd),
        )
        .column(
            "flight_below_usd",
            number(of, |r| r.rotation.flight_below_usd),
        )
        .column(
            "breakout_above_usd",
            number(of, |r| r.context.breakout_above_usd),
        )
}

/// Where each layer turns: what to, at which price (of breadth: reading), and how far that is.
fn flips(mut table: Table<'static>, of: &[Reading]) -> Table<'static> {
    type Of = fn(&Reading) -> Option<&Flip>;
    let layers: [(&str, &str, Of); 4] = [
        ("trend", "usd", |r| r.trend.flip.as_ref()),
        ("momentum", "usd", |r| r.momentum.flip.as_ref()),
        ("breadth", "pct", |r| r.breadth.flip.as_ref()),
        ("relative_strength", "usd", |r| {
            r.relative_strength.flip.as_ref()
        }),
    ];
    for (name, unit, flip) in layers {
        let at = |reading: &Reading| match flip(reading)?.at {
            FlipAt::Price(at) | FlipAt::Breadth(at) => Some(at),
            FlipAt::Any => None,
        };
        table = table
            .column(
                &format!("{name}_flip_to"),
                words(of, |r| Some(flip(r)?.to.word())),
            )
            .column(&format!("{name}_flip_at_{unit}"), number(of, at))
            .column(
                &format!("{name}_flip_distance"),
                number(of, |r| Some(flip(r)?.distance)),
            );
    }
    table
}

fn facts(history: &SignalHistory) -> Table<'static> {
    let table = Table::new()
        .fact("profile", &history.name)
        .fact("symbol", &history.profile().symbol)
        .fact("stormproof", env!("CARGO_PKG_VERSION"));
    match history.origin {
        Origin::Real => table.fact("origin", "real"),
        Origin::Simulated { seed } => table
            .fact("origin", "simulated")
            .fact("seed", &seed.to_string()),
    }
}

fn number(of: &[Reading], value: impl Fn(&Reading) -> Option<f64>) -> Column<'static> {
    Column::maybe_number(of.iter().map(value).collect::<Vec<_>>())
}

fn whole(of: &[Reading], value: impl Fn(&Reading) -> Option<i64>) -> Column<'static> {
    Column::maybe_integer(of.iter().map(value).collect::<Vec<_>>())
}

fn words(of: &[Reading], value: impl Fn(&Reading) -> Option<&'static str>) -> Column<'static> {
    Column::maybe_text(of.iter().map(value))
}
