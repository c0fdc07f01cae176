//! A text as a file: whole, or not there.

use std::io::Write as _;
use std::path::Path;

use crate::error::ReportError;

/// Writes `text` as the file `path`, making the folders above it. What stands there is left alone, unless `replace`.
///
/// # Errors
/// [`ReportError::Taken`] for a file that exists, [`ReportError::NoFile`] for what is none, and what the system
/// refuses; then nothing was changed.
pub fn write_text(path: &Path, text: &str, replace: bool) -> Result<(), ReportError> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(ReportError::NoFile(path.to_owned())),
        Ok(_) if !replace => return Err(ReportError::Taken(path.to_owned())),
        // A link that leads nowhere is something, too.
        Err(_) if !replace && path.symlink_metadata().is_ok() => {
            return Err(ReportError::Taken(path.to_owned()));
        }
        _ => {}
    }
    let mut file = table::AtomicFile::create(path)?;
    file.write_all(text.as_bytes())
        .map_err(ReportError::io("write", path))?;
    Ok(file.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_stays_unless_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/plan.toml");
        write_text(&path, "one", false).unwrap();
        let refused = write_text(&path, "two", false).unwrap_err();
        assert!(matches!(refused, ReportError::Taken(_)), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write_text(&path, "two", true).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two");
        let refused = write_text(folder.path(), "x", true).unwrap_err();
        assert!(matches!(refused, ReportError::NoFile(_)), "{refused}");
    }
}
