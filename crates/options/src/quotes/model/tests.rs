use std::sync::Arc;
use std::thread;

use market::Right;
use proptest::prelude::*;

use super::*;
use crate::chains::Source;
use crate::quotes::width::{Assumed, Fitted};
use crate::volatility::SkewParameters;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn sessions(from: &str, count: usize) -> Vec<Date> {
    let days = day(from).iter_days().filter(|d| calendar::is_session(*d));
    days.take(count).collect()
}

/// A slot at a session's close.
fn moment(date: Date, spot: f64, volatility: f64, rate: f64) -> Moment {
    Moment {
        at: close_of(date).unwrap(),
        date,
        spot: Some(spot),
        rate: Some(rate),
        level: Some(Level::flat(volatility).unwrap()),
    }
}

fn flat() -> Skew {
    Skew::new(SkewParameters::FLAT).unwrap()
}

fn chains(moments: Vec<Moment>, dividends: Vec<Dividend>, skew: Skew) -> ModelChains {
    let inputs = ModelInputs {
        moments,
        dividends,
        skew,
        law: WidthLaw::default(),
    };
    ModelChains::new(inputs).unwrap()
}

/// 2022-02-01 and -02, 200 dollars, volatility 0.25, no interest.
fn two_days() -> ModelChains {
    let at = |date| moment(day(date), 200.0, 0.25, 0.0);
    chains(vec![at("2022-02-01"), at("2022-02-02")], vec![], flat())
}

fn put(expiry: &str, strike: f64) -> Contract {
    Contract {
        expiry: day(expiry),
        strike,
        right: Right::Put,
    }
}

#[test]
fn a_quote_by_hand() {
    // From 2022-02-02 16:00 to 2022-03-11 16:00, 37 days: σ√T = 0.0795966, d₁ = 0.6842141, d₂ = 0.6046175;
    // 190·N(−d₂) − 200·N(−d₁) = 2.432153, delta −N(−d₁) = −0.246920.
    let quote = two_days().quote(1, &put("2022-03-11", 190.0)).unwrap();
    assert!((quote.mid - 2.432_153).abs() < 1e-6, "{quote:?}");
    assert!((quote.greeks.delta + 0.246_920).abs() < 1e-6, "{quote:?}");
    assert!((quote.volatility.unwrap() - 0.25).abs() < 1e-9);
    assert_eq!(quote.source, Source::Model);
    // The width is the law's at these figures, and the index at 25 is a quarter above calm.
    let law = WidthLaw::default();
    let setting = super::super::width::Setting {
        spot: 200.0,
        strike: 190.0,
        right: Right::Put,
        years: 37.0 / 365.0,
        value: quote.mid,
        delta: quote.greeks.delta,
        level: 0.25,
    };
    let half = law.width_usd(&setting) / 2.0;
    assert!(
        (quote.bid - ((quote.mid - half) * 100.0).floor() / 100.0).abs() < 1e-9,
        "{quote:?}"
    );
    assert!(
        (quote.ask - ((quote.mid + half) * 100.0).ceil() / 100.0).abs() < 1e-9,
        "{quote:?}"
    );
}

#[test]
fn why_there_is_no_price() {
    let all = two_days();
    let of = |slot, contract: Contract| all.quote(slot, &contract).unwrap_err();
    assert_eq!(of(1, put("2022-01-28", 190.0)), NoQuote::Expired);
    assert_eq!(
        of(1, put("2022-03-10", 190.0)),
        NoQuote::NotListed,
        "a Thursday"
    );
    assert_eq!(
        of(1, put("2022-03-25", 190.0)),
        NoQuote::NotListed,
        "listed on the 10th"
    );
    assert_eq!(of(1, put("2022-03-11", 190.5)), NoQuote::NotListed);
    assert_eq!(
        of(1, put("2022-03-11", 20.0)),
        NoQuote::NotListed,
        "far outside"
    );
    assert_eq!(of(1, put("2022-03-11", f64::NAN)), NoQuote::NotListed);
    assert_eq!(
        of(2, put("2022-03-11", 190.0)),
        NoQuote::NoUnderlying,
        "no such slot"
    );
    assert_eq!(all.strikes(2, day("2022-03-11")), []);
    assert_eq!(all.expiries(2), []);

    let good = || moment(day("2022-02-02"), 200.0, 0.25, 0.0);
    for (moment, why) in [
        (
            Moment {
                spot: None,
                ..good()
            },
            NoQuote::NoUnderlying,
        ),
        (
            Moment {
                level: None,
                ..good()
            },
            NoQuote::NoVolatility,
        ),
        (
            Moment {
                rate: None,
                ..good()
            },
            NoQuote::NoRate,
        ),
        (
            Moment {
                spot: Some(f64::NAN),
                ..good()
            },
            NoQuote::NoUnderlying,
        ),
    ] {
        let before = Moment {
            at: close_of(day("2022-02-01")).unwrap(),
            date: day("2022-02-01"),
            ..good()
        };
        let all = chains(vec![before, moment], vec![], flat());
        assert_eq!(all.quote(1, &put("2022-03-11", 190.0)), Err(why));
        assert_eq!(
            all.quote(1, &put("2022-01-14", 190.0)),
            Err(NoQuote::Expired)
        );
    }
}

