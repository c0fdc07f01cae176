//! What can be wrong with a tape or with a file meant for one.

use std::io;

use market::{BarDefect, Time};
use table::TableError;

/// Why a tape could not be read, or a file not imported.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    /// The operating system refused.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was tried.
        doing: &'static str,
        /// Its reason.
        source: io::Error,
    },
    /// There is no folder of that name.
    #[error("there is no tape at {path}: expected a folder; `tape import` makes one")]
    NoTape {
        /// The path.
        path: String,
    },
    /// A file where the folder of a new tape is to be.
    #[error("{path} is a file, and a tape is a folder; name another one, new or a tape already")]
    NotAFolder {
        /// The path.
        path: String,
    },
    /// A Parquet file is damaged or holds other columns than a tape's.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A remote tape could not be read.
    #[error("cannot read the tape {0}")]
    Remote(#[from] remote::RemoteError),
    /// A remote tape was to be written.
    #[error(
        "cannot write to {url}: a remote tape is only read; write into a folder, then upload the folder"
    )]
    RemoteWrite {
        /// Its URL.
        url: String,
    },
    /// A bar that no replay may use.
    #[error("{path}: {defect}; repair the row at its source and import it again")]
    Bar {
        /// The file.
        path: String,
        /// What is wrong.
        defect: BarDefect,
    },
    /// A file whose column contradicts the folder it lies in.
    #[error(
        "{path}: column `{column}` differs from the folder's {column}={folder} in row {row}; move the file to its folder, or drop the column if the folder is right"
    )]
    Partition {
        /// The file.
        path: String,
        /// `symbol` or `interval`.
        column: &'static str,
        /// The first row that differs, from 0.
        row: usize,
        /// What the folder says.
        folder: String,
    },
    /// Files of one symbol on different share bases, and a split between them.
    #[error(
        "{symbol} has split, {first} counts its shares {first_says} and {second} {second_says}: no replay can use both; import one of them again together with the splits"
    )]
    Basis {
        /// The symbol.
        symbol: String,
        /// A file.
        first: String,
        /// Its basis: `raw` or `applied`.
        first_says: &'static str,
        /// The other.
        second: String,
        /// Its basis.
        second_says: &'static str,
    },
    /// Two files of one symbol and interval that hold the same stretch of time.
    #[error(
        "{first} and {second} overlap: the second begins at {at}, before the first has ended; keep one of them, or make them one file without the rows they share"
    )]
    Parts {
        /// The file that begins first.
        first: String,
        /// The other.
        second: String,
        /// Its first bar.
        at: Time,
    },
    /// A dated value that breaks the order of its file or is not a number.
    #[error("{path}: row {row} ({date}): found {found}; expected {expected}")]
    Record {
        /// The file.
        path: String,
        /// Row, from 0.
        row: usize,
        /// The row's date.
        date: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// The tape does not hold what was asked for.
    #[error(
        "the tape {tape} has no {wanted}; it has {}{}",
        list(has),
        suggestion.as_ref().map_or(String::new(), |s| format!("; did you mean {s}?"))
    )]
    Absent {
        /// The tape.
        tape: String,
        /// What was asked for: `1d bars of IWN`.
        wanted: String,
        /// What it has of that sort.
        has: Vec<String>,
        /// The nearest of those.
        suggestion: Option<String>,
    },
    /// A fact in a file's metadata cannot be understood.
    #[error("{path}: its metadata say {key} = `{found}`; expected {expected}")]
    Fact {
        /// The file.
        path: String,
        /// The fact.
        key: &'static str,
        /// Its value.
        found: String,
        /// What would do.
        expected: &'static str,
    },
    /// A name that no tape can hold.
    #[error(
        "`{found}` cannot name a {what} on a tape; expected letters, digits and . - _ ^ = only, and no dot in front"
    )]
    Name {
        /// `symbol` or `series`.
        what: &'static str,
        /// The name.
        found: String,
    },
    /// A name in a file that no tape can hold.
    #[error(
        "{file}: `{found}` cannot name a {what} on a tape; expected letters, digits and . - _ ^ = only, and no dot in front"
    )]
    NameIn {
        /// The file.
        file: String,
        /// `symbol` or `series`.
        what: &'static str,
        /// The name.
        found: String,
    },
    /// Simulated data meant for a tape of real ones, or the other way round.
    #[error(
        "the tape {tape} holds {holds} data and cannot take {brings} ones: keep them in tapes of their own"
    )]
    Mixed {
        /// The tape.
        tape: String,
        /// What it holds.
        holds: String,
        /// What was to be added.
        brings: String,
    },
    /// A file beside the one the writer keeps, which would be read together with it.
    #[error(
        "{path} was not written by this program; merge into a tape of its own, or move that file away"
    )]
    Foreign {
        /// The file.
        path: String,
    },
    /// Intraday bars that cannot be made.
    #[error("cannot make intraday bars: {found}; {remedy}")]
    Synthesis {
        /// What stands in the way.
        found: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Another merge into the tape is under way.
    #[error(
        "another import or synthesis is writing to the tape {tape} (it holds {lock}); wait for it to end, then do it again"
    )]
    Busy {
        /// The tape.
        tape: String,
        /// The lock's file.
        lock: String,
    },
    /// A folder that a new tape was to be written into, with something in it.
    #[error("{path} is not empty; a repaired tape needs a folder of its own, new or empty")]
    Occupied {
        /// The folder.
        path: String,
    },
    /// A repaired tape that would come to lie inside the one it was made of.
    #[error(
        "{path} lies inside the tape that is checked, which is never written to; name a folder beside it"
    )]
    InPlace {
        /// The folder.
        path: String,
    },
    /// The tape inside the program cannot change.
    #[error("the embedded tape cannot be changed; name a folder with --tape")]
    ReadOnly,
    /// A cell or line of a vendor's file is wrong.
    #[error("{file}:{line}{}: found {found}; expected {expected}", column.as_ref().map_or(String::new(), |c| format!(", column {c}")))]
    Input {
        /// The file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// The column's name.
        column: Option<String>,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A cell of a vendor's Parquet file is wrong.
    #[error(
        "{file}: row {row} (row group {group}), column {column}: found {found}; expected {expected}"
    )]
    Cell {
        /// The file.
        file: String,
        /// The row group, from 0.
        group: usize,
        /// The row, from 0.
        row: u64,
        /// The column's name.
        column: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
    },
    /// A zip archive that cannot be unpacked.
    #[error("{file}: found {found}; expected {expected}; fetch the file again")]
    Archive {
        /// The file.
        file: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A file that is whole but no tape data, or of a vendor not known yet.
    #[error("{file} is no tape data: {reason}")]
    NotTapeData {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A file whose name does not tell what it is about.
    #[error("the name of {file} does not tell the symbol; give it with --symbol")]
    Unnamed {
        /// The file.
        file: String,
    },
    /// No format has the name that was given.
    #[error(
        "there is no format `{found}`; there are {}{}",
        list(has),
        suggestion.as_ref().map_or(String::new(), |s| format!("; did you mean {s}?"))
    )]
    NoFormat {
        /// The name.
        found: String,
        /// The names there are.
        has: Vec<String>,
        /// The nearest of those.
        suggestion: Option<String>,
    },
    /// A column map that cannot be followed.
    #[error("--columns: found {found}; expected {expected}")]
    Columns {
        /// What was found.
        found: String,
        /// What would do.
        expected: String,
    },
    /// A way of writing times that names none.
    #[error(
        "--time-format: found `{found}`; expected epoch-s, epoch-ms, epoch-us, epoch-ns or a pattern with a date, like %d/%m/%Y %H:%M"
    )]
    TimeFormat {
        /// The pattern.
        found: String,
    },
    /// No interval has the name that was given.
    #[error(transparent)]
    NoInterval(#[from] market::interval::NotAnInterval),
    /// No time zone has the name that was given.
    #[error(
        "there is no time zone `{found}`; expected a name like America/New_York or UTC{}",
        suggestion.as_ref().map_or(String::new(), |s| format!("; did you mean {s}?"))
    )]
    NoZone {
        /// The name.
        found: String,
        /// The nearest there is.
        suggestion: Option<String>,
    },
    /// Nothing to import was found.
    #[error("cannot import {path}: {reason}")]
    Nothing {
        /// The folder.
        path: String,
        /// Why.
        reason: String,
    },
    /// Bars that make no coarser ones.
    #[error(transparent)]
    Resample(#[from] market::ResampleError),
    /// The caller's stop flag was raised.
    #[error("interrupted; the tape is as it was")]
    Interrupted,
}

