//! Sobol's sequence, scrambled as Owen does.
//!
//! Why not a crate: those that scramble stop at 2^16 points and give 24 bits; the table is 31 lines.

use super::directions::JOE_KUO;
use super::draw::{Dice, mix};

/// One axis of the sequence.
#[derive(Clone, Debug)]
pub(super) struct Dimension {
    directions: [u32; 32],
    seed: u64,
}

impl Dimension {
    /// The `n`-th axis, from 0; axes beyond the table begin anew with another scrambling (none do: the table
    /// has as many rows as a space may have axes).
    pub(super) fn new(n: usize, dice: &mut Dice) -> Self {
        Self {
            directions: directions(n),
            seed: dice.bits(),
        }
    }

    /// The `index`-th coordinate, inside (0, 1): the middle of its 2^-32.
    pub(super) fn unit(&self, index: u32) -> f64 {
        (f64::from(scrambled(self.raw(index), self.seed)) + 0.5) / 4_294_967_296.0
    }

    /// Unscrambled, as 32 binary places, in the order of the index's own bits (not of its Gray code).
    fn raw(&self, index: u32) -> u32 {
        let bits = (0..32).filter(|bit| index >> bit & 1 == 1);
        bits.fold(0, |sum, bit| sum ^ self.directions[bit])
    }
}

/// Bratley & Fox (1988), Algorithm 659: `v_i` from the `s` before it.
fn directions(n: usize) -> [u32; 32] {
    let Some((coefficients, initial)) = n.checked_sub(1).map(|n| JOE_KUO[n % JOE_KUO.len()]) else {
        return std::array::from_fn(|i| 1 << (31 - i));
    };
    let degree = initial.len();
    let mut v = [0_u32; 32];
    for i in 0..32 {
        v[i] = match initial.get(i) {
            Some(m) => m << (31 - i),
            None => (1..degree)
                .filter(|k| coefficients >> (degree - 1 - k) & 1 == 1)
                .fold(v[i - degree] ^ (v[i - degree] >> degree), |sum, k| {
                    sum ^ v[i - k]
                }),
        };
    }
    v
}

/// Owen's nested uniform scrambling (1995): every binary place is flipped or not by chance, a chance of its own
/// for every run of places before it.
fn scrambled(x: u32, seed: u64) -> u32 {
    (0..32).fold(0, |sum, place| {
        let before = (u64::from(x) << place >> 32 | 1 << place) ^ seed;
        let flip = (mix(before) & 1) as u32;
        sum | ((x >> (31 - place) & 1) ^ flip) << (31 - place)
    })
}

#[cfg(test)]
mod tests {
    use super::super::draw::Stream;
    use super::*;

    fn dimensions(count: usize, seed: u64) -> Vec<Dimension> {
        let mut dice = Dice::new(seed, Stream::Scramble);
        (0..count).map(|n| Dimension::new(n, &mut dice)).collect()
    }

    /// The first ten points in three dimensions as Joe & Kuo publish them (in Gray-code order).
    #[test]
    fn the_first_points_are_the_published_ones() {
        let published = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
            [0.1875, 0.3125, 0.9375],
            [0.6875, 0.8125, 0.4375],
        ];
        let dimensions = dimensions(3, 0);
        for (n, point) in published.iter().enumerate() {
            let index = (n ^ (n >> 1)) as u32;
            for (dimension, x) in dimensions.iter().zip(point) {
                assert_eq!(f64::from(dimension.raw(index)) / 4_294_967_296.0, *x, "{n}");
            }
        }
    }

    /// A net: scrambled or not, the first 2^k points of every axis fall one into each 2^-k.
    #[test]
    fn every_axis_is_even_at_every_power_of_two() {
        for (n, dimension) in dimensions(32, 11).iter().enumerate() {
            for k in [1, 4, 9] {
                let count = 1_u32 << k;
                let mut cells: Vec<u32> = (0..count)
                    .map(|index| (dimension.unit(index) * f64::from(count)) as u32)
                    .collect();
                cells.sort_unstable();
                assert!(cells.into_iter().eq(0..count), "axis {n}, 2^{k}");
            }
        }
    }

    /// The first two axes are a (0, 2)-sequence: of 16 points, one in every box of 1/4 × 1/4, 1/2 × 1/8 and so
    /// on, and scrambling keeps it.
    #[test]
    fn the_first_plane_is_even_in_boxes() {
        for seed in 0..20 {
            let dimensions = dimensions(2, seed);
            for (wide, high) in [(2, 8), (4, 4), (8, 2), (16, 1)] {
                let mut boxes: Vec<u32> = (0..16)
                    .map(|index| {
                        let x = (dimensions[0].unit(index) * f64::from(wide)) as u32;
                        let y = (dimensions[1].unit(index) * f64::from(high)) as u32;
                        x * high + y
                    })
                    .collect();
                boxes.sort_unstable();
                assert!(boxes.into_iter().eq(0..16), "{wide} × {high}");
            }
        }
    }

    #[test]
    fn seeds_scramble_differently() {
        let first = |seed| dimensions(2, seed)[1].unit(5);
        assert_ne!(first(1), first(2));
    }

    /// Warnock's closed form of the L2 star discrepancy, squared.
    fn discrepancy(points: &[[f64; 3]]) -> f64 {
        let n = points.len() as f64;
        let single: f64 = points
            .iter()
            .map(|p| p.iter().map(|x| (1.0 - x * x) / 2.0).product::<f64>())
            .sum();
        let pairs: f64 = points
            .iter()
            .flat_map(|p| points.iter().map(move |q| (p, q)))
            .map(|(p, q)| {
                p.iter()
                    .zip(q)
                    .map(|(x, y)| 1.0 - x.max(*y))
                    .product::<f64>()
            })
            .sum();
        1.0 / 27.0 - 2.0 / n * single + pairs / (n * n)
    }

    /// Over ten seeds, 128 scrambled points leave less than a tenth of the squared discrepancy of random ones.
    #[test]
    fn points_are_far_more_even_than_random_ones() {
        let (mut ours, mut random) = (0.0, 0.0);
        for seed in 0..10 {
            let dimensions = dimensions(3, seed);
            let points: Vec<[f64; 3]> = (0..128)
                .map(|index| std::array::from_fn(|n| dimensions[n].unit(index)))
                .collect();
            ours += discrepancy(&points);
            let mut dice = Dice::new(seed, Stream::Units);
            let points: Vec<[f64; 3]> = (0..128)
                .map(|_| std::array::from_fn(|_| dice.unit()))
                .collect();
            random += discrepancy(&points);
        }
        assert!(ours < random / 10.0, "{ours} {random}");
    }
}
