//! A TOML text with overrides laid over it, and the way from a dotted path back to a place in it.

use serde::de::DeserializeOwned;
use strategies::Edge;
use toml::Table;
use toml::de::{DeTable, DeValue};

use crate::error::{Excerpt, InputError, did_you_mean, position};

use super::overrides::Override;
use super::quoted;

/// A parsed text that remembers where everything stood.
pub(crate) struct Document<'a> {
    source: &'a str,
    text: &'a str,
    spans: toml::Spanned<DeTable<'a>>,
    table: Table,
    overrides: &'a [Override],
}

impl<'a> Document<'a> {
    /// Parses `text` and lays `overrides` over it, the last of equal paths winning.
    pub(crate) fn parse(
        source: &'a str,
        text: &'a str,
        overrides: &'a [Override],
    ) -> Result<Self, InputError> {
        let syntax = |error: &toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            InputError {
                source: source.to_owned(),
                position: Some(position(text, span.start)),
                message: error.message().trim().replace('\n', "; "),
                help: Some("the file must be TOML: https://toml.io".to_owned()),
                excerpt: Some(Box::new(Excerpt {
                    text: text.to_owned(),
                    span,
                })),
            }
        };
        let spans = DeTable::parse(text).map_err(|e| syntax(&e))?;
        let mut table: Table = toml::from_str(text).map_err(|e| syntax(&e))?;
        for over in overrides {
            lay_over(&mut table, over)?;
        }
        Ok(Self {
            source,
            text,
            spans,
            table,
            overrides,
        })
    }

    /// The values, overrides included.
    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    /// Reads a part of the document into a type; errors point at the key or value below `prefix`.
    /// `also_known` are keys of the same table that another type reads.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        prefix: &[&str],
        table: Table,
        also_known: &[&str],
    ) -> Result<T, InputError> {
        serde_path_to_error::deserialize(toml::Value::Table(table)).map_err(|error| {
            let below = error.path().iter().filter_map(|segment| match segment {
                serde_path_to_error::Segment::Map { key } => Some(key.clone()),
                _ => None,
            });
            let path: Vec<String> = prefix
                .iter()
                .map(|&part| part.to_owned())
                .chain(below)
                .collect();
            let message = error.inner().message().trim().to_owned();
            self.explain(path, &message, also_known)
        })
    }

    /// Turns serde's words into ours.
    fn explain(&self, mut path: Vec<String>, message: &str, also_known: &[&str]) -> InputError {
        let quoted = |text: &str| -> Vec<String> {
            text.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect()
        };
        if let Some(rest) = message.strip_prefix("unknown field ") {
            let words = quoted(rest);
            let Some((unknown, known)) = words.split_first() else {
                return self.error_at(&path, message, None);
            };
            if path.last() != Some(unknown) {
                path.push(unknown.clone());
            }
            let known: Vec<&str> = known
                .iter()
                .map(String::as_str)
                .chain(also_known.iter().copied())
                .collect();
            let help = match did_you_mean(unknown, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`? known here: {}", known.join(", ")),
                None => format!("known here: {}", known.join(", ")),
            };
            return self.error_at(
                &path,
                format!("unknown key `{}`", path.join(".")),
                Some(help),
            );
        }
        if let Some(rest) = message.strip_prefix("missing field ") {
            let words = quoted(rest);
            let missing = words.first().map_or(rest, String::as_str);
            let full = path
                .iter()
                .map(String::as_str)
                .chain([missing])
                .collect::<Vec<_>>()
                .join(".");
            return self.error_at(
                &path,
                format!("`{full}` is missing"),
                Some(format!("add a value for `{full}`")),
            );
        }
        if let Some(rest) = message.strip_prefix("unknown variant ") {
            let words = quoted(rest);
            let Some((found, known)) = words.split_first() else {
                return self.error_at(&path, message, None);
            };
            let near = did_you_mean(found, known.iter().map(String::as_str));
            let help = near.map(|near| format!("did you mean \"{near}\"?"));
            let message = format!(
                "`{}` is \"{found}\"; expected one of: {}",
                path.join("."),
                known.join(", ")
            );
            return self.error_at(&path, message, help);
        }
        self.error_at(
            &path,
            format!("`{}`: {}", path.join("."), plain(message)),
            None,
        )
    }

    pub(crate) fn unknown_strategy(&self, found: &str) -> InputError {
        let near = did_you_mean(found, Edge::NAMES).map(|near| format!("did you mean \"{near}\"?"));
        let message = format!(
            "`strategy` is \"{found}\"; expected one of: {}",
            Edge::NAMES.join(", ")
        );
        self.error_at(&["strategy".to_owned()], message, near)
    }

    /// Refuses an override of a name that neither the file knows nor a rule uses: a slip of the
    /// pen that would vary nothing.
    pub(crate) fn known_names<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        unused: &[String],
    ) -> Result<(), InputError> {
        let written = |name: &str| {
            let path = ["let".to_owned(), name.to_owned()];
            let key = locate(&self.spans, &path[..1]);
            key.is_some() && locate(&self.spans, &path) != key
        };
        let names: Vec<&str> = names.collect();
        for over in self.overrides {
            let [table, name] = over.path.as_slice() else {
                continue;
            };
            if table != "let" || written(name) || !unused.contains(name) {
                continue;
            }
            let known = names.iter().copied().filter(|name| written(name));
            let help = match did_you_mean(name, known) {
                Some(near) => format!("did you mean `let.{near}`?"),
                None => "name it in the file's [let] first, and use it in a rule".to_owned(),
            };
            let message = format!("the plan names nothing `let.{name}`");
            return Err(self.error_at(&over.path, message, Some(help)));
        }
        Ok(())
    }

    /// Refuses dates in `[let]`, which would be read as subtractions.
    pub(crate) fn no_dates_in_lets(&self) -> Result<(), InputError> {
        let lets = self.table.get("let").and_then(toml::Value::as_table);
        let mut dates = lets
            .into_iter()
            .flatten()
            .filter(|(_, value)| value.is_datetime());
        match dates.next() {
            None => Ok(()),
            Some((name, value)) => {
                let path = ["let".to_owned(), name.clone()];
                let message = format!("`let.{name}` is the date {value}; a rule has no dates");
                let help =
                    "write a number or an expression in quotes; events are near(\"fomc\", 1, 0)";
                Err(self.error_at(&path, message, Some(help.to_owned())))
            }
        }
    }

    /// An error about the bytes `span` of the text at `path`, or of the n-th text of the list there.
    pub(crate) fn error_in_text(
        &self,
        path: &[String],
        nth: usize,
        span: &std::ops::Range<usize>,
        message: String,
        help: Option<String>,
    ) -> InputError {
        let mut error = self.error_at(path, message, help);
        let overridden = self.overrides.iter().any(|over| over.path == path);
        if let Some(within) = literal(&self.spans, path, nth).filter(|_| !overridden)
            && let Some(quoted) = self.text.get(within.clone())
        {
            let place = quoted::place(quoted, span);
            let span = within.start + place.start..within.start + place.end;
            error.position = Some(position(self.text, span.start));
            error.excerpt = Some(Box::new(Excerpt {
                text: self.text.to_owned(),
                span,
            }));
        }
        error
    }

    /// An error about the value at `path`: at the override that set it, else at its place in the text, else
    /// at the nearest table around it.
    pub(crate) fn error_at(
        &self,
        path: &[String],
        message: impl Into<String>,
        help: Option<String>,
    ) -> InputError {
        let message = message.into();
        if let Some(over) = self.overrides.iter().rev().find(|over| {
            let dotted = format!("`{}`", over.path.join("."));
            (!path.is_empty() && over.path.starts_with(path)) || message.contains(&dotted)
        }) {
            let source = format!("--set {}", over.given);
            return InputError {
                source,
                position: None,
                message,
                help,
                excerpt: None,
            };
        }
        let span = locate(&self.spans, path);
        InputError {
            source: self.source.to_owned(),
            position: span.as_ref().map(|span| position(self.text, span.start)),
            message,
            help,
            excerpt: span.map(|span| {
                Box::new(Excerpt {
                    text: self.text.to_owned(),
                    span,
                })
            }),
        }
    }
}

/// The text at `path` (of a list, its n-th), with its quotes: bytes of the whole.
fn literal(
    root: &toml::Spanned<DeTable<'_>>,
    path: &[String],
    nth: usize,
) -> Option<std::ops::Range<usize>> {
    let (last, parents) = path.split_last()?;
    let mut table = root.get_ref();
    for part in parents {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == part)?;
        let DeValue::Table(inner) = value.get_ref() else {
            return None;
        };
        table = inner;
    }
    let (_, value) = table.iter().find(|(key, _)| key.get_ref() == last)?;
    match value.get_ref() {
        DeValue::String(_) => Some(value.span()),
        DeValue::Array(list) => Some(list.get(nth)?.span()),
        _ => None,
    }
}

/// serde's words for types, in a trader's.
fn plain(message: &str) -> String {
    let words = [
        // What toml says of a word that is no text.
        (
            "invalid type: unit variant, expected string only",
            "expected one of its words in quotes, found another kind of value",
        ),
        ("expected a boolean", "expected true or false"),
        ("invalid type: ", "expected another kind of value, found "),
        ("invalid value: ", "found "),
        ("floating point", "the number"),
        ("integer", "the whole number"),
        ("boolean", "the switch"),
        ("expected u32", "expected a whole number, 0 or more"),
        ("expected usize", "expected a whole number, 0 or more"),
        (
            "wanted exactly 1 element, more than 1 element",
            "expected one of its keys alone, found several",
        ),
        (
            "wanted exactly 1 element, found 0 elements",
            "expected one of its keys, found none",
        ),
        ("expected f64", "expected a number"),
        ("expected a sequence", "expected a list"),
        ("expected a string", "expected text in quotes"),
        ("expected a map", "expected a table"),
    ];
    let mut text = words
        .iter()
        .fold(message.to_owned(), |text, (theirs, ours)| {
            text.replace(theirs, ours)
        });
    if let Some(at) = text.find("expected struct ") {
        text.replace_range(at.., "expected a table");
    }
    text
}

/// The bytes of the key at `path`, or of the last part of it that exists; `None` if not even the first does.
fn locate(root: &toml::Spanned<DeTable<'_>>, path: &[String]) -> Option<std::ops::Range<usize>> {
    let (mut table, mut span) = (root.get_ref(), None);
    for part in path {
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == part) else {
            break;
        };
        span = Some(key.span());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            _ => break,
        }
    }
    span
}

fn lay_over(table: &mut Table, over: &Override) -> Result<(), InputError> {
    let Some((last, parents)) = over.path.split_last() else {
        return Ok(());
    };
    let mut at = table;
    for part in parents {
        let next = at
            .entry(part.clone())
            .or_insert_with(|| toml::Value::Table(Table::new()));
        at = next.as_table_mut().ok_or_else(|| InputError {
            source: format!("--set {}", over.given),
            position: None,
            message: format!("`{part}` is a value, not a table, so nothing can be set inside it"),
            help: None,
            excerpt: None,
        })?;
    }
    at.insert(last.clone(), over.value.clone());
    Ok(())
}
