//! Calls that are exercised at one ex-date or not early at all: an integral instead of a lattice.
//!
//! Without a yield and with interest of at least 0 a call is exercised just before an ex-date if at all (Merton 1973).
//! If only one ex-date is worth it, what early exercise adds is the mean of what exercising there has above waiting,
//! e^(−rt)·E[(g − P(S))⁺]: g the dividends still to come less the interest saved on the strike, P the European put
//! from then on, S the stripped price then. Roll, Geske and Whaley write the same with bivariate normals (1977–1981);
//! sixteen points of Gauss and Legendre are as exact and take part of the time.

use market::Right;

use super::european::{density, european};
use super::terms::{Inputs, Terms};
use super::tree::Top;

/// Abscissas and weights on [−1, 1], the positive half.
const GAUSS: [(f64, f64); 8] = [
    (0.095_012_509_837_637_4, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_6),
    (0.458_016_777_657_227_4, 0.169_156_519_395_002_6),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_8),
    (0.755_404_408_355_003, 0.124_628_971_255_533_9),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_9),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_8),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_1),
];
/// Beyond so many deviations nothing is left of a density.
const REACH: f64 = 7.0;

/// What exercising at `years` from now adds to the European call `held`, `gain` (g, dollars then) being above 0.
pub(super) fn premium_at(held: &Terms, years: f64, gain: f64) -> Top {
    let inputs = held.inputs();
    let Inputs {
        spot,
        rate,
        yield_rate,
        volatility,
        ..
    } = inputs;
    let at = |spot: f64| {
        Terms::new(Inputs {
            spot,
            years: (inputs.years - years).max(0.0),
            ..inputs
        })
    };
    let Ok(edge) = indifferent(held, years, gain, at) else {
        return Top::NOTHING;
    };
    let root = volatility * years.sqrt();
    let drift = (rate - yield_rate - 0.5 * volatility * volatility) * years;
    let lowest = ((edge / spot).ln() - drift) / root;
    let (from, to) = (lowest.clamp(-REACH, REACH), REACH);
    let (middle, half) = (0.5 * (to + from), 0.5 * (to - from));
    let discount = (-rate * years).exp();
    let mut sum = Top::NOTHING;
    for (x, weight) in GAUSS.into_iter().flat_map(|(x, w)| [(x, w), (-x, w)]) {
        let z = middle + half * x;
        let ratio = (drift + root * z).exp();
        let Ok(then) = at(spot * ratio) else {
            continue;
        };
        let put = european(&then, Right::Put);
        let weight = weight * half * density(z) * discount;
        sum.value += weight * (gain - put.value);
        sum.delta -= weight * put.greeks.delta * ratio;
        sum.gamma -= weight * put.greeks.gamma * ratio * ratio;
    }
    // The edge moves with the spot: where it is reached the slope begins at once.
    if lowest.abs() < REACH
        && let Ok(then) = at(edge)
    {
        let slope = -european(&then, Right::Put).greeks.delta * edge / spot;
        sum.gamma += discount * slope * density(lowest) / (spot * root);
    }
    sum.value = sum.value.max(0.0);
    sum
}

/// The price at which exercising and waiting are worth the same: there the put is worth the gain. Newton's method from
/// below, where the put's convexity never lets it step too far. A ten-thousandth of the price is close enough: what
/// exercise adds is 0 around it.
fn indifferent<E>(
    held: &Terms,
    years: f64,
    gain: f64,
    at: impl Fn(f64) -> Result<Terms, E>,
) -> Result<f64, E> {
    let inputs = held.inputs();
    let strike_then = inputs.strike * (-inputs.rate * (inputs.years - years)).exp();
    // Where the gain is all of the strike, exercise is right at any price.
    let mut spot = (strike_then - gain).max(1e-6 * inputs.strike);
    for _ in 0..30 {
        let then = at(spot)?;
        let put = european(&then, Right::Put);
        let step = (gain - put.value) / put.greeks.delta;
        if step.is_nan() || step <= 1e-4 * spot {
            break;
        }
        spot += step;
    }
    Ok(spot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::european_value;

    #[test]
    fn at_the_edge_the_put_is_worth_the_gain() {
        let held = Terms::new(Inputs {
            spot: 180.0,
            strike: 175.0,
            years: 0.12,
            rate: 0.05,
            yield_rate: 0.0,
            volatility: 0.25,
        })
        .unwrap();
        let at = |spot: f64| {
            Terms::new(Inputs {
                spot,
                years: 0.08,
                ..held.inputs()
            })
        };
        let edge = indifferent(&held, 0.04, 0.3, at).unwrap();
        let put = european_value(&at(edge).unwrap(), Right::Put);
        assert!((put - 0.3).abs() < 1e-3, "{edge} {put}");
    }
}
