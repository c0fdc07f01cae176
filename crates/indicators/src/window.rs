//! Sliding windows in linear time, without subtraction.
//!
//! The rows are cut into blocks of the window's length, so that every window is the tail of one
//! block and the head of the next (van Herk, Gil and Werman). Nothing is ever taken out of an
//! accumulator: no drift however long the column, and a bad value is gone when its window is.
//! Blocks lie at fixed rows, so a longer column changes no earlier result.

/// For each row, `figure` of the `n` values that end there, each lifted by `lift` and joined in order by
/// `join`, and of the row's own value; NaN before the first full window.
#[inline]
pub(crate) fn fold<T: Copy>(
    values: &[f64],
    n: usize,
    lift: impl Fn(f64) -> T,
    join: impl Fn(T, T) -> T,
    figure: impl Fn(T, f64) -> f64,
) -> Vec<f64> {
    let mut out = vec![f64::NAN; values.len()];
    if n == 0 || n > values.len() {
        return out;
    }
    // tail[j]: the block before, from its row j on.
    let mut tail: Vec<T> = values[..n].iter().map(|&v| lift(v)).collect();
    for (k, (block, out)) in values.chunks(n).zip(out.chunks_mut(n)).enumerate() {
        if k > 0 {
            let mut head = None;
            for ((&value, out), &before) in block.iter().zip(out.iter_mut()).zip(&tail[1..]) {
                let upto = head.map_or(lift(value), |head| join(head, lift(value)));
                *out = figure(join(before, upto), value);
                head = Some(upto);
            }
        }
        if block.len() == n {
            let mut from = lift(block[n - 1]);
            tail[n - 1] = from;
            for (tail, &value) in tail.iter_mut().zip(block).rev().skip(1) {
                from = join(lift(value), from);
                *tail = from;
            }
            // The window that is this very block.
            out[n - 1] = figure(from, block[n - 1]);
        }
    }
    out
}

/// Sums over one window, of differences from a value inside it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sums {
    /// The value the differences are taken from.
    pub(crate) reference: f64,
    /// Sum of differences.
    pub(crate) first: f64,
    /// Sum of squared differences.
    pub(crate) second: f64,
}

impl Sums {
    fn add(&mut self, value: f64) {
        let d = value - self.reference;
        self.first += d;
        self.second += d * d;
    }
}

/// `figure` of the sums over the `n` values that end at each row; NaN before the first full window.
///
/// The reference is the last value of the block in which the window begins. As it lies in the
/// window, its distance from the mean is at most √n standard deviations, which bounds the
/// cancellation in a variance; and equal values give sums of exactly zero.
#[inline]
pub(crate) fn sums(values: &[f64], n: usize, figure: impl Fn(Sums) -> f64) -> Vec<f64> {
    let mut out = vec![f64::NAN; values.len()];
    if n == 0 || n > values.len() {
        return out;
    }
    let mut tail = vec![Sums::default(); n];
    for (k, (block, out)) in values.chunks(n).zip(out.chunks_mut(n)).enumerate() {
        let mut head = Sums {
            reference: tail[0].reference,
            ..Sums::default()
        };
        if k > 0 {
            for ((&value, before), out) in block.iter().zip(&tail[1..]).zip(out.iter_mut()) {
                head.add(value);
                *out = figure(Sums {
                    reference: head.reference,
                    first: before.first + head.first,
                    second: before.second + head.second,
                });
            }
        }
        if block.len() == n {
            let mut sum = Sums {
                reference: block[n - 1],
                ..Sums::default()
            };
            for (&value, tail) in block.iter().zip(&mut tail).rev() {
                sum.add(value);
                *tail = sum;
            }
            out[n - 1] = figure(tail[0]);
        }
    }
    out
}

/// The mean of the `n` values that end at each row, into `out`; NaN before the first full window. Bit for bit what
/// [`sums`] gives for it; without the squares, and in memory of the caller's, it takes half the time.
pub(crate) fn means(values: &[f64], n: usize, tail: &mut Vec<f64>, out: &mut Vec<f64>) {
    out.clear();
    out.resize(values.len(), f64::NAN);
    if n == 0 || n > values.len() {
        return;
    }
    tail.clear();
    tail.resize(n, 0.0);
    let share = n as f64;
    let mut reference = 0.0;
    for (k, (block, out)) in values.chunks(n).zip(out.chunks_mut(n)).enumerate() {
        if k > 0 {
            let mut head = 0.0;
            for ((&value, before), out) in block.iter().zip(&tail[1..]).zip(out.iter_mut()) {
                head += value - reference;
                *out = reference + (before + head) / share;
            }
        }
        if block.len() == n {
            reference = block[n - 1];
            let mut sum = 0.0;
            for (&value, tail) in block.iter().zip(tail.iter_mut()).rev() {
                sum += value - reference;
                *tail = sum;
            }
            out[n - 1] = reference + sum / share;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, means, sums};

    #[test]
    fn means_are_the_sums_divided_to_the_last_bit() {
        let values: Vec<f64> = (0..200)
            .map(|i| 10.0 + f64::from(i * i % 37) / 7.0)
            .collect();
        let (mut tail, mut out) = (vec![9.0; 3], vec![9.0; 500]);
        for n in [0, 1, 2, 7, 20, 199, 200, 201] {
            means(&values, n, &mut tail, &mut out);
            let by_sums = sums(&values, n, |s| s.reference + s.first / n as f64);
            assert_eq!(known(&out), known(&by_sums), "{n}");
        }
    }

    /// Every window by itself, NaN as `None` so that it compares.
    fn naive(values: &[f64], n: usize, f: impl Fn(&[f64]) -> f64) -> Vec<Option<f64>> {
        (0..values.len())
            .map(|i| (i + 1 >= n).then(|| f(&values[i + 1 - n..=i])))
            .collect()
    }

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().map(|&v| (!v.is_nan()).then_some(v)).collect()
    }

    #[test]
    fn every_window_length_gives_what_each_window_alone_gives() {
        // Small integers: sums are exact, so equality is exact.
        let values: Vec<f64> = (0..23).map(|i| f64::from(i * i % 11 - 4)).collect();
        for n in 1..=24 {
            assert_eq!(
                known(&fold(&values, n, |v| v, f64::max, |max, _| max)),
                naive(&values, n, |w| w
                    .iter()
                    .copied()
                    .fold(f64::NEG_INFINITY, f64::max)),
                "maximum of {n}"
            );
            let total = sums(&values, n, |s| s.first + s.reference * n as f64);
            assert_eq!(
                known(&total),
                naive(&values, n, |w| w.iter().sum()),
                "sum of {n}"
            );
        }
    }

    #[test]
    fn no_window_and_too_long_a_window_have_no_value() {
        for n in [0, 4, usize::MAX] {
            assert!(
                fold(&[1.0, 2.0, 3.0], n, |v| v, f64::max, |max, _| max)
                    .iter()
                    .all(|v| v.is_nan())
            );
            assert!(
                sums(&[1.0, 2.0, 3.0], n, |s| s.first)
                    .iter()
                    .all(|v| v.is_nan())
            );
        }
        assert!(fold(&[], 3, |v| v, f64::max, |max, _| max).is_empty());
    }
}
