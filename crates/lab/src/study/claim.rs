//! A claim, read and checked. Only this form travels.

use language::{Mentioned, NodeId, Unit};
use market::{Interval, steers};
use serde::{Deserialize, Serialize};
use signals::Profile;
use stats::contrast::Effect;
use strategies::rules::{Rule, Written};
use tape::Tape;

use crate::absent::first_absent;
use crate::error::{Error, InputError};
use crate::scenario::{Document, Mentions, Reader, Scenario};

use super::faults::Wrong;
use super::form::Form;
use super::size::{Expect, Measure};

/// The text of a claim and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimSource {
    /// File name, or the name of a shipped one.
    pub source: String,
    /// The TOML.
    pub text: String,
}

/// A checked claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// What it is called.
    pub name: String,
    /// The rule of thumb, as people say it.
    pub says: String,
    /// The file it was read from.
    pub source: String,
    /// Whose bars are the clock.
    pub symbol: String,
    /// Their interval.
    pub interval: Interval,
    /// What is compared.
    pub effect: Effect,
    /// What is expected of it.
    pub expect: Expect,
    /// Events, and controls, that must be there without overlap.
    pub min_events: u32,
    /// What an outcome is.
    pub measure: Measure,
    /// What events happen to.
    pub population: Population,
    /// Its rules.
    pub(super) rules: ClaimRules,
    /// The rules again, for a tape without a kind of events.
    pub(super) without: Vec<(String, ClaimRules)>,
    /// Where it names what a tape may lack.
    pub(super) mentions: Mentions,
}

/// What events happen to.
#[derive(Clone, Debug)]
pub enum Population {
    /// Bars; an outcome is known so many bars after its event.
    Bars {
        /// Bars ahead, 1 or more.
        horizon: u32,
    },
    /// Trades of a plan; an event is judged so many bars after the decision, of trades that are still on.
    Trades {
        /// The plan.
        plan: Box<Scenario>,
        /// Bars from the decision to the event.
        after_bars: u32,
        /// What is looked at.
        outcome: OfTrades,
    },
}

/// What of a trade is its outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfTrades {
    /// Net result ÷ what was at risk.
    RMultiple,
    /// Net result ÷ entry value.
    Return,
    /// Net result, dollars.
    PnlUsd,
    /// The net result is below zero.
    Lost,
    /// Sessions held.
    SessionsHeld,
}

/// The rules of a claim as nodes of one program.
#[derive(Clone, Debug)]
pub(super) struct ClaimRules {
    pub(super) written: Written,
    pub(super) event: NodeId,
    pub(super) event_every_bar: bool,
    /// Of bars; trades have their own.
    pub(super) outcome: Option<OutcomeNode>,
    /// `None`: where the event is known not to hold.
    pub(super) control: Option<NodeId>,
    pub(super) control_every_bar: bool,
    /// `None`: that of events.
    pub(super) control_outcome: Option<OutcomeNode>,
    pub(super) unused: Vec<String>,
}

/// A number, or a condition whose mean is a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OutcomeNode {
    Value(NodeId),
    Holds(NodeId),
}

/// Finds the text of a plan that a claim names, or says why not.
pub(super) type FindPlan<'f> = dyn Fn(&str) -> Option<ClaimSource> + 'f;

impl Claim {
    /// Reads a claim from TOML. `find_plan` gives the scenario that `[trades]` names.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column: syntax, an unknown key (with the nearest known one), a rule with
    /// a fault, settings that contradict each other; or what is wrong in the plan it names.
    pub fn parse(source: &str, text: &str, find_plan: &FindPlan<'_>) -> Result<Self, InputError> {
        let document = Document::parse(source, text, &[])?;
        let form: Form = document.read(&[], document.table().clone(), &[])?;
        document.no_dates_in_lets()?;
        let wrong = Wrong(&document);
        wrong.name(&form.name)?;
        if form.claim.trim().is_empty() {
            return Err(wrong.at(
                "claim",
                "`claim` is empty",
                "write the rule of thumb as people say it",
            ));
        }
        // The sentence is printed as it stands: it must not steer a terminal.
        if let Some(found) = form.claim.chars().find(|&c| steers(c)) {
            return Err(wrong.at(
                "claim",
                format!("`claim` has the control character {found:?}"),
                "write it in letters, digits and punctuation, on one line",
            ));
        }
        let plan = match &form.trades {
            Some(trades) => Some(wrong.plan(trades, find_plan)?),
            None => None,
        };
        let (symbol, interval) = wrong.clock(&form, plan.as_ref())?;
        let population = wrong.population(&form, plan)?;
        let effect = wrong.effect(&form)?;
        let expect = wrong.expect(&form.expect, effect)?;
        let (rules, unit, mut mentions) = read(&document, &form, interval, None)?;
        if form.symbol.is_some() {
            mentions.add(Mentioned::Symbol, &symbol, wrong.at("symbol", "", ""));
        }
        wrong.same(&rules)?;
        let measure = match (&population, &rules.outcome) {
            (Population::Trades { outcome, .. }, _) => outcome.measure(),
            (_, Some(OutcomeNode::Holds(_))) => Measure::Rate,
            _ if unit == Some(Unit::Fraction) => Measure::Fraction,
            _ => Measure::Number,
        };
        let mut without = Vec::new();
        for kind in form.event.without.keys() {
            let (other, ..) = read(&document, &form, interval, Some(kind))?;
            if !rules.written.program.events().contains(kind) {
                let path = format!("event.without.{kind}");
                return Err(wrong.at(
                    &path,
                    format!("`{path}` is for tapes without events of the kind {kind}, which the rules do not look at"),
                    "remove it, or correct the kind",
                ));
            }
            without.push((kind.clone(), other));
        }
        if form.min_events == 0 {
            return Err(wrong.at(
                "min_events",
                "`min_events` is 0",
                "ask for one or more; 20 if it is left out",
            ));
        }
        Ok(Claim {
            name: form.name,
            says: form.claim.split_whitespace().collect::<Vec<_>>().join(" "),
            source: source.to_owned(),
            symbol,
            interval,
            effect,
            expect,
            min_events: form.min_events,
            measure,
            population,
            rules,
            without,
            mentions,
        })
    }

