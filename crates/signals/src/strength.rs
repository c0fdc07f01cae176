//! Relative strength and rotation: the symbol against the benchmark.

use indicators::{Column, Indicator as _, Roc};

use crate::flip::{self, Flip};
use crate::profile::{RelativeStrengthProfile, RotationProfile};
use crate::reading::{RelativeStrengthReading, RotationReading};
use crate::rows::Rows;
use crate::state::{Rotation, State};

/// The columns of both. Without a benchmark all are unknown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strength {
    pub(crate) state: Vec<Option<State>>,
    pub(crate) deteriorating: Vec<Option<bool>>,
    pub(crate) rotation: Vec<Option<Rotation>>,
    own: Column,
    other: Column,
    /// Return less the benchmark's, a fraction.
    pub(crate) lead: Column,
    /// Symbol ÷ benchmark.
    ratio: Column,
    /// The ratio's change, a fraction.
    pub(crate) change: Column,
    benchmark: Column,
}

fn rotation(profile: &RotationProfile, change: f64) -> Rotation {
    let pct = change * 100.0;
    if pct > profile.leadership_pct {
        Rotation::Leadership
    } else if pct < profile.flight_pct {
        Rotation::Flight
    } else {
        Rotation::Parity
    }
}

impl Strength {
    pub(crate) fn new(
        relative: &RelativeStrengthProfile,
        profile: &RotationProfile,
        rows: &Rows,
        benchmark: Option<&Column>,
    ) -> Self {
        let len = rows.len();
        let benchmark = benchmark.map_or_else(|| Column::unknown(len), Column::clone);
        let close = Column::new(rows.close.clone());
        let lookback = Roc {
            n: relative.lookback_sessions,
        };
        let (own, other) = (lookback.of(&rows.close), lookback.of(benchmark.values()));
        let lead = own.zip_with(&other, |own, other| own - other);
        let ratio = close.zip_with(&benchmark, |close, benchmark| close / benchmark);
        let change = Roc {
            n: profile.sessions,
        }
        .of(ratio.values());
        let lags = |i| Some(lead.get(i)? < 0.0 && other.get(i)? > 0.0);
        Self {
            state: (0..len).map(|i| State::of_sign(lead.get(i)?)).collect(),
            deteriorating: (0..len).map(lags).collect(),
            rotation: (0..len)
                .map(|i| Some(rotation(profile, change.get(i)?)))
                .collect(),
            own,
            other,
            lead,
            ratio,
            change,
            benchmark,
        }
    }

    pub(crate) fn relative(
        &self,
        profile: &RelativeStrengthProfile,
        rows: &Rows,
        i: usize,
    ) -> RelativeStrengthReading {
        RelativeStrengthReading {
            state: self.state.get(i).copied().flatten(),
            symbol_return: self.own.get(i),
            benchmark_return: self.other.get(i),
            lead: self.lead.get(i),
            deteriorating: self.deteriorating.get(i).copied().flatten(),
            flip: self.flip(profile, rows, i),
        }
    }

    /// The next close that gives the symbol the benchmark's return, the benchmark unchanged:
    /// `p = base × benchmark ÷ benchmark's base`.
    fn flip(&self, profile: &RelativeStrengthProfile, rows: &Rows, i: usize) -> Option<Flip> {
        let (state, close) = (self.state.get(i).copied().flatten()?, rows.close_at(i)?);
        let base = rows.base_of_next(i, profile.lookback_sessions)?;
        let from = Rows::base_row_of_next(i, profile.lookback_sessions)?;
        let other = self.benchmark.get(i)? / self.benchmark.get(from)?;
        let at_next = |p: f64| State::of_sign((p / base - 1.0) - (other - 1.0));
        let found = flip::nearest(state, close, flip::near(close), &[base * other], at_next)?;
        Some(found.priced(close, |p| rows.own_usd(i, p)))
    }

    /// With the closes beyond which the next session is leadership or flight: the ratio's base moved by each border,
    /// times the benchmark, which is taken as unchanged.
    pub(crate) fn rotating(
        &self,
        profile: &RotationProfile,
        rows: &Rows,
        i: usize,
    ) -> RotationReading {
        let border = |pct: f64| {
            let base = self
                .ratio
                .get(Rows::base_row_of_next(i, profile.sessions)?)?;
            let price = base * (1.0 + pct / 100.0) * self.benchmark.get(i)?;
            Some(rows.own_usd(i, price))
        };
        RotationReading {
            state: self.rotation.get(i).copied().flatten(),
            ratio_change: self.change.get(i),
            leadership_above_usd: border(profile.leadership_pct),
            flight_below_usd: border(profile.flight_pct),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_borders_are_parity() {
        let at = |change| rotation(&RotationProfile::default(), change);
        assert_eq!((at(0.02), at(-0.02)), (Rotation::Parity, Rotation::Parity));
        assert_eq!(
            (at(0.0201), at(-0.0201)),
            (Rotation::Leadership, Rotation::Flight)
        );
    }
}
