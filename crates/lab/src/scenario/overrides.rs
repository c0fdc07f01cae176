//! `--set path=value`.

use std::str::FromStr;

use crate::error::InputError;

/// One value that replaces or adds to what the file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The dotted path, by its parts: `exit`, `target_atr`.
    pub path: Vec<String>,
    /// The value.
    pub value: toml::Value,
    /// As it was given, for messages.
    pub given: String,
}

impl FromStr for Override {
    type Err = InputError;

    /// Reads `path=value`. The value is TOML (`2.5`, `true`, `["a"]`); anything that is no TOML value
    /// is taken as text, so that `exit.stop=atr` needs no quotes.
    fn from_str(given: &str) -> Result<Self, InputError> {
        let wrong = |message: &str| InputError {
            source: format!("--set {given}"),
            position: None,
            message: message.to_owned(),
            help: Some(
                "write a dotted path, an equals sign and a value: --set exit.target_atr=2.5"
                    .to_owned(),
            ),
            excerpt: None,
        };
        let (path, value) = given
            .split_once('=')
            .ok_or_else(|| wrong("no equals sign"))?;
        let path: Vec<String> = path
            .trim()
            .split('.')
            .map(|part| part.trim().to_owned())
            .collect();
        if path.iter().any(String::is_empty) {
            return Err(wrong("the path has an empty part"));
        }
        let value = value.trim();
        if value.is_empty() {
            return Err(wrong("no value after the equals sign"));
        }
        // The number is read as it would be in a file; a line break would smuggle in another key.
        let parsed = (!value.contains('\n'))
            .then(|| toml::from_str::<toml::Table>(&format!("value = {value}")).ok())
            .flatten()
            .and_then(|mut table| table.remove("value"));
        let value = parsed.unwrap_or_else(|| toml::Value::String(value.to_owned()));
        Ok(Self {
            path,
            value,
            given: given.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(given: &str) -> toml::Value {
        given.parse::<Override>().unwrap().value
    }

    #[test]
    fn values_are_toml_and_bare_words_are_text() {
        assert_eq!(value("a.b=2.5"), toml::Value::Float(2.5));
        assert_eq!(value("a = 3"), toml::Value::Integer(3));
        assert_eq!(value("a=true"), toml::Value::Boolean(true));
        assert_eq!(
            value("exit.stop=prior-session"),
            toml::Value::String("prior-session".to_owned())
        );
        assert_eq!(
            value("name=\"a = b\""),
            toml::Value::String("a = b".to_owned())
        );
    }

    #[test]
    fn what_is_no_assignment_is_refused() {
        for given in ["", "=3", "a", "a.=3", ".a=3", "a="] {
            assert!(given.parse::<Override>().is_err(), "{given}");
        }
    }
}
