//! `--where "exit.target_atr > exit.stop_atr"` and `--require "trades >= 20"`.
//!
//! The grammar is that of rules ([`language::parse()`]) without calls and history; the words are parameters or
//! figures. A condition is compiled once and judged without allocating. What rests on an undefined figure or a
//! division by zero is neither true nor false, and so is not met; `and`, `or` and `not` follow Kleene.

use language::token::Sign;

use crate::error::{Excerpt, InputError};

use super::axes::Axes;
use super::compile;
use super::value::Point;
use super::vocabulary::Vocabulary;

/// What a combination, or a result, must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    text: String,
    test: Test,
}

/// A condition on numbers that are asked for by slot.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Known(bool),
    Switch(usize),
    Compare(Sign, Number, Number),
    /// Both sides true or both false.
    Same(Box<Test>, Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Not(Box<Test>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Number {
    Fixed(f64),
    Slot(usize),
    Negative(Box<Number>),
    Arithmetic(Sign, Box<Number>, Box<Number>),
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

impl Test {
    fn truth(&self, slots: &impl Fn(usize) -> Option<f64>) -> Option<bool> {
        match self {
            Test::Known(truth) => Some(*truth),
            Test::Switch(slot) => Some(slots(*slot)? != 0.0),
            Test::Compare(sign, left, right) => {
                compared(*sign, left.value(slots)?, right.value(slots)?)
            }
            Test::Same(left, right) => Some(left.truth(slots)? == right.truth(slots)?),
            Test::And(left, right) => match (left.truth(slots), right.truth(slots)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Test::Or(left, right) => match (left.truth(slots), right.truth(slots)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Test::Not(inner) => inner.truth(slots).map(|truth| !truth),
        }
    }
}

impl Number {
    fn value(&self, slots: &impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let value = match self {
            Number::Fixed(value) => *value,
            Number::Slot(slot) => slots(*slot)?,
            Number::Negative(inner) => -inner.value(slots)?,
            Number::Arithmetic(sign, left, right) => {
                let (left, right) = (left.value(slots)?, right.value(slots)?);
                match sign {
                    Sign::Plus => left + right,
                    Sign::Minus => left - right,
                    Sign::Star => left * right,
                    Sign::Slash => left / right,
                    _ => return None,
                }
            }
        };
        value.is_finite().then_some(value)
    }
}

fn compared(sign: Sign, left: f64, right: f64) -> Option<bool> {
    match sign {
        Sign::Less => Some(left < right),
        Sign::AtMost => Some(left <= right),
        Sign::Greater => Some(left > right),
        Sign::AtLeast => Some(left >= right),
        Sign::Equal => Some(left == right),
        Sign::Unequal => Some(left != right),
        _ => None,
    }
}
