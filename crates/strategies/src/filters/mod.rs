//! Filters: what must be so in the rest of the market before an entry is allowed.
//!
//! Each filter becomes a mask of its own on the plan's clock, judged when the order would be given;
//! it is never baked into the triggers, so that a veto can be told from a setup that never was.

mod blackout;
mod change;
mod events;
mod level;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::checklist::Criterion;
use crate::clock::Clock;
use crate::mean_reversion::percent;

pub use blackout::{Hours, NotHours, TradingDay};
pub use change::{reference_interval, session_change};
pub use events::{EventWindow, Phases};
pub use level::{last_level, series_known_at};

/// The filters of a plan, by name.
pub type Filters = BTreeMap<String, FilterRule>;

/// One filter. It looks at one thing: a symbol's change on the session, a series' level, a rule, the events around, the
/// time of day or the day of the week.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FilterRule {
    /// A symbol whose change on the session so far is judged.
    pub symbol: Option<String>,
    /// No entry while the change is below this fraction: −0.015 is −1.5 %.
    pub min_change: Option<f64>,
    /// No entry while the change is above this fraction.
    pub max_change: Option<f64>,
    /// A series whose last published value is judged.
    pub series: Option<String>,
    /// No entry while the value is below this, in the series' own unit.
    pub min_level: Option<f64>,
    /// No entry while the value is above this.
    pub max_level: Option<f64>,
    /// A condition in the rule language: no entry while it does not hold.
    pub rule: Option<String>,
    /// Kinds of events that are stood aside for; `earnings` needs no tape.
    #[serde(alias = "event", deserialize_with = "crate::one_or_many::kinds")]
    pub events: Option<Vec<String>>,
    /// Sessions before an event without entries, beside its own; 0 if absent.
    pub sessions_before: Option<u32>,
    /// Sessions after it; 0 if absent.
    pub sessions_after: Option<u32>,
    /// Hours without entries, for a clock within the session.
    pub blackout: Option<Vec<Hours>>,
    /// Days of the week without entries.
    pub blackout_weekdays: Option<Vec<TradingDay>>,
}

impl FilterRule {
    /// What it looks at: the symbol, the series or the rule; of the other kinds a word.
    pub fn subject(&self) -> &str {
        let named = self.symbol.as_deref().or(self.series.as_deref());
        named.or(self.rule.as_deref()).unwrap_or_else(|| {
            if self.events.is_some() {
                "events"
            } else if self.blackout.is_some() {
                "the time of day"
            } else if self.blackout_weekdays.is_some() {
                "the day of the week"
            } else {
                "nothing"
            }
        })
    }

    /// The sessions around events that it stands aside for, if it does.
    pub fn event_window(&self) -> Option<EventWindow<'_>> {
        Some(EventWindow {
            events: self.events.as_ref()?,
            sessions_before: self.sessions_before.unwrap_or(0),
            sessions_after: self.sessions_after.unwrap_or(0),
        })
    }

    /// The filter on every instant of the clock; unknown where the snapshot lacks what it needs.
    pub fn criterion(&self, clock: &Clock<'_>) -> Criterion {
        if let Some(window) = self.event_window() {
            return window.criterion(clock);
        }
        if let Some(hours) = &self.blackout {
            return blackout::outside_hours(hours, clock);
        }
        if let Some(days) = &self.blackout_weekdays {
            return blackout::on_other_days(days, clock);
        }
        let (name, column, min, max) = if let Some(symbol) = &self.symbol {
            let name = named(
                &format!("{symbol} change"),
                self.min_change,
                self.max_change,
                percent,
            );
            (
                name,
                change::session_change(clock, symbol),
                self.min_change,
                self.max_change,
            )
        } else {
            let series = self.subject();
            let name = named(series, self.min_level, self.max_level, |level| {
                level.to_string()
            });
            (
                name,
                level::last_level(clock, series),
                self.min_level,
                self.max_level,
            )
        };
        let within =
            |value: f64| min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max);
        let held = indicators::Mask::of(column.values(), |value| !value.is_nan() && within(value));
        let unknown = indicators::Mask::of(column.values(), f64::is_nan);
        Criterion {
            name,
            held,
            unknown,
        }
    }
}

fn named(
    subject: &str,
    min: Option<f64>,
    max: Option<f64>,
    show: impl Fn(f64) -> String,
) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{subject} {} to {}", show(min), show(max)),
        (Some(min), None) => format!("{subject} ≥ {}", show(min)),
        (None, Some(max)) => format!("{subject} ≤ {}", show(max)),
        (None, None) => subject.to_owned(),
    }
}
