//! A table of a scenario read from cells, without a document: what turning a number per combination costs.
//!
//! The types of the schema say themselves, by their `Deserialize`, what a key means; so there is no second list of keys.

use serde::de::value::{Error, MapDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::space::Value;

/// One value of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Whole(i64),
    Number(f64),
    Switch(bool),
    Text(&'a str),
}

/// Reads a type from its keys and their cells.
pub(super) fn read<'a, T: Deserialize<'a>>(
    cells: impl Iterator<Item = (&'a str, Cell<'a>)>,
) -> Result<T, Error> {
    T::deserialize(MapDeserializer::new(cells))
}

impl<'a> Cell<'a> {
    /// The cell of an axis's value.
    pub(super) fn turned(value: &'a Value) -> Self {
        match value {
            Value::Whole(n) => Cell::Whole(*n),
            Value::Number(x) => Cell::Number(*x),
            Value::Switch(on) => Cell::Switch(*on),
            Value::Text(text) => Cell::Text(text),
        }
    }

    /// The cell of a value in a file; `None` of lists, tables and dates, which no number stands beside.
    pub(super) fn of(value: &'a toml::Value) -> Option<Self> {
        match value {
            toml::Value::Integer(n) => Some(Cell::Whole(*n)),
            toml::Value::Float(x) => Some(Cell::Number(*x)),
            toml::Value::Boolean(on) => Some(Cell::Switch(*on)),
            toml::Value::String(text) => Some(Cell::Text(text)),
            toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => None,
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for Cell<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Cell<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Cell::Whole(n) => visitor.visit_i64(n),
            Cell::Number(x) => visitor.visit_f64(x),
            Cell::Switch(on) => visitor.visit_bool(on),
            Cell::Text(text) => visitor.visit_borrowed_str(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Cell::Text(text) => text
                .into_deserializer()
                .deserialize_enum(name, variants, visitor),
            other => other.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use strategies::{ExitRules, StopKind};

    use super::*;

    #[test]
    fn a_table_is_read_as_a_file_would_be() {
        let cells = [
            ("stop", Cell::Text("nearer")),
            ("stop_atr", Cell::Whole(2)),
            ("target_atr", Cell::Number(2.5)),
            ("max_sessions", Cell::Whole(10)),
            ("time", Cell::Text("15:45")),
        ];
        let read: ExitRules = read(cells.into_iter()).unwrap();
        let text =
            "stop = 'nearer'\nstop_atr = 2\ntarget_atr = 2.5\nmax_sessions = 10\ntime = '15:45'";
        assert_eq!(read, toml::from_str(text).unwrap());
        assert_eq!(read.stop, StopKind::Nearer);
    }

    #[test]
    fn what_a_file_would_not_take_is_refused() {
        let refused = |key, cell| read::<ExitRules>([(key, cell)].into_iter()).is_err();
        assert!(refused("max_sessions", Cell::Number(2.5)));
        assert!(refused("max_sessions", Cell::Whole(-1)));
        assert!(refused("stop", Cell::Text("far")));
        assert!(refused("stop", Cell::Whole(1)));
        assert!(refused("stop_atm", Cell::Number(1.0)));
        assert!(refused("target_atr", Cell::Switch(true)));
    }
}
