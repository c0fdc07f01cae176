//! Closes of universes, members, events and option quotes: onto a tape, merged, and off it again.

mod chains;
mod closes;
mod dated;
mod quotes;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use market::{Date, Event, Right, Time};
use table::{Column, Options, Table};
use tape::{
    Close, ClosePrices, ClosesBuffer, Contents, ImportOptions, ImportReport, MemberSpan, Panel,
    Sort, Tape, TapeError,
};

static GO: AtomicBool = AtomicBool::new(false);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(date: &str, hour: u32, minute: u32) -> Time {
    Time::from_exchange(day(date), hour, minute).unwrap()
}

fn import_as(
    tape: &Tape,
    paths: &[PathBuf],
    options: &ImportOptions,
) -> Result<ImportReport, TapeError> {
    tape.import(paths, options, &mut |_| {}, &GO)
}

fn import(tape: &Tape, paths: &[PathBuf]) -> Result<ImportReport, TapeError> {
    import_as(tape, paths, &ImportOptions::default())
}

/// A folder of files and a tape beside it.
struct Desk {
    folder: tempfile::TempDir,
    tape: Tape,
}

impl Desk {
    fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let tape = Tape::open_or_new(folder.path().join("tape")).unwrap();
        Desk { folder, tape }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn bytes(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn below(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    below(&path, found);
                } else if path.extension().is_some_and(|e| e == "parquet") {
                    found.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        below(&self.folder.path().join("tape"), &mut found);
        found
    }

    fn closes(&self, universe: &str) -> BTreeMap<String, Vec<(Date, f64)>> {
        let universe = self.tape.universe(universe).unwrap();
        let (mut all, mut buffer) = (BTreeMap::new(), ClosesBuffer::default());
        for part in 0..universe.parts() {
            let each = |c: tape::Closes<'_>| {
                let dates = c.session.iter().map(|&s| universe.sessions()[s as usize]);
                let rows = dates.zip(c.close.iter().copied()).collect();
                assert!(
                    all.insert(c.symbol.to_owned(), rows).is_none(),
                    "each symbol once"
                );
            };
            universe.read(part, &mut buffer, each).unwrap();
        }
        all
    }
}
