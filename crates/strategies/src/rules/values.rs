//! What a node comes to on its rows.

use std::ops::Deref;
use std::sync::Arc;

use indicators::Mask;

use super::truth::Truth;

/// A column of numbers, NaN where there is none.
#[derive(Clone, Debug)]
pub(super) enum Numbers<'a> {
    /// As it lies in the snapshot.
    Lent(&'a [f64]),
    /// Computed, and shared by all that use it.
    Made(Arc<Vec<f64>>),
}

impl Deref for Numbers<'_> {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match self {
            Numbers::Lent(values) => values,
            Numbers::Made(values) => values,
        }
    }
}

impl From<Vec<f64>> for Numbers<'_> {
    fn from(values: Vec<f64>) -> Self {
        Numbers::Made(Arc::new(values))
    }
}

/// A column of either kind.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// Numbers.
    Numbers(Numbers<'a>),
    /// A condition.
    Truth(Arc<Truth>),
}

/// A value and the rows on which something in it was divided by zero.
#[derive(Clone, Debug)]
pub(super) struct Stored<'a> {
    pub(super) value: Value<'a>,
    pub(super) zero: Option<Arc<Mask>>,
}

impl<'a> Stored<'a> {
    pub(super) fn numbers(values: Vec<f64>) -> Self {
        Self {
            value: Value::Numbers(values.into()),
            zero: None,
        }
    }

    pub(super) fn lent(values: &'a [f64]) -> Self {
        Self {
            value: Value::Numbers(Numbers::Lent(values)),
            zero: None,
        }
    }

    pub(super) fn truth(truth: Truth) -> Self {
        Self {
            value: Value::Truth(Arc::new(truth)),
            zero: None,
        }
    }

    /// The same, dividing by zero where `zero` does too.
    pub(super) fn and_zero(mut self, zero: Option<&Arc<Mask>>) -> Self {
        self.zero = match (self.zero.take(), zero) {
            (Some(own), Some(other)) => Some(Arc::new(own.or(other))),
            (own, other) => own.or_else(|| other.cloned()),
        };
        self
    }
}
