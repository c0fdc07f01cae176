//! The counts of docs/overfitting.md: more seeds than every build has time for.

use lab::sweep::{SearchOn, Trust};

use crate::asked::{Asked, FREE, SHIPPED, trust};
use crate::market::Market;

/// Seven years, as long as the tape that ships with the program.
fn long(seed: u64) -> Market {
    Market {
        last: "2022-12-31",
        ..Market::random(seed)
    }
}

/// Judges `seeds` markets on two threads and prints what was found of them.
fn count(name: &str, seeds: u64, market: impl Fn(u64) -> Market + Sync, asked: &Asked<'_>) {
    let half = |first: u64| {
        let seeds = (first..seeds).step_by(2);
        let told: Vec<Trust> = seeds.map(|seed| trust(market(seed), asked)).collect();
        told
    };
    let told = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut told = half(0);
        told.extend(other.join().unwrap());
        told
    });
    let share = |of: fn(&Trust) -> bool| {
        let count = told.iter().filter(|trust| of(trust)).count();
        100.0 * count as f64 / seeds as f64
    };
    let mean = |of: fn(&Trust) -> Option<f64>| {
        let all: Vec<f64> = told.iter().filter_map(of).collect();
        match all.len() {
            0 => "–".to_owned(),
            n => format!("{:.2}", all.iter().sum::<f64>() / n as f64),
        }
    };
    eprintln!(
        "{name}: {seeds} sweeps, found {:.1} %, p < 0.10 {:.1} %, PSR > 0.95 {:.1} %, DSR > 0.95 {:.1} %, PBO {}, Sharpe {}, out of sample {}",
        share(|t| t.found),
        share(|t| t.luck.is_some_and(|p| p < 0.1)),
        share(|t| t.probabilistic_sharpe.is_some_and(|p| p > 0.95)),
        share(|t| t.deflated_sharpe.is_some_and(|p| p > 0.95)),
        mean(|t| t.overfitting.map(|o| o.probability)),
        mean(|t| t.sharpe),
        mean(|t| t.out_of_sample?.sharpe_out),
    );
}

#[test]
#[ignore = "minutes; prints a table of the docs"]
fn how_often_it_is_wrong() {
    let storms = |seed| Market {
        storms: true,
        ..long(seed)
    };
    let drift = |seed| Market {
        drift: 0.08,
        ..long(seed)
    };
    let split = Asked {
        on: SearchOn::Split { in_sample: 0.7 },
        ..FREE
    };
    count("without costs", 500, long, &FREE);
    count("costs as shipped", 500, long, &SHIPPED);
    count("three years, without costs", 500, Market::random, &FREE);
    count("storms, without costs", 500, storms, &FREE);
    count("drift of 8 % a year", 200, drift, &SHIPPED);
    count("split, without costs", 200, long, &split);
}

#[test]
#[ignore = "minutes; prints a table of the docs"]
fn how_often_it_is_wrong_of_a_search_that_learns() {
    let learns = Asked {
        learns: Some(200),
        vary: &[
            "entry.declines=2,3",
            "entry.min_decline=0.01..0.03",
            "exit.stop_atr=0.8..3",
            "exit.target_atr=1..4",
            "exit.max_sessions=4..12",
        ],
        ..FREE
    };
    count("learning, without costs", 160, Market::random, &learns);
}

#[test]
#[ignore = "minutes; prints a table of the docs"]
fn how_often_an_edge_is_found() {
    for edge in [0.003, 0.004, 0.005] {
        let market = |seed| Market { edge, ..long(seed) };
        count(&format!("edge of {edge}"), 200, market, &SHIPPED);
    }
}
