//! Breadth: how many members take part.

use indicators::{Column, Indicator as _, Lowest, Roc};

use crate::flip::{self, Flip};
use crate::inputs::Published;
use crate::profile::BreadthProfile;
use crate::reading::BreadthReading;
use crate::rows::Rows;
use crate::state::State;

/// The layer's columns.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Breadth {
    pub(crate) state: Vec<Option<State>>,
    pub(crate) divergence: Vec<Option<bool>>,
    pub(crate) repair: Vec<Option<bool>>,
    pub(crate) rising: Vec<Option<bool>>,
    pub(crate) pct: Column,
    published: Option<Published>,
    rally: Column,
    lowest_close: Column,
}

/// What a session's breadth is judged by.
struct Facts {
    pct: f64,
    /// The reading `rising_sessions` published values ago.
    before_pct: f64,
    /// The lowest of the last `rising_sessions` published values.
    lowest_pct: f64,
    rally: bool,
    near_low: bool,
}

impl Facts {
    fn divergence(&self, profile: &BreadthProfile) -> bool {
        self.rally && self.pct < profile.bullish_pct
    }

    fn rising(&self) -> bool {
        self.pct > self.before_pct
    }

    /// "Rising from below 30 %" can mean on the way up from a low reading, or up through it. Repair lifts a bearish
    /// layer to neutral, so the second, which is the rarer, flatters the plan less: the reading is above 30 % now.
    fn repair(&self, profile: &BreadthProfile) -> bool {
        let from_below = self.lowest_pct < profile.repair_pct && self.pct > profile.repair_pct;
        from_below && self.rising() && self.near_low
    }

    /// Divergence before repair: where both hold, the one that flatters the plan less.
    fn state(&self, profile: &BreadthProfile) -> State {
        if self.divergence(profile) {
            State::Bearish
        } else if self.repair(profile) {
            State::Neutral
        } else if self.pct >= profile.bullish_pct {
            State::Bullish
        } else if self.pct < profile.full_size_pct {
            State::Bearish
        } else {
            State::Neutral
        }
    }
}

impl Breadth {
    pub(crate) fn new(
        profile: &BreadthProfile,
        rows: &Rows,
        atr: &Column,
        published: Option<&Published>,
    ) -> Self {
        let len = rows.len();
        let mut breadth = Self {
            state: vec![None; len],
            divergence: vec![None; len],
            repair: vec![None; len],
            rising: vec![None; len],
            pct: published.map_or_else(|| Column::unknown(len), Published::column),
            published: published.cloned(),
            rally: Roc {
                n: profile.rally_sessions,
            }
            .of(&rows.close),
            lowest_close: Lowest {
                n: profile.repair_low_sessions,
            }
            .of(&rows.close),
        };
        for i in 0..len {
            let Some(facts) = breadth.facts(profile, rows, atr, i) else {
                continue;
            };
            breadth.state[i] = Some(facts.state(profile));
            breadth.divergence[i] = Some(facts.divergence(profile));
            breadth.repair[i] = Some(facts.repair(profile));
            breadth.rising[i] = Some(facts.rising());
        }
        breadth
    }

    fn facts(
        &self,
        profile: &BreadthProfile,
        rows: &Rows,
        atr: &Column,
        i: usize,
    ) -> Option<Facts> {
        let upto = self.published.as_ref()?.upto(i)?;
        let (&pct, n) = (upto.last()?, profile.rising_sessions);
        let recent = upto.get(upto.len().checked_sub(n)?..)?;
        let before = upto.len().checked_sub(n)?.checked_sub(1)?;
        let edge = self.lowest_close.get(i)? + profile.repair_atr * atr.get(i)?;
        Some(Facts {
            pct,
            before_pct: upto[before],
            lowest_pct: recent.iter().copied().fold(f64::INFINITY, f64::min),
            rally: self.rally.get(i)? > 0.0,
            near_low: rows.close_at(i)? <= edge,
        })
    }

