//! The names a plan gives, and the rules it writes with them.

use std::collections::{BTreeMap, BTreeSet};

use crate::build::Builder;
use crate::catalogue;
use crate::error::{Fault, Span};
use crate::name::{begins_like_a_series, is_of_family};
use crate::parse::{RESERVED, parse};
use crate::program::{NodeId, Program};
use crate::unit::{Kind, Unit};

/// The clock a plan decides on: it says what words of the session mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Daily bars.
    Daily,
    /// Bars of this many minutes.
    Minutes(u16),
}

/// Named quantities, and the program of all rules that were written with them.
#[derive(Clone, Debug)]
pub struct Words {
    pub(crate) clock: Clock,
    pub(crate) lets: BTreeMap<String, Let>,
    pub(crate) program: Program,
    /// The names that are being read, each inside the one before.
    pub(crate) open: Vec<String>,
    /// Names that a rule has used.
    pub(crate) used: BTreeSet<String>,
    pub(crate) mentions: Vec<Mention>,
    /// Sessions before the layers are all known.
    pub(crate) signal_sessions: usize,
}

/// What a rule may name of the tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mentioned {
    /// Another symbol.
    Symbol,
    /// A series.
    Series,
    /// A kind of events.
    Event,
}

/// Where a rule names something of the tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub what: Mentioned,
    /// By which name.
    pub name: String,
    /// Where in the text.
    pub span: Span,
    /// The named quantity whose text it is; `None` for the text that was given itself.
    pub within: Option<String>,
}

/// Of the shipped profile: a 63-session average.
const SIGNAL_SESSIONS: usize = 62;

#[derive(Clone, Debug)]
pub(crate) enum Let {
    Number(f64),
    Text(String),
    /// Being read: to meet it again is to go in a circle.
    Open,
    Read(NodeId),
}

