//! What the charts do over many made histories: false alarms where nothing changed, and how soon a change is found.

use stats::resample::percentile;
use stats::sequential::{Chart, Outcome, Reference, calibrate, gone, watch};
use stats::{Dice, Purpose};

const HORIZON: usize = 60;

/// Trades that are won with chance `win_rate`: 1.5 R a win and −1 R a loss on average, both with a spread.
fn trades(count: usize, win_rate: f64, dice: &mut Dice) -> Vec<Outcome> {
    let one = |_| {
        let won = dice.uniform() < win_rate;
        let size = libm::exp(0.4 * dice.normal());
        Outcome {
            won,
            score: Some(if won { 1.5 * size } else { -size }),
        }
    };
    (0..count).map(one).collect()
}

/// The trade at which any chart raised its first alarm, and the trade from which that one dates the change.
fn first_alarm(baseline: &[Outcome], lived: &[Outcome], seed: u64) -> Option<(usize, usize)> {
    let limits = calibrate(baseline, HORIZON, 0.05, 300, seed).unwrap();
    let reference = Reference::of(baseline).unwrap();
    let charts = watch(&reference, &limits, lived);
    let alarms = charts.iter().filter_map(|chart| chart.alarms.first());
    alarms.map(|alarm| (alarm.raised, alarm.began)).min()
}

#[test]
#[allow(
    clippy::print_stdout,
    reason = "docs/review.md quotes what it measures"
)]
fn noise_is_not_called_decay_however_short_the_baseline() {
    // 400 histories: 20 false alarms expected at 5 %, standard deviation 4.4. What the draws of 300 limits add is small beside.
    for length in [25, 60, 150] {
        let mut alarms = 0;
        for seed in 0..400 {
            let mut dice = Dice::new(seed, Purpose::Sample, length as u64);
            let baseline = trades(length, 0.5, &mut dice);
            let lived = trades(HORIZON, 0.5, &mut dice);
            alarms += u32::from(first_alarm(&baseline, &lived, seed).is_some());
        }
        println!("baseline of {length}: {alarms} of 400 histories raise a false alarm");
        assert!(
            alarms <= 34,
            "{alarms} false alarms with a baseline of {length}"
        );
    }
}

#[test]
#[allow(
    clippy::print_stdout,
    reason = "docs/review.md quotes what it measures"
)]
fn a_planted_decay_is_found_and_dated() {
    // Expectancy 0.27 R at even odds, from the 21st trade on at lower ones.
    for (length, win_rate) in [(60, 0.35), (60, 0.2), (150, 0.35), (150, 0.2)] {
        let (mut delays, mut off, mut before) = (Vec::new(), Vec::new(), 0);
        for seed in 0..200 {
            let mut dice = Dice::new(seed, Purpose::Sample, 1000 + length as u64);
            let baseline = trades(length, 0.5, &mut dice);
            let mut lived = trades(20, 0.5, &mut dice);
            lived.extend(trades(HORIZON - 20, win_rate, &mut dice));
            match first_alarm(&baseline, &lived, seed) {
                Some((raised, _)) if raised < 20 => before += 1,
                Some((raised, began)) => {
                    delays.push(raised - 20);
                    off.push(began as i64 - 20);
                }
                None => {}
            }
        }
        delays.sort_unstable();
        off.sort_unstable();
        println!(
            "baseline of {length}, win rate 50 % -> {:.0} %: found in {} of 200, median delay {:?} trades, \
             dated {:?} trades off (median; {:?} to {:?} half of them), {before} alarms before it",
            win_rate * 100.0,
            delays.len(),
            delays.get(delays.len() / 2),
            off.get(off.len() / 2),
            off.get(off.len() / 4),
            off.get(off.len() * 3 / 4),
        );
        // Odds that fall from 1 to ½ cost two fifths of an R a trade: of forty such trades that is often not to be told from luck.
        let least = if win_rate < 0.3 { 120 } else { 30 };
        assert!(delays.len() >= least, "{} found", delays.len());
        assert!(off[off.len() / 2].abs() <= 8, "{off:?}");
    }
}

/// What a review says at the horizon's end: nothing, `degrading` (0) or `gone` (1).
fn judged(baseline: &[Outcome], lived: &[Outcome], seed: u64) -> Option<usize> {
    let limits = calibrate(baseline, HORIZON, 0.05, 300, seed)?;
    let charts = watch(&Reference::of(baseline)?, &limits, lived);
    let standing = charts
        .iter()
        .filter_map(stats::sequential::Watched::standing);
    let (_, began) = standing.map(|alarm| (alarm.raised, alarm.began)).min()?;
    let scores = |of: &[Outcome]| of.iter().filter_map(|one| one.score).collect::<Vec<f64>>();
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let since = scores(&lived[began..]);
    let draw = |k| {
        let mut dice = Dice::new(seed, Purpose::Trades, k);
        let drawn: Vec<f64> = since
            .iter()
            .map(|_| since[dice.below(since.len())])
            .collect();
        Some(mean(&drawn))
    };
    let means: Vec<Option<f64>> = (0..500).map(draw).collect();
    let high = percentile(&means, 0.95)?.high;
    let of = (mean(&since), high, mean(&scores(baseline)));
    Some(usize::from(gone(since.len(), of.0, of.1, of.2)))
}

#[test]
#[allow(
    clippy::print_stdout,
    reason = "docs/review.md quotes what it measures"
)]
fn gone_is_said_of_edges_that_ended_and_seldom_of_half_ones() {
    // 0.27 R at even odds; half of it at 45 %, nothing at 40 %, a loss of it at 30 %; from the first monitored trade on.
    let mut shares = Vec::new();
    for win_rate in [0.5, 0.45, 0.4, 0.3] {
        let mut said = [0; 2];
        for seed in 0..200 {
            let mut dice = Dice::new(seed, Purpose::Sample, 9000);
            let baseline = trades(100, 0.5, &mut dice);
            let lived = trades(HORIZON, win_rate, &mut dice);
            if let Some(word) = judged(&baseline, &lived, seed) {
                said[word] += 1;
            }
        }
        println!(
            "win rate 50 % -> {:.0} %: degrading {} of 200, gone {} of 200",
            win_rate * 100.0,
            said[0],
            said[1]
        );
        shares.push(said);
    }
    // At 5 % some ten of 200 unchanged ones alarm at all.
    assert!(shares[0][1] <= 10, "{shares:?}");
    assert!(shares[1][1] <= 40, "{shares:?}");
    assert!(shares[3][1] > shares[3][0], "{shares:?}");
}

#[test]
fn losses_that_grow_are_found_though_as_many_trades_are_won() {
    let (mut found, mut by_payoff) = (0, 0);
    for seed in 0..100 {
        let mut dice = Dice::new(seed, Purpose::Sample, 5000);
        let baseline = trades(100, 0.5, &mut dice);
        let mut lived = trades(HORIZON, 0.5, &mut dice);
        for trade in &mut lived {
            trade.score = trade.score.map(|s| if s < 0.0 { 2.0 * s } else { 0.7 * s });
        }
        let limits = calibrate(&baseline, HORIZON, 0.05, 300, seed).unwrap();
        let charts = watch(&Reference::of(&baseline).unwrap(), &limits, &lived);
        found += u32::from(charts.iter().any(|chart| !chart.alarms.is_empty()));
        by_payoff += u32::from(!charts[Chart::Payoff as usize].alarms.is_empty());
    }
    assert!(found >= 95 && by_payoff >= 95, "{found} {by_payoff}");
}
