//! The columns of one Parquet file of results, each read as the type its rows are made of.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use market::{Date, Time};
use table::{Dest, Reader};

use super::error::RecordError;
use crate::frames::EPOCH_FROM_CE;

/// An open file of rows.
pub(super) struct Columns {
    path: PathBuf,
    reader: Reader,
}

impl Columns {
    pub(super) fn open(path: &Path) -> Result<Self, RecordError> {
        if !path.exists() {
            return Err(RecordError::Missing(path.to_owned()));
        }
        Ok(Self {
            path: path.to_owned(),
            reader: Reader::open(path)?,
        })
    }

    pub(super) fn fact(&self, key: &str) -> Option<&str> {
        self.reader.fact(key)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.reader.columns().iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn numbers(&self, column: &str) -> Result<Vec<f64>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::Number(&mut rows))?;
        Ok(rows)
    }

    pub(super) fn maybe_numbers(&self, column: &str) -> Result<Vec<Option<f64>>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::MaybeNumber(&mut rows))?;
        Ok(rows)
    }

    pub(super) fn texts(&self, column: &str) -> Result<Vec<String>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::Text(&mut rows))?;
        Ok(rows)
    }

    pub(super) fn maybe_texts(&self, column: &str) -> Result<Vec<Option<String>>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::MaybeText(&mut rows))?;
        Ok(rows)
    }

    pub(super) fn flags(&self, column: &str) -> Result<Vec<bool>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::Flag(&mut rows))?;
        Ok(rows)
    }

    pub(super) fn times(&self, column: &str) -> Result<Vec<Time>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::TimeMicros(&mut rows))?;
        Ok(rows.into_iter().map(Time).collect())
    }

    pub(super) fn dates(&self, column: &str) -> Result<Vec<Date>, RecordError> {
        let mut rows: Vec<i32> = Vec::new();
        self.read(column, Dest::DateDays(&mut rows))?;
        let date = |(row, days): (usize, &i32)| {
            let day = days.checked_add(EPOCH_FROM_CE);
            let date = day.and_then(NaiveDate::from_num_days_from_ce_opt);
            date.ok_or_else(|| self.wrong(column, row, &days.to_string(), "a date"))
        };
        rows.iter().enumerate().map(date).collect()
    }

    /// Counts that are written signed.
    pub(super) fn counts<T: TryFrom<i64>>(&self, column: &str) -> Result<Vec<T>, RecordError> {
        let mut rows = Vec::new();
        self.read(column, Dest::Integer(&mut rows))?;
        let count = |(row, &count): (usize, &i64)| {
            T::try_from(count).map_err(|_| self.wrong(column, row, &count.to_string(), "a count"))
        };
        rows.iter().enumerate().map(count).collect()
    }

    /// Words, each of them one of `all`.
    pub(super) fn words<T: Copy>(
        &self,
        column: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        expected: &'static str,
    ) -> Result<Vec<T>, RecordError> {
        let texts = self.texts(column)?;
        let known = |(row, text): (usize, &String)| {
            let found = all.iter().find(|&&one| word(one) == text);
            found
                .copied()
                .ok_or_else(|| self.wrong(column, row, text, expected))
        };
        texts.iter().enumerate().map(known).collect()
    }

    pub(super) fn wrong(
        &self,
        column: &str,
        row: usize,
        found: &str,
        expected: &'static str,
    ) -> RecordError {
        RecordError::Cell {
            path: self.path.clone(),
            column: column.to_owned(),
            row: row + 1,
            found: found.to_owned(),
            expected,
        }
    }

    fn read(&self, column: &str, dest: Dest<'_>) -> Result<(), RecordError> {
        Ok(self.reader.read_all(&mut [(column, dest)], 1)?)
    }
}
