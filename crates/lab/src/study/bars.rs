//! A claim's rules on its clock, and its events among bars.

use indicators::{Mask, Recipe, SplitBasis};
use language::{NodeId, Op};
use market::{Bars, Date, Interval, Snapshot, sessions_cut_short};
use stats::contrast::Sample;
use strategies::Clock;
use strategies::calendar::EARNINGS;
use strategies::rules::{Evaluation, Truth};
use tape::Tape;

use crate::error::Error;
use crate::fingerprint::fingerprint;
use crate::needs::{Needs, make, of_rules};

use super::claim::{Claim, ClaimRules, OutcomeNode};
use super::found::{Found, Happening};

/// Dates between which events and outcomes must lie; both may be open.
pub(super) type Between = (Option<Date>, Option<Date>);

/// What a claim's rules are judged on.
pub(super) struct Ground<'c> {
    pub(super) claim: &'c Claim,
    pub(super) rules: &'c ClaimRules,
    pub(super) snapshot: Snapshot,
    pub(super) fingerprint: String,
    pub(super) notes: Vec<String>,
}

/// Rules on every bar of the clock.
pub(super) struct OnBars {
    /// Events.
    pub(super) event: Mask,
    /// Controls.
    pub(super) control: Mask,
    /// Where it is known whether the event's condition holds.
    known: Mask,
    value: Vec<f64>,
    control_value: Option<Vec<f64>>,
}

impl<'c> Ground<'c> {
    /// Reads what the claim needs up to the last date.
    ///
    /// # Errors
    /// What the tape lacks, or what is broken in it.
    pub(super) fn read(claim: &'c Claim, tape: &Tape, to: Option<Date>) -> Result<Self, Error> {
        let kinds = tape.event_kinds()?;
        let lacks = |rules: &ClaimRules| {
            let mut named = rules.written.program.events().iter();
            let absent = named.find(|kind| *kind != EARNINGS && !kinds.contains(kind));
            absent.cloned()
        };
        let mut notes = Vec::new();
        let mut rules = &claim.rules;
        if let Some(kind) = lacks(rules) {
            let other = claim.without.iter().find(|(without, _)| *without == kind);
            let Some((_, other)) = other.filter(|(_, rules)| lacks(rules).is_none()) else {
                return Err(Error::fit(
                    format!("the tape {} has no events of the kind {kind}", tape.name()),
                    "import an event calendar, or write `event.without` for tapes without it",
                ));
            };
            notes.push(format!(
                "the tape has no events of the kind {kind}: `event.without.{kind}` stands in for the event, and what {kind} days are like is unknown"
            ));
            rules = other;
        }
        for name in &rules.unused {
            notes.push(format!("`let.{name}` is used by no rule"));
        }
        let Needs { want, resampled } = of_rules(
            (&claim.symbol, claim.interval),
            &rules.written.reads(),
            to,
            tape,
        )?;
        let mut snapshot = tape.read(&want, 1)?;
        let fingerprint = fingerprint(&snapshot);
        for one in &resampled {
            let fine = snapshot.bars_of(&one.symbol, one.from);
            let short = fine.map_or(0, |bars| sessions_cut_short(bars, &snapshot.sessions));
            notes.push(format!(
                "the tape has no {} bars of {}: made from its {} bars, of which {short} sessions end before their close",
                one.to, one.symbol, one.from
            ));
        }
        make(&mut snapshot, &resampled, None)?;
        Ok(Self {
            claim,
            rules,
            snapshot,
            fingerprint,
            notes,
        })
    }

    /// The clock's bars.
    ///
    /// # Errors
    /// [`Error::Fit`] if there are none.
    pub(super) fn bars(&self) -> Result<&Bars, Error> {
        let (symbol, interval) = (&self.claim.symbol, self.claim.interval);
        let bars = self.snapshot.bars_of(symbol, interval);
        bars.filter(|bars| !bars.is_empty()).ok_or_else(|| {
            Error::fit(
                format!("the tape has no {interval} bars of {symbol} by the last date asked for"),
                "import bars, or choose later dates",
            )
        })
    }

    /// Judges every rule on every bar.
    pub(super) fn judge(&self, bars: &Bars) -> OnBars {
        let rules = self.rules;
        let splits = self.snapshot.splits_of(&bars.symbol);
        let basis = SplitBasis::of_bars(bars, &self.snapshot.sessions, splits);
        let clock = Clock {
            bars,
            snapshot: &self.snapshot,
            basis: &basis,
        };
        let nodes: Vec<_> = rules.written.triggers.iter().map(|rule| rule.id).collect();
        let mut evaluation = Evaluation::new(
            &rules.written.program,
            clock,
            &nodes,
            &rules.written.signals,
        );
        let event = (*evaluation.judge(rules.event).truth).clone();
        let control = match rules.control {
            Some(id) => (*evaluation.judge(id).truth).clone(),
            None => Truth {
                held: event.failed.clone(),
                failed: event.held.clone(),
            },
        };
        let mut outcome = |node: OutcomeNode| match node {
            OutcomeNode::Value(id) => evaluation.numbers(id),
            OutcomeNode::Holds(id) => {
                let truth = evaluation.judge(id).truth;
                let rate = |row| match (truth.held.get(row), truth.failed.get(row)) {
                    (true, _) => 1.0,
                    (_, true) => 0.0,
                    _ => f64::NAN,
                };
                (0..bars.len()).map(rate).collect()
            }
        };
        OnBars {
            value: rules.outcome.map(&mut outcome).unwrap_or_default(),
            control_value: rules.control_outcome.map(&mut outcome),
            known: event.held.or(&event.failed),
            event: once(event, rules.event_every_bar),
            control: once(control, rules.control_every_bar),
        }
    }
}

