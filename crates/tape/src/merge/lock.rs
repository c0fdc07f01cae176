//! One writer a tape.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::TapeError;

/// Held, no other merge into the tape can begin. The system lets go of it when the process ends, however it ends; the
/// file itself means nothing.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    /// Folders made to have a place for the lock, outermost first; taken away again if nothing was put into them.
    made: Vec<PathBuf>,
    _file: File,
}

/// Its name in the tape's folder; hidden, so that no reader takes it for data.
pub(crate) const NAME: &str = ".lock";

/// How often a lock on a file that was just taken away is tried again.
const TRIES: usize = 100;

impl Lock {
    /// # Errors
    /// [`TapeError::Busy`] if another merge holds it, [`TapeError::Io`].
    pub(crate) fn take(root: &Path) -> Result<Self, TapeError> {
        let path = root.join(NAME);
        let name = path.display().to_string();
        let absent = |f: &&Path| !f.as_os_str().is_empty() && !f.exists();
        let mut made: Vec<PathBuf> = root
            .ancestors()
            .take_while(absent)
            .map(Path::to_owned)
            .collect();
        made.reverse();
        for _ in 0..TRIES {
            fs::create_dir_all(root).map_err(TapeError::io(&name, "lock"))?;
            let opened = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path);
            let file = match opened {
                Ok(file) => file,
                // Whoever made the folder took it away again just now.
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                Err(e) => return Err(TapeError::io(name, "lock")(e)),
            };
            match file.try_lock() {
                Ok(()) => {}
                // A file system without locks has no second writer we could know of.
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(TapeError::Busy {
                        tape: root.display().to_string(),
                        lock: name,
                    });
                }
                Err(TryLockError::Error(e)) => return Err(TapeError::io(name, "lock")(e)),
            }
            if is_at(&file, &path) {
                return Ok(Self {
                    path,
                    made,
                    _file: file,
                });
            }
        }
        let gone = io::Error::other("it is taken away again and again");
        Err(TapeError::io(name, "lock")(gone))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Still locked: who opened it before this finds, once it has the lock, that it is no longer there.
        let _ = fs::remove_file(&self.path);
        for folder in self.made.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Whether the file is still the one of that name: its last holder may have taken it away in between.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |a: &fs::Metadata, b: &fs::Metadata| a.ino() == b.ino() && a.dev() == b.dev();
    let there = file.metadata().ok().zip(fs::metadata(path).ok());
    there.is_some_and(|(a, b)| same(&a, &b))
}

/// Elsewhere an open file cannot be taken away.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/tape");
        let first = Lock::take(&root).unwrap();
        let refused = Lock::take(&root).unwrap_err().to_string();
        assert!(refused.contains(".lock"), "{refused}");
        drop(first);
        assert!(
            !folder.path().join("a").exists(),
            "the folders it made are gone"
        );
        fs::create_dir_all(&root).unwrap();
        // What a killed process leaves: the file, not the lock.
        fs::write(root.join(NAME), "").unwrap();
        let second = Lock::take(&root).unwrap();
        drop(second);
        assert!(root.exists() && !root.join(NAME).exists());
    }
}
