//! Rows of a text file with separators: their lines and cells, before anyone knows what they mean.

use csv::ReaderBuilder;

use crate::error::JournalError;

/// No log has more rows; something else was named by mistake.
const MOST_ROWS: usize = 1_000_000;

/// A row: its line in the file, from 1, and its cells without surrounding space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

impl Row {
    /// A cell; empty beyond the row's end.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// True if the row has every one of these names, case and surrounding space aside.
    pub(crate) fn names(&self, wanted: &[&str]) -> bool {
        wanted.iter().all(|name| self.place(name).is_some())
    }

    /// Where a column of this name is.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.cells.iter().position(|cell| same(cell, name))
    }
}

/// Equal but for case and surrounding space.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// All rows that hold anything, in order.
///
/// # Errors
/// Bytes that are no text, an empty file, too many rows.
pub(crate) fn rows(bytes: &[u8]) -> Result<Vec<Row>, JournalError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"PAR1") {
        return Err(JournalError::whole(
            "is Parquet; expected a text file of comma-separated values",
            "write Stormproof's own trades as CSV: duckdb -c \"COPY (FROM 'results/trades.parquet') TO 'log.csv'\"",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = 1 + good.matches('\n').count();
        JournalError::at(
            line as u64,
            "not UTF-8; expected a text file of comma-separated values",
            "export the log as CSV in UTF-8",
        )
    })?;
    if text.contains('\0') {
        return Err(JournalError::whole(
            "holds zero bytes; expected a text file of comma-separated values",
            "export the log as CSV in UTF-8",
        ));
    }
    let separator = delimiter(text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            JournalError::whole(format!("cannot be read as CSV: {error}"), "export it anew")
        })?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(JournalError::whole(
                format!("has more than {MOST_ROWS} rows; expected a log of trades"),
                "check the path, or export a shorter span",
            ));
        }
        let line = record.position().map_or(0, |at| {
            // A record begins after the blank lines in front of it.
            let before = text
                .as_bytes()
                .get(at.byte() as usize..)
                .unwrap_or_default();
            let blank = before.iter().take_while(|b| matches!(b, b'\n' | b'\r'));
            at.line() + blank.filter(|b| **b == b'\n').count() as u64
        });
        if record.iter().any(|cell| swallows(cell, separator)) {
            return Err(JournalError::at(
                line,
                "a quote opens in this row and does not close in it; the rows below would be lost",
                "close the quote, take it out, or export the log again",
            ));
        }
        rows.push(Row { line, cells });
    }
    if rows.is_empty() {
        return Err(JournalError::whole(
            "is empty; expected a log of trades with a header",
            "export it again with trades in it",
        ));
    }
    Ok(rows)
}

/// True of a quoted cell that has run on over whole rows, or to the file's end: no broker breaks a cell so.
fn swallows(cell: &str, separator: u8) -> bool {
    let mut below = cell.split('\n').skip(1).peekable();
    let runs_on = cell.ends_with('\n') || cell.matches('\n').count() > 2;
    below.peek().is_some() && (runs_on || below.any(|line| line.contains(char::from(separator))))
}

/// What separates cells: whichever of comma, semicolon and tab stands most often in the first lines.
fn delimiter(text: &str) -> u8 {
    let head: String = text.lines().take(40).collect();
    let count = |c: u8| head.bytes().filter(|b| *b == c).count();
    let most = |best: u8, c: u8| if count(c) > count(best) { c } else { best };
    [b';', b'\t'].into_iter().fold(b',', most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_through_blanks_and_quotes() {
        let rows = rows("\u{feff}a,b\n\n\"x\ny\",2\n3,4\n".as_bytes()).unwrap();
        let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(rows[1].cells, ["x\ny", "2"]);
        assert!(rows[0].names(&["A", " b "]) && !rows[0].names(&["c"]));
    }

    #[test]
    fn a_quote_left_open_is_named_and_swallows_nothing() {
        for text in [
            "a,b\n1,2\n3,\"4\n5,6\n7,8\n",
            "a,b\n1,2\n3,\"4\n",
            "a,b\n1,2\n3,\"4\n5,\"6\n7,8\n",
        ] {
            assert_eq!(rows(text.as_bytes()).unwrap_err().line, Some(3), "{text:?}");
        }
    }

    #[test]
    fn semicolons_and_tabs_separate_too() {
        assert_eq!(rows(b"a;b\n1;2\n").unwrap()[1].cells, ["1", "2"]);
        assert_eq!(rows(b"a\tb\n1\t2\n").unwrap()[1].cells, ["1", "2"]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [
            &b"a,b\n\xff,1\n"[..],
            b"",
            b"\n\n",
            b"PK\x03\x04\0\0",
            b"PAR1\x15",
        ] {
            assert!(rows(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(rows(b"a,b\n\xff,1\n").unwrap_err().line, Some(2));
    }
}
