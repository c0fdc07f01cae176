//! `--where "exit.target_atr > exit.stop_atr"` and `--require "trades >= 20"`.
//!
//! The grammar is that of rules ([`language::parse()`]) without calls and history; the words are parameters or
//! figures. A condition is compiled once and judged without allocating. What rests on an undefined figure or a
//! division by zero is neither true nor false, and so is not met; `and`, `or` and `not` follow Kleene.

use crate::error::{Excerpt, InputError};

use super::axes::Axes;
use super::compile;
use super::test::Test;
use super::value::Point;
use super::vocabulary::Vocabulary;

/// What a combination, or a result, must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    test: Test,
}

impl Condition {
    /// Reads `text` as given to `flag` (`--where`, `--require`), its names those of `vocabulary`.
    ///
    /// # Errors
    /// With the place in the text: syntax, unknown names (with the nearest known), numbers where a condition
    /// stands, words that are compared with numbers or that an axis never takes.
    pub fn parse(flag: &str, text: &str, vocabulary: &Vocabulary) -> Result<Self, InputError> {
        let read = language::parse(text).and_then(|ast| compile::condition(&ast, vocabulary));
        match read {
            Ok(test) => Ok(Self {
                text: text.to_owned(),
                test,
            }),
            Err(fault) => Err(InputError {
                source: format!("{flag} {text}"),
                position: None,
                message: fault.message,
                help: fault.help,
                excerpt: Some(Box::new(Excerpt {
                    text: text.to_owned(),
                    span: fault.span,
                })),
            }),
        }
    }

    /// As it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a combination of `axes` meets it.
    pub fn holds(&self, axes: &Axes, points: &[Point]) -> bool {
        let axes = axes.as_slice();
        self.holds_for(|slot| Some(axes.get(slot)?.number(*points.get(slot)?)))
    }

    /// Whether it is met where `number` gives the number of a slot: a column of figures, by its position.
    pub fn holds_for(&self, number: impl Fn(usize) -> Option<f64>) -> bool {
        self.test.truth(&number) == Some(true)
    }
}
