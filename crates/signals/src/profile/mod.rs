//! What a profile file says: which symbol, which lengths, which thresholds. Defaults are IWM's.

mod check;

pub use check::ProfileError;

use serde::{Deserialize, Serialize};

/// Every parameter of the analyzer. The default is the IWM profile; an empty file is that profile.
///
/// "Sessions" are daily bars of the symbol. See docs/signals.md for each key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The symbol read.
    pub symbol: String,
    /// What it is compared with: the large caps.
    pub benchmark: String,
    /// The trend layer.
    pub trend: TrendProfile,
    /// The momentum layer.
    pub momentum: MomentumProfile,
    /// The breadth layer.
    pub breadth: BreadthProfile,
    /// The relative-strength layer.
    pub relative_strength: RelativeStrengthProfile,
    /// The ratio of symbol to benchmark.
    pub rotation: RotationProfile,
    /// The sum of the layers.
    pub composite: CompositeProfile,
    /// How large an entry may be.
    pub size: SizeProfile,
    /// What is shown beside the layers.
    pub context: ContextProfile,
}

/// `[trend]`: two exponential averages of the close.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrendProfile {
    /// Length of the fast average, sessions.
    pub fast_sessions: usize,
    /// Length of the slow average, sessions.
    pub slow_sessions: usize,
    /// Length of the ATR by which their distance is measured, sessions. The other layers take it too.
    pub atr_sessions: usize,
    /// The averages are separated while their distance is above this many ATR.
    pub separation_atr: f64,
    /// Sessions in a row that they must have been separated before a convergence counts.
    pub separation_sessions: usize,
    /// How long ago, in sessions, the separation may have ended, and over how many the distance must have shrunk.
    pub converging_sessions: usize,
}

/// `[momentum]`: two rates of change, and the mark of volume without which they are weak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MomentumProfile {
    /// The shorter rate of change, sessions.
    pub short_sessions: usize,
    /// The longer rate of change, sessions.
    pub long_sessions: usize,
    /// Sessions in which the volume mark is looked for, and whose range it is measured in.
    pub range_sessions: usize,
    /// How much of that range, from its low, counts as its lower part: a fraction.
    pub lower_fraction: f64,
    /// Length of the average volume, sessions.
    pub volume_sessions: usize,
}

/// Where the percentage of members above their average comes from. The caller reads it and hands it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreadthSource {
    /// A series of the tape, percent.
    Series(String),
    /// A universe of the tape, counted with [`indicators::Breadth`]: its members above their 50-day average.
    Universe(String),
}

/// `[breadth]`: how many members of the index stand above their own average.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BreadthProfile {
    /// Series or universe.
    pub source: BreadthSource,
    /// From here on breadth is bullish, and a rally below it diverges, percent.
    pub bullish_pct: f64,
    /// The least for a full-size entry; below it breadth is bearish, percent.
    pub full_size_pct: f64,
    /// A repair rises from below this reading, percent.
    pub repair_pct: f64,
    /// The close must be near the lowest close of this many sessions for a repair.
    pub repair_low_sessions: usize,
    /// How near, ATR.
    pub repair_atr: f64,
    /// Rising: above the reading this many published values ago. A repair's low reading must be among as many.
    pub rising_sessions: usize,
    /// A rally: the close above that of this many sessions ago.
    pub rally_sessions: usize,
}

/// `[relative_strength]`: the symbol's return less the benchmark's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RelativeStrengthProfile {
    /// Length of both returns, sessions.
    pub lookback_sessions: usize,
}

/// `[rotation]`: the change of the ratio symbol ÷ benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RotationProfile {
    /// Length of the change, sessions.
    pub sessions: usize,
    /// Leadership above this change, percent.
    pub leadership_pct: f64,
    /// Flight below this change, percent.
    pub flight_pct: f64,
}

/// `[composite]`: the sum of the layers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CompositeProfile {
    /// Bullish from this sum on.
    pub bullish_sum: i8,
    /// Bearish from this sum down.
    pub bearish_sum: i8,
}

/// `[size]`: the share of the usual size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SizeProfile {
    /// A full size in leadership; above 1 to press it. A full size in parity is 1.
    pub leadership_scale: f64,
    /// A half size.
    pub half_scale: f64,
}

