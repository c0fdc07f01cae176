//! An item's rows into a file beside its place.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use table::{AtomicFile, Column, Options, StagedFile, Table, Writer};

use crate::error::TapeError;
use crate::facts::Facts;
use crate::layout::{Item, Sort};
use crate::records;
use crate::sheet::{BAR_COLUMNS, Sheet};

/// A file in the making.
pub(crate) struct Staging<'a> {
    item: &'a Item,
    facts: &'a Facts,
    writer: Writer<AtomicFile>,
}

/// Rows to be given to [`Staging::write`] at a time, but for the last: each time begins a row group.
pub(crate) fn rows_per_group() -> usize {
    Options::default().rows_per_group
}

impl<'a> Staging<'a> {
    pub(crate) fn begin(item: &'a Item, facts: &'a Facts, path: &Path) -> Result<Self, TapeError> {
        let shape = Sheet::empty(item.sort);
        let shape = table(item, facts, &shape);
        let name = path.display().to_string();
        let writer = Writer::new(
            &name,
            AtomicFile::create(path)?,
            &shape,
            &Options::default(),
        )?;
        Ok(Self {
            item,
            facts,
            writer,
        })
    }

    pub(crate) fn write(&mut self, rows: &Sheet) -> Result<(), TapeError> {
        Ok(self.writer.write(&table(self.item, self.facts, rows))?)
    }

    pub(crate) fn finish(self) -> Result<StagedFile, TapeError> {
        Ok(self.writer.finish()?.stage()?)
    }
}

fn table<'t>(item: &Item, facts: &Facts, rows: &'t Sheet) -> Table<'t> {
    let mut table = Table::new();
    if item.sort.is_bars() {
        table = table.column("start", Column::time_micros(&rows.keys));
        for (name, values) in BAR_COLUMNS.iter().zip(&rows.columns) {
            table = table.column(name, Column::number(values));
        }
    } else {
        let (date, value, _) = records::columns(item.sort);
        // Keys came from dates, which days of 32 bits hold.
        let days: Vec<i32> = rows.keys.iter().map(|&k| k as i32).collect();
        table = table.column(date, Column::date_days(days));
        for values in &rows.columns {
            table = table.column(value, Column::number(values));
        }
    }
    facts.write(table, item.sort == Sort::Series)
}

/// Takes away what killed merges left beside the files of a tape. Nobody else is writing: the lock is held.
pub(crate) fn sweep(root: &Path) {
    let mut folders: Vec<PathBuf> = Sort::ALL.iter().map(|s| root.join(s.as_str())).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            let temporary = Path::new(&name).extension() == Some(OsStr::new("tmp"));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden => folders.push(entry.path()),
                Ok(kind) if kind.is_file() && hidden && temporary => {
                    // What cannot be taken away is as harmless as before.
                    let _ = fs::remove_file(entry.path());
                }
                _ => {}
            }
        }
    }
}
