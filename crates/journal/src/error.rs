//! What can be wrong with a log.

use std::fmt;

/// Most characters of a cell that a message repeats.
const SHOWN: usize = 60;

/// Why a log cannot be read: where, what was found, what was expected, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct JournalError {
    /// The line of the file, from 1, if it is about one.
    pub line: Option<u64>,
    /// The column's name, if it is about one.
    pub column: Option<String>,
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl JournalError {
    /// About the file as a whole.
    pub(crate) fn whole(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            message: message.into(),
            help: help.into(),
        }
    }

    /// About a line.
    pub(crate) fn at(line: u64, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            ..Self::whole(message, help)
        }
    }

    /// About a cell: what was found and what a cell of this column holds.
    pub(crate) fn cell(
        line: u64,
        column: &str,
        found: &str,
        expected: &str,
        help: impl Into<String>,
    ) -> Self {
        Self {
            column: Some(shown(column)),
            ..Self::at(
                line,
                format!("found \"{}\", expected {expected}", shown(found)),
                help,
            )
        }
    }
}

/// A cell as a message repeats it: short.
pub(crate) fn shown(text: &str) -> String {
    let mut cut: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        cut.push('…');
    }
    cut
}
