//! How far two dated numbers say the same.

use indicators::Figure;
use market::{Date, Series};

/// Two dated numbers held against each other on the dates that have both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Dates with both, at least one.
    pub sessions: usize,
    /// The first of them.
    pub first: Date,
    /// The last of them.
    pub last: Date,
    /// Pearson's correlation of the values; `None` for fewer than three dates or where one of the two never moves.
    pub correlation: Option<f64>,
    /// Mean of the first less the second, in their unit.
    pub bias: f64,
    /// Mean of that difference's size.
    pub mean_difference: f64,
}

/// Holds a figure on `sessions` against a series; `None` without a common date.
pub fn agreement(sessions: &[Date], figure: &Figure, series: &Series) -> Option<Agreement> {
    let dated = sessions.iter().enumerate();
    let pairs: Vec<(Date, f64, f64)> = dated
        .filter_map(|(row, &date)| {
            let at = series.date.binary_search(&date).ok()?;
            Some((date, figure.value.get(row)?, *series.value.get(at)?))
        })
        .collect();
    let n = pairs.len() as f64;
    let mean = |of: fn(&(Date, f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (a, b) = (mean(|p| p.1), mean(|p| p.2));
    let moment =
        |of: &dyn Fn(f64, f64) -> f64| -> f64 { pairs.iter().map(|p| of(p.1 - a, p.2 - b)).sum() };
    let spread = (moment(&|x, _| x * x) * moment(&|_, y| y * y)).sqrt();
    let defined = pairs.len() > 2 && spread > 0.0;
    Some(Agreement {
        sessions: pairs.len(),
        first: pairs.first()?.0,
        last: pairs.last()?.0,
        correlation: defined.then(|| moment(&|x, y| x * y) / spread),
        bias: mean(|p| p.1 - p.2),
        mean_difference: mean(|p| (p.1 - p.2).abs()),
    })
}

#[cfg(test)]
mod tests {
    use indicators::Column;
    use market::Known;

    use super::*;

    fn day(n: u32) -> Date {
        Date::from_ymd_opt(2020, 3, n).unwrap()
    }

    fn figure(values: &[f64]) -> Figure {
        Figure {
            value: Column::new(values.to_vec()),
            members: vec![1; values.len()],
        }
    }

    fn series(value: &[(u32, f64)]) -> Series {
        Series {
            name: "s".to_owned(),
            date: value.iter().map(|v| day(v.0)).collect(),
            value: value.iter().map(|v| v.1).collect(),
            known: Known::Close,
        }
    }

    #[test]
    fn by_hand_on_the_dates_that_have_both() {
        let sessions = [2, 3, 4, 5, 6].map(day);
        let figure = figure(&[10.0, 20.0, f64::NAN, 30.0, 40.0]);
        // Common: the 3rd (20, 19), the 5th (30, 28), the 6th (40, 43). Means 30 and 30. Deviations -10, 0, 10 and
        // -11, -2, 13: sums of squares 200 and 294, of products 240; 240 / sqrt(58800) = 0.98974. Differences 1, 2, -3.
        let found = agreement(
            &sessions,
            &figure,
            &series(&[(3, 19.0), (4, 5.0), (5, 28.0), (6, 43.0), (9, 1.0)]),
        );
        let found = found.unwrap();
        assert_eq!(
            (found.sessions, found.first, found.last),
            (3, day(3), day(6))
        );
        assert!((found.correlation.unwrap() - 240.0 / 58_800_f64.sqrt()).abs() < 1e-12);
        assert_eq!((found.bias, found.mean_difference), (0.0, 2.0));
    }

    #[test]
    fn what_is_not_defined_is_absent() {
        let sessions = [2, 3, 4].map(day);
        let flat = agreement(
            &sessions,
            &figure(&[1.0; 3]),
            &series(&[(2, 1.0), (3, 2.0), (4, 3.0)]),
        );
        assert_eq!(flat.map(|f| (f.correlation, f.bias)), Some((None, -1.0)));
        assert_eq!(
            agreement(&sessions, &figure(&[1.0; 3]), &series(&[(9, 1.0)])),
            None
        );
        let two = agreement(
            &sessions,
            &figure(&[1.0, 2.0, f64::NAN]),
            &series(&[(2, 1.0), (3, 2.0)]),
        );
        assert_eq!(two.unwrap().correlation, None);
    }
}
