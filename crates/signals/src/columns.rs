//! All columns, computed once.

use indicators::Column;

use crate::breadth::Breadth;
use crate::context::Context;
use crate::inputs::Inputs;
use crate::momentum::Momentum;
use crate::number::Number;
use crate::profile::{CompositeProfile, Profile};
use crate::reading::{CompositeReading, Reading};
use crate::rows::Rows;
use crate::size::{Grounds, Size};
use crate::state::{Flag, Layer, Rotation, State};
use crate::strength::Strength;
use crate::trend::Trend;

/// Layers, rotation, composite, size and context, a row a bar of the symbol.
///
/// A profile that fails [`Profile::check`] gives columns all the same: what it makes meaningless is unknown.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    profile: Profile,
    rows: Rows,
    trend: Trend,
    momentum: Momentum,
    breadth: Breadth,
    strength: Strength,
    context: Context,
    composite: Vec<Option<State>>,
    size: Vec<Size>,
}

impl Columns {
    /// Computes every column. Row `i` depends on what was known at that bar's close only.
    pub fn compute(profile: &Profile, inputs: &Inputs<'_>) -> Self {
        let rows = Rows::new(inputs.bars, &inputs.basis);
        let trend = Trend::new(&profile.trend, &rows);
        let benchmark = inputs.benchmark.as_ref().map(|b| &b.close);
        let mut columns = Self {
            momentum: Momentum::new(&profile.momentum, &rows),
            breadth: Breadth::new(&profile.breadth, &rows, &trend.atr, inputs.breadth.as_ref()),
            strength: Strength::new(
                &profile.relative_strength,
                &profile.rotation,
                &rows,
                benchmark,
            ),
            context: Context::new(&profile.context, &rows, &trend.atr, inputs),
            profile: profile.clone(),
            composite: Vec::new(),
            size: Vec::new(),
            rows,
            trend,
        };
        let len = columns.rows.len();
        columns.composite = (0..len)
            .map(|i| Some(composite(&profile.composite, columns.sum(i)?)))
            .collect();
        columns.size = (0..len).map(|i| Size::of(columns.grounds(i))).collect();
        columns
    }

    /// Rows: bars of the symbol.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// True without rows.
    pub const fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// The profile they were computed with.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// A layer's states; `None` where it is unknown.
    pub fn state(&self, layer: Layer) -> &[Option<State>] {
        match layer {
            Layer::Trend => &self.trend.state,
            Layer::Momentum => &self.momentum.state,
            Layer::Breadth => &self.breadth.state,
            Layer::RelativeStrength => &self.strength.state,
        }
    }

    /// The composite; `None` where no layer is known.
    pub fn composite(&self) -> &[Option<State>] {
        &self.composite
    }

    /// Rotation; `None` where it is unknown.
    pub fn rotation(&self) -> &[Option<Rotation>] {
        &self.strength.rotation
    }

    /// The size of an entry.
    pub fn size(&self) -> &[Size] {
        &self.size
    }

    /// A flag's rows; `None` where it is unknown.
    pub fn flag(&self, flag: Flag) -> &[Option<bool>] {
        match flag {
            Flag::Converging => &self.trend.converging,
            Flag::VolumeMark => &self.momentum.mark,
            Flag::Divergence => &self.breadth.divergence,
            Flag::Repair => &self.breadth.repair,
            Flag::BreadthRising => &self.breadth.rising,
            Flag::Deteriorating => &self.strength.deteriorating,
            Flag::WideRange => &self.context.wide_range,
            Flag::Breakout => &self.context.breakout,
            Flag::Squeeze => &self.context.squeeze,
        }
    }

    /// A number's column.
    pub const fn number(&self, number: Number) -> &Column {
        match number {
            Number::SeparationAtr => &self.trend.separation_atr,
            Number::ShortReturn => &self.momentum.short,
            Number::LongReturn => &self.momentum.long,
            Number::RelativeVolume => &self.momentum.relative_volume,
            Number::BreadthPct => &self.breadth.pct,
            Number::Lead => &self.strength.lead,
            Number::RatioChange => &self.strength.change,
            Number::SlopePct => &self.context.slope_pct,
            Number::SlopeChangePct => &self.context.slope_change_pct,
            Number::CreditPct => &self.context.credit_pct,
            Number::CreditChangePct => &self.context.credit_change_pct,
            Number::VolatilityRatio => &self.context.volatility_ratio,
            Number::NearTermRatio => &self.context.near_term_ratio,
            Number::FarTermRatio => &self.context.far_term_ratio,
            Number::RangeAtr => &self.context.range_atr,
            Number::AtrFraction => &self.context.atr_fraction,
            Number::BenchmarkAtrFraction => &self.context.benchmark_atr_fraction,
            Number::ShortInterestRankPct => &self.context.short_interest_rank_pct,
        }
    }

    /// The sum of the layers known at row `i`; `None` if none is.
    pub fn sum(&self, i: usize) -> Option<i8> {
        let known = Layer::ALL
            .iter()
            .filter_map(|&layer| self.layer_at(layer, i));
        known.map(State::score).reduce(|sum, score| sum + score)
    }

    fn layer_at(&self, layer: Layer, i: usize) -> Option<State> {
        self.state(layer).get(i).copied().flatten()
    }

    fn grounds(&self, i: usize) -> Grounds {
        let breadth = &self.profile.breadth;
        let pct = self.breadth.pct.get(i);
        let flag = |flag| self.flag(flag).get(i).copied().flatten();
        Grounds {
            composite: self.composite.get(i).copied().flatten(),
            rotation: self.rotation().get(i).copied().flatten(),
            divergence: flag(Flag::Divergence),
            enough: pct.map(|pct| pct >= breadth.full_size_pct),
            broad: pct.map(|pct| pct >= breadth.bullish_pct),
            rising: flag(Flag::BreadthRising),
            mark: flag(Flag::VolumeMark),
        }
    }

    /// Row `i` for people, flips included; `None` beyond the last.
    pub fn at(&self, i: usize) -> Option<Reading> {
        let (profile, rows) = (&self.profile, &self.rows);
        let size = *self.size.get(i)?;
        let atr = (&self.trend.atr, profile.trend.atr_sessions);
        let (known, unknown): (Vec<Layer>, Vec<Layer>) = Layer::ALL
            .iter()
            .partition(|&&layer| self.layer_at(layer, i).is_some());
        Some(Reading {
            row: i,
            close_usd: rows.close_at(i).map(|close| rows.own_usd(i, close)),
            trend: self.trend.reading(&profile.trend, rows, i),
            momentum: self.momentum.reading(&profile.momentum, rows, i),
            breadth: self.breadth.reading(&profile.breadth, rows, atr, i),
            relative_strength: self.strength.relative(&profile.relative_strength, rows, i),
            rotation: self.strength.rotating(&profile.rotation, rows, i),
            composite: CompositeReading {
                state: self.composite.get(i).copied().flatten(),
                sum: self.sum(i),
                rests_on: known,
                unknown,
            },
            size,
            size_scale: size.scale(&profile.size),
            context: self.context.reading(rows, i),
        })
    }
}

/// The thresholds stand however many layers are known: with fewer, a verdict is harder to reach.
fn composite(profile: &CompositeProfile, sum: i8) -> State {
    if sum >= profile.bullish_sum {
        State::Bullish
    } else if sum <= profile.bearish_sum {
        State::Bearish
    } else {
        State::Neutral
    }
}
