//! That early exercise is never worth more than the bound says.

use market::Right;
use options::value::{Dividend, Dividends, Inputs, Lattice, Terms, premium_at_most};
use proptest::prelude::*;

use crate::properties::{close, inputs, right};
use crate::reference::reference;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_premium_is_above_the_bound(
        inputs in inputs(),
        right in right(),
        dollars in prop_oneof![Just(0.0), 0.05..3.0_f64],
        at in 0.05..1.0_f64,
    ) {
        let terms = Terms::new(inputs).unwrap();
        let all = [Dividend { years: at * inputs.years, dollars }];
        let list = if dollars > 0.0 { &all[..] } else { &[] };
        let dividends = Dividends::new(list).unwrap();
        let stripped = dividends.strip(&terms).unwrap();
        let bound = premium_at_most(&stripped, dividends, right);
        let european = options::value::european_value(&stripped, right);
        let (american, _) = reference(&terms, list, right, 200);
        // The reference has no control: with 200 steps its European values too are off by up to 7e-6 of the price.
        let off = close(inputs) + 2e-5 * inputs.strike.max(inputs.spot);
        prop_assert!(american - european <= bound + off, "{} {} {bound}", american, european);
        let lattice = Lattice::new(101).mark(&terms, dividends, right).unwrap();
        prop_assert!(lattice.value - european <= bound + close(inputs));
    }
}

#[test]
fn the_bound_is_what_the_formulas_say() {
    let inputs = Inputs {
        spot: 180.0,
        strike: 165.0,
        years: 30.0 / 365.0,
        rate: 0.05,
        yield_rate: 0.0,
        volatility: 0.25,
    };
    let terms = Terms::new(inputs).unwrap();
    // 165·(1 − e^(−0.05·0.0821918)) = 0.676695; d₂ = (0.0870114 + 0.01875·0.0821918)/(0.25·0.286691) = 1.235510,
    // N(−d₂) = 0.108322; product 0.073301.
    let bound = premium_at_most(&terms, Dividends::NONE, Right::Put);
    assert!((bound - 0.073_301).abs() < 2e-6, "{bound}");
    assert_eq!(premium_at_most(&terms, Dividends::NONE, Right::Call), 0.0);
    // A dividend of 0.50 in ten days, the strike 160: interest saved from then on is 160·(e^(−0.05·10/365) −
    // e^(−0.05·30/365)) = 0.437141, and e^(−0.05·10/365)·0.5 − 0.437141 = 0.062174; almost surely in the money.
    let list = [Dividend {
        years: 10.0 / 365.0,
        dollars: 0.5,
    }];
    let dividends = Dividends::new(&list).unwrap();
    let low = Terms::new(Inputs {
        strike: 160.0,
        ..inputs
    })
    .unwrap();
    let stripped = dividends.strip(&low).unwrap();
    let bound = premium_at_most(&stripped, dividends, Right::Call);
    assert!(bound < 0.062_175 && bound > 0.0610, "{bound}");
    // At 20 cents the interest is worth more.
    let list = [Dividend {
        dollars: 0.2,
        ..list[0]
    }];
    let dividends = Dividends::new(&list).unwrap();
    assert_eq!(
        premium_at_most(&dividends.strip(&low).unwrap(), dividends, Right::Call),
        0.0
    );
}
