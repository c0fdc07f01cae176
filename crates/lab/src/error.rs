//! What can be wrong with what a user gave us.

use std::fmt;
use std::ops::Range;

/// A failed request. All but [`Error::Interrupted`] are the input's fault and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A scenario or regimes file, or an override.
    #[error(transparent)]
    Input(#[from] InputError),
    /// The tape.
    #[error(transparent)]
    Tape(#[from] tape::TapeError),
    /// The tape is sound but does not fit the plan.
    #[error("{message}")]
    Fit {
        /// What does not fit: where, found, expected.
        message: String,
        /// What to do.
        help: String,
    },
    /// Stopped on request; nothing was written.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    pub(crate) fn fit(message: impl Into<String>, help: impl Into<String>) -> Self {
        Error::Fit {
            message: message.into(),
            help: help.into(),
        }
    }
}

/// Something in a text that a person wrote, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct InputError {
    /// File name, or the override as it was given.
    pub source: String,
    /// Line and column, from 1, if the source is a text.
    pub position: Option<(u32, u32)>,
    /// What was found and what was expected.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The text around it.
    pub excerpt: Option<Box<Excerpt>>,
}

/// A text and the part of it that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The whole text.
    pub text: String,
    /// The bytes that are meant.
    pub span: Range<usize>,
}

impl std::error::Error for InputError {}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.source)?;
        if let Some((line, column)) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The line and column, from 1, of a byte of `text`; columns count characters.
pub(crate) fn position(text: &str, byte: usize) -> (u32, u32) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let (line, column) = (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    );
    (line as u32, column as u32)
}

/// The nearest of `candidates` to `word`, if any is near enough to have been meant.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        assert_eq!(position("ab\ncdé f", 0), (1, 1));
        assert_eq!(position("ab\ncdé f", 3), (2, 1));
        assert_eq!(position("ab\ncdé f", 8), (2, 5));
        assert_eq!(position("ab", 99), (1, 3));
    }

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let keys = ["declines", "min_decline", "side"];
        assert_eq!(did_you_mean("decline", keys), Some("declines"));
        assert_eq!(did_you_mean("xyzzy", keys), None);
    }
}
