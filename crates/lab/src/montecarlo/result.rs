//! What a Monte Carlo says.

use market::Date;
use serde::Serialize;

use crate::run::TapeFacts;

/// How else a plan could have gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonteCarlo {
    /// The plan's name.
    pub plan: String,
    /// What it trades.
    pub symbol: String,
    /// On which bars.
    pub interval: String,
    /// Equity the plan puts at risk on each trade, a fraction.
    pub risk_per_trade: f64,
    /// What was drawn.
    pub settings: Settings,
    /// The tape.
    pub tape: TapeFacts,
    /// Each window, in the order asked for.
    pub windows: Vec<WindowCarlo>,
    /// All windows as one course, one after another; absent if there is but one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pooled: Option<WindowCarlo>,
    /// What the result should be read with.
    pub warnings: Vec<String>,
}

/// What decides the draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Draws of trades, orders and days.
    pub resamples: u64,
    /// Draws that are replays.
    pub replays: u64,
    /// Seed of all draws.
    pub seed: u64,
    /// The share of start equity whose loss is called ruin.
    pub ruin: f64,
    /// Standard deviation of the noise on prices, in ATR.
    pub noise_atr: f64,
}

/// One window, or all as one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowCarlo {
    /// The regime's name; `pooled` for all.
    pub name: String,
    /// First date; absent for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Sessions.
    pub sessions: usize,
    /// The plan as it is.
    pub as_run: Once,
    /// Replays of one change each.
    pub variants: Vec<Variant>,
    /// What was drawn many times.
    pub drawn: Vec<Drawn>,
}

/// One course of events.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Once {
    /// Equity at the end ÷ start equity − 1.
    pub net_return: f64,
    /// Deepest loss from a running peak at session closes.
    pub max_drawdown: f64,
    /// Closed trades.
    pub trades: usize,
    /// Ruin came: see [`Spread::ruin_probability`].
    pub ruined: bool,
}

/// A replay with one change.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Variant {
    /// The change.
    pub what: &'static str,
    /// What came of it.
    #[serde(flatten)]
    pub result: Once,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The trades, with replacement.
    Trades,
    /// The order of the trades.
    Order,
    /// Sessions in blocks.
    Days,
    /// Entries at random, with the plan's exits and size; replayed.
    RandomEntries,
    /// Prices with noise; replayed.
    PriceNoise,
}

/// One method's draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drawn {
    /// What was drawn.
    pub method: Method,
    /// What came of it; absent where there was nothing to draw from.
    #[serde(flatten)]
    pub spread: Option<Spread>,
    /// Why there was nothing to draw from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absent: Option<&'static str>,
}

/// What came of many draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// How many.
    pub draws: usize,
    /// Net returns.
    pub net_return: Quantiles,
    /// Deepest drawdowns: at trades' closes where trades were drawn, at session closes elsewhere.
    pub max_drawdown: Quantiles,
    /// Share of draws in which equity was ever at or below `1 − ruin` of the start, at the same closes.
    pub ruin_probability: f64,
    /// Mean block of days, sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_sessions: Option<f64>,
    /// Mean number of trades, where draws were replays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_trades: Option<f64>,
    /// How the plan stands among random entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random: Option<RandomEntries>,
}

/// How often chance did as well.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RandomEntries {
    /// Draws whose net return was the plan's or more.
    pub as_good: usize,
    /// `(1 + as good) ÷ (1 + draws)`.
    pub p_value: f64,
}

/// Quantiles of many draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// 1 %.
    pub p1: f64,
    /// 5 %.
    pub p5: f64,
    /// 25 %.
    pub p25: f64,
    /// The median.
    pub p50: f64,
    /// 75 %.
    pub p75: f64,
    /// 95 %.
    pub p95: f64,
    /// 99 %.
    pub p99: f64,
}
