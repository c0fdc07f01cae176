//! Shards of one sweep, joined into the file that one machine alone would have written.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SweepError;
use super::folder::{Head, NotReplayed, RESULTS, Shard, join};
use super::results::Results;

/// Joins the shards at `from` (files of results, or their folders) into `to`/results.parquet.
///
/// # Errors
/// Shards of different sweeps, one given twice, one missing; a place that is taken.
pub fn merge(from: &[impl AsRef<Path>], to: &Path) -> Result<(), SweepError> {
    let files: Result<Vec<Results>, SweepError> = from
        .iter()
        .map(|path| Results::open_whole(path.as_ref()))
        .collect();
    let files = files?;
    let Some(first) = files.first() else {
        return Err(SweepError::Nothing);
    };
    for (file, path) in files.iter().zip(from) {
        if let Some(difference) = first.manifest().differs(file.manifest()) {
            return Err(SweepError::Another {
                path: path.as_ref().to_owned(),
                difference,
            });
        }
    }
    whole(&files, from)?;
    let target = to.join(RESULTS);
    if target.exists() {
        return Err(SweepError::Taken(target));
    }
    let mut head = Head {
        manifest: first.manifest().clone(),
        not_replayed: NotReplayed::default(),
        shard: None,
    };
    let mut groups = BTreeMap::new();
    for file in &files {
        head.not_replayed.add(file);
        for group in 0..file.groups() {
            if let Some((first, _)) = file.reader().integer_bounds(group, "combination") {
                groups.insert(first, (file, group));
            }
        }
    }
    let groups = groups.into_values().map(Ok);
    join(target.as_path(), &head, first.shape(), groups)
}

/// Refuses shards that are not all there, or there twice.
fn whole(files: &[Results], from: &[impl AsRef<Path>]) -> Result<(), SweepError> {
    let mut seen: BTreeMap<u64, &Path> = BTreeMap::new();
    let mut of = None;
    for (file, path) in files.iter().zip(from) {
        let path = path.as_ref();
        let told = file.shard().and_then(Shard::read);
        let Some(Shard { part, of: parts }) = told else {
            let message = format!("{} is no shard: it is whole", path.display());
            return Err(SweepError::Shards(message));
        };
        if *of.get_or_insert(parts) != parts {
            let message = format!(
                "{} is one of {parts} shards, others are one of {}",
                path.display(),
                of.unwrap_or(parts)
            );
            return Err(SweepError::Shards(message));
        }
        if let Some(other) = seen.insert(part, path) {
            let message = format!(
                "{} and {} are both shard {part}",
                other.display(),
                path.display()
            );
            return Err(SweepError::Shards(message));
        }
    }
    let of = of.unwrap_or(0);
    let missing: Vec<String> = (1..=of)
        .filter(|part| !seen.contains_key(part))
        .map(|part| format!("{part}/{of}"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(SweepError::Shards(format!(
        "shards are missing: {}",
        missing.join(", ")
    )))
}
