//! What is shown beside the layers and changes none of them.

use indicators::{Column, Highest, Indicator as _, Rank, TrueRange};

use crate::inputs::Inputs;
use crate::profile::ContextProfile;
use crate::reading::ContextReading;
use crate::rows::Rows;

/// The context's columns; unknown where a series is absent or stale.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Context {
    pub(crate) slope_pct: Column,
    pub(crate) slope_change_pct: Column,
    pub(crate) credit_pct: Column,
    pub(crate) credit_change_pct: Column,
    pub(crate) volatility_ratio: Column,
    pub(crate) near_term_ratio: Column,
    pub(crate) far_term_ratio: Column,
    pub(crate) range_atr: Column,
    pub(crate) atr_fraction: Column,
    pub(crate) benchmark_atr_fraction: Column,
    pub(crate) short_interest_rank_pct: Column,
    /// Highest high up to and with the session, dollars on the constant basis: what the next close has to beat.
    breakout_above: Column,
    pub(crate) wide_range: Vec<Option<bool>>,
    pub(crate) breakout: Vec<Option<bool>>,
    pub(crate) squeeze: Vec<Option<bool>>,
}

impl Context {
    pub(crate) fn new(
        profile: &ContextProfile,
        rows: &Rows,
        atr: &Column,
        inputs: &Inputs<'_>,
    ) -> Self {
        let len = rows.len();
        let absent = Column::unknown(len);
        let ratio = |a: &Column, b: &Column| a.zip_with(b, |a, b| a / b);
        let slope_pct = inputs.long_rate_pct.as_ref().unwrap_or(&absent).zip_with(
            inputs.short_rate_pct.as_ref().unwrap_or(&absent),
            |long, short| long - short,
        );
        let credit_pct = inputs.credit_pct.as_ref().unwrap_or(&absent).clone();
        let benchmark_volatility = inputs.benchmark_volatility.as_ref().unwrap_or(&absent);
        // The ATR that stood before the session: its own range would be part of what it is measured by.
        let standard = shifted(atr, len);
        let range_atr = ratio(&TrueRange.compute(rows.prices()), &standard);
        let highest = Highest {
            n: profile.breakout_sessions,
        };
        let highest = highest.of(&rows.high);
        // What this session had to beat ended before it; what the next has to beat ends with it.
        let beaten = shifted(&highest, len);
        let rank = Rank {
            n: profile.short_interest_readings,
        };
        let short_interest_rank_pct = inputs.short_interest.as_ref().map_or_else(
            || Column::unknown(len),
            |published| published.figure(|values| rank.of(values)),
        );
        let wide = |i| Some(range_atr.get(i)? >= profile.wide_range_atr);
        let broke = |i| Some(rows.close_at(i)? > beaten.get(i)?);
        let squeezed =
            |i| Some(broke(i)? && short_interest_rank_pct.get(i)? >= profile.squeeze_rank_pct);
        Self {
            slope_change_pct: change(&slope_pct, profile.change_sessions),
            slope_pct,
            credit_change_pct: change(&credit_pct, profile.change_sessions),
            credit_pct,
            volatility_ratio: ratio(
                inputs.volatility.as_ref().unwrap_or(&absent),
                benchmark_volatility,
            ),
            near_term_ratio: ratio(
                inputs.near_volatility.as_ref().unwrap_or(&absent),
                benchmark_volatility,
            ),
            far_term_ratio: ratio(
                benchmark_volatility,
                inputs.far_volatility.as_ref().unwrap_or(&absent),
            ),
            atr_fraction: ratio(atr, &Column::new(rows.close.clone())),
            benchmark_atr_fraction: inputs.benchmark.as_ref().map_or_else(
                || Column::unknown(len),
                |benchmark| benchmark.atr_fraction.clone(),
            ),
            wide_range: (0..len).map(wide).collect(),
            breakout: (0..len).map(broke).collect(),
            squeeze: (0..len).map(squeezed).collect(),
            range_atr,
            breakout_above: highest,
            short_interest_rank_pct,
        }
    }

    pub(crate) fn reading(&self, rows: &Rows, i: usize) -> ContextReading {
        let flag = |flags: &[Option<bool>]| flags.get(i).copied().flatten();
        ContextReading {
            slope_pct: self.slope_pct.get(i),
            slope_change_pct: self.slope_change_pct.get(i),
            credit_pct: self.credit_pct.get(i),
            credit_change_pct: self.credit_change_pct.get(i),
            volatility_ratio: self.volatility_ratio.get(i),
            near_term_ratio: self.near_term_ratio.get(i),
            far_term_ratio: self.far_term_ratio.get(i),
            range_atr: self.range_atr.get(i),
            wide_range: flag(&self.wide_range),
            atr_fraction: self.atr_fraction.get(i),
            benchmark_atr_fraction: self.benchmark_atr_fraction.get(i),
            breakout_above_usd: self.breakout_above.get(i).map(|v| rows.own_usd(i, v)),
            breakout: flag(&self.breakout),
            short_interest_rank_pct: self.short_interest_rank_pct.get(i),
            squeeze: flag(&self.squeeze),
        }
    }
}

/// Each row's value of the row before.
fn shifted(column: &Column, len: usize) -> Column {
    let before = |i: usize| i.checked_sub(1).and_then(|i| column.get(i));
    Column::new((0..len).map(|i| before(i).unwrap_or(f64::NAN)).collect())
}

/// The difference from `sessions` rows ago.
fn change(column: &Column, sessions: usize) -> Column {
    let values = column.values();
    let before = |i: usize| i.checked_sub(sessions).map_or(f64::NAN, |i| values[i]);
    let change = |(i, now): (usize, &f64)| now - before(i);
    Column::new(values.iter().enumerate().map(change).collect())
}
