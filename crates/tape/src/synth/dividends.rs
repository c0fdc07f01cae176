//! Quarterly dividends by rule.
//!
//! Ex-date: a fixed number of sessions after the third Friday of March, June, September and
//! December (or the session after it, where that Friday is closed). Amount: a quarter of the
//! symbol's yield on the line between the turning points around the date, to a tenth of a cent.

use chrono::Datelike;
use market::Dividend;

use super::grid::Grid;
use super::symbols::Symbol;

/// The symbol's dividends, ex-dates ascending.
pub(super) fn of(grid: &Grid, symbol: &Symbol) -> Vec<Dividend> {
    ex_dates(grid, symbol)
        .map(|index| Dividend {
            ex_date: grid.sessions[index].date,
            amount_usd: amount(grid, symbol, index),
        })
        .collect()
}

/// Dollars a share by session, 0 on all but ex-dates.
pub(super) fn by_session(grid: &Grid, symbol: &Symbol) -> Vec<f64> {
    let mut amounts = vec![0.0; grid.len()];
    for index in ex_dates(grid, symbol) {
        amounts[index] = amount(grid, symbol, index);
    }
    amounts
}

/// The first day of a third week (the 15th at the earliest) that is a Friday, or what follows it,
/// plus the symbol's lag.
fn ex_dates(grid: &Grid, symbol: &Symbol) -> impl Iterator<Item = usize> {
    let months = grid
        .sessions
        .chunk_by(|a, b| (a.date.year(), a.date.month()) == (b.date.year(), b.date.month()));
    months
        .scan(0, |start, month| {
            let first = *start;
            *start += month.len();
            Some((first, month))
        })
        .filter(|(_, month)| month[0].date.month() % 3 == 0)
        .filter_map(move |(first, month)| {
            let day_one = month[0].date.with_day(1)?;
            let to_friday = (11 - day_one.weekday().num_days_from_monday()) % 7;
            let third_friday = day_one.with_day(1 + to_friday + 14)?;
            let at = first + month.partition_point(|s| s.date < third_friday) + symbol.ex_date_lag;
            (at < grid.len()).then_some(at)
        })
}

fn amount(grid: &Grid, symbol: &Symbol, index: usize) -> f64 {
    let line = grid
        .stretches
        .iter()
        .find(|s| index <= s.to)
        .map_or(0.0, |s| {
            s.line((symbol.close)(&s.start), (symbol.close)(&s.end), index)
        });
    (line * symbol.dividend_yield / 4.0 * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use market::Date;

    use super::super::symbols::{IWM, KRE, SPY};
    use super::*;

    #[test]
    fn ex_dates_are_counted_from_the_third_friday() {
        let grid = Grid::new();
        let dates = |symbol| {
            of(&grid, symbol)
                .iter()
                .map(|d| d.ex_date)
                .collect::<Vec<_>>()
        };
        let day = |y, m, d| Date::from_ymd_opt(y, m, d).unwrap();
        // Third Fridays: 2016-09-16, 2018-12-21 and 2023-12-15. IWM goes four sessions later: over a
        // weekend on 2018-12-21, then Mon 24, Wed 26, Thu 27, Fri 28.
        assert_eq!(dates(&SPY)[0], day(2016, 9, 16));
        assert_eq!(dates(&KRE)[0], day(2016, 9, 19));
        assert_eq!(dates(&IWM)[0], day(2016, 9, 22));
        assert!(dates(&IWM).contains(&day(2018, 12, 28)));
        assert_eq!(*dates(&KRE).last().unwrap(), day(2023, 12, 18));
        // Two quarters of 2016 and seven years.
        assert_eq!(dates(&IWM).len(), 30);
    }

    #[test]
    fn amounts_are_a_quarter_of_the_yield() {
        let grid = Grid::new();
        // 2016-09-22 lies between 115.39 and 115.00: 0.012 ÷ 4 × 115.1 or so = 0.345.
        assert_eq!(of(&grid, &IWM)[0].amount_usd, 0.345);
        let total: f64 = by_session(&grid, &IWM).iter().sum();
        let same: f64 = of(&grid, &IWM).iter().map(|d| d.amount_usd).sum();
        assert_eq!(total, same);
    }
}
