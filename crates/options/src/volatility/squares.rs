//! The least sum of squares of a few numbers (Levenberg 1944, Marquardt 1963), with differences for derivatives.

/// Relative step of a difference.
const STEP: f64 = 1e-6;
/// A round that gains less than this share of the sum has arrived.
const ENOUGH: f64 = 1e-10;

/// The numbers with the least sum of squared residuals near `start`, after at most `rounds` rounds. `residuals` fills its
/// buffer and says whether the numbers are allowed; those of `start` must be. Deterministic.
pub(super) fn least<const N: usize>(
    start: [f64; N],
    rounds: usize,
    residuals: impl Fn(&[f64; N], &mut Vec<f64>) -> bool,
) -> [f64; N] {
    let evaluate = |numbers: &[f64; N]| {
        let mut buffer = Vec::new();
        residuals(numbers, &mut buffer).then_some(buffer)
    };
    let mut numbers = start;
    let Some(mut here) = evaluate(&numbers) else {
        return start;
    };
    let mut damping = 1e-3;
    for _ in 0..rounds {
        let columns = differences(&numbers, &here, &evaluate);
        let (matrix, push) = normal_equations(&columns, &here);
        let before = sum(&here);
        let mut gained = None;
        while gained.is_none() && damping < 1e10 {
            let step = solve(damped(&matrix, damping), push);
            let next: [f64; N] = std::array::from_fn(|i| numbers[i] - step[i]);
            match evaluate(&next).filter(|there| sum(there) < before) {
                Some(there) => {
                    gained = Some(before - sum(&there));
                    (numbers, here) = (next, there);
                    damping *= 0.3;
                }
                None => damping *= 4.0,
            }
        }
        if gained.is_none_or(|gain| gain <= ENOUGH * before) {
            break;
        }
    }
    numbers
}

fn sum(residuals: &[f64]) -> f64 {
    residuals.iter().map(|r| r * r).sum()
}

/// The change of every residual for each number; none where a small step is not allowed.
fn differences<const N: usize>(
    numbers: &[f64; N],
    here: &[f64],
    evaluate: &impl Fn(&[f64; N]) -> Option<Vec<f64>>,
) -> [Vec<f64>; N] {
    std::array::from_fn(|i| {
        let step = STEP * numbers[i].abs().max(0.01);
        for step in [step, -step] {
            let mut moved = *numbers;
            moved[i] += step;
            if let Some(there) = evaluate(&moved) {
                return there
                    .iter()
                    .zip(here)
                    .map(|(t, h)| (t - h) / step)
                    .collect();
            }
        }
        vec![0.0; here.len()]
    })
}

/// The matrix and the right side of the normal equations.
fn normal_equations<const N: usize>(
    columns: &[Vec<f64>; N],
    here: &[f64],
) -> ([[f64; N]; N], [f64; N]) {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum();
    let matrix = std::array::from_fn(|i| std::array::from_fn(|j| dot(&columns[i], &columns[j])));
    (matrix, std::array::from_fn(|i| dot(&columns[i], here)))
}

/// Marquardt's damping: in proportion to each number's own curvature, so that units do not matter.
fn damped<const N: usize>(matrix: &[[f64; N]; N], damping: f64) -> [[f64; N]; N] {
    let mut damped = *matrix;
    for (i, row) in damped.iter_mut().enumerate() {
        row[i] += damping * row[i] + f64::MIN_POSITIVE;
    }
    damped
}

/// Gauss's elimination with the largest pivot; a number nothing depends on stays where it is.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = (i..N)
            .max_by(|&a, &b| matrix[a][i].abs().total_cmp(&matrix[b][i].abs()))
            .unwrap_or(i);
        matrix.swap(i, pivot);
        right.swap(i, pivot);
        if matrix[i][i] == 0.0 {
            continue;
        }
        for row in i + 1..N {
            let share = matrix[row][i] / matrix[i][i];
            let above = matrix[i];
            for (x, a) in matrix[row].iter_mut().zip(above) {
                *x -= share * a;
            }
            right[row] -= share * right[i];
        }
    }
    let mut solved = [0.0; N];
    for i in (0..N).rev() {
        let rest: f64 = (i + 1..N).map(|j| matrix[i][j] * solved[j]).sum();
        if matrix[i][i] != 0.0 {
            solved[i] = (right[i] - rest) / matrix[i][i];
        }
    }
    solved
}

#[cfg(test)]
mod tests {
    use super::least;

    #[test]
    fn a_valley_is_followed_to_its_end() {
        // Rosenbrock's valley as residuals: 1 − x and 10(y − x²), both 0 at (1, 1).
        let [x, y] = least([-1.2, 1.0], 200, |[x, y], out| {
            out.extend([1.0 - x, 10.0 * (y - x * x)]);
            true
        });
        assert!((x - 1.0).abs() < 1e-6 && (y - 1.0).abs() < 1e-6, "{x} {y}");
    }

    #[test]
    fn what_is_not_allowed_is_not_entered_and_what_does_not_matter_stays() {
        let [x, y] = least([1.0, 5.0], 100, |[x, _], out| {
            out.push(x - 3.0);
            *x <= 2.0
        });
        assert!(x <= 2.0 && x > 1.9, "{x}");
        assert_eq!(y, 5.0);
    }
}
