//! The nodes of a lattice, rolled back from expiry to now.
//!
//! With dividends the exercise value at a node is that of its stripped price plus the dividends still ahead. The steps
//! do not fall on ex-dates, so the last step before one also offers to exercise *at* it (a call just before, a put
//! just after), decided at the step: else a call would lose up to a step's interest on the strike.

use super::dividends::Dividend;
use super::terms::{Inputs, Terms};

/// What the first nodes say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Top {
    pub(super) value: f64,
    pub(super) delta: f64,
    pub(super) gamma: f64,
}

impl Top {
    pub(super) const NOTHING: Top = Top {
        value: 0.0,
        delta: 0.0,
        gamma: 0.0,
    };

    fn less(self, other: Top) -> Top {
        Top {
            value: self.value - other.value,
            delta: self.delta - other.delta,
            gamma: self.gamma - other.gamma,
        }
    }

    /// What lattices of ever more steps tend to, if the error of each is as one over its steps.
    pub(super) fn towards_the_limit(self, steps: usize, coarse: &Top, coarse_steps: usize) -> Top {
        let beyond = coarse_steps as f64 / (steps - coarse_steps) as f64;
        let further = |fine: f64, coarse: f64| fine + beyond * (fine - coarse);
        Top {
            value: further(self.value, coarse.value),
            delta: further(self.delta, coarse.delta),
            gamma: further(self.gamma, coarse.gamma),
        }
    }
}

/// The strike is put at a node unless it lies farther than this many deviations from the forward: beyond, the lattice
/// would be all tail.
const CENTRED: f64 = 3.0;
/// Steps up to which the nodes lie on the stack.
const SMALL: usize = 64;

/// Where the nodes lie and what a step weighs.
pub(super) struct Tree {
    steps: usize,
    /// What exercising before expiry pays, and exercising at it.
    strike: f64,
    last_strike: f64,
    rate: f64,
    yield_rate: f64,
    /// Years a step.
    step: f64,
    /// Chance of a step up.
    p: f64,
    /// What the node above and the node below a step later weigh: discount times chance.
    up: f64,
    down: f64,
    /// The stripped price now, at the lowest node a step on over the one before, and at a node over the one below it.
    spot: f64,
    lowest: f64,
    ratio: f64,
}

/// a·price + b: what exercising yields.
#[derive(Clone, Copy)]
struct Line(f64, f64);

impl Tree {
    /// `control` is the option as held to expiry, `strike` what exercising it before pays.
    pub(super) fn new(control: &Terms, strike: f64, steps: usize) -> Tree {
        let Inputs {
            spot,
            strike: last_strike,
            years,
            rate,
            yield_rate,
            ..
        } = control.inputs();
        let step = years / steps as f64;
        let deviation = control.deviation();
        let middle = (((spot / last_strike).ln() + (rate - yield_rate) * years) / deviation)
            .clamp(-CENTRED, CENTRED);
        let p = peizer_pratt(middle - 0.5 * deviation, steps as f64);
        let q = peizer_pratt(middle + 0.5 * deviation, steps as f64);
        let discount = (-rate * step).exp();
        Tree {
            steps,
            strike,
            last_strike,
            rate,
            yield_rate,
            step,
            p,
            up: discount * p,
            down: discount * (1.0 - p),
            spot,
            lowest: ((rate - yield_rate) * step).exp() * (1.0 - q) / (1.0 - p),
            ratio: q * (1.0 - p) / (p * (1.0 - q)),
        }
    }

    /// The American option and what it has above the one held to expiry. `tail` dollars go ex at expiry, `sign` is 1
    /// for a call and −1 for a put.
    pub(super) fn roll(&self, dividends: &[Dividend], tail: f64, sign: f64) -> (Top, Top) {
        let nodes = self.steps + 1;
        if nodes <= SMALL {
            let (mut values, mut powers) = ([0.0; SMALL], [0.0; SMALL]);
            self.roll_in(
                dividends,
                tail,
                sign,
                &mut values[..nodes],
                &mut powers[..nodes],
            )
        } else {
            let (mut values, mut powers) = (vec![0.0; nodes], vec![0.0; nodes]);
            self.roll_in(dividends, tail, sign, &mut values, &mut powers)
        }
    }

