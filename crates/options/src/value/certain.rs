//! American values where the path of the underlying is as good as known: the best moment on it.

use market::Right;

use super::dividends::Dividends;
use super::lattice::{Found, right_sign};
use super::terms::{Inputs, Terms};

/// The most that exercising at any moment up to expiry yields today along the path S·e^((r−q)t), `stripped` of its
/// dividends.
///
/// Exercising at t is worth ±(S·e^(−qt) + PV of the dividends after t − K·e^(−rt)). Between ex-dates it is best at an
/// end or where its slope is 0, qS·e^(−qt) = rK·e^(−rt).
pub(super) fn certain(stripped: &Terms, dividends: Dividends<'_>, right: Right) -> Found {
    let Inputs {
        spot,
        strike,
        years,
        rate,
        yield_rate,
        ..
    } = stripped.inputs();
    let sign = right_sign(right);
    let list = dividends.within(years);
    let mut ahead = dividends.present_value(stripped);
    let mut best = Found {
        value: 0.0,
        delta: 0.0,
        gamma: 0.0,
        exercised: false,
    };
    let mut offer = |t: f64, ahead: f64| {
        let carried = (-yield_rate * t).exp();
        let value = sign * (spot * carried + ahead - strike * (-rate * t).exp());
        if value > best.value {
            best = Found {
                value,
                delta: sign * carried,
                gamma: 0.0,
                exercised: t == 0.0,
            };
        }
    };
    let flat = ((rate * strike) / (yield_rate * spot)).ln() / (rate - yield_rate);
    let mut from = 0.0;
    for until in list.iter().map(Some).chain([None]) {
        let end = until.map_or(years, |one| one.years);
        offer(from, ahead);
        if flat > from && flat < end {
            offer(flat, ahead);
        }
        offer(end, ahead);
        if let Some(one) = until {
            ahead -= one.dollars * (-rate * one.years).exp();
        }
        from = end;
    }
    offer(from, ahead);
    best
}
