//! The document of a run as types: what `run.json` holds, to be written and to be read again.
//!
//! docs/run-json.md describes it for its readers. Keys are added without notice; a key that changes its
//! meaning or goes away raises [`SCHEMA`].

use std::collections::BTreeMap;

use market::Date;
use serde::{Deserialize, Serialize};

use crate::conditions::ByCondition;
use crate::funnel::OverlayCounts;
use crate::options::{IntoStorm, OptionsTold, Variant};
use crate::outcome::{Band, ExitCount};
use crate::protected::Protected;
use crate::run::TapeFacts;
use crate::verdict::{Standing, Verdict};

/// Version of the document's meaning.
pub const SCHEMA: u32 = 1;

/// What a run says: `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Version of the meaning: [`SCHEMA`].
    pub schema: u32,
    /// Version of the program that ran it.
    pub stormproof: String,
    /// True if any price was made.
    pub simulated: bool,
    /// True if option prices come from a model.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub model: bool,
    /// The scenario's name.
    pub plan: String,
    /// The verdict over all regimes.
    pub verdict: Judgement,
    /// What to read the result with, in sentences.
    pub warnings: Vec<String>,
    /// The tape it ran on.
    pub tape: TapeFacts,
    /// The entry checklist, triggers first.
    pub criteria: Vec<Criterion>,
    /// The regimes, in the order asked for.
    pub regimes: Vec<RegimeDocument>,
    /// What stands beside the verdict of a plan that trades options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<BesideDocument>,
    /// Of the data that the regimes' `conditions` were read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions_fingerprint: Option<String>,
    /// The resolved plan, with the keys of the scenario file.
    pub scenario: serde_json::Value,
}

/// The verdict, and what it counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict over all regimes.
    pub verdict: Verdict,
    /// What the verdict means, in a sentence.
    pub meaning: String,
    /// How many held.
    pub regimes_holding: usize,
    /// How many failed.
    pub regimes_failing: usize,
    /// In how many there were too few trades to say.
    pub regimes_inconclusive: usize,
}

/// A line of the entry checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// The line, as reports say it.
    pub name: String,
    /// `trigger` or `filter`.
    pub kind: String,
}

/// A plan in one regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeDocument {
    /// Its name.
    pub name: String,
    /// First date of the window.
    pub from: Date,
    /// Last date of the window.
    pub to: Date,
    /// What happened then.
    pub storm: String,
    /// Whether the plan held.
    pub standing: Standing,
    /// Why, in sentences.
    pub reasons: Vec<String>,
    /// The figures.
    pub figures: FiguresDocument,
    /// Exits by reason.
    pub exits: BTreeMap<String, ExitCount>,
    /// What protection did; of a plan with `[protect]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected: Option<Protected>,
    /// Setups and what became of them.
    pub funnel: FunnelDocument,
    /// What ambiguous bars could change.
    pub band: Band,
    /// What its options say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<OptionsTold>,
    /// Its trades by what the market was like when they were decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ByCondition>,
}

/// What stands beside the verdict of a plan that trades options.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BesideDocument {
    /// The plan under other assumptions.
    pub sensitivity: Vec<Variant>,
    /// The plan over all of the tape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooled: Option<PooledDocument>,
}

/// The plan over all of the tape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PooledDocument {
    /// First date of the window.
    pub from: Date,
    /// Last date of the window.
    pub to: Date,
    /// Whether the plan held.
    pub standing: Standing,
    /// Net return, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// Largest drawdown at session closes, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// Of its trades.
    #[serde(flatten)]
    pub trades: TradesDocument,
    /// Structures opened before a storm and held into it.
    pub held_into: Vec<IntoStorm>,
}

/// The figures of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FiguresDocument {
    /// Sessions of the window.
    pub sessions: usize,
    /// True if they are too few for yearly figures.
    pub short_sample: bool,
    /// Equity before the window, dollars.
    pub start_equity_usd: f64,
    /// Equity at its end, dollars.
    pub end_equity_usd: f64,
    /// Interest on cash, dollars.
    pub interest_usd: f64,
    /// Of the account.
    #[serde(flatten)]
    pub account: AccountFigures,
    /// Of its trades.
    #[serde(flatten)]
    pub trades: TradesDocument,
}

/// Figures of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountFigures {
    /// Net return, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// The instrument's own price change over the window, a fraction, without dividends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument_return: Option<f64>,
    /// Largest drawdown at session closes, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// Largest drawdown at the ends of bars, a fraction.
    pub max_drawdown_bar: f64,
    /// The deepest fall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deepest_drawdown: Option<Fall>,
    /// Share of sessions in which a position was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<f64>,
    /// A year, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volatility: Option<f64>,
    /// A year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharpe: Option<f64>,
    /// A year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sortino: Option<f64>,
    /// A fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annualised_return: Option<f64>,
    /// Annualised return ÷ largest drawdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calmar: Option<f64>,
    /// Of session returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skewness: Option<f64>,
    /// Of session returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess_kurtosis: Option<f64>,
    /// Loss of a session exceeded in one of twenty, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_at_risk_5pct: Option<f64>,
    /// Mean loss of those, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditional_value_at_risk_5pct: Option<f64>,
}

/// A fall from a peak. Without a peak date the peak is the start equity; without a recovery date the window ended first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fall {
    /// Absent: the start equity was the peak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_date: Option<Date>,
    /// Its lowest close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trough_date: Option<Date>,
    /// Absent: not recovered inside the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_date: Option<Date>,
    /// Dollars.
    pub peak_equity_usd: f64,
    /// Dollars.
    pub trough_equity_usd: f64,
    /// From the peak to recovery, or to the end.
    pub duration_sessions: usize,
}

/// Figures of the trades.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TradesDocument {
    /// How many.
    pub trades: usize,
    /// With a net profit.
    pub wins: usize,
    /// A fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win_rate: Option<f64>,
    /// Its Wilson interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win_rate_95: Option<Interval>,
    /// Sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_holding_sessions: Option<f64>,
    /// Sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median_holding_sessions: Option<f64>,
    /// Net result of all, dollars.
    pub net_pnl_usd: f64,
    /// Mean net result, dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectancy_usd: Option<f64>,
    /// Mean R-multiple, of those that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expectancy_r: Option<f64>,
    /// How many have one.
    pub trades_with_r: usize,
    /// Gains ÷ losses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profit_factor: Option<f64>,
    /// Of the winners, dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_gain_usd: Option<f64>,
    /// Of the losers, dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_loss_usd: Option<f64>,
    /// Losing trades in a row.
    pub longest_losing_run: usize,
    /// Whose result rests on an assumption about the order inside a bar.
    pub ambiguous_trades: usize,
}

/// Between two fractions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Counts of setups by outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunnelDocument {
    /// Setups.
    pub setups: usize,
    /// That led to an entry.
    pub entered: usize,
    /// By the first filter that failed.
    pub vetoed: BTreeMap<String, usize>,
    /// Of these, where the filter could not be judged.
    pub vetoed_unknown: usize,
    /// While a position or an entry was open.
    pub busy: usize,
    /// Too soon after an exit.
    pub cooling_down: usize,
    /// Whose order was refused or withdrawn, by reason.
    pub rejected: BTreeMap<String, usize>,
    /// What overlays did; of a plan with some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlays: Option<OverlayCounts>,
    /// Of each criterion, at how many setups it held.
    pub held: Vec<HeldCriterion>,
}

/// At how many setups a criterion held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldCriterion {
    /// The criterion.
    pub criterion: String,
    /// How many.
    pub setups: usize,
}
