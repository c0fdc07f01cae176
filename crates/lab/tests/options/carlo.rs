//! Monte Carlo of plans with options: what is dearer, later or noisy is replayed with structures too.

use std::sync::atomic::AtomicBool;

use lab::montecarlo::Method;
use lab::{MonteCarlo, MonteCarloOptions, monte_carlo};

use crate::made::{CONDOR, contents, plan, regimes, sets, tape_of};

fn carlo(overrides: &[&str], threads: usize) -> MonteCarlo {
    let (_folder, tape) = tape_of(&contents(1));
    let often = ["entry.max_iv_rank=60", "structure.min_premium=0.05"];
    let scenario = plan(CONDOR, &sets(&[&often, overrides].concat()));
    let stop = AtomicBool::new(false);
    let options = MonteCarloOptions {
        resamples: 200,
        replays: 6,
        seed: 1,
        ruin: 0.2,
        noise_atr: 0.1,
        block_sessions: None,
        threads,
        stop: &stop,
        progress: &|_, _| {},
    };
    let mut found = monte_carlo(&scenario, &regimes(), &tape, &options).unwrap();
    // The folder's name is another each time.
    found.tape.name.clear();
    found
}

#[test]
fn dearer_options_earn_less_and_free_ones_cost_no_more_when_trebled() {
    let found = carlo(&[], 1);
    assert!(found.tape.model);
    for window in &found.windows {
        let net: Vec<f64> = window
            .variants
            .iter()
            .map(|v| v.result.net_return)
            .collect();
        let [_, twice, thrice] = net[..] else {
            panic!("{net:?}")
        };
        assert!(window.as_run.trades > 0, "{}", window.name);
        let as_run = window.as_run.net_return;
        // Dearer entries are smaller premiums: the same trades, or fewer where a size is trimmed.
        assert!(
            twice < as_run && thrice < as_run,
            "{}: {as_run} {net:?}",
            window.name
        );
    }
    let free = [
        "option_costs.spread_crossed=0",
        "option_costs.commission_per_contract_usd=0",
        "costs.commission_per_share_usd=0",
        "costs.commission_min_usd=0",
        "costs.slippage_bps=0",
    ];
    for window in &carlo(&free, 1).windows {
        for dearer in &window.variants[1..] {
            assert_eq!(dearer.result, window.as_run, "{}", window.name);
        }
    }
}

#[test]
fn noise_and_random_entries_trade_structures_the_same_on_any_number_of_threads() {
    let found = carlo(&[], 1);
    assert_eq!(found, carlo(&[], 3));
    let pooled = found.pooled.as_ref().unwrap();
    for method in [Method::RandomEntries, Method::PriceNoise] {
        let drawn = pooled.drawn.iter().find(|drawn| drawn.method == method);
        let spread = drawn.unwrap().spread.as_ref().unwrap();
        assert!(
            spread.mean_trades.is_some_and(|trades| trades > 3.0),
            "{spread:?}"
        );
        assert!(spread.net_return.p1 < spread.net_return.p99);
    }
}
