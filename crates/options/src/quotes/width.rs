//! How far the ask lies above the bid: a law fitted to real chains, and what is assumed on top of it.
//!
//! Real quotes (SPY, three snapshots of February 2026) fall into three parts. Out of the money the width is a tick and a
//! small share of the price. A step in the money, where the option trades like stock, costs some basis points of
//! the underlying's price. Deep in the money nobody quotes with care: half a per cent of the underlying's price, from a
//! delta on that falls with the root of time. With δ the absolute delta, S the underlying's price, t years and E the price
//! less what exercise yields:
//!
//! ```text
//! base = tick + floor·S·t + share·E + S·(in·L((δ − 0.62)/0.03) + deep·L((δ − 1 + onset·√t)/0.02))
//! L(x) = 1 ÷ (1 + e^−x)
//! ```
//!
//! There is no chain of IWM to fit to, and SPY's chains are the most liquid there are, on three calm days. So what
//! is [`Assumed`] multiplies the base: a factor for IWM, one that grows beyond 5 % out of the money, one that grows with the
//! volatility index. None of the three can be learnt from the chains at hand; they are the plan's to change.

use market::Right;
use serde::{Deserialize, Serialize};

use crate::volatility::strip::Sides;

pub use fit::{WidthBucket, WidthFit, WidthSample};

mod fit;

/// Dollars: every series of IWM, as of SPY and QQQ, is quoted in cents at any price (Penny Interval Program).
pub const TICK_USD: f64 = 0.01;

/// Log distance out of the money at which the width begins to grow with it, and at which it no longer does.
const NEAR: f64 = 0.05;
const FAR: f64 = 0.35;
/// Centre and breadth of the step in the money, and breadth of the deep one, in delta: read off the chains, not fitted.
const IN_CENTRE: f64 = 0.62;
const IN_BREADTH: f64 = 0.03;
const DEEP_BREADTH: f64 = 0.02;

/// The part learnt from real chains. All at least 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// Share of the underlying's price added a year to expiry.
    pub floor: f64,
    /// Share of the option's price less its exercise value.
    pub share: f64,
    /// Share of the underlying's price added in the money.
    pub inside: f64,
    /// Share of the underlying's price added deep in the money.
    pub deep: f64,
    /// How far below a delta of 1 "deep" begins, for the root of a year.
    pub onset: f64,
}

impl Fitted {
    /// To SPY's chains of 2026-02-11 to -13, made by `stormproof options fit`; errors in docs/chains.md.
    pub const SPY_2026: Fitted = Fitted {
        floor: 1.31e-5,
        share: 0.002_86,
        inside: 4.86e-4,
        deep: 0.004_52,
        onset: 0.238,
    };
}

/// The part nobody can learn from the chains at hand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Assumed {
    /// Widths of IWM as a multiple of SPY's. Default 2.
    pub multiplier: f64,
    /// What 1.00 of log distance beyond 5 % out of the money adds, as a multiple, up to 35 % out: with the default 10 a strike
    /// 10 % out is quoted 1.5 times as wide, one 15 % out twice as wide, none more than four times.
    pub far_growth: f64,
    /// Widths grow with this power of (index ÷ `calm_level`) above it. Default 1: twice as wide at 40, four times at 80.
    pub stress_power: f64,
    /// The volatility index, a fraction, up to which markets are calm. Default 0.20.
    pub calm_level: f64,
}

impl Default for Assumed {
    fn default() -> Self {
        Assumed {
            multiplier: 2.0,
            far_growth: 10.0,
            stress_power: 1.0,
            calm_level: 0.20,
        }
    }
}

impl Assumed {
    /// Nothing on top of the fit: the quotes of the fitted chain itself.
    pub const NOTHING: Assumed = Assumed {
        multiplier: 1.0,
        far_growth: 0.0,
        stress_power: 0.0,
        calm_level: 1.0,
    };
}

/// One option as the law sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Dollars.
    pub spot: f64,
    /// Dollars.
    pub strike: f64,
    /// Call or put.
    pub right: Right,
    /// Years to expiry.
    pub years: f64,
    /// What it is worth, dollars a share.
    pub value: f64,
    /// Its delta, negative for puts.
    pub delta: f64,
    /// The volatility index, a fraction a year.
    pub level: f64,
}

