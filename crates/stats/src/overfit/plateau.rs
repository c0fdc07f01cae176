//! Does the best stand on a plateau or on a needle?

use crate::mean;

/// How the neighbours of the best do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    /// Neighbours looked at.
    pub neighbours: usize,
    /// Share of them that keep at least the stated fraction of the best objective: 1 on a plateau, 0 on a needle.
    pub score: f64,
    /// Mean of neighbour ÷ best, over those that have the objective.
    pub mean_ratio: Option<f64>,
    /// Least neighbour ÷ best, over those that have the objective.
    pub least_ratio: Option<f64>,
}

/// The plateau score: of the neighbours of the best (in a grid: one step up or down along one axis each, see
/// [`grid_neighbours`]), the share whose objective is at least `keep` × `best`.
///
/// `best` and the neighbours are values of an objective of which more is better; `keep` is a fraction, 0.5 to 0.8 say.
/// A neighbour without the objective (no trades, a constraint not met) has not kept it. `None` without neighbours, or
/// if the best is not above 0: then there is nothing to keep.
pub fn plateau(best: f64, neighbours: &[Option<f64>], keep: f64) -> Option<Plateau> {
    if neighbours.is_empty() || !(best > 0.0 && best.is_finite() && keep.is_finite()) {
        return None;
    }
    let ratios = || neighbours.iter().flatten().map(|value| value / best);
    let kept = ratios().filter(|&ratio| ratio >= keep).count();
    Some(Plateau {
        neighbours: neighbours.len(),
        score: kept as f64 / neighbours.len() as f64,
        mean_ratio: mean(ratios()),
        least_ratio: ratios().filter(|ratio| ratio.is_finite()).reduce(f64::min),
    })
}

/// The places one step away from `place` along one axis each, in a grid whose last axis runs fastest: at most twice as
/// many as there are axes, fewer at an edge. `steps` are the numbers of values an axis. Empty if `place` is outside.
pub fn grid_neighbours(steps: &[usize], place: usize) -> Vec<usize> {
    let Some(size) = steps
        .iter()
        .try_fold(1_usize, |size, &n| size.checked_mul(n))
    else {
        return Vec::new();
    };
    if place >= size {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut stride = size;
    for &count in steps {
        stride /= count;
        let at = place / stride % count;
        if at > 0 {
            found.push(place - stride);
        }
        if at + 1 < count {
            found.push(place + stride);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Plateau, grid_neighbours, plateau};
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        // Of 2.0, kept at 0.6: 1.8 and 1.2 keep it (0.9, 0.6), 1.0 does not (0.5), one has no objective.
        let found = plateau(2.0, &[Some(1.8), Some(1.2), Some(1.0), None], 0.6);
        let expected = Plateau {
            neighbours: 4,
            score: 0.5,
            mean_ratio: Some((1.8 / 2.0 + 1.2 / 2.0 + 0.5) / 3.0),
            least_ratio: Some(0.5),
        };
        assert_eq!(found, Some(expected));
        let needle = plateau(2.0, &[None, None], 0.6).unwrap();
        assert_eq!(
            (needle.score, needle.mean_ratio, needle.least_ratio),
            (0.0, None, None)
        );
    }

    #[test]
    fn nothing_to_keep() {
        assert_eq!(plateau(0.0, &[Some(1.0)], 0.6), None);
        assert_eq!(plateau(-1.0, &[Some(1.0)], 0.6), None);
        assert_eq!(plateau(f64::NAN, &[Some(1.0)], 0.6), None);
        assert_eq!(plateau(1.0, &[], 0.6), None);
    }

    #[test]
    fn neighbours_of_a_grid() {
        // Axes of 2, 3 and 4 values: place = 12 a + 4 b + c. (1, 1, 0) = 16.
        assert_eq!(grid_neighbours(&[2, 3, 4], 16), [4, 12, 20, 17]);
        assert_eq!(grid_neighbours(&[5], 0), [1]);
        assert_eq!(grid_neighbours(&[1, 1], 0), [0_usize; 0]);
        assert_eq!(grid_neighbours(&[2, 3], 6), [0_usize; 0]);
        assert_eq!(grid_neighbours(&[2, 0], 0), [0_usize; 0]);
        assert_eq!(grid_neighbours(&[usize::MAX, 2], 0), [0_usize; 0]);
    }

    proptest! {
        #[test]
        fn who_is_my_neighbour_has_me_for_one(steps in proptest::collection::vec(1_usize..5, 1..5), at in 0.0..1.0_f64) {
            let size: usize = steps.iter().product();
            let place = (at * size as f64) as usize;
            for neighbour in grid_neighbours(&steps, place) {
                prop_assert!(neighbour < size && grid_neighbours(&steps, neighbour).contains(&place));
            }
        }
    }
}
