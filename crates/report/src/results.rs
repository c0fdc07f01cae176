//! A folder of results: six files, or seven with options; all of them or none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use lab::Run;
use table::{Options, Table};

use crate::document::json;
use crate::error::ReportError;
use crate::target::check_target_for;
use crate::{frames, options, place};

/// The files of a folder of results; the last is there if options were traded.
pub const FILES: [&str; 7] = [
    "run.json",
    "trades.parquet",
    "equity.parquet",
    "sessions.parquet",
    "fills.parquet",
    "decisions.parquet",
    "legs.parquet",
];

/// Writes [`FILES`] into `folder`, which is made (with those above it), or replaced if it holds only earlier results.
///
/// Everything is written into a fresh folder beside it and moved into place at the end: whatever happens before,
/// the old results stay whole and nothing half-written is left. `stop` is looked at last before the move.
///
/// # Errors
/// As [`check_target`](crate::check_target), [`ReportError::Table`] (a full disk for one), [`ReportError::Interrupted`].
pub fn write_results(folder: &Path, run: &Run, stop: &AtomicBool) -> Result<(), ReportError> {
    put_folder(folder, &FILES, stop, |fresh| write_files(fresh, run))
}

/// Puts what `write` writes, under the names `files`, into `folder`, whole or not at all.
pub(crate) fn put_folder(
    folder: &Path,
    files: &[&str],
    stop: &AtomicBool,
    write: impl FnOnce(&Path) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    check_target_for(folder, files)?;
    let target = real_place(folder)?;
    let parent = parent_of(&target);
    // Dropped on every failure, with all that is in it.
    let fresh = fresh_folder(parent).map_err(ReportError::io("write into", parent))?;
    write(fresh.path())?;
    if stop.load(Ordering::Relaxed) {
        return Err(ReportError::Interrupted);
    }
    // Writing took a while, and what is replaced is removed.
    check_target_for(folder, files)?;
    place::put(fresh.path(), &target).map_err(ReportError::io("put results into", &target))
}

/// The folder itself where it is named through a link, so that the link stays; else its name under a parent that exists.
fn real_place(folder: &Path) -> Result<PathBuf, ReportError> {
    if folder.is_dir() {
        return folder
            .canonicalize()
            .map_err(ReportError::io("look at", folder));
    }
    let parent = parent_of(folder);
    fs::create_dir_all(parent).map_err(ReportError::io("make folder", parent))?;
    Ok(folder.to_owned())
}

fn parent_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn write_files(folder: &Path, run: &Run) -> Result<(), ReportError> {
    use std::io::Write as _;
    let path = folder.join(FILES[0]);
    let mut file = table::AtomicFile::create(&path)?;
    file.write_all(json(run)?.as_bytes())
        .map_err(ReportError::io("write", &path))?;
    file.commit()?;
    let frames: [fn(&Run) -> Table<'_>; 6] = [
        frames::trades,
        frames::equity,
        frames::sessions,
        frames::fills,
        frames::decisions,
        options::legs,
    ];
    let count = if run.scenario.structure.is_some() {
        6
    } else {
        5
    };
    for (name, frame) in FILES[1..].iter().zip(frames).take(count) {
        frame(run).write_atomic(&folder.join(name), &Options::default())?;
    }
    Ok(())
}

fn fresh_folder(parent: &Path) -> std::io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stormproof-").suffix(".tmp");
    // Temporary folders are for their owner alone; results are ordinary ones, as the umask has it.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o777));
    }
    builder.tempdir_in(parent)
}
