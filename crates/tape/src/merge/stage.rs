//! An item's rows into a file beside its place.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

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

/// Takes away what a killed merge left beside the files of these items. Nobody else is writing: the lock is held.
pub(crate) fn sweep<'a>(root: &Path, items: impl Iterator<Item = &'a Item>) {
    for item in items {
        let Ok(entries) = fs::read_dir(root.join(item.folder())) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let hidden = name.as_encoded_bytes().starts_with(b".");
            let temporary = Path::new(&name).extension() == Some(OsStr::new("tmp"));
            if hidden && temporary {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