#[test]
fn at_the_close_it_expires_with_an_option_is_its_exercise_value() {
    let all = chains(
        vec![moment(day("2022-03-11"), 185.5, 0.25, 0.01)],
        vec![],
        flat(),
    );
    let quote = all.quote(0, &put("2022-03-11", 190.0)).unwrap();
    assert!((quote.mid - 4.5).abs() < 1e-9, "{quote:?}");
    assert_eq!(quote.volatility, None);
    assert_eq!(
        quote.greeks,
        crate::Greeks {
            delta: -1.0,
            ..Default::default()
        }
    );
    let worthless = all.quote(0, &put("2022-03-11", 180.0)).unwrap();
    assert_eq!(
        (worthless.bid, worthless.mid, worthless.greeks.delta),
        (0.0, 0.0, 0.0)
    );
}

#[test]
fn slots_out_of_order_and_laws_without_sense_are_refused() {
    let (first, second) = (
        moment(day("2022-02-01"), 200.0, 0.25, 0.0),
        moment(day("2022-02-02"), 200.0, 0.25, 0.0),
    );
    let inputs = |moments, law| ModelInputs {
        moments,
        dividends: vec![],
        skew: flat(),
        law,
    };
    let error = ModelChains::new(inputs(
        vec![second.clone(), first.clone()],
        WidthLaw::default(),
    ))
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "slot 1 ends at 2022-02-01 16:00, expected later than 2022-02-02 16:00, where the slot before it ends"
    );
    let law = WidthLaw {
        assumed: Assumed {
            multiplier: f64::NAN,
            ..Assumed::default()
        },
        ..WidthLaw::default()
    };
    let error = ModelChains::new(inputs(vec![first], law)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "widths: multiplier = NaN, expected 0.001 to 1000"
    );
}

#[test]
fn the_dividend_of_the_next_session() {
    // Thursday 2022-04-14 before Good Friday: the next session is Monday the 18th.
    let ex = |ex_date| Dividend {
        ex_date: day(ex_date),
        amount_usd: 0.4,
    };
    let moments = sessions("2022-04-12", 4)
        .into_iter()
        .map(|d| moment(d, 200.0, 0.25, 0.0));
    let all = chains(moments.collect(), vec![ex("2022-04-18")], flat());
    let due: Vec<Option<f64>> = (0..5).map(|slot| all.next_dividend(slot)).collect();
    assert_eq!(due, [None, None, Some(0.4), None, None]);
}

/// Two years of quarterly dividends, so that the last two months of the second know what to expect.
fn quarterly() -> Vec<Dividend> {
    let dates = [
        "2020-12-14",
        "2021-03-25",
        "2021-06-10",
        "2021-09-24",
        "2021-12-13",
        "2022-03-24",
    ];
    dates
        .map(|d| Dividend {
            ex_date: day(d),
            amount_usd: 0.9,
        })
        .to_vec()
}

#[test]
fn a_dividend_expected_lowers_calls_and_one_of_the_future_changes_nothing() {
    let at = || vec![moment(day("2022-02-02"), 200.0, 0.25, 0.02)];
    let call = |expiry| Contract {
        expiry: day(expiry),
        strike: 200.0,
        right: Right::Call,
    };
    let with = chains(at(), quarterly(), flat());
    let without = chains(at(), vec![], flat());
    // Last year's March 25 is expected for March 24: before the expiry of April, after that of March.
    let value = |all: &ModelChains, expiry| all.quote(0, &call(expiry)).unwrap().mid;
    assert_eq!(value(&with, "2022-03-18"), value(&without, "2022-03-18"));
    let (less, more) = (value(&with, "2022-04-14"), value(&without, "2022-04-14"));
    // At most what a European loses, about half of 0.90 at the money; less, since the holder may exercise on the eve.
    assert!(more - less > 0.3 && more - less < 0.5, "{more} {less}");
    let known: Vec<Dividend> = quarterly()
        .into_iter()
        .filter(|d| d.ex_date <= day("2022-02-02"))
        .collect();
    assert_eq!(value(&chains(at(), known, flat()), "2022-04-14"), less);
}

/// A made-up path through a storm, every slot priced whichever way it is asked.
fn storm(count: usize) -> Vec<Moment> {
    let each = sessions("2021-11-01", count).into_iter().enumerate();
    each.map(|(i, date)| {
        let down = (i as f64 * 0.7).sin() * 4.0 - i as f64 * 0.9;
        moment(date, 240.0 + down, 0.2 + i as f64 * 0.005, 0.01)
    })
    .collect()
}

