//! Exponential smoothing, TA-Lib's way: seeded with a plain mean, then recursive.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};

/// Exponential moving average (TA-Lib `EMA`): the first value is the mean of the first `n` values, then
/// `ema += 2 / (n + 1) × (x − ema)`.
///
/// First value at row `n − 1`. Unit of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ema {
    /// Rows in the seed; the weight of the newest value is `2 / (n + 1)`.
    pub n: usize,
}

impl Indicator for Ema {
    fn warm_up(&self) -> usize {
        self.n.wrapping_sub(1)
    }

    fn unit(&self) -> Unit {
        Unit::Input
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let weight = 2.0 / (self.n as f64 + 1.0);
        Column::new(smoothed(input.close.to_vec(), self.n, weight))
    }
}

/// Smooths in place: the mean of the first `n` known values, then `y += weight × (x − y)`; NaN before.
pub(crate) fn smoothed(mut values: Vec<f64>, n: usize, weight: f64) -> Vec<f64> {
    let first = values
        .iter()
        .position(|v| !v.is_nan())
        .unwrap_or(values.len());
    let after = first.saturating_add(n);
    if n == 0 || after > values.len() {
        values.fill(f64::NAN);
        return values;
    }
    // Differences from the first value, so that equal values have exactly their value as mean.
    let base = values[first];
    let seed = base + values[first..after].iter().map(|v| v - base).sum::<f64>() / n as f64;
    values[..after].fill(f64::NAN);
    values[after - 1] = seed;
    recur(&mut values[after..], seed, weight);
    values
}

/// Rows computed together.
const LANES: usize = 4;

/// `y += weight × (x − y)` through `values`, in place.
///
/// Written out, each step waits for the one before: three dependent operations a row. Taken four at
/// a time, `y[k] = y[0] + Σ weight × (1 − weight)^(k−j) × (x[j] − y[0])`, only the last of four
/// waits, and a quarter of the time goes by. Row k uses the terms up to k alone, so a column that
/// ends inside a group of four has the same bits; and equal values stay exactly equal.
fn recur(values: &mut [f64], seed: f64, weight: f64) {
    let keep = 1.0 - weight;
    let w1 = weight * keep;
    let w2 = w1 * keep;
    let w3 = w2 * keep;
    let four = |y: f64, x: [f64; LANES]| {
        let d = x.map(|x| x - y);
        [
            y + weight * d[0],
            y + (w1 * d[0] + weight * d[1]),
            y + ((w2 * d[0] + w1 * d[1]) + weight * d[2]),
            y + ((w3 * d[0] + w2 * d[1]) + (w1 * d[2] + weight * d[3])),
        ]
    };
    let mut y = seed;
    let (groups, rest) = values.as_chunks_mut::<LANES>();
    for group in groups {
        *group = four(y, *group);
        y = group[LANES - 1];
    }
    let mut last = [y; LANES];
    last[..rest.len()].copy_from_slice(rest);
    rest.copy_from_slice(&four(y, last)[..rest.len()]);
}

#[cfg(test)]
mod tests {
    use super::Ema;
    use crate::column::Column;
    use crate::indicator::Indicator;

    #[test]
    fn average_by_hand() {
        // Seed (2 + 4 + 6) / 3 = 4; weight 2 / 4: (4 + 8) / 2 = 6, (6 + 2) / 2 = 4, (4 + 3) / 2 = 3.5,
        // (3.5 + 3.5) / 2 = 3.5, (3.5 + 0) / 2 = 1.75: six rows after the seed's window cross a group of four.
        let ema = Ema { n: 3 }.of(&[2.0, 4.0, 6.0, 8.0, 2.0, 3.0, 3.5, 0.0]);
        let none = f64::NAN;
        assert_eq!(
            ema,
            Column::new(vec![none, none, 4.0, 6.0, 4.0, 3.5, 3.5, 1.75])
        );
    }

    #[test]
    fn one_row_is_no_smoothing() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0];
        assert_eq!(Ema { n: 1 }.of(&values), Column::new(values.to_vec()));
    }

    #[test]
    fn equal_values_are_their_own_average() {
        let ema = Ema { n: 7 }.of(&[0.1; 100]);
        assert!((6..100).all(|i| ema.get(i) == Some(0.1)));
    }

    #[test]
    fn the_warm_up_of_the_input_comes_on_top() {
        let ema = Ema { n: 2 }.of(&[f64::NAN, f64::NAN, 1.0, 3.0, 5.0]);
        // Seed (1 + 3) / 2 = 2 at row 3; weight 2/3: 2 + (5 − 2) × 2/3 = 4.
        assert_eq!(ema.first_valid(), Some(3));
        assert_eq!(ema.get(3), Some(2.0));
        assert!((ema.get(4).unwrap() - 4.0).abs() < 1e-15);
    }
}
