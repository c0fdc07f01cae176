//! The numbers behind each line of the checklist: what a person wants to see beside "holds" or "does not".
//!
//! They come from the very functions that decide, and are worked out only where a plan is printed: a run pays nothing.

use indicators::{Column, Indicator as _, Mask, Prices, Roc, SplitBasis};
use language::{NodeId, Unit};
use market::{Bars, Side, Snapshot};
use serde::Serialize;

use crate::calendar::Dated;
use crate::clock::Clock;
use crate::edge::Edge;
use crate::filters::{FilterRule, last_level, session_change};
use crate::gap_momentum::GapMomentum;
use crate::iron_condor::IronCondor;
use crate::mean_reversion::{MeanReversion, percent};
use crate::plan::{Prepared, Rules};
use crate::rules::{Compared, Evaluation, Rule, Written};

/// A number that a criterion looks at, on every bar of the clock.
#[derive(Clone, Debug)]
pub struct Gauge {
    /// What it is: `gap`, `KRE change`, `ema(21)`.
    pub what: String,
    /// Its unit, in the words of the rule language: `$/share`, `fraction`.
    pub unit: String,
    /// What it is held against: `above 0.8%`; `None` where the criterion's name says it.
    pub bound: Option<String>,
    values: Column,
}

/// A number that a criterion looked at on one bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// What it is.
    pub what: String,
    /// Its value; absent where it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its unit.
    pub unit: String,
    /// What it is held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
}

impl Gauge {
    fn new(what: impl Into<String>, unit: Unit, values: Column) -> Self {
        Self {
            what: what.into(),
            unit: unit.to_string(),
            bound: None,
            values,
        }
    }

    fn against(mut self, bound: impl Into<String>) -> Self {
        self.bound = Some(bound.into());
        self
    }

    /// Its reading on bar `row`.
    pub fn at(&self, row: usize) -> Reading {
        Reading {
            what: self.what.clone(),
            value: self.values.get(row),
            unit: self.unit.clone(),
            bound: self.bound.clone(),
        }
    }
}

/// The gauges of every criterion: the triggers' on each bar by the thresholds that overlays ask for there.
#[derive(Clone, Debug)]
pub struct Gauges {
    unchanged: Vec<Vec<Gauge>>,
    /// Of triggers only, with the bars on which they are these.
    by_overlays: Vec<(Mask, Vec<Vec<Gauge>>)>,
    exit: Vec<Gauge>,
    protect: Vec<Gauge>,
}

impl Gauges {
    /// The readings of the `nth` criterion on bar `row`, which the checklist judged by the same numbers.
    pub fn of(&self, nth: usize, row: usize) -> Vec<Reading> {
        let mut others = self.by_overlays.iter();
        let here = others.find(|(rows, gauges)| nth < gauges.len() && rows.get(row));
        let gauges = here.map_or(&self.unchanged, |(_, gauges)| gauges);
        let own = gauges.get(nth).into_iter().flatten();
        own.map(|gauge| gauge.at(row)).collect()
    }

    /// The readings of the exit rule on bar `row`; none without one.
    pub fn of_exit(&self, row: usize) -> Vec<Reading> {
        self.exit.iter().map(|gauge| gauge.at(row)).collect()
    }

    /// The readings of the rule by which the plan protects what it holds, on bar `row`; none without one.
    pub fn of_protect(&self, row: usize) -> Vec<Reading> {
        self.protect.iter().map(|gauge| gauge.at(row)).collect()
    }
}