/// The first bar of each run on which a condition holds, or every one. A run whose first bar nobody saw (on the bar before it is
/// unknown) has none.
fn once(truth: Truth, every_bar: bool) -> Mask {
    if every_bar {
        return truth.held;
    }
    let first = |row: usize| row > 0 && truth.held.get(row) && truth.failed.get(row - 1);
    Mask::from_fn(truth.held.len(), first)
}

/// The events, controls and outcomes of a claim on bars.
///
/// # Errors
/// What the tape lacks, or what is broken in it.
pub(super) fn find(
    claim: &Claim,
    horizon: u32,
    tape: &Tape,
    between: Between,
) -> Result<Found, Error> {
    let ground = Ground::read(claim, tape, between.1)?;
    gather(&ground, horizon, between)
}

/// The same from what was read.
///
/// # Errors
/// [`Error::Fit`] without bars, or with fewer than the horizon reaches over.
pub(super) fn gather(ground: &Ground<'_>, horizon: u32, between: Between) -> Result<Found, Error> {
    let bars = ground.bars()?;
    let on = ground.judge(bars);
    let (from, to) = (
        between.0.unwrap_or(Date::MIN),
        between.1.unwrap_or(Date::MAX),
    );
    let rows = bars.rows_between(from, to, &ground.snapshot.sessions);
    let ahead = horizon as usize;
    if rows.len() <= ahead {
        return Err(Error::fit(
            format!(
                "the horizon is {horizon} bars, and the dates asked for hold {} bars of {}",
                rows.len(),
                bars.symbol
            ),
            "choose a shorter horizon or more of the tape",
        ));
    }
    let outcome = |values: &[f64], row: usize| {
        let then = row + ahead;
        // Within a session an outcome is of that session, or there is none.
        let inside = then < rows.end
            && (bars.interval == Interval::Day || bars.session()[then] == bars.session()[row]);
        values
            .get(then)
            .copied()
            .filter(|value| inside && value.is_finite())
    };
    let mut taken = Taken::default();
    for row in rows.clone() {
        taken.seen(on.known.get(row));
        let own = outcome(&on.value, row);
        let other = match &on.control_value {
            Some(values) => outcome(values, row),
            None => own,
        };
        taken.take(row, on.event.get(row), own, on.control.get(row), other);
    }
    Ok(taken.found(ground, bars, ahead))
}

/// What is gathered, row by row.
#[derive(Default)]
struct Taken {
    events: Vec<(u32, f64)>,
    controls: Vec<(u32, f64)>,
    first: Option<usize>,
    last: usize,
    rows: usize,
    unknown: usize,
    without_outcome: usize,
}

impl Taken {
    fn seen(&mut self, known: bool) {
        self.rows += 1;
        self.unknown += usize::from(!known);
    }

    fn take(
        &mut self,
        row: usize,
        event: bool,
        own: Option<f64>,
        control: bool,
        other: Option<f64>,
    ) {
        let event_outcome = own.filter(|_| event);
        let control_outcome = other.filter(|_| control);
        self.without_outcome += usize::from(event && own.is_none());
        self.events
            .extend(event_outcome.map(|value| (row as u32, value)));
        self.controls
            .extend(control_outcome.map(|value| (row as u32, value)));
        if event_outcome.or(control_outcome).is_some() {
            self.first.get_or_insert(row);
            self.last = row;
        }
    }

    fn found(mut self, ground: &Ground<'_>, bars: &Bars, horizon: usize) -> Found {
        let sessions = &ground.snapshot.sessions;
        let date = |row: usize| sessions.get(bars.session()[row] as usize).map(|s| s.date);
        let happenings = self.events.iter().map(|&(row, outcome)| Happening {
            time: bars.end()[row as usize],
            outcome,
        });
        let happenings = happenings.collect();
        let start = self.first.unwrap_or(0);
        for one in self.events.iter_mut().chain(&mut self.controls) {
            one.0 -= start as u32;
        }
        let mut notes = ground.notes.clone();
        notes.extend(reaches_before(ground.rules, horizon));
        if self.unknown > 0 {
            notes.push(format!(
                "the event is unknown on {} of {} bars",
                self.unknown, self.rows
            ));
        }
        if self.without_outcome > 0 {
            let (one, have) = match self.without_outcome {
                1 => ("event", "has"),
                _ => ("events", "have"),
            };
            notes.push(format!(
                "{} {one} {have} no outcome: it lies beyond the end of the bars or of the session, or is unknown",
                self.without_outcome
            ));
        }
        Found {
            same: !self.events.is_empty() && self.events == self.controls,
            span: self
                .first
                .and_then(|first| Some((date(first)?, date(self.last)?))),
            sample: Sample {
                rows: self.first.map_or(0, |first| self.last - first + 1),
                events: self.events,
                controls: self.controls,
            },
            horizon,
            happenings,
            notes,
            origin: ground.snapshot.origin.clone(),
            fingerprint: ground.fingerprint.clone(),
            model: false,
        }
    }
}

/// Says so if an outcome compares with a bar before its event: part of it had happened by then.
fn reaches_before(rules: &ClaimRules, horizon: usize) -> Option<String> {
    let outcomes = rules.outcome.iter().chain(&rules.control_outcome);
    let ids: Vec<NodeId> = outcomes.map(|outcome| outcome.id()).collect();
    let program = &rules.written.program;
    let reach = |id: NodeId| match program.node(id).op {
        Op::History(_, rows) => rows as usize,
        Op::Indicator(Recipe::Roc(roc), _) => roc.n,
        _ => 0,
    };
    let farthest = program.reachable(&ids).into_iter().map(reach).max()?;
    (farthest > horizon).then(|| {
        format!(
            "the outcome looks {farthest} bars back, and its horizon is {horizon}: part of it had happened by the event"
        )
    })
}
