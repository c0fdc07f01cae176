//! What a sheet says of one bar: plain values, no judgement.

use market::Date;
use serde::Serialize;
use strategies::Reading;

use crate::plan::structure::StructureOfDay;
use crate::plan::tree::Step;

/// Whether a criterion holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// It does.
    Holds,
    /// It does not.
    Fails,
    /// A value it needs is unknown, which counts as not.
    Unknown,
}

/// A line of the checklist.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CheckLine {
    /// What it says.
    pub name: String,
    /// `trigger` or `filter`.
    pub kind: &'static str,
    /// Whether it holds.
    pub state: Held,
    /// The numbers it looks at.
    pub readings: Vec<Reading>,
}

/// What the plan says at the end of a bar, to an account that is flat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Not all triggers hold.
    NoSetup,
    /// They do, and a filter says no.
    Vetoed,
    /// All say yes, and the size comes to no share; or there is no structure that the plan would open.
    NoSize,
    /// Enter at the next open; structures: at the next close.
    Enter,
}

/// The sizing formula, worked through.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Sizing {
    /// Equity, dollars.
    pub equity_usd: f64,
    /// Equity put at risk, a fraction.
    pub risk_per_trade: f64,
    /// Equity × risk, dollars.
    pub risk_usd: f64,
    /// ATR at the decision, dollars.
    pub atr_usd: f64,
    /// From the close to the stop, dollars a share; negative where a level lies on the wrong side.
    pub stop_distance_usd: f64,
    /// The least distance that sizing assumes, dollars a share.
    pub least_distance_usd: f64,
    /// The greater of both: what the risk is divided by.
    pub sized_by_usd: f64,
    /// Risk ÷ that, before it is rounded down.
    pub shares_by_risk: f64,
    /// What a new position may cost, dollars.
    pub buying_power_usd: f64,
    /// That ÷ the close, before it is rounded down.
    pub shares_by_power: f64,
    /// What overlays scale the size by on this bar; 1 if none does.
    pub size_scale: f64,
    /// The shares ordered.
    pub shares: u64,
    /// Shares × close, dollars.
    pub value_usd: f64,
}

/// Stop and target, as if the entry filled at the decision's close. They move with the fill.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Levels {
    /// The decision's close, dollars.
    pub expected_fill_usd: f64,
    /// The protective stop, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_usd: Option<f64>,
    /// Where the stop by ATR alone would lie, dollars; it moves with the fill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_by_atr_usd: Option<f64>,
    /// The level the stop may lie at, dollars; it stays where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_level_usd: Option<f64>,
    /// The target, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_usd: Option<f64>,
}

/// The dates of a trade decided on this bar, all sessions of the calendar.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Schedule {
    /// The session of the entry, which is the trade's 1st.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Date>,
    /// New York time before which the entry must fill, `10:15`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_before: Option<String>,
    /// At this session's close progress is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_stop_judged: Option<Date>,
    /// At this session's open a trade without progress is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_stop_exit: Option<Date>,
    /// At this session's close the trade is over, whatever happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_session: Option<Date>,
    /// New York time by which the trade is left on the day of its entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_by: Option<String>,
}

/// An overlay on this bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverlayLine {
    /// Its name.
    pub name: String,
    /// `active`, `after`, `unknown` (its cautious half applies), or `off`.
    pub phase: &'static str,
    /// What it multiplies the size by.
    pub size: f64,
    /// What it multiplies the thresholds by.
    pub threshold: f64,
}

/// A bar of the date on which all triggers held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SetupOfDay {
    /// Its end, New York.
    pub time: String,
    /// Its close, dollars.
    pub close_usd: f64,
    /// The filter that said no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetoed_by: Option<String>,
    /// The shares of an entry; absent where none could be sized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shares: Option<u64>,
    /// Stop and target.
    #[serde(flatten)]
    pub levels: Option<Levels>,
}

/// A plan at the end of one bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DaySheet {
    /// The session.
    pub date: Date,
    /// The bar's end, New York.
    pub decided_at: String,
    /// The session closes early.
    pub half_day: bool,
    /// The bar's close, dollars.
    pub close_usd: f64,
    /// Triggers, then filters.
    pub checklist: Vec<CheckLine>,
    /// How many of them are triggers.
    pub triggers: usize,
    /// How many must hold.
    pub required: usize,
    /// The overlays, by name; none without any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<OverlayLine>,
    /// What the plan says.
    pub decision: Decision,
    /// The filter that says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vetoed_by: Option<String>,
    /// The size of an entry on this bar, whatever the checklist says; absent without an ATR or a session's range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Sizing>,
    /// Its levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Levels>,
    /// Of a plan that trades options: what it would open instead of shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structure: Option<StructureOfDay>,
    /// Its dates.
    pub schedule: Schedule,
    /// The plan's exit rule, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_rule: Option<CheckLine>,
    /// The rule by which the plan protects what it holds, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protect_rule: Option<CheckLine>,
    /// The decision tree, with the branch taken.
    pub tree: Vec<Step>,
    /// The bars of the session on which the setup held.
    pub setups: Vec<SetupOfDay>,
}
