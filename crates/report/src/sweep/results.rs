//! A file of results, read a piece at a time.

use std::path::Path;

use lab::sweep::{FIGURES, Manifest};
use table::{Column, Dest, Kind, Reader, Table};

use super::error::SweepError;
use super::folder::{PARTS, RESULTS, Shard, open};
use super::rows::fact;

/// An open file of results.
#[derive(Debug)]
pub struct Results {
    reader: Reader,
    manifest: Manifest,
}

impl Results {
    /// Opens a file of results, or the one in a folder.
    ///
    /// # Errors
    /// No such file, or one that no sweep wrote.
    pub fn open(path: &Path) -> Result<Self, SweepError> {
        let path = if path.is_dir() {
            let parts = std::fs::read_dir(path.join(PARTS)).map_or(0, Iterator::count);
            if parts > 0 && !path.join(RESULTS).exists() {
                return Err(SweepError::Unfinished {
                    path: path.to_owned(),
                    blocks: parts,
                });
            }
            path.join(RESULTS)
        } else {
            path.to_owned()
        };
        let no_results = |why: String| SweepError::NoResults {
            path: path.clone(),
            why,
        };
        let reader = open(&path)?;
        let told = reader.fact(fact::SWEEP);
        let told = told.ok_or_else(|| no_results("it says of no sweep".to_owned()))?;
        let manifest: Manifest = serde_json::from_str(told).map_err(|error| {
            no_results(format!(
                "what it says of its sweep cannot be read ({error})"
            ))
        })?;
        if manifest.schema != Manifest::SCHEMA {
            let found = manifest.schema;
            let expected = Manifest::SCHEMA;
            return Err(no_results(format!(
                "they are of form {found}; this version reads form {expected}"
            )));
        }
        let windows = manifest.windows.len();
        if manifest.searched == 0 || manifest.searched > windows || manifest.block == 0 {
            let found = format!("{} of {windows} windows searched", manifest.searched);
            return Err(no_results(format!(
                "what it says of its sweep cannot be: {found}"
            )));
        }
        let lacking = FIGURES.iter().find(|figure| !reader.has(figure.name));
        if let Some(figure) = lacking {
            return Err(no_results(format!(
                "the column `{}` is missing",
                figure.name
            )));
        }
        Ok(Self { reader, manifest })
    }

    /// The same, of a sweep or a shard that was finished: with all its rows.
    ///
    /// # Errors
    /// Also rows that are missing, or too many.
    pub fn open_whole(path: &Path) -> Result<Self, SweepError> {
        let results = Self::open(path)?;
        let expected = results.expected_rows();
        if expected.is_none_or(|expected| expected == results.rows()) {
            return Ok(results);
        }
        Err(SweepError::NoResults {
            path: path.to_owned(),
            why: format!(
                "it has {} rows, its sweep made {}",
                results.rows(),
                expected.unwrap_or_default()
            ),
        })
    }

    /// The rows that the combinations of its blocks make; `None` of a search that learns, which may end early.
    fn expected_rows(&self) -> Option<u64> {
        let manifest = &self.manifest;
        if manifest.sampler.starts_with("bayes") {
            return None;
        }
        let shard = self.shard().map_or(Some(Shard::WHOLE), Shard::read)?;
        let tried = shard.combinations(manifest.combinations, manifest.block);
        let replayed = tried
            .checked_sub(self.ruled_out())?
            .checked_sub(self.refused())?;
        replayed.checked_mul(manifest.windows.len() as u64)
    }

    /// What it is a sweep of.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub(super) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Rows: one for each combination and window.
    pub fn rows(&self) -> u64 {
        self.reader.rows()
    }

    /// Row groups, each of whole combinations.
    pub fn groups(&self) -> usize {
        self.reader.groups()
    }

    /// The shard it is, if it is one.
    pub(super) fn shard(&self) -> Option<&str> {
        self.reader.fact(fact::SHARD)
    }

    /// Combinations that a constraint rules out.
    pub fn ruled_out(&self) -> u64 {
        self.count(fact::RULED_OUT)
    }

    /// Combinations that are no plan.
    pub fn refused(&self) -> u64 {
        self.count(fact::REFUSED)
    }

    /// The first of those, and why.
    pub fn refusal(&self) -> Option<(u64, String)> {
        let first = self.reader.fact(fact::REFUSED_FIRST)?.parse().ok()?;
        Some((first, self.reader.fact(fact::REFUSAL)?.to_owned()))
    }

    fn count(&self, name: &str) -> u64 {
        let told = self.reader.fact(name).and_then(|text| text.parse().ok());
        told.unwrap_or(0)
    }

    /// The combinations in it, ascending.
    ///
    /// # Errors
    /// A damaged file.
    pub fn combinations(&self) -> Result<Vec<u64>, SweepError> {
        let mut all = Vec::new();
        for group in 0..self.groups() {
            let numbers = self.numbers(group, "combination")?;
            all.extend(numbers.into_iter().flatten().map(|n| n as u64));
        }
        all.dedup();
        Ok(all)
    }

    /// The names of the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        let columns = self.reader.columns().iter().map(|(name, _)| name.as_str());
        columns.filter(|name| name.contains('.'))
    }

    /// A column of numbers of a row group; `None` where a row has none.
    ///
    /// # Errors
    /// A column that is not there or holds no numbers, a damaged file.
    pub fn numbers(&self, group: usize, column: &str) -> Result<Vec<Option<f64>>, SweepError> {
        let mut values = Vec::new();
        let mut wanted = [(column, Dest::MaybeNumber(&mut values))];
        self.reader.read(&[group], &mut wanted, 1)?;
        Ok(values)
    }

    /// A column of a row group in words.
    ///
    /// # Errors
    /// As [`numbers`](Self::numbers).
    pub fn words(&self, group: usize, column: &str) -> Result<Vec<String>, SweepError> {
        let kind = self
            .reader
            .columns()
            .iter()
            .find(|(name, _)| name == column);
        match kind.map(|(_, kind)| *kind) {
            Some(Kind::Text) => {
                let mut values = Vec::new();
                let mut wanted = [(column, Dest::Text(&mut values))];
                self.reader.read(&[group], &mut wanted, 1)?;
                Ok(values)
            }
            Some(Kind::Bool) => {
                let mut values = Vec::new();
                let mut wanted = [(column, Dest::Flag(&mut values))];
                self.reader.read(&[group], &mut wanted, 1)?;
                Ok(values.iter().map(ToString::to_string).collect())
            }
            _ => {
                let values = self.numbers(group, column)?;
                let word = |value: Option<f64>| value.map_or(String::new(), |x| x.to_string());
                Ok(values.into_iter().map(word).collect())
            }
        }
    }

    /// A table of its columns without rows.
    pub(super) fn shape(&self) -> Table<'static> {
        let columns = self.reader.columns().iter();
        columns.fold(Table::new(), |table, (name, kind)| {
            table.column(name, empty(*kind, name))
        })
    }
}

fn empty(kind: Kind, name: &str) -> Column<'static> {
    let figure = FIGURES.iter().find(|figure| figure.name == name);
    match (kind, figure) {
        (Kind::Text, _) => Column::text([""; 0]),
        (Kind::Bool, _) => Column::flag(Vec::new()),
        (_, Some(figure)) if figure.count => Column::count32(Vec::new()),
        (_, Some(_)) => Column::number_or_nan(Vec::new()),
        (Kind::Int64, _) => Column::integer(Vec::new()),
        (_, None) => Column::number(Vec::new()),
    }
}
