//! Chains made from a known curve, quoted as real ones are: what is put in must come out.

use market::{Date, Quote, Right, Time};
use options::value::{Inputs, Terms, european_value};
use options::volatility::observe::years_to_close;
use options::volatility::{FitError, Levelled, Skew, SkewParameters, Smile, errors, fit, observe};

const RATE: f64 = 0.03;
const SPOT: f64 = 400.0;

/// Not the shipped curve, so that finding it means something.
const KNOWN: SkewParameters = SkewParameters {
    put_slope: 0.55,
    call_slope: 0.4,
    centre: 1.1,
    width: 0.6,
    crash_slope: 0.5,
    crash_centre: -2.6,
    put_slope_growth: 0.06,
    centre_growth: -0.08,
    crash_slope_growth: 0.2,
};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn noon() -> Time {
    Time::from_exchange(day("2024-03-01"), 12, 0).unwrap()
}

/// One expiry: strikes a dollar apart, mids as the curve has them, `half_usd` to either side.
fn chain(expiration: &str, money: f64, half_usd: f64) -> Vec<Quote> {
    let skew = Skew::new(KNOWN).unwrap();
    let expiration = day(expiration);
    let years = years_to_close(noon(), expiration).unwrap();
    let smile = Smile::new(money, years, &skew);
    let forward = SPOT * (RATE * years).exp();
    let mut quotes = Vec::new();
    for strike in 200..520 {
        for right in [Right::Call, Right::Put] {
            let strike = f64::from(strike);
            let volatility = smile.volatility(strike, forward);
            let inputs = Inputs {
                spot: SPOT,
                strike,
                years,
                rate: RATE,
                yield_rate: 0.0,
                volatility,
            };
            let value = european_value(&Terms::new(inputs).unwrap(), right);
            quotes.push(Quote {
                bid: Some((value - half_usd).max(0.0)),
                ask: Some(value + half_usd),
                ..Quote::blank(noon(), expiration, strike, right)
            });
        }
    }
    quotes
}

fn chains() -> Vec<Quote> {
    let expiries = [
        "2024-03-08",
        "2024-03-15",
        "2024-03-28",
        "2024-04-19",
        "2024-05-17",
        "2024-06-21",
    ];
    let all = expiries.iter().enumerate();
    all.flat_map(|(i, expiry)| chain(expiry, 0.16 + 0.01 * i as f64, 0.005))
        .collect()
}

#[test]
fn a_fit_finds_the_curve_the_chains_were_made_from() {
    let (smiles, tally) = observe(&chains(), RATE);
    assert_eq!(
        (smiles.len(), tally.expiries_skipped, tally.unsound),
        (6, 0, 0)
    );
    for (i, smile) in smiles.iter().enumerate() {
        assert!((smile.forward / (SPOT * (RATE * smile.years).exp()) - 1.0).abs() < 1e-9);
        assert!((smile.at_the_money() - 0.16 - 0.01 * i as f64).abs() < 2e-4);
    }
    let fitted = fit(&smiles).unwrap();
    let found = *fitted.skew.parameters();
    assert!(fitted.relative_error < 1e-3, "{}", fitted.relative_error);
    for (name, found, known) in [
        ("put_slope", found.put_slope, KNOWN.put_slope),
        ("call_slope", found.call_slope, KNOWN.call_slope),
        ("centre", found.centre, KNOWN.centre),
        ("width", found.width, KNOWN.width),
        ("crash_slope", found.crash_slope, KNOWN.crash_slope),
        ("crash_centre", found.crash_centre, KNOWN.crash_centre),
        (
            "put_slope_growth",
            found.put_slope_growth,
            KNOWN.put_slope_growth,
        ),
        ("centre_growth", found.centre_growth, KNOWN.centre_growth),
        (
            "crash_slope_growth",
            found.crash_slope_growth,
            KNOWN.crash_slope_growth,
        ),
    ] {
        assert!((found - known).abs() < 0.02, "{name}: {found} {known}");
    }
    let worst = errors(&smiles, &fitted.skew, Levelled::AtTheMoney)
        .iter()
        .map(|b| b.rms_points)
        .fold(0.0, f64::max);
    assert!(worst < 0.05, "{worst}");
    // The shipped curve is another one, and the table says so.
    let shipped = Skew::new(SkewParameters::SPY).unwrap();
    let other = errors(&smiles, &shipped, Levelled::AtTheMoney);
    assert!(other.iter().any(|b| b.rms_points > 0.5));
}

#[test]
fn rows_that_say_nothing_are_counted_and_change_nothing() {
    let whole = chain("2024-04-19", 0.2, 0.005);
    let (before, tally) = observe(&whole, RATE);
    assert_eq!(tally.rows, 640);
    let mut torn = whole.clone();
    for quote in torn.iter_mut().filter(|q| q.strike == 350.0) {
        (quote.bid, quote.ask) = (quote.ask, quote.bid);
    }
    for quote in torn.iter_mut().filter(|q| q.strike == 360.0) {
        quote.ask = None;
    }
    for quote in torn.iter_mut().filter(|q| q.strike == 370.0) {
        quote.bid = Some(f64::NAN);
    }
    let (after, torn_tally) = observe(&torn, RATE);
    assert_eq!(torn_tally.unsound, tally.unsound + 6);
    assert_eq!(torn_tally.used, tally.used - 3);
    let kept: Vec<_> = before[0]
        .points
        .iter()
        .filter(|p| ![350.0, 360.0, 370.0].contains(&p.strike))
        .copied()
        .collect();
    assert_eq!(after[0].points, kept);
}

#[test]
fn what_cannot_be_fitted_says_so() {
    assert_eq!(
        fit(&[]).unwrap_err(),
        FitError::TooFew {
            found: 0,
            least: 60
        }
    );
    // Over, no session, beyond 120 days: none is looked at.
    let mut quotes = chain("2024-03-08", 0.2, 0.005);
    for quote in &mut quotes {
        quote.expiration = day("2024-02-29");
    }
    let (smiles, tally) = observe(&quotes, RATE);
    assert_eq!((smiles.len(), tally.expiries_skipped), (0, 1));
    for quote in &mut quotes {
        quote.expiration = day("2024-03-09");
    }
    assert_eq!(observe(&quotes, RATE).1.expiries_skipped, 1);
    let (smiles, _) = observe(&chain("2025-01-17", 0.2, 0.005), RATE);
    assert_eq!(smiles.len(), 1);
    assert!(matches!(
        fit(&smiles),
        Err(FitError::TooFew { found: 0, .. })
    ));
    // Calls alone give no forward.
    let calls: Vec<Quote> = chain("2024-04-19", 0.2, 0.005)
        .into_iter()
        .filter(|q| q.right == Right::Call)
        .collect();
    assert_eq!(observe(&calls, RATE).1.expiries_skipped, 1);
}