impl Rules {
    /// The gauges of every criterion, in the order of the checklist of `prepared`, which was made of the same bars.
    pub fn gauges(&self, bars: &Bars, snapshot: &Snapshot, prepared: &Prepared) -> Gauges {
        let basis = SplitBasis::of_bars(bars, &snapshot.sessions, snapshot.splits_of(&bars.symbol));
        let clock = Clock {
            bars,
            snapshot,
            basis: &basis,
        };
        let mut unchanged = self.trigger_gauges(&clock, &[]);
        for (name, filter) in &self.filters {
            unchanged.push(match self.written.filters.get(name) {
                Some(rule) => of_rules(&self.written, [rule], &clock).remove(0),
                None => of_filter(filter, &clock),
            });
        }
        let by_overlays = prepared.overlays.thresholds(bars.len()).into_iter();
        let by_overlays = by_overlays.map(|(by, rows)| (rows, self.trigger_gauges(&clock, &by)));
        let of_rule = |rule: &Option<Rule>| {
            let gauges = of_rules(&self.written, rule, &clock);
            gauges.into_iter().flatten().collect()
        };
        Gauges {
            unchanged,
            by_overlays: by_overlays.collect(),
            exit: of_rule(&self.written.exit),
            protect: of_rule(&self.written.protect),
        }
    }

    /// The gauges of the triggers by thresholds multiplied by `by`, as [`Rules::prepare`] judges them.
    fn trigger_gauges(&self, clock: &Clock<'_>, by: &[f64]) -> Vec<Vec<Gauge>> {
        let side = self.entry.side;
        let mut all = match &self.edge.tightened(by.iter().product()) {
            Edge::MeanReversion(edge) => mean_reversion(edge, clock, side),
            Edge::GapMomentum(edge) => gap_momentum(edge, clock, side),
            Edge::IronCondor(edge) => iron_condor(edge, clock),
            Edge::Rules(_) => Vec::new(),
        };
        let mut variants = self.written.variants.iter();
        let variant = variants.find(|variant| !by.is_empty() && variant.thresholds == by);
        let written = variant.map_or(&*self.written, |variant| &variant.written);
        all.extend(of_rules(written, &written.triggers, clock));
        all
    }
}

/// What each rule compares.
fn of_rules<'a>(
    written: &Written,
    rules: impl IntoIterator<Item = &'a Rule>,
    clock: &Clock<'_>,
) -> Vec<Vec<Gauge>> {
    let rules: Vec<&Rule> = rules.into_iter().collect();
    let compared = rules.iter().flat_map(|rule| &rule.compared);
    let ids: Vec<NodeId> = compared.map(|compared| compared.id).collect();
    let mut evaluation = Evaluation::new(&written.program, *clock, &ids, &written.signals);
    let mut gauge = |compared: &Compared| {
        let values = Column::new(evaluation.numbers(compared.id));
        Gauge::new(&compared.text, compared.unit, values)
    };
    let each = rules.iter();
    each.map(|rule| rule.compared.iter().map(&mut gauge).collect())
        .collect()
}

/// The closes of the run, and its change.
fn mean_reversion(edge: &MeanReversion, clock: &Clock<'_>, side: Side) -> Vec<Vec<Gauge>> {
    let closes = clock.basis.prices(clock.bars.close());
    let n = edge.declines as usize;
    let before = |rows: usize| -> Gauge {
        let lagged = (0..closes.len()).map(|i| i.checked_sub(rows).map_or(f64::NAN, |i| closes[i]));
        let own = clock.basis.to_own_dollars(Column::new(lagged.collect()));
        let what = match rows {
            0 => "close".to_owned(),
            rows => format!("close[{rows}]"),
        };
        Gauge::new(what, Unit::Price, own)
    };
    // The same column, by the same recipe, as the trigger's.
    let change = Roc { n }.compute(Prices::single(&closes));
    let bound = match side {
        Side::Buy => format!("below {}", percent(-edge.min_decline)),
        Side::Sell => format!("above {}", percent(edge.min_decline)),
    };
    // The newest last, as a chart has it. A run of hundreds is told by its last few.
    let run = (0..=n.min(10)).rev().map(before).collect();
    let far = Gauge::new(format!("change over {n} closes"), Unit::Fraction, change);
    vec![run, vec![far.against(bound)]]
}

/// The volatility that is ranked, and its rank.
fn iron_condor(edge: &IronCondor, clock: &Clock<'_>) -> Vec<Vec<Gauge>> {
    let rank = Gauge::new("IV rank", Unit::Plain, edge.rank(clock));
    vec![vec![rank.against(format!("below {}", edge.max_iv_rank))]]
}