    /// Whether the tape has something of every symbol and series that the claim and its plan name. [`study`](super::study) takes
    /// claims that fail here and calls them unknown; asked of a claim that somebody has just written, a slip of the pen is
    /// told from a gap of the tape.
    ///
    /// # Errors
    /// [`Error::Input`] at the first name that the tape lacks, with the nearest one it has; what reading its catalog meets.
    pub fn check_names(&self, tape: &Tape) -> Result<(), Error> {
        first_absent(&self.mentions, tape)?;
        match &self.population {
            Population::Bars { .. } => Ok(()),
            Population::Trades { plan, .. } => first_absent(&plan.mentions, tape),
        }
    }

    /// Bars from an event to its outcome; `None` of trades.
    pub fn horizon(&self) -> Option<u32> {
        match self.population {
            Population::Bars { horizon } => Some(horizon),
            Population::Trades { .. } => None,
        }
    }
}

impl OfTrades {
    const fn measure(self) -> Measure {
        match self {
            OfTrades::Return => Measure::Fraction,
            OfTrades::Lost => Measure::Rate,
            OfTrades::RMultiple | OfTrades::PnlUsd | OfTrades::SessionsHeld => Measure::Number,
        }
    }
}

/// Reads the rules; with `without`, the event as it is for a tape that lacks that kind of events.
fn read(
    document: &Document<'_>,
    form: &Form,
    interval: Interval,
    without: Option<&str>,
) -> Result<(ClaimRules, Option<Unit>, Mentions), InputError> {
    let mut reader = Reader::new(document, interval, &form.lets, &Profile::default())?;
    let event = match without.and_then(|kind| Some((kind, form.event.without.get(kind)?))) {
        Some((kind, text)) => reader.rule(&["event", "without", kind], text)?,
        None => reader.rule(&["event", "when"], &form.event.when)?,
    };
    let mut all = vec![event.clone()];
    let mut unit = None;
    let mut outcome =
        |reader: &mut Reader<'_>, table: &str, value: Option<&String>, holds: Option<&String>| {
            let node = match (value, holds) {
                (Some(text), _) => {
                    let (id, found) = reader.quantity(&[table, "value"], text)?;
                    unit.get_or_insert(found);
                    OutcomeNode::Value(id)
                }
                (None, Some(text)) => OutcomeNode::Holds(reader.rule(&[table, "holds"], text)?.id),
                (None, None) => return Ok::<_, InputError>(None),
            };
            Ok(Some(node))
        };
    let of = &form.outcome;
    let own = outcome(&mut reader, "outcome", of.value.as_ref(), of.holds.as_ref())?;
    let (mut control, mut control_outcome) = (None, None);
    if let Some(form) = &form.control {
        if let Some(text) = &form.when {
            control = Some(reader.rule(&["control", "when"], text)?);
        }
        control_outcome = outcome(
            &mut reader,
            "control",
            form.value.as_ref(),
            form.holds.as_ref(),
        )?;
    }
    all.extend(control.clone());
    let nodes = [own, control_outcome].into_iter().flatten();
    all.extend(nodes.map(|node| Rule {
        text: String::new(),
        id: node.id(),
        compared: Vec::new(),
    }));
    let (program, mentions, unused) = reader.finish()?;
    // A trade is one, however long its condition has held.
    let event_every_bar = form.event.every_bar.unwrap_or(form.trades.is_some());
    let control_every_bar = form.control.as_ref().and_then(|form| form.every_bar);
    let rules = ClaimRules {
        written: Written {
            program,
            triggers: all,
            ..Written::default()
        },
        event: event.id,
        event_every_bar,
        outcome: own,
        control_every_bar: control_every_bar.unwrap_or(control.is_none() || event_every_bar),
        control: control.map(|rule| rule.id),
        control_outcome,
        unused,
    };
    Ok((rules, unit, mentions))
}

impl OutcomeNode {
    pub(super) fn id(self) -> NodeId {
        match self {
            OutcomeNode::Value(id) | OutcomeNode::Holds(id) => id,
        }
    }
}
