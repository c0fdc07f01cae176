//! A sweep's folder: blocks as they are done, then one file of results.
//!
//! A block is a small Parquet file under `parts`, put there whole. What is there was done and is not done again, so a
//! killed sweep goes on where it was. Once all are there they are joined, byte for byte and in order, into
//! `results.parquet`; it is the same file whatever happened in between.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use lab::sweep::space::Axis;
use lab::sweep::{Block, Manifest};
use table::{AtomicFile, Reader, Table, Writer};
use xxhash_rust::xxh3::xxh3_64;

use super::error::SweepError;
use super::results::Results;
use super::rows::{LAYOUT, fact, facts, table};
use crate::error::ReportError;

/// The name of the results.
pub const RESULTS: &str = "results.parquet";
pub(super) const PARTS: &str = "parts";
const LOCK: &str = ".lock";

/// Which blocks are this machine's: those whose number leaves `part` − 1 when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which, from 1.
    pub part: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// All blocks.
    pub const WHOLE: Shard = Shard { part: 1, of: 1 };

    /// `i/n`, with i from 1 to n and n at most 10,000; `None` of anything else.
    pub fn read(text: &str) -> Option<Self> {
        let (part, of) = text.split_once('/')?;
        let shard = Self {
            part: part.trim().parse().ok()?,
            of: of.trim().parse().ok()?,
        };
        (shard.part >= 1 && shard.part <= shard.of && shard.of <= 10_000).then_some(shard)
    }

    /// How many of `combinations` are in the blocks of this shard, `block` in each but the last.
    pub(super) fn combinations(self, combinations: u64, block: u64) -> u64 {
        let blocks = combinations.div_ceil(block);
        let own = blocks.saturating_sub(self.part - 1).div_ceil(self.of);
        let has_last = blocks > 0 && (blocks - 1) % self.of == self.part - 1;
        let short = if has_last {
            blocks.saturating_mul(block) - combinations
        } else {
            0
        };
        own.saturating_mul(block) - short
    }

    /// The blocks of this shard among `blocks`.
    pub fn blocks(self, blocks: u64) -> impl Iterator<Item = u64> {
        (0..blocks).filter(move |number| number % self.of == self.part - 1)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// A folder that a sweep is writing to.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    manifest: Manifest,
    shard: Shard,
    axes: Vec<Axis>,
    done: BTreeMap<u64, PathBuf>,
    // Released when the process ends, however it ends.
    _lock: File,
}

impl Folder {
    /// Opens `path` for a sweep: a new folder, an empty one, or one of the same sweep, which then goes on.
    ///
    /// # Errors
    /// Another sweep's folder, or one that holds something else; a sweep that is writing there now.
    pub fn open(
        path: &Path,
        manifest: &Manifest,
        axes: &[Axis],
        shard: Shard,
    ) -> Result<Self, SweepError> {
        if path.exists() {
            only_ours(path)?;
        }
        let parts = path.join(PARTS);
        fs::create_dir_all(&parts).map_err(ReportError::io("make folder", &parts))?;
        let lock = lock(path)?;
        remove_leftovers(path)?;
        let mut folder = Self {
            path: path.to_owned(),
            manifest: manifest.clone(),
            shard,
            axes: axes.to_vec(),
            done: BTreeMap::new(),
            _lock: lock,
        };
        let results = folder.results();
        if results.exists() {
            let found = Results::open_whole(&results)?;
            folder.same(&results, &found)?;
            folder.done = folder
                .mine()
                .map(|number| (number, results.clone()))
                .collect();
        } else {
            folder.done = folder.parts_done()?;
        }
        Ok(folder)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the results are, or will be.
    pub fn results(&self) -> PathBuf {
        self.path.join(RESULTS)
    }

    /// The blocks that are this shard's.
    pub fn mine(&self) -> impl Iterator<Item = u64> {
        let blocks = self.manifest.combinations.div_ceil(self.manifest.block);
        self.shard.blocks(blocks)
    }

    /// The blocks that are left to do.
    pub fn todo(&self) -> Vec<u64> {
        let left = |number: &u64| !self.done.contains_key(number);
        self.mine().filter(left).collect()
    }

    /// The blocks that were done before.
    pub fn done(&self) -> usize {
        self.done.len()
    }

    /// Where what is said of the sweep goes.
    pub fn report(&self) -> PathBuf {
        self.path.join(super::REPORT)
    }

    /// The files of what is done: the results, or as many blocks as there are.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn files(&self) -> Result<Vec<Results>, SweepError> {
        let results = self.results();
        if results.exists() {
            return Ok(vec![Results::open(&results)?]);
        }
        let done = self.parts_done()?;
        done.values().map(|part| Results::open(part)).collect()
    }

