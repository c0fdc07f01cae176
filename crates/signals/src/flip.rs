//! How far the nearest change of a layer is.

use serde::Serialize;

use crate::state::State;

/// A price is near if it lies within this fraction of the close: beyond it no next close is worth a warning.
pub const NEAR_FRACTION: f64 = 0.25;

/// Just beside a price or a reading: a relative step far below a cent, far above rounding.
const BESIDE: f64 = 1e-9;

/// On which side of the threshold the layer has its new state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// Where a layer changes its state.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlipAt {
    /// A close of the symbol, dollars of the row's own share basis.
    Price(f64),
    /// A reading of breadth, percent.
    Breadth(f64),
    /// Whatever comes next (within [`NEAR_FRACTION`]): a value that drops out of a window decides it, or, with
    /// [`Flip::unchanged_flips`] false, a neutral layer rests on an equality that any other close ends.
    Any,
}

/// The nearest change of a layer at the next close, everything else as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// The state it turns to.
    pub to: State,
    /// Where.
    pub at: FlipAt,
    /// On which side of it; says nothing of [`FlipAt::Any`].
    pub side: Side,
    /// From the present close, a fraction of it (−0.02 is two per cent below); of breadth, percentage points
    /// from the present reading. 0 for [`FlipAt::Any`].
    pub distance: f64,
    /// True if an unchanged close (an unchanged reading) flips it: the windows move on a session, so that it takes a
    /// move beyond `at` to keep the state.
    pub unchanged_flips: bool,
}

/// The nearest of `borders` to `now` that has `state` on exactly one side, within `lowest..=highest`. `at_next` is
/// constant between borders. Neither a close nor a reading below 0 comes.
pub(crate) fn nearest(
    state: State,
    now: f64,
    within: (f64, f64),
    borders: &[f64],
    at_next: impl Fn(f64) -> Option<State>,
) -> Option<RawFlip> {
    let unchanged = at_next(now)?;
    let mut found: Option<RawFlip> = None;
    for &border in borders {
        if !(within.0..=within.1).contains(&border) {
            continue;
        }
        let below = at_next(border * (1.0 - BESIDE))?;
        let above = at_next(border * (1.0 + BESIDE))?;
        let (to, side) = match (below == state, above == state) {
            (true, false) => (above, Side::Above),
            (false, true) => (below, Side::Below),
            _ => continue,
        };
        if found.is_none_or(|found| (border - now).abs() < (found.at - now).abs()) {
            found = Some(RawFlip {
                to,
                at: border,
                side,
                any: false,
                unchanged_flips: unchanged != state,
            });
        }
    }
    // No border keeps the state on either side. If it changes all the same, it does so anywhere; falling comes
    // first, so that of two ways out the bearish one is told.
    let beside = [now, now * (1.0 - BESIDE), now * (1.0 + BESIDE)];
    let anywhere = || {
        let to = beside
            .into_iter()
            .filter_map(&at_next)
            .find(|&to| to != state)?;
        Some(RawFlip {
            to,
            at: now,
            side: Side::Below,
            any: true,
            unchanged_flips: unchanged != state,
        })
    };
    found.or_else(anywhere)
}

/// A flip in the units of the search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawFlip {
    to: State,
    at: f64,
    side: Side,
    any: bool,
    unchanged_flips: bool,
}

impl RawFlip {
    /// A flip of prices on a basis whose dollars are `usd` of the row's own; `close` is on the search's.
    pub(crate) fn priced(self, close: f64, usd: impl Fn(f64) -> f64) -> Flip {
        self.into_flip(FlipAt::Price(usd(self.at)), self.at / close - 1.0)
    }

    /// A flip of breadth readings.
    pub(crate) fn of_breadth(self, now_pct: f64) -> Flip {
        self.into_flip(FlipAt::Breadth(self.at), self.at - now_pct)
    }

    fn into_flip(self, at: FlipAt, distance: f64) -> Flip {
        Flip {
            to: self.to,
            at: if self.any { FlipAt::Any } else { at },
            side: self.side,
            distance: if self.any { 0.0 } else { distance },
            unchanged_flips: self.unchanged_flips,
        }
    }
}

/// Closes within [`NEAR_FRACTION`] of `close`.
pub(crate) fn near(close: f64) -> (f64, f64) {
    (close * (1.0 - NEAR_FRACTION), close * (1.0 + NEAR_FRACTION))
}
