//! A claim as it is written.

use std::collections::BTreeMap;

use market::Interval;
use serde::Deserialize;

use crate::scenario::Lets;

use super::claim::OfTrades;
use super::size::Direction;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub(super) name: String,
    pub(super) claim: String,
    pub(super) symbol: Option<String>,
    pub(super) interval: Option<Interval>,
    #[serde(default)]
    pub(super) effect: EffectForm,
    #[serde(default = "twenty")]
    pub(super) min_events: u32,
    #[serde(default, rename = "let")]
    pub(super) lets: Lets,
    pub(super) event: EventForm,
    pub(super) outcome: OutcomeForm,
    pub(super) control: Option<ControlForm>,
    pub(super) trades: Option<TradesForm>,
    pub(super) expect: ExpectForm,
}

const fn twenty() -> u32 {
    20
}

/// `effect`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum EffectForm {
    /// Mean after events less that of controls.
    #[default]
    Difference,
    /// The one over the other.
    Ratio,
    /// Mean after events alone.
    Mean,
}

/// `[event]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventForm {
    pub(super) when: String,
    pub(super) every_bar: Option<bool>,
    #[serde(default)]
    pub(super) without: BTreeMap<String, String>,
}

/// `[outcome]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeForm {
    pub(super) value: Option<String>,
    pub(super) holds: Option<String>,
    pub(super) horizon_bars: Option<u32>,
    pub(super) of_trade: Option<OfTrades>,
}

/// `[control]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ControlForm {
    pub(super) when: Option<String>,
    pub(super) every_bar: Option<bool>,
    pub(super) value: Option<String>,
    pub(super) holds: Option<String>,
}

/// `[trades]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TradesForm {
    pub(super) scenario: String,
    #[serde(default)]
    pub(super) set: Vec<String>,
    #[serde(default)]
    pub(super) after_bars: u32,
}

/// `[expect]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectForm {
    pub(super) direction: Direction,
    pub(super) than: Option<f64>,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    pub(super) between: Option<[f64; 2]>,
    pub(super) about: Option<f64>,
}