    pub(crate) fn reading(
        &self,
        profile: &BreadthProfile,
        rows: &Rows,
        trend: (&Column, usize),
        i: usize,
    ) -> BreadthReading {
        let (atr, atr_sessions) = trend;
        let at = |flags: &[Option<bool>]| flags.get(i).copied().flatten();
        let state = self.state.get(i).copied().flatten();
        let facts = self.facts(profile, rows, atr, i);
        BreadthReading {
            state,
            pct: self.pct.get(i),
            before_pct: facts.as_ref().map(|facts| facts.before_pct),
            lowest_pct: facts.as_ref().map(|facts| facts.lowest_pct),
            rally_return: self.rally.get(i),
            divergence: at(&self.divergence),
            repair: at(&self.repair),
            rising: at(&self.rising),
            flip: state
                .and_then(|now| self.flip(profile, rows, (atr.get(i)?, atr_sessions), i, now)),
        }
    }

    /// The nearest next reading at which the state changes, the next close being this one.
    ///
    /// The windows move on: the rally is measured from the next session's base, the lowest close and the lowest reading
    /// lose their oldest, and ATR takes in a range of 0.
    fn flip(
        &self,
        profile: &BreadthProfile,
        rows: &Rows,
        (atr, atr_sessions): (f64, usize),
        i: usize,
        now: State,
    ) -> Option<Flip> {
        let upto = self.published.as_ref()?.upto(i)?;
        let (&pct, close) = (upto.last()?, rows.close_at(i)?);
        let n = profile.rising_sessions;
        let kept = upto.get((upto.len() + 1).checked_sub(n)?..)?;
        let lowest_kept = kept.iter().copied().fold(f64::INFINITY, f64::min);
        let before_pct = *upto.get(upto.len().checked_sub(n)?)?;
        let first = (i + 2).checked_sub(profile.repair_low_sessions)?;
        let recent = rows.close.get(first..=i)?;
        let lowest_close = recent.iter().copied().fold(close, f64::min);
        let next_atr = atr - atr / atr_sessions as f64;
        let rally = close > rows.base_of_next(i, profile.rally_sessions)?;
        let near_low = close <= lowest_close + profile.repair_atr * next_atr;
        let at_next = |pct: f64| {
            let facts = Facts {
                pct,
                before_pct,
                lowest_pct: lowest_kept.min(pct),
                rally,
                near_low,
            };
            Some(facts.state(profile))
        };
        let borders = [
            profile.bullish_pct,
            profile.full_size_pct,
            profile.repair_pct,
            before_pct,
        ];
        let found = flip::nearest(now, pct, (0.0, 100.0), &borders, at_next)?;
        Some(found.of_breadth(pct))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(pct: f64, rally: bool) -> State {
        let facts = Facts {
            pct,
            before_pct: 60.0,
            lowest_pct: pct,
            rally,
            near_low: false,
        };
        facts.state(&BreadthProfile::default())
    }

    #[test]
    fn levels_belong_to_the_better_side() {
        let without = [49.99, 50.0, 54.99, 55.0].map(|pct| state(pct, false).score());
        assert_eq!(without, [-1, 0, 0, 1]);
        // In a rally all below 55 diverges.
        let rally = [49.99, 50.0, 54.99, 55.0].map(|pct| state(pct, true).score());
        assert_eq!(rally, [-1, -1, -1, 1]);
    }

    #[test]
    fn a_repair_starts_below_thirty_and_is_above_it() {
        let repairs = |lowest_pct, pct, before_pct, near_low| {
            let facts = Facts {
                pct,
                before_pct,
                lowest_pct,
                rally: false,
                near_low,
            };
            facts.repair(&BreadthProfile::default())
        };
        assert!(repairs(29.9, 30.1, 30.0, true));
        assert!(!repairs(30.0, 30.1, 30.0, true)); // never below
        assert!(!repairs(29.9, 30.0, 29.9, true)); // not above
        assert!(!repairs(29.9, 30.1, 30.1, true)); // not rising
        assert!(!repairs(29.9, 30.1, 30.0, false)); // far from its low
    }
}
