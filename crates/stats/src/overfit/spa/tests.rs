use super::{Benchmark, Choices, SpaError, SpaTally, SpaTest, bootstrap_variance, powers};
use crate::dice::{Dice, Purpose};
use crate::resample::StationaryBootstrap;
use crate::returns::SparseReturns;
use proptest::prelude::*;

fn noise(dice: &mut Dice, sessions: usize) -> Vec<f64> {
    (0..sessions).map(|_| 0.01 * dice.normal()).collect()
}

fn sparse(dense: &[Vec<f64>]) -> Vec<SparseReturns<'static>> {
    dense
        .iter()
        .map(|d| SparseReturns::of_dense(d).unwrap())
        .collect()
}

/// γ₀ + 2 Σ κᵢ γᵢ as it is written, over every lag.
fn as_written(x: &[f64], block: f64) -> f64 {
    let (n, rho) = (x.len() as f64, 1.0 - 1.0 / block);
    let gamma = |i: usize| (0..x.len() - i).map(|t| x[t] * x[t + i]).sum::<f64>() / n;
    let kappa = |i: usize| {
        let lag = i as f64;
        (1.0 - lag / n) * rho.powf(lag) + lag / n * rho.powf(n - lag)
    };
    gamma(0) + 2.0 * (1..x.len()).map(|i| kappa(i) * gamma(i)).sum::<f64>()
}

#[test]
fn the_variance_is_that_of_the_bootstrap() {
    let mut dice = Dice::new(5, Purpose::Noise, 0);
    let mut x = noise(&mut dice, 60);
    let mean = x.iter().sum::<f64>() / 60.0;
    for r in &mut x {
        *r -= mean;
    }
    let bootstrap = StationaryBootstrap::new(60, 6.0, 1).unwrap();
    let draws = 20_000;
    let square: f64 = (0..draws)
        .map(|k| {
            let counts = bootstrap.counts(k);
            let sum: f64 = x.iter().zip(counts).map(|(r, c)| r * f64::from(c)).sum();
            sum * sum / 60.0
        })
        .sum::<f64>()
        / draws as f64;
    // A variance from 20,000 draws has a relative error of √(2/20,000) = 1 %.
    let ratio = square / bootstrap_variance(&x, &powers(6.0, 60));
    assert!((ratio - 1.0).abs() < 0.04, "{ratio}");
}

