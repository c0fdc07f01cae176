//! American values by another way than the crate's: a lattice of Cox, Ross and Rubinstein with the closed form in the
//! last step, extrapolated from two sizes (Broadie and Detemple's BBSR, 1996).

use market::Right;
use options::value::{Dividend, Dividends, Inputs, Terms, european_value};

/// Value and delta, with `steps` and half of them.
pub(crate) fn reference(
    terms: &Terms,
    list: &[Dividend],
    right: Right,
    steps: usize,
) -> (f64, f64) {
    let (fine, fine_delta) = smoothed(terms, list, right, steps);
    let (coarse, coarse_delta) = smoothed(terms, list, right, steps / 2);
    (2.0 * fine - coarse, 2.0 * fine_delta - coarse_delta)
}

/// One lattice. Nodes lie on no ex-date: a call may exercise up to a step too early, which its interest on the strike
/// shows (at 5 % and 2,000 steps in 90 days, 0.001 dollars of 180).
pub(crate) fn smoothed(terms: &Terms, list: &[Dividend], right: Right, steps: usize) -> (f64, f64) {
    let dividends = Dividends::new(list).unwrap();
    let stripped = dividends.strip(terms).unwrap().inputs();
    let Inputs {
        spot,
        strike,
        years,
        rate,
        yield_rate,
        volatility,
    } = stripped;
    let step = years / steps as f64;
    let up = (volatility * step.sqrt()).exp();
    let chance = (((rate - yield_rate) * step).exp() - 1.0 / up) / (up - 1.0 / up);
    let discount = (-rate * step).exp();
    let price = |level: usize, j: usize| spot * up.powi(2 * j as i32 - level as i32);
    let exercise = |level: usize, j: usize| {
        let t = step * level as f64;
        let ahead: f64 = dividends
            .within(years)
            .iter()
            .filter(|one| match right {
                Right::Call => one.years >= t,
                Right::Put => one.years > t,
            })
            .map(|one| one.dollars * (-rate * (one.years - t)).exp())
            .sum();
        match right {
            Right::Call => price(level, j) + ahead - strike,
            Right::Put => strike - price(level, j) - ahead,
        }
    };
    let mut values: Vec<f64> = (0..steps)
        .map(|j| {
            let last = Terms::new(Inputs {
                spot: price(steps - 1, j).clamp(1e-9, 1e12),
                years: step,
                ..stripped
            });
            european_value(&last.unwrap(), right).max(exercise(steps - 1, j))
        })
        .collect();
    let mut first = [0.0; 2];
    for level in (0..steps - 1).rev() {
        // Exercise values of a level differ by the price alone.
        let at = exercise(level, 0);
        let sign = if right == Right::Call { 1.0 } else { -1.0 };
        let (mut node, lowest) = (price(level, 0), price(level, 0));
        for j in 0..=level {
            let held = discount * (chance * values[j + 1] + (1.0 - chance) * values[j]);
            values[j] = held.max(at + sign * (node - lowest));
            node *= up * up;
        }
        if level == 1 {
            first = [values[0], values[1]];
        }
    }
    (values[0], (first[1] - first[0]) / (spot * (up - 1.0 / up)))
}
