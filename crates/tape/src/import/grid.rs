//! CSV into dates and numbers, every cell judged, every error with its line and column.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Datelike;
use csv::{ErrorKind, ReaderBuilder, StringRecord};
use market::{Date, calendar};

use crate::error::TapeError;

/// Rows between two looks at the stop flag.
const ROWS_BETWEEN_LOOKS: usize = 512;

/// A CSV file, its header read.
pub(crate) struct Csv<'a> {
    file: String,
    reader: csv::Reader<&'a [u8]>,
    pub(crate) header: Vec<String>,
    stop: &'a AtomicBool,
}

/// The dates and the wanted numbers of a CSV file: dates strictly ascending, numbers finite.
pub(crate) struct Grid {
    file: String,
    names: Vec<String>,
    lines: Vec<u64>,
    pub(crate) dates: Vec<Date>,
    pub(crate) columns: Vec<Vec<f64>>,
}

impl<'a> Csv<'a> {
    pub(crate) fn open(
        file: &Path,
        bytes: &'a [u8],
        stop: &'a AtomicBool,
    ) -> Result<Self, TapeError> {
        let file = file.display().to_string();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut record = StringRecord::new();
        let any = reader.read_record(&mut record);
        if !any.map_err(|e| unreadable(&file, &e))? {
            return Err(input(&file, 1, None, "an empty file", "a header and rows"));
        }
        Ok(Self {
            header: record.iter().map(|name| name.trim().to_owned()).collect(),
            file,
            reader,
            stop,
        })
    }

    /// The rows, as the date in column `date` and the numbers in the columns `names`.
    pub(crate) fn grid(mut self, date: &str, names: &[&str]) -> Result<Grid, TapeError> {
        let at = |name: &str| {
            let found = self.header.iter().position(|h| h == name);
            found.ok_or_else(|| {
                let has = shown(&self.header.join(","));
                input(
                    &self.file,
                    1,
                    None,
                    &format!("columns {has}"),
                    &format!("a column {name}"),
                )
            })
        };
        let date_at = at(date)?;
        let places = names.iter().map(|n| at(n)).collect::<Result<Vec<_>, _>>()?;
        let mut grid = Grid {
            file: self.file.clone(),
            names: names.iter().map(|&n| n.to_owned()).collect(),
            lines: Vec::new(),
            dates: Vec::new(),
            columns: vec![Vec::new(); names.len()],
        };
        let mut record = StringRecord::new();
        while self
            .reader
            .read_record(&mut record)
            .map_err(|e| unreadable(&self.file, &e))?
        {
            if grid.dates.len().is_multiple_of(ROWS_BETWEEN_LOOKS)
                && self.stop.load(Ordering::Relaxed)
            {
                return Err(TapeError::Interrupted);
            }
            self.row(&record, date, date_at, &places, &mut grid)?;
        }
        if grid.dates.is_empty() {
            return Err(input(
                &self.file,
                2,
                None,
                "no rows below the header",
                "at least one row",
            ));
        }
        Ok(grid)
    }

    fn row(
        &self,
        record: &StringRecord,
        date: &str,
        date_at: usize,
        places: &[usize],
        grid: &mut Grid,
    ) -> Result<(), TapeError> {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != self.header.len() {
            let found = format!("{} cells", record.len());
            let expected = format!("{}, as many as the header has", self.header.len());
            return Err(input(&self.file, line, None, &found, &expected));
        }
        let cell = |at: usize| record.get(at).unwrap_or("").trim();
        let text = cell(date_at);
        let wrong = |found: String, expected: &str| {
            Err(input(&self.file, line, Some(date), &found, expected))
        };
        let Some(day) = parse_date(text) else {
            return wrong(quoted(text), "a date like 2020-03-23");
        };
        if day.year() > *calendar::YEARS.end() {
            return wrong(
                day.to_string(),
                "a date the exchange calendar knows, up to 2100",
            );
        }
        match grid.dates.last() {
            Some(before) if *before == day => {
                return wrong(format!("{day} a second time"), "each date once");
            }
            Some(before) if *before > day => {
                return wrong(format!("{day} after {before}"), "dates in ascending order");
            }
            _ => {}
        }
        for ((name, column), &place) in grid.names.iter().zip(&mut grid.columns).zip(places) {
            let text = cell(place);
            let number = text.parse::<f64>().ok().filter(|v| v.is_finite());
            column.push(number.ok_or_else(|| {
                input(
                    &self.file,
                    line,
                    Some(name),
                    &quoted(text),
                    "a finite number",
                )
            })?);
        }
        grid.lines.push(line);
        grid.dates.push(day);
        Ok(())
    }
}

impl Grid {
    pub(crate) fn rows(&self) -> u64 {
        self.dates.len() as u64
    }

    /// An error at a row; `column` is the place among the wanted ones, `None` for the date.
    pub(crate) fn wrong(
        &self,
        row: usize,
        column: Option<usize>,
        found: &str,
        expected: &str,
    ) -> TapeError {
        let line = self.lines.get(row).copied().unwrap_or(0);
        let column = column
            .and_then(|c| self.names.get(c))
            .map_or("date", String::as_str);
        input(&self.file, line, Some(column), found, expected)
    }

    /// A wanted column by its place.
    pub(crate) fn take(&mut self, column: usize) -> Vec<f64> {
        self.columns
            .get_mut(column)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Demands that every value of a column passes.
    pub(crate) fn demand(
        &self,
        column: usize,
        passes: impl Fn(f64) -> bool,
        expected: &str,
    ) -> Result<(), TapeError> {
        let values = self.columns.get(column).map_or(&[][..], Vec::as_slice);
        match values.iter().position(|&v| !passes(v)) {
            None => Ok(()),
            Some(row) => Err(self.wrong(row, Some(column), &values[row].to_string(), expected)),
        }
    }
}

/// Only the full form, so that 2020-3-1 or 20200301 cannot be taken for something else.
fn parse_date(text: &str) -> Option<Date> {
    let form = |(i, b): (usize, u8)| {
        if i == 4 || i == 7 {
            b == b'-'
        } else {
            b.is_ascii_digit()
        }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(form) {
        return None;
    }
    let part = |range| text.get(range).and_then(|t: &str| t.parse::<u32>().ok());
    let year = text.get(..4)?.parse().ok()?;
    Date::from_ymd_opt(year, part(5..7)?, part(8..10)?)
}

fn unreadable(file: &str, error: &csv::Error) -> TapeError {
    let line = error.position().map_or(1, csv::Position::line);
    let found = match error.kind() {
        ErrorKind::Utf8 { .. } => "bytes that are no UTF-8 text".to_owned(),
        _ => error.to_string(),
    };
    input(file, line, None, &found, "a CSV file in UTF-8")
}

fn input(file: &str, line: u64, column: Option<&str>, found: &str, expected: &str) -> TapeError {
    TapeError::Input {
        file: file.to_owned(),
        line,
        column: column.map(str::to_owned),
        found: found.to_owned(),
        expected: expected.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    if cell.is_empty() {
        "an empty cell".to_owned()
    } else {
        format!("`{}`", shown(cell))
    }
}

/// Text of a stranger's file, short enough for a line of an error.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let mut line = String::new();
    for c in text.chars().take(MOST) {
        // A stranger's bytes must not steer the terminal.
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}