fn every_quote(all: &ModelChains, slots: usize) -> Vec<Result<LegQuote, NoQuote>> {
    let mut quotes = Vec::new();
    for slot in 0..slots {
        // Every third strike of the nearest expiries: the lattice of a far one takes a thousand times as long.
        for expiry in all.expiries(slot).into_iter().take(5) {
            for strike in all.strikes(slot, expiry).into_iter().step_by(3) {
                for right in [Right::Call, Right::Put] {
                    quotes.push(all.quote(
                        slot,
                        &Contract {
                            expiry,
                            strike,
                            right,
                        },
                    ));
                }
            }
        }
    }
    quotes
}

#[test]
fn neither_threads_nor_memory_show_in_a_value() {
    let skew = || Skew::new(SkewParameters::SPY).unwrap();
    let inputs = |moments| ModelInputs {
        moments,
        dividends: quarterly(),
        skew: skew(),
        law: WidthLaw::default(),
    };
    let slots = 12;
    let one = ModelChains::new(inputs(storm(slots))).unwrap();
    let expected = every_quote(&one, slots);
    assert!(expected.len() > 4_000 && expected.iter().all(Result::is_ok));
    assert_eq!(every_quote(&one, slots), expected, "from memory");
    let none = ModelChains::with_memory(inputs(storm(slots)), 0).unwrap();
    assert_eq!(every_quote(&none, slots), expected, "without any");
    let shared = Arc::new(ModelChains::with_memory(inputs(storm(slots)), 100_000).unwrap());
    let hands: Vec<_> = (0..4)
        .map(|_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || every_quote(&shared, slots))
        })
        .collect();
    for hand in hands {
        assert_eq!(hand.join().unwrap(), expected, "on many threads");
    }
}

#[test]
fn nothing_after_a_slot_changes_what_it_says() {
    let skew = || Skew::new(SkewParameters::SPY).unwrap();
    let whole = chains(storm(30), quarterly(), skew());
    let cut = chains(storm(10), quarterly(), skew());
    assert_eq!(every_quote(&whole, 10), every_quote(&cut, 10));
}

#[test]
fn a_strike_once_listed_stays_through_a_storm() {
    let slots = 60;
    let all = chains(storm(slots), vec![], flat());
    for slot in 1..slots {
        for expiry in all.expiries(slot - 1) {
            let (before, now) = (all.strikes(slot - 1, expiry), all.strikes(slot, expiry));
            let gone = before.iter().find(|k| !now.contains(k));
            let expired = expiry < all.inputs().moments[slot].date;
            assert!(
                gone.is_none() || expired,
                "{expiry}: {gone:?} is gone in slot {slot}"
            );
        }
    }
}

#[test]
fn a_chain_like_the_fitted_one_is_narrower() {
    let law = WidthLaw {
        fitted: Fitted::SPY_2026,
        assumed: Assumed::NOTHING,
    };
    let inputs = ModelInputs {
        moments: vec![moment(day("2022-02-02"), 200.0, 0.25, 0.0)],
        dividends: vec![],
        skew: flat(),
        law,
    };
    let spy = ModelChains::new(inputs)
        .unwrap()
        .quote(0, &put("2022-03-11", 190.0))
        .unwrap();
    let iwm = two_days().quote(1, &put("2022-03-11", 190.0)).unwrap();
    assert!(spy.ask - spy.bid < iwm.ask - iwm.bid, "{spy:?} {iwm:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn quotes_hold_their_values_and_values_keep_parity(
        spot in 60.0..300.0_f64,
        volatility in 0.1..0.9_f64,
        rate in 0.0..0.06_f64,
        nth in 0..8_usize,
    ) {
        let all = chains(
            vec![moment(day("2022-02-02"), spot, volatility, rate)],
            vec![],
            Skew::new(SkewParameters::SPY).unwrap(),
        );
        let expiry = all.expiries(0)[nth];
        let years = years_between(all.inputs().moments[0].at, close_of(expiry).unwrap());
        for strike in all.strikes(0, expiry) {
            let of = |right| all.quote(0, &Contract { expiry, strike, right }).unwrap();
            let (call, put) = (of(Right::Call), of(Right::Put));
            for quote in [call, put] {
                prop_assert!(0.0 <= quote.bid && quote.bid <= quote.mid && quote.mid <= quote.ask);
                prop_assert!(quote.volatility.unwrap() > 0.0);
            }
            // American put-call bounds without dividends, S − K ≤ C − P ≤ S − K·e^(−rT), within the tolerance of a value.
            let gap = call.mid - put.mid;
            let slack = 0.003;
            prop_assert!(gap >= spot - strike - slack, "{gap} {strike}");
            prop_assert!(gap <= spot - strike * (-rate * years).exp() + slack, "{gap} {strike}");
        }
    }
}
