//! `--out`: the document, a row a claim and a row an event, all of them or none.

use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use chrono::Datelike as _;
use lab::study::{Figures, Judged, Study};
use market::{Date, Origin};
use table::{Column, Options, Table};

use super::document::study_json;
use super::words::{direction_word, effect_word};
use crate::error::ReportError;
use crate::frames::EPOCH_FROM_CE;
use crate::results::put_folder;
use crate::target::check_target_for;

/// The files of a folder of a study.
pub const STUDY_FILES: [&str; 3] = ["study.json", "claims.parquet", "events.parquet"];

/// Whether a study may be put under the name `folder`. Worth asking before a long run.
///
/// # Errors
/// As [`check_target`](crate::check_target).
pub fn check_study_target(folder: &Path) -> Result<(), ReportError> {
    check_target_for(folder, &STUDY_FILES)
}

/// Writes [`STUDY_FILES`] into `folder`, as [`write_results`](crate::write_results) writes a run's.
///
/// # Errors
/// As [`write_results`](crate::write_results).
pub fn write_study(folder: &Path, study: &Study, stop: &AtomicBool) -> Result<(), ReportError> {
    put_folder(folder, &STUDY_FILES, stop, |fresh| {
        let path = fresh.join(STUDY_FILES[0]);
        let mut file = table::AtomicFile::create(&path)?;
        file.write_all(study_json(study)?.as_bytes())
            .map_err(ReportError::io("write", &path))?;
        file.commit()?;
        claims(study).write_atomic(&fresh.join(STUDY_FILES[1]), &Options::default())?;
        events(study).write_atomic(&fresh.join(STUDY_FILES[2]), &Options::default())?;
        Ok(())
    })
}

fn begin<'a>(study: &Study) -> Table<'a> {
    let table = Table::new()
        .fact("stormproof", env!("CARGO_PKG_VERSION"))
        .fact("tape_fingerprint", &study.tape.fingerprint);
    match study.tape.origin {
        Origin::Real => table.fact("origin", "real"),
        Origin::Simulated { seed } => table
            .fact("origin", "simulated")
            .fact("seed", &seed.to_string()),
    }
}

fn claims(study: &Study) -> Table<'_> {
    let all = &study.claims;
    let text = |of: fn(&Judged) -> &str| Column::text(all.iter().map(of));
    let count = |of: fn(&Figures) -> usize| {
        let cells = all
            .iter()
            .map(|judged| Some(of(judged.figures.as_ref()?) as i64));
        Column::maybe_integer(cells.collect::<Vec<_>>())
    };
    let number = |of: fn(&Figures) -> Option<f64>| {
        let cells = all.iter().map(|judged| of(judged.figures.as_ref()?));
        Column::maybe_number(cells.collect::<Vec<_>>())
    };
    let date = |of: fn(&Figures) -> Option<Date>| {
        let day = |judged: &Judged| {
            Some(of(judged.figures.as_ref()?)?.num_days_from_ce() - EPOCH_FROM_CE)
        };
        Column::maybe_date_days(all.iter().map(day).collect::<Vec<_>>())
    };
    begin(study)
        .column("claim", text(|judged| &judged.claim.name))
        .column("verdict", text(|judged| judged.verdict.as_str()))
        .column(
            "effect_kind",
            text(|judged| effect_word(judged.claim.effect)),
        )
        .column(
            "direction",
            text(|judged| direction_word(judged.claim.expect.direction)),
        )
        .column("events", count(|f| f.events))
        .column("events_apart", count(|f| f.events_apart))
        .column("controls", count(|f| f.controls))
        .column("controls_apart", count(|f| f.controls_apart))
        .column("event_mean", number(|f| f.event_mean))
        .column("control_mean", number(|f| f.control_mean))
        .column("effect", number(|f| f.effect))
        .column("low_95", number(|f| f.low))
        .column("high_95", number(|f| f.high))
        .column("p", number(|f| f.p))
        .column("p_corrected", number(|f| f.p_corrected))
        .column("from", date(|f| f.from))
        .column("to", date(|f| f.to))
}

fn events(study: &Study) -> Table<'_> {
    let all = || {
        study
            .claims
            .iter()
            .flat_map(|judged| judged.happenings.iter().map(move |event| (judged, event)))
    };
    begin(study)
        .column(
            "claim",
            Column::text(all().map(|(judged, _)| judged.claim.name.as_str())),
        )
        .column(
            "time",
            Column::time_micros(
                all()
                    .map(|(_, event)| event.time.micros())
                    .collect::<Vec<_>>(),
            ),
        )
        .column(
            "outcome",
            Column::number(all().map(|(_, event)| event.outcome).collect::<Vec<_>>()),
        )
}
