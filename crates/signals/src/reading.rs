//! One session's reading, for people.
//!
//! Prices are dollars of the session's own share basis, returns fractions; `None` is unknown. The thresholds are
//! the profile's.

use serde::Serialize;

use crate::flip::Flip;
use crate::size::Size;
use crate::state::{Layer, Rotation, State};

/// All that is known at one session's close.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// The row of the symbol's bars.
    pub row: usize,
    /// Its close, dollars.
    pub close_usd: Option<f64>,
    /// Fast average against slow.
    pub trend: TrendReading,
    /// Rates of change.
    pub momentum: MomentumReading,
    /// Members above their average.
    pub breadth: BreadthReading,
    /// Against the benchmark.
    pub relative_strength: RelativeStrengthReading,
    /// What money prefers.
    pub rotation: RotationReading,
    /// The sum.
    pub composite: CompositeReading,
    /// The size of an entry.
    pub size: Size,
    /// Its share of the usual size.
    pub size_scale: f64,
    /// Beside the layers.
    pub context: ContextReading,
}

/// The trend layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendReading {
    /// Bullish with the fast average above the slow.
    pub state: Option<State>,
    /// Fast average, dollars.
    pub fast_usd: Option<f64>,
    /// Slow average, dollars.
    pub slow_usd: Option<f64>,
    /// ATR, dollars.
    pub atr_usd: Option<f64>,
    /// (fast − slow) ÷ ATR.
    pub separation_atr: Option<f64>,
    /// Sessions in a row that the averages have been separated, this one included; 0 if they are not.
    pub separated_sessions: u32,
    /// The averages converge after a long separation.
    pub converging: Option<bool>,
    /// The close at which they cross.
    pub flip: Option<Flip>,
}

/// The momentum layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MomentumReading {
    /// Of both rates, neutral if weak.
    pub state: Option<State>,
    /// The shorter rate of change, a fraction.
    pub short_return: Option<f64>,
    /// The longer, a fraction.
    pub long_return: Option<f64>,
    /// Volume ÷ its average.
    pub relative_volume: Option<f64>,
    /// A close low in the range on high volume, lately.
    pub volume_mark: Option<bool>,
    /// The rates agree, but there is no mark.
    pub weak: Option<bool>,
    /// The nearest close at which the state changes.
    pub flip: Option<Flip>,
}

/// The breadth layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreadthReading {
    /// What the reading says, once divergence and repair are heard.
    pub state: Option<State>,
    /// Members above their average, percent.
    pub pct: Option<f64>,
    /// The published value that `rising` compares with, percent.
    pub before_pct: Option<f64>,
    /// The lowest of as many published values, percent.
    pub lowest_pct: Option<f64>,
    /// The return that makes a rally if above 0, a fraction.
    pub rally_return: Option<f64>,
    /// A rally without enough members.
    pub divergence: Option<bool>,
    /// Up from a low reading, with the price near its low.
    pub repair: Option<bool>,
    /// Above the value of some readings ago.
    pub rising: Option<bool>,
    /// The nearest reading at which the state changes.
    pub flip: Option<Flip>,
}

/// The relative-strength layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelativeStrengthReading {
    /// Bullish if the symbol leads.
    pub state: Option<State>,
    /// The symbol's return, a fraction.
    pub symbol_return: Option<f64>,
    /// The benchmark's, a fraction.
    pub benchmark_return: Option<f64>,
    /// Their difference, a fraction.
    pub lead: Option<f64>,
    /// It lags while the benchmark rises.
    pub deteriorating: Option<bool>,
    /// The close at which the returns are equal, the benchmark unchanged.
    pub flip: Option<Flip>,
}

/// Rotation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RotationReading {
    /// Leadership, parity or flight.
    pub state: Option<Rotation>,
    /// The change of the ratio, a fraction.
    pub ratio_change: Option<f64>,
    /// Above this next close it is leadership, the benchmark unchanged, dollars.
    pub leadership_above_usd: Option<f64>,
    /// Below this next close it is flight, the benchmark unchanged, dollars.
    pub flight_below_usd: Option<f64>,
}

/// The composite and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompositeReading {
    /// Bullish, neutral, bearish; unknown if no layer is known.
    pub state: Option<State>,
    /// The sum of the known layers.
    pub sum: Option<i8>,
    /// The layers it rests on.
    pub rests_on: Vec<Layer>,
    /// The layers without data.
    pub unknown: Vec<Layer>,
}

/// Beside the layers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContextReading {
    /// Long rate less short rate, percentage points.
    pub slope_pct: Option<f64>,
    /// Its change, percentage points.
    pub slope_change_pct: Option<f64>,
    /// Credit spread, percent.
    pub credit_pct: Option<f64>,
    /// Its change, percentage points.
    pub credit_change_pct: Option<f64>,
    /// The symbol's volatility index ÷ the benchmark's.
    pub volatility_ratio: Option<f64>,
    /// The benchmark's 9-day volatility ÷ its 30-day.
    pub near_term_ratio: Option<f64>,
    /// The benchmark's 30-day volatility ÷ its three-month.
    pub far_term_ratio: Option<f64>,
    /// True range ÷ the ATR that stood before the session.
    pub range_atr: Option<f64>,
    /// That is wide.
    pub wide_range: Option<bool>,
    /// ATR ÷ close of the symbol, a fraction.
    pub atr_fraction: Option<f64>,
    /// ATR ÷ close of the benchmark, a fraction.
    pub benchmark_atr_fraction: Option<f64>,
    /// The highest high of the last sessions, this one included, dollars: a next close above it is a breakout.
    pub breakout_above_usd: Option<f64>,
    /// This close is above the highest high of the sessions before.
    pub breakout: Option<bool>,
    /// Short interest in the range of its last published values, percent.
    pub short_interest_rank_pct: Option<f64>,
    /// A breakout on high short interest.
    pub squeeze: Option<bool>,
}
