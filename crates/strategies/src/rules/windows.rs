//! Windows over conditions and values.

use indicators::{Indicator as _, Mask, Sma};

use super::truth::Truth;

/// In how many of the last `n` rows the condition held; NaN where it is unknown in any of them, and before there
/// are n.
pub(super) fn count(condition: &Truth, n: usize) -> Vec<f64> {
    let rows = condition.held.len();
    let mut counts = vec![f64::NAN; rows];
    let (mut held, mut known) = (0_usize, 0_usize);
    for (row, count) in counts.iter_mut().enumerate() {
        let (holds, fails) = (condition.held.get(row), condition.failed.get(row));
        held += usize::from(holds);
        known += usize::from(holds || fails);
        if let Some(gone) = row.checked_sub(n) {
            let (held_then, failed_then) = (condition.held.get(gone), condition.failed.get(gone));
            held -= usize::from(held_then);
            known -= usize::from(held_then || failed_then);
        }
        if known == n {
            *count = held as f64;
        }
    }
    counts
}

/// What `count(condition, n) == n` says, by words: known only where all of the last `n` rows are.
pub(super) fn run(condition: &Truth, n: usize) -> Truth {
    let held = in_all(&condition.held, n);
    let known = in_all(&condition.held.or(&condition.failed), n);
    Truth {
        failed: known.and(&held.not()),
        held,
    }
}

/// What `and` of the last `n` rows says: it fails as soon as one of them does.
pub(super) fn all(condition: &Truth, n: usize) -> Truth {
    Truth {
        held: in_all(&condition.held, n),
        failed: in_any(&condition.failed, n),
    }
}

/// Set in all of the last `n` rows. Doubling: a run of 2k rows is a run of k behind a run of k.
fn in_all(mask: &Mask, n: usize) -> Mask {
    doubling(mask, n, Mask::and)
}

/// Set in any of the last `n` rows.
fn in_any(mask: &Mask, n: usize) -> Mask {
    doubling(mask, n, Mask::or)
}

fn doubling(mask: &Mask, n: usize, join: impl Fn(&Mask, &Mask) -> Mask) -> Mask {
    let mut so_far = mask.clone();
    let mut have = 1;
    while have < n {
        let add = have.min(n - have);
        so_far = join(&so_far, &so_far.delayed(add));
        have += add;
    }
    so_far
}

/// A recursive indicator over the rows that have a value: the others are passed over and have none either.
///
/// Without this one unknown row (a reference that has not traded yet this morning) would end it for good.
pub(super) fn over_known(values: &[f64], compute: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let first = values.iter().position(|v| !v.is_nan()).unwrap_or(0);
    if !values[first..].iter().any(|v| v.is_nan()) {
        return compute(values);
    }
    let known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let mut computed = compute(&known).into_iter();
    values
        .iter()
        .map(|value| {
            if value.is_nan() {
                f64::NAN
            } else {
                computed.next().unwrap_or(f64::NAN)
            }
        })
        .collect()
}

/// Rows since the condition held last. A row on which it is unknown counts as one on which it did not hold, but before
/// the first on which it did there is no value.
pub(super) fn since(condition: &Truth) -> Vec<f64> {
    let mut rows = f64::NAN;
    (0..condition.held.len())
        .map(|row| {
            rows = if condition.held.get(row) {
                0.0
            } else {
                rows + 1.0
            };
            rows
        })
        .collect()
}

/// The sum of the last `n` values, to the last bit independent of what lies before them.
pub(super) fn sum(values: &[f64], n: usize) -> Vec<f64> {
    if n <= SUMMED_AT_ONCE {
        return (0..values.len())
            .map(|row| match (row + 1).checked_sub(n) {
                Some(first) => values[first..=row].iter().sum(),
                None => f64::NAN,
            })
            .collect();
    }
    // A mean in linear time, times its count.
    let mut means = Sma { n }.of(values).into_values();
    for mean in &mut means {
        *mean *= n as f64;
    }
    means
}

/// Up to here adding afresh for each row is as fast as anything cleverer, and whole numbers stay whole.
const SUMMED_AT_ONCE: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `1` holds, `0` fails, `?` is unknown.
    fn truth(text: &str) -> Truth {
        Truth {
            held: text.chars().map(|c| c == '1').collect::<Mask>(),
            failed: text.chars().map(|c| c == '0').collect::<Mask>(),
        }
    }

    fn show(values: &[f64]) -> String {
        values
            .iter()
            .map(|v| {
                if v.is_nan() {
                    '?'
                } else {
                    char::from(b'0' + *v as u8)
                }
            })
            .collect()
    }

    #[test]
    fn all_is_the_and_of_its_rows() {
        let shown = |truth: &Truth| -> String {
            let state = |row| match (truth.held.get(row), truth.failed.get(row)) {
                (true, _) => '1',
                (_, true) => '0',
                _ => '?',
            };
            (0..truth.held.len()).map(state).collect()
        };
        assert_eq!(shown(&all(&truth("1110111?1110?1"), 3)), "??10001???1000");
    }

    #[test]
    fn a_recursive_indicator_passes_unknown_rows_over() {
        let sums = |known: &[f64]| {
            let mut sum = 0.0;
            let mut add = |v: &f64| {
                sum += v;
                sum
            };
            known.iter().map(&mut add).collect::<Vec<f64>>()
        };
        let nan = f64::NAN;
        assert_eq!(show(&over_known(&[nan, 1.0, nan, 2.0, 3.0], sums)), "?1?36");
    }

    #[test]
    fn counts_by_hand() {
        assert_eq!(
            show(&count(&truth("1101?0111"), 3)),
            "??22???".to_owned() + "23"
        );
        assert_eq!(show(&since(&truth("?0?1001?0"))), "???012012");
        assert_eq!(show(&sum(&[1.0, 2.0, 3.0, 1.0], 2)), "?354");
    }

    proptest! {
        #[test]
        fn a_run_is_what_the_count_says(states in prop::collection::vec(0_u8..8, 0..200), n in 1_usize..9) {
            let text: String = states.iter().map(|s| match s { 0 => '?', 1 | 2 => '0', _ => '1' }).collect();
            let condition = truth(&text);
            let (counts, runs) = (count(&condition, n), run(&condition, n));
            for (row, count) in counts.iter().enumerate() {
                prop_assert_eq!(runs.held.get(row), *count == n as f64, "row {}", row);
                prop_assert_eq!(runs.failed.get(row), *count < n as f64, "row {}", row);
            }
        }

        #[test]
        fn long_sums_are_near_short_ones(values in prop::collection::vec(-100.0..100.0_f64, 65..200)) {
            let n = 65;
            let long = sum(&values, n);
            for (row, sum) in long.iter().enumerate().skip(n - 1) {
                let fresh: f64 = values[row + 1 - n..=row].iter().sum();
                prop_assert!((sum - fresh).abs() < 1e-9);
            }
        }
    }
}
