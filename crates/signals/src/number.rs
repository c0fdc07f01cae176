//! The numbers of the analyzer that do not depend on a share's price: one column each.

use serde::Serialize;

/// A number, by name. The unit is the last word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// (fast average − slow average) ÷ ATR.
    SeparationAtr,
    /// The shorter rate of change, a fraction.
    ShortReturn,
    /// The longer rate of change, a fraction.
    LongReturn,
    /// Volume ÷ its average.
    RelativeVolume,
    /// Members above their average, percent.
    BreadthPct,
    /// Return less the benchmark's, a fraction.
    Lead,
    /// Change of the ratio symbol ÷ benchmark, a fraction.
    RatioChange,
    /// Long rate less short rate, percentage points.
    SlopePct,
    /// Its change, percentage points.
    SlopeChangePct,
    /// Credit spread, percent.
    CreditPct,
    /// Its change, percentage points.
    CreditChangePct,
    /// The symbol's volatility index ÷ the benchmark's.
    VolatilityRatio,
    /// The benchmark's 9-day volatility ÷ its 30-day: above 1 fear is near.
    NearTermRatio,
    /// The benchmark's 30-day volatility ÷ its three-month: above 1 the term structure is inverted.
    FarTermRatio,
    /// True range ÷ the ATR that stood before the session.
    RangeAtr,
    /// ATR ÷ close of the symbol, a fraction.
    AtrFraction,
    /// ATR ÷ close of the benchmark, a fraction.
    BenchmarkAtrFraction,
    /// Short interest in the range of its last published values, percent.
    ShortInterestRankPct,
}

impl Number {
    /// All of them.
    pub const ALL: [Number; 18] = [
        Number::SeparationAtr,
        Number::ShortReturn,
        Number::LongReturn,
        Number::RelativeVolume,
        Number::BreadthPct,
        Number::Lead,
        Number::RatioChange,
        Number::SlopePct,
        Number::SlopeChangePct,
        Number::CreditPct,
        Number::CreditChangePct,
        Number::VolatilityRatio,
        Number::NearTermRatio,
        Number::FarTermRatio,
        Number::RangeAtr,
        Number::AtrFraction,
        Number::BenchmarkAtrFraction,
        Number::ShortInterestRankPct,
    ];

    /// Its name in files: `separation_atr`.
    pub const fn word(self) -> &'static str {
        match self {
            Number::SeparationAtr => "separation_atr",
            Number::ShortReturn => "short_return",
            Number::LongReturn => "long_return",
            Number::RelativeVolume => "relative_volume",
            Number::BreadthPct => "breadth_pct",
            Number::Lead => "lead",
            Number::RatioChange => "ratio_change",
            Number::SlopePct => "slope_pct",
            Number::SlopeChangePct => "slope_change_pct",
            Number::CreditPct => "credit_pct",
            Number::CreditChangePct => "credit_change_pct",
            Number::VolatilityRatio => "volatility_ratio",
            Number::NearTermRatio => "near_term_ratio",
            Number::FarTermRatio => "far_term_ratio",
            Number::RangeAtr => "range_atr",
            Number::AtrFraction => "atr_fraction",
            Number::BenchmarkAtrFraction => "benchmark_atr_fraction",
            Number::ShortInterestRankPct => "short_interest_rank_pct",
        }
    }
}
