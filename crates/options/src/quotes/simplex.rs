//! The least of a function of a few numbers, without derivatives (Nelder & Mead 1965): reflect the worst corner of a
//! simplex through the others' centre, stretch, pull in or shrink. The fits here have kinks, which rule out Gauss–Newton.

/// The corner with the least `cost` after `rounds` rounds from `start`, whose corners lie `spread` of each number away.
/// Deterministic; of equal corners the earlier stays.
pub(crate) fn least<const N: usize>(
    start: [f64; N],
    spread: f64,
    rounds: usize,
    cost: impl Fn(&[f64; N]) -> f64,
) -> [f64; N] {
    let mut corners: Vec<([f64; N], f64)> = vec![(start, cost(&start))];
    for i in 0..N {
        let mut corner = start;
        corner[i] += if corner[i] == 0.0 {
            spread
        } else {
            corner[i] * spread
        };
        corners.push((corner, cost(&corner)));
    }
    let along = |from: &[f64; N], to: &[f64; N], by: f64| {
        let mut point = *from;
        for (p, t) in point.iter_mut().zip(to) {
            *p += by * (t - *p);
        }
        let its = cost(&point);
        (point, its)
    };
    for _ in 0..rounds {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, second, worst) = (corners[0].1, corners[N - 1].1, corners[N]);
        let mut centre = [0.0; N];
        for (corner, _) in &corners[..N] {
            for (c, x) in centre.iter_mut().zip(corner) {
                *c += x / N as f64;
            }
        }
        let reflected = along(&worst.0, &centre, 2.0);
        let next = if reflected.1 < best {
            let stretched = along(&worst.0, &centre, 3.0);
            Some(if stretched.1 < reflected.1 {
                stretched
            } else {
                reflected
            })
        } else if reflected.1 < second {
            Some(reflected)
        } else {
            let outside = reflected.1 < worst.1;
            let pulled = along(&worst.0, &centre, if outside { 1.5 } else { 0.5 });
            (pulled.1 < reflected.1.min(worst.1)).then_some(pulled)
        };
        if let Some(corner) = next {
            corners[N] = corner;
            continue;
        }
        let (best, _) = corners[0];
        for corner in &mut corners[1..] {
            *corner = along(&best, &corner.0, 0.5);
        }
    }
    corners.sort_by(|a, b| a.1.total_cmp(&b.1));
    corners[0].0
}

#[cfg(test)]
mod tests {
    use super::least;

    #[test]
    fn the_least_of_a_valley_and_of_a_kink() {
        // Rosenbrock's valley: least at (1, 1).
        let [x, y] = least([-1.2, 1.0], 0.1, 400, |[x, y]| {
            (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
        });
        assert!((x - 1.0).abs() < 1e-6 && (y - 1.0).abs() < 1e-6, "{x} {y}");
        let [x] = least([5.0], 0.1, 200, |[x]| (x - 2.0).abs());
        assert!((x - 2.0).abs() < 1e-9, "{x}");
    }
}
