//! Relative strength index.

use crate::column::Column;
use crate::indicator::{Indicator, Prices, Unit};
use crate::smooth::smoothed;

/// Relative strength index (TA-Lib `RSI`, Wilder's): `100 × gain / (gain + loss)`, gain and loss the
/// averages of upward and downward changes, seeded with the mean of the first `n` changes, then
/// `avg += (change − avg) / n`.
///
/// First value at row `n`. From 0 to 100. Where nothing has moved there is none: 0/0, for which
/// TA-Lib gives 0, would read as sold out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rsi {
    /// Changes in the seed; the weight of the newest is `1 / n`.
    pub n: usize,
}

impl Indicator for Rsi {
    fn warm_up(&self) -> usize {
        if self.n == 0 { usize::MAX } else { self.n }
    }

    fn unit(&self) -> Unit {
        Unit::Hundred
    }

    fn compute(&self, input: Prices<'_>) -> Column {
        let weight = 1.0 / self.n as f64;
        let mut gain = smoothed(changes(input.close, 1.0), self.n, weight);
        let loss = smoothed(changes(input.close, -1.0), self.n, weight);
        for (gain, loss) in gain.iter_mut().zip(loss) {
            let both = *gain + loss;
            // Divided first: a quotient of at most 1 keeps the scale's end at 100 exactly.
            *gain = if both > 0.0 {
                *gain / both * 100.0
            } else {
                f64::NAN
            };
        }
        Column::new(gain)
    }
}

/// Changes in the direction of `sign`, 0 for the others; NaN in the first row.
fn changes(values: &[f64], sign: f64) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    out.extend(values.first().map(|_| f64::NAN));
    out.extend(values.windows(2).map(|pair| {
        let change = (pair[1] - pair[0]) * sign;
        if change < 0.0 { 0.0 } else { change }
    }));
    out
}

#[cfg(test)]
mod tests {
    use super::Rsi;
    use crate::indicator::Indicator;

    #[test]
    fn strength_by_hand() {
        // Changes +2 −1 +1 −3, n = 2. Seed: gain (2+0)/2 = 1, loss (0+1)/2 = 0.5: 100 × 1/1.5.
        // +1: gain (1+1)/2 = 1, loss 0.25: 100 × 1/1.25 = 80. −3: gain 0.5, loss (0.25+3)/2 = 1.625: 100 × 0.5/2.125.
        let rsi = Rsi { n: 2 }.of(&[10.0, 12.0, 11.0, 12.0, 9.0]);
        let expected = [
            None,
            None,
            Some(100.0 / 1.5),
            Some(80.0),
            Some(50.0 / 2.125),
        ];
        for (i, want) in expected.into_iter().enumerate() {
            match (rsi.get(i), want) {
                (Some(have), Some(want)) => assert!((have - want).abs() < 1e-12, "row {i}: {have}"),
                (have, want) => assert_eq!(have, want, "row {i}"),
            }
        }
    }

    #[test]
    fn rounding_does_not_lead_off_the_scale() {
        // Found by chance: 100 × gain ÷ gain gave 100.00000000000001.
        let rising = [
            102.772_445_982_754_48,
            102.782_723_227_352_75,
            103.210_057_268_445_24,
            108.238_788_166_898_71,
        ];
        assert_eq!(Rsi { n: 2 }.of(&rising).get(3), Some(100.0));
    }

    #[test]
    fn one_way_is_an_end_of_the_scale_and_no_way_is_none() {
        assert_eq!(Rsi { n: 2 }.of(&[1.0, 2.0, 3.0]).get(2), Some(100.0));
        assert_eq!(Rsi { n: 2 }.of(&[3.0, 2.0, 1.0]).get(2), Some(0.0));
        assert_eq!(Rsi { n: 2 }.of(&[3.0, 3.0, 3.0]).get(2), None);
    }
}
