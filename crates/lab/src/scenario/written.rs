//! The rules of a scenario: read with its named quantities, their faults placed in the file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use language::{Clock, Fault, Mentioned, NodeId, Program, Unit, Words};
use market::Interval;
use serde::{Deserialize, Deserializer, Serialize, de};
use signals::Profile;
use strategies::overlays::combinations;
use strategies::rules::{Compared, Rule, Variant, Written};
use strategies::{Edge, ExitRules, Filters, Overlays, ProtectRules};

use crate::error::InputError;

use super::document::Document;

/// `[let]`: a number, which sweeps by its path, or an expression.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Named {
    /// `drop = 0.025`
    Number(f64),
    /// `deep = "roc(3) < -drop"`
    Expression(String),
}

/// The named quantities of a plan.
pub type Lets = BTreeMap<String, Named>;

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        struct Either;
        impl de::Visitor<'_> for Either {
            type Value = Named;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or an expression in quotes")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Named, E> {
                Ok(Named::Number(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Named, E> {
                Ok(Named::Number(value as f64))
            }

            fn visit_str<E>(self, text: &str) -> Result<Named, E> {
                Ok(Named::Expression(text.to_owned()))
            }
        }
        source.deserialize_any(Either)
    }
}

/// Tables of a plan that may hold rules, beside its edge.
pub(super) struct Rest<'a> {
    pub(super) filters: &'a Filters,
    pub(super) overlays: &'a Overlays,
    pub(super) exit: &'a ExitRules,
    /// What words of the signal layers go by.
    pub(super) signals: &'a Profile,
    pub(super) protect: Option<&'a ProtectRules>,
}

/// Reads every rule of a plan. The edge's criteria come back one by one.
///
/// # Errors
/// The first fault, at its place.
pub(super) fn read(
    document: &Document<'_>,
    interval: Interval,
    lets: &Lets,
    edge: &mut Edge,
    rest: &Rest<'_>,
) -> Result<(Written, Mentions), InputError> {
    let mut reader = Reader::new(document, interval, lets, rest.signals)?;
    let mut written = Written {
        signals: Arc::new(rest.signals.clone()),
        ..Written::default()
    };
    if let Edge::Rules(triggers) = edge {
        if triggers.when.is_empty() {
            let path = ["entry".to_owned(), "when".to_owned()];
            let help = "write a condition: when = \"close < ema(21)\"".to_owned();
            return Err(document.error_at(&path, "`entry.when` is empty", Some(help)));
        }
        for (nth, text) in triggers.when.iter().enumerate() {
            let rules = reader.rules(&["entry", "when"], nth, text)?;
            written.triggers.extend(rules);
        }
        triggers.when = written.triggers.iter().map(|r| r.text.clone()).collect();
    }
    for (name, filter) in rest.filters {
        if let Some(text) = &filter.rule {
            let rule = reader.rule(&["filters", name, "rule"], text)?;
            written.filters.insert(name.clone(), rule);
        }
    }
    for (name, overlay) in rest.overlays {
        if let Some(text) = &overlay.when {
            let rule = reader.rule(&["overlays", name, "when"], text)?;
            written.overlays.insert(name.clone(), rule);
        }
        if let Some(text) = &overlay.size_by {
            let size = reader.size(&["overlays", name, "size_by"], text)?;
            written.sizes.insert(name.clone(), size);
        }
    }
    if let Some(text) = &rest.exit.when {
        written.exit = Some(reader.rule(&["exit", "when"], text)?);
    }
    if let Some(protect) = rest.protect {
        if protect.when.trim().is_empty() {
            let path = ["protect".to_owned(), "when".to_owned()];
            let help = "write a condition: when = \"KRE.change < -3%\"".to_owned();
            let message = "`protect.when` is missing or empty; expected a condition";
            return Err(document.error_at(&path, message, Some(help)));
        }
        written.protect = Some(reader.rule(&["protect", "when"], &protect.when)?);
    }
    written.unused = reader.words.unused().map(str::to_owned).collect();
    document.known_names(lets.keys().map(String::as_str), &written.unused)?;
    // A name that nothing uses is still held to the language: it will be used tomorrow.
    let checked = reader.words.check();
    checked.map_err(|fault| reader.placed(&["let"], 0, &fault))?;
    written.program = reader.words.program().clone();
    if !written.triggers.is_empty() {
        written.variants = combinations(rest.overlays)
            .into_iter()
            .map(|by| variant(document, interval, lets, &written.triggers, rest, by))
            .collect::<Result<_, _>>()?;
    }
    Ok((written, Mentions(reader.mentions)))
}

