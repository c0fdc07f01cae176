//! European values at their limits, with dividends, and from bad input.

use market::Right;
use options::value::{
    Dividend, Dividends, Inputs, Terms, ValueError, european, european_value, european_with,
};

const PLAIN: Inputs = Inputs {
    spot: 180.0,
    strike: 175.0,
    years: 30.0 / 365.0,
    rate: 0.04,
    yield_rate: 0.01,
    volatility: 0.25,
};

fn terms(inputs: Inputs) -> Terms {
    Terms::new(inputs).unwrap()
}

#[test]
fn at_expiry_the_value_is_intrinsic() {
    for (spot, call, delta) in [(180.0, 5.0, 1.0), (175.0, 0.0, 0.5), (170.0, 0.0, 0.0)] {
        let now = terms(Inputs {
            spot,
            years: 0.0,
            ..PLAIN
        });
        let found = european(&now, Right::Call);
        assert_eq!(found.value, call);
        assert_eq!(found.greeks.delta, delta);
        assert_eq!(found.greeks.gamma, 0.0);
        assert_eq!(found.greeks.vega, 0.0);
        let put = european(&now, Right::Put);
        assert_eq!(put.value, 175.0 - spot + call);
        assert_eq!(put.greeks.delta, delta - 1.0);
    }
}

#[test]
fn without_volatility_the_value_is_the_forwards() {
    // 180·e^(−0.01·30/365) − 175·e^(−0.04·30/365) = 179.8521156 − 174.4256023
    let calm = terms(Inputs {
        volatility: 1e-300,
        ..PLAIN
    });
    let found = european(&calm, Right::Call);
    let expected =
        180.0 * (-0.01_f64 * 30.0 / 365.0).exp() - 175.0 * (-0.04_f64 * 30.0 / 365.0).exp();
    assert!((found.value - expected).abs() < 1e-12);
    assert!((expected - 5.426_513_4).abs() < 1e-6);
    assert_eq!(european_value(&calm, Right::Put), 0.0);
    // Interest on the strike is earned, yield on the share is given up: dV/dt = qS·e^(−qT) − rK·e^(−rT).
    assert!((found.greeks.theta - (1.798_521_155 - 6.977_024_08)).abs() < 1e-6);
    // And just above where it is certain, the closed form says the same.
    let stirring = terms(Inputs {
        volatility: 1e-9,
        ..PLAIN
    });
    assert!((european(&stirring, Right::Call).value - expected).abs() < 1e-12);
}

/// At a volatility of 1, a year and no rates, spot and strike 1, a call is worth 2·N(½) − 1 = erf(0.5/√2): fifteen digits
/// of it, and of N's tail in a call struck at e⁵: N(−4.5) − e⁵·N(−5.5).
#[test]
fn the_normal_distribution_is_good_to_the_last_digits() {
    let of = |strike: f64| {
        let terms = terms(Inputs {
            spot: 1.0,
            strike,
            years: 1.0,
            rate: 0.0,
            yield_rate: 0.0,
            volatility: 1.0,
        });
        european_value(&terms, Right::Call)
    };
    assert!((of(1.0) / 0.382_924_922_548_026 - 1.0).abs() < 1e-14);
    let tail = 3.397_673_124_730_06e-6 - 5.0_f64.exp() * 1.898_956_246_588_774e-8;
    assert!((of(5.0_f64.exp()) / tail - 1.0).abs() < 1e-12);
}

#[test]
fn far_in_and_out_of_the_money_nothing_overflows() {
    for (spot, strike) in [(1e-9, 1e12), (1e12, 1e-9), (180.0, 1.0), (1.0, 180.0)] {
        for (years, volatility) in [(100.0, 1e6), (100.0, 1e-6), (1e-9, 0.2), (0.1, 5.0)] {
            for (rate, yield_rate) in [(1.0, -1.0), (-1.0, 1.0), (0.0, 0.0)] {
                for right in [Right::Call, Right::Put] {
                    let found = european(
                        &terms(Inputs {
                            spot,
                            strike,
                            years,
                            rate,
                            yield_rate,
                            volatility,
                        }),
                        right,
                    );
                    let greeks = found.greeks;
                    for figure in [
                        found.value,
                        greeks.delta,
                        greeks.gamma,
                        greeks.vega,
                        greeks.theta,
                    ] {
                        assert!(figure.is_finite(), "{found:?}");
                    }
                    assert!(found.value >= 0.0);
                }
            }
        }
    }
}