    fn roll_in(
        &self,
        dividends: &[Dividend],
        tail: f64,
        sign: f64,
        values: &mut [f64],
        powers: &mut [f64],
    ) -> (Top, Top) {
        let mut base = self.spot * self.lowest.powi(self.steps as i32);
        let mut power = 1.0;
        for (value, slot) in values.iter_mut().zip(powers.iter_mut()) {
            *slot = power;
            *value = (sign * (base * power - self.last_strike)).max(0.0);
            power *= self.ratio;
        }
        let european = self.european(values);
        let mut american = [[0.0; 3]; 3];
        // Dividends not yet passed on the way back, and what those passed are worth at the level.
        let (mut left, mut ahead) = (dividends, tail);
        for level in (0..self.steps).rev() {
            base /= self.lowest;
            ahead *= self.up + self.down;
            let nodes = level + 1;
            let now = |ahead: f64| Line(sign * base, sign * (ahead - self.strike));
            let from = self.step * level as f64;
            if left.last().is_some_and(|one| one.years >= from) {
                self.back(values, powers, nodes, Line(0.0, f64::NEG_INFINITY));
                while let Some((one, earlier)) = left.split_last() {
                    if one.years < from {
                        break;
                    }
                    left = earlier;
                    let line = self.at_ex(one, from, base, &mut ahead, sign);
                    raise(&mut values[..nodes], powers, line);
                }
                raise(&mut values[..nodes], powers, now(ahead));
            } else {
                self.back(values, powers, nodes, now(ahead));
            }
            if level < 3 {
                american[level][..nodes].copy_from_slice(&values[..nodes]);
            }
        }
        let american = self.top(&american);
        (american, american.less(self.top(&european)))
    }

    /// One step back; the `exercise` line is what a node is worth at least.
    fn back(&self, values: &mut [f64], powers: &[f64], nodes: usize, exercise: Line) {
        let (values, powers) = (&mut values[..=nodes], &powers[..nodes]);
        for j in 0..nodes {
            let held = self.up * values[j + 1] + self.down * values[j];
            values[j] = held.max(exercise.0 * powers[j] + exercise.1);
        }
    }

    /// What it yields, seen from a level, to exercise at an ex-date that follows it: a call before the share drops, a
    /// put after. `ahead` takes the dividend up.
    fn at_ex(&self, one: &Dividend, from: f64, base: f64, ahead: &mut f64, sign: f64) -> Line {
        let wait = (one.years - from).max(0.0);
        let cash = (-self.rate * wait).exp();
        let after = *ahead;
        *ahead += one.dollars * cash;
        let seen = if sign > 0.0 { *ahead } else { after };
        Line(
            sign * base * (-self.yield_rate * wait).exp(),
            sign * (seen - self.strike * cash),
        )
    }

    /// The European values of the first three levels from those at expiry: two steps from now, sums over the binomial
    /// distribution, which cost a row where rolling them back would cost the whole triangle.
    fn european(&self, last: &[f64]) -> [[f64; 3]; 3] {
        let steps = self.steps - 2;
        let odds = self.p / (1.0 - self.p);
        // From the likeliest outcome outwards: the first weight of many steps would be below the least number.
        let likeliest = (((steps + 1) as f64 * self.p) as usize).min(steps);
        let mut sums = [0.0; 3];
        let mut whole = 0.0;
        let mut add = |k: usize, weight: f64| {
            whole += weight;
            for (sum, value) in sums.iter_mut().zip(&last[k..k + 3]) {
                *sum += weight * value;
            }
        };
        let mut weight = 1.0;
        for k in likeliest..=steps {
            add(k, weight);
            weight *= odds * (steps - k) as f64 / (k + 1) as f64;
        }
        weight = 1.0;
        for k in (0..likeliest).rev() {
            weight *= (k + 1) as f64 / (odds * (steps - k) as f64);
            add(k, weight);
        }
        let discount = (self.up + self.down).powi(steps as i32) / whole;
        let second = sums.map(|sum| discount * sum);
        let first = [0, 1].map(|j| self.up * second[j + 1] + self.down * second[j]);
        let root = self.up * first[1] + self.down * first[0];
        [[root, 0.0, 0.0], [first[0], first[1], 0.0], second]
    }

    /// Value, slope and curvature from the first three levels.
    fn top(&self, levels: &[[f64; 3]; 3]) -> Top {
        let slope = |level: usize, j: usize| {
            let below = self.spot * self.lowest.powi(level as i32) * self.ratio.powi(j as i32);
            (levels[level][j + 1] - levels[level][j]) / (below * (self.ratio - 1.0))
        };
        let below = self.spot * self.lowest.powi(2);
        let reach = 0.5 * below * (self.ratio * self.ratio - 1.0);
        Top {
            value: levels[0][0],
            delta: slope(1, 0),
            gamma: (slope(2, 1) - slope(2, 0)) / reach,
        }
    }
}

/// Nodes are worth at least what the line says.
fn raise(values: &mut [f64], powers: &[f64], line: Line) {
    for (value, power) in values.iter_mut().zip(powers) {
        *value = value.max(line.0 * power + line.1);
    }
}

/// The chance of a step up that puts the normal distribution's tail beyond `z` on the upper nodes: Peizer and Pratt's
/// second inversion of the binomial distribution.
fn peizer_pratt(z: f64, steps: f64) -> f64 {
    let scaled = z / (steps + 1.0 / 3.0 + 0.1 / (steps + 1.0));
    let spread = 0.5 * (1.0 - (-scaled * scaled * (steps + 1.0 / 6.0)).exp()).sqrt();
    0.5 + spread.copysign(z)
}
