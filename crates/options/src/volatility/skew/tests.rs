//! The curve, worked by hand and refused.

use super::*;

fn spy() -> Skew {
    Skew::new(SkewParameters::SPY).expect("the shipped curve is sound")
}

#[test]
fn a_curve_worked_by_hand() {
    // p = 0.6, c = 0.4, m = 1.2, w = 0.5; q = 0.4, n = −3, u = 1.5. At the forward h(m, w) = √(1.44 + 0.25) = 1.3 and
    // h(n, u) = √11.25; ½(c − p − q) = −0.3, ½(c + p) = 0.5, ½q = 0.2.
    // z = 1.2: h = 0.5 and √(4.2² + 2.25) = √19.89: v = 1 − 0.36 + 0.5·(0.5 − 1.3) + 0.2·(√19.89 − √11.25).
    // z = −3: h = √(4.2² + 0.25) = √17.89 and 1.5: v = 1 + 0.9 + 0.5·(√17.89 − 1.3) + 0.2·(1.5 − √11.25).
    let parameters = SkewParameters {
        put_slope: 0.6,
        call_slope: 0.4,
        centre: 1.2,
        width: 0.5,
        crash_slope: 0.4,
        crash_centre: -3.0,
        put_slope_growth: 0.0,
        centre_growth: 0.0,
        crash_slope_growth: 0.0,
    };
    let shape = Skew::new(parameters).unwrap().shape(0.1);
    let turn = 0.24 + 0.2 * (19.89_f64.sqrt() - 11.25_f64.sqrt());
    let far = 1.9 + 0.5 * (17.89_f64.sqrt() - 1.3) + 0.2 * (1.5 - 11.25_f64.sqrt());
    for (z, v) in [(0.0, 1.0), (1.2, turn), (-3.0, far)] {
        assert!((shape.ratio(z).powi(2) - v).abs() < 1e-14, "{z}");
        assert!((shape.jet(z).value - v).abs() < 1e-14, "{z}");
    }
}

#[test]
fn slopes_scale_with_tenor() {
    // 2·(1 − √(30/T)) is 1 at 120 days and −2 at 7.5.
    let parameters = SkewParameters {
        crash_slope: 0.0,
        put_slope: 0.4,
        put_slope_growth: 0.2,
        ..SkewParameters::SPY
    };
    let skew = Skew::new(parameters).unwrap();
    let slope = |days: f64| skew.shape(days / YEAR_DAYS).wing_slopes().0;
    assert!((slope(120.0) - 0.4 * 0.2_f64.exp()).abs() < 1e-12);
    assert!((slope(7.5) - 0.4 * (-0.4_f64).exp()).abs() < 1e-12);
    assert!((slope(30.0) - 0.4).abs() < 1e-12);
    assert_eq!(slope(400.0), slope(120.0));
    assert_eq!(slope(0.1), slope(2.0));
}

#[test]
fn far_out_variance_is_a_straight_line() {
    let shape = spy().shape(30.0 / YEAR_DAYS);
    let (put, call) = shape.wing_slopes();
    assert!((shape.jet(-1e4).slope + put).abs() < 1e-6);
    assert!((shape.jet(1e4).slope - call).abs() < 1e-6);
}

#[test]
fn derivatives_are_those_of_the_curve() {
    let shape = spy().shape(0.05);
    let h = 1e-4;
    for z in [-8.0, -3.5, -1.0, 0.0, 0.9, 1.4, 2.5, 5.0] {
        let [down, at, up] = [z - h, z, z + h].map(|z| shape.ratio(z).powi(2));
        let jet = shape.jet(z);
        assert!((jet.slope - (up - down) / (2.0 * h)).abs() < 1e-7, "{z}");
        assert!(
            (jet.bend - (up - 2.0 * at + down) / (h * h)).abs() < 1e-6,
            "{z}"
        );
    }
}

#[test]
fn what_cannot_be_a_curve_is_refused_with_its_reason() {
    let spy = SkewParameters::SPY;
    let steep = SkewParameters {
        put_slope: 1.9,
        ..spy
    };
    let error = Skew::new(steep).unwrap_err();
    assert!(matches!(error, SkewError::TooLow { .. }), "{error}");
    let sudden = SkewParameters {
        crash_slope: 2.0,
        ..spy
    };
    let error = Skew::new(sudden).unwrap_err();
    assert!(matches!(error, SkewError::Butterfly { .. }), "{error}");
    let nan = SkewParameters {
        centre: f64::NAN,
        ..spy
    };
    let error = Skew::new(nan).unwrap_err();
    assert_eq!(
        error.to_string(),
        "skew: centre = NaN, expected -2 to 2.5; take the fitted parameters or fit again"
    );
}

#[test]
fn scaling_moves_every_strike_towards_or_away_from_flat() {
    let (skew, half) = (spy(), spy().scaled(0.5).unwrap());
    for z in [-4.0, -1.0, 1.0, 2.0] {
        let [full, less] = [&skew, &half].map(|s| s.shape(0.1).ratio(z).powi(2));
        assert!((less - 1.0 - 0.5 * (full - 1.0)).abs() < 1e-12);
    }
}

#[test]
fn what_may_be_asked_of_the_shipped_skew_is_a_curve_and_little_more_is_none() {
    let skew = Skew::new(SkewParameters::SPY).unwrap();
    for hundredths in (0..=135).step_by(5) {
        let share = f64::from(hundredths) / 100.0;
        assert!(skew.scaled(share).is_ok(), "{share}");
    }
    assert!(skew.scaled(MAX_SKEW_SCALE).is_ok());
    let error = skew.scaled(MAX_SKEW_SCALE + 0.05).unwrap_err();
    assert!(matches!(error, SkewError::Butterfly { .. }), "{error}");
}
