//! A page as a file: only nothing, and an earlier page, may be replaced by it.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::error::PageError;
use super::shell::GENERATOR;
use crate::error::ReportError;
use crate::file::write_text;

/// A page of ours says so in its head.
const HEAD_BYTES: u64 = 4096;

/// Whether a page may be put under the name `path`: nothing is there, or an earlier page. Worth asking before a long run.
///
/// # Errors
/// [`PageError::NotOurs`], [`ReportError::NoFile`], what the system refuses.
pub fn check_page_target(path: &Path) -> Result<(), PageError> {
    if path.file_name().is_none() {
        return Err(ReportError::NoFile(path.to_owned()).into());
    }
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(ReportError::NoFile(path.to_owned()).into()),
        Ok(_) => check_page(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ReportError::io("look at", path)(error).into()),
    }
}

fn check_page(path: &Path) -> Result<(), PageError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(ReportError::io("open", path))?;
    file.take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(ReportError::io("read", path))?;
    if head.is_empty() || String::from_utf8_lossy(&head).contains(GENERATOR) {
        return Ok(());
    }
    Err(PageError::NotOurs(path.to_owned()))
}

/// Writes `page` as the file `path`, whole or not at all, making the folders above it; an earlier page is replaced.
///
/// # Errors
/// As [`check_page_target`], and a full disk for one; then nothing was changed.
pub fn write_page(path: &Path, page: &str) -> Result<(), PageError> {
    check_page_target(path)?;
    Ok(write_text(path, page, true)?)
}

#[cfg(test)]
mod tests {
    use super::super::shell::Shell;
    use super::*;

    #[test]
    fn a_page_replaces_pages_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let page = |title: &str| Shell::new("kind", title, &[], &[]).finish();
        let path = folder.path().join("deep/page.html");
        write_page(&path, &page("one")).unwrap();
        write_page(&path, &page("two")).unwrap();
        assert!(fs::read_to_string(&path).unwrap().contains("<h1>two</h1>"));
        let plan = folder.path().join("plan.toml");
        fs::write(&plan, "name = \"mine\"").unwrap();
        let refused = write_page(&plan, &page("one")).unwrap_err();
        assert!(matches!(refused, PageError::NotOurs(_)), "{refused}");
        assert_eq!(fs::read_to_string(&plan).unwrap(), "name = \"mine\"");
        let refused = check_page_target(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("not a regular file"));
    }
}
