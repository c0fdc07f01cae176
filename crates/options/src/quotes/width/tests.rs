use proptest::prelude::*;

use super::*;
use crate::volatility::strip::Sides;

/// An out-of-the-money put of IWM on a calm day.
const PUT: Setting = Setting {
    spot: 200.0,
    strike: 190.0,
    right: Right::Put,
    years: 0.1,
    value: 1.5,
    delta: -0.2,
    level: 0.20,
};

const LAW: Fitted = Fitted {
    floor: 1e-5,
    share: 0.003,
    inside: 4e-4,
    deep: 0.005,
    onset: 0.3,
};

#[test]
fn the_base_by_hand() {
    // Tick 0.01; floor 1e-5·200·0.1 = 0.0002; share 0.003·1.5 = 0.0045. In the money: 4e-4·200·L(−14) = 6.7e-8.
    // Deep: (0.2 − 1 + 0.3·0.3162)/0.02 = −35.3: nothing.
    let base = LAW.base_usd(&PUT);
    assert!((base - 0.0147).abs() < 1e-6, "{base}");
    // Deep in the money, δ = 0.99: 1 tick + 0.0002 + the share of 0.30 (0.0009) + 200·(4e-4 + 0.005·L(4.24 = 0.0849/0.02)).
    let deep = Setting {
        strike: 240.0,
        value: 40.3,
        delta: -0.99,
        ..PUT
    };
    let onset = 0.3 * 0.1_f64.sqrt();
    let logistic = 1.0 / (1.0 + (-(0.99 - 1.0 + onset) / 0.02_f64).exp());
    let expected = 0.01 + 0.0002 + 0.003 * 0.3 + 200.0 * (4e-4 + 0.005 * logistic);
    let base = LAW.base_usd(&deep);
    assert!((base - expected).abs() < 1e-4, "{base} {expected}");
}

#[test]
fn what_is_assumed_by_hand() {
    let assumed = Assumed::default();
    // 200 → 190 is 5.13 % out in logs: 10·0.0013 on top of 1.
    assert!(
        (assumed.factor(&PUT) - 2.0 * (1.0 + 10.0 * ((200.0_f64 / 190.0).ln() - 0.05))).abs()
            < 1e-12
    );
    // 200 → 100 is 69 % out: counted as 35 %.
    let far = Setting {
        strike: 100.0,
        ..PUT
    };
    assert!((assumed.factor(&far) - 2.0 * 4.0).abs() < 1e-12);
    // At the money nothing but the multiplier; at an index of 40 twice that.
    let near = Setting {
        strike: 200.0,
        ..PUT
    };
    assert_eq!(assumed.factor(&near), 2.0);
    assert_eq!(assumed.factor(&Setting { level: 0.4, ..near }), 4.0);
    assert_eq!(
        assumed.factor(&Setting { level: 0.1, ..near }),
        2.0,
        "calm is calm"
    );
    assert_eq!(Assumed::NOTHING.factor(&Setting { level: 0.8, ..PUT }), 1.0);
}

#[test]
fn sides_are_whole_ticks_outwards() {
    let law = WidthLaw {
        fitted: LAW,
        assumed: Assumed::NOTHING,
    };
    // 1.5 ∓ 0.00735: 1.49265 down to 1.49, 1.50735 up to 1.51.
    assert_eq!(
        law.around(&PUT),
        Sides {
            bid: 1.49,
            ask: 1.51
        }
    );
    // A value of a fifth of a cent: no bid, an ask of a cent and a half's next tick.
    let cheap = Setting {
        value: 0.002,
        strike: 150.0,
        delta: -0.001,
        ..PUT
    };
    assert_eq!(
        law.around(&cheap),
        Sides {
            bid: 0.0,
            ask: 0.01
        }
    );
    let nothing = Setting {
        value: 0.0,
        strike: 100.0,
        delta: 0.0,
        ..PUT
    };
    assert_eq!(
        law.around(&nothing),
        Sides {
            bid: 0.0,
            ask: 0.01
        }
    );
}

proptest! {
    #[test]
    fn a_quote_holds_its_value_and_widens_outwards_and_in_stress(
        value in 0.0..20.0_f64,
        delta in 0.0..0.5_f64,
        years in 0.0..1.0_f64,
        out in 0.0..0.3_f64,
        level in 0.08..1.2_f64,
        call in any::<bool>(),
    ) {
        let law = WidthLaw::default();
        let right = if call { Right::Call } else { Right::Put };
        let sign = if call { 1.0 } else { -1.0 };
        let at = Setting {
            spot: 180.0,
            strike: 180.0 * (sign * out).exp(),
            right,
            years,
            value,
            delta: sign * delta,
            level,
        };
        let Sides { bid, ask } = law.around(&at);
        prop_assert!(0.0 <= bid && bid <= value && value <= ask && bid < ask);
        prop_assert!(bid == 0.0 || ask - bid >= law.width_usd(&at) - 1e-8);
        prop_assert!(ask - bid <= law.width_usd(&at) + 2.0 * TICK_USD + 1e-8);
        let farther = Setting { strike: 180.0 * (sign * (out + 0.05)).exp(), ..at };
        prop_assert!(law.width_usd(&farther) >= law.width_usd(&at) - 1e-12);
        let stressed = Setting { level: level + 0.1, ..at };
        prop_assert!(law.width_usd(&stressed) >= law.width_usd(&at));
        let longer = Setting { years: years + 0.1, ..at };
        prop_assert!(law.width_usd(&longer) >= law.width_usd(&at));
        let dearer = Setting { value: value + 1.0, ..at };
        prop_assert!(law.width_usd(&dearer) >= law.width_usd(&at));
    }
}

#[test]
fn a_fit_finds_the_law_that_made_the_quotes() {
    let mut samples = Vec::new();
    for days in [3_u32, 14, 20, 45, 90, 200, 300] {
        for step in 1..50_u32 {
            let delta = f64::from(step) / 50.0;
            let years = (f64::from(days) + 0.5) / 365.0;
            let right = if step % 2 == 0 {
                Right::Call
            } else {
                Right::Put
            };
            let extrinsic = 30.0 * years.sqrt() * (1.0 - (2.0 * delta - 1.0).abs());
            let at = Setting {
                spot: 700.0,
                strike: 700.0,
                right,
                years,
                value: extrinsic,
                delta,
                level: 0.2,
            };
            samples.push(WidthSample {
                at,
                width_usd: LAW.base_usd(&at),
            });
        }
    }
    let fit = WidthFit::new(&samples).unwrap();
    assert!(fit.error < 1e-3, "{fit:?}");
    assert!((fit.fitted.deep / LAW.deep - 1.0).abs() < 0.01, "{fit:?}");
    assert!((fit.fitted.share / LAW.share - 1.0).abs() < 0.02, "{fit:?}");
    assert_eq!(fit.count, samples.len());
    assert_eq!(
        fit.buckets.iter().map(|b| b.count).sum::<usize>(),
        samples.len()
    );
    assert_eq!(WidthFit::new(&samples[..99]), None);
}