#[test]
fn what_cannot_be_tested() {
    let two = sparse(&[vec![0.1, 0.0, 0.2], vec![0.0, 0.1, 0.2]]);
    let fault = |trials: &[SparseReturns<'_>], benchmark: Benchmark<'_>, block| {
        SpaTest::new(trials, benchmark, block, 1).unwrap_err()
    };
    assert_eq!(
        fault(&[], Benchmark::Cash, 1.0),
        SpaError::Short { found: 0 }
    );
    assert_eq!(
        fault(&two, Benchmark::Cash, 0.0),
        SpaError::Block { found: 0.0 }
    );
    let sessions = SpaError::Sessions {
        found: 2,
        expected: 3,
    };
    assert_eq!(fault(&two, Benchmark::Returns(&[0.1, 0.2]), 1.0), sessions);
    let other = fault(&two, Benchmark::Returns(&[0.1, 0.2, f64::INFINITY]), 1.0);
    assert_eq!(
        other,
        SpaError::NotFinite {
            session: 2,
            found: f64::INFINITY
        }
    );
    let still = sparse(&[vec![0.0; 5], vec![0.1; 5]]);
    assert_eq!(fault(&still, Benchmark::Cash, 2.0), SpaError::NothingMoved);
}

#[test]
fn nothing_above_the_benchmark_is_no_evidence() {
    let mut dice = Dice::new(2, Purpose::Noise, 0);
    let losers: Vec<Vec<f64>> = (0..5)
        .map(|_| noise(&mut dice, 100).iter().map(|r| r - 0.02).collect())
        .collect();
    let losers = sparse(&losers);
    let test = SpaTest::new(&losers, Benchmark::Cash, 5.0, 1).unwrap();
    let p = test.simulate(0..99).p_values();
    let certain = Choices {
        lower: 1.0,
        consistent: 1.0,
        upper: 1.0,
    };
    assert_eq!((p.studentised, p.plain), (certain, certain));
}

#[test]
fn a_trial_that_was_not_the_best_answers_for_itself() {
    // One trial with an edge; a fair one and one that loses, chosen by some other figure.
    let mut dice = Dice::new(9, Purpose::Noise, 0);
    let mut trials: Vec<Vec<f64>> = (0..3).map(|_| noise(&mut dice, 200)).collect();
    trials[0].iter_mut().for_each(|r| *r += 0.004);
    trials[2].iter_mut().for_each(|r| *r -= 0.004);
    trials.push(vec![0.0; 200]);
    let trials = sparse(&trials);
    let test = SpaTest::new(&trials, Benchmark::Cash, 2.0, 1).unwrap();
    let p = |trial| Some(test.clone().of_trial(trial)?.simulate(0..400).p_values());
    assert_eq!(test.best(), 0);
    assert!(p(0).unwrap().hansen() < 0.01);
    assert!(p(1).unwrap().hansen() > 0.1);
    // A loser is never better than 0, which every resample reaches.
    assert_eq!((p(2).unwrap().hansen(), p(2).unwrap().white()), (1.0, 1.0));
    // One that never moved, one that is not there.
    assert_eq!((p(3), p(4)), (None, None));
}

#[test]
fn holding_is_a_harder_benchmark_than_cash() {
    // Trials that earn what the market earns, with noise: better than cash, not better than holding.
    let mut dice = Dice::new(4, Purpose::Noise, 0);
    let market: Vec<f64> = noise(&mut dice, 300).iter().map(|r| r + 0.003).collect();
    let mut follow = || {
        noise(&mut dice, 300)
            .iter()
            .zip(&market)
            .map(|(e, m)| m + 0.1 * e)
            .collect()
    };
    let trials: Vec<Vec<f64>> = (0..10).map(|_| follow()).collect();
    let trials = sparse(&trials);
    let p = |benchmark| {
        let test = SpaTest::new(&trials, benchmark, 5.0, 1).unwrap();
        test.simulate(0..400).p_values().hansen()
    };
    let (cash, holding) = (p(Benchmark::Cash), p(Benchmark::Returns(&market)));
    assert!(cash < 0.02 && holding > 0.05, "{cash} {holding}");
}

#[test]
fn noise_is_rejected_at_its_level_and_an_edge_far_oftener() {
    // 300 sweeps of 15 trials of 120 sessions, 100 resamples each, at 10 %: 30 rejections expected, standard deviation
    // √(300·0.09) = 5.2. Hansen's choice is near its level, White's rather below it.
    let (mut spa, mut white, mut edge) = (0, 0, 0);
    for seed in 0..300 {
        let mut dice = Dice::new(seed, Purpose::Noise, 0);
        let mut trials: Vec<Vec<f64>> = (0..15).map(|_| noise(&mut dice, 120)).collect();
        let p = |trials: &[Vec<f64>]| {
            let trials = sparse(trials);
            let test = SpaTest::new(&trials, Benchmark::Cash, 3.0, seed).unwrap();
            test.simulate(0..99).p_values()
        };
        let found = p(&trials);
        spa += i32::from(found.hansen() <= 0.1);
        white += i32::from(found.white() <= 0.1);
        trials[4].iter_mut().for_each(|r| *r += 0.003);
        edge += i32::from(p(&trials).hansen() <= 0.1);
    }
    assert!((14..=50).contains(&spa), "{spa} of 300");
    assert!((10..=48).contains(&white), "{white} of 300");
    assert!(edge > 200, "{edge} of 300");
}

proptest! {
    #[test]
    fn the_pass_is_the_sum_over_all_lags(mut x in proptest::collection::vec(-1.0..1.0_f64, 3..50), block in 1.0..80.0_f64) {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        for r in &mut x {
        *r -= mean;
    }
        prop_assert!((bootstrap_variance(&x, &powers(block, x.len())) - as_written(&x, block)).abs() < 1e-12);
    }

    #[test]
    fn ranges_add_up_and_the_bounds_are_in_order(
        trials in proptest::collection::vec(proptest::collection::vec(prop_oneof![Just(0.0), -1.0..1.0_f64], 20), 1..6),
        cut in 0_u64..=40, seed: u64,
    ) {
        let trials = sparse(&trials);
        if let Ok(test) = SpaTest::new(&trials, Benchmark::Cash, 4.0, seed) {
            let whole = test.simulate(0..40);
            prop_assert_eq!(test.simulate(cut..40).and(test.simulate(0..cut)), whole);
            prop_assert_eq!(SpaTally::default().and(whole), whole);
            let of = |trial| Some(test.clone().of_trial(trial)?.simulate(0..40).p_values().studentised);
            prop_assert_eq!(of(test.best()), Some(whole.p_values().studentised));
            for p in (0..trials.len()).filter_map(of) {
                prop_assert!(p.consistent >= whole.p_values().hansen());
            }
            let p = whole.p_values();
            for p in [p.studentised, p.plain] {
                prop_assert!(0.0 < p.lower && p.lower <= p.consistent && p.consistent <= p.upper && p.upper <= 1.0);
            }
        }
    }
}
