//! Values of a series that leave it and come back.
//!
//! Volatility leaps too, and a leap that is taken back in part is a market's. A wrong value is told by how far it stands
//! from the *nearer* of the values beside it, by what the series is used to, just then or as a whole.

use std::collections::BTreeMap;

use market::Date;

use super::robust::{TO_SIGMA, median, spread};

/// In usual changes. Of six volatility indices, five rates, two spreads and three shares of members the furthest true
/// value is RVX's of 2018-02-05, with 7.7.
const FAR_SIGMAS: f64 = 8.0;

/// And at least so far, where values of series are compared by their ratio: by a quarter or so.
pub(crate) const LEAST_LOG: f64 = 0.25;

/// Where they are compared by their difference, at least this share of the usual level.
const LEAST_SHARE: f64 = 0.25;

/// What is usual just then is taken from so many changes on either side, at the ends of twice as many on one.
const LOCAL: usize = 20;

/// Beside a spike, values this many usual distances from the series' middle belong to it.
const OUTSIDE: f64 = 6.0;

/// So many of them; what lasts longer is how the series is.
const MOST_BESIDE: usize = 4;

/// Fewer values have no habit.
const LEAST_VALUES: usize = 60;

/// A date, its value, and why it is odd.
pub(crate) type Spike = (Date, f64, String);

/// A series on the scale on which its changes are of one size.
struct Scaled {
    dates: Vec<Date>,
    raw: Vec<f64>,
    values: Vec<f64>,
    /// Distances from value to value.
    steps: Vec<f64>,
    /// Their median.
    usual: f64,
}

impl Scaled {
    fn of(rows: &[(Date, f64)], scale: impl Fn(f64) -> f64) -> Option<Scaled> {
        if rows.len() < LEAST_VALUES {
            return None;
        }
        let values: Vec<f64> = rows.iter().map(|(_, v)| scale(*v)).collect();
        let steps: Vec<f64> = values.windows(2).map(|p| (p[1] - p[0]).abs()).collect();
        // A rate that somebody sets has no usual change, and no day in which it moves is odd.
        let usual = median(steps.clone()).filter(|usual| *usual > 0.0)?;
        Some(Scaled {
            dates: rows.iter().map(|(d, _)| *d).collect(),
            raw: rows.iter().map(|(_, v)| *v).collect(),
            values,
            steps,
            usual,
        })
    }

    /// A change that is odd: the usual one is that of the whole, or of those around if that is more.
    fn odd(&self, at: usize) -> f64 {
        let last = self.steps.len().saturating_sub(2 * LOCAL);
        let from = at.saturating_sub(LOCAL).min(last);
        let to = (from + 2 * LOCAL).min(self.steps.len());
        let around = median(self.steps[from..to].to_vec()).unwrap_or(self.usual);
        FAR_SIGMAS * TO_SIGMA * around.max(self.usual)
    }

    /// How far a value is from the nearer of those beside it, if it lies on one side of both.
    fn away(&self, at: usize) -> Option<f64> {
        let beside = [at.checked_sub(1)?, at + 1];
        let [before, after] = beside.map(|b| self.values.get(b).map(|v| self.values[at] - v));
        let (before, after) = before.zip(after)?;
        (before * after > 0.0).then_some(before.abs().min(after.abs()))
    }

    fn is_spike(&self, at: usize, least: f64) -> bool {
        let quick = (FAR_SIGMAS * TO_SIGMA * self.usual).max(least);
        // What is usual around costs a sort, and is hardly ever asked for.
        self.away(at)
            .is_some_and(|away| away > quick && away > self.odd(at))
    }

    fn told(&self, at: usize) -> Spike {
        let beside = |at: Option<usize>| at.and_then(|at| self.raw.get(at).copied());
        let words = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |v| v.to_string());
        let text = format!(
            "far from the values before and after, {} and {}",
            words(beside(at.checked_sub(1))),
            words(beside(Some(at + 1)))
        );
        (self.dates[at], self.raw[at], text)
    }
}