/// `[context]`: series shown beside the layers. One the tape lacks is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ContextProfile {
    /// A session is wide from this many ATR on: its true range against the ATR that stood before it.
    pub wide_range_atr: f64,
    /// Length of the changes of curve slope and credit spread, sessions.
    pub change_sessions: usize,
    /// The short end of the curve, percent.
    pub short_rate_series: String,
    /// The long end of the curve, percent.
    pub long_rate_series: String,
    /// The credit spread, percent.
    pub credit_series: String,
    /// The symbol's own volatility index, points.
    pub volatility_series: String,
    /// The benchmark's 30-day volatility index, points.
    pub benchmark_volatility_series: String,
    /// The benchmark's 9-day volatility index, points.
    pub near_volatility_series: String,
    /// The benchmark's three-month volatility index, points.
    pub far_volatility_series: String,
    /// Short interest of the symbol, in whatever unit: it is ranked against its own past.
    pub short_interest_series: String,
    /// Published values of short interest in the ranking, the newest included. Two a month: 24 are a year.
    pub short_interest_readings: usize,
    /// Sessions for which a value of short interest stands.
    pub short_interest_sessions: usize,
    /// Short interest is high from this rank on, percent of its range.
    pub squeeze_rank_pct: f64,
    /// A breakout: the close above the highest high of this many sessions before it.
    pub breakout_sessions: usize,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            symbol: "IWM".to_owned(),
            benchmark: "SPY".to_owned(),
            trend: TrendProfile::default(),
            momentum: MomentumProfile::default(),
            breadth: BreadthProfile::default(),
            relative_strength: RelativeStrengthProfile::default(),
            rotation: RotationProfile::default(),
            composite: CompositeProfile::default(),
            size: SizeProfile::default(),
            context: ContextProfile::default(),
        }
    }
}

impl Default for TrendProfile {
    fn default() -> Self {
        Self {
            fast_sessions: 21,
            slow_sessions: 63,
            atr_sessions: 14,
            separation_atr: 1.0,
            separation_sessions: 20,
            converging_sessions: 5,
        }
    }
}

impl Default for MomentumProfile {
    fn default() -> Self {
        Self {
            short_sessions: 10,
            long_sessions: 21,
            range_sessions: 5,
            lower_fraction: 1.0 / 3.0,
            volume_sessions: 20,
        }
    }
}

impl Default for BreadthProfile {
    fn default() -> Self {
        Self {
            source: BreadthSource::Series("breadth50".to_owned()),
            bullish_pct: 55.0,
            full_size_pct: 50.0,
            repair_pct: 30.0,
            repair_low_sessions: 20,
            repair_atr: 1.0,
            rising_sessions: 5,
            rally_sessions: 10,
        }
    }
}

impl Default for RelativeStrengthProfile {
    fn default() -> Self {
        Self {
            lookback_sessions: 10,
        }
    }
}

impl Default for RotationProfile {
    fn default() -> Self {
        Self {
            sessions: 20,
            leadership_pct: 2.0,
            flight_pct: -2.0,
        }
    }
}

impl Default for CompositeProfile {
    fn default() -> Self {
        Self {
            bullish_sum: 2,
            bearish_sum: -2,
        }
    }
}

impl Default for SizeProfile {
    fn default() -> Self {
        Self {
            leadership_scale: 1.0,
            half_scale: 0.5,
        }
    }
}

impl Default for ContextProfile {
    fn default() -> Self {
        Self {
            wide_range_atr: 1.5,
            change_sessions: 20,
            short_rate_series: "DGS2".to_owned(),
            long_rate_series: "DGS10".to_owned(),
            credit_series: "BAMLH0A0HYM2".to_owned(),
            volatility_series: "RVX".to_owned(),
            benchmark_volatility_series: "VIX".to_owned(),
            near_volatility_series: "VIX9D".to_owned(),
            far_volatility_series: "VIX3M".to_owned(),
            short_interest_series: "short_interest".to_owned(),
            short_interest_readings: 24,
            short_interest_sessions: 25,
            squeeze_rank_pct: 80.0,
            breakout_sessions: 20,
        }
    }
}

impl Profile {
    /// The first row at which every layer and rotation can be known, counted from the first bar, if series and
    /// benchmark have a value on every row: what a window's warm-up has to leave in front of it.
    pub fn warm_up(&self) -> usize {
        let (trend, momentum, breadth) = (&self.trend, &self.momentum, &self.breadth);
        let volume = momentum
            .volume_sessions
            .saturating_add(momentum.range_sessions)
            .saturating_sub(2);
        [
            trend.slow_sessions.saturating_sub(1),
            trend.fast_sessions.saturating_sub(1),
            momentum.short_sessions,
            momentum.long_sessions,
            volume,
            trend.atr_sessions,
            breadth.repair_low_sessions.saturating_sub(1),
            breadth.rising_sessions,
            breadth.rally_sessions,
            self.relative_strength.lookback_sessions,
            self.rotation.sessions,
        ]
        .into_iter()
        .max()
        .unwrap_or(0)
    }

    /// The names of every series the profile reads, each once, in order of name; breadth's only if it is a series.
    pub fn series(&self) -> Vec<&str> {
        let context = &self.context;
        let mut names: Vec<&str> = vec![
            &context.short_rate_series,
            &context.long_rate_series,
            &context.credit_series,
            &context.volatility_series,
            &context.benchmark_volatility_series,
            &context.near_volatility_series,
            &context.far_volatility_series,
            &context.short_interest_series,
        ];
        if let BreadthSource::Series(name) = &self.breadth.source {
            names.push(name);
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}
