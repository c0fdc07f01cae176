//! What each session sees of other clocks.

use market::{Date, Interval, Known, Series, Snapshot, Split};
use signals::{Columns, Inputs, Layer, Number, Profile, Published};

use crate::market::{Market, bars, date, sessions};

fn series(name: &str, rows: &[(usize, f64)], known: Known) -> Series {
    let sessions = sessions();
    Series {
        name: name.to_owned(),
        date: rows.iter().map(|&(row, _)| date(&sessions, row)).collect(),
        value: rows.iter().map(|&(_, value)| value).collect(),
        known,
    }
}

/// Six flat sessions and these series.
fn snapshot(series: Vec<Series>) -> Snapshot {
    let mut snapshot = Market::of_closes(&[10.0; 6]).snapshot();
    snapshot.series = series;
    snapshot
}

fn columns(series: Vec<Series>) -> Columns {
    let profile = Profile::default();
    let snapshot = snapshot(series);
    Columns::compute(&profile, &Inputs::of_snapshot(&profile, &snapshot).unwrap())
}

fn numbers(columns: &Columns, number: Number) -> Vec<Option<f64>> {
    (0..columns.len())
        .map(|i| columns.number(number).get(i))
        .collect()
}

#[test]
fn a_value_may_lag_one_session_and_no_more() {
    let rows = [(0, 40.0), (1, 41.0), (4, 44.0)];
    let seen = numbers(
        &columns(vec![series("breadth50", &rows, Known::Close)]),
        Number::BreadthPct,
    );
    // Session 2 sees session 1's; session 3 sees nothing; a series that ends at 4 stands at 5.
    let expected = [
        Some(40.0),
        Some(41.0),
        Some(41.0),
        None,
        Some(44.0),
        Some(44.0),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn rates_are_known_a_session_late() {
    let rows: Vec<(usize, f64)> = (0..6).map(|i| (i, 3.0 + i as f64)).collect();
    let short: Vec<(usize, f64)> = (0..6).filter(|&i| i != 2).map(|i| (i, 1.0)).collect();
    let slope = numbers(
        &columns(vec![
            series("DGS10", &rows, Known::NextSession),
            series("DGS2", &short, Known::NextSession),
        ]),
        Number::SlopePct,
    );
    // At session i the long rate is that of i − 1; the short one's hole at 2 is bridged at 3 by the value of 1.
    let expected = [None, Some(2.0), Some(3.0), Some(4.0), Some(5.0), Some(6.0)];
    assert_eq!(slope, expected);
}

#[test]
fn values_dated_outside_sessions_belong_to_the_next() {
    // 2015-01-02 was a Friday, the first session; a value of the Saturday is known on Monday's close.
    let saturday = Series {
        name: "breadth50".to_owned(),
        date: vec![Date::from_ymd_opt(2015, 1, 3).unwrap()],
        value: vec![60.0],
        known: Known::Close,
    };
    let table = sessions();
    let second = (0..table.len())
        .find(|&i| date(&table, i) > saturday.date[0])
        .unwrap();
    let rows: Vec<usize> = (second - 1..second + 3).collect();
    let own = bars("IWM", &rows, &table, |_| (11.0, 9.0, 10.0, 1.0));
    let seen = Published::of_series(&saturday, &own, &table, 1).column();
    let seen: Vec<_> = (0..4).map(|i| seen.get(i)).collect();
    assert_eq!(seen, [None, Some(60.0), Some(60.0), None]);
}

#[test]
fn a_benchmark_that_did_not_trade_is_unknown_and_not_yesterdays() {
    let mut profile = Profile::default();
    profile.relative_strength.lookback_sessions = 1;
    profile.rotation.sessions = 1;
    let mut market = Market::of_closes(&[10.0, 11.0, 12.0, 13.0, 14.0]);
    market.benchmark = vec![Some(1.0), Some(1.0), None, Some(1.0), Some(1.0)];
    let columns = market.columns(&profile);
    let known: Vec<bool> = columns
        .state(Layer::RelativeStrength)
        .iter()
        .map(Option::is_some)
        .collect();
    // Unknown on the day itself and on the day that would compare with it.
    assert_eq!(known, [false, true, false, false, true]);
    assert_eq!(columns.rotation()[2], None);
}

#[test]
fn rows_and_a_series_of_them_are_the_same() {
    let rows = [(0, 40.0), (1, 41.0), (2, 42.0)];
    let snapshot = snapshot(vec![series("breadth50", &rows, Known::Close)]);
    let own = snapshot.bars_of("IWM", Interval::Day).unwrap();
    let by_rows = Published::of_rows(&[40.0, 41.0, 42.0, f64::NAN, f64::NAN, 45.0], own);
    assert_eq!(by_rows.upto(2), Some(&[40.0, 41.0, 42.0][..]));
    // A hole is a hole at its own row; the published values close up.
    assert_eq!(by_rows.get(3), None);
    assert_eq!(by_rows.upto(5), Some(&[40.0, 41.0, 42.0, 45.0][..]));
}

#[test]
fn breadth_counts_published_values_not_sessions() {
    let mut profile = Profile::default();
    profile.breadth.rising_sessions = 2;
    profile.breadth.repair_low_sessions = 1;
    profile.breadth.rally_sessions = 1;
    profile.trend.atr_sessions = 1;
    let rows = [(0, 40.0), (2, 50.0), (4, 45.0), (5, 41.0)];
    let snapshot = snapshot(vec![series("breadth50", &rows, Known::Close)]);
    let columns = Columns::compute(&profile, &Inputs::of_snapshot(&profile, &snapshot).unwrap());
    // At session 4 two values ago is 40 (session 0); at 5 it is 50 (session 2).
    let before = |i: usize| columns.at(i).unwrap().breadth.before_pct;
    assert_eq!((before(4), before(5)), (Some(40.0), Some(50.0)));
}

#[test]
fn a_breakout_on_high_short_interest_is_a_squeeze() {
    let mut profile = Profile::default();
    profile.context.breakout_sessions = 2;
    profile.context.short_interest_readings = 2;
    profile.context.short_interest_sessions = 3;
    let mut market = Market::of_closes(&[10.0, 10.0, 10.0, 12.0, 14.0, 16.0, 18.0]);
    market.high.clone_from(&market.close);
    let squeeze = |rows: &[(usize, f64)]| {
        let mut snapshot = market.snapshot();
        snapshot.series = vec![series("short_interest", rows, Known::Close)];
        let columns =
            Columns::compute(&profile, &Inputs::of_snapshot(&profile, &snapshot).unwrap());
        (3..7)
            .map(|i| columns.at(i).unwrap().context.squeeze)
            .collect::<Vec<_>>()
    };
    // The newer of two values is the higher: rank 100. It stands three sessions after its own.
    assert_eq!(squeeze(&[(0, 1.0), (3, 2.0)]), [Some(true); 4]);
    assert_eq!(
        squeeze(&[(0, 1.0), (2, 2.0)]),
        [Some(true), Some(true), Some(true), None]
    );
    // The lower: rank 0.
    assert_eq!(squeeze(&[(0, 2.0), (3, 1.0)]), [Some(false); 4]);
}

#[test]
fn a_split_of_the_benchmark_is_no_fall_of_it() {
    let mut profile = Profile::default();
    profile.relative_strength.lookback_sessions = 1;
    profile.trend.atr_sessions = 1;
    let mut market = Market::of_closes(&[10.0, 10.0, 10.0]);
    // 4 for 1 on session 2: 100 becomes 26, a gain of 4 %.
    market.benchmark = vec![Some(100.0), Some(100.0), Some(26.0)];
    let mut snapshot = market.snapshot();
    let ex_date = date(&snapshot.sessions, 2);
    let split = Split {
        ex_date,
        ratio: 4.0,
    };
    snapshot.splits.push(("SPY".to_owned(), vec![split]));
    let columns = Columns::compute(&profile, &Inputs::of_snapshot(&profile, &snapshot).unwrap());
    let reading = columns.at(2).unwrap();
    assert!((reading.relative_strength.benchmark_return.unwrap() - 0.04).abs() < 1e-12);
    // Its true range in new dollars: from the close before, 25, to the high, 26.26; over a close of 26.
    let fraction = reading.context.benchmark_atr_fraction.unwrap();
    assert!((fraction - 1.26 / 26.0).abs() < 1e-12);
}

/// Whatever a file says, short of a check, nothing panics and nothing sees the next session.
#[test]
fn a_profile_without_meaning_gives_unknowns() {
    let market = {
        let mut market =
            Market::of_closes(&(0..90).map(|i| 50.0 + f64::from(i % 7)).collect::<Vec<_>>());
        market.benchmark = (0..90).map(|i| Some(200.0 + f64::from(i % 5))).collect();
        market.breadth = (0..90).map(|i| Some(20.0 + f64::from(i % 50))).collect();
        market
    };
    for n in [0, 1, usize::MAX] {
        let mut profile = Profile::default();
        profile.trend.fast_sessions = n;
        profile.trend.atr_sessions = n;
        profile.trend.converging_sessions = n;
        profile.trend.separation_sessions = n;
        profile.momentum.short_sessions = n;
        profile.momentum.range_sessions = n;
        profile.momentum.volume_sessions = n;
        profile.breadth.rising_sessions = n;
        profile.breadth.repair_low_sessions = n;
        profile.breadth.rally_sessions = n;
        profile.relative_strength.lookback_sessions = n;
        profile.rotation.sessions = n;
        profile.context.change_sessions = n;
        profile.context.breakout_sessions = n;
        profile.context.short_interest_readings = n;
        profile.context.short_interest_sessions = n;
        let (whole, cut) = (market.columns(&profile), market.head(60).columns(&profile));
        for row in 0..60 {
            assert_eq!(whole.at(row), cut.at(row), "{n} at {row}");
        }
        assert!(profile.check().is_err());
    }
}

#[test]
fn numbers_are_those_of_the_reading_and_of_the_series() {
    let mut profile = Profile::default();
    profile.context.change_sessions = 2;
    profile.context.short_interest_readings = 3;
    let close: Vec<f64> = (0..80)
        .map(|i| 50.0 + f64::from(i * i % 11) + f64::from(i) / 7.0)
        .collect();
    let mut market = Market::of_closes(&close);
    market.benchmark = (0..80)
        .map(|i| Some(200.0 + f64::from(i * i % 13)))
        .collect();
    let mut snapshot = market.snapshot();
    let of = |name: &str, of: fn(f64) -> f64| {
        let rows: Vec<(usize, f64)> = (0..80).map(|i| (i, of(i as f64))).collect();
        series(name, &rows, Known::Close)
    };
    snapshot.series = vec![
        of("breadth50", |i| 20.0 + i % 41.0),
        of("DGS2", |_| 1.0),
        of("DGS10", |i| 3.0 + i / 8.0),
        of("BAMLH0A0HYM2", |i| 4.0 - i / 32.0),
        of("RVX", |_| 30.0),
        of("VIX", |_| 20.0),
        of("VIX9D", |_| 15.0),
        of("VIX3M", |_| 25.0),
        of("short_interest", |i| i % 4.0),
    ];
    let columns = Columns::compute(&profile, &Inputs::of_snapshot(&profile, &snapshot).unwrap());
    let now = columns.at(79).unwrap();
    let context = &now.context;
    let told = [
        (Number::SeparationAtr, now.trend.separation_atr),
        (Number::ShortReturn, now.momentum.short_return),
        (Number::LongReturn, now.momentum.long_return),
        (Number::RelativeVolume, now.momentum.relative_volume),
        (Number::BreadthPct, now.breadth.pct),
        (Number::Lead, now.relative_strength.lead),
        (Number::RatioChange, now.rotation.ratio_change),
        // 3 + 79/8 − 1; two sessions are 2/8 of it.
        (Number::SlopePct, Some(11.875)),
        (Number::SlopeChangePct, Some(0.25)),
        // 4 − 79/32; two sessions are 2/32 less.
        (Number::CreditPct, Some(1.531_25)),
        (Number::CreditChangePct, Some(-0.0625)),
        (Number::VolatilityRatio, Some(30.0 / 20.0)),
        (Number::NearTermRatio, Some(15.0 / 20.0)),
        (Number::FarTermRatio, Some(20.0 / 25.0)),
        (Number::RangeAtr, context.range_atr),
        (Number::AtrFraction, context.atr_fraction),
        (Number::BenchmarkAtrFraction, context.benchmark_atr_fraction),
        // 79 is 3 of 0 to 3, the highest of 1, 2, 3.
        (Number::ShortInterestRankPct, Some(100.0)),
    ];
    assert_eq!(told.map(|(number, _)| number), Number::ALL);
    for (number, value) in told {
        assert!(value.is_some(), "{}", number.word());
        assert_eq!(columns.number(number).get(79), value, "{}", number.word());
    }
    let shown = [
        context.slope_pct,
        context.slope_change_pct,
        context.credit_pct,
        context.credit_change_pct,
        context.volatility_ratio,
        context.near_term_ratio,
        context.far_term_ratio,
    ];
    assert!(
        shown
            .iter()
            .zip(&told[7..14])
            .all(|(shown, (_, value))| shown == value)
    );
    // No two of them are one column.
    for (i, (number, value)) in told.iter().enumerate() {
        assert!(
            told[..i].iter().all(|(_, other)| other != value),
            "{}",
            number.word()
        );
    }
}
