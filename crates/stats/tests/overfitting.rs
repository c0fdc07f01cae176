//! Against figures made elsewhere (numpy; arch) from 24 trials of 480 periods, and against a stopwatch.

use serde_json::Value;
use stats::SparseReturns;
use stats::overfit::{
    Benchmark, Cscv, Overfitting, SharpeSample, SpaTest, deflated_sharpe, expected_max_normal,
    probabilistic_sharpe, trials_spread,
};

const TOLERANCE: f64 = 1e-9;

fn trials() -> Vec<SparseReturns<'static>> {
    let text = include_str!("oracles/trials.csv");
    let rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .map(|cell| cell.parse().expect("a return"))
                .collect()
        })
        .collect();
    (0..rows[0].len())
        .map(|trial| {
            let dense: Vec<f64> = rows.iter().map(|row| row[trial]).collect();
            SparseReturns::of_dense(&dense).expect("finite returns")
        })
        .collect()
}

fn oracle() -> Value {
    serde_json::from_str(include_str!("oracles/overfitting.json")).expect("valid JSON")
}

fn near(have: f64, want: &Value, tolerance: f64) {
    let want = want.as_f64().expect("a number");
    assert!((have - want).abs() <= tolerance, "{have}, not {want}");
}

#[test]
fn the_best_trial_and_what_is_left_of_it() {
    let (trials, oracle) = (trials(), oracle());
    assert_eq!(
        (oracle["N"].as_u64(), oracle["T"].as_u64()),
        (Some(trials.len() as u64), Some(480))
    );
    let moments: Vec<_> = trials
        .iter()
        .map(|t| t.moments().expect("it moved"))
        .collect();
    let sharpes: Vec<f64> = moments.iter().map(stats::Moments::sharpe).collect();
    let best = (0..24)
        .reduce(|a, b| if sharpes[b] > sharpes[a] { b } else { a })
        .expect("24");
    assert_eq!(Some(best as u64), oracle["best_trial"].as_u64());
    near(sharpes[best], &oracle["best_sharpe_per_period"], TOLERANCE);
    near(moments[best].skew, &oracle["skew"], TOLERANCE);
    near(moments[best].kurtosis, &oracle["kurtosis"], TOLERANCE);
    let sample = SharpeSample::from(moments[best]);
    near(
        probabilistic_sharpe(&sample, 0.0).expect("defined"),
        &oracle["psr_vs_zero"],
        TOLERANCE,
    );
    let spread = trials_spread(&sharpes).expect("24 of them");
    near(
        spread.variance,
        &oracle["variance_of_sharpes_ddof1"],
        TOLERANCE,
    );
    let hurdle = spread.variance.sqrt() * expected_max_normal(24.0).expect("24 trials");
    near(hurdle, &oracle["expected_max_sharpe"], TOLERANCE);
    let deflated = deflated_sharpe(&sample, 24.0, spread.variance).expect("defined");
    near(deflated, &oracle["dsr"], TOLERANCE);
}

#[test]
fn probability_of_overfitting() {
    let (trials, oracle) = (trials(), oracle());
    for blocks in [8, 10, 12] {
        let mut cscv = Cscv::new(480, blocks).expect("even");
        for trial in &trials {
            cscv.push(trial).expect("one window");
        }
        let found = Overfitting::of(&cscv.splits(0..cscv.pairs())).expect("splits");
        let want = &oracle["pbo"][blocks.to_string()];
        assert_eq!(
            Some(found.probability),
            want["pbo"].as_f64(),
            "{blocks} blocks: exact"
        );
        near(found.mean_logit, &want["mean_logit"], 1e-12);
    }
}

#[test]
fn superior_predictive_ability() {
    let (trials, oracle) = (trials(), oracle());
    let want = &oracle["spa"];
    let tolerance = want["tolerance"].as_f64().expect("a tolerance");
    let block = want["block"].as_f64().expect("a block");
    let test = SpaTest::new(&trials, Benchmark::Cash, block, 1).expect("trials that moved");
    let p = test.simulate(0..4000).p_values();
    // The library of the oracle does not studentise; our plain choices are its three.
    near(p.plain.lower, &want["lower"], tolerance);
    near(p.plain.consistent, &want["consistent"], tolerance);
    near(p.plain.upper, &want["upper"], tolerance);
    assert_eq!(
        test.best() as u64,
        oracle["best_trial"].as_u64().expect("a place")
    );
}