/// The triggers with the numbers multiplied that overlays list, `by` a multiplier for each overlay.
fn variant(
    document: &Document<'_>,
    interval: Interval,
    lets: &Lets,
    triggers: &[Rule],
    rest: &Rest<'_>,
    by: Vec<f64>,
) -> Result<Variant, InputError> {
    let overlays = rest.overlays;
    let mut scaled = lets.clone();
    for (overlay, by) in overlays.values().zip(&by) {
        for name in &overlay.lets {
            if let Some(Named::Number(number)) = scaled.get_mut(name) {
                *number *= by;
            }
        }
    }
    let mut words = words(document, interval, &scaled, rest.signals)?;
    let mut written = Written {
        signals: Arc::new(rest.signals.clone()),
        ..Written::default()
    };
    for trigger in triggers {
        // One by one, as they were told apart before.
        let rule = Rule::whole(&trigger.text, &mut words);
        written.triggers.push(rule.map_err(|fault| {
            let mut changing = overlays.iter().zip(&by);
            let name = changing.find(|(_, by)| (**by - 1.0).abs() > 0.0);
            let name = name.map_or("", |((name, _), _)| name.as_str());
            let path = ["overlays", name, "lets"].map(str::to_owned);
            let message = format!(
                "`overlays.{name}`: by its thresholds `{}` is no rule: {fault}",
                trigger.text
            );
            let help = "list numbers that are compared with, not lengths of windows";
            document.error_at(&path, message, Some(help.to_owned()))
        })?);
    }
    written.program = words.program().clone();
    Ok(Variant {
        thresholds: by,
        written,
    })
}

fn words(
    document: &Document<'_>,
    interval: Interval,
    lets: &Lets,
    signals: &Profile,
) -> Result<Words, InputError> {
    let mut words = Words::new(match interval {
        Interval::Day => Clock::Daily,
        Interval::Minutes(minutes) => Clock::Minutes(minutes),
    });
    words.signal_warm_up(signals.warm_up());
    for (name, value) in lets {
        let named = match value {
            Named::Number(number) => words.number(name, *number),
            Named::Expression(text) => words.text(name, text),
        };
        named.map_err(|fault| {
            let path = ["let".to_owned(), name.clone()];
            document.error_at(&path, format!("`let.{name}`: {fault}"), fault.help.clone())
        })?;
    }
    Ok(words)
}

/// Where the plan's rules name symbols, series and events: an error that waits for the tape to lack one.
#[derive(Clone, Debug, Default)]
pub struct Mentions(Vec<(Mentioned, String, InputError)>);

impl PartialEq for Mentions {
    /// Two plans are equal wherever in their files they name things.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Mentions {
    /// Notes a name that is no rule's, with its place.
    pub(crate) fn add(&mut self, what: Mentioned, name: &str, place: InputError) {
        self.0.push((what, name.to_owned(), place));
    }

    /// The place at which a rule names it, with `message` and `help`.
    pub(crate) fn absent(
        &self,
        what: Mentioned,
        name: &str,
        message: String,
        help: String,
    ) -> Option<InputError> {
        let mut all = self.0.iter();
        let (.., place) = all.find(|(w, n, _)| *w == what && n == name)?;
        Some(InputError {
            message,
            help: Some(help),
            ..place.clone()
        })
    }

    /// Every name, with what it is.
    pub(crate) fn names(&self) -> impl Iterator<Item = (Mentioned, &str)> {
        self.0.iter().map(|(what, name, _)| (*what, name.as_str()))
    }
}

/// Reads the rules of a file one by one, with the names it gives.
pub(crate) struct Reader<'a> {
    document: &'a Document<'a>,
    words: Words,
    mentions: Vec<(Mentioned, String, InputError)>,
}

