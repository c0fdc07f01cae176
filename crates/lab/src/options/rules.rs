//! Where option prices come from: `[options]` of a scenario.

use serde::{Deserialize, Serialize};

use super::quoted::QuoteSource;
pub use strategies::iron_condor::RATIO_SERIES;

/// What levels the surface of a model's prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LevelSource {
    /// The volatility index: the surface's own variance strip over 30 days is the index.
    #[default]
    Index,
    /// The tape's chain as of the close, else the one of the session before: the surface's strip is the chain's at each of its
    /// expiries. Where there is neither nothing is priced.
    Quotes,
}

/// Where option prices come from. What is not quoted is a model's, and says so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OptionRules {
    /// Whether quotes are the tape's chains, a model's, or the first where there are any.
    pub quotes: QuoteSource,
    /// What the level of a model's prices is from.
    pub level: LevelSource,
    /// The series of the instrument's own 30-day volatility index, in points.
    pub index: String,
    /// Whether other tenors than 30 days follow VIX9D ÷ VIX and VIX3M ÷ VIX; else volatility is the same for all.
    pub term: bool,
    /// The series of the interest rate, percent a year.
    pub rate: String,
    /// The shipped skew times this; 0 gives every strike the same volatility.
    pub skew_scale: f64,
    /// The level of volatility times this.
    pub level_scale: f64,
    /// Bid–ask widths of the instrument as a multiple of SPY's.
    pub width_multiplier: f64,
    /// Widths grow with this power of (index ÷ 20) above 20 points.
    pub width_stress_power: f64,
}

impl Default for OptionRules {
    fn default() -> Self {
        let assumed = options::quotes::Assumed::default();
        Self {
            quotes: QuoteSource::default(),
            level: LevelSource::default(),
            index: "RVX".to_owned(),
            term: true,
            rate: "DGS3MO".to_owned(),
            skew_scale: 1.0,
            level_scale: 1.0,
            width_multiplier: assumed.multiplier,
            width_stress_power: assumed.stress_power,
        }
    }
}

impl OptionRules {
    /// The series that prices are made from: of real chains alone, and of a model that they level, the rate.
    pub fn series(&self) -> Vec<String> {
        if self.quotes == QuoteSource::Quoted || self.level == LevelSource::Quotes {
            return vec![self.rate.clone()];
        }
        let mut series = vec![self.index.clone(), self.rate.clone()];
        if self.term {
            series.extend(RATIO_SERIES.map(str::to_owned));
        }
        series
    }
}