#[test]
fn an_option_sees_the_dividends_between_the_quote_and_its_expiry() {
    let list = [-0.1, 0.0, 0.05, PLAIN.years, 0.2].map(|years| Dividend {
        years,
        dollars: 0.5,
    });
    let dividends = Dividends::new(&list).unwrap();
    // Those ex now or earlier are out of the spot already; the one ex on the day of expiry is seen.
    assert_eq!(dividends.within(PLAIN.years), &list[2..4]);
    assert_eq!(dividends.within(0.0), &[]);
    let expected = 0.5 * (-0.04_f64 * 0.05).exp() + 0.5 * (-0.04_f64 * PLAIN.years).exp();
    let plain = terms(PLAIN);
    assert_eq!(dividends.present_value(&plain), expected);
    let stripped = plain.with_spot(180.0 - expected).unwrap();
    let found = european_with(&plain, dividends, Right::Put).unwrap();
    assert_eq!(found.value, european_value(&stripped, Right::Put));
    assert_eq!(
        found.greeks.delta,
        european(&stripped, Right::Put).greeks.delta
    );
    assert_eq!(
        european_with(&plain, Dividends::NONE, Right::Put).unwrap(),
        european(&plain, Right::Put)
    );
}

#[test]
fn theta_with_a_dividend_is_the_slope_over_time() {
    let list = [Dividend {
        years: 0.05,
        dollars: 0.8,
    }];
    let step = 1e-5;
    let at = |passed: f64| {
        let later = [Dividend {
            years: 0.05 - passed,
            ..list[0]
        }];
        let terms = terms(Inputs {
            years: PLAIN.years - passed,
            ..PLAIN
        });
        european_with(&terms, Dividends::new(&later).unwrap(), Right::Call).unwrap()
    };
    let slope = (at(step).value - at(-step).value) / (2.0 * step);
    assert!(
        (at(0.0).greeks.theta - slope).abs() < 1e-4,
        "{slope} {:?}",
        at(0.0)
    );
}

#[test]
fn bad_input_is_named() {
    let new = |inputs| Terms::new(inputs).unwrap_err().to_string();
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let volatility = new(Inputs {
            volatility: bad,
            ..PLAIN
        });
        assert_eq!(
            volatility,
            format!("volatility is {bad}, expected a fraction a year above 0 (0.25 is 25 %)")
        );
        for (name, inputs) in [
            ("spot", Inputs { spot: bad, ..PLAIN }),
            (
                "strike",
                Inputs {
                    strike: bad,
                    ..PLAIN
                },
            ),
        ] {
            assert_eq!(
                new(inputs),
                format!("{name} is {bad}, expected dollars a share above 0 (1e-9 to 1e12)")
            );
        }
    }
    assert_eq!(
        new(Inputs {
            years: -2.0 / 365.0,
            ..PLAIN
        }),
        "the option expired 2 days before the quote, expected an expiry at or after it"
    );
    for bad in [f64::NAN, f64::INFINITY] {
        assert!(
            new(Inputs {
                years: bad,
                ..PLAIN
            })
            .starts_with("years is ")
        );
        assert!(new(Inputs { rate: bad, ..PLAIN }).starts_with("rate is "));
        assert!(
            new(Inputs {
                yield_rate: bad,
                ..PLAIN
            })
            .starts_with("yield_rate is ")
        );
    }
    // A rate in percent, the commonest slip.
    assert_eq!(
        new(Inputs { rate: 4.0, ..PLAIN }),
        "rate is 4, expected a fraction a year from -1 to 1 (0.05 is 5 %)"
    );
}

#[test]
fn bad_dividends_are_named() {
    let of = |pairs: &[(f64, f64)]| {
        let list: Vec<_> = pairs
            .iter()
            .map(|&(years, dollars)| Dividend { years, dollars })
            .collect();
        Dividends::new(&list).map(|_| ()).map_err(|e| e.to_string())
    };
    assert!(of(&[(0.1, 0.5), (0.2, 0.0)]).is_ok());
    assert_eq!(
        of(&[(0.1, -0.5)]).unwrap_err(),
        "dividend is -0.5, expected dollars a share of at least 0"
    );
    assert!(
        of(&[(f64::NAN, 0.5)])
            .unwrap_err()
            .starts_with("years until ex is NaN")
    );
    assert_eq!(
        of(&[(0.1, 0.5), (0.1, 0.5)]).unwrap_err(),
        "dividend 1 goes ex after 0.1 years, before the one ahead of it; expected ex-dates in order, one record a date"
    );
    let cents = [Dividend {
        years: 0.01,
        dollars: 185.0,
    }];
    let error =
        european_with(&terms(PLAIN), Dividends::new(&cents).unwrap(), Right::Call).unwrap_err();
    assert!(matches!(error, ValueError::NothingLeft { spot, .. } if spot == 180.0));
    assert!(error.to_string().contains("is a dividend listed twice"));
}