/// The values that stand out from those beside them; where all are above 0, by a ratio of at least `least_log`.
pub(crate) fn spikes(values: &BTreeMap<Date, f64>, least_log: f64) -> Vec<Spike> {
    let all: Vec<(Date, f64)> = values.iter().map(|(d, v)| (*d, *v)).collect();
    let mut found = Vec::new();
    let positive = all.iter().all(|(_, v)| *v > 0.0);
    let plain = if positive {
        None
    } else {
        Scaled::of(&all, |v| v)
    };
    let mut sound = Vec::with_capacity(all.len());
    for (at, row) in all.iter().enumerate() {
        match &plain {
            Some(plain) if below_zero(plain, at) => found.push(plain.told(at)),
            _ => sound.push(*row),
        }
    }
    let positive = sound.iter().all(|(_, v)| *v > 0.0);
    let (scaled, least) = if positive {
        (Scaled::of(&sound, libm::log), least_log)
    } else {
        // Spreads and rates that touch zero: by their differences.
        let level = median(sound.iter().map(|(_, v)| v.abs()).collect()).unwrap_or(0.0);
        (Scaled::of(&sound, |v| v), LEAST_SHARE * level)
    };
    if let Some(scaled) = scaled {
        runs(&scaled, least, &mut found);
    }
    found
}

/// A value of 0 or less between two that are not, and too far from both for a series that passes zero.
fn below_zero(plain: &Scaled, at: usize) -> bool {
    let beside = [at.checked_sub(1), Some(at + 1)];
    let mut beside = beside
        .into_iter()
        .flatten()
        .filter_map(|b| plain.raw.get(b));
    plain.raw[at] <= 0.0 && beside.all(|v| *v > 0.0 && v - plain.raw[at] > plain.odd(at))
}

fn runs(scaled: &Scaled, least: f64, found: &mut Vec<Spike>) {
    let Some((middle, usual)) = spread(&scaled.values) else {
        return;
    };
    let outside = |at: usize| {
        let value = scaled.values.get(at);
        value.is_some_and(|v| (v - middle).abs() > OUTSIDE * TO_SIGMA * usual)
    };
    let mut done = 0;
    for at in 0..scaled.raw.len() {
        if at < done || !scaled.is_spike(at, least) {
            continue;
        }
        found.push(scaled.told(at));
        done = at + 1;
        while outside(at) && outside(done) && done <= at + MOST_BESIDE {
            found.push(scaled.told(done));
            done += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[f64]) -> Vec<f64> {
        let first: Date = "2020-01-01".parse().unwrap();
        let days = values.iter().zip(0..);
        let values = days
            .map(|(v, n)| (first + chrono::Days::new(n), *v))
            .collect();
        let found = spikes(&values, LEAST_LOG);
        found.into_iter().map(|(_, value, _)| value).collect()
    }

    /// 20, 21, 20, 21 …: a usual change is ln 1.05 × 1.4826 = 0.072, and eight of them are 0.58, a factor of 1.78.
    fn steady() -> Vec<f64> {
        (0..100).map(|n| 20.0 + f64::from(n % 2)).collect()
    }

    #[test]
    fn a_value_is_held_against_the_nearer_of_those_beside_it() {
        assert_eq!(found(&steady()), Vec::<f64>::new());
        let with = |at: usize, value: f64| {
            let mut values = steady();
            values[at] = value;
            values
        };
        // Between two of 21: 21 × 1.78 = 37.5.
        assert_eq!(found(&with(50, 38.0)), [38.0]);
        assert_eq!(found(&with(50, 37.0)), Vec::<f64>::new());
        assert_eq!(found(&with(50, 0.0)), [0.0]);
        assert_eq!(found(&with(50, -15.2)), [-15.2]);
        // A leap of which the next day keeps a good part is a market's.
        let mut leap = with(50, 60.0);
        leap[51] = 40.0;
        assert_eq!(found(&leap), Vec::<f64>::new());
    }

    #[test]
    fn values_beside_a_spike_that_are_no_level_of_the_series_go_with_it() {
        let mut values = steady();
        (values[50], values[51], values[52]) = (1.0, 3.0, 3.5);
        assert_eq!(found(&values), [1.0, 3.0, 3.5]);
    }

    #[test]
    fn a_spread_may_pass_zero() {
        let values: Vec<f64> = (0..200).map(|n| libm::sin(f64::from(n) / 10.0)).collect();
        assert_eq!(found(&values), Vec::<f64>::new());
    }
}