/// Why a law makes no quotes.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("widths: {name} = {found}, expected {expected}")]
pub struct WidthError {
    /// The number.
    pub name: &'static str,
    /// What it is.
    pub found: f64,
    /// What it may be.
    pub expected: &'static str,
}

/// Fitted and assumed together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct WidthLaw {
    /// From real chains.
    pub fitted: Fitted,
    /// On top of it.
    pub assumed: Assumed,
}

impl Default for WidthLaw {
    fn default() -> Self {
        WidthLaw {
            fitted: Fitted::SPY_2026,
            assumed: Assumed::default(),
        }
    }
}

impl Fitted {
    /// Dollars between bid and ask in a chain like the fitted one, before ticks.
    pub fn base_usd(&self, at: &Setting) -> f64 {
        let years = at.years.max(0.0);
        let exercise = match at.right {
            Right::Call => at.spot - at.strike,
            Right::Put => at.strike - at.spot,
        };
        let extrinsic = (at.value - exercise.max(0.0)).max(0.0);
        let delta = at.delta.abs();
        let inside = self.inside * logistic((delta - IN_CENTRE) / IN_BREADTH);
        let deep = self.deep * logistic((delta - 1.0 + self.onset * years.sqrt()) / DEEP_BREADTH);
        let hedge = at.spot * (self.floor * years + inside + deep);
        TICK_USD + self.share * extrinsic + hedge
    }
}

impl Assumed {
    /// What the base is multiplied by.
    pub fn factor(&self, at: &Setting) -> f64 {
        let outside = match at.right {
            Right::Call => (at.strike / at.spot).ln(),
            Right::Put => (at.spot / at.strike).ln(),
        };
        let far = 1.0 + self.far_growth * (outside.min(FAR) - NEAR).max(0.0);
        let stress = (at.level / self.calm_level)
            .max(1.0)
            .powf(self.stress_power);
        self.multiplier * far * stress
    }
}

impl WidthLaw {
    /// Holds every number to its range.
    ///
    /// # Errors
    /// The first that is outside.
    pub fn check(&self) -> Result<(), WidthError> {
        let Fitted {
            floor,
            share,
            inside,
            deep,
            onset,
        } = self.fitted;
        let fitted = [
            ("floor", floor),
            ("share", share),
            ("inside", inside),
            ("deep", deep),
            ("onset", onset),
        ];
        let assumed = [
            (
                "far_growth",
                self.assumed.far_growth,
                0.0,
                1000.0,
                "0 to 1000",
            ),
            (
                "stress_power",
                self.assumed.stress_power,
                0.0,
                10.0,
                "0 to 10",
            ),
            (
                "multiplier",
                self.assumed.multiplier,
                1e-3,
                1000.0,
                "0.001 to 1000",
            ),
            (
                "calm_level",
                self.assumed.calm_level,
                0.01,
                10.0,
                "a fraction, 0.01 to 10 (0.2 is an index of 20)",
            ),
        ];
        let fitted = fitted.map(|(name, found)| (name, found, 0.0, 10.0, "0 to 10"));
        for (name, found, low, high, expected) in fitted.into_iter().chain(assumed) {
            if !(low..=high).contains(&found) {
                return Err(WidthError {
                    name,
                    found,
                    expected,
                });
            }
        }
        Ok(())
    }

    /// Dollars between bid and ask, before ticks; at least one tick with a multiplier of 1 or more.
    pub fn width_usd(&self, at: &Setting) -> f64 {
        self.fitted.base_usd(at) * self.assumed.factor(at)
    }

    /// Bid and ask: half the width either way, then outwards to the tick. A bid that would be negative is nothing.
    pub fn around(&self, at: &Setting) -> Sides {
        let half = self.width_usd(at) / 2.0;
        // A value that is a whole tick up to rounding is that tick, and not the next one out.
        let slack = 1e-9;
        let ticks = 1.0 / TICK_USD;
        let bid = ((at.value - half) * ticks + slack).floor().max(0.0) / ticks;
        let ask = ((at.value + half) * ticks - slack).ceil().max(1.0) / ticks;
        Sides {
            bid: bid.min(at.value),
            ask: ask.max(at.value),
        }
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests;
