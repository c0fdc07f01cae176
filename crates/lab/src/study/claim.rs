//! A claim, read and checked. Only this form travels.

use language::{NodeId, Unit};
use market::Interval;
use serde::{Deserialize, Serialize};
use signals::Profile;
use stats::contrast::Effect;
use strategies::rules::{Rule, Written};

use crate::error::InputError;
use crate::scenario::{Document, Mentions, Override, Reader, Scenario};

use super::form::{ControlForm, EffectForm, ExpectForm, Form, OutcomeForm, TradesForm};
use super::size::{Direction, Expect, Measure, Size};

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
type FindPlan<'f> = dyn Fn(&str) -> Option<ClaimSource> + 'f;

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
        let plan = match &form.trades {
            Some(trades) => Some(wrong.plan(trades, find_plan)?),
            None => None,
        };
        let (symbol, interval) = wrong.clock(&form, plan.as_ref())?;
        let population = wrong.population(&form, plan)?;
        let effect = wrong.effect(&form)?;
        let expect = wrong.expect(&form.expect, effect)?;
        let (rules, unit, mentions) = read(&document, &form, interval, None)?;
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

/// What of a claim does not hold together, placed in its file.
struct Wrong<'a>(&'a Document<'a>);

impl Wrong<'_> {
    fn at(&self, path: &str, message: impl Into<String>, help: &str) -> InputError {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        self.0.error_at(&path, message, Some(help.to_owned()))
    }

    fn name(&self, name: &str) -> Result<(), InputError> {
        let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !name.is_empty() && name.len() <= 48 && name.chars().all(letter) {
            return Ok(());
        }
        Err(self.at(
            "name",
            format!("`name` is {name:?}; expected small letters, digits and hyphens, 48 at most"),
            "name it like kre-days",
        ))
    }

    fn plan(&self, trades: &TradesForm, find: &FindPlan<'_>) -> Result<Scenario, InputError> {
        let set = trades.set.iter().map(|set| set.parse());
        let set: Vec<Override> = set.collect::<Result<_, _>>()?;
        let Some(found) = find(&trades.scenario) else {
            return Err(self.at(
                "trades.scenario",
                format!("`trades.scenario`: there is no plan {:?}", trades.scenario),
                "name a shipped plan, or a scenario file by its path from the claim's folder",
            ));
        };
        Scenario::parse(&found.source, &found.text, &set)
    }

    /// The bars that are the clock: IWM's days unless the file or the plan says otherwise.
    fn clock(
        &self,
        form: &Form,
        plan: Option<&Scenario>,
    ) -> Result<(String, Interval), InputError> {
        let Some(plan) = plan else {
            let symbol = form.symbol.clone().unwrap_or_else(|| "IWM".to_owned());
            return Ok((symbol, form.interval.unwrap_or(Interval::Day)));
        };
        for (key, given) in [
            ("symbol", form.symbol.is_some()),
            ("interval", form.interval.is_some()),
        ] {
            if given {
                let message = format!("`{key}` is the plan's own in a claim on trades");
                return Err(self.at(key, message, "remove it"));
            }
        }
        Ok((plan.instrument.symbol.clone(), plan.instrument.interval))
    }

    fn population(&self, form: &Form, plan: Option<Scenario>) -> Result<Population, InputError> {
        let of = &form.outcome;
        let (Some(plan), Some(trades)) = (plan, &form.trades) else {
            self.outcome_of_bars(of)?;
            let horizon = of.horizon_bars.ok_or_else(|| {
                self.at(
                    "outcome.horizon_bars",
                    "`outcome.horizon_bars` is missing",
                    "say how many bars after the event the outcome is known",
                )
            })?;
            if horizon == 0 {
                return Err(self.at(
                    "outcome.horizon_bars",
                    "`outcome.horizon_bars` is 0: an outcome comes after its event",
                    "1 is the next bar; an event known a bar before is written with [1], or with sessions_until(…) == 1",
                ));
            }
            return Ok(Population::Bars { horizon });
        };
        let bars_only = [
            ("outcome.value", of.value.is_some()),
            ("outcome.holds", of.holds.is_some()),
            ("outcome.horizon_bars", of.horizon_bars.is_some()),
            ("event.every_bar", form.event.every_bar.is_some()),
            (
                "control.every_bar",
                form.control.as_ref().is_some_and(|c| c.every_bar.is_some()),
            ),
            (
                "control.value",
                form.control.as_ref().is_some_and(|c| c.value.is_some()),
            ),
            (
                "control.holds",
                form.control.as_ref().is_some_and(|c| c.holds.is_some()),
            ),
        ];
        if let Some((path, _)) = bars_only.iter().find(|(_, given)| *given) {
            let message = format!("`{path}` is for claims on bars; this one is on trades");
            return Err(self.at(
                path,
                message,
                "remove it: a trade's outcome is `outcome.of_trade`",
            ));
        }
        let outcome = of.of_trade.ok_or_else(|| {
            self.at(
                "outcome.of_trade",
                "`outcome.of_trade` is missing",
                "r_multiple, return, pnl_usd, lost or sessions_held",
            )
        })?;
        Ok(Population::Trades {
            plan: Box::new(plan),
            after_bars: trades.after_bars,
            outcome,
        })
    }

    fn outcome_of_bars(&self, of: &OutcomeForm) -> Result<(), InputError> {
        if of.of_trade.is_some() {
            return Err(self.at(
                "outcome.of_trade",
                "`outcome.of_trade` needs a plan whose trades are meant",
                "add [trades] with scenario = \"…\", or write `value` or `holds`",
            ));
        }
        match (&of.value, &of.holds) {
            (Some(_), None) | (None, Some(_)) => Ok(()),
            (None, None) => Err(self.at(
                "outcome",
                "`outcome` has neither `value` nor `holds`",
                "value = \"close / close[5] - 1\" is a return, holds = \"close < close[5]\" a rate",
            )),
            (Some(_), Some(_)) => Err(self.at(
                "outcome.holds",
                "`outcome` has both `value` and `holds`",
                "keep one of them",
            )),
        }
    }

    fn effect(&self, form: &Form) -> Result<Effect, InputError> {
        let than = form.expect.than;
        let kept = form.effect != EffectForm::Mean;
        if let (true, Some(_)) = (kept, than) {
            return Err(self.at(
                "expect.than",
                "`expect.than` goes with effect = \"mean\"",
                "remove it: no difference is 0, no ratio 1",
            ));
        }
        self.control(form)?;
        match (form.effect, than) {
            (EffectForm::Difference, _) => Ok(Effect::Difference),
            (EffectForm::Ratio, _) => Ok(Effect::Ratio),
            (EffectForm::Mean, Some(than)) if than.is_finite() => Ok(Effect::Mean { than }),
            (EffectForm::Mean, _) => Err(self.at(
                "expect.than",
                "`expect.than` is missing: what the mean is compared with",
                "write the number the mean would be without the effect: 0, or 0.5 of a rate",
            )),
        }
    }

    fn control(&self, form: &Form) -> Result<(), InputError> {
        let Some(ControlForm {
            when,
            every_bar,
            value,
            holds,
        }) = &form.control
        else {
            return Ok(());
        };
        if form.effect == EffectForm::Mean {
            return Err(self.at(
                "control",
                "`control` has no part in effect = \"mean\"",
                "remove it, or compare: effect = \"difference\"",
            ));
        }
        if when.is_none() && every_bar.is_some() {
            return Err(self.at(
                "control.every_bar",
                "`control.every_bar` goes with `control.when`",
                "without a condition every bar on which the event fails is a control",
            ));
        }
        let of = &form.outcome;
        if (of.value.is_some() && holds.is_some()) || (of.holds.is_some() && value.is_some()) {
            return Err(self.at(
                "control",
                "the outcomes of events and of controls are of two kinds, a number and a condition",
                "write `value` in both, or `holds` in both",
            ));
        }
        Ok(())
    }

    fn expect(&self, form: &ExpectForm, effect: Effect) -> Result<Expect, InputError> {
        let sizes = [
            ("at_least", form.at_least.map(Size::AtLeast)),
            ("at_most", form.at_most.map(Size::AtMost)),
            ("between", form.between.map(|[a, b]| Size::Between(a, b))),
            ("about", form.about.map(Size::About)),
        ];
        let mut given = sizes
            .into_iter()
            .filter_map(|(key, size)| Some((key, size?)));
        let size = given.next();
        if let Some((second, _)) = given.next() {
            let path = format!("expect.{second}");
            return Err(self.at(
                &path,
                "`expect` has two sizes",
                "keep one of at_least, at_most, between, about",
            ));
        }
        if let Some((key, size)) = size {
            self.size(key, size, form.direction, effect)?;
        }
        Ok(Expect {
            direction: form.direction,
            size: size.map(|(_, size)| size),
        })
    }

    /// A size on the other side of no effect than the direction says would never be borne out.
    fn size(
        &self,
        key: &str,
        size: Size,
        direction: Direction,
        effect: Effect,
    ) -> Result<(), InputError> {
        let path = format!("expect.{key}");
        let (least, most) = size.range();
        if least.is_nan()
            || most.is_nan()
            || least > most
            || least == f64::INFINITY
            || most == f64::NEG_INFINITY
        {
            return Err(self.at(
                &path,
                format!("`{path}` is no size: expected numbers, the smaller first"),
                "between = [1.3, 1.4]",
            ));
        }
        let contradicts = match direction {
            Direction::Above => most <= effect.none(),
            Direction::Below => least >= effect.none(),
        };
        if contradicts {
            let side = if direction == Direction::Above {
                "above"
            } else {
                "below"
            };
            return Err(self.at(
                &path,
                format!("`{path}` lies wholly on the other side of {}, no effect, than direction = \"{side}\"", effect.none()),
                "sizes are in the unit of the effect: a ratio's 1.3, a difference's −0.15",
            ));
        }
        Ok(())
    }

    /// The event against itself.
    fn same(&self, rules: &ClaimRules) -> Result<(), InputError> {
        let other = rules
            .control_outcome
            .is_some_and(|node| Some(node) != rules.outcome);
        if rules.control == Some(rules.event) && !other {
            return Err(self.at(
                "control.when",
                "`control.when` is the event itself: every bar would be compared with itself",
                "write another condition, or another `value` for the control",
            ));
        }
        Ok(())
    }
}
