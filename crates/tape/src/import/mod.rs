//! Vendors' own files onto a tape.
//!
//! Everything is read and judged before anything is written: a failed import leaves the tape as it was.

mod adjust;
mod cell;
mod columns;
mod days;
mod format;

mod header;
mod keyed;
mod lean;
mod name;
mod rebase;
mod report;

mod rows;

mod sink;

mod source;
mod stamp;
mod survey;
mod time_format;
mod vendors;
mod walk;
mod zipped;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use market::{Interval, Time};

use crate::contents::Contents;
use crate::error::{TapeError, nearest};
use crate::import::keyed::Keyed;
use crate::import::sink::{Sink, Stated};
use crate::import::source::Source;
use crate::import::walk::Found;
use crate::merge::{Merge, Run};
use crate::tape::Tape;

pub use columns::ColumnMap;
pub use format::Format;
pub use report::{ImportReport, ImportedFile, Progress, SkippedFile};
pub(crate) use sink::Reference;
pub use time_format::TimeFormat;

/// How to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// The symbol or series name, where the file's own name is not to be trusted. Takes a single file.
    pub symbol: Option<String>,
    /// The format of every file, instead of the one its columns tell.
    pub format: Option<Format>,
    /// The zone of stamps without an offset, instead of the one their format defines.
    pub zone: Option<chrono_tz::Tz>,
    /// Which column is what, for files no format knows.
    pub columns: Option<ColumnMap>,
    /// The interval of bars, where neither their distances nor the file's name tell it, or to hold them to it.
    pub interval: Option<Interval>,
    /// How times are written, with `columns`.
    pub time_format: Option<TimeFormat>,
    /// When a chain of option quotes was taken that does not say so itself.
    pub as_of: Option<Time>,
    /// How many changed values the report lists.
    pub changes_listed: usize,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            symbol: None,
            format: None,
            zone: None,
            columns: None,
            interval: None,
            time_format: None,
            as_of: None,
            changes_listed: 20,
        }
    }
}

/// The interval of this name.
///
/// # Errors
/// [`TapeError::NoInterval`].
pub fn interval(name: &str) -> Result<Interval, TapeError> {
    Ok(name.parse::<Interval>()?)
}

/// The time zone of this name.
///
/// # Errors
/// [`TapeError::NoZone`].
pub fn zone(name: &str) -> Result<chrono_tz::Tz, TapeError> {
    name.parse().map_err(|_| TapeError::NoZone {
        found: rows::shown(name),
        suggestion: nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|z| z.name())),
    })
}

/// What one file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What it was recognised as.
    pub format: Format,
    /// Its rows.
    pub rows: u64,
    /// What is odd about its bars without keeping them off a tape, as a line to be shown.
    pub warning: Option<String>,
    /// Its columns, bound for a tape.
    pub contents: Contents,
}

/// Reads one file that is in memory already; its name tells the symbol, unless `symbol` does.
///
/// # Errors
/// [`TapeError::Input`] with line and column, [`TapeError::NotTapeData`] for a header of no known format,
/// [`TapeError::Unnamed`], [`TapeError::Interrupted`] once `stop` is set.
pub fn parse_csv(
    file: &Path,
    bytes: &[u8],
    symbol: Option<&str>,
    stop: &AtomicBool,
) -> Result<Parsed, TapeError> {
    let options = ImportOptions {
        symbol: symbol.map(str::to_owned),
        ..ImportOptions::default()
    };
    let source = Source {
        path: file,
        held: Some(bytes),
        options: &options,
        stop,
    };
    let format = Format::of(&source)?;
    let read = read(&source, format, None)?;
    Ok(Parsed {
        format,
        rows: read.rows,
        warning: read.warning,
        contents: Contents {
            origin: read.stated.origin,
            ..read.keyed.into_contents(sink::contents(read.runs))?
        },
    })
}

/// What reading a file gave.
struct Read {
    rows: u64,
    warning: Option<String>,
    runs: Vec<Run>,
    keyed: Keyed,
    stated: Stated,
}

fn read(source: &Source<'_>, format: Format, merge: Option<&Merge<'_>>) -> Result<Read, TapeError> {
    let mut sink = Sink::new(merge);
    let rows = format
        .read(source, &mut sink)
        .map_err(|error| match error {
            TapeError::Name { what, found } => TapeError::NameIn {
                file: source.name(),
                what,
                found,
            },
            other => other,
        })?;
    let warning = sink.suspects().map(|(count, first)| {
        let date = first.exchange_date();
        let date = date.map_or_else(String::new, |d| d.to_string());
        format!(
            "{}: {count} suspect bars, which open or close outside their low and high; the first is {date}",
            source.name()
        )
    });
    let keyed = std::mem::take(&mut sink.keyed);
    let (runs, stated) = sink.finish();
    Ok(Read {
        rows,
        warning,
        runs,
        keyed,
        stated,
    })
}