impl<'a> Reader<'a> {
    /// With the named quantities of the file, on bars of `interval`; words of the signal layers go by `signals`.
    ///
    /// # Errors
    /// A name that cannot be one, at its place.
    pub(crate) fn new(
        document: &'a Document<'a>,
        interval: Interval,
        lets: &Lets,
        signals: &Profile,
    ) -> Result<Self, InputError> {
        Ok(Self {
            document,
            words: words(document, interval, lets, signals)?,
            mentions: Vec::new(),
        })
    }

    /// A number at `path`, with its unit.
    ///
    /// # Errors
    /// The first fault of the text, at its place.
    pub(crate) fn quantity(
        &mut self,
        path: &[&str],
        text: &str,
    ) -> Result<(NodeId, Unit), InputError> {
        let read = self.words.quantity(text);
        let read = read.map_err(|fault| self.placed(path, 0, &fault))?;
        self.note_mentions(path, 0);
        Ok(read)
    }

    /// What was read: the nodes, where the tape's things are named, and the names that nothing used, which are held to the
    /// language all the same.
    ///
    /// # Errors
    /// The first fault of a name that no rule uses.
    pub(crate) fn finish(mut self) -> Result<(Program, Mentions, Vec<String>), InputError> {
        let unused = self.words.unused().map(str::to_owned).collect();
        let checked = self.words.check();
        checked.map_err(|fault| self.placed(&["let"], 0, &fault))?;
        Ok((
            self.words.program().clone(),
            Mentions(self.mentions),
            unused,
        ))
    }

    fn rules(&mut self, path: &[&str], nth: usize, text: &str) -> Result<Vec<Rule>, InputError> {
        let rules = Rule::read(text, &mut self.words);
        let rules = rules.map_err(|fault| self.placed(path, nth, &fault))?;
        self.note_mentions(path, nth);
        Ok(rules)
    }

    /// A rule that stays one, whatever `and` joins in it.
    pub(crate) fn rule(&mut self, path: &[&str], text: &str) -> Result<Rule, InputError> {
        let rule = Rule::whole(text, &mut self.words);
        let rule = rule.map_err(|fault| self.placed(path, 0, &fault))?;
        self.note_mentions(path, 0);
        Ok(rule)
    }

    /// What a size is multiplied by.
    fn size(&mut self, path: &[&str], text: &str) -> Result<Compared, InputError> {
        let read = Compared::scale(text, &mut self.words);
        let size = read.map_err(|fault| self.placed(path, 0, &fault))?;
        self.note_mentions(path, 0);
        Ok(size)
    }

    /// Keeps the first place at which each symbol, series and kind of events is named.
    fn note_mentions(&mut self, path: &[&str], nth: usize) {
        for mention in self.words.take_mentions() {
            let known = |(what, name, _): &(Mentioned, String, InputError)| {
                *what == mention.what && *name == mention.name
            };
            if self.mentions.iter().any(known) {
                continue;
            }
            let place = self.at(path, nth, &mention.span, mention.within.as_ref(), "", None);
            self.mentions.push((mention.what, mention.name, place));
        }
    }

    /// The fault at its place: in the text at `path`, or in that of the named quantity it is in.
    fn placed(&self, path: &[&str], nth: usize, fault: &Fault) -> InputError {
        let (span, help) = (&fault.span, fault.help.clone());
        let message = fault.to_string();
        self.at(path, nth, span, fault.within.as_ref(), &message, help)
    }

    fn at(
        &self,
        path: &[&str],
        nth: usize,
        span: &std::ops::Range<usize>,
        within: Option<&String>,
        message: &str,
        help: Option<String>,
    ) -> InputError {
        let path: Vec<String> = match within {
            Some(name) => vec!["let".to_owned(), name.clone()],
            None => path.iter().map(|&part| part.to_owned()).collect(),
        };
        let nth = if within.is_some() { 0 } else { nth };
        let message = format!("`{}`: {message}", path.join("."));
        self.document.error_in_text(&path, nth, span, message, help)
    }
}
