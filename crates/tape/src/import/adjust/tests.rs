//! Files by hand, raw and adjusted.

use proptest::prelude::*;

use super::*;

fn day(n: u32) -> Date {
    Date::from_ymd_opt(2021, 1, n).unwrap()
}

/// Ten sessions at 100 $, 1 $ paid with ex-date 5 and 2 $ with ex-date 8; also one 3 $ on the 20th, past every file.
fn yardstick() -> Yardstick {
    let paid = |n, amount_usd| Dividend {
        ex_date: day(n),
        amount_usd,
    };
    Yardstick {
        closes: (1..=25).map(|n| (day(n), 100.0)).collect(),
        dividends: vec![paid(5, 1.0), paid(8, 2.0), paid(20, 3.0)],
    }
}

#[test]
fn factors_multiply_what_each_later_ex_date_takes_off() {
    let f = yardstick().factors(day(8));
    // Before the 5th both are out: 0.99 × 0.98 = 0.9702; from the 5th on only the second: 0.98; then nothing.
    assert!((f.at(day(4)) - 0.9702).abs() < 1e-12);
    assert!((f.at(day(5)) - 0.98).abs() < 1e-12);
    assert!((f.at(day(7)) - 0.98).abs() < 1e-12);
    assert_eq!(f.at(day(8)), 1.0);
    assert_eq!(f.through(), Some(day(8)));
}

#[test]
fn a_file_with_its_own_dividends_needs_no_other() {
    let yardstick = yardstick();
    let factors = yardstick.factors(day(20));
    // Closes of 100 $ all along, with 1, 2 and 3 $ taken out: what is left of them gives the same factors.
    let adjusted: Vec<_> = yardstick
        .closes
        .iter()
        .map(|&(date, close)| (date, close * factors.at(date)))
        .collect();
    let own = Factors::of_own(&adjusted, &yardstick.dividends);
    for &(date, price) in &adjusted {
        assert!((price / own.at(date) - 100.0).abs() < 1e-9, "{date}");
    }
    assert_eq!(Factors::of_own(&[], &yardstick.dividends).at(day(1)), 1.0);
}

#[test]
fn raw_prices_are_raw_and_adjusted_ones_tell_their_last_ex_date() {
    let yardstick = yardstick();
    let raw: Vec<_> = (1..=10).map(|n| (day(n), 100.02)).collect();
    assert_eq!(yardstick.judge(&raw), Verdict::Raw);
    for through in [8, 20] {
        let factors = yardstick.factors(day(through));
        let lasts: Vec<_> = (1..=10)
            .map(|n| (day(n), 100.02 * factors.at(day(n))))
            .collect();
        assert_eq!(yardstick.judge(&lasts), Verdict::Adjusted(factors));
    }
}

#[test]
fn a_dividend_after_the_records_is_told_by_what_is_left() {
    let yardstick = yardstick();
    // All three on record out, and 0.25 % more.
    let known = yardstick.factors(day(20));
    let lasts: Vec<_> = (1..=25)
        .map(|n| (day(n), 100.02 * 0.9975 * known.at(day(n))))
        .collect();
    let Verdict::Adjusted(factors) = yardstick.judge(&lasts) else {
        panic!("not recognised");
    };
    assert_eq!(factors.until(), Some(day(25)));
    // The ratio is to closes of 100: 100.02 × 0.9975 ÷ 100 = 0.9976995, so 0.23005 % are missing.
    assert!((factors.later().unwrap() - 0.002_300_5).abs() < 1e-9);
    // A price of a share count a little off, with no dividend's steps in it, is not taken for that.
    let scaled: Vec<_> = (1..=25).map(|n| (day(n), 99.5)).collect();
    assert!(matches!(yardstick.judge(&scaled), Verdict::Neither { .. }));
}

