//! American values on a binomial lattice, steadied by the European one.
//!
//! The lattice is Leisen and Reimer's (1996), centred on the strike, on the stripped spot (see
//! [`Dividends`]). Most of a lattice's error is the European part's and is known, since the closed form is: the value
//! is the lattice's plus what its European value lacks of the closed form's (Hull and White's control variate, 1988).
//! What remains is the error of the early-exercise premium. It falls evenly, as one over the steps, so that a second
//! lattice of half the steps takes most of it away (Richardson's extrapolation).

use market::Right;

use super::certain::certain;
use super::dividends::{Dividend, Dividends};
use super::european::{Valued, european};
use super::once::premium_at;
use super::terms::{Inputs, Terms, ValueError};
use super::tree::{Top, Tree};
use crate::chains::Greeks;

/// A value and its delta, all that finding a strike and marking a leg need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Dollars a share.
    pub value: f64,
    /// Dollars for a dollar of the underlying.
    pub delta: f64,
}

/// A lattice of so many steps, and one of half of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lattice {
    steps: usize,
}

/// What a lattice finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) value: f64,
    pub(super) delta: f64,
    pub(super) gamma: f64,
    /// Whether nothing is worth more than exercising now.
    pub(super) exercised: bool,
}

/// Below this σ√T the path is as good as known.
const CERTAIN: f64 = 1e-9;
/// Above this σ√T the lattice's prices would leave the range of a number. A European call is there within 7e-6 of its
/// upper bound.
pub(super) const WILD: f64 = 9.0;
/// Steps, and the error not exceeded with them as a share of the most that early exercise can add
/// ([`premium_at_most`](super::premium_at_most)): measured, see docs/options.md.
const KEPT: [(usize, f64); 6] = [
    (15, 0.045),
    (21, 0.028),
    (31, 0.016),
    (61, 0.005),
    (101, 0.0022),
    (201, 0.0012),
];
/// The same where a dividend may make a call exercised: what it yields has an edge at the ex-date that nodes meet or
/// miss, and the error goes up and down instead of falling evenly.
const KEPT_AT_EX_DATES: [(usize, f64); 2] = [(101, 0.03), (401, 0.01)];
/// What is taken where none of them will do.
const FINEST: usize = 801;
/// The most steps a lattice has: with more, its farthest prices would leave the range of a number.
const MOST: usize = 1001;
/// Vega is the slope over this share of the volatility: wide enough to step over the lattice's teeth.
const BUMP: f64 = 0.01;

impl Lattice {
    /// A lattice of `steps` time steps, made odd (the strike then lies between two last nodes) and from 5 to 1,001.
    pub const fn new(steps: usize) -> Lattice {
        let steps = steps | 1;
        Lattice {
            steps: if steps < 5 {
                5
            } else if steps > MOST {
                MOST
            } else {
                steps
            },
        }
    }

    /// The smallest lattice kept whose value is within `tolerance` dollars, for an option whose early exercise adds
    /// `premium_at_most` dollars, being a call that sees dividends (`at_ex_dates`) or not.
    pub fn within(tolerance: f64, premium_at_most: f64, at_ex_dates: bool) -> Lattice {
        let share = tolerance / premium_at_most;
        let kept: &[(usize, f64)] = if at_ex_dates {
            &KEPT_AT_EX_DATES
        } else {
            &KEPT
        };
        let steps = kept
            .iter()
            .find(|&&(_, error)| error <= share)
            .map_or(FINEST, |&(steps, _)| steps);
        Lattice::new(steps)
    }

    /// Value and delta.
    ///
    /// # Errors
    /// If the dividends are worth the spot or more.
    pub fn mark(
        self,
        terms: &Terms,
        dividends: Dividends<'_>,
        right: Right,
    ) -> Result<Mark, ValueError> {
        let stripped = dividends.strip(terms)?;
        let found = self.run(terms, &stripped, dividends, right);
        Ok(Mark {
            value: found.value,
            delta: found.delta,
        })
    }

    /// Value and all greeks, at twice the cost: vega is the slope to a second lattice at a volatility 1 % higher.
    ///
    /// Where exercising now is worth most, delta is ±1 and the others are 0. Elsewhere theta is what the pricing
    /// equation says, rV − (r − q)S·delta − σ²S²·gamma/2 at the stripped spot, less what the time adds to the escrow
    /// (as in [`european_with`](super::european_with)).
    ///
    /// # Errors
    /// If the dividends are worth the spot or more.
    pub fn value(
        self,
        terms: &Terms,
        dividends: Dividends<'_>,
        right: Right,
    ) -> Result<Valued, ValueError> {
        let stripped = dividends.strip(terms)?;
        let found = self.run(terms, &stripped, dividends, right);
        let mut greeks = Greeks {
            delta: found.delta,
            ..Greeks::default()
        };
        if !found.exercised {
            let Inputs {
                spot,
                rate,
                yield_rate,
                volatility,
                ..
            } = stripped.inputs();
            let bumped = |terms: &Terms| terms.with_volatility(volatility * (1.0 + BUMP));
            if let (Ok(above), Ok(above_stripped)) = (bumped(terms), bumped(&stripped)) {
                let above = self.run(&above, &above_stripped, dividends, right);
                greeks.vega = (above.value - found.value) / (volatility * BUMP);
            }
            let escrow = terms.inputs().spot - spot;
            greeks.gamma = found.gamma;
            greeks.theta = rate * found.value
                - (rate - yield_rate) * spot * found.delta
                - 0.5 * (volatility * spot).powi(2) * found.gamma
                - found.delta * rate * escrow;
        }
        Ok(Valued {
            value: found.value,
            greeks,
        })
    }

