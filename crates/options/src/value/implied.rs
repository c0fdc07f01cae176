//! The volatility that a price implies.
//!
//! European: with F = S·e^(−qT), X = K·e^(−rT), x = −|ln(F/X)| and s = σ√T the time value of either right is
//! √(FX)·c(s), c(s) = e^(x/2)·N(x/s + s/2) − e^(−x/2)·N(x/s − s/2). c rises from 0 to e^(x/2), bending at
//! s = √(−2x) (Manaster and Koehler 1982). Below the bend ln c is nearly straight in 1/s², above it c is concave and
//! near its limit ln(e^(x/2) − c) nearly straight: Newton's method on the straightest of the three, within a bracket
//! that every step narrows and that is halved where a step would leave it.
//!
//! American: the same bracket around the value of a lattice. It lies below the European volatility of the price, since
//! the American value is the higher one.

use std::f64::consts::PI;

use market::Right;
use thiserror::Error;

use super::bounds::never_early;
use super::certain::certain;
use super::dividends::Dividends;
use super::european::{density, european, normal};
use super::lattice::{Lattice, WILD};
use super::terms::{Inputs, Terms, ValueError};

/// When it may be exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// At expiry.
    European,
    /// At any time until expiry.
    American,
}

/// Why no volatility gives a price.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum NoVolatility {
    /// Not a number, infinite, or not above 0.
    #[error("a price of {price} implies nothing, expected dollars a share above 0")]
    NotAPrice {
        /// What was given.
        price: f64,
    },
    /// Nothing moves any more.
    #[error("the option is at its expiry, expected time left: its price is what it yields")]
    Expired,
    /// Not above what it is worth without any volatility.
    #[error(
        "a price of {price} is not above {least}, what the option yields without volatility: no volatility gives it"
    )]
    BelowIntrinsic {
        /// What was given, dollars a share.
        price: f64,
        /// What every value is above, dollars a share.
        least: f64,
    },
    /// Not below what it is worth at any volatility.
    #[error(
        "a price of {price} is not below {most}, more than which the option cannot be worth: no volatility gives it"
    )]
    AboveBound {
        /// What was given, dollars a share.
        price: f64,
        /// What every value is below, dollars a share.
        most: f64,
    },
    /// Within a hair of the upper bound, where a lattice has no values.
    #[error(
        "a price of {price} needs a volatility above {volatility}, the highest that American values are computed at: is it a price of this option?"
    )]
    Beyond {
        /// What was given, dollars a share.
        price: f64,
        /// A fraction a year, 9 divided by the root of the years left.
        volatility: f64,
    },
    /// The dividends are not usable with the spot.
    #[error(transparent)]
    Dividends(#[from] ValueError),
}

/// The lattice whose value an implied American volatility reproduces.
pub const IMPLIED: Lattice = Lattice::new(101);

/// The volatility at which the option is worth `price` dollars a share; the terms' own volatility does not matter.
///
/// The value at it, [`european_with`](super::european_with) or that of [`IMPLIED`], is the price to 1e-9 of it, or to
/// the rounding of the spot and strike (1e-15 of the larger) where that is more: deep in the money, where a price has
/// few digits of time value, the volatility has as few.
///
/// # Errors
/// Why no volatility gives the price.
pub fn implied_volatility(
    price: f64,
    terms: &Terms,
    dividends: Dividends<'_>,
    right: Right,
    style: Style,
) -> Result<f64, NoVolatility> {
    if !(price > 0.0 && price.is_finite()) {
        return Err(NoVolatility::NotAPrice { price });
    }
    if terms.inputs().years == 0.0 {
        return Err(NoVolatility::Expired);
    }
    let stripped = dividends.strip(terms)?;
    if style == Style::European || never_early(&stripped, dividends, right) {
        of_european(price, &stripped, right)
    } else {
        of_american(price, terms, &stripped, dividends, right)
    }
}

fn of_european(price: f64, stripped: &Terms, right: Right) -> Result<f64, NoVolatility> {
    let Inputs {
        spot,
        years,
        yield_rate,
        ..
    } = stripped.inputs();
    let share = spot * (-yield_rate * years).exp();
    let strike = stripped.strike_then();
    let (least, most) = match right {
        Right::Call => ((share - strike).max(0.0), share),
        Right::Put => ((strike - share).max(0.0), strike),
    };
    if price <= least {
        return Err(NoVolatility::BelowIntrinsic { price, least });
    }
    if price >= most {
        return Err(NoVolatility::AboveBound { price, most });
    }
    let scale = (share * strike).sqrt();
    let s = deviation((price - least) / scale, -(share / strike).ln().abs());
    Ok(s / years.sqrt())
}

