//! What is said of a claim.

use serde::Serialize;
use stats::contrast::{Effect, Tested, Undefined};

use super::size::{Direction, Expect};

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimVerdict {
    /// The effect goes the claimed way, by more than chance among so many claims, and its interval leaves the claimed size possible.
    Supported,
    /// One of these does not hold.
    NotSupported,
    /// Too few events or controls to say.
    TooFew,
    /// The tape lacks what it takes, or no effect is defined.
    Unknown,
}

/// Why.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Direction and size, if one is claimed.
    Holds,
    /// The effect goes the other way.
    OtherWay,
    /// It goes the claimed way, but chance does as much too often, among so many claims.
    Chance,
    /// The direction holds; the interval excludes the claimed size.
    Size,
    /// Fewer events than asked for, without overlap.
    FewEvents,
    /// Fewer controls.
    FewControls,
    /// Events and controls are the same bars with the same outcomes.
    SameBars,
    /// There is no effect to speak of.
    Undefined(Undefined),
    /// The tape lacks something, in its words.
    Lacks(String),
}

/// The chance up to which an effect is taken to be more than chance, after correction.
pub(super) const LEVEL: f64 = 0.05;

/// The p-value of the claimed direction.
pub(super) fn one_sided(tested: &Tested, direction: Direction) -> f64 {
    match direction {
        Direction::Above => tested.p_above,
        Direction::Below => tested.p_below,
    }
}

/// Of an effect that could be tested, by its p-value corrected for the number of claims.
pub(super) fn conclude(
    tested: &Tested,
    effect: Effect,
    expect: Expect,
    corrected: f64,
) -> (ClaimVerdict, Why) {
    let goes = match expect.direction {
        Direction::Above => tested.effect > effect.none(),
        Direction::Below => tested.effect < effect.none(),
    };
    let possible = expect
        .size
        .is_none_or(|size| size.is_possible(tested.interval.low, tested.interval.high));
    let why = match (goes, corrected <= LEVEL, possible) {
        (false, ..) => Why::OtherWay,
        (true, false, _) => Why::Chance,
        (true, true, false) => Why::Size,
        (true, true, true) => Why::Holds,
    };
    let verdict = if why == Why::Holds {
        ClaimVerdict::Supported
    } else {
        ClaimVerdict::NotSupported
    };
    (verdict, why)
}

impl ClaimVerdict {
    /// The words used in every output.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClaimVerdict::Supported => "supported",
            ClaimVerdict::NotSupported => "not supported",
            ClaimVerdict::TooFew => "too few",
            ClaimVerdict::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use stats::resample::Interval;

    use super::super::size::Size;
    use super::*;

    fn concluded(
        effect: Effect,
        [found, low, high]: [f64; 3],
        expect: (Direction, Option<Size>),
        corrected: f64,
    ) -> Why {
        let tested = Tested {
            effect: found,
            interval: Interval { low, high },
            p_above: 0.5,
            p_below: 0.5,
        };
        let (direction, size) = expect;
        let (verdict, why) = conclude(&tested, effect, Expect { direction, size }, corrected);
        let supported = verdict == ClaimVerdict::Supported;
        assert_eq!(supported, why == Why::Holds, "{verdict:?} {why:?}");
        why
    }

    #[test]
    fn every_way_a_ratio_can_go() {
        let (above, below) = (Direction::Above, Direction::Below);
        let twice = Some(Size::About(2.1));
        let cases = [
            ([1.3, 1.1, 1.6], (above, None), 0.01, Why::Holds),
            ([1.3, 1.1, 1.6], (above, None), 0.05, Why::Holds),
            ([1.3, 0.9, 1.9], (above, None), 0.051, Why::Chance),
            ([1.3, 1.1, 1.6], (above, twice), 0.01, Why::Size),
            ([1.3, 1.1, 2.2], (above, twice), 0.01, Why::Holds),
            // Chance is said before the size: a wide interval excludes nothing.
            ([1.3, 0.9, 1.6], (above, twice), 0.2, Why::Chance),
            ([0.8, 0.7, 0.9], (above, None), 1.0, Why::OtherWay),
            ([0.8, 0.7, 0.9], (below, None), 0.01, Why::Holds),
            ([1.0, 0.9, 1.1], (below, None), 0.01, Why::OtherWay),
        ];
        for (figures, expect, corrected, why) in cases {
            let have = concluded(Effect::Ratio, figures, expect, corrected);
            assert_eq!(have, why, "{figures:?} {expect:?}");
        }
    }

    #[test]
    fn every_way_a_difference_or_a_mean_can_go() {
        let deeper = (Direction::Below, Some(Size::Between(-0.2, -0.15)));
        let difference = |figures, expect, p| concluded(Effect::Difference, figures, expect, p);
        let above = (Direction::Above, None);
        assert_eq!(difference([0.0, -0.1, 0.1], above, 0.5), Why::OtherWay);
        assert_eq!(difference([-0.05, -0.08, -0.02], deeper, 0.01), Why::Size);
        assert_eq!(difference([-0.12, -0.16, -0.08], deeper, 0.01), Why::Holds);
        assert_eq!(difference([-0.3, -0.4, -0.21], deeper, 0.01), Why::Size);
        let mean = |figures, p| concluded(Effect::Mean { than: 0.5 }, figures, above, p);
        assert_eq!(mean([0.45, 0.4, 0.5], 0.9), Why::OtherWay);
        assert_eq!(mean([0.55, 0.52, 0.58], 0.001), Why::Holds);
    }
}