/// The instant a text tells, its offset from UTC in it: `2026-02-11T16:20:00Z`.
///
/// # Errors
/// [`TapeError::Input`] for any other form.
pub fn instant(text: &str) -> Result<Time, TapeError> {
    let found = stamp::Stamps::new(None).read(text);
    found.map_err(|fault| TapeError::Input {
        file: "--as-of".to_owned(),
        line: 1,
        column: None,
        found: format!("`{}`", rows::shown(text)),
        expected: fault.to_string(),
    })
}

impl Tape {
    /// Imports files, and every file below folders, in the order of their paths. In a folder, what is no tape data is
    /// left and named in the report; given by itself it is an error. `progress` is called after each file; `stop` is
    /// honoured between rows.
    ///
    /// # Errors
    /// As [`parse_csv`] and [`Tape::merge`]; the tape is then as it was.
    pub fn import(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &AtomicBool,
    ) -> Result<ImportReport, TapeError> {
        let found = walk::found(paths, options)?;
        let mut work = Work {
            options,
            stop,
            merge: Merge::begin(self, options.changes_listed)?,
            report: ImportReport::default(),
            done: Vec::new(),
        };
        let mut known = Vec::new();
        let total = found.len();
        let mut done = 0;
        let mut step = || {
            done += 1;
            progress(Progress { done, total });
        };
        work.merge.stopped_by(stop);
        for (at, file) in found.iter().enumerate() {
            let recognised = work.recognise(file);
            // Ranks are places among the files given, whenever a file is read.
            let format = recognised.as_ref().map_or("", |f| f.as_str());
            work.merge.source(&file.path.display().to_string(), format);
            match recognised {
                Ok(format) => known.push((format.turn(&work.source(file)), at, file, format)),
                Err(error) => {
                    work.leave(file, error)?;
                    step();
                }
            }
        }
        known.sort_by_key(|&(turn, at, ..)| (turn, at));
        for (_, at, file, format) in known {
            work.take(at, file, format)?;
            step();
        }
        work.finish(paths)
    }
}

/// An import in the making.
struct Work<'a> {
    options: &'a ImportOptions,
    stop: &'a AtomicBool,
    merge: Merge<'a>,
    report: ImportReport,
    /// Files taken, with their place among those given.
    done: Vec<(usize, ImportedFile)>,
}

impl Work<'_> {
    fn source<'s>(&'s self, file: &'s Found) -> Source<'s> {
        Source {
            path: &file.path,
            held: None,
            options: self.options,
            stop: self.stop,
        }
    }

    fn recognise(&self, file: &Found) -> Result<Format, TapeError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        if let Some(reason) = file.passed_over() {
            return Err(TapeError::NotTapeData {
                file: file.path.display().to_string(),
                reason: reason.to_owned(),
            });
        }
        if let Some(format) = self.options.format {
            return Ok(format);
        }
        Format::of(&self.source(file))
    }

    fn take(&mut self, at: usize, file: &Found, format: Format) -> Result<(), TapeError> {
        match read(&self.source(file), format, Some(&self.merge)) {
            Ok(mut read) => {
                let origin = &read.stated.origin;
                self.merge.take(at, read.runs, origin)?;
                for panel in std::mem::take(&mut read.keyed.panels) {
                    self.merge.take_wide(at, panel, origin)?;
                }
                let keyed = read.keyed.into_contents(Contents::default())?;
                self.merge.take_keyed(at, keyed)?;
                self.report.warnings.extend(read.warning);
                let imported = ImportedFile {
                    path: file.path.display().to_string(),
                    format,
                    rows: read.rows,
                    zone: read.stated.zone,
                    notes: read.stated.notes,
                };
                self.done.push((at, imported));
                Ok(())
            }
            Err(error) => self.leave(file, error),
        }
    }

    fn leave(&mut self, file: &Found, error: TapeError) -> Result<(), TapeError> {
        let left = SkippedFile {
            reason: file.forgive(error)?,
            path: file.path.display().to_string(),
        };
        self.report.skipped.push(left);
        Ok(())
    }

    fn finish(mut self, paths: &[PathBuf]) -> Result<ImportReport, TapeError> {
        if self.done.is_empty() {
            let first = paths.first();
            return Err(TapeError::Nothing {
                path: first.map_or_else(String::new, |p| p.display().to_string()),
                reason: format!(
                    "{} files looked at, none of them tape data",
                    self.report.skipped.len()
                ),
            });
        }
        if self.stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        self.done.sort_by_key(|(at, _)| *at);
        self.report.files = self.done.into_iter().map(|(_, file)| file).collect();
        self.report.merge = self.merge.commit()?;
        Ok(self.report)
    }
}
