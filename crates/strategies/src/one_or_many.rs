//! A TOML value that is a text or a list of them.

use serde::Deserializer;
use serde::de::{SeqAccess, Visitor};

/// A text, or a list of them; `what` they are called in errors.
fn read<'de, D: Deserializer<'de>>(source: D, what: &'static str) -> Result<Vec<String>, D::Error> {
    struct OneOrMany(&'static str);
    impl<'de> Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "{} in quotes, or a list of them", self.0)
        }

        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut all = Vec::new();
            while let Some(text) = list.next_element()? {
                all.push(text);
            }
            Ok(all)
        }
    }
    source.deserialize_any(OneOrMany(what))
}

pub(crate) fn conditions<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    read(source, "a condition")
}

pub(crate) fn kinds<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Vec<String>>, D::Error> {
    read(source, "a kind of event").map(Some)
}
