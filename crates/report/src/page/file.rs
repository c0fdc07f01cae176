//! A page as a file: only nothing, and an earlier page, may be replaced by it.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::error::PageError;
use super::shell::GENERATOR;
use crate::error::ReportError;
use crate::file::write_text;

/// A page of ours says so in its head.
const HEAD_BYTES: u64 = 4096;

/// Whether a page may be put under the name `path`: nothing is there, or an earlier page. Worth asking before a long run.
///
/// # Errors
/// [`PageError::NotOurs`], [`PageError::Link`], [`PageError::Dash`], [`ReportError::NoFile`], what the system refuses.
pub fn check_page_target(path: &Path) -> Result<(), PageError> {
    if path == Path::new("-") {
        return Err(PageError::Dash);
    }
    if path.file_name().is_none() {
        return Err(ReportError::NoFile(path.to_owned()).into());
    }
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(PageError::Link(path.to_owned())),
        Ok(found) if !found.is_file() => Err(ReportError::NoFile(path.to_owned()).into()),
        Ok(_) => check_page(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(ReportError::io("look at", path)(error).into()),
    }
}

/// Whether a page at `path` would lie outside all of `folders`, which hold results.
///
/// # Errors
/// [`PageError::Inside`].
pub fn check_page_outside(path: &Path, folders: &[PathBuf]) -> Result<(), PageError> {
    let Some(above) = path.parent() else {
        return Ok(());
    };
    let above = if above.as_os_str().is_empty() {
        Path::new(".")
    } else {
        above
    };
    // What is not there lies in no folder that is.
    let Some(above) = above.ancestors().find_map(|one| one.canonicalize().ok()) else {
        return Ok(());
    };
    let found = folders.iter().find(|folder| {
        folder
            .canonicalize()
            .is_ok_and(|folder| above.starts_with(folder))
    });
    found.map_or(Ok(()), |folder| {
        Err(PageError::Inside {
            path: path.to_owned(),
            folder: folder.clone(),
        })
    })
}

fn check_page(path: &Path) -> Result<(), PageError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(ReportError::io("open", path))?;
    file.take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(ReportError::io("read", path))?;
    if String::from_utf8_lossy(&head).contains(GENERATOR) {
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
        // Nor an empty file, which may be wanted.
        let empty = folder.path().join("empty.html");
        fs::write(&empty, "").unwrap();
        assert!(matches!(
            check_page_target(&empty),
            Err(PageError::NotOurs(_))
        ));
        assert!(matches!(
            check_page_target(Path::new("-")),
            Err(PageError::Dash)
        ));
        let refused = check_page_target(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("not a regular file"));
    }

    #[cfg(unix)]
    #[test]
    fn links_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (page, link) = (folder.path().join("a.html"), folder.path().join("b.html"));
        write_page(&page, &Shell::new("kind", "one", &[], &[]).finish()).unwrap();
        std::os::unix::fs::symlink(&page, &link).unwrap();
        assert!(matches!(check_page_target(&link), Err(PageError::Link(_))));
    }

    #[test]
    fn a_page_lies_beside_results_and_not_among_them() {
        let folder = tempfile::tempdir().unwrap();
        let results = folder.path().join("r");
        fs::create_dir(&results).unwrap();
        let at = |path: &str| {
            check_page_outside(&folder.path().join(path), std::slice::from_ref(&results))
        };
        for inside in ["r/x.html", "r/deep/x.html", "r/../r/x.html"] {
            assert!(
                matches!(at(inside), Err(PageError::Inside { .. })),
                "{inside}"
            );
        }
        assert!(at("x.html").is_ok() && at("rr/x.html").is_ok());
    }
}
