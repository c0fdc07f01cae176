//! Returns by calendar month and year.

use chrono::Datelike as _;
use market::Date;

use crate::defined;
use crate::path::EquityPath;

/// The return of a calendar period, or of the part of it that the path covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodReturn {
    /// The calendar year.
    pub year: i32,
    /// The month from 1; `None` of a whole year.
    pub month: Option<u32>,
    /// Last close in the period ÷ last close before it (start equity, for the first) − 1, a fraction; `None` where that base
    /// is not above 0.
    pub net_return: Option<f64>,
}

/// Returns by calendar month, oldest first; months without a close are not there. `dates` are those of the closes, ascending: of
/// lists of different lengths the shorter counts.
pub fn monthly_returns(dates: &[Date], path: &EquityPath<'_>) -> Vec<PeriodReturn> {
    by_period(dates, path, |date| (date.year(), Some(date.month())))
}

/// Returns by calendar year; as [`monthly_returns`].
pub fn yearly_returns(dates: &[Date], path: &EquityPath<'_>) -> Vec<PeriodReturn> {
    by_period(dates, path, |date| (date.year(), None))
}

fn by_period(
    dates: &[Date],
    path: &EquityPath<'_>,
    period: impl Fn(Date) -> (i32, Option<u32>),
) -> Vec<PeriodReturn> {
    let mut returns = Vec::new();
    let mut base = path.start_equity;
    let mut closes = dates.iter().zip(path.closes).peekable();
    while let Some((&date, &close)) = closes.next() {
        let (year, month) = period(date);
        if closes
            .peek()
            .is_some_and(|(next, _)| period(**next) == (year, month))
        {
            continue;
        }
        let sound = base > 0.0;
        returns.push(PeriodReturn {
            year,
            month,
            net_return: sound.then(|| close / base - 1.0).and_then(defined),
        });
        base = close;
    }
    returns
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> Date {
        Date::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn months_chain_from_close_to_close() {
        let dates = [
            day(2020, 1, 30),
            day(2020, 1, 31),
            day(2020, 2, 3),
            day(2020, 4, 1),
            day(2021, 1, 4),
        ];
        let path = EquityPath {
            start_equity: 100.0,
            closes: &[90.0, 110.0, 99.0, 148.5, 74.25],
        };
        let told: Vec<_> = monthly_returns(&dates, &path)
            .iter()
            .map(|p| (p.year, p.month.unwrap(), p.net_return.unwrap()))
            .collect();
        // 110 ÷ 100, 99 ÷ 110, 148.5 ÷ 99 (March had no close), 74.25 ÷ 148.5.
        assert_eq!(
            told,
            [
                (2020, 1, 110.0 / 100.0 - 1.0),
                (2020, 2, 99.0 / 110.0 - 1.0),
                (2020, 4, 0.5),
                (2021, 1, -0.5)
            ]
        );
        let years: Vec<_> = yearly_returns(&dates, &path)
            .iter()
            .map(|p| (p.year, p.month, p.net_return.unwrap()))
            .collect();
        assert_eq!(
            years,
            [(2020, None, 148.5 / 100.0 - 1.0), (2021, None, -0.5)]
        );
    }

    #[test]
    fn a_base_of_nothing_has_no_return() {
        let dates = [day(2020, 1, 31), day(2020, 2, 28), day(2020, 3, 31)];
        let path = EquityPath {
            start_equity: 10.0,
            closes: &[-5.0, 20.0, 30.0],
        };
        let told: Vec<_> = monthly_returns(&dates, &path)
            .iter()
            .map(|p| p.net_return)
            .collect();
        assert_eq!(told, [Some(-1.5), None, Some(0.5)]);
        assert_eq!(monthly_returns(&[], &path), []);
    }

    proptest! {
        #[test]
        fn months_and_years_multiply_to_the_whole(steps in proptest::collection::vec((1_u64..60, 0.5..1.5_f64), 1..80)) {
            let (mut date, mut equity) = (day(2015, 1, 2), 100.0);
            let (mut dates, mut closes) = (Vec::new(), Vec::new());
            for (days, factor) in steps {
                date = date.checked_add_days(chrono::Days::new(days)).unwrap();
                equity *= factor;
                dates.push(date);
                closes.push(equity);
            }
            let path = EquityPath { start_equity: 100.0, closes: &closes };
            for periods in [monthly_returns(&dates, &path), yearly_returns(&dates, &path)] {
                let product: f64 = periods.iter().map(|p| 1.0 + p.net_return.unwrap()).product();
                prop_assert!((product / (equity / 100.0) - 1.0).abs() < 1e-9);
                let ascending = periods.windows(2).all(|pair| (pair[0].year, pair[0].month) < (pair[1].year, pair[1].month));
                prop_assert!(ascending);
            }
        }
    }
}
