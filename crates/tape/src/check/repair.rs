//! A new tape with what can be mended mended, and a log of every change.
//!
//! Only firm repairs are made: those whose evidence is stronger than a guess (docs/check.md names them). The tape that was
//! checked is never written to.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use table::{Column, Options, Reader, Table};

use super::CheckOptions;
use super::defect::{Defect, Repair};
use super::report::CheckReport;
use super::rows::{BarItem, FIELDS, HIGH, LOW, Rows, numbers};
use super::walk::{Found, walk};
use crate::error::TapeError;
use crate::facts::REPAIRED;
use crate::import::Progress;
use crate::layout::{Item, Sort};
use crate::records;
use crate::store::Store;
use crate::tape::{Tape, refuse_url};

/// The log beside the new tape's folders.
const LOG: &str = "repairs.csv";

/// A change that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// The defect it mends.
    pub defect: Defect,
    /// What stood there; absent where a whole row was moved or left out.
    pub old: Option<f64>,
    /// What stands there now; absent likewise.
    pub new: Option<f64>,
}

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepairReport {
    /// What was found on the old tape.
    pub found: CheckReport,
    /// What was changed, in the order of items.
    pub repaired: Vec<Repaired>,
    /// Defects that stay as they were.
    pub left: u64,
}

impl Tape {
    /// Checks the tape and writes a mended copy of it into `to`, which must not exist or be empty. The copy appears there
    /// whole or not at all; `repairs.csv` inside it lists every change (item, time, field, old, new, kind, evidence), and
    /// the files that changed say `repaired` in their metadata.
    ///
    /// # Errors
    /// As [`check`](Tape::check); [`TapeError::Occupied`] for a destination that holds something, [`TapeError::Io`] and
    /// [`TapeError::Table`] while writing.
    pub fn repair(
        &self,
        to: &Path,
        options: &CheckOptions,
        against: Option<&Tape>,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<RepairReport, TapeError> {
        refuse_url(to)?;
        vacant(to)?;
        let place = to.display().to_string();
        if self.store.folder().is_some_and(|own| inside(to, own)) {
            return Err(TapeError::InPlace { path: place });
        }
        let parent = match to.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(TapeError::io(&place, "make the folder of"))?;
        let stage = tempfile::Builder::new()
            .prefix(".stormproof-repair-")
            .tempdir_in(parent)
            .map_err(TapeError::io(&place, "write beside"))?;
        let mut report = RepairReport::default();
        let mut done: BTreeSet<String> = BTreeSet::new();
        walk(self, options, against, progress, stop, &mut |found| {
            let changed = mend(self, &found, stage.path())?;
            if !changed.is_empty() {
                done.extend(found.files.iter().cloned());
                done.extend(dated_path(&found));
            }
            report.left += (found.defects.len() - changed.len()) as u64;
            report.repaired.extend(changed);
            let rows = found.rows;
            report
                .found
                .take(found.subject, rows, found.defects, options.kept);
            Ok(())
        })?;
        report.found.sort();
        copy_others(&self.store, &done, stage.path())?;
        log(&report.repaired, &stage.path().join(LOG))?;
        if to.exists() {
            // Empty, as was found above: a folder cannot be renamed onto it everywhere.
            fs::remove_dir(to).map_err(TapeError::io(&place, "replace"))?;
        }
        fs::rename(stage.path(), to).map_err(TapeError::io(&place, "move the new tape to"))?;
        // Moved away: there is nothing left to clean up.
        let _ = stage.keep();
        Ok(report)
    }
}

/// True if `path` (which need not exist) lies in `folder` or is it.
fn inside(path: &Path, folder: &Path) -> bool {
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // The nearest ancestor that exists tells where it will come to lie, links followed.
    let there = absolute
        .ancestors()
        .find_map(|part| part.canonicalize().ok());
    there.is_some_and(|there| there.starts_with(&folder))
}

fn vacant(to: &Path) -> Result<(), TapeError> {
    let path = to.display().to_string();
    match fs::read_dir(to) {
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(TapeError::Occupied { path }),
            None => Ok(()),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(TapeError::io(path, "look into")(e)),
    }
}

/// The firm repairs of an item, made and written; what was changed.
fn mend(tape: &Tape, found: &Found, stage: &Path) -> Result<Vec<Repaired>, TapeError> {
    let firm: Vec<&Defect> = found
        .defects
        .iter()
        .filter(|d| d.firm && d.row.is_some())
        .collect();
    if firm.is_empty() || found.shared {
        return Ok(Vec::new());
    }
    match found.subject.interval {
        Some(interval) => {
            let item = BarItem {
                symbol: found.subject.name.clone(),
                interval,
                files: found.files.clone(),
                shared: false,
            };
            let mut rows = item.read(&tape.store)?;
            let changed = apply(&mut rows, &firm);
            write_bars(tape, found, &rows, &changed, stage)?;
            Ok(changed)
        }
        None => mend_dated(tape, found, &firm, stage),
    }
}

/// Makes the repairs in `rows`. A row that is left out takes its other defects along; of two values for one field the
/// worse defect's counts.
fn apply(rows: &mut Rows, firm: &[&Defect]) -> Vec<Repaired> {
    let mut ordered = firm.to_vec();
    ordered.sort_by(|a, b| a.order(b));
    let mut dropped = BTreeSet::new();
    let mut settled = BTreeSet::new();
    let mut moves = false;
    let mut changed = Vec::new();
    for defect in ordered {
        let Some(row) = defect.row.filter(|&row| row < rows.len()) else {
            continue;
        };
        let field = defect
            .field
            .and_then(|f| FIELDS.iter().position(|n| *n == f));
        let mut values = (None, None);
        match defect.repair {
            Repair::None => continue,
            Repair::Drop => {
                dropped.insert(row);
            }
            Repair::Move => moves = true,
            Repair::Swap => {
                values = (Some(rows.columns[HIGH][row]), Some(rows.columns[LOW][row]));
                let [_, high, low, ..] = &mut rows.columns;
                std::mem::swap(&mut high[row], &mut low[row]);
            }
            Repair::Value(value) => {
                let Some(field) = field.filter(|f| settled.insert((row, *f))) else {
                    continue;
                };
                values = (Some(rows.columns[field][row]), Some(value));
                rows.columns[field][row] = value;
            }
        }
        changed.push(Repaired {
            defect: defect.clone(),
            old: values.0,
            new: values.1,
        });
    }
    rows.retain(|row| !dropped.contains(&row));
    if moves {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|&row| rows.start[row]);
        let start = order.iter().map(|&row| rows.start[row]).collect();
        let take = |column: &Vec<f64>| order.iter().map(|&row| column[row]).collect();
        let columns = rows.columns.each_ref().map(take);
        *rows = Rows { start, columns };
    }
    changed
}