impl Words {
    /// No names yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            lets: BTreeMap::new(),
            program: Program::default(),
            open: Vec::new(),
            used: BTreeSet::new(),
            mentions: Vec::new(),
            signal_sessions: SIGNAL_SESSIONS,
        }
    }

    /// Says how many sessions lie before the first one on which every signal layer has what it looks back on.
    pub fn signal_warm_up(&mut self, sessions: usize) {
        self.signal_sessions = sessions;
    }

    /// Names a number.
    ///
    /// # Errors
    /// A name that is no word, or that means something already; a number that is not finite.
    pub fn number(&mut self, name: &str, value: f64) -> Result<(), Fault> {
        check_name(name)?;
        if !value.is_finite() {
            return Err(Fault::new(
                0..0,
                format!("`{name}` is {value}, not a number"),
            ));
        }
        self.lets.insert(name.to_owned(), Let::Number(value));
        Ok(())
    }

    /// Names an expression. It is read when a rule first uses it, or by [`Words::check`].
    ///
    /// # Errors
    /// A name that is no word, or that means something already.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Fault> {
        check_name(name)?;
        self.lets
            .insert(name.to_owned(), Let::Text(text.to_owned()));
        Ok(())
    }

    /// Reads every name that no rule has used.
    ///
    /// # Errors
    /// The first fault, with the name it is in (the field `within`).
    pub fn check(&mut self) -> Result<(), Fault> {
        let names: Vec<String> = self.lets.keys().cloned().collect();
        let used = self.used.clone();
        let checked = names
            .iter()
            .try_for_each(|name| Builder::new(self).named(name, &(0..0)).map(|_| ()));
        // To be checked is not to be used.
        self.used = used;
        checked
    }

    /// Reads a condition.
    ///
    /// # Errors
    /// The first fault of its text, or of a name's that it uses.
    pub fn condition(&mut self, text: &str) -> Result<NodeId, Fault> {
        let ast = parse(text)?;
        let mut builder = Builder::new(self);
        builder.condition(&ast)
    }

    /// Reads conditions that are joined by `and`, each by itself, with its place in the text.
    ///
    /// # Errors
    /// As [`Words::condition`].
    pub fn criteria(&mut self, text: &str) -> Result<Vec<(NodeId, Span)>, Fault> {
        let ast = parse(text)?;
        let mut builder = Builder::new(self);
        let each = ast.criteria().into_iter();
        each.map(|one| Ok((builder.condition(one)?, one.span.clone())))
            .collect()
    }

    /// The quantities a condition compares, each with its place in the text and its unit: what a person wants to see
    /// beside it. Numbers as they are written are left out, named ones are not.
    ///
    /// # Errors
    /// As [`Words::condition`].
    pub fn compared(&mut self, text: &str) -> Result<Vec<(Span, NodeId, Unit)>, Fault> {
        let ast = parse(text)?;
        let mut builder = Builder::new(self);
        let mut found: Vec<(Span, NodeId, Unit)> = Vec::new();
        for (side, other) in ast.compared() {
            let id = builder.value(side)?;
            let Kind::Number(mut unit) = builder.node(id).kind else {
                continue;
            };
            if side.is_literal() {
                continue;
            }
            // A named number has the unit of what it is compared with.
            if let (Unit::Plain, Some(other)) = (unit, other) {
                let other = builder.value(other)?;
                if let Kind::Number(theirs) = builder.node(other).kind {
                    unit = theirs;
                }
            }
            let id = builder.on_own_rows(id);
            if !found.iter().any(|(_, known, _)| *known == id) {
                found.push((side.span.clone(), id, unit));
            }
        }
        Ok(found)
    }

    /// Reads a number with its unit.
    ///
    /// # Errors
    /// As [`Words::condition`].
    pub fn quantity(&mut self, text: &str) -> Result<(NodeId, Unit), Fault> {
        let ast = parse(text)?;
        let mut builder = Builder::new(self);
        let id = builder.value(&ast)?;
        let id = builder.on_own_rows(id);
        match self.program.node(id).kind {
            Kind::Number(unit) => Ok((id, unit)),
            Kind::Truth => Err(Fault::new(ast.span, "this is a condition, not a number")),
        }
    }

    /// Reads what something may be multiplied by: a number without a unit, or a fraction, that changes from bar to bar.
    ///
    /// # Errors
    /// As [`Words::quantity`], and a quantity of another unit or the same on every bar.
    pub fn scale(&mut self, text: &str) -> Result<(NodeId, Unit), Fault> {
        let (id, unit) = self.quantity(text)?;
        let constant = self.program.constant(id).is_some();
        if matches!(unit, Unit::Plain | Unit::Fraction) && !constant {
            return Ok((id, unit));
        }
        let what = if constant {
            "the same on every bar"
        } else {
            unit.noun()
        };
        Err(Fault::new(0..text.len(), format!("this is {what}")).help(
            "expected a number or a fraction that changes: signal.size, or if(RVX > 30, 0.5, 1)",
        ))
    }

    /// What rules have named of the tape since this was last asked.
    pub fn take_mentions(&mut self) -> Vec<Mention> {
        std::mem::take(&mut self.mentions)
    }

    /// The names that no rule has used so far.
    pub fn unused(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| !self.used.contains(*name))
    }

    /// The nodes of all rules read so far.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The names that are given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lets.keys().map(String::as_str)
    }
}

/// A name must be a word that means nothing yet.
fn check_name(name: &str) -> Result<(), Fault> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let is_word =
        name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(word);
    if !is_word || name.len() > 64 {
        let message = format!("`{name}` cannot be a name");
        return Err(Fault::new(0..0, message)
            .help("a name is a letter followed by letters, digits and underscores"));
    }
    if begins_like_a_series(name) || is_of_family(name) {
        let message = format!("`{name}` would be taken for a series or a symbol");
        return Err(Fault::new(0..0, message)
            .help("begin names with a small letter: capitals are what the tape holds"));
    }
    if RESERVED.contains(&name) || catalogue::means_something(name) {
        let message = format!("`{name}` means something in rules already");
        return Err(Fault::new(0..0, message).help("choose another name"));
    }
    Ok(())
}
