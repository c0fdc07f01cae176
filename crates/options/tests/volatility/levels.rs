//! A surface levelled by a real chain has that chain's own strips.

use market::{Quote, Right, Time};
use options::NoQuote;
use options::quotes::Snapshot;
use options::volatility::{Level, Skew, SkewParameters, Surface, TermSource};

use crate::tape::{SNAPSHOTS, date, snapshot};

const YEAR_DAYS: f64 = 365.0;

fn at() -> Time {
    Time::from_exchange(date("2022-02-02"), 16, 0).unwrap()
}

fn expiry(expiration: &str, rows: &[(f64, Right, f64, f64)]) -> Vec<Quote> {
    let quote = |&(strike, right, bid, ask): &(f64, Right, f64, f64)| Quote {
        bid: Some(bid),
        ask: Some(ask),
        ..Quote::blank(at(), date(expiration), strike, right)
    };
    rows.iter().map(quote).collect()
}

/// F = 100 + 3.0 − 2.5 = 100.5 and K₀ = 100. ΔK·Q ÷ K²: the 95 put 5·1.0/9025, at the money 5·2.75/10000, the 105 call
/// 10·1.2/11025, the 120 call 15·0.2/14400; the 110 call has no bid.
const ROWS: [(f64, Right, f64, f64); 6] = [
    (95.0, Right::Put, 0.9, 1.1),
    (100.0, Right::Call, 2.9, 3.1),
    (100.0, Right::Put, 2.4, 2.6),
    (105.0, Right::Call, 1.1, 1.3),
    (110.0, Right::Call, 0.0, 0.3),
    (120.0, Right::Call, 0.1, 0.3),
];

/// Total variance of the rows at no interest: 2·Σ − (100.5/100 − 1)².
fn total() -> f64 {
    let sum = 5.0 / 9025.0 + 5.0 * 2.75 / 10_000.0 + 12.0 / 11_025.0 + 3.0 / 14_400.0;
    2.0 * sum - 0.005 * 0.005
}

fn surface_strip(level: &Level, days: f64) -> f64 {
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    let surface = Surface::new(level.clone(), &skew);
    surface.smile(days / YEAR_DAYS).strip()
}

#[test]
fn a_chain_worked_by_hand_levels_the_surface_at_each_of_its_expiries() {
    // 16, 30 and 44 days on, close to close. The last is dearer by a tenth at the money: 0.275 more of Q there.
    let mut rows = expiry("2022-02-18", &ROWS);
    rows.extend(expiry("2022-03-04", &ROWS));
    let mut dear = ROWS;
    for (row, side) in [(1, 0.275), (2, 0.275)] {
        dear[row].2 += side;
        dear[row].3 += side;
    }
    // The hour that clocks go forward is missing from the 44 days.
    let far_days = 44.0 - 1.0 / 24.0;
    rows.extend(expiry("2022-03-18", &dear));
    let chain = Snapshot::new(at(), rows, Some(0.0), &[], None);
    let far = total() + 2.0 * 5.0 * 0.275 / 10_000.0;
    let level = chain.level().unwrap();
    // The middle one has no more variance than the first: it is held to 1 + 0.135·14/16 of it, and the last to as much again,
    // 1 + 0.28·13.96/30.
    let middle = total() * (1.0 + 0.135 * 14.0 / 16.0);
    let last = far.max(middle * (1.0 + 0.28 * (far_days - 30.0) / 30.0));
    assert_eq!(level.near_source(), TermSource::Held);
    for (days, total) in [(16.0, total()), (30.0, middle), (far_days, last)] {
        let hand = (total * YEAR_DAYS / days).sqrt();
        assert!((level.volatility(days) - hand).abs() < 1e-12, "{days}");
        let strip = surface_strip(&level, days);
        assert!((strip - hand).abs() < 1e-6, "{days}: {strip} {hand}");
    }
}

#[test]
fn one_expiry_is_the_level_of_all_tenors_and_another_price_is_another_level() {
    let level = |rows| {
        Snapshot::new(at(), rows, Some(0.0), &[], None)
            .level()
            .unwrap()
    };
    let plain = level(expiry("2022-03-04", &ROWS));
    let hand = (total() * YEAR_DAYS / 30.0).sqrt();
    for days in [9.0, 30.0, 93.0] {
        assert!((surface_strip(&plain, days) - hand).abs() < 1e-6, "{days}");
    }
    assert_eq!(plain.near_source(), TermSource::Strip);
    // The 95 put ten cents dearer: 2·5·0.1/9025 more of total variance.
    let mut dearer = ROWS;
    dearer[0].2 += 0.1;
    dearer[0].3 += 0.1;
    let dearer = level(expiry("2022-03-04", &dearer));
    let more = dearer.total_variance(30.0 / YEAR_DAYS) - plain.total_variance(30.0 / YEAR_DAYS);
    assert!((more - 1.0 / 9025.0).abs() < 1e-12, "{more}");
}

#[test]
fn a_chain_that_says_nothing_of_a_month_levels_nothing() {
    let level = |rows, rate| Snapshot::new(at(), rows, rate, &[], None).level();
    let far = expiry("2022-04-14", &ROWS);
    assert_eq!(level(far, Some(0.0)), Err(NoQuote::NoVolatility), "71 days");
    let calls: Vec<_> = ROWS
        .into_iter()
        .filter(|row| row.1 == Right::Call)
        .collect();
    let calls = expiry("2022-03-04", &calls);
    assert_eq!(
        level(calls, Some(0.0)),
        Err(NoQuote::NoVolatility),
        "no forward"
    );
    let good = || expiry("2022-03-04", &ROWS);
    assert_eq!(level(good(), None), Err(NoQuote::NoVolatility), "no rate");
    assert!(level(good(), Some(0.0)).is_ok());
}

#[test]
fn real_chains_strip_to_themselves() {
    for name in SNAPSHOTS {
        let Some(rows) = snapshot(name) else { return };
        let time = rows[0].time;
        let chain = Snapshot::new(time, rows, Some(0.0364), &[], None);
        let level = chain.level().unwrap();
        let strips = chain.strips();
        let (mut met, mut held) = (0, 0);
        for strip in &strips {
            let days = strip.minutes / 1440.0;
            if !(2.0..=120.0).contains(&days) {
                continue;
            }
            let own = strip.variance.sqrt();
            if (level.volatility(days) - own).abs() > 1e-9 {
                held += 1;
                continue;
            }
            met += 1;
            let miss = surface_strip(&level, days) - own;
            assert!(miss.abs() < 1e-6, "{name}: {days} days, {miss}");
        }
        let (money, month) = (Skew::new(SkewParameters::SPY).unwrap(), 30.0 / YEAR_DAYS);
        let money = Surface::new(level.clone(), &money)
            .smile(month)
            .at_the_money();
        eprintln!(
            "{name}: {met} expiries met, {held} held; 30 days {:.2}, at the money {:.2}",
            100.0 * level.volatility(30.0),
            100.0 * money
        );
        assert!(met >= 10 && held <= 1, "{met} met, {held} held");
    }
}
