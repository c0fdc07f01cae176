//! The real tape, if there is one here.

#![allow(clippy::print_stderr)] // a word on why tests were skipped

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use chrono::DateTime;
use market::{SessionTable, Time};
use tape::{ImportOptions, Tape};

use crate::support::*;

/// The folder of real files, or a word on why there is none.
pub(crate) fn real() -> Option<PathBuf> {
    let named = std::env::var_os("STORMPROOF_REAL_TAPE").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/tape");
    let folder = named.unwrap_or(beside);
    if folder.join("daily/IWM.csv").is_file() {
        return Some(folder);
    }
    eprintln!(
        "skipped: no real tape; set STORMPROOF_REAL_TAPE to its folder, or put it at ../shared/tape"
    );
    None
}

pub(crate) fn import(root: &Path, paths: &[PathBuf]) {
    let tape = Tape::open_or_new(root).unwrap();
    let stop = AtomicBool::new(false);
    tape.import(paths, &ImportOptions::default(), &mut |_| {}, &stop)
        .unwrap();
}

/// The bars of an intraday file, those that start within regular hours; read here, whatever importers know.
pub(crate) fn intraday(file: &Path) -> Vec<Row> {
    let text = fs::read_to_string(file).unwrap();
    let sessions = SessionTable::covering(day("2018-01-02"), day("2026-12-31"));
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let at = DateTime::parse_from_rfc3339(cells[0])
            .unwrap()
            .timestamp_micros();
        if sessions.containing(Time(at)).is_some() {
            let number = |i: usize| cells.get(i).map_or(0.0, |c| c.parse().unwrap());
            rows.push((at, [number(1), number(2), number(3), number(4), number(5)]));
        }
    }
    rows
}

/// The daily files and the five-minute bars.
pub(crate) fn tape(real: &Path) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    import(
        root.path(),
        &[real.join("daily"), real.join("vol"), real.join("rates")],
    );
    let name = |file: &str| real.join("intraday").join(file);
    let iwm = intraday(&name("IWM_5min_2020-07_2026-07_IEX.csv"));
    let spy = intraday(&name("SPY_5min_2018-01_2020-12_IB.csv"));
    write(root.path(), "IWM", "5m", &iwm);
    write(root.path(), "SPY", "5m", &spy);
    root
}