impl TapeError {
    /// What to do about it, where the message does not say so itself.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            TapeError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("free some space and do it again")
            }
            TapeError::Io { .. } => Some("check the path and its permissions"),
            TapeError::Absent { .. } => {
                Some("`stormproof tape list` shows what a tape holds; `tape import` adds to it")
            }
            TapeError::Input { .. } | TapeError::Cell { .. } => Some(
                "nothing was imported; fetch the file again, or mend the line at its source, and import it again",
            ),
            TapeError::NotTapeData { .. } => Some(
                "`stormproof tape import --help` lists the known files; --format names one of them, --columns the columns of any other",
            ),
            TapeError::Name { .. } => Some("give a name with --symbol"),
            TapeError::NameIn { .. } => Some(
                "give a file of one symbol its name with --symbol; mend the column of symbols of any other at its source",
            ),
            TapeError::Mixed { .. } => Some("name another folder with --tape"),
            TapeError::NoTape { .. }
            | TapeError::NotAFolder { .. }
            | TapeError::Table(_)
            | TapeError::Bar { .. }
            | TapeError::Partition { .. }
            | TapeError::Parts { .. }
            | TapeError::Record { .. }
            | TapeError::Fact { .. }
            | TapeError::Foreign { .. }
            | TapeError::Basis { .. }
            | TapeError::Archive { .. }
            | TapeError::Busy { .. }
            | TapeError::Occupied { .. }
            | TapeError::InPlace { .. }
            | TapeError::ReadOnly
            | TapeError::Remote(_)
            | TapeError::RemoteWrite { .. }
            | TapeError::Synthesis { .. }
            | TapeError::Resample(_)
            | TapeError::Unnamed { .. }
            | TapeError::NoFormat { .. }
            | TapeError::NoZone { .. }
            | TapeError::NoInterval(_)
            | TapeError::Columns { .. }
            | TapeError::TimeFormat { .. }
            | TapeError::Nothing { .. }
            | TapeError::Interrupted => None,
        }
    }

    pub(crate) fn io(
        path: impl Into<String>,
        doing: &'static str,
    ) -> impl FnOnce(io::Error) -> TapeError {
        let path = path.into();
        move |source| TapeError::Io {
            path,
            doing,
            source,
        }
    }
}

/// At most this many names are listed.
const LISTED: usize = 40;

fn list(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        n if n > LISTED => format!("{} and {} more", names[..LISTED].join(", "), n - LISTED),
        _ => names.join(", "),
    }
}

/// The name nearest to `wanted`, if it is near enough to be a slip of the hand.
pub(crate) fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    let folded = wanted.to_uppercase();
    names
        .into_iter()
        .map(|name| {
            let distance = strsim::damerau_levenshtein(&folded, &name.to_uppercase());
            (distance, name)
        })
        .filter(|(distance, name)| *distance <= 1.max(name.len().min(wanted.len()) / 3))
        .min()
        .map(|(_, name)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_hand_is_recognised_and_no_more() {
        let names = ["IWM", "SPY", "breadth50", "breadth200"];
        let near = |wanted| nearest(wanted, names);
        assert_eq!(near("iwm").as_deref(), Some("IWM"));
        assert_eq!(near("IMW").as_deref(), Some("IWM"));
        assert_eq!(near("breadth5").as_deref(), Some("breadth50"));
        assert_eq!(near("KRE"), None);
    }
}
