//! What holds to the last digit.

use market::calendar;
use market::{Bars, Interval, Known, Origin, SessionTable};
use tape::Contents;
use tape::synth::{SHIPPED_SEED, TURNING_POINTS, synthesise};

use crate::market_days::{Days, SYMBOLS};

const SEEDS: [u64; 4] = [SHIPPED_SEED, 0, 1, u64::MAX];

fn each_seed(check: impl Fn(&Contents, &Days)) {
    for seed in SEEDS {
        let contents = synthesise(seed);
        check(&contents, &Days::simulated(&contents));
    }
}

#[test]
fn every_turning_point_is_met_at_the_close_in_all_five_columns() {
    each_seed(|_, days| {
        for point in &TURNING_POINTS {
            let at = days.date.iter().position(|d| *d == point.date).unwrap();
            let closes = [0, 1, 2].map(|symbol: usize| days.bars[symbol].close[at]);
            assert_eq!(closes, [point.iwm, point.spy, point.kre], "{}", point.date);
            assert_eq!(days.rvx[at], point.rvx, "{}", point.date);
            assert_eq!(days.breadth[at], point.breadth, "{}", point.date);
        }
    });
}

#[test]
fn the_same_seed_is_the_same_market_and_another_seed_another() {
    let first = synthesise(5);
    assert_eq!(first, synthesise(5));
    let other = synthesise(6);
    assert_eq!(other.origin, Origin::Simulated { seed: 6 });
    for (a, b) in first.bars.iter().zip(&other.bars) {
        let same = a.2.close.iter().zip(&b.2.close).filter(|(x, y)| x == y);
        // Turning points, and a few closes that agree to the cent by chance.
        assert!(same.count() < TURNING_POINTS.len() + 60);
    }
}

#[test]
fn every_session_of_the_calendar_has_its_bars_and_values() {
    each_seed(|contents, days| {
        let [first, .., last] = TURNING_POINTS;
        let sessions = SessionTable::covering(first.date, last.date);
        let wanted: Vec<_> = first
            .date
            .iter_days()
            .take_while(|d| *d <= last.date)
            .filter(|d| calendar::is_session(*d))
            .collect();
        assert_eq!(days.date, wanted);
        let names: Vec<&str> = contents.bars.iter().map(|b| b.0.as_str()).collect();
        assert_eq!(names, SYMBOLS);
        for (symbol, interval, raw) in &contents.bars {
            assert_eq!(*interval, Interval::Day);
            let bars = Bars::new(symbol, *interval, raw.clone(), &sessions).unwrap();
            assert_eq!(bars.len(), wanted.len());
            let on = |i: usize| sessions.get(bars.session()[i] as usize).unwrap().date;
            assert!((0..bars.len()).all(|i| on(i) == wanted[i]));
        }
        for series in &contents.series {
            assert_eq!(series.date, wanted);
            assert_eq!(series.value.len(), wanted.len());
        }
    });
}

#[test]
fn prices_are_whole_cents_in_order_and_volumes_whole() {
    let in_cents = |v: f64| (v * 100.0).round() / 100.0 == v;
    each_seed(|_, days| {
        for bars in &days.bars {
            for i in 0..days.date.len() {
                let [o, h, l, c] = [bars.open[i], bars.high[i], bars.low[i], bars.close[i]];
                assert!([o, h, l, c].into_iter().all(in_cents), "{}", days.date[i]);
                assert!(
                    l > 0.0 && l <= o.min(c) && h >= o.max(c),
                    "{}",
                    days.date[i]
                );
                assert!(bars.volume[i] > 0.0 && bars.volume[i] % 100.0 == 0.0);
            }
        }
        assert!(
            days.rvx
                .iter()
                .all(|&v| in_cents(v) && v > 5.0 && v < 150.0)
        );
        let inside = |b: f64| in_cents(b) && (0.0..=100.0).contains(&b);
        assert!(days.breadth.iter().all(|&b| inside(b)));
        for name in ["VIX", "VIX9D", "VIX3M"] {
            let values = days.other(name);
            assert!(
                values.iter().all(|&v| in_cents(v) && v > 5.0 && v < 150.0),
                "{name}"
            );
        }
        for name in ["DFF", "DGS3MO", "DGS2", "DGS10", "BAMLH0A0HYM2"] {
            let values = days.other(name);
            let likely = |v: f64| in_cents(v) && v > 0.0 && v < 15.0;
            assert!(values.iter().all(|&v| likely(v)), "{name}");
        }
    });
}

#[test]
fn dividends_are_quarterly_and_of_a_plausible_size() {
    let contents = synthesise(SHIPPED_SEED);
    let days = Days::simulated(&contents);
    for (bars, (symbol, paid)) in days.bars.iter().zip(&contents.dividends) {
        assert_eq!(paid.len(), 30, "{symbol}");
        assert!(paid.iter().all(|d| calendar::is_session(d.ex_date)));
        let total: f64 = paid.iter().map(|d| d.amount_usd).sum();
        let yearly = total / 7.5 / crate::figures::mean(&bars.close);
        assert!((0.01..0.03).contains(&yearly), "{symbol}: {yearly}");
    }
}

#[test]
fn rates_are_known_a_session_later_and_volatility_at_the_close() {
    for series in synthesise(SHIPPED_SEED).series {
        let next = series.name.starts_with('D') || series.name.starts_with("BAML");
        let known = if next {
            Known::NextSession
        } else {
            Known::Close
        };
        assert_eq!(series.known, known, "{}", series.name);
    }
}

#[test]
fn the_calendar_reaches_beyond_the_market_on_both_sides() {
    let contents = synthesise(SHIPPED_SEED);
    let [first, .., last] = TURNING_POINTS;
    let kinds: Vec<&str> = contents.events.iter().map(|e| e.0.as_str()).collect();
    assert_eq!(kinds, ["fomc", "cpi", "nfp", "ism", "reconstitution"]);
    for (kind, events) in &contents.events {
        // A plan may ask for 20 sessions, which are at most 32 days.
        let days = |from: market::Date, to: market::Date| (to - from).num_days();
        assert!(days(first.date, events[0].date) < 0, "{kind}");
        assert!(
            days(last.date, events[events.len() - 1].date) > 32,
            "{kind}"
        );
    }
    // The same on every seed: a rule draws nothing.
    assert_eq!(contents.events, synthesise(0).events);
}

#[test]
fn nothing_is_split_and_the_mark_is_there() {
    let contents = synthesise(SHIPPED_SEED);
    assert!(contents.splits.is_empty());
    assert_eq!(contents.origin, Origin::Simulated { seed: SHIPPED_SEED });
}

#[test]
fn the_shipped_market_is_the_same_on_every_platform() {
    let contents = synthesise(SHIPPED_SEED);
    let columns = contents
        .bars
        .iter()
        .flat_map(|(_, _, raw)| [&raw.open, &raw.high, &raw.low, &raw.close, &raw.volume]);
    let (first, added) = contents.series.split_at(2);
    let hash = |columns: Vec<&Vec<f64>>| {
        let values = columns.into_iter().flatten();
        let bytes: Vec<u8> = values.flat_map(|v| v.to_le_bytes()).collect();
        xxhash_rust::xxh3::xxh3_64(&bytes)
    };
    // Computed once; a difference means that a platform's arithmetic, or the model, has changed. What was added later
    // stands apart: it may not change what was there.
    let all = columns.chain(first.iter().map(|s| &s.value)).collect();
    assert_eq!(hash(all), 8_657_011_554_243_289_145);
    let added = added.iter().map(|s| &s.value).collect();
    assert_eq!(hash(added), 5_590_507_500_419_121_352);
}
