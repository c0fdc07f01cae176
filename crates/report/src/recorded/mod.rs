//! A folder of results read again: what [`write_results`](crate::write_results) wrote, as the record it was.

mod agreement;
mod columns;
mod error;
mod rows;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use lab::record::{Document, Record, RegimeRecord, SCHEMA};
use market::Origin;
use serde::Deserialize;

pub use error::RecordError;

use crate::results::FILES;
use columns::Columns;

/// Some kilobytes a regime are usual; a longer document is somebody else's.
const MOST_BYTES: u64 = 64 << 20;

/// Reads the results of a run from `folder`.
///
/// The rows are held against the document: a regime of which the document counts other trades than there are rows is an
/// error, so files of two runs do not mix unseen.
///
/// # Errors
/// [`RecordError`]: no folder of results, another version's, damaged or mixed files.
pub fn read_results(folder: &Path) -> Result<Record, RecordError> {
    let document = document(folder)?;
    let names: Vec<&str> = document.regimes.iter().map(|r| r.name.as_str()).collect();
    let mut regimes: Vec<RegimeRecord> = names.iter().map(|_| RegimeRecord::default()).collect();
    let places = Places::new(folder, &document, &names)?;
    rows::trades(&places, &mut regimes)?;
    rows::equity(&places, &mut regimes)?;
    rows::sessions(&places, &mut regimes)?;
    rows::setups(&places, &document, &mut regimes)?;
    for (said, rows) in document.regimes.iter().zip(&regimes) {
        agree(
            folder,
            &said.name,
            FILES[1],
            said.figures.trades.trades,
            rows.trades.len(),
        )?;
        agree(
            folder,
            &said.name,
            FILES[2],
            said.figures.sessions,
            rows.equity.len(),
        )?;
        agreement::holds(folder, said, rows)?;
    }
    Ok(Record { document, regimes })
}

/// The document of a run, and nothing else of its folder.
///
/// # Errors
/// As [`read_results`], of the document.
pub fn document(folder: &Path) -> Result<Document, RecordError> {
    let path = folder.join(FILES[0]);
    let mut text = String::new();
    let opened = File::open(&path).and_then(|file| file.take(MOST_BYTES).read_to_string(&mut text));
    match opened {
        Ok(_) => {}
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Err(RecordError::NoResults {
                folder: folder.to_owned(),
            });
        }
        Err(source) => return Err(RecordError::Unreadable { path, source }),
    }
    // The version first: of another one nothing else need be where this one looks for it.
    let damaged = |error: serde_json::Error| RecordError::Damaged {
        path: path.clone(),
        reason: error.to_string(),
    };
    let version: Version = serde_json::from_str(&text).map_err(damaged)?;
    if version.schema != SCHEMA {
        return Err(RecordError::OtherVersion {
            path,
            found: version.schema,
            by: version.stormproof,
        });
    }
    serde_json::from_str(&text).map_err(|error| RecordError::OtherKeys {
        path: path.clone(),
        by: version.stormproof,
        reason: error.to_string(),
    })
}

#[derive(Deserialize)]
struct Version {
    schema: u32,
    stormproof: String,
}

/// The folder, and which regime of the document each name is.
struct Places<'a> {
    folder: &'a Path,
    document: &'a Document,
    regimes: BTreeMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    fn new(
        folder: &'a Path,
        document: &'a Document,
        names: &[&'a str],
    ) -> Result<Self, RecordError> {
        let regimes: BTreeMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(n, name)| (*name, n))
            .collect();
        if regimes.len() < names.len() {
            return Err(RecordError::Damaged {
                path: folder.join(FILES[0]),
                reason: "two regimes have one name".to_owned(),
            });
        }
        Ok(Self {
            folder,
            document,
            regimes,
        })
    }

    fn open(&self, file: &'static str) -> Result<Columns, RecordError> {
        let columns = Columns::open(&self.folder.join(file))?;
        // A file of another run may have as many rows, and of a simulated one no mark would be seen.
        let tape = &self.document.tape;
        let origin = match tape.origin {
            Origin::Real => "real",
            Origin::Simulated { .. } => "simulated",
        };
        let facts = [
            ("plan", self.document.plan.as_str()),
            ("tape_fingerprint", tape.fingerprint.as_str()),
            ("origin", origin),
        ];
        for (fact, said) in facts {
            let found = columns.fact(fact);
            if found != Some(said) {
                return Err(RecordError::OtherRun {
                    path: self.folder.join(file),
                    fact,
                    found: found.unwrap_or("nothing").to_owned(),
                    said: said.to_owned(),
                });
            }
        }
        Ok(columns)
    }

    /// The regime that each row belongs to.
    fn regimes(&self, columns: &Columns) -> Result<Vec<usize>, RecordError> {
        let names = columns.texts("regime")?;
        let place = |(row, name): (usize, &String)| {
            let known = self.regimes.get(name.as_str()).copied();
            known.ok_or_else(|| columns.wrong("regime", row, name, "a regime of run.json"))
        };
        names.iter().enumerate().map(place).collect()
    }
}

fn agree(
    folder: &Path,
    regime: &str,
    file: &'static str,
    said: usize,
    rows: usize,
) -> Result<(), RecordError> {
    if said == rows {
        return Ok(());
    }
    Err(RecordError::Mixed {
        folder: folder.to_owned(),
        regime: regime.to_owned(),
        file,
        said,
        rows,
    })
}