    /// A block that was done before.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn block(&self, number: u64) -> Result<Option<Results>, SweepError> {
        self.done
            .get(&number)
            .map(|part| Results::open(part))
            .transpose()
    }

    /// True once the results are there.
    pub fn is_finished(&self) -> bool {
        self.results().exists()
    }

    /// The shard it is.
    pub fn shard(&self) -> Shard {
        self.shard
    }

    /// Puts a block into the folder.
    ///
    /// # Errors
    /// A full disk for one; blocks that are there stay.
    pub fn put(&self, block: &Block) -> Result<(), SweepError> {
        let table = table(block, &self.axes, &self.manifest)?;
        let bytes = table.to_bytes(&LAYOUT)?;
        let name = format!("{:08}-{:016x}.parquet", block.number, xxh3_64(&bytes));
        let path = self.path.join(PARTS).join(name);
        let mut file = AtomicFile::create(&path)?;
        file.write_all(&bytes)
            .map_err(ReportError::io("write", &path))?;
        Ok(file.commit()?)
    }

    /// The blocks under `parts`. A name says which block it is and what its bytes add up to; a file that is not what its
    /// name says is a block to be done again.
    fn parts_done(&self) -> Result<BTreeMap<u64, PathBuf>, SweepError> {
        let folder = self.path.join(PARTS);
        let entries = fs::read_dir(&folder).map_err(ReportError::io("look into", &folder))?;
        let mut done = BTreeMap::new();
        for entry in entries {
            let path = entry.map_err(ReportError::io("look into", &folder))?.path();
            let Some((number, sum)) = named(&path) else {
                continue;
            };
            if fs::read(&path).map(|bytes| xxh3_64(&bytes)).ok() != Some(sum) {
                continue;
            }
            let Ok(found) = Results::open(&path) else {
                continue;
            };
            self.same(&path, &found)?;
            done.insert(number, path);
        }
        Ok(done)
    }

    fn same(&self, path: &Path, found: &Results) -> Result<(), SweepError> {
        if let Some(difference) = self.manifest.differs(found.manifest()) {
            return Err(SweepError::Another {
                path: path.to_owned(),
                difference,
            });
        }
        let shard = found
            .shard()
            .filter(|shard| *shard != self.shard.to_string());
        match shard {
            Some(shard) => Err(SweepError::Another {
                path: path.to_owned(),
                difference: format!("it is shard {shard}, not {}", self.shard),
            }),
            None => Ok(()),
        }
    }

    fn join(&self, target: &Path) -> Result<(), SweepError> {
        let done = self.parts_done()?;
        if let Some(number) = self.mine().find(|number| !done.contains_key(number)) {
            return Err(SweepError::Shards(format!(
                "block {number} of {} is missing or damaged",
                self.path.display()
            )));
        }
        let mut head = Head {
            manifest: self.manifest.clone(),
            not_replayed: NotReplayed::default(),
            shard: (self.shard != Shard::WHOLE).then_some(self.shard),
        };
        // Twice over the blocks: what they add up to stands at the head of the file.
        for part in done.values() {
            head.not_replayed.add(&Results::open(part)?);
        }
        // A shard may have no block at all, and still is one.
        let none = Block::default();
        let shape = table(&none, &self.axes, &self.manifest)?;
        let pieces = done.values().map(|part| Ok((Results::open(part)?, 0)));
        join(target, &head, shape, pieces)
    }

    /// Joins the blocks, once all are done, into the results; removes them.
    ///
    /// # Errors
    /// A full disk for one; the blocks stay.
    pub fn finish(&self) -> Result<PathBuf, SweepError> {
        let target = self.results();
        if !target.exists() {
            self.join(&target)?;
        }
        let parts = self.path.join(PARTS);
        fs::remove_dir_all(&parts).map_err(ReportError::io("remove", &parts))?;
        Ok(target)
    }
}

/// What the joined file says of itself.
pub(super) struct Head {
    pub(super) manifest: Manifest,
    pub(super) not_replayed: NotReplayed,
    pub(super) shard: Option<Shard>,
}

