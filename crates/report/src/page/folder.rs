//! Folders of results as pages: which kind they are, and what is wrong with those that are none.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::Days;
use lab::record::Record;
use market::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;
use table::{Dest, Reader};

use super::error::PageError;
use super::{run, sweep, walk_forward};
use crate::document::SCHEMA;
use crate::error::ReportError;
use crate::recorded::{RecordError, read_results};
use crate::results::FILES;
use crate::sweep::{REPORT, RESULTS, Ranking, Results, Summary};
use crate::walk_forward::WALK_FORWARD_FILES;

/// Bytes of a document beyond which it is somebody else's.
const MOST_BYTES: u64 = 64 << 20;
/// Combinations listed where a folder has no document of its own: one that was joined from shards.
const LISTED: usize = 10;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Run,
    Sweep,
    WalkForward,
}

impl Kind {
    const fn told(self) -> &'static str {
        match self {
            Self::Run => "a run",
            Self::Sweep => "a sweep",
            Self::WalkForward => "a walk forward",
        }
    }
}

/// The page of the results in `folders`: one of any kind, or several of runs.
///
/// # Errors
/// A path that holds no results, results of another version, damaged ones, several of which one is not a run's.
pub fn page_of_folders(folders: &[PathBuf]) -> Result<String, PageError> {
    let kinds: Result<Vec<Kind>, PageError> = folders.iter().map(|folder| kind(folder)).collect();
    let kinds = kinds?;
    if let ([folder], [kind]) = (folders, kinds.as_slice()) {
        return match kind {
            Kind::Run => of_runs(folders),
            Kind::Sweep => of_sweep(folder),
            Kind::WalkForward => of_walk_forward(folder),
        };
    }
    let mut found = folders.iter().zip(&kinds);
    match found.find(|(_, kind)| **kind != Kind::Run) {
        Some((folder, kind)) => Err(PageError::Mixed {
            path: folder.clone(),
            found: kind.told(),
        }),
        None => of_runs(folders),
    }
}

fn kind(folder: &Path) -> Result<Kind, PageError> {
    let not_results = |found: String| PageError::NotResults {
        path: folder.to_owned(),
        found,
    };
    let Ok(found) = fs::metadata(folder) else {
        return Err(not_results("there is no such folder".to_owned()));
    };
    if !found.is_dir() {
        return Err(not_results("that is a file".to_owned()));
    }
    let has = |name: &str| folder.join(name).is_file();
    if has(FILES[0]) {
        Ok(Kind::Run)
    } else if has(WALK_FORWARD_FILES[0]) {
        Ok(Kind::WalkForward)
    } else if has(RESULTS) || folder.join("parts").is_dir() {
        Ok(Kind::Sweep)
    } else {
        let documents = [FILES[0], WALK_FORWARD_FILES[0], RESULTS];
        Err(not_results(format!(
            "it holds no {}",
            documents.join(", no ")
        )))
    }
}

fn of_sweep(folder: &Path) -> Result<String, PageError> {
    let results = Results::open_whole(folder)?;
    let document = folder.join(REPORT);
    if document.is_file() {
        let told = read(&document, Summary::SCHEMA)?;
        return sweep::of_told(&told, &results);
    }
    let ranking = Ranking::new(&["sharpe".to_owned()], &[], LISTED)?;
    sweep::sweep_page(&Summary::new(&results, &ranking)?, &results)
}

fn of_walk_forward(folder: &Path) -> Result<String, PageError> {
    let told = read(&folder.join(WALK_FORWARD_FILES[0]), SCHEMA)?;
    let path = folder.join(WALK_FORWARD_FILES[1]);
    let (mut days, mut closes) = (Vec::new(), Vec::new());
    let mut wanted = [
        ("date", Dest::DateDays(&mut days)),
        ("equity", Dest::Number(&mut closes)),
    ];
    Reader::open(&path)?.read_all(&mut wanted, 1)?;
    let dates: Option<Vec<Date>> = days.into_iter().map(date).collect();
    let dates = dates.ok_or_else(|| PageError::Damaged {
        path,
        why: "a date that no calendar has".to_owned(),
    })?;
    Ok(walk_forward::of(
        &told,
        &walk_forward::Account { dates, closes },
    )?)
}

fn date(days: i32) -> Option<Date> {
    let epoch = Date::from_ymd_opt(1970, 1, 1)?;
    let distance = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 {
        epoch.checked_sub_days(distance)
    } else {
        epoch.checked_add_days(distance)
    }
}

/// A document of ours, of the form that this version writes.
fn read<T: DeserializeOwned>(path: &Path, expected: u32) -> Result<T, PageError> {
    let damaged = |why: String| PageError::Damaged {
        path: path.to_owned(),
        why,
    };
    let size = fs::metadata(path)
        .map_err(ReportError::io("look at", path))?
        .len();
    if size > MOST_BYTES {
        return Err(damaged(format!("{size} bytes are too many to be ours")));
    }
    let text = fs::read_to_string(path).map_err(ReportError::io("read", path))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    let found = value.get("schema").cloned().unwrap_or_default();
    if found.as_u64() != Some(u64::from(expected)) {
        return Err(PageError::Version {
            path: path.to_owned(),
            found: found.to_string(),
            expected,
        });
    }
    serde_json::from_value(value).map_err(|error| damaged(error.to_string()))
}

fn of_runs(folders: &[PathBuf]) -> Result<String, PageError> {
    let records: Result<Vec<Record>, RecordError> =
        folders.iter().map(|folder| read_results(folder)).collect();
    run::runs_page(&records?, folders)
}
