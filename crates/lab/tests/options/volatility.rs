//! How high volatility stands, against the series themselves.

use lab::options::{VolatilityQuestion, VolatilityRow, volatility_sheet};

use market::{Interval, RawBars};

use crate::made::{contents, date, tape_of};

fn asked(from: &str, to: &str) -> VolatilityQuestion {
    VolatilityQuestion {
        symbol: "IWM".to_owned(),
        from: date(from),
        to: date(to),
        index: "RVX".to_owned(),
        rank_sessions: 252,
        realised_sessions: 21,
    }
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

#[test]
fn a_session_is_what_its_series_make_of_it() {
    let made = contents(1);
    let (_folder, tape) = tape_of(&made);
    let day = date("2018-06-15");
    let sheet = volatility_sheet(&tape, &asked("2018-06-15", "2018-06-15")).unwrap();
    let [row]: [VolatilityRow; 1] = sheet.rows.try_into().unwrap();
    let series = |name: &str| made.series.iter().find(|s| s.name == name).unwrap();
    let rvx = series("RVX");
    let at = rvx.date.binary_search(&day).unwrap();
    near(row.index, rvx.value[at]);
    // The other reading: the index within its last ten closes.
    let ten = &rvx.value[at - 9..=at];
    let low = ten.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ten.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    near(
        row.rank_of_ten_sessions,
        (rvx.value[at] - low) / (high - low) * 100.0,
    );
    // Close to close over 21 returns, a year of 252.
    let is_iwm = |bars: &&(String, Interval, RawBars)| bars.0 == "IWM" && bars.1 == Interval::Day;
    let bars = &made.bars.iter().find(is_iwm).unwrap().2;
    let slot = bars
        .start
        .partition_point(|start| start.exchange_date().unwrap() <= day)
        - 1;
    let closes = &bars.close[slot - 21..=slot];
    let squares: f64 = closes.windows(2).map(|c| (c[1] / c[0]).ln().powi(2)).sum();
    let realised = 100.0 * (252.0 / 21.0 * squares).sqrt();
    near(row.realised, realised);
    near(row.premium, rvx.value[at] - realised);
    // The money lies under the strip; ten days are the index times the ratio.
    assert!(row.at_the_money.unwrap() < rvx.value[at]);
    let of = |name: &str| series(name).value[at];
    near(row.ten_days, rvx.value[at] * of("VIX9D") / of("VIX"));
}

#[test]
fn what_is_not_known_is_absent() {
    let mut made = contents(1);
    made.series.retain(|series| series.name != "VIX9D");
    let (_folder, tape) = tape_of(&made);
    let early = volatility_sheet(&tape, &asked("2016-07-01", "2016-07-08")).unwrap();
    for row in &early.rows {
        assert!(row.index.is_some());
        assert_eq!((row.ten_days, row.rank, row.percentile), (None, None, None));
        assert_eq!(row.realised, None);
    }
    let nothing = volatility_sheet(&tape, &asked("2018-12-25", "2018-12-25"));
    let said = nothing.unwrap_err().to_string();
    assert!(
        said.contains("no daily bar of IWM from 2018-12-25 to 2018-12-25"),
        "{said}"
    );
}
