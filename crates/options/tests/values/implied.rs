//! Implied volatility: that it gives the price back, and why there is none.

use market::Right;
use options::value::{
    Dividend, Dividends, IMPLIED, Inputs, NoVolatility, Style, Terms, american_mark, european,
    european_value, implied_volatility,
};
use proptest::prelude::*;

use crate::oracle::rows;
use crate::properties::right;

fn wide() -> impl Strategy<Value = Inputs> {
    (
        20.0..400.0_f64,
        -0.7..0.7_f64,
        // From two minutes to three years.
        (-12.5..1.1_f64).prop_map(f64::exp),
        -0.03..0.10_f64,
        prop_oneof![Just(0.0), -0.02..0.10_f64],
        (-3.5..1.0_f64).prop_map(f64::exp),
    )
        .prop_map(|(spot, away, years, rate, yield_rate, volatility)| Inputs {
            spot,
            strike: spot * away.exp(),
            years,
            rate,
            yield_rate,
            volatility,
        })
}

/// A price is given back to this share of it, or of the larger of spot and strike.
const SHARE: f64 = 1e-9;
const ROUNDING: f64 = 2e-15;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The price is any between the bounds, not only one that a likely volatility makes: `part` of the way in the
    /// logarithm from a millionth of a dollar, or from the upper bound.
    #[test]
    fn every_price_within_bounds_has_a_volatility(
        inputs in wide(), right in right(), part in 0.0..1.0_f64, from_above in any::<bool>(),
    ) {
        let terms = Terms::new(inputs).unwrap();
        let share = inputs.spot * (-inputs.yield_rate * inputs.years).exp();
        let strike = inputs.strike * (-inputs.rate * inputs.years).exp();
        let (least, most) = match right {
            Right::Call => ((share - strike).max(0.0), share),
            Right::Put => ((strike - share).max(0.0), strike),
        };
        let room: f64 = most - least;
        let away = 1e-6 * (room / 1e-6).powf(part);
        let price = if from_above { most - away } else { least + away };
        prop_assume!(price > least && price < most);
        let found = implied_volatility(price, &terms, Dividends::NONE, right, Style::European);
        let found = found.unwrap();
        let back = european_value(&terms.with_volatility(found).unwrap(), right);
        prop_assert!((back - price).abs() <= SHARE * price + ROUNDING * inputs.spot.max(inputs.strike),
            "{back} {price} {found}");
    }

    #[test]
    fn a_volatility_that_made_the_price_is_found(inputs in wide(), right in right(), away in -2.5..2.5_f64) {
        let deviation = inputs.volatility * inputs.years.sqrt();
        let inputs = Inputs { strike: inputs.spot * (away * deviation).exp(), ..inputs };
        let terms = Terms::new(inputs).unwrap();
        let valued = european(&terms, right);
        // Where a change of volatility by a millionth shows in the price.
        prop_assume!(valued.greeks.vega * inputs.volatility * 1e-6 > 1e-13 * inputs.spot.max(inputs.strike));
        let found = implied_volatility(valued.value, &terms, Dividends::NONE, right, Style::European).unwrap();
        prop_assert!((found / inputs.volatility - 1.0).abs() < 1e-6, "{found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn american_prices_are_given_back(
        inputs in wide(), right in right(), part in 0.0..1.0_f64, dollars in prop_oneof![Just(0.0), 0.05..2.0_f64],
    ) {
        let terms = Terms::new(inputs).unwrap();
        let all = [Dividend { years: 0.4 * inputs.years, dollars }];
        let dividends = Dividends::new(if dollars > 0.0 { &all } else { &[] }).unwrap();
        let most = match right {
            Right::Call => inputs.spot * (-inputs.yield_rate * inputs.years).exp().max(1.0),
            Right::Put => inputs.strike * (-inputs.rate * inputs.years).exp().max(1.0),
        };
        let price = 1e-6 * (most / 1e-6).powf(part);
        match implied_volatility(price, &terms, dividends, right, Style::American) {
            Ok(found) => {
                let again = terms.with_volatility(found).unwrap();
                let back = american_mark(&again, dividends, right, 0.0).unwrap().value;
                let lattice = IMPLIED.mark(&again, dividends, right).unwrap().value;
                // Where exercising early is never right the two differ by the lattice's rounding alone.
                let near = if (back - price).abs() < (lattice - price).abs() { back } else { lattice };
                prop_assert!((near - price).abs() <= SHARE * price + ROUNDING * inputs.spot.max(inputs.strike),
                    "{near} {price} {found}");
            }
            Err(NoVolatility::BelowIntrinsic { least, .. }) => {
                prop_assert!(price <= least);
                prop_assert!(least >= terms.intrinsic(right) - 1e-12 * inputs.spot);
            }
            Err(NoVolatility::AboveBound { most, .. }) => {
                prop_assert!(price >= most);
                let wild = terms.with_volatility(6.0 / inputs.years.sqrt()).unwrap();
                let value = IMPLIED.mark(&wild, dividends, right).unwrap().value;
                prop_assert!(value <= most * (1.0 + 1e-9) && value >= 0.98 * most, "{value} {most}");
            }
            // Only within a fiftieth of what no value reaches.
            Err(NoVolatility::Beyond { volatility, .. }) => {
                let most = match right {
                    Right::Call => inputs.spot * (-inputs.yield_rate * inputs.years).exp().max(1.0),
                    Right::Put => inputs.strike * (-inputs.rate * inputs.years).exp().max(1.0),
                };
                prop_assert!(price > 0.98 * (most - 2.0 * dollars));
                prop_assert!(volatility * inputs.years.sqrt() > 8.99);
            }
            Err(other) => prop_assert!(false, "{other} {price}"),
        }
    }
}