/// Joins row groups in the order given.
pub(super) fn join<R: std::borrow::Borrow<Results>>(
    target: &Path,
    head: &Head,
    shape: Table<'_>,
    groups: impl Iterator<Item = Result<(R, usize), SweepError>>,
) -> Result<(), SweepError> {
    let name = target.display().to_string();
    let shape = head.not_replayed.facts(facts(shape, &head.manifest)?);
    let shape = match head.shard {
        Some(shard) => shape.fact(fact::SHARD, &shard.to_string()),
        None => shape,
    };
    let mut writer = Writer::new(&name, AtomicFile::create(target)?, &shape, &LAYOUT)?;
    for piece in groups {
        let (file, group) = piece?;
        let file = file.borrow();
        if group < file.groups() {
            writer.append_group(file.reader(), group)?;
        }
    }
    Ok(writer.finish()?.commit()?)
}

/// The block of a part, and what its bytes add up to.
fn named(path: &Path) -> Option<(u64, u64)> {
    let name = path.file_name()?.to_str()?.strip_suffix(".parquet")?;
    let (number, sum) = name.split_once('-')?;
    Some((number.parse().ok()?, u64::from_str_radix(sum, 16).ok()?))
}

/// What was not replayed, over several files.
#[derive(Default)]
pub(super) struct NotReplayed {
    ruled_out: u64,
    refused: u64,
    first: Option<(u64, String)>,
}

impl NotReplayed {
    pub(super) fn add(&mut self, file: &Results) {
        self.ruled_out += file.ruled_out();
        self.refused += file.refused();
        let earlier = |first: &(u64, String)| self.first.as_ref().is_none_or(|own| first.0 < own.0);
        if let Some(first) = file.refusal().filter(earlier) {
            self.first = Some(first);
        }
    }

    fn facts<'a>(&self, table: Table<'a>) -> Table<'a> {
        let (first, why) = match &self.first {
            Some((first, why)) => (first.to_string(), why.as_str()),
            None => (String::new(), ""),
        };
        table
            .fact(fact::RULED_OUT, &self.ruled_out.to_string())
            .fact(fact::REFUSED, &self.refused.to_string())
            .fact(fact::REFUSED_FIRST, &first)
            .fact(fact::REFUSAL, why)
    }
}

/// Refuses a folder with anything in it that no sweep wrote.
fn only_ours(path: &Path) -> Result<(), SweepError> {
    let entries = fs::read_dir(path).map_err(ReportError::io("look into", path))?;
    for entry in entries {
        let name = entry
            .map_err(ReportError::io("look into", path))?
            .file_name();
        let name = name.to_string_lossy();
        let ours = [RESULTS, PARTS, LOCK, super::REPORT].contains(&name.as_ref());
        // A killed process leaves files that were on their way.
        let on_its_way = name.starts_with('.') && name.ends_with(".tmp");
        if !(ours || on_its_way) {
            return Err(SweepError::from(ReportError::NotOurs {
                folder: path.to_owned(),
                found: name.into_owned(),
            }));
        }
    }
    Ok(())
}

/// Removes files that a killed sweep had on their way. Nobody else writes here: the lock is ours.
fn remove_leftovers(folder: &Path) -> Result<(), SweepError> {
    let entries = fs::read_dir(folder).map_err(ReportError::io("look into", folder))?;
    for entry in entries {
        let path = entry.map_err(ReportError::io("look into", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') && name.ends_with(".tmp") {
            fs::remove_file(&path).map_err(ReportError::io("remove", &path))?;
        }
    }
    Ok(())
}

fn lock(folder: &Path) -> Result<File, SweepError> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(ReportError::io("write", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SweepError::Busy(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(ReportError::io("lock", &path)(error).into()),
    }
}

/// The row groups of one file, for those who read it a piece at a time.
pub(super) fn open(path: &Path) -> Result<Reader, SweepError> {
    Ok(Reader::open(path)?)
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_shards_combinations_are_those_of_its_blocks() {
        for combinations in [0_u64, 1, 7, 8, 9, 40, 41] {
            for of in 1..6 {
                for part in 1..=of {
                    let shard = Shard { part, of };
                    let counted: u64 = shard
                        .blocks(combinations.div_ceil(8))
                        .map(|number| (combinations - number * 8).min(8))
                        .sum();
                    assert_eq!(
                        shard.combinations(combinations, 8),
                        counted,
                        "{combinations} {shard}"
                    );
                }
            }
        }
        // What a damaged file says must not be counted one by one.
        assert!(Shard::WHOLE.combinations(u64::MAX, 1) > 0);
    }

    #[test]
    fn shards_are_read_as_they_are_written() {
        assert_eq!(Shard::read(" 2 / 3 "), Some(Shard { part: 2, of: 3 }));
        for text in ["", "2", "0/3", "4/3", "1/0", "a/b", "1/10001", "-1/2"] {
            assert_eq!(Shard::read(text), None, "{text}");
        }
    }
}
