//! The folder of reviews beside a plan: files are added to it and never changed.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use lab::review::Found;

use crate::error::ReportError;

/// No review is larger; something else has its name.
const MOST_BYTES: u64 = 8 << 20;

/// The files of a folder by name, with their texts or why they could not be read. Hidden files and folders are passed over; a folder
/// that is not there is empty.
///
/// # Errors
/// What stands there is no folder, or cannot be listed.
pub fn read_reviews(folder: &Path) -> Result<Vec<Found>, ReportError> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(ReportError::io("read", folder)(error)),
        Ok(found) if !found.is_dir() => return Err(no_folder(folder)),
        Ok(_) => {}
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(ReportError::io("list", folder))? {
        let entry = entry.map_err(ReportError::io("list", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            files.push((name, text(&entry.path())));
        }
    }
    Ok(files)
}

fn no_folder(folder: &Path) -> ReportError {
    ReportError::NoFolder {
        folder: folder.to_owned(),
        reason: "a file of that name stands there",
    }
}

fn text(path: &Path) -> Result<String, String> {
    let found = fs::metadata(path).map_err(|error| format!("it cannot be read: {error}"))?;
    // Opening a pipe would wait for whoever writes into it.
    if !found.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if found.len() > MOST_BYTES {
        return Err("it is larger than 8 MiB; a review has some kilobytes".to_owned());
    }
    let bytes = fs::read(path).map_err(|error| format!("it cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

/// Makes the folder, and finds out whether files can be added to it, before any work is done.
///
/// # Errors
/// What stands there is no folder, or nothing can be written into it.
pub fn check_reviews_target(folder: &Path) -> Result<(), ReportError> {
    if folder.exists() && !folder.is_dir() {
        return Err(no_folder(folder));
    }
    let there = folder.exists();
    fs::create_dir_all(folder).map_err(ReportError::io("make folder", folder))?;
    let tried =
        tempfile::NamedTempFile::new_in(folder).map_err(ReportError::io("write into", folder));
    let tried = tried.map(drop);
    if !there {
        // Nothing may come of it: an empty folder left behind would say that something did.
        let _ = fs::remove_dir(folder);
    }
    tried
}

/// Becoming of a folder's first review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It was written.
    Written,
    /// It is there: another call made the same.
    There,
    /// Another call began the folder with this other file.
    Otherwise(String),
}

/// Adds the first review of a folder, which freezes the baseline: only if no file came since `seen` was listed. The folder is locked
/// for the moment, where the system can, so that of two first calls one sees the other.
///
/// # Errors
/// As [`write_review`].
pub fn begin_reviews(
    folder: &Path,
    seen: &[String],
    name: &str,
    text: &str,
) -> Result<Begun, ReportError> {
    fs::create_dir_all(folder).map_err(ReportError::io("make folder", folder))?;
    // Where folders cannot be opened or locked, looking again has to do.
    let held = File::open(folder).ok().filter(|held| held.lock().is_ok());
    let names: Vec<String> = read_reviews(folder)?
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| lab::review::is_name(name) && !seen.contains(name))
        .collect();
    if let Some(other) = names.first()
        && !names.iter().any(|other| other == name)
    {
        return Ok(Begun::Otherwise(other.clone()));
    }
    let written = write_review(folder, name, text)?;
    drop(held);
    Ok(if written {
        Begun::Written
    } else {
        Begun::There
    })
}

/// Adds a review under its name, whole or not at all. False if that name was taken: it is the same review, made by
/// another call, and stays as it is.
///
/// # Errors
/// What the system refuses; then nothing was changed.
pub fn write_review(folder: &Path, name: &str, text: &str) -> Result<bool, ReportError> {
    fs::create_dir_all(folder).map_err(ReportError::io("make folder", folder))?;
    let path = folder.join(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".tmp");
    // Temporary files are private by default; these become ordinary ones.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(folder)
        .map_err(ReportError::io("write into", folder))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.as_file().sync_all())
        .map_err(ReportError::io("write", &path))?;
    // Two runs at once: whoever comes second finds the name taken, and nothing is overwritten.
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(ReportError::io("write", &path)(error.error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_stays() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/plan.reviews");
        check_reviews_target(&folder).unwrap();
        assert!(!folder.exists(), "asking leaves nothing behind");
        assert!(read_reviews(&folder).unwrap().is_empty());
        assert!(write_review(&folder, "one.json", "1").unwrap());
        assert!(!write_review(&folder, "one.json", "2").unwrap());
        fs::write(folder.join(".hidden"), "x").unwrap();
        fs::write(folder.join("odd"), [0xff, 0xfe]).unwrap();
        let mut files = read_reviews(&folder).unwrap();
        files.sort();
        assert_eq!(
            files[0],
            ("odd".to_owned(), Err("it is not UTF-8".to_owned()))
        );
        assert_eq!(files[1], ("one.json".to_owned(), Ok("1".to_owned())));
        assert_eq!(files.len(), 2);
    }

    #[test]
    fn of_two_first_reviews_the_second_is_told() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("plan.reviews");
        let (a, b) = (
            "2020-01-02-aaaaaaaaaaaa.json",
            "2021-01-04-bbbbbbbbbbbb.json",
        );
        // Both calls found the folder empty.
        assert_eq!(begin_reviews(&folder, &[], a, "1").unwrap(), Begun::Written);
        assert_eq!(
            begin_reviews(&folder, &[], b, "2").unwrap(),
            Begun::Otherwise(a.to_owned())
        );
        assert!(!folder.join(b).exists());
        assert_eq!(begin_reviews(&folder, &[], a, "1").unwrap(), Begun::There);
        let seen = [a.to_owned()];
        assert_eq!(
            begin_reviews(&folder, &seen, b, "2").unwrap(),
            Begun::Written
        );
    }

    #[test]
    fn a_file_is_no_folder() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(matches!(
            check_reviews_target(&file),
            Err(ReportError::NoFolder { .. })
        ));
        assert!(matches!(
            read_reviews(&file),
            Err(ReportError::NoFolder { .. })
        ));
        assert!(check_reviews_target(&file.join("below")).is_err());
        assert!(write_review(&file.join("below"), "one.json", "1").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "x");
    }
}