#[test]
fn quantlibs_prices_imply_their_volatility() {
    for row in rows() {
        let volatility = row.terms.inputs().volatility;
        for (style, name, close) in [
            (Style::European, "european", 1e-7),
            (Style::American, "american", 2e-3),
        ] {
            // Ten cents for a point of volatility, or the price does not tell.
            if row.get("vega_per_1") < 10.0 {
                continue;
            }
            let price = row.get(name);
            if price <= row.terms.intrinsic(row.right) + 0.05 {
                continue;
            }
            let found =
                implied_volatility(price, &row.terms, Dividends::NONE, row.right, style).unwrap();
            assert!(
                (found - volatility).abs() < close,
                "{found}, not {volatility}: {:?}",
                row.terms
            );
        }
    }
}

/// LEAN's test, held there against `QuantLib`. Its delta of 0.546 is 0.003 above what the closed form has at its own
/// volatility: d₁ = (0.0377·60/365)/(0.309·√(60/365)) + 0.309·√(60/365)/2 = 0.112080, N(d₁)·e^(−0.0153·60/365) = 0.5433.
#[test]
fn leans_case() {
    let inputs = Inputs {
        spot: 450.0,
        strike: 450.0,
        years: 60.0 / 365.0,
        rate: 0.053,
        yield_rate: 0.0153,
        volatility: 0.2,
    };
    let terms = Terms::new(inputs).unwrap();
    let found = implied_volatility(
        23.753,
        &terms,
        Dividends::NONE,
        Right::Call,
        Style::American,
    )
    .unwrap();
    assert!((found - 0.309).abs() < 0.001, "{found}");
    let delta = american_mark(
        &terms.with_volatility(found).unwrap(),
        Dividends::NONE,
        Right::Call,
        0.001,
    )
    .unwrap()
    .delta;
    assert!((delta - 0.5433).abs() < 0.0002, "{delta}");
    assert!((delta - 0.546).abs() < 0.003, "{delta}");
}

#[test]
fn no_volatility_says_why() {
    let inputs = Inputs {
        spot: 180.0,
        strike: 170.0,
        years: 0.1,
        rate: 0.0,
        yield_rate: 0.0,
        volatility: 0.2,
    };
    let terms = Terms::new(inputs).unwrap();
    let why = |price, style| {
        implied_volatility(price, &terms, Dividends::NONE, Right::Call, style)
            .unwrap_err()
            .to_string()
    };
    for style in [Style::European, Style::American] {
        assert_eq!(
            why(9.5, style),
            "a price of 9.5 is not above 10, what the option yields without volatility: no volatility gives it"
        );
        assert_eq!(
            why(180.0, style),
            "a price of 180 is not below 180, more than which the option cannot be worth: no volatility gives it"
        );
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(
                why(bad, style),
                format!("a price of {bad} implies nothing, expected dollars a share above 0")
            );
        }
    }
    let expired = Terms::new(Inputs {
        years: 0.0,
        ..inputs
    })
    .unwrap();
    assert_eq!(
        implied_volatility(
            10.0,
            &expired,
            Dividends::NONE,
            Right::Call,
            Style::American
        ),
        Err(NoVolatility::Expired)
    );
    // An American put with interest: exercise is worth 10 now, and a price at it has no volatility.
    let put = Terms::new(Inputs {
        spot: 160.0,
        rate: 0.05,
        ..inputs
    })
    .unwrap();
    assert_eq!(
        implied_volatility(10.0, &put, Dividends::NONE, Right::Put, Style::American),
        Err(NoVolatility::BelowIntrinsic {
            price: 10.0,
            least: 10.0
        })
    );
    // The European one is worth less than that: 170·e^(−0.005) − 160 = 9.1521.
    let found =
        implied_volatility(10.0, &put, Dividends::NONE, Right::Put, Style::European).unwrap();
    assert!(found > 0.1 && found < 0.3, "{found}");
}
