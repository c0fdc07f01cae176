//! What a review says: the document that is kept beside the plan. What is not defined is absent.

use std::collections::BTreeMap;

use market::Date;
use serde::{Deserialize, Serialize};

/// The form of the document. A key that changes its meaning raises it.
pub const SCHEMA: u32 = 1;

/// One review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The file's name: one under another name is a copy.
    #[serde(default)]
    pub file: String,
    /// Version of the program that made it.
    pub stormproof: String,
    /// True if any price was made.
    pub simulated: bool,
    /// The seed they were made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// True if option prices may come from a model.
    pub model: bool,
    /// True if some are real quotes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quoted: bool,
    /// The plan's name.
    pub plan: String,
    /// Names the plan had in earlier reviews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// The last session that it knows.
    pub as_of: Date,
    /// What became of the edge.
    pub edge: EdgeTold,
    /// The data it used.
    pub data: DataTold,
    /// The trades that the edge was frozen from.
    pub baseline: Baseline,
    /// The trades that were closed since.
    pub monitored: TradesTold,
    /// Both together: every trade closed since the plan was warm.
    pub history: TradesTold,
    /// The control charts over the monitored trades.
    pub charts: Vec<ChartTold>,
    /// The last twelve months of them, oldest first.
    pub months: Vec<Month>,
    /// Verdict over the regimes that had ended; those before the history count as inconclusive.
    pub verdict: String,
    /// The scenario's regimes.
    pub regimes: Vec<RegimeTold>,
    /// Trailing windows, shortest first, each with a fresh account.
    pub windows: Vec<WindowTold>,
    /// What the plan's next order hangs on.
    pub inputs: Inputs,
    /// What to read it with.
    pub warnings: Vec<String>,
    /// The resolved plan: file, overrides and defaults.
    pub scenario: serde_json::Value,
    /// File names of the reviews it was compared with, oldest first.
    pub earlier: Vec<String>,
    /// What changed since the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// Of the file's own text, with this value empty.
    pub checksum: String,
}

/// What became of the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The baseline shows an edge and no chart stands beyond its limit.
    Intact,
    /// A chart stands beyond its limit.
    Degrading,
    /// The same, and what came since the change made nothing or lost: mean and interval speak against the baseline's mean.
    Gone,
    /// The baseline's own expectancy is not above zero by its interval: there is no edge to lose.
    NotShown,
    /// Of the baseline or since.
    TooFewTrades,
}

impl State {
    /// Every state.
    pub const ALL: [State; 5] = [
        State::Intact,
        State::Degrading,
        State::Gone,
        State::NotShown,
        State::TooFewTrades,
    ];

    /// The word used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Intact => "intact",
            State::Degrading => "degrading",
            State::Gone => "gone",
            State::NotShown => "not shown",
            State::TooFewTrades => "too few trades",
        }
    }

    /// True if it is no worse than `demanded`. What was not shown, or cannot be said, meets no demand.
    pub fn meets(self, demanded: State) -> bool {
        let rank = |state| match state {
            State::Intact => Some(2),
            State::Degrading => Some(1),
            State::Gone => Some(0),
            State::NotShown | State::TooFewTrades => None,
        };
        match (rank(self), rank(demanded)) {
            (Some(have), Some(want)) => have >= want,
            _ => false,
        }
    }
}

/// The edge, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeTold {
    /// The judgement.
    pub state: State,
    /// Why, in sentences.
    pub why: Vec<String>,
    /// First date of the trades since the change, if an alarm stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_on: Option<Date>,
    /// The trades closed since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<TradesTold>,
}

/// The data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataTold {
    /// First session of the instrument's bars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// Of every bar, series, dividend, split, event and chain that the plan reads, to the review's date.
    pub fingerprint: String,
    /// Sessions of the history.
    pub sessions: usize,
}

/// What the edge is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// First session of the plan's history: it is warm then.
    pub from: Date,
    /// `--since`, if it was given: else the start is a fact of the tape and the plan's warm-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Trades closed by this date belong to the baseline, later ones are monitored. Frozen by the first review.
    pub to: Date,
    /// Its trades.
    #[serde(flatten)]
    pub trades: TradesTold,
    /// What the charts of size count in: `R`, or `return` (of the position's cost) of a plan without stops.
    pub unit: String,
    /// Monitored trades for which the charts' limits hold.
    pub horizon_trades: usize,
    /// Chance of any false alarm over them, by the draws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_alarm: Option<f64>,
}

/// Figures of trades that were closed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TradesTold {
    /// How many.
    pub trades: usize,
    /// Net profit above 0.
    pub wins: usize,
    /// Won ÷ all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub win_rate: Option<f64>,
    /// Mean R multiple.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_r: Option<f64>,
    /// Mean net profit, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_usd: Option<f64>,
    /// 95 % bootstrap interval of the expectancy, in the baseline's unit: R, or dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expectancy_95: Option<Limit>,
    /// Mean of those above 0, dollars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_gain_usd: Option<f64>,
    /// Mean of those below 0, dollars, negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub average_loss_usd: Option<f64>,
    /// Average gain ÷ average loss, both as sizes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payoff: Option<f64>,
    /// Most in a row without a win.
    pub longest_losing_run: usize,
    /// All of it, dollars.
    pub net_pnl_usd: f64,
}

/// Two ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A chart over the monitored trades.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChartTold {
    /// `win-rate`, `expectancy`, `payoff`, `losing-run`.
    pub chart: String,
    /// Where it stands after the last trade.
    pub value: f64,
    /// Beyond it is an alarm.
    pub limit: f64,
    /// Its alarms, oldest first.
    pub alarms: Vec<AlarmTold>,
}

