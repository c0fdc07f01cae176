//! CSV, a row at a time: every cell judged, every error with its line and column.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Datelike;
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use market::{Date, calendar};

use crate::error::TapeError;
use crate::import::cell;
use crate::import::header::{Column, Header};
use crate::import::sink::Refusal;
use crate::import::source::Source;
use crate::import::time_format::NO_GUESS;

/// Rows between two looks at the stop flag.
const ROWS_BETWEEN_LOOKS: u64 = 512;

/// Bytes taken from the file at a time.
const BUFFER_BYTES: usize = 1 << 17;

/// A CSV file of which the header is read and one row at a time is held.
pub(crate) struct Csv<'a> {
    file: String,
    reader: csv::Reader<Box<dyn Read + 'a>>,
    header: Header,
    record: ByteRecord,
    /// The column last read as a date or a time: what a refused order is blamed on.
    key: Option<Column>,
    rows: u64,
    /// The file, to look again which line a row is on.
    source: Option<Source<'a>>,
    stop: &'a AtomicBool,
}

impl<'a> Csv<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`TapeError::Input`] for an empty file.
    pub(crate) fn open(
        file: &str,
        bytes: Box<dyn Read + 'a>,
        stop: &'a AtomicBool,
    ) -> Result<Self, TapeError> {
        let mut csv = Self::bare(file, bytes, Header::default(), stop);
        if !csv.read()? {
            return Err(csv.fault(1, None, "an empty file", "a header and rows"));
        }
        if wide(&csv.record) {
            let found = "two bytes a letter, which is UTF-16";
            return Err(csv.fault(1, None, found, "a CSV file in UTF-8"));
        }
        let names: Result<Vec<&str>, _> = csv.record.iter().map(str::from_utf8).collect();
        let Ok(names) = names else {
            return Err(csv.no_text(csv.line()));
        };
        csv.header = Header::new(names);
        Ok(csv)
    }

    /// A file without a header, whose columns are these.
    pub(crate) fn headless(
        file: &str,
        bytes: Box<dyn Read + 'a>,
        names: &[&str],
        stop: &'a AtomicBool,
    ) -> Self {
        Self::bare(file, bytes, Header::new(names), stop)
    }

    fn bare(file: &str, bytes: Box<dyn Read + 'a>, header: Header, stop: &'a AtomicBool) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER_BYTES)
            .from_reader(bytes);
        Self {
            file: file.to_owned(),
            reader,
            header,
            record: ByteRecord::new(),
            key: None,
            rows: 0,
            source: None,
            stop,
        }
    }

    /// Says which file the rows are of.
    pub(crate) fn of(self, source: Source<'a>) -> Self {
        Self {
            source: Some(source),
            ..self
        }
    }

    /// Looks columns up as this header does.
    pub(crate) fn rename(&mut self, header: Header) {
        self.header = header;
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// The column of this name.
    ///
    /// # Errors
    /// [`TapeError::Input`] with the columns there are.
    pub(crate) fn column(&self, name: &str) -> Result<Column, TapeError> {
        self.header.find(name).ok_or_else(|| {
            let has = shown(&self.header.names().join(","));
            let expected = format!("a column {name}");
            self.fault(1, None, &format!("columns {has}"), &expected)
        })
    }

    /// The one named column beside another one.
    ///
    /// # Errors
    /// [`TapeError::Input`] where there is none or more.
    pub(crate) fn other_than(&self, column: Column) -> Result<Column, TapeError> {
        let names = self.header.names().iter().enumerate();
        let mut others = names.filter(|&(at, name)| at != column.0 && !name.is_empty());
        if let (Some((at, _)), None) = (others.next(), others.next()) {
            return Ok(Column(at));
        }
        let has = shown(&self.header.names().join(","));
        let expected = "a date and one column of values";
        Err(self.fault(1, None, &format!("columns {has}"), expected))
    }

    /// Goes to the next row; false after the last.
    ///
    /// # Errors
    /// [`TapeError::Input`] for a row of another width than the header's, and for a file without rows;
    /// [`TapeError::Interrupted`].
    #[allow(
        clippy::should_implement_trait,
        reason = "a row is borrowed from the reader"
    )]
    pub(crate) fn next(&mut self) -> Result<bool, TapeError> {
        if self.rows.is_multiple_of(ROWS_BETWEEN_LOOKS) && self.stop.load(Ordering::Relaxed) {
            return Err(TapeError::Interrupted);
        }
        if !self.read()? {
            if self.rows == 0 {
                let found = "no rows below the header";
                return Err(self.fault(2, None, found, "at least one row"));
            }
            return Ok(false);
        }
        if self.record.len() != self.header.len() {
            let found = format!("{} cells", self.record.len());
            let expected = format!("{}, as many as the header has", self.header.len());
            return Err(self.fault(self.line(), None, &found, &expected));
        }
        self.rows += 1;
        Ok(true)
    }

    fn read(&mut self) -> Result<bool, TapeError> {
        let any = self.reader.read_byte_record(&mut self.record);
        any.map_err(|error| {
            if let ErrorKind::Io(_) = error.kind() {
                return match error.into_kind() {
                    ErrorKind::Io(source) => TapeError::io(&self.file, "read")(source),
                    _ => self.no_text(0),
                };
            }
            let line = error.position().map_or(1, csv::Position::line);
            self.fault(line, None, &error.to_string(), "a CSV file in UTF-8")
        })
    }

    /// Rows gone to so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// The line of the row. Slow: the file is read again up to there, which only an error is worth.
    pub(crate) fn line(&self) -> u64 {
        let Some(position) = self.record.position() else {
            return 0;
        };
        // The reader's place is in front of the blank lines before the row.
        position.line() + self.blank_lines(position.byte()).unwrap_or(0)
    }

    /// The line of the row, or of the blank lines in front of it.
    pub(crate) fn about_line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    fn blank_lines(&self, from: u64) -> Option<u64> {
        let mut bytes = self.source?.unmarked().ok()?;
        io::copy(&mut bytes.by_ref().take(from), &mut io::sink()).ok()?;
        let mut blank = 0;
        for byte in io::BufReader::new(bytes).bytes() {
            match byte.ok()? {
                b'\n' => blank += 1,
                b'\r' => {}
                _ => break,
            }
        }
        Some(blank)
    }

    /// A cell of the row, without spaces around it.
    pub(crate) fn cell(&self, column: Column) -> &[u8] {
        self.record.get(column.0).unwrap_or(b"").trim_ascii()
    }

    /// A cell as text.
    ///
    /// # Errors
    /// [`TapeError::Input`] if it is no UTF-8.
    pub(crate) fn text(&self, column: Column) -> Result<&str, TapeError> {
        str::from_utf8(self.cell(column)).map_err(|_| self.no_text(self.line()))
    }

    /// A finite number.
    ///
    /// # Errors
    /// [`TapeError::Input`], an empty cell among them.
    pub(crate) fn number(&self, column: Column) -> Result<f64, TapeError> {
        let value = cell::number(self.cell(column));
        value.ok_or_else(|| self.unlike(column, "a finite number"))
    }

    /// A finite number; `None` where the cell is empty, `.`, `NaN`, `null`, `None` or `N/A`.
    ///
    /// # Errors
    /// As [`number`](Csv::number).
    pub(crate) fn maybe_number(&self, column: Column) -> Result<Option<f64>, TapeError> {
        if cell::is_nothing(self.cell(column)) {
            return Ok(None);
        }
        self.number(column).map(Some)
    }

    /// Numbers that pass, each from its column.
    pub(crate) fn numbers<const N: usize>(
        &self,
        columns: &[Column; N],
    ) -> Result<[f64; N], TapeError> {
        let mut values = [0.0; N];
        for (value, &column) in values.iter_mut().zip(columns) {
            *value = self.number(column)?;
        }
        Ok(values)
    }

    /// A date like 2020-03-23.
    ///
    /// # Errors
    /// [`TapeError::Input`], for dates after the calendar's last year too.
    pub(crate) fn date(&mut self, column: Column) -> Result<Date, TapeError> {
        self.key = Some(column);
        let Some(day) = cell::date(self.cell(column)) else {
            let local = self.cell(column).contains(&b'/');
            let expected = if local {
                NO_GUESS
            } else {
                "a date like 2020-03-23"
            };
            return Err(self.unlike(column, expected));
        };
        self.known(column, day)
    }

    /// The date, if the calendar knows its year.
    pub(crate) fn known(&self, column: Column, day: Date) -> Result<Date, TapeError> {
        if day.year() <= *calendar::YEARS.end() {
            return Ok(day);
        }
        let expected = "a date the exchange calendar knows, up to 2100";
        Err(self.wrong(Some(column), &day.to_string(), expected))
    }

    /// Says which column holds the time of a row, where it was not read by [`date`](Csv::date).
    pub(crate) fn key(&mut self, column: Column) {
        self.key = Some(column);
    }

    /// Gives a row that was refused its line and column.
    ///
    /// # Errors
    /// The refusal.
    pub(crate) fn place<T>(&self, taken: Result<T, Refusal>) -> Result<T, TapeError> {
        taken.map_err(|refusal| match refusal {
            Refusal::Row {
                field,
                found,
                expected,
            } => {
                let column = match field {
                    Some(field) => self.header.find(field),
                    None => self.key,
                };
                let name = column.map(|c| self.header.name(c)).or(field);
                self.fault(self.line(), name, &found, &expected)
            }
            Refusal::Tape(error) => error,
        })
    }

    /// An error at the row.
    pub(crate) fn wrong(&self, column: Option<Column>, found: &str, expected: &str) -> TapeError {
        let name = column.map(|c| self.header.name(c));
        self.fault(self.line(), name, found, expected)
    }

    /// An error at a cell that is shown as it is.
    pub(crate) fn unlike(&self, column: Column, expected: &str) -> TapeError {
        match str::from_utf8(self.cell(column)) {
            Ok(text) => self.wrong(Some(column), &quoted(text), expected),
            Err(_) => self.no_text(self.line()),
        }
    }

    fn no_text(&self, line: u64) -> TapeError {
        self.fault(
            line,
            None,
            "bytes that are no UTF-8 text",
            "a CSV file in UTF-8",
        )
    }

    fn fault(&self, line: u64, column: Option<&str>, found: &str, expected: &str) -> TapeError {
        TapeError::Input {
            file: self.file.clone(),
            line,
            column: column.map(shown),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }
}

/// True for text of 16 bits a letter: its mark, or a zero byte beside (nearly) each letter.
fn wide(record: &ByteRecord) -> bool {
    let bytes = record.as_slice();
    let zeros: usize = bytes.iter().map(|b| usize::from(*b == 0)).sum();
    let marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    marked || bytes.len() >= 8 && 5 * zeros >= 2 * bytes.len()
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
        if market::steers(c) {
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
