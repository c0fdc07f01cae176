//! How large an entry may be.

use serde::Serialize;

use crate::profile::SizeProfile;
use crate::state::{Rotation, State};

/// The size of an entry, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// The whole of it.
    Full(FullWhy),
    /// Half of it.
    Half(HalfWhy),
    /// No entry.
    None(NoneWhy),
}

/// Why a size is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FullWhy {
    /// Leadership with breadth enough and rising.
    Leadership,
    /// Parity, breadth bullish.
    BroadParity,
    /// Parity, with the volume mark.
    MarkedParity,
}

/// Why a size is half, in the order in which the reasons are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HalfWhy {
    /// The ratio says flight.
    Flight,
    /// Breadth is unknown, and so cannot be enough.
    BreadthUnknown,
    /// Breadth diverges.
    Divergence,
    /// Breadth is below the least for a full size.
    NarrowBreadth,
    /// Rotation is unknown.
    RotationUnknown,
    /// Leadership, but breadth does not rise.
    BreadthNotRising,
    /// Parity without one more confirmation.
    Unconfirmed,
}

/// Why there is no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoneWhy {
    /// The composite is neutral.
    Neutral,
    /// The composite is bearish.
    Bearish,
    /// No layer is known.
    Unknown,
}

/// What a size depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Grounds {
    pub(crate) composite: Option<State>,
    pub(crate) rotation: Option<Rotation>,
    pub(crate) divergence: Option<bool>,
    /// Breadth at or above the least for a full size.
    pub(crate) enough: Option<bool>,
    /// Breadth at or above its bullish threshold.
    pub(crate) broad: Option<bool>,
    pub(crate) rising: Option<bool>,
    pub(crate) mark: Option<bool>,
}

impl Size {
    /// Where something a full size asks for is unknown, the size is half: the books are silent there.
    pub(crate) fn of(grounds: Grounds) -> Self {
        let holds = |fact: Option<bool>| fact == Some(true);
        match grounds.composite {
            None => return Size::None(NoneWhy::Unknown),
            Some(State::Neutral) => return Size::None(NoneWhy::Neutral),
            Some(State::Bearish) => return Size::None(NoneWhy::Bearish),
            Some(State::Bullish) => {}
        }
        if grounds.rotation == Some(Rotation::Flight) {
            return Size::Half(HalfWhy::Flight);
        }
        let (Some(divergence), Some(enough)) = (grounds.divergence, grounds.enough) else {
            return Size::Half(HalfWhy::BreadthUnknown);
        };
        match (divergence, enough, grounds.rotation) {
            (true, ..) => Size::Half(HalfWhy::Divergence),
            (false, false, _) => Size::Half(HalfWhy::NarrowBreadth),
            (.., None) => Size::Half(HalfWhy::RotationUnknown),
            (.., Some(Rotation::Leadership)) if holds(grounds.rising) => {
                Size::Full(FullWhy::Leadership)
            }
            (.., Some(Rotation::Leadership)) => Size::Half(HalfWhy::BreadthNotRising),
            _ if holds(grounds.broad) => Size::Full(FullWhy::BroadParity),
            _ if holds(grounds.mark) => Size::Full(FullWhy::MarkedParity),
            _ => Size::Half(HalfWhy::Unconfirmed),
        }
    }

    /// The share of the usual size: 0, the half, 1, or what the profile gives leadership.
    pub fn scale(self, profile: &SizeProfile) -> f64 {
        match self {
            Size::Full(FullWhy::Leadership) => profile.leadership_scale,
            Size::Full(FullWhy::BroadParity | FullWhy::MarkedParity) => 1.0,
            Size::Half(_) => profile.half_scale,
            Size::None(_) => 0.0,
        }
    }

    /// `full`, `half`, `none`.
    pub const fn word(self) -> &'static str {
        match self {
            Size::Full(_) => "full",
            Size::Half(_) => "half",
            Size::None(_) => "none",
        }
    }

    /// The reason, for people.
    pub const fn why(self) -> &'static str {
        match self {
            Size::Full(FullWhy::Leadership) => "leadership, breadth enough and rising",
            Size::Full(FullWhy::BroadParity) => "parity, breadth confirms",
            Size::Full(FullWhy::MarkedParity) => "parity, the volume mark confirms",
            Size::Half(HalfWhy::Flight) => "flight to large caps",
            Size::Half(HalfWhy::BreadthUnknown) => "breadth unknown",
            Size::Half(HalfWhy::Divergence) => "breadth diverges",
            Size::Half(HalfWhy::NarrowBreadth) => "breadth below the least for a full size",
            Size::Half(HalfWhy::RotationUnknown) => "rotation unknown",
            Size::Half(HalfWhy::BreadthNotRising) => "leadership, but breadth does not rise",
            Size::Half(HalfWhy::Unconfirmed) => "parity without one more confirmation",
            Size::None(NoneWhy::Neutral) => "composite neutral",
            Size::None(NoneWhy::Bearish) => "composite bearish",
            Size::None(NoneWhy::Unknown) => "no layer known",
        }
    }
}
