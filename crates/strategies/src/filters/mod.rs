//! Filters: what must be so in the rest of the market before an entry is allowed.
//!
//! Each filter becomes a mask of its own on the plan's clock, judged when the order would be given;
//! it is never baked into the triggers, so that a veto can be told from a setup that never was.

mod change;
mod level;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::checklist::Criterion;
use crate::clock::Clock;
use crate::mean_reversion::percent;

pub use change::{reference_interval, session_change};
pub use level::{last_level, series_known_at};

/// The filters of a plan, by name.
pub type Filters = BTreeMap<String, FilterRule>;

/// One filter: the session's change of a symbol, or the level of a series, within bounds.
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
}

impl FilterRule {
    /// What it looks at: the symbol or the series.
    pub fn subject(&self) -> &str {
        self.symbol
            .as_deref()
            .or(self.series.as_deref())
            .or(self.rule.as_deref())
            .unwrap_or("nothing")
    }

    /// The filter on every instant of the clock; unknown where the snapshot lacks what it needs.
    pub fn criterion(&self, clock: &Clock<'_>) -> Criterion {
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