/// s with c(s) = `target`, `x` at most 0.
fn deviation(target: f64, x: f64) -> f64 {
    let limit = (0.5 * x).exp();
    let value = |s: f64| {
        let (middle, half) = (x / s, 0.5 * s);
        limit * normal(middle + half) - normal(middle - half) / limit
    };
    let slope = |s: f64| limit * density(x / s + 0.5 * s);
    let bend = (-2.0 * x).sqrt();
    let low_side = bend > 0.0 && target < value(bend);
    let (mut low, mut high) = if low_side { (0.0, bend) } else { (bend, 80.0) };
    let mut s = if low_side {
        // ln c = −x²/2s² and smaller terms.
        (x * x / (-2.0 * (target / limit).ln())).sqrt().min(bend)
    } else {
        bend + target * (2.0 * PI).sqrt()
    };
    for _ in 0..200 {
        if !(s > low && s < high) {
            s = 0.5 * (low + high);
        }
        let found = value(s);
        if found == target {
            break;
        }
        if found < target {
            low = s;
        } else {
            high = s;
        }
        let next = if low_side {
            // Newton on ln c over w = 1/s², dw = −2·ds/s³.
            let step = (target / found).ln() * found / slope(s) * -2.0 / (s * s * s);
            let w = 1.0 / (s * s) + step;
            1.0 / w.sqrt()
        } else if target < 0.5 * limit {
            s + (target - found) / slope(s)
        } else {
            let room = limit - found;
            s - ((limit - target) / room).ln() * room / slope(s)
        };
        if (next - s).abs() <= 1e-15 * s || high - low <= 4.0 * f64::EPSILON * high {
            break;
        }
        s = next;
    }
    s
}

fn of_american(
    price: f64,
    terms: &Terms,
    stripped: &Terms,
    dividends: Dividends<'_>,
    right: Right,
) -> Result<f64, NoVolatility> {
    let least = certain(stripped, dividends, right).value;
    if price <= least {
        return Err(NoVolatility::BelowIntrinsic { price, least });
    }
    let most = at_any_volatility(stripped, dividends, right);
    if price >= most {
        return Err(NoVolatility::AboveBound { price, most });
    }
    let excess = |volatility: f64| {
        let value = IMPLIED.mark(&terms.with_volatility(volatility)?, dividends, right)?;
        Ok::<f64, ValueError>(value.value - price)
    };
    let wildest = WILD * (1.0 - 1e-9) / terms.inputs().years.sqrt();
    let start = of_european(price, stripped, right).map_or(wildest.min(1.0), |v| v.min(wildest));
    let mut high = (start, excess(start)?);
    let mut low = (0.0, least - price);
    while high.1 < 0.0 {
        if high.0 >= wildest {
            return Err(NoVolatility::Beyond {
                price,
                volatility: wildest,
            });
        }
        low = high;
        high.0 = (2.0 * high.0).min(wildest);
        high.1 = excess(high.0)?;
    }
    let vega = european(&stripped.with_volatility(high.0)?, right)
        .greeks
        .vega;
    narrow(low, high, high.0 - high.1 / vega, 1e-13 * price, excess)
}

/// What an American value tends to as the volatility grows: the stripped share falls to nothing but for a chance that
/// all its worth is in. A put then waits for the best moment to be paid its strike less the dividends to come; a call is
/// the stripped share, with what the dividends have above the strike.
fn at_any_volatility(stripped: &Terms, dividends: Dividends<'_>, right: Right) -> f64 {
    let inputs = stripped.inputs();
    match right {
        Right::Put => {
            let worthless = Inputs {
                spot: 1e-9,
                ..inputs
            };
            Terms::new(worthless).map_or(inputs.strike, |terms| {
                certain(&terms, dividends, right).value
            })
        }
        Right::Call => {
            let over = dividends.present_value(stripped) - inputs.strike;
            inputs.spot * stripped.most_delta() + over.max(0.0)
        }
    }
}

/// Where `excess`, rising through 0 between `low` and `high`, is 0: regula falsi with Illinois' halving, from `next`.
fn narrow(
    mut low: (f64, f64),
    mut high: (f64, f64),
    mut next: f64,
    close: f64,
    excess: impl Fn(f64) -> Result<f64, ValueError>,
) -> Result<f64, NoVolatility> {
    // What the chord takes the ends to be: an end that stays put for two rounds counts half.
    let (mut low_pull, mut high_pull) = (low.1, high.1);
    let mut same_side = 0_i32;
    for round in 0..200 {
        if high.1 <= close || high.0 - low.0 <= 4.0 * f64::EPSILON * high.0 {
            break;
        }
        // Halve where the chord leaves the bracket, and now and then where it keeps to one side.
        if !(next > low.0 && next < high.0) || round % 8 == 7 {
            next = 0.5 * (low.0 + high.0);
        }
        let found = excess(next)?;
        if found < 0.0 {
            if -found <= close {
                return Ok(next);
            }
            low = (next, found);
            low_pull = found;
            same_side = same_side.min(0) - 1;
            if same_side < -1 {
                high_pull *= 0.5;
            }
        } else {
            high = (next, found);
            high_pull = found;
            same_side = same_side.max(0) + 1;
            if same_side > 1 {
                low_pull *= 0.5;
            }
        }
        next = high.0 - high_pull * (high.0 - low.0) / (high_pull - low_pull);
    }
    Ok(high.0)
}
