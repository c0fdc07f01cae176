//! Lists the Parquet files under `data/` so that they can be compiled in, whichever there are.

#![allow(clippy::print_stdout)] // this is how a build script speaks to cargo

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let variable = |name| env::var(name).map_err(io::Error::other);
    let data = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../../data");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", data.display());
    let mut files = Vec::new();
    collect(&data, &mut files)?;
    files.sort();
    let mut list = String::from(
        "/// Paths and contents, sorted by path.\npub(crate) const FILES: &[(&str, &[u8])] = &[\n",
    );
    for file in files {
        let parts: Vec<_> = file
            .strip_prefix(&data)
            .map_err(io::Error::other)?
            .iter()
            .map(|part| part.to_string_lossy())
            .collect();
        let name = parts.join("/");
        // Writing into a string cannot fail.
        let _ = writeln!(
            list,
            "    ({name:?}, include_bytes!({:?})),",
            file.display().to_string()
        );
    }
    list.push_str("];\n");
    fs::write(
        Path::new(&variable("OUT_DIR")?).join("embedded_files.rs"),
        list,
    )
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // No data yet is an empty tape.
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(e),
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "parquet") {
            files.push(path);
        }
    }
    Ok(())
}