fn write_bars(
    tape: &Tape,
    found: &Found,
    rows: &Rows,
    changed: &[Repaired],
    stage: &Path,
) -> Result<(), TapeError> {
    let Some(interval) = found.subject.interval else {
        return Ok(());
    };
    let mut table = Table::new().column("start", Column::time_micros(&rows.start));
    for (name, column) in FIELDS.iter().zip(&rows.columns) {
        table = table.column(name, Column::number(column));
    }
    if let Some(path) = found.files.first() {
        table = facts(table, &tape.store.open(path)?);
    }
    let item = if found.subject.sort == Sort::Extended.as_str() {
        Item::extended(&found.subject.name, interval)
    } else {
        Item::bars(&found.subject.name, interval)
    };
    let path = item.path();
    write(table, changed, &stage.join(path))
}

/// The facts of the old file, whatever they are, but for what was repaired in it before: that is in its own log.
fn facts<'a>(mut table: Table<'a>, old: &Reader) -> Table<'a> {
    for (key, value) in old.facts().iter().filter(|(key, _)| *key != REPAIRED) {
        table = table.fact(key, value);
    }
    table
}

fn write(table: Table<'_>, changed: &[Repaired], path: &Path) -> Result<(), TapeError> {
    let kinds: BTreeSet<&str> = changed.iter().map(|c| c.defect.kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let told = format!("{} repairs: {}", changed.len(), kinds.join(", "));
    table
        .fact(REPAIRED, &told)
        .write_atomic(path, &Options::default())?;
    Ok(())
}

fn dated_sort(found: &Found) -> Option<Sort> {
    [Sort::Series, Sort::Dividends, Sort::Splits]
        .into_iter()
        .find(|sort| sort.as_str() == found.subject.sort)
}

fn dated_path(found: &Found) -> Option<String> {
    Some(Item::other(dated_sort(found)?, &found.subject.name).path())
}

fn mend_dated(
    tape: &Tape,
    found: &Found,
    firm: &[&Defect],
    stage: &Path,
) -> Result<Vec<Repaired>, TapeError> {
    let (Some(sort), Some(path)) = (dated_sort(found), dated_path(found)) else {
        return Ok(Vec::new());
    };
    let reader = tape.store.open(&path)?;
    let (date, field, _) = records::columns(sort);
    let mut days = Vec::new();
    reader.read_all(&mut [(date, table::Dest::DateDays(&mut days))], 1)?;
    let values = numbers(&reader, field)?;
    let mut rows: BTreeMap<usize, (i32, f64)> = days.into_iter().zip(values).enumerate().collect();
    let mut changed = Vec::new();
    let mut moves = false;
    for defect in firm {
        match (defect.repair, defect.row) {
            (Repair::Drop, Some(row)) => {
                rows.remove(&row);
            }
            (Repair::Move, Some(_)) => moves = true,
            (Repair::None | Repair::Swap | Repair::Value(_), _) | (_, None) => continue,
        }
        changed.push(Repaired {
            defect: (*defect).clone(),
            old: None,
            new: None,
        });
    }
    let mut rows: Vec<(i32, f64)> = rows.into_values().collect();
    if moves {
        rows.sort_by_key(|(day, _)| *day);
    }
    let (days, values): (Vec<i32>, Vec<f64>) = rows.into_iter().unzip();
    let table = Table::new()
        .column(date, Column::date_days(days))
        .column(field, Column::number(values));
    write(facts(table, &reader), &changed, &stage.join(&path))?;
    Ok(changed)
}

/// Every Parquet file that was not written anew.
fn copy_others(store: &Store, done: &BTreeSet<String>, stage: &Path) -> Result<(), TapeError> {
    for root in Sort::ALL.map(Sort::as_str) {
        for path in store.parquet_below(root)? {
            if done.contains(&path) {
                continue;
            }
            let to = stage.join(&path);
            if let Some(folder) = to.parent() {
                let place = folder.display().to_string();
                fs::create_dir_all(folder).map_err(TapeError::io(place, "make"))?;
            }
            store.copy(&path, &to)?;
        }
    }
    Ok(())
}

fn log(repaired: &[Repaired], path: &Path) -> Result<(), TapeError> {
    let place = path.display().to_string();
    let broken = |e: csv::Error| TapeError::io(&place, "write")(std::io::Error::other(e));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["item", "time", "field", "old", "new", "kind", "evidence"];
    writer.write_record(header).map_err(broken)?;
    for change in repaired {
        let defect = &change.defect;
        let number = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
        let new = match (change.new, defect.repair) {
            (Some(value), _) => value.to_string(),
            (None, repair) => repair.to_string(),
        };
        let row = [
            defect.subject.to_string(),
            defect.when.to_string(),
            defect.field.unwrap_or("").to_owned(),
            number(change.old),
            new,
            defect.kind.to_string(),
            defect.evidence.clone(),
        ];
        writer.write_record(&row).map_err(broken)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|e| TapeError::io(&place, "write")(e.into_error()))?;
    fs::write(path, bytes).map_err(TapeError::io(&place, "write"))
}