fn gap_momentum(edge: &GapMomentum, clock: &Clock<'_>, side: Side) -> Vec<Vec<Gauge>> {
    let (high, low) = clock.opening_range(edge.opening_range_minutes);
    let minutes = edge.opening_range_minutes;
    let (range, beyond, gap) = match side {
        Side::Buy => (
            Gauge::new(
                format!("high of the first {minutes} minutes"),
                Unit::Price,
                high,
            ),
            "above the range's high",
            format!("above {}", percent(edge.min_gap)),
        ),
        Side::Sell => (
            Gauge::new(
                format!("low of the first {minutes} minutes"),
                Unit::Price,
                low,
            ),
            "below the range's low",
            format!("below {}", percent(-edge.min_gap)),
        ),
    };
    let sessions = edge.relative_volume_sessions;
    let close = Column::new(clock.bars.close().to_vec());
    vec![
        vec![
            Gauge::new("session open", Unit::Price, clock.session_open()),
            Gauge::new("previous close", Unit::Price, clock.previous_close()),
            Gauge::new("gap", Unit::Fraction, clock.gap()).against(gap),
        ],
        vec![
            Gauge::new(
                "volume since the open",
                Unit::Shares,
                clock.session_volume(),
            ),
            Gauge::new(
                format!("÷ its {sessions}-session mean"),
                Unit::Plain,
                clock.relative_volume(sessions),
            )
            .against(format!("above {}", edge.min_relative_volume)),
        ],
        vec![
            Gauge::new("close", Unit::Price, close).against(beyond),
            range,
        ],
        vec![
            Gauge::new(
                "minutes since the open",
                Unit::Minutes,
                clock.minutes_since_open(),
            )
            .against(format!("below {}", edge.entry_window_minutes)),
        ],
    ]
}

/// The value a filter holds against its bounds; nothing for filters that look at no number.
fn of_filter(filter: &FilterRule, clock: &Clock<'_>) -> Vec<Gauge> {
    let bounds = |min: Option<f64>, max: Option<f64>, show: fn(f64) -> String| match (min, max) {
        (Some(min), Some(max)) => format!("{} to {}", show(min), show(max)),
        (Some(min), None) => format!("{} or more", show(min)),
        (None, Some(max)) => format!("{} or less", show(max)),
        (None, None) => String::new(),
    };
    if let Some(symbol) = &filter.symbol {
        let change = session_change(clock, symbol);
        let bound = bounds(filter.min_change, filter.max_change, percent);
        vec![Gauge::new(format!("{symbol} change"), Unit::Fraction, change).against(bound)]
    } else if let Some(series) = &filter.series {
        let bound = bounds(filter.min_level, filter.max_level, |level| {
            level.to_string()
        });
        vec![Gauge::new(series, Unit::Level, last_level(clock, series)).against(bound)]
    } else if let Some(window) = filter.event_window() {
        let kinds = window.events.iter();
        kinds.flat_map(|kind| of_events(kind, clock)).collect()
    } else if filter.blackout.is_some() {
        vec![Gauge::new(
            "time",
            Unit::Time,
            Column::new(clock.time_of_day()),
        )]
    } else {
        Vec::new()
    }
}

/// How far the events of a kind are.
fn of_events(kind: &str, clock: &Clock<'_>) -> [Gauge; 2] {
    let dated = Dated::of(kind, clock.snapshot).unwrap_or_default();
    let count = |sessions: Option<u32>| sessions.map_or(f64::NAN, f64::from);
    let until = clock.by_instant(|session, _| count(dated.until(session)));
    let since = clock.by_instant(|session, now| count(dated.since(session, now)));
    let gauge = |what: &str, values| {
        Gauge::new(
            format!("sessions {what} {kind}"),
            Unit::Count,
            Column::new(values),
        )
    };
    [gauge("until", until), gauge("since", since)]
}
