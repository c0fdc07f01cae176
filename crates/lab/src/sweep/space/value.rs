//! What an axis takes on, and where a combination stands on it.

use std::fmt;
use std::sync::Arc;

/// The kind of an axis's values: the type of its column in results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Whole,
    /// Numbers.
    Number,
    /// `true` and `false`.
    Switch,
    /// Words.
    Text,
}

impl Kind {
    /// For messages, in the plural.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Whole => "whole numbers",
            Kind::Number => "numbers",
            Kind::Switch => "switches",
            Kind::Text => "words",
        }
    }
}

/// One value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(i64),
    /// A number, finite.
    Number(f64),
    /// `true` or `false`.
    Switch(bool),
    /// A word.
    Text(Arc<str>),
}

impl Value {
    /// Which kind it is of.
    pub const fn kind(&self) -> Kind {
        match self {
            Value::Whole(_) => Kind::Whole,
            Value::Number(_) => Kind::Number,
            Value::Switch(_) => Kind::Switch,
            Value::Text(_) => Kind::Text,
        }
    }

    /// As a scenario file would hold it.
    pub fn toml(&self) -> toml::Value {
        match self {
            Value::Whole(n) => toml::Value::Integer(*n),
            Value::Number(x) => toml::Value::Float(*x),
            Value::Switch(on) => toml::Value::Boolean(*on),
            Value::Text(text) => toml::Value::String(text.to_string()),
        }
    }

    /// From a scenario file; `None` for what is no scalar (lists, tables, dates) and for numbers that are not finite.
    pub fn from_toml(value: &toml::Value) -> Option<Self> {
        match value {
            toml::Value::Integer(n) => Some(Value::Whole(*n)),
            toml::Value::Float(x) if x.is_finite() => Some(Value::Number(*x)),
            toml::Value::Boolean(on) => Some(Value::Switch(*on)),
            toml::Value::String(text) => Some(Value::Text(text.as_str().into())),
            _ => None,
        }
    }

    /// The number it is; a switch is 0 or 1, a word is none.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Whole(n) => Some(*n as f64),
            Value::Number(x) => Some(*x),
            Value::Switch(on) => Some(f64::from(u8::from(*on))),
            Value::Text(_) => None,
        }
    }
}

impl fmt::Display for Value {
    /// As `--set` takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Whole(n) => write!(f, "{n}"),
            Value::Number(x) => write!(f, "{x}"),
            Value::Switch(on) => write!(f, "{on}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// Where a combination stands on one axis. Small and `Copy`: a combination is a slice of these.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Point {
    /// The n-th value of a stepped or listed axis, from 0.
    Step(u32),
    /// The value itself, on a continuous axis.
    At(f64),
}
