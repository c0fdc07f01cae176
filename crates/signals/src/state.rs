//! The words of a reading: states, layers, rotation, flags.

use serde::Serialize;

/// What a layer or the composite says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(i8)]
pub enum State {
    /// −1.
    Bearish = -1,
    /// 0.
    Neutral = 0,
    /// +1.
    Bullish = 1,
}

impl State {
    /// −1, 0 or +1.
    pub const fn score(self) -> i8 {
        self as i8
    }

    /// `bearish`, `neutral`, `bullish`.
    pub const fn word(self) -> &'static str {
        match self {
            State::Bearish => "bearish",
            State::Neutral => "neutral",
            State::Bullish => "bullish",
        }
    }

    /// Bullish above 0, bearish below, neutral at 0; `None` for NaN.
    pub(crate) fn of_sign(x: f64) -> Option<State> {
        if x > 0.0 {
            Some(State::Bullish)
        } else if x < 0.0 {
            Some(State::Bearish)
        } else {
            (x == 0.0).then_some(State::Neutral)
        }
    }
}

/// The four layers, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Fast average against slow average.
    Trend,
    /// Two rates of change and the volume mark.
    Momentum,
    /// Members above their average.
    Breadth,
    /// Return less the benchmark's.
    RelativeStrength,
}

impl Layer {
    /// All four.
    pub const ALL: [Layer; 4] = [
        Layer::Trend,
        Layer::Momentum,
        Layer::Breadth,
        Layer::RelativeStrength,
    ];

    /// `trend`, `momentum`, `breadth`, `relative-strength`.
    pub const fn word(self) -> &'static str {
        match self {
            Layer::Trend => "trend",
            Layer::Momentum => "momentum",
            Layer::Breadth => "breadth",
            Layer::RelativeStrength => "relative-strength",
        }
    }
}

/// What money prefers, small caps or large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rotation {
    /// The ratio has fallen beyond the lower border: into large caps.
    Flight,
    /// Neither.
    Parity,
    /// The ratio has risen beyond the upper border.
    Leadership,
}

impl Rotation {
    /// `flight`, `parity`, `leadership`.
    pub const fn word(self) -> &'static str {
        match self {
            Rotation::Flight => "flight",
            Rotation::Parity => "parity",
            Rotation::Leadership => "leadership",
        }
    }
}

/// What is true or not of a session beside its states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// The averages converge after a long separation: the best setup.
    Converging,
    /// A close low in the range on high volume, lately: momentum is not weak.
    VolumeMark,
    /// A rally that too few members take part in.
    Divergence,
    /// Breadth has come up from a low reading while the price is still near its low.
    Repair,
    /// Breadth is above its reading of some values ago.
    BreadthRising,
    /// The symbol lags while the benchmark rises.
    Deteriorating,
    /// A true range of many ATR.
    WideRange,
    /// A close above the highest high of the sessions before.
    Breakout,
    /// A breakout on high short interest.
    Squeeze,
}

impl Flag {
    /// All of them.
    pub const ALL: [Flag; 9] = [
        Flag::Converging,
        Flag::VolumeMark,
        Flag::Divergence,
        Flag::Repair,
        Flag::BreadthRising,
        Flag::Deteriorating,
        Flag::WideRange,
        Flag::Breakout,
        Flag::Squeeze,
    ];

    /// Its name in files: `volume-mark`.
    pub const fn word(self) -> &'static str {
        match self {
            Flag::Converging => "converging",
            Flag::VolumeMark => "volume-mark",
            Flag::Divergence => "divergence",
            Flag::Repair => "repair",
            Flag::BreadthRising => "breadth-rising",
            Flag::Deteriorating => "deteriorating",
            Flag::WideRange => "wide-range",
            Flag::Breakout => "breakout",
            Flag::Squeeze => "squeeze",
        }
    }
}
