//! How the verdict changes with what nobody knows exactly: the share of the spread that is paid, the skew, the source of
//! volatility.

use options::volatility::MAX_SKEW_SCALE;
use serde::{Deserialize, Serialize};

use super::quoted::QuoteSource;
use super::rules::{LevelSource, OptionRules};
use crate::scenario::Scenario;
use crate::verdict::{Standing, Verdict};

/// One assumption changed, everything else as planned.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// What is changed, for people.
    pub name: &'static str,
    change: fn(&mut Scenario),
}

/// A plan under one assumption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// What was changed.
    pub name: String,
    /// Its regimes, in the order of the run.
    pub regimes: Vec<VariantRegime>,
    /// Its verdict.
    pub verdict: Verdict,
}

/// A regime under one assumption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariantRegime {
    /// The regime.
    pub name: String,
    /// Net return, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// Largest drawdown at session closes, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// Trades.
    pub trades: usize,
    /// Whether it held.
    pub standing: Standing,
}

const SPREAD: &str = "spread crossed";
const STEEPER: &str = "skew a tenth steeper";
const STEEPENED: f64 = 1.1;
const INDEX_AT_ALL: &str = "IV: index at all tenors";

/// The assumptions, in the order in which they are shown.
pub const ASSUMPTIONS: [Assumption; 8] = [
    Assumption {
        name: "spread crossed 0.25",
        change: |s| crossed(s, 0.25),
    },
    Assumption {
        name: "spread crossed 0.5",
        change: |s| crossed(s, 0.5),
    },
    Assumption {
        name: "spread crossed 1.0",
        change: |s| crossed(s, 1.0),
    },
    Assumption {
        name: "skew a third flatter",
        change: |s| skew(s, 2.0 / 3.0),
    },
    Assumption {
        name: STEEPER,
        change: |s| skew(s, STEEPENED),
    },
    Assumption {
        name: INDEX_AT_ALL,
        change: |s| {
            if let Some(options) = &mut s.options {
                options.term = false;
            }
        },
    },
    Assumption {
        name: "IV: a tenth lower",
        change: |s| level(s, 0.9),
    },
    Assumption {
        name: "IV: a tenth higher",
        change: |s| level(s, 1.1),
    },
];

impl Assumption {
    /// What is changed in `scenario`: where chains level the model there is no index to take at all tenors, and a skew can only be
    /// so steep.
    pub fn name_in(&self, scenario: &Scenario) -> &'static str {
        let by_quotes = |rules: &OptionRules| rules.level == LevelSource::Quotes;
        if self.name == INDEX_AT_ALL && scenario.options.as_ref().is_some_and(by_quotes) {
            return "IV: 30 days' everywhere";
        }
        if self.name == STEEPER && capped(scenario) {
            return "skew at its steepest";
        }
        self.name
    }

    /// True if it could change anything: without a model there is no skew and no level to change, without tenors apart none to
    /// bring together, and no multiple of no skew is one. A row that can only repeat the headline would pass for robustness.
    pub fn applies_to(&self, scenario: &Scenario) -> bool {
        let changed = self.of(scenario);
        let Some((before, after)) = scenario.options.as_ref().zip(changed.options.as_ref()) else {
            return true;
        };
        let of_model = before != after;
        // A spread crossed as the plan has it stays: it is the row that the others are read against.
        changed.option_costs != scenario.option_costs
            || (of_model && before.quotes != QuoteSource::Quoted)
            || self.name.starts_with(SPREAD)
    }

    /// The plan under it.
    pub fn of(&self, scenario: &Scenario) -> Scenario {
        let mut changed = scenario.clone();
        (self.change)(&mut changed);
        changed
    }
}

fn crossed(scenario: &mut Scenario, share: f64) {
    if let Some(costs) = &mut scenario.option_costs {
        costs.spread_crossed = share;
    }
}

fn skew(scenario: &mut Scenario, times: f64) {
    if let Some(options) = &mut scenario.options {
        options.skew_scale = (options.skew_scale * times).min(MAX_SKEW_SCALE);
    }
}

/// Whether a steeper skew than the plan's would allow arbitrage.
fn capped(scenario: &Scenario) -> bool {
    let rules = scenario.options.as_ref();
    rules.is_some_and(|rules| rules.skew_scale * STEEPENED > MAX_SKEW_SCALE)
}

fn level(scenario: &mut Scenario, times: f64) {
    if let Some(options) = &mut scenario.options {
        options.level_scale *= times;
    }
}
