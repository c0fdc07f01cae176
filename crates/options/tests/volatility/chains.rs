//! The fitted skew and the strip against real SPY chains.

use market::Right;
use options::value::{Dividends, Inputs, Style, Terms, european_value, implied_volatility};
use options::volatility::strip::{INDEX_MINUTES, YEAR_MINUTES, constant_maturity};
use options::volatility::{
    ErrorBucket, Level, Levelled, ObservedSmile, Skew, SkewParameters, SmilePoint, Surface, Term,
    errors, fit, observe, term_strip,
};

use crate::tape::{SNAPSHOTS, snapshot};

/// Continuous interest at the time, DGS3MO.
const RATE: f64 = 0.0366;

fn smiles(name: &str) -> Option<Vec<ObservedSmile>> {
    let (smiles, tally) = observe(&snapshot(name)?, RATE);
    eprintln!("{name}: {} smiles, {tally:?}", smiles.len());
    Some(smiles)
}

fn print(title: &str, buckets: &[ErrorBucket]) {
    eprintln!("{title}\n   days   deviations  quotes   bias    rms  half width");
    for b in buckets {
        eprintln!(
            "{:3.0}–{:<3.0} {:5.2} … {:<5.2} {:6} {:6.2} {:6.2} {:6.2}",
            b.days.0,
            b.days.1,
            b.deviations.0,
            b.deviations.1,
            b.count,
            b.bias_points,
            b.rms_points,
            b.quoted_half_width_points
        );
    }
}

/// The largest root mean square where condors are sold: 8 to 120 days, 2.5 deviations down to 1.25 up.
fn worst(buckets: &[ErrorBucket]) -> f64 {
    let traded =
        |b: &&ErrorBucket| b.days.0 >= 8.0 && b.deviations.0 >= -2.5 && b.deviations.1 <= 1.25;
    let worst = buckets.iter().filter(traded).map(|b| b.rms_points);
    worst.fold(0.0, f64::max)
}

#[test]
fn the_shipped_skew_is_what_the_real_chains_give() {
    let Some(all) = SNAPSHOTS
        .map(smiles)
        .into_iter()
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    let fitted = fit(&all.concat()).unwrap();
    eprintln!("{:#?}", fitted.skew.parameters());
    eprintln!(
        "{} quotes of {} smiles, error {:.4} of the money",
        fitted.points, fitted.smiles, fitted.relative_error
    );
    assert_eq!(*fitted.skew.parameters(), SkewParameters::SPY);
    assert_eq!((fitted.smiles, fitted.points), (49, 5840));
    assert!(fitted.relative_error < 0.02);

    let money = errors(&all.concat(), &fitted.skew, Levelled::AtTheMoney);
    print("levelled at the money", &money);
    assert!(worst(&money) < 0.5, "{}", worst(&money));
    // Nobody has a curve to a few hundredths of a point: that would be the quotes themselves.
    assert!(worst(&money) > 0.1);
    let strip = errors(&all.concat(), &fitted.skew, Levelled::ByStrip);
    print("levelled by the strip", &strip);
    assert!(worst(&strip) < 0.65, "{}", worst(&strip));
}

#[test]
fn a_day_is_met_by_the_skew_of_the_other_two() {
    let Some(all) = SNAPSHOTS
        .map(smiles)
        .into_iter()
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    for (i, held) in all.iter().enumerate() {
        let mut rest = all.clone();
        rest.remove(i);
        let fitted = fit(&rest.concat()).unwrap();
        let errors = errors(held, &fitted.skew, Levelled::AtTheMoney);
        eprintln!("without {}: {:?}", SNAPSHOTS[i], fitted.skew.parameters());
        print("held out, levelled at the money", &errors);
        assert!(worst(&errors) < 1.0, "{}", worst(&errors));
    }
}

#[test]
fn the_strip_of_the_real_chains_and_the_money_below_it() {
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    let mut indices = Vec::new();
    for name in SNAPSHOTS {
        let Some(smiles) = smiles(name) else { return };
        let minutes = |s: &ObservedSmile| s.years * YEAR_MINUTES;
        let far = smiles.partition_point(|s| minutes(s) <= INDEX_MINUTES);
        let terms = [&smiles[far - 1], &smiles[far]].map(|smile| {
            let strip = term_strip(&smile.chain, smile.years, smile.rate).unwrap();
            let level = strip.variance.sqrt();
            let surface = Surface::new(Level::flat(level).unwrap(), &skew);
            let (real, model) = (
                100.0 * smile.at_the_money(),
                100.0 * surface.smile(smile.years).at_the_money(),
            );
            eprintln!(
                "{} {:.1} days: strip {:.2}, money {real:.2}, modelled {model:.2}",
                smile.expiration,
                smile.years * 365.0,
                100.0 * level
            );
            assert!((real - model).abs() < 0.4, "{real} {model}");
            Term {
                minutes: minutes(smile),
                variance: strip.variance,
            }
        });
        indices.push(100.0 * constant_maturity(terms[0], terms[1], INDEX_MINUTES).unwrap());
    }
    eprintln!("30-day strips: {indices:.2?}");
    // The first snapshot's is known from elsewhere to one digit; the index itself moved between 16.75 and 18.96 that day.
    assert!((indices[0] - 17.3).abs() < 0.05, "{}", indices[0]);
}

/// The curve is fitted to European volatilities of American options. What the difference comes to, in docs/volatility.md: it
/// is largest for puts at the money, and grows with tenor.
#[test]
fn early_exercise_is_in_the_volatilities_fitted_to() {
    let Some(smiles) = smiles(SNAPSHOTS[0]) else {
        return;
    };
    for (days, most) in [(30.0, 0.15), (127.0, 0.35)] {
        let smile = smiles
            .iter()
            .find(|s| (s.years * 365.0 - days).abs() < 1.0)
            .unwrap();
        let worst = smile
            .points
            .iter()
            .filter(|p| p.strike < smile.forward && smile.deviations(p.strike) > -4.0)
            .map(|point| 100.0 * (point.volatility - american(smile, point)))
            .fold(0.0, f64::max);
        eprintln!("{days} days: European above American by at most {worst:.3} points");
        assert!(worst > 0.0 && worst < most, "{worst}");
    }
}

/// What a put's mid implies with early exercise, on the same forward.
fn american(smile: &ObservedSmile, point: &SmilePoint) -> f64 {
    // A yield of about SPY's; the spot that leads to the forward with it.
    let yield_rate = 0.011;
    let spot = smile.forward * ((yield_rate - smile.rate) * smile.years).exp();
    let terms = Terms::new(Inputs {
        spot,
        strike: point.strike,
        years: smile.years,
        rate: smile.rate,
        yield_rate,
        volatility: point.volatility,
    })
    .unwrap();
    let price = european_value(&terms, Right::Put);
    implied_volatility(price, &terms, Dividends::NONE, Right::Put, Style::American).unwrap()
}
