//! Volatility indices on sessions: what a surface may use, and what a rank is made of.

use market::{Date, Known, Series};

use super::skew::YEAR_DAYS;
use super::term::{INDEX_DAYS, Level, NEAR_DAYS, Readings, TermSource};

/// A series' values on sessions (ascending dates): that of the session, or of one at most `most_age` sessions before. A value
/// that is published later than its date's close is that much older.
///
/// At the close of a session the volatility indices of that date are known. With `most_age` 0 only a value of the session
/// itself counts, as a rank wants; with 1 the one before stands in, as a price may.
pub fn on_sessions(series: &Series, sessions: &[Date], most_age: usize) -> Vec<Option<f64>> {
    let lag = match series.known {
        Known::Close => 0,
        Known::NextSession => 1,
    };
    let on = |session: usize| {
        let row = series.date.binary_search(sessions.get(session)?).ok()?;
        series.value.get(row).copied()
    };
    (0..sessions.len())
        .map(|i| (lag..=most_age).find_map(|age| on(i.checked_sub(age)?)))
        .collect()
}

/// Readings session by session from columns as [`on_sessions`] makes them; a column that is shorter is unknown beyond its end.
pub fn readings(
    index: &[Option<f64>],
    vix: &[Option<f64>],
    vix9d: &[Option<f64>],
    vix3m: &[Option<f64>],
) -> Vec<Readings> {
    let at = |column: &[Option<f64>], i: usize| column.get(i).copied().flatten();
    (0..index.len())
        .map(|i| Readings {
            index: index[i],
            vix: at(vix, i),
            vix9d: at(vix9d, i),
            vix3m: at(vix3m, i),
        })
        .collect()
}

/// Up to so many days the near ratio is taken as it is: "ten-day volatility" is index × VIX9D ÷ VIX, not moved by a day along the
/// curve.
const TEN_DAYS: f64 = 10.0;

/// Strip volatility of a constant maturity, points, session by session: the column an IV rank is made of. NaN where a session
/// lacks the index, or the ratio that its tenor rests on: to fill that end with the 30-day level would move the rank by a
/// day's worth of term structure, and enter on it.
pub fn constant_maturity(readings: &[Readings], tenor_days: f64) -> Vec<f64> {
    readings
        .iter()
        .map(|readings| points(readings, tenor_days).unwrap_or(f64::NAN))
        .collect()
}

fn points(readings: &Readings, tenor_days: f64) -> Option<f64> {
    if (NEAR_DAYS..=TEN_DAYS).contains(&tenor_days) {
        let known =
            |points: Option<f64>| points.filter(|points| points.is_finite() && *points > 0.0);
        return Some(known(readings.index)? * known(readings.vix9d)? / known(readings.vix)?);
    }
    let level = Level::new(readings).ok()?;
    let source = if tenor_days < INDEX_DAYS {
        level.near_source()
    } else if tenor_days > INDEX_DAYS {
        level.far_source()
    } else {
        TermSource::Ratio
    };
    (source != TermSource::Flat && tenor_days > 0.0).then(|| 100.0 * level.volatility(tenor_days))
}

/// Volatility at the money of a constant maturity, points: the strip's, less what the skew adds to it. NaN as above.
pub fn constant_maturity_at_the_money(
    readings: &[Readings],
    tenor_days: f64,
    skew: &super::Skew,
) -> Vec<f64> {
    let at_the_money = |readings: &Readings| {
        points(readings, tenor_days)?;
        let surface = super::Surface::new(Level::new(readings).ok()?, skew);
        Some(100.0 * surface.smile(tenor_days / YEAR_DAYS).at_the_money())
    };
    readings
        .iter()
        .map(|readings| at_the_money(readings).unwrap_or(f64::NAN))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Skew, SkewParameters};
    use super::*;

    fn day(day: u32) -> Date {
        Date::from_ymd_opt(2018, 12, day).unwrap()
    }

    fn series(known: Known) -> Series {
        Series {
            name: "RVX".to_owned(),
            date: vec![day(3), day(4), day(7)],
            value: vec![20.0, 21.0, 22.0],
            known,
        }
    }

    #[test]
    fn a_value_stands_in_for_one_session_and_no_longer() {
        let sessions = [day(3), day(4), day(5), day(6), day(7)];
        let close = series(Known::Close);
        let own = [Some(20.0), Some(21.0), None, None, Some(22.0)];
        assert_eq!(on_sessions(&close, &sessions, 0), own);
        let carried = [Some(20.0), Some(21.0), Some(21.0), None, Some(22.0)];
        assert_eq!(on_sessions(&close, &sessions, 1), carried);
        let late = [None, Some(20.0), Some(21.0), None, None];
        assert_eq!(on_sessions(&series(Known::NextSession), &sessions, 1), late);
        assert_eq!(
            on_sessions(&series(Known::NextSession), &sessions, 0),
            [None; 5]
        );
    }

    #[test]
    fn a_tenor_without_its_ratio_has_no_value() {
        let index = [Some(24.0); 3];
        let vix = [Some(20.0), Some(20.0), None];
        let rows = readings(
            &index,
            &vix,
            &[Some(25.0), None, Some(25.0)],
            &[Some(18.0); 3],
        );
        let nine = constant_maturity(&rows, 9.0);
        assert!((nine[0] - 30.0).abs() < 1e-12);
        assert!(nine[1].is_nan() && nine[2].is_nan());
        let thirty = constant_maturity(&rows, 30.0);
        assert!(thirty.iter().all(|p| (p - 24.0).abs() < 1e-12));
        let far = constant_maturity(&rows, 93.0);
        assert!((far[1] - 21.6).abs() < 1e-12 && far[2].is_nan());
        assert!(constant_maturity(&rows, 0.0)[0].is_nan());
        assert!(constant_maturity(&rows, f64::NAN)[0].is_nan());
    }

    #[test]
    fn at_the_money_is_below_the_strip() {
        let skew = Skew::new(SkewParameters::SPY).unwrap();
        let rows = readings(&[Some(24.0), None], &[Some(20.0)], &[Some(25.0)], &[]);
        let money = constant_maturity_at_the_money(&rows, 10.0, &skew);
        let strip = constant_maturity(&rows, 10.0);
        assert!(money[0] < strip[0] && money[0] > 0.8 * strip[0]);
        assert!(money[1].is_nan());
    }
}