    fn run(self, terms: &Terms, stripped: &Terms, dividends: Dividends<'_>, right: Right) -> Found {
        let deviation = stripped.deviation();
        let held = Held::new(stripped, dividends, right);
        let european = european(&held.terms, right);
        let sign = right_sign(right);
        let now = sign * (terms.inputs().spot - terms.inputs().strike);
        let waiting_only = |premium: &Top| Found {
            value: (european.value + premium.value).max(now),
            delta: european.greeks.delta + premium.delta,
            gamma: european.greeks.gamma + premium.gamma,
            exercised: false,
        };
        if terms.inputs().years == 0.0 {
            return waiting_only(&Top::NOTHING);
        }
        if deviation < CERTAIN {
            return certain(stripped, dividends, right);
        }
        if let Some(premium) = held.once(stripped, right) {
            return waiting_only(&premium);
        }
        if deviation > WILD {
            return self.tamed(terms, stripped, dividends, right, european.value);
        }
        let strike = terms.inputs().strike;
        let roll = |steps| Tree::new(&held.terms, strike, steps).roll(held.before, held.tail, sign);
        let (fine, premium) = roll(self.steps);
        if fine.value <= now {
            return Found {
                value: now.max(european.value),
                delta: sign,
                gamma: 0.0,
                exercised: true,
            };
        }
        let half = (self.steps / 2) | 1;
        let premium = premium.towards_the_limit(self.steps, &roll(half).1, half);
        let correction = european.value + premium.value - fine.value;
        // Where waiting is worth next to nothing the correction fades with it: the value must not jump as a
        // volatility is searched that gives it.
        let waiting = fine.value - now;
        let weight = waiting / (waiting + correction.abs());
        // A share that costs to hold is worth more later than now, and an option on it can move by more than it.
        let most = held.terms.most_delta();
        Found {
            value: (fine.value + weight * correction)
                .max(now)
                .max(european.value),
            delta: (european.greeks.delta + premium.delta).clamp(-most, most),
            gamma: (european.greeks.gamma + premium.gamma).max(0.0),
            exercised: false,
        }
    }
}

impl Lattice {
    /// Beyond the wildest volatility the value stays what it is there, which is too low rather than too high, or is the
    /// European one if that is higher.
    fn tamed(
        self,
        terms: &Terms,
        stripped: &Terms,
        dividends: Dividends<'_>,
        right: Right,
        european: f64,
    ) -> Found {
        let volatility = WILD * (1.0 - 1e-9) / terms.inputs().years.sqrt();
        let wildest = self.run(
            &terms.at_volatility(volatility),
            &stripped.at_volatility(volatility),
            dividends,
            right,
        );
        Found {
            value: wildest.value.max(european),
            ..wildest
        }
    }
}

/// The option as it is to one who holds it to expiry, and the ex-dates before that.
struct Held<'a> {
    /// For a call the strike is lower by what goes ex at expiry: exercised just before, it takes that too.
    terms: Terms,
    /// Dollars that go ex at expiry.
    tail: f64,
    before: &'a [Dividend],
}

impl<'a> Held<'a> {
    fn new(stripped: &Terms, dividends: Dividends<'a>, right: Right) -> Held<'a> {
        let inputs = stripped.inputs();
        let all = dividends.within(inputs.years);
        let (tail, before) = match all.split_last() {
            Some((last, before)) if last.years >= inputs.years * (1.0 - 1e-9) => {
                (last.dollars, before)
            }
            _ => (0.0, all),
        };
        let lower = match right {
            Right::Call => tail,
            Right::Put => 0.0,
        };
        Held {
            // A dividend above the strike makes the call a share; a strike next to nothing says that.
            terms: stripped.with_strike((inputs.strike - lower).max(1e-9)),
            tail,
            before,
        }
    }

    /// What early exercise adds where it is right at one ex-date at most.
    fn once(&self, stripped: &Terms, right: Right) -> Option<Top> {
        let Inputs {
            strike,
            years,
            rate,
            yield_rate,
            ..
        } = stripped.inputs();
        if right == Right::Put || rate < 0.0 || yield_rate > 0.0 {
            return None;
        }
        // Back from expiry: dividends still to come and the strike still to pay, as at the ex-date.
        let (mut ahead, mut at, mut found) = (self.tail, years, None);
        for one in self.before.iter().rev() {
            ahead = ahead * (-rate * (at - one.years)).exp() + one.dollars;
            at = one.years;
            let paid = self.terms.inputs().strike * (-rate * (years - at)).exp();
            let gain = ahead + paid - strike;
            if gain > 0.0 {
                if found.is_some() {
                    return None;
                }
                found = Some((at, gain));
            }
        }
        Some(found.map_or(Top::NOTHING, |(at, gain)| premium_at(&self.terms, at, gain)))
    }
}

/// 1 for a call, −1 for a put.
pub(super) fn right_sign(right: Right) -> f64 {
    match right {
        Right::Call => 1.0,
        Right::Put => -1.0,
    }
}
