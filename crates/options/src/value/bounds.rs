//! How much early exercise can be worth at most.
//!
//! Exercising a put earns interest on the strike and gives up the yield of the share, exercising a call the other way
//! round, and what an American option is worth above a European one is what its holder expects to earn so (Kim 1990,
//! Jacka 1991): for a put, the mean over paths of ∫ (rK − qS(t))·e^(−rt) dt over the times at which it is
//! right to have exercised, all of them times at which S(t) < K. Hence
//!
//! - put: at most K(1 − e^(−rT))⁺ · P + S(e^(−qT) − 1)⁺. P bounds the chance of being in the money at any one time.
//!   It is 1, or N(−d₂) if the spot is above the strike and (r − q − σ²/2)T ≤ ln(S/K): then the chance that S(t) < K
//!   only grows until expiry. Dividends lower what exercise yields and so do not weaken it, S being the stripped spot.
//! - call without dividends: the same with spot and strike, and rate and yield, changing places.
//! - call with dividends: whoever exercises just before the i-th ex-date has, above the least that a European call is
//!   worth then, the dividends still to come less the interest saved on the strike. Today that is
//!   PV − K(e^(−rt) − e^(−rT)), times the chance of a stripped price above K less those dividends; the sum over
//!   the ex-dates, and S(1 − e^(−qT))⁺ for a yield beside them (the chance is then taken as 1).

use market::Right;

use super::dividends::Dividends;
use super::european::normal;
use super::terms::{Inputs, Terms};

/// At most this is what the right to exercise early adds to the European value, dollars a share; `stripped` as by
/// [`Dividends::strip`].
pub fn premium_at_most(stripped: &Terms, dividends: Dividends<'_>, right: Right) -> f64 {
    let inputs = stripped.inputs();
    match right {
        Right::Put => of_put(inputs),
        Right::Call if dividends.within(inputs.years).is_empty() => of_put(Inputs {
            spot: inputs.strike,
            strike: inputs.spot,
            rate: inputs.yield_rate,
            yield_rate: inputs.rate,
            ..inputs
        }),
        Right::Call => of_call(stripped, dividends),
    }
}

/// Whether exercising early is never right, at any volatility.
pub(super) fn never_early(stripped: &Terms, dividends: Dividends<'_>, right: Right) -> bool {
    let Inputs {
        rate, yield_rate, ..
    } = stripped.inputs();
    match right {
        Right::Put => rate <= 0.0 && yield_rate >= 0.0,
        Right::Call => {
            rate >= 0.0
                && yield_rate <= 0.0
                && gains(stripped, dividends).all(|(_, _, gain)| gain <= 0.0)
        }
    }
}

fn of_put(inputs: Inputs) -> f64 {
    let Inputs {
        spot,
        strike,
        years,
        rate,
        yield_rate,
        volatility,
    } = inputs;
    let interest = if rate > 0.0 {
        -strike * (-rate * years).exp_m1()
    } else {
        0.0
    };
    let yielded = if yield_rate < 0.0 {
        spot * (-yield_rate * years).exp_m1()
    } else {
        0.0
    };
    let deviation = volatility * years.sqrt();
    let out = (spot / strike).ln();
    let drift = (rate - yield_rate - 0.5 * volatility * volatility) * years;
    let chance = if interest > 0.0 && deviation > 0.0 && out > 0.0 && drift <= out {
        normal(-(out + drift) / deviation)
    } else {
        1.0
    };
    interest * chance + yielded
}

fn of_call(stripped: &Terms, dividends: Dividends<'_>) -> f64 {
    let Inputs {
        spot,
        strike,
        years,
        rate,
        yield_rate,
        volatility,
    } = stripped.inputs();
    let yielded = if yield_rate > 0.0 {
        -spot * (-yield_rate * years).exp_m1()
    } else {
        0.0
    };
    if rate < 0.0 {
        // Money loses by waiting: the strike is best paid at once, and every dividend comes on top.
        let saved = strike * (-rate * years).exp_m1();
        return yielded + saved + dividends.present_value(stripped);
    }
    let at_ex: f64 = gains(stripped, dividends)
        .filter(|&(_, _, gain)| gain > 0.0)
        .map(|(t, ahead, gain)| {
            let level = strike - ahead * (rate * t).exp();
            let drift = (rate - yield_rate - 0.5 * volatility * volatility) * t;
            // With a yield it may be right to exercise between ex-dates too, when the chance is another.
            if level <= 0.0 || yield_rate > 0.0 {
                gain
            } else {
                gain * normal(((spot / level).ln() + drift) / (volatility * t.sqrt()))
            }
        })
        .sum();
    yielded + at_ex
}

/// Of each ex-date ahead: its time, the present value of the dividends from it on, and the gain of exercising a call
/// just before it rather than never early.
fn gains<'a>(
    stripped: &'a Terms,
    dividends: Dividends<'a>,
) -> impl Iterator<Item = (f64, f64, f64)> + 'a {
    let inputs = stripped.inputs();
    let mut ahead = dividends.present_value(stripped);
    dividends.within(inputs.years).iter().map(move |one| {
        let then = (-inputs.rate * one.years).exp();
        let from = ahead;
        ahead -= one.dollars * then;
        (
            one.years,
            from,
            from - (inputs.strike * then - stripped.strike_then()),
        )
    })
}
