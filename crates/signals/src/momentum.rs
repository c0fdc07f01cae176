//! Momentum: two rates of change, and the volume mark without which they are weak.

use indicators::{Column, Highest, Indicator as _, Lowest, Roc, Sma};

use crate::flip::{self, Flip};
use crate::profile::MomentumProfile;
use crate::reading::MomentumReading;
use crate::rows::Rows;
use crate::state::State;

/// The layer's columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Momentum {
    pub(crate) state: Vec<Option<State>>,
    pub(crate) mark: Vec<Option<bool>>,
    pub(crate) short: Column,
    pub(crate) long: Column,
    pub(crate) relative_volume: Column,
    /// The closes of sessions on volume above its average, infinite elsewhere; and the lowest of them in the range.
    loud: Vec<f64>,
    lowest_loud: Column,
    /// Highest high and lowest low of the range, dollars on the constant basis.
    high: Column,
    low: Column,
}

/// Both above 0, both below, or neither; without the mark neither counts.
fn state(short: f64, long: f64, mark: bool) -> State {
    if !mark {
        State::Neutral
    } else if short > 0.0 && long > 0.0 {
        State::Bullish
    } else if short < 0.0 && long < 0.0 {
        State::Bearish
    } else {
        State::Neutral
    }
}

/// Below this price a close lies in the lower part of a range. Strictly: a range without extent has no lower part.
fn lower_part(high: f64, low: f64, fraction: f64) -> f64 {
    low + (high - low) * fraction
}

impl Momentum {
    pub(crate) fn new(profile: &MomentumProfile, rows: &Rows) -> Self {
        let n = profile.range_sessions;
        let volume = Column::new(rows.volume.clone());
        let average = Sma {
            n: profile.volume_sessions,
        }
        .of(&rows.volume);
        // A day's own volume is in its average, as TA-Lib's SMA has it.
        let relative_volume = volume.zip_with(&average, |volume, average| volume / average);
        let loud_close = |(&close, &volume): (&f64, &f64)| {
            if volume > 1.0 { close } else { f64::INFINITY }
        };
        let pairs = rows.close.iter().zip(relative_volume.values());
        let loud: Vec<f64> = pairs.map(loud_close).collect();
        let mut momentum = Self {
            state: Vec::new(),
            mark: Vec::new(),
            short: Roc {
                n: profile.short_sessions,
            }
            .of(&rows.close),
            long: Roc {
                n: profile.long_sessions,
            }
            .of(&rows.close),
            relative_volume,
            lowest_loud: Lowest { n }.of(&loud),
            loud,
            high: Highest { n }.of(&rows.high),
            low: Lowest { n }.of(&rows.low),
        };
        let mark = |i| momentum.mark_at(profile, &average, i);
        momentum.mark = (0..rows.len()).map(mark).collect();
        let state_at = |i: usize| {
            let (short, long) = (momentum.short.get(i)?, momentum.long.get(i)?);
            Some(state(short, long, momentum.mark[i]?))
        };
        momentum.state = (0..rows.len()).map(state_at).collect();
        momentum
    }

    /// Some session of the last n closed in the lower part of their common range on volume above its average.
    /// Unknown until all n have an average.
    fn mark_at(&self, profile: &MomentumProfile, average: &Column, i: usize) -> Option<bool> {
        let first = (i + 1).checked_sub(profile.range_sessions)?;
        average.get(first)?;
        average.get(i)?;
        let edge = lower_part(self.high.get(i)?, self.low.get(i)?, profile.lower_fraction);
        // Without a loud session the lowest is infinite, which is no value.
        Some(self.lowest_loud.get(i).is_some_and(|close| close < edge))
    }

    pub(crate) fn reading(
        &self,
        profile: &MomentumProfile,
        rows: &Rows,
        i: usize,
    ) -> MomentumReading {
        let (mark, state) = (
            self.mark.get(i).copied().flatten(),
            self.state.get(i).copied().flatten(),
        );
        let agree = |(a, b): (f64, f64)| (a > 0.0 && b > 0.0) || (a < 0.0 && b < 0.0);
        let rates = self.short.get(i).zip(self.long.get(i));
        MomentumReading {
            state,
            short_return: self.short.get(i),
            long_return: self.long.get(i),
            relative_volume: self.relative_volume.get(i),
            volume_mark: mark,
            weak: rates.zip(mark).map(|(rates, mark)| agree(rates) && !mark),
            flip: state.and_then(|state| self.flip(profile, rows, i, state)),
        }
    }

    /// The nearest close at which the state changes, the next bar between this close and the next on quiet volume.
    ///
    /// The state is constant between three prices: the two closes that the rates start from, and the one from which
    /// the range, stretched upwards by the new close, takes the lowest loud close into its lower part.
    ///
    /// A close below the range does not stretch it here. On quiet volume it would lose the mark, on loud volume it is
    /// the mark: falls to new lows come loud, and to tell a bearish layer that falling turns it neutral would be to
    /// presume the rarer.
    fn flip(&self, profile: &MomentumProfile, rows: &Rows, i: usize, now: State) -> Option<Flip> {
        let close = rows.close_at(i)?;
        let short = rows.base_of_next(i, profile.short_sessions)?;
        let long = rows.base_of_next(i, profile.long_sessions)?;
        // The next bar takes the last of the range's places; the oldest session drops out.
        let first = (i + 2).checked_sub(profile.range_sessions)?;
        let (mut high, mut low) = (close, close);
        for u in first..=i {
            high = high.max(*rows.high.get(u)?);
            low = low.min(*rows.low.get(u)?);
        }
        let loud = self.loud.get(first..=i)?;
        let loud = loud
            .iter()
            .copied()
            .reduce(f64::min)
            .filter(|close| close.is_finite());
        let fraction = profile.lower_fraction;
        let at_next = |p: f64| {
            let edge = lower_part(high.max(p), low, fraction);
            let mark = loud.is_some_and(|close| close < edge);
            Some(state(p / short - 1.0, p / long - 1.0, mark))
        };
        let mut borders = vec![short, long];
        // low + (p − low) f = loud for a p above the range.
        borders.extend(loud.map(|loud| low + (loud - low) / fraction));
        let found = flip::nearest(now, close, flip::near(close), &borders, at_next)?;
        Some(found.priced(close, |p| rows.own_usd(i, p)))
    }
}
