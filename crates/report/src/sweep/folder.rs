//! A sweep's folder: blocks as they are done, then one file of results.
//!
//! A block is a small Parquet file under `parts`, put there whole. What is there was done and is not done again, so a
//! killed sweep goes on where it was. Once all are there they are joined, byte for byte and in order, into
//! `results.parquet`; it is the same file whatever happened in between.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use lab::sweep::space::Axis;
use lab::sweep::{Block, Manifest};
use table::{AtomicFile, Reader, Table, Writer};

use super::error::SweepError;
use super::results::Results;
use super::rows::{LAYOUT, fact, facts, table};
use crate::error::ReportError;

/// The name of the results.
pub const RESULTS: &str = "results.parquet";
const PARTS: &str = "parts";
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
    done: Vec<u64>,
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
        let mut folder = Self {
            path: path.to_owned(),
            manifest: manifest.clone(),
            shard,
            axes: axes.to_vec(),
            done: Vec::new(),
            _lock: lock,
        };
        let results = folder.results();
        if results.exists() {
            let found = Results::open(&results)?;
            folder.same(&results, &found)?;
            folder.done = folder.mine().collect();
        } else {
            folder.done = folder.parts_done()?;
        }
        Ok(folder)
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
        let left = |number: &u64| self.done.binary_search(number).is_err();
        self.mine().filter(left).collect()
    }

    /// The blocks that were done before.
    pub fn done(&self) -> &[u64] {
        &self.done
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
        done.into_iter()
            .map(|number| Results::open(&self.part(number)))
            .collect()
    }

    /// A block that was done before.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn block(&self, number: u64) -> Result<Option<Results>, SweepError> {
        if self.done.binary_search(&number).is_err() {
            return Ok(None);
        }
        Results::open(&self.part(number)).map(Some)
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
        let path = self.part(block.number);
        Ok(table.write_atomic(&path, &LAYOUT)?)
    }

    fn part(&self, number: u64) -> PathBuf {
        self.path.join(PARTS).join(format!("{number:08}.parquet"))
    }

    /// The blocks under `parts`. A file that cannot be read is a block to be done again.
    fn parts_done(&self) -> Result<Vec<u64>, SweepError> {
        let folder = self.path.join(PARTS);
        let entries = fs::read_dir(&folder).map_err(ReportError::io("look into", &folder))?;
        let mut done = Vec::new();
        for entry in entries {
            let path = entry.map_err(ReportError::io("look into", &folder))?.path();
            let number = path
                .file_name()
                .and_then(|name| name.to_str()?.strip_suffix(".parquet")?.parse::<u64>().ok());
            let Some(number) = number else { continue };
            let Ok(found) = Results::open(&path) else {
                continue;
            };
            self.same(&path, &found)?;
            done.push(number);
        }
        done.sort_unstable();
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
        let mut head = Head {
            manifest: self.manifest.clone(),
            not_replayed: NotReplayed::default(),
            shard: (self.shard != Shard::WHOLE).then_some(self.shard),
        };
        // Twice over the blocks: what they add up to stands at the head of the file.
        for number in self.mine() {
            head.not_replayed.add(&Results::open(&self.part(number))?);
        }
        let pieces = self.mine().map(|number| {
            let part = Results::open(&self.part(number))?;
            Ok((part, 0))
        });
        join(target, &head, pieces)
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
    groups: impl Iterator<Item = Result<(R, usize), SweepError>>,
) -> Result<(), SweepError> {
    let name = target.display().to_string();
    let mut writer: Option<Writer<AtomicFile>> = None;
    for piece in groups {
        let (file, group) = piece?;
        let file = file.borrow();
        let writer = if let Some(writer) = &mut writer {
            writer
        } else {
            let shape = head
                .not_replayed
                .facts(facts(file.shape(), &head.manifest)?);
            let shape = match head.shard {
                Some(shard) => shape.fact(fact::SHARD, &shard.to_string()),
                None => shape,
            };
            writer.insert(Writer::new(
                &name,
                AtomicFile::create(target)?,
                &shape,
                &LAYOUT,
            )?)
        };
        if group < file.groups() {
            writer.append_group(file.reader(), group)?;
        }
    }
    let writer = writer.ok_or(SweepError::Nothing)?;
    Ok(writer.finish()?.commit()?)
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
