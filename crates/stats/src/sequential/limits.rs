//! Limits that keep the chance of a false alarm.

use super::{Outcome, Reference};
use crate::dice::{Dice, Purpose};

/// Limits of the charts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// By chart, in the order of [`Chart::ALL`](super::Chart::ALL): beyond it is an alarm.
    pub limit: [f64; 4],
    /// Trades over which the chance of a false alarm holds.
    pub horizon_trades: usize,
    /// Share of the draws in which any chart passed its limit: at most what was asked for.
    pub false_alarm: f64,
}

/// Fills `drawn` with `count` trades of `from`, each drawn alone.
///
/// Not in blocks: of a baseline of some dozen trades blocks keep so little to draw from that the limits come out too
/// low, and 10 to 15 of 100 histories without any change raised an alarm where 5 should (`tests/sequential.rs`). A plan has one position
/// at a time, so its trades do not overlap.
pub(super) fn draw(from: &[Outcome], count: usize, dice: &mut Dice, drawn: &mut Vec<Outcome>) {
    drawn.clear();
    drawn.extend((0..count).map(|_| from[dice.below(from.len())]));
}

/// Trades of a baseline that is drawn anew. Fewer than it has, by the root: a sample varies less within itself than samples
/// do among each other, which for a short one is what the limits hang on.
fn relearnt(trades: usize) -> usize {
    (trades - trades.isqrt()).max(1)
}

/// The least limits: two of the worst trades there are. A chart that never rose in the draws would else alarm at a single one.
/// By chart: twice ln 2 (odds are halved, so no step is larger), twice 2.5 deviations less the allowance, the same, two in a row.
const LEAST: [f64; 4] = [2.0 * std::f64::consts::LN_2, 4.5, 4.5, 2.0];

/// Limits for a baseline: over `horizon_trades` trades like it, all charts together give a false alarm with a chance of at most
/// `false_alarm`.
///
/// Each of `draws` draws takes the part of history twice: a baseline, which the charts are set by, and the trades that follow, both
/// drawn from the given one. So the limits of a short baseline are wide by as much as its figures are
/// unsure. Every chart gets the same share of the false alarms: its limit is the same quantile of the largest value that it
/// reached, the lowest with which all together keep the chance. `None` without trades, draws or a horizon.
pub fn calibrate(
    baseline: &[Outcome],
    horizon_trades: usize,
    false_alarm: f64,
    draws: u64,
    seed: u64,
) -> Option<Limits> {
    if baseline.is_empty() || horizon_trades == 0 || draws == 0 {
        return None;
    }
    let (mut learnt, mut lived, mut scratch) = (Vec::new(), Vec::new(), Vec::new());
    let mut highest = Vec::with_capacity(draws as usize);
    for k in 0..draws {
        let mut dice = Dice::new(seed, Purpose::Sequential, k);
        draw(baseline, relearnt(baseline.len()), &mut dice, &mut learnt);
        draw(baseline, horizon_trades, &mut dice, &mut lived);
        let reference = Reference::within(&learnt, &mut scratch)?;
        let (mut at, mut most) = ([0.0; 4], [0.0_f64; 4]);
        for &outcome in &lived {
            reference.step(&mut at, outcome);
            for (most, at) in most.iter_mut().zip(at) {
                *most = most.max(at);
            }
        }
        highest.push(most);
    }
    Some(lowest(&highest, horizon_trades, false_alarm))
}

/// The lowest limits, of equal rank on every chart, that at most a share of `false_alarm` of the draws pass.
fn lowest(highest: &[[f64; 4]], horizon_trades: usize, false_alarm: f64) -> Limits {
    let sorted: [Vec<f64>; 4] = std::array::from_fn(|chart| {
        let mut one: Vec<f64> = highest.iter().map(|most| most[chart]).collect();
        one.sort_by(f64::total_cmp);
        one
    });
    let count = highest.len();
    let limits_at =
        |rank: usize| -> [f64; 4] { std::array::from_fn(|c| sorted[c][count - 1 - rank]) };
    let passed = |limit: &[f64; 4]| {
        let any = |most: &&[f64; 4]| most.iter().zip(limit).any(|(most, limit)| most > limit);
        highest.iter().filter(any).count() as f64 / count as f64
    };
    // The lower the limits, the more pass: a search by halves.
    let (mut fits, mut breaks) = (0, count);
    while breaks - fits > 1 {
        let middle = usize::midpoint(fits, breaks);
        if passed(&limits_at(middle)) <= false_alarm {
            fits = middle;
        } else {
            breaks = middle;
        }
    }
    let drawn = limits_at(fits);
    let limit = std::array::from_fn(|chart| drawn[chart].max(LEAST[chart]));
    Limits {
        limit,
        horizon_trades,
        false_alarm: passed(&limit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_the_lowest_that_keep_the_share() {
        // Ten draws; the first chart reaches 1 to 10, the second 10 to 1, the others nothing. With the second largest as limits
        // (9) one draw passes on each chart, two of ten in all; with the third largest four.
        let highest: Vec<[f64; 4]> = (1..=10)
            .map(|i| [f64::from(i), f64::from(11 - i), 0.0, 0.0])
            .collect();
        let found = lowest(&highest, 5, 0.25);
        assert_eq!(found.limit, [9.0, 9.0, LEAST[2], LEAST[3]]);
        assert_eq!(found.false_alarm, 0.2);
        assert_eq!(lowest(&highest, 5, 0.1).limit[..2], [10.0, 10.0]);
    }

    #[test]
    fn nothing_to_draw_from_has_no_limits() {
        let one = [Outcome {
            won: true,
            score: Some(1.0),
        }];
        assert_eq!(calibrate(&[], 10, 0.05, 10, 1), None);
        assert_eq!(calibrate(&one, 0, 0.05, 10, 1), None);
        assert_eq!(calibrate(&one, 10, 0.05, 0, 1), None);
        let found = calibrate(&one, 10, 0.05, 10, 1).unwrap();
        assert_eq!(
            found.limit, LEAST,
            "it never lost, and one loss is none of its habits yet"
        );
    }

    #[test]
    fn a_seed_is_a_result_and_short_baselines_are_wide() {
        let baseline = |n: u32| -> Vec<Outcome> {
            let score = |i| {
                if i * 7 % 13 < 6 {
                    1.0 + f64::from(i % 5)
                } else {
                    -1.0 - f64::from(i % 3)
                }
            };
            let outcome = |i| Outcome {
                won: score(i) > 0.0,
                score: Some(score(i)),
            };
            (0..n).map(outcome).collect()
        };
        let of = |n, seed| calibrate(&baseline(n), 60, 0.05, 500, seed).unwrap();
        assert_eq!(of(39, 1), of(39, 1));
        assert_ne!(of(39, 1), of(39, 2));
        let (short, long) = (of(26, 1), of(260, 1));
        for chart in 0..3 {
            assert!(short.limit[chart] > long.limit[chart], "{short:?} {long:?}");
        }
    }
}
