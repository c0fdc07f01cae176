//! Files that are either whole or not there.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::error::TableError;

/// A file that appears under its name only when it is complete.
///
/// It is written beside its destination under a name ending in `.tmp`, and renamed by
/// [`commit`](AtomicFile::commit). Dropped before that, it leaves nothing behind and an older file of that name as it
/// was.
#[derive(Debug)]
pub struct AtomicFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
    // After the file: fields are dropped in this order, and only an empty folder can be taken away.
    made: MadeFolders,
}

impl AtomicFile {
    /// Begins the file, making the folders above it where they are absent.
    ///
    /// # Errors
    /// [`TableError::Io`] if the folder cannot be made or written to.
    pub fn create(path: &Path) -> Result<Self, TableError> {
        let name = path.display().to_string();
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let made = MadeFolders::make(folder)?;
        if path.is_dir() {
            let source = io::Error::from(io::ErrorKind::IsADirectory);
            return Err(TableError::io(&name, "write")(source));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".").suffix(".tmp");
        // Temporary files are private by default; these become ordinary files of a tape.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(folder)
            .map_err(TableError::io(&name, "write"))?;
        Ok(Self {
            file: BufWriter::new(file),
            path: path.to_owned(),
            made,
        })
    }

    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings every byte to the disk, without renaming yet: what can fail for want of space fails here.
    ///
    /// # Errors
    /// [`TableError::Io`], a full disk for one.
    pub fn stage(self) -> Result<StagedFile, TableError> {
        let name = self.path.display().to_string();
        let file = self
            .file
            .into_inner()
            .map_err(|e| TableError::io(&name, "write")(e.into_error()))?;
        file.as_file()
            .sync_all()
            .map_err(TableError::io(&name, "write"))?;
        Ok(StagedFile {
            // Closed: thousands may wait for their turn, and a process may hold far fewer open.
            file: file.into_temp_path(),
            path: self.path,
            made: self.made,
        })
    }

    /// Brings every byte to the disk and puts the file in its place.
    ///
    /// # Errors
    /// [`TableError::Io`].
    pub fn commit(self) -> Result<(), TableError> {
        self.stage()?.commit()
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file that is on the disk whole, but not yet under its name.
#[derive(Debug)]
pub struct StagedFile {
    file: TempPath,
    path: PathBuf,
    made: MadeFolders,
}

/// Folders made for a file, outermost first. Dropped, it takes away those that are empty: what failed leaves nothing.
#[derive(Debug)]
struct MadeFolders(Vec<PathBuf>);

impl MadeFolders {
    fn make(folder: &Path) -> Result<Self, TableError> {
        let absent = |f: &&Path| !f.as_os_str().is_empty() && !f.exists();
        let mut made: Vec<PathBuf> = folder
            .ancestors()
            .take_while(absent)
            .map(Path::to_owned)
            .collect();
        made.reverse();
        // Before the making, so that a half-made row of folders goes too.
        let made = Self(made);
        fs::create_dir_all(folder)
            .map_err(TableError::io(&folder.display().to_string(), "make folder"))?;
        Ok(made)
    }
}

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl StagedFile {
    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`TableError::Io`].
    pub fn commit(mut self) -> Result<(), TableError> {
        let name = self.path.display().to_string();
        self.file
            .persist(&self.path)
            .map_err(|e| TableError::io(&name, "write")(e.error))?;
        self.made.0.clear();
        sync_folder(&self.path);
        Ok(())
    }
}

/// A rename lives in its folder, which has to reach the disk too. Not every system can do that; where it cannot, the
/// rename still happened.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}
