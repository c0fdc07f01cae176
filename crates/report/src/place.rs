//! Putting a finished folder in the place of an older one, at once.

use std::fs;
use std::io;
use std::path::Path;

/// Makes `fresh` stand under `target`'s name. What stood there before (a folder, if anything) is removed
/// only after the new one is in place.
pub(crate) fn put(fresh: &Path, target: &Path) -> io::Result<()> {
    if fs::symlink_metadata(target).is_err() {
        return fs::rename(fresh, target);
    }
    exchange(fresh, target)?;
    // The new results are whole and in place; old ones that cannot be removed are litter, no failure.
    let _ = fs::remove_dir_all(fresh);
    Ok(())
}

/// One step, where the system has it: at no instant is there no folder, even if we are killed.
#[cfg(target_os = "linux")]
fn exchange(fresh: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, fresh, CWD, target, RenameFlags::EXCHANGE) {
        // Some file systems (network ones) cannot.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS | rustix::io::Errno::OPNOTSUPP) => {
            two_steps(fresh, target)
        }
        done => Ok(done?),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(fresh: &Path, target: &Path) -> io::Result<()> {
    two_steps(fresh, target)
}

/// Moves the old folder aside, then the new one in; back again if that fails. Leaves the old one under `fresh`'s
/// name, as the exchange does.
fn two_steps(fresh: &Path, target: &Path) -> io::Result<()> {
    let aside = fresh.with_extension("old");
    fs::rename(target, &aside)?;
    if let Err(error) = fs::rename(fresh, target) {
        let _ = fs::rename(&aside, target);
        return Err(error);
    }
    let _ = fs::rename(&aside, fresh);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders() -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let (fresh, target) = (root.path().join("fresh.tmp"), root.path().join("results"));
        fs::create_dir(&fresh).unwrap();
        fs::write(fresh.join("new"), "new").unwrap();
        (root, fresh, target)
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn into_nothing() {
        let (root, fresh, target) = folders();
        put(&fresh, &target).unwrap();
        assert_eq!(names(root.path()), ["results"]);
        assert_eq!(names(&target), ["new"]);
    }

    #[test]
    fn in_place_of_another() {
        let (root, fresh, target) = folders();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old"), "old").unwrap();
        put(&fresh, &target).unwrap();
        assert_eq!(names(root.path()), ["results"]);
        assert_eq!(names(&target), ["new"]);
    }

    #[test]
    fn where_the_system_cannot_exchange() {
        let (root, fresh, target) = folders();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old"), "old").unwrap();
        two_steps(&fresh, &target).unwrap();
        assert_eq!(names(root.path()), ["fresh.tmp", "results"]);
        assert_eq!(names(&target), ["new"]);
        assert_eq!(names(&fresh), ["old"]);
    }

    #[test]
    fn a_failure_brings_the_old_one_back() {
        let (_root, fresh, target) = folders();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old"), "old").unwrap();
        fs::remove_dir_all(&fresh).unwrap();
        assert!(two_steps(&fresh, &target).is_err());
        assert_eq!(names(&target), ["old"]);
    }
}
