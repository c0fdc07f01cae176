//! What a claim's file must hold to beyond its form: settings that contradict each other, each told at its place.

use market::Interval;
use stats::contrast::Effect;

use crate::error::InputError;
use crate::scenario::{Document, Override, Scenario};

use super::claim::{ClaimRules, FindPlan, Population};
use super::form::{ControlForm, EffectForm, ExpectForm, Form, OutcomeForm, TradesForm};
use super::size::{Direction, Expect, Size};

/// What of a claim does not hold together, placed in its file.
pub(super) struct Wrong<'a>(pub(super) &'a Document<'a>);

impl Wrong<'_> {
    pub(super) fn at(&self, path: &str, message: impl Into<String>, help: &str) -> InputError {
        let path: Vec<String> = path.split('.').map(str::to_owned).collect();
        self.0.error_at(&path, message, Some(help.to_owned()))
    }

    pub(super) fn name(&self, name: &str) -> Result<(), InputError> {
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

    pub(super) fn plan(
        &self,
        trades: &TradesForm,
        find: &FindPlan<'_>,
    ) -> Result<Scenario, InputError> {
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
    pub(super) fn clock(
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

    pub(super) fn population(
        &self,
        form: &Form,
        plan: Option<Scenario>,
    ) -> Result<Population, InputError> {
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

    pub(super) fn effect(&self, form: &Form) -> Result<Effect, InputError> {
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

    pub(super) fn expect(&self, form: &ExpectForm, effect: Effect) -> Result<Expect, InputError> {
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
    pub(super) fn same(&self, rules: &ClaimRules) -> Result<(), InputError> {
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
