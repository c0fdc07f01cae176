//! The worst twentieth of the returns.

use crate::defined;

/// The 5 % quantile of returns and what lies below it, found by selection: nothing is sorted, and returns of 0 are counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    /// The return at the quantile's place, rounded down, and the next one.
    edge: [f64; 2],
    /// How far the place lies between the two.
    part: f64,
    /// Returns up to the lower one, it included.
    count: usize,
    /// Their sum.
    sum: f64,
}

impl Tail {
    /// The tail of `count` returns, of which those that are not in `returns` are 0. `None` without returns, and if one is no
    /// number (ordering would put it last, as if it were the best session). `room` is written over.
    pub(crate) fn of(returns: &[f64], count: usize, room: &mut Vec<f64>) -> Option<Self> {
        let steps = count.checked_sub(1)?;
        if !returns.iter().fold(true, |sound, r| sound & r.is_finite()) {
            return None;
        }
        let place = 0.05 * steps as f64;
        let (below, part) = (place.floor() as usize, place.fract());
        let losses = returns.iter().filter(|&&r| r < 0.0).count();
        let gains = returns.iter().filter(|&&r| r > 0.0).count();
        let zeros = count.saturating_sub(losses + gains);
        let mut ranked = |rank: usize| {
            if rank < losses {
                neighbours(returns.iter().filter(|&&r| r < 0.0), rank, room)
            } else if rank < losses + zeros {
                [0.0; 2]
            } else {
                let gains = returns.iter().filter(|&&r| r > 0.0);
                neighbours(gains, rank - losses - zeros, room)
            }
        };
        let [low, next] = ranked(below);
        let high = if part == 0.0 {
            low
        } else if below + 1 == losses || below + 1 == losses + zeros {
            // The next one is of another sign.
            ranked(below + 1)[0]
        } else {
            next
        };
        // Those strictly below the edge, in order of time, and of those at it as many as are left.
        let (mut sum, mut worse) = (0.0, if low > 0.0 { zeros } else { 0 });
        for &r in returns.iter().filter(|&&r| r < low && r != 0.0) {
            sum += r;
            worse += 1;
        }
        Some(Self {
            edge: [low, high],
            part,
            count: below + 1,
            sum: sum + (below + 1).saturating_sub(worse) as f64 * low,
        })
    }

    /// The quantile, interpolated between neighbours.
    pub(crate) fn value_at_risk(&self) -> Option<f64> {
        let [low, high] = self.edge;
        defined(low + self.part * (high - low))
    }

    /// The mean of the returns at or below the quantile's lower neighbour.
    pub(crate) fn conditional_value_at_risk(&self) -> Option<f64> {
        defined(self.sum / self.count as f64)
    }
}

/// The value that `rank` others come before in ascending order, and the one after it; the last if there are not as many.
fn neighbours<'a>(
    values: impl Iterator<Item = &'a f64>,
    rank: usize,
    room: &mut Vec<f64>,
) -> [f64; 2] {
    room.clear();
    room.extend(values);
    let Some(last) = room.len().checked_sub(1) else {
        return [0.0; 2];
    };
    let (_, &mut low, after) = room.select_nth_unstable_by(rank.min(last), f64::total_cmp);
    let next = after.iter().copied().min_by(f64::total_cmp);
    [low, next.unwrap_or(low)]
}

#[cfg(test)]
mod tests {
    use super::Tail;
    use proptest::prelude::*;

    /// By sorting.
    fn plain(returns: &[f64]) -> (f64, f64) {
        let mut ascending = returns.to_vec();
        ascending.sort_by(f64::total_cmp);
        let place = 0.05 * (returns.len() - 1) as f64;
        let below = place.floor() as usize;
        let low = ascending[below];
        let high = ascending.get(below + 1).copied().unwrap_or(low);
        let worst = &ascending[..=below];
        let mean = worst.iter().sum::<f64>() / worst.len() as f64;
        (low + place.fract() * (high - low), mean)
    }

    /// Few different values, so that many are equal, and zeros among them.
    fn returns() -> impl Strategy<Value = Vec<f64>> {
        let few = (-6..6_i32).prop_map(|r| f64::from(r) / 64.0);
        let mostly_flat = prop_oneof![4 => Just(0.0), 1 => few.clone()];
        prop_oneof![
            proptest::collection::vec(few, 1..300),
            proptest::collection::vec(mostly_flat, 1..300),
            proptest::collection::vec(0.001..0.2_f64, 1..80),
        ]
    }

    proptest! {
        #[test]
        fn selecting_finds_what_sorting_does(returns in returns()) {
            let (edge, mean) = plain(&returns);
            let moved: Vec<f64> = returns.iter().copied().filter(|&r| r != 0.0).collect();
            for given in [&returns, &moved] {
                let tail = Tail::of(given, returns.len(), &mut Vec::new()).unwrap();
                prop_assert_eq!(tail.value_at_risk(), Some(edge));
                let found = tail.conditional_value_at_risk().unwrap();
                prop_assert!((found - mean).abs() <= 1e-14, "{} for {}", found, mean);
            }
        }
    }
}
