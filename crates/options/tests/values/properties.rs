//! What holds of every value.

use market::Right;
use options::value::{Dividends, Inputs, Lattice, Terms, american_mark, european, european_value};
use proptest::prelude::*;

/// Options as they are listed, and rates of either sign.
pub(crate) fn inputs() -> impl Strategy<Value = Inputs> {
    (
        20.0..400.0_f64,
        0.6..1.6_f64,
        0.002..2.0_f64,
        -0.03..0.10_f64,
        -0.02..0.10_f64,
        0.05..1.2_f64,
    )
        .prop_map(
            |(spot, moneyness, years, rate, yield_rate, volatility)| Inputs {
                spot,
                strike: spot * moneyness,
                years,
                rate,
                yield_rate,
                volatility,
            },
        )
}

pub(crate) fn right() -> impl Strategy<Value = Right> {
    prop_oneof![Just(Right::Call), Just(Right::Put)]
}

fn american(inputs: Inputs, right: Right) -> f64 {
    Lattice::new(101)
        .mark(&Terms::new(inputs).unwrap(), Dividends::NONE, right)
        .unwrap()
        .value
}

/// To how many dollars values of the lattice of 101 steps are compared with one another: each may be off by 0.22 % of
/// what early exercise can add (see the candidates' table), which is at most interest or yield on the larger price.
pub(crate) fn close(inputs: Inputs) -> f64 {
    let most_rate = inputs.rate.abs().max(inputs.yield_rate.abs());
    let most = inputs.strike.max(inputs.spot) * (most_rate * inputs.years).exp_m1();
    2.0 * 0.0022 * most + 1e-6 * inputs.strike
}

proptest! {
    #[test]
    fn european_values_keep_parity_and_bounds(inputs in inputs()) {
        let terms = Terms::new(inputs).unwrap();
        let (call, put) = (european(&terms, Right::Call), european(&terms, Right::Put));
        let share = inputs.spot * (-inputs.yield_rate * inputs.years).exp();
        let strike = inputs.strike * (-inputs.rate * inputs.years).exp();
        prop_assert!((call.value - put.value - (share - strike)).abs() < 1e-11 * (share + strike));
        prop_assert!(call.value >= (share - strike).max(0.0) && call.value <= share);
        prop_assert!(put.value >= (strike - share).max(0.0) && put.value <= strike);
        let carried = (-inputs.yield_rate * inputs.years).exp();
        prop_assert!((call.greeks.delta - put.greeks.delta - carried).abs() < 1e-12);
        prop_assert_eq!(call.greeks.gamma, put.greeks.gamma);
        prop_assert_eq!(european_value(&terms, Right::Call), call.value);
    }

    #[test]
    fn european_values_are_convex_in_strike_and_rise_with_volatility(
        inputs in inputs(), right in right(), width in 0.001..0.1_f64,
    ) {
        let at = |strike: f64| european_value(&Terms::new(Inputs { strike, ..inputs }).unwrap(), right);
        let wing = width * inputs.strike;
        let butterfly = at(inputs.strike - wing) - 2.0 * at(inputs.strike) + at(inputs.strike + wing);
        prop_assert!(butterfly >= -1e-11 * inputs.strike, "{}", butterfly);
        let volatile = Terms::new(inputs).unwrap().with_volatility(inputs.volatility * 1.01).unwrap();
        // Far in the money the rounding of spot and strike is all that is left of the change.
        prop_assert!(european_value(&volatile, right) >= at(inputs.strike) - 1e-14 * inputs.strike);
    }

    #[test]
    fn a_call_is_a_put_with_all_exchanged(inputs in inputs()) {
        let exchanged = Inputs {
            spot: inputs.strike,
            strike: inputs.spot,
            rate: inputs.yield_rate,
            yield_rate: inputs.rate,
            ..inputs
        };
        let call = european_value(&Terms::new(inputs).unwrap(), Right::Call);
        let put = european_value(&Terms::new(exchanged).unwrap(), Right::Put);
        prop_assert!((call - put).abs() < 1e-11 * inputs.spot);
        let (call, put) = (american(inputs, Right::Call), american(exchanged, Right::Put));
        prop_assert!((call - put).abs() < close(inputs), "{} {}", call, put);
    }

    #[test]
    fn an_american_option_is_worth_no_less_than_european_and_intrinsic(inputs in inputs(), right in right()) {
        let terms = Terms::new(inputs).unwrap();
        let found = american(inputs, right);
        prop_assert!(found >= european_value(&terms, right));
        prop_assert!(found >= terms.intrinsic(right));
        let most = match right {
            Right::Call => inputs.spot * (-inputs.yield_rate * inputs.years).exp().max(1.0),
            Right::Put => inputs.strike * (-inputs.rate * inputs.years).exp().max(1.0),
        };
        prop_assert!(found <= most);
    }

    #[test]
    fn american_values_move_the_right_way(inputs in inputs(), right in right(), more in 0.001..0.2_f64) {
        let close = close(inputs);
        let now = american(inputs, right);
        let longer = american(Inputs { years: inputs.years * (1.0 + more), ..inputs }, right);
        prop_assert!(longer >= now - close, "{longer} {now}");
        let wilder = american(Inputs { volatility: inputs.volatility * (1.0 + more), ..inputs }, right);
        prop_assert!(wilder >= now - close, "{wilder} {now}");
        let higher = american(Inputs { spot: inputs.spot * (1.0 + more), ..inputs }, right);
        // A share that costs to hold counts for more later than now.
        let most = (-inputs.yield_rate * inputs.years).exp().max(1.0);
        let gained = (higher - now) * if right == Right::Call { 1.0 } else { -1.0 };
        prop_assert!(gained >= -close && gained <= inputs.spot * more * most + close, "{gained}");
        let wing = 0.3 * more * inputs.strike;
        let at = |strike: f64| american(Inputs { strike, ..inputs }, right);
        let butterfly = at(inputs.strike - wing) - 2.0 * now + at(inputs.strike + wing);
        prop_assert!(butterfly >= -2.0 * close, "{butterfly}");
    }

    #[test]
    fn a_call_without_dividends_is_european(inputs in inputs(), rate in 0.0..0.1_f64) {
        let terms = Terms::new(Inputs { rate, yield_rate: 0.0, ..inputs }).unwrap();
        let found = american_mark(&terms, Dividends::NONE, Right::Call, 0.0).unwrap();
        prop_assert_eq!(found.value, european_value(&terms, Right::Call));
        // And the lattice finds it out by itself.
        let lattice = Lattice::new(101).mark(&terms, Dividends::NONE, Right::Call).unwrap();
        prop_assert!((found.value - lattice.value).abs() < 1e-6 * inputs.strike);
    }
}