#[test]
fn too_little_is_unknown_and_another_share_is_neither() {
    let yardstick = yardstick();
    assert_eq!(yardstick.judge(&[]), Verdict::Unknown);
    // Two sessions tell prices as traded, and prices far from it, but not what is half a percent off.
    let two = |usd| yardstick.judge(&[(day(1), usd), (day(2), usd)]);
    assert_eq!(two(100.05), Verdict::Raw);
    assert_eq!(two(99.5), Verdict::Unknown);
    assert!(matches!(two(97.0), Verdict::Neither { sessions: 2, .. }));
    let half: Vec<_> = (1..=10).map(|n| (day(n), 50.0)).collect();
    let Verdict::Neither { sessions, ratio } = yardstick.judge(&half) else {
        panic!("taken for a match");
    };
    assert_eq!((sessions, ratio), (10, 0.5));
    // Without closes there is nothing to hold against.
    assert_eq!(Yardstick::default().judge(&half), Verdict::Unknown);
}

#[test]
fn sessions_before_the_first_close_and_ex_dates_after_the_last_are_not_guessed_at() {
    let full = yardstick();
    let factors = full.factors(day(20));
    let lasts = |from: u32| -> Vec<(Date, f64)> {
        let days = (from..=10).map(day);
        days.map(|d| (d, 100.0 * factors.at(d))).collect()
    };
    // Closes from the 6th on: the factor of the ex-date 5 cannot be known, so sessions before the 6th have none.
    let late = Yardstick {
        closes: full.closes[5..].to_vec(),
        ..full.clone()
    };
    let Verdict::Adjusted(found) = late.judge(&lasts(1)) else {
        panic!("not recognised");
    };
    assert!(!found.covers(day(5)) && found.covers(day(6)));
    assert!((found.at(day(7)) - factors.at(day(7))).abs() < 1e-12);
    // Closes to the 10th, the ex-date 20 on record: 3 % of a close nobody has, told by what is left.
    let early = Yardstick {
        closes: full.closes[..10].to_vec(),
        ..full.clone()
    };
    let Verdict::Adjusted(found) = early.judge(&lasts(1)) else {
        panic!("not recognised");
    };
    assert_eq!(found.until(), Some(day(10)));
    assert!((found.later().unwrap() - 0.03).abs() < 1e-9);
    assert!(found.covers(day(10)) && !found.covers(day(11)));
}

#[test]
fn a_file_from_after_the_last_record_may_lack_one_dividend_and_no_more() {
    let yardstick = yardstick();
    let lasts = |usd: f64| (21..=25).map(|n| (day(n), usd)).collect::<Vec<_>>();
    let Verdict::Adjusted(found) = yardstick.judge(&lasts(99.75)) else {
        panic!("not recognised");
    };
    assert_eq!(found.until(), Some(day(25)));
    assert!((found.later().unwrap() - 0.0025).abs() < 1e-9);
    assert!(matches!(
        yardstick.judge(&lasts(96.5)),
        Verdict::Neither { .. }
    ));
    assert_eq!(yardstick.judge(&lasts(99.95)), Verdict::Raw);
}

#[test]
fn a_dividend_greater_than_the_price_takes_nothing_off() {
    let mut yardstick = yardstick();
    yardstick.dividends[1].amount_usd = 150.0;
    assert!((yardstick.factors(day(8)).at(day(4)) - 0.99).abs() < 1e-12);
}

proptest! {
    /// Whatever the closes and the last prints' noise, up to 0.05 %, the ex-date is found and prices come back.
    #[test]
    fn prices_come_back(
        closes in prop::collection::vec(50.0..200.0f64, 25),
        noise in prop::collection::vec(-5e-4..5e-4f64, 12),
        last in 0..2usize,
    ) {
        let dates = (1..=25).map(day);
        let yardstick = Yardstick { closes: dates.zip(closes).collect(), ..yardstick() };
        let through = [day(8), day(20)][last];
        let factors = yardstick.factors(through);
        let lasts: Vec<_> = yardstick.closes.iter().zip(&noise)
            .map(|(&(d, c), e)| (d, c * (1.0 + e) * factors.at(d)))
            .collect();
        let Verdict::Adjusted(found) = yardstick.judge(&lasts) else {
            return Err(TestCaseError::fail("not recognised"));
        };
        prop_assert_eq!(found.through(), Some(through));
        for (&(d, price), &(_, close)) in lasts.iter().zip(&yardstick.closes) {
            // The print's own noise, and a later dividend as large as the noise's median that may have been read into it.
            prop_assert!((price / found.at(d) / close - 1.0).abs() < 5e-4 + 5e-4 + 1e-6);
        }
    }
}
