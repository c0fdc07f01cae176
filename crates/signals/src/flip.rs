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
    /// True if an unchanged close (an unchanged reading) flips it, to [`Flip::to`]: the windows move on a session. Then
    /// `at` is the nearest beyond which it turns to anything else, or stays.
    pub unchanged_flips: bool,
}

/// What the next value makes of `state`, and the nearest of `borders` to `now` at which that ends, within
/// `lowest..=highest`. `at_next` is constant between borders. Neither a close nor a reading below 0 comes.
///
/// If an unchanged value keeps the state, the border is the nearest that ends it; if it does not, `to` is what the
/// unchanged value makes of it, and the border the nearest beyond which it becomes anything else.
pub(crate) fn nearest(
    state: State,
    now: f64,
    within: (f64, f64),
    borders: &[f64],
    at_next: impl Fn(f64) -> Option<State>,
) -> Option<RawFlip> {
    let unchanged = at_next(now)?;
    let (below, above) = (
        at_next(now * (1.0 - BESIDE))?,
        at_next(now * (1.0 + BESIDE))?,
    );
    // On a border itself an equality decides, which any close ends: falling comes first, so that of two ways out the
    // bearish one is told.
    let alone = below != unchanged && above != unchanged;
    let fallen = if below == state { above } else { below };
    let settled = if alone { fallen } else { unchanged };
    let keeps = unchanged == state || settled == state;
    let found = (!(keeps && settled != state))
        .then(|| border(settled, now, within, borders, &at_next))
        .flatten();
    let Some((at, inner, outer)) = found else {
        return (settled != state).then_some(RawFlip {
            to: settled,
            at: now,
            side: Side::Below,
            any: true,
            unchanged_flips: !keeps,
        });
    };
    let (to, side) = match (keeps, inner) {
        (true, Side::Below) => (outer, Side::Above),
        (true, Side::Above) => (outer, Side::Below),
        (false, inner) => (settled, inner),
    };
    Some(RawFlip {
        to,
        at,
        side,
        any: false,
        unchanged_flips: !keeps,
    })
}

/// The nearest border with `inside` on exactly one side of it: where, on which side, and what is on the other.
fn border(
    inside: State,
    now: f64,
    within: (f64, f64),
    borders: &[f64],
    at_next: impl Fn(f64) -> Option<State>,
) -> Option<(f64, Side, State)> {
    let near = borders
        .iter()
        .filter(|&border| (within.0..=within.1).contains(border));
    let ends = near.filter_map(|&border| {
        let below = at_next(border * (1.0 - BESIDE))?;
        let above = at_next(border * (1.0 + BESIDE))?;
        match (below == inside, above == inside) {
            (true, false) => Some((border, Side::Below, above)),
            (false, true) => Some((border, Side::Above, below)),
            _ => None,
        }
    });
    ends.min_by(|a, b| (a.0 - now).abs().total_cmp(&(b.0 - now).abs()))
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

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Bearish, Bullish, Neutral};

    /// Neutral below 90, bearish to 99, bullish above.
    fn jumps(p: f64) -> State {
        if p < 90.0 {
            Neutral
        } else if p < 99.0 {
            Bearish
        } else {
            Bullish
        }
    }

    fn told(state: State, now: f64) -> (State, f64, Side, bool) {
        let found = nearest(state, now, near(now), &[90.0, 99.0], |p| Some(jumps(p))).unwrap();
        assert!(!found.any);
        (found.to, found.at, found.side, found.unchanged_flips)
    }

    #[test]
    fn where_an_unchanged_close_jumps_it_is_that_state_which_is_told() {
        // At 100 a neutral layer becomes bullish, and something else below 99; that it is neutral again below 90 is
        // farther, and would call bearish what is bullish.
        assert_eq!(told(Neutral, 100.0), (Bullish, 99.0, Side::Above, true));
        // At 94 it becomes bearish; 99 is 5 away, 90 is 4.
        assert_eq!(told(Neutral, 94.0), (Bearish, 90.0, Side::Above, true));
        // A layer that keeps its state is told the nearest that ends it.
        assert_eq!(told(Bullish, 100.0), (Bearish, 99.0, Side::Below, false));
        assert_eq!(told(Bearish, 97.0), (Bullish, 99.0, Side::Above, false));
    }

    #[test]
    fn on_an_equality_falling_comes_first() {
        let at = |p: f64| State::of_sign(p - 100.0);
        let told = |state| nearest(state, 100.0, near(100.0), &[100.0], at).unwrap();
        let flat = told(Neutral);
        assert_eq!(
            (flat.to, flat.any, flat.unchanged_flips),
            (Bearish, true, false)
        );
        let up = told(Bullish);
        assert_eq!(
            (up.to, up.at, up.side, up.unchanged_flips),
            (Bearish, 100.0, Side::Below, true)
        );
        let down = told(Bearish);
        assert_eq!(
            (down.to, down.side, down.unchanged_flips),
            (Bullish, Side::Above, true)
        );
    }
}
