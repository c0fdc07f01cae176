//! Whether a folder may be replaced by results: only nothing, an empty folder and earlier results may.

use std::fs::{self, File};
use std::io::{BufReader, ErrorKind, Read as _};
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::ReportError;
use crate::results::FILES;

/// Some kilobytes a regime are usual; a longer document is somebody else's.
const MOST_BYTES: u64 = 16 << 20;

/// Whether results may be put under the name `folder`: nothing is there, or an empty folder, or earlier results.
/// Worth asking before a long run.
///
/// Names alone prove nothing: earlier results are files under our names with a `run.json` of ours among them.
///
/// # Errors
/// [`ReportError::NoFolder`], [`ReportError::NotOurs`], [`ReportError::Io`].
pub fn check_target(folder: &Path) -> Result<(), ReportError> {
    check_target_for(folder, &FILES)
}

/// The same for results of which `files` are the names, the first of them the document.
pub(crate) fn check_target_for(folder: &Path, files: &[&str]) -> Result<(), ReportError> {
    let no_folder = |reason| ReportError::NoFolder {
        folder: folder.to_owned(),
        reason,
    };
    if folder.file_name().is_none() {
        return Err(no_folder("it is not a name of its own"));
    }
    match fs::metadata(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // A link that leads nowhere would be replaced, and with it what its owner meant.
            if fs::symlink_metadata(folder).is_ok() {
                return Err(no_folder("it is a link that leads nowhere"));
            }
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            Err(no_folder("a part of its path is a file"))
        }
        Err(error) => Err(ReportError::io("look at", folder)(error)),
        Ok(found) if !found.is_dir() => Err(no_folder("it is a file")),
        Ok(_) => check_inside(folder, files),
    }
}

fn check_inside(folder: &Path, files: &[&str]) -> Result<(), ReportError> {
    let not_ours = |found: String| ReportError::NotOurs {
        folder: folder.to_owned(),
        found,
    };
    let mut empty = true;
    for entry in fs::read_dir(folder).map_err(ReportError::io("look into", folder))? {
        let entry = entry.map_err(ReportError::io("look into", folder))?;
        let name = entry.file_name();
        if !files.iter().any(|file| name == *file) {
            return Err(not_ours(name.to_string_lossy().into_owned()));
        }
        // Through links: removing a link to a file loses nothing.
        if !fs::metadata(entry.path()).is_ok_and(|found| found.is_file()) {
            return Err(not_ours(format!(
                "{}, not a regular file",
                name.to_string_lossy()
            )));
        }
        empty = false;
    }
    if empty || is_our_document(&folder.join(files[0]))? {
        return Ok(());
    }
    Err(not_ours(format!(
        "files named like ours, but no {} that stormproof wrote",
        files[0]
    )))
}

/// False too where there is no file.
fn is_our_document(path: &Path) -> Result<bool, ReportError> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other.map_err(ReportError::io("read", path))?,
    };
    let reader = BufReader::new(file.take(MOST_BYTES));
    match serde_json::from_reader::<_, Map<String, Value>>(reader) {
        Ok(document) => Ok(document.get("schema").is_some_and(Value::is_u64)
            && document.get("stormproof").is_some_and(Value::is_string)),
        Err(error) if error.is_io() => Err(ReportError::io("read", path)(error.into())),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"{"schema": 1, "stormproof": "0.1.0", "regimes": []}"#;

    fn judged(fill: impl FnOnce(&Path)) -> Result<(), ReportError> {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("results");
        fs::create_dir(&folder).unwrap();
        fill(&folder);
        check_target(&folder)
    }

    fn document(text: &str) -> Result<(), ReportError> {
        judged(|folder| fs::write(folder.join("run.json"), text).unwrap())
    }

    #[test]
    fn an_empty_folder_and_earlier_results_may_go() {
        judged(|_| ()).unwrap();
        document(OURS).unwrap();
        judged(|folder| {
            for file in FILES {
                fs::write(folder.join(file), OURS).unwrap();
            }
        })
        .unwrap();
    }

    #[test]
    fn another_programs_document_stays() {
        let others = [
            "",
            "{",
            "{}",
            "42",
            r#"{"schema": 1}"#,
            r#"{"stormproof": "0.1.0"}"#,
            r#"{"schema": "1", "stormproof": "0.1.0"}"#,
            r#"{"schema": 1, "stormproof": 1}"#,
            r#"[1, "0.1.0"]"#,
            r#"{"schema": 1, "stormproof": "0.1.0"} and more"#,
        ];
        for text in others {
            assert!(
                matches!(document(text), Err(ReportError::NotOurs { .. })),
                "{text}"
            );
        }
        let long = OURS.to_owned() + &" ".repeat(MOST_BYTES as usize);
        document(&long).unwrap();
        let long = OURS.replace("[]", &format!("\"{}\"", "x".repeat(MOST_BYTES as usize)));
        assert!(matches!(document(&long), Err(ReportError::NotOurs { .. })));
    }

    #[test]
    fn tables_without_a_document_stay() {
        let found = judged(|folder| fs::write(folder.join("trades.parquet"), "mine").unwrap());
        assert!(matches!(found, Err(ReportError::NotOurs { .. })));
    }

    #[test]
    fn folders_under_our_names_stay() {
        for name in FILES {
            let found = judged(|folder| {
                fs::write(folder.join("run.json"), OURS).unwrap();
                let _ = fs::remove_file(folder.join(name));
                fs::create_dir(folder.join(name)).unwrap();
            });
            assert!(matches!(found, Err(ReportError::NotOurs { .. })), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_count_as_what_they_lead_to() {
        use std::os::unix::fs::symlink;
        judged(|folder| {
            fs::write(folder.with_file_name("elsewhere.json"), OURS).unwrap();
            symlink("../elsewhere.json", folder.join("run.json")).unwrap();
        })
        .unwrap();
        let found = judged(|folder| {
            fs::write(folder.join("run.json"), OURS).unwrap();
            symlink("..", folder.join("fills.parquet")).unwrap();
        });
        assert!(matches!(found, Err(ReportError::NotOurs { .. })));
    }
}