/// An alarm of a chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmTold {
    /// Exit of the first trade since the chart's last zero.
    pub began: Date,
    /// Exit of the trade that passed the limit.
    pub raised: Date,
    /// Exit of the trade that brought it back to zero; absent while it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Date>,
}

/// The trades of a month against what so many of the baseline's may look like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Month {
    /// `2022-09`, by exits.
    pub month: String,
    /// Its trades.
    #[serde(flatten)]
    pub trades: TradesTold,
    /// Mean of the scores the limits are of: R or return.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// 99 % limits by figure: `win_rate`, `expectancy` (of `score`), `payoff` (of scores), `longest_losing_run`. No alarm comes
    /// of them: of a hundred months one is outside.
    pub limits: BTreeMap<String, Limit>,
    /// Figures outside them, on the worse side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outside: Vec<String>,
}

/// A regime of the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeTold {
    /// Its name.
    pub name: String,
    /// First date.
    pub from: Date,
    /// Last date.
    pub to: Date,
    /// `holds`, `fails`, `inconclusive`; `not yet` if it had not ended; `before the history`.
    pub standing: String,
    /// How the plan fared, if it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figures: Option<WindowFigures>,
}

/// A trailing window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowTold {
    /// `63 sessions`, `252 sessions`, `756 sessions`, `history`.
    pub window: String,
    /// First session.
    pub from: Date,
    /// Last session.
    pub to: Date,
    /// How the plan fared.
    pub figures: WindowFigures,
}

/// A window replayed with a fresh account; a trade open at its end is closed there and counts, as in every run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WindowFigures {
    /// Equity at the end ÷ start equity − 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_return: Option<f64>,
    /// At session closes, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_drawdown: Option<f64>,
    /// The instrument held, a fraction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument_return: Option<f64>,
    /// Its trades.
    #[serde(flatten)]
    pub trades: TradesTold,
}

/// What the plan's next order hangs on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// The instrument's ATR.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atr: Option<Atr>,
    /// What trading cost in the last 252 sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// The fund's sector weights; absent where the tape knew none by then: unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector_weights: Option<Weights>,
}

/// ATR at the last close.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Atr {
    /// Dollars.
    pub atr_usd: f64,
    /// ÷ close.
    pub of_close: f64,
    /// Median of ATR ÷ close over the last 252 sessions, one value a session.
    pub of_close_median_1y: f64,
}

/// Costs of the trades closed in the last 252 sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// How many.
    pub trades: usize,
    /// Commission a trade, both ways.
    pub commission_usd: f64,
    /// Slippage a trade, both ways.
    pub slippage_usd: f64,
    /// Both, in basis points of the position's cost at entry; of options, of the premium at entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bps: Option<f64>,
    /// Both, in R; of the trades that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r: Option<f64>,
    /// Both ÷ the profit before them; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_gross_profit: Option<f64>,
    /// What the plan assumes, in sentences.
    pub assumed: Vec<String>,
}

/// Sector weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Their date.
    pub date: Date,
    /// Percent of the fund, by sector.
    pub percent: BTreeMap<String, f64>,
}

/// What changed since an earlier review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// Its file.
    pub since: String,
    /// Its date.
    pub since_as_of: Date,
    /// The edge then.
    pub state_then: State,
    /// Sessions after the earlier review's date.
    pub sessions_more: usize,
    /// First session of the history then, if it is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_then: Option<Date>,
    /// Sessions between the two.
    #[serde(default)]
    pub sessions_moved: usize,
    /// True if what the tape says of the time before is not what it said then; absent if that cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revised: Option<bool>,
    /// Settings that differ.
    pub parameters: Vec<Parameter>,
    /// The program's version then, if it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engine_then: Option<String>,
    /// Figures of the whole history, from then to now.
    pub figures: Vec<Bridge>,
    /// Why a figure's difference could not be taken apart, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_attributed: Option<String>,
    /// Inputs then and now.
    pub inputs: Vec<Changed>,
}

/// A setting then and now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its dotted path.
    pub key: String,
    /// Then; absent if it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<serde_json::Value>,
    /// Now; absent if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<serde_json::Value>,
}

/// A figure's way from then to now: `was + revised_or_engine + more_data + parameters = now`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// `trades`, `win_rate`, `expectancy_r`, `expectancy_usd`, `net_pnl_usd` of the history.
    pub figure: String,
    /// In the earlier review.
    pub was: f64,
    /// The earlier plan on today's data to the earlier date, less `was`.
    pub revised_or_engine: f64,
    /// What of the two it is due to: `revised data`, `engine`, `revised data and engine`, `nothing`.
    pub due_to: String,
    /// The earlier plan on all of today's data, less that.
    pub more_data: f64,
    /// Today's plan on the same, less that.
    pub parameters: f64,
    /// Now.
    pub now: f64,
}

/// A number then and now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// `atr_usd`, `atr_of_close`, `cost_bps`, `cost_r`.
    pub input: String,
    /// Then.
    pub was: f64,
    /// Now.
    pub now: f64,
}

impl Review {
    /// True if an alarm stands on any chart.
    pub fn alarmed(&self) -> bool {
        self.charts.iter().any(ChartTold::stands)
    }
}

impl ChartTold {
    /// True if an alarm of it stands.
    pub fn stands(&self) -> bool {
        self.alarms
            .last()
            .is_some_and(|alarm| alarm.ended.is_none())
    }
}
